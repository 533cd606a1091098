/* cmd_audit.c: `heedwell audit export` and `heedwell audit verify`. */
#include "base/compiler.h"
#include "cmd/cmd.h"
#include "store/audit.h"
#include "store/export.h"
#include "sys/mem.h"
#include "sys/reason.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define FAULTS_SHOWN 20

static int usage(void)
{
	fputs("usage: heedwell audit export --database URL --key-file FILE [--node NAME] [--programme ID] FILE\n"
	      "       heedwell audit verify FILE [--key LINE|FILE] [--checkpoint FILE]\n\n"
	      "export writes the journal (- for standard output), also while the server runs.\n"
	      "verify needs the public key alone (`heedwell key public`); without --key it takes the one that the export names,\n"
	      "which shows changes but not who made the export. --checkpoint is an older signed checkpoint, kept elsewhere: only\n"
	      "against one can a cut end be seen. Exit code: 0 good, 1 the journal was changed, 2 it could not be checked.\n",
		stderr);
	return 2;
}

static int fail(const char *what, const char *message)
{
	fprintf(stderr, "heedwell audit: %s%s%s\n", what, *what ? ": " : "", message);
	return 2;
}

/* ---- export ---- */

static int write_piece(void *ctx, struct str piece)
{
	return fwrite(piece.ptr, 1, piece.len, ctx) == piece.len ? 0 : -1;
}

static int run_export(const struct export_source *source, const char *path)
{
	struct err err = { .code = 0 };
	uint64_t entries = 0;
	FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wx");
	if (!file)
		return fail(path, sys_reason(errno).text);
	int code = export_journal(source, write_piece, file, &entries, &err);
	int closed = file == stdout ? fflush(file) : fclose(file);
	if (code || closed != 0) {
		if (file != stdout)
			remove(path);
		fail("", code ? err.message : "the export could not be written");
		return code == E_CRYPTO ? 1 : 2;
	}
	fprintf(stderr, "%" PRIu64 " entries\n", entries);
	return 0;
}

static int cmd_export(int argc, char **argv)
{
	struct export_source source = { .url = NULL };
	const char *path = NULL;
	for (int i = 2; i < argc; i++) {
		const char **option = strcmp(argv[i], "--database") == 0    ? &source.url
				      : strcmp(argv[i], "--key-file") == 0  ? &source.key_file
				      : strcmp(argv[i], "--node") == 0      ? &source.node
				      : strcmp(argv[i], "--programme") == 0 ? &source.programme_id
									    : NULL;
		if (option && i + 1 < argc)
			*option = argv[++i];
		else if (!option && !path)
			path = argv[i];
		else
			return usage();
	}
	return source.url && source.key_file && path ? run_export(&source, path) : usage();
}

/* ---- verify ---- */

struct shown {
	uint64_t count;
};

static void show_fault(void *ctx, const struct audit_fault *fault)
{
	struct shown *shown = ctx;
	if (shown->count++ < FAULTS_SHOWN)
		printf("FAULT %s\n", fault->message);
}

/* A small text file; the length, or -1. */
static long read_small(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return -1;
	size_t len = fread(text, 1, size, file);
	bool whole = !ferror(file) && len < size;
	fclose(file);
	return whole ? (long)len : -1;
}

/* The verifier that the export's first line names. */
static bool named_verifier(FILE *file, char *line, char *verifier)
{
	bool good = false;
	if (fgets(line, (int)AUDIT_LINE_MAX, file)) {
		json_t *json = json_loads(line, 0, NULL);
		const char *text = json_string_value(json_object_get(json, "verifier"));
		good = text && strlen(text) < NOTE_VERIFIER_MAX;
		if (good)
			memcpy(verifier, text, strlen(text) + 1);
		json_decref(json);
	}
	rewind(file);
	return good;
}

static void feed(FILE *file, struct audit *audit, char *line)
{
	while (fgets(line, (int)AUDIT_LINE_MAX, file)) {
		struct str text = str_c(line);
		if (str_ends(text, STR("\n")))
			text.len--;
		audit_line(audit, text);
	}
}

static int judge(FILE *file, char *line, const char *verifier, struct str kept, bool named)
{
	char root[64];
	struct err err = { .code = 0 };
	struct shown shown = { 0 };
	struct audit *audit = NULL;
	struct audit_result result;
	if (audit_new(str_trim(str_c(verifier)), kept, show_fault, &shown, &audit, &err) != 0)
		return fail("", err.message);
	feed(file, audit, line);
	audit_finish(audit, &result);
	audit_free(&audit);
	if (shown.count > FAULTS_SHOWN)
		printf("and %" PRIu64 " more\n", shown.count - FAULTS_SHOWN);
	sodium_bin2base64(root, sizeof root, result.root.byte, MERKLE_HASH, sodium_base64_VARIANT_ORIGINAL);
	if (named)
		printf("key named by the export itself: %s\n", verifier);
	printf("%" PRIu64 " entries (%" PRIu64 " withheld), %" PRIu64 " checkpoints%s, root %s\n", result.entries, result.withheld,
		result.checkpoints, kept.len ? ", one kept elsewhere" : "", root);
	printf("journal %s\n", result.faults ? "CHANGED" : "verified");
	return result.faults ? 1 : 0;
}

static int run_verify(const char *path, const char *key, const char *checkpoint)
{
	char verifier[NOTE_VERIFIER_MAX + 8] = "", kept[NOTE_MAX + 8];
	long kept_len = 0;
	if (key && read_small(key, verifier, sizeof verifier - 1) < 0) {
		if (strlen(key) >= sizeof verifier)
			return fail("", "the key is too long");
		memcpy(verifier, key, strlen(key) + 1);
	}
	if (checkpoint && (kept_len = read_small(checkpoint, kept, sizeof kept)) <= 0)
		return fail(checkpoint, "no checkpoint can be read from it");
	FILE *file = fopen(path, "rb");
	if (!file)
		return fail(path, sys_reason(errno).text);
	char *line = mem_new(AUDIT_LINE_MAX);
	int code = 2;
	if (!line)
		fail("", "out of memory");
	else if (!key && !named_verifier(file, line, verifier))
		fail(path, "not a journal export; or give --key");
	else
		code = judge(file, line, verifier, str_make(kept, (size_t)kept_len), !key);
	mem_delete(line);
	fclose(file);
	return code;
}

static int cmd_verify(int argc, char **argv)
{
	const char *path = NULL, *key = NULL, *checkpoint = NULL;
	for (int i = 2; i < argc; i++) {
		const char **option = strcmp(argv[i], "--key") == 0 ? &key : strcmp(argv[i], "--checkpoint") == 0 ? &checkpoint : NULL;
		if (option && i + 1 < argc)
			*option = argv[++i];
		else if (!option && !path)
			path = argv[i];
		else
			return usage();
	}
	return path ? run_verify(path, key, checkpoint) : usage();
}

int cmd_audit(int argc, char **argv)
{
	if (sodium_init() < 0)
		return fail("", "libsodium cannot start");
	if (argc >= 2 && strcmp(argv[1], "export") == 0)
		return cmd_export(argc, argv);
	if (argc >= 2 && strcmp(argv[1], "verify") == 0)
		return cmd_verify(argc, argv);
	return usage();
}
