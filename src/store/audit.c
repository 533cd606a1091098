/* audit.c: see audit.h. */
#include "store/audit.h"

#include "sys/mem.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#define LAYER "store/audit"
#define HASH64 44

struct audit {
	char verifier[NOTE_VERIFIER_MAX];
	char kept_text[NOTE_MAX + 1];
	struct checkpoint kept; /* origin borrows kept_text */
	bool has_kept, kept_met;
	char origin[NOTE_NAME_MAX + 40];
	audit_fault_fn fault;
	void *ctx;
	struct audit_result result;
	struct merkle tree;
	uint64_t next; /* number that the next entry must have */
	bool broken;   /* an entry is missing or strange: roots can no longer be compared */
	bool has_header;
	bool ends_covered; /* the last line was a checkpoint of everything so far */
};

static void report(struct audit *audit, uint64_t first, uint64_t last, const char *format, ...) PRINTF_LIKE(4, 5);
static void report(struct audit *audit, uint64_t first, uint64_t last, const char *format, ...)
{
	char message[400];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	struct audit_fault fault = { first, last, message };
	audit->result.faults++;
	audit->fault(audit->ctx, &fault);
}

int audit_new(struct str verifier, struct str kept, audit_fault_fn fault, void *ctx, struct audit **ret_audit, struct err *reterr)
{
	if (verifier.len >= NOTE_VERIFIER_MAX || kept.len > NOTE_MAX)
		return err_set(reterr, E_INVALID, LAYER, "key or checkpoint is too long");
	struct audit *audit = mem_new(sizeof *audit);
	if (!audit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	memcpy(audit->verifier, verifier.ptr, verifier.len);
	audit->fault = fault;
	audit->ctx = ctx;
	int code = 0;
	if (kept.len) {
		memcpy(audit->kept_text, kept.ptr, kept.len);
		code = note_open(str_make(audit->kept_text, kept.len), verifier, &audit->kept, reterr);
		audit->has_kept = !code;
	} else {
		/* A verifier that is no verifier must be told now, not as a fault of every checkpoint. */
		struct checkpoint ignored;
		struct err err = { .code = 0 };
		code = note_open(STR("x\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"), verifier, &ignored, &err);
		code = code == E_CRYPTO ? 0 : code;
		if (code && reterr)
			*reterr = err;
	}
	if (code)
		audit_free(&audit);
	else
		*ret_audit = audit;
	return code;
}

void audit_free(struct audit **audit)
{
	mem_delete(*audit);
	*audit = NULL;
}

static void meet_kept(struct audit *audit)
{
	struct merkle_hash root;
	if (!audit->has_kept || audit->kept_met || audit->tree.size != audit->kept.size || audit->broken)
		return;
	audit->kept_met = true;
	merkle_root(&audit->tree, &root);
	if (memcmp(root.byte, audit->kept.root.byte, MERKLE_HASH) != 0)
		report(audit, audit->result.covered, audit->kept.size ? audit->kept.size - 1 : 0,
			"entries do not lead to the checkpoint that was kept elsewhere (of %" PRIu64 " entries)", audit->kept.size);
}

/* The number that a leaf gives itself; false when it is not a leaf of ours. */
static bool leaf_number(struct str leaf, uint64_t *ret_number)
{
	json_t *json = json_loadb(leaf.ptr, leaf.len, JSON_REJECT_DUPLICATES, NULL);
	json_t *number = json_object_get(json, "number");
	bool good = json_is_integer(number) && json_integer_value(number) >= 0;
	if (good)
		*ret_number = (uint64_t)json_integer_value(number);
	json_decref(json);
	return good;
}

static void check_number(struct audit *audit, struct str leaf)
{
	uint64_t number = 0, want = audit->next;
	if (!leaf_number(leaf, &number)) {
		report(audit, want, want, "entry %" PRIu64 " is not a journal entry", want);
	} else if (number > want) {
		report(audit, want, number - 1,
			number - 1 == want ? "entry %" PRIu64 " is missing" : "entries from %" PRIu64 " on are missing", want);
		audit->broken = true;
		audit->next = number;
	} else if (number < want) {
		report(audit, number, number, "entry %" PRIu64 " is out of place or there twice", number);
		audit->broken = true;
		audit->next = want - 1; /* it does not count */
	}
}

static void entry(struct audit *audit, struct str hash64, struct str leaf)
{
	struct merkle_hash hash = { .byte = { 0 } }, want;
	uint64_t number = audit->next;
	audit->ends_covered = false;
	audit->result.entries++;
	if (!note_base64(hash64, hash.byte, MERKLE_HASH)) {
		report(audit, number, number, "entry %" PRIu64 " has no leaf hash", number);
		audit->broken = true;
		audit->next++;
		return;
	}
	if (leaf.len) {
		merkle_leaf(leaf, &want);
		if (memcmp(want.byte, hash.byte, MERKLE_HASH) != 0)
			report(audit, number, number, "entry %" PRIu64 " was changed: it does not fit its leaf hash", number);
		else
			check_number(audit, leaf);
	} else {
		audit->result.withheld++;
	}
	merkle_add(&audit->tree, &hash);
	audit->next++;
	meet_kept(audit);
}

static void check_root(struct audit *audit, const struct checkpoint *checkpoint)
{
	struct merkle_hash root;
	uint64_t last = checkpoint->size ? checkpoint->size - 1 : 0;
	merkle_root(&audit->tree, &root);
	if (memcmp(root.byte, checkpoint->root.byte, MERKLE_HASH) == 0) {
		audit->result.covered = checkpoint->size;
		audit->ends_covered = true;
		return;
	}
	report(audit, audit->result.covered, last,
		"one of the entries %" PRIu64 " to %" PRIu64 " was changed together with its leaf hash: the checkpoint of %" PRIu64
		" entries does not fit",
		audit->result.covered, last, checkpoint->size);
	audit->broken = true;
	audit->ends_covered = true; /* told already */
}

static void checkpoint(struct audit *audit, struct str note)
{
	struct checkpoint checkpoint;
	struct err err = { .code = 0 };
	uint64_t last = audit->next ? audit->next - 1 : 0;
	if (note_open(note, str_c(audit->verifier), &checkpoint, &err) != 0) {
		report(audit, audit->result.covered, last, "the checkpoint after entry %" PRIu64 " is not good: %s", last, err.message);
		return;
	}
	audit->result.checkpoints++;
	if (!str_eqc(checkpoint.origin, audit->origin)) {
		report(audit, audit->result.covered, last, "the checkpoint after entry %" PRIu64 " is of another journal", last);
		return;
	}
	if (checkpoint.size > audit->next) {
		report(audit, audit->next, checkpoint.size - 1, "entries %" PRIu64 " to %" PRIu64 " are missing before their checkpoint",
			audit->next, checkpoint.size - 1);
		audit->broken = true;
		audit->next = checkpoint.size;
		audit->ends_covered = true;
	} else if (checkpoint.size < audit->next) {
		report(audit, checkpoint.size, last, "the checkpoint of %" PRIu64 " entries is out of place", checkpoint.size);
	} else if (!audit->broken) {
		check_root(audit, &checkpoint);
	} else {
		audit->ends_covered = true; /* why it cannot be compared has been told */
	}
}

static void header(struct audit *audit, struct str line)
{
	json_t *json = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
	const char *origin = json_string_value(json_object_get(json, "origin"));
	audit->has_header = true;
	if (json_integer_value(json_object_get(json, "heedwell_journal")) != 1 || !origin || strlen(origin) >= sizeof audit->origin)
		report(audit, 0, 0, "the first line is not the head of a journal export of this version");
	else
		memcpy(audit->origin, origin, strlen(origin) + 1);
	json_decref(json);
}

/* An entry's line in the exact form that the export writes. */
static bool split_entry(struct str line, struct str *ret_hash, struct str *ret_leaf)
{
	static const char start[] = "{\"hash\":\"", middle[] = "\",\"leaf\":";
	struct str rest = str_sub(line, sizeof start - 1, line.len);
	if (!str_starts(line, str_c(start)) || rest.len < HASH64)
		return false;
	*ret_hash = str_sub(rest, 0, HASH64);
	rest = str_sub(rest, HASH64, rest.len);
	*ret_leaf = str_make(NULL, 0);
	if (str_eqc(rest, "\"}"))
		return true;
	if (!str_starts(rest, str_c(middle)) || !str_ends(rest, STR("}")) || rest.len < sizeof middle + 2)
		return false;
	*ret_leaf = str_sub(rest, sizeof middle - 1, rest.len - 1);
	return true;
}

void audit_line(struct audit *audit, struct str line)
{
	struct str hash, leaf;
	if (!audit->has_header) {
		header(audit, line);
		return;
	}
	if (split_entry(line, &hash, &leaf)) {
		entry(audit, hash, leaf);
		return;
	}
	json_t *json = line.len <= AUDIT_LINE_MAX ? json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	json_t *note = json_object_get(json, "checkpoint");
	if (json_is_string(note) && json_object_size(json) == 1) {
		checkpoint(audit, str_make(json_string_value(note), json_string_length(note)));
	} else {
		/* Most likely an entry that was spoiled: it takes a place. */
		report(audit, audit->next, audit->next, "entry %" PRIu64 ": the line is neither an entry nor a checkpoint", audit->next);
		audit->broken = true;
		audit->ends_covered = false;
		audit->next++;
	}
	json_decref(json);
}

void audit_finish(struct audit *audit, struct audit_result *ret_result)
{
	uint64_t last = audit->next ? audit->next - 1 : 0;
	if (!audit->has_header)
		report(audit, 0, 0, "the file is empty");
	else if (!audit->ends_covered)
		report(audit, audit->result.covered, last,
			"no good checkpoint covers the entries from %" PRIu64 " on: the end was changed or cut off", audit->result.covered);
	if (audit->has_kept && audit->has_header) {
		meet_kept(audit);
		if (!str_eqc(audit->kept.origin, audit->origin))
			report(audit, 0, last, "the checkpoint that was kept elsewhere is of another journal");
		else if (audit->kept.size > audit->next)
			report(audit, audit->next, audit->kept.size - 1,
				"entries %" PRIu64 " to %" PRIu64 " are cut off: the checkpoint that was kept elsewhere knows them",
				audit->next, audit->kept.size - 1);
	}
	merkle_root(&audit->tree, &audit->result.root);
	*ret_result = audit->result;
}
