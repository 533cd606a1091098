/* pack_new.c: `heedwell pack new`: a pack to be filled in, that passes as it is. */
#include "base/buf.h"
#include "cmd/pack.h"
#include "cmd/packs.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAME_MAX_LEN 40u
#define PACK_MAX_BYTES (64u << 10)

static bool is_name(const char *name, const char *extra)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < len; i++)
		if (!((name[i] >= 'a' && name[i] <= 'z') || (i > 0 && name[i] >= '0' && name[i] <= '9') ||
			    (i > 0 && strchr(extra, name[i]))))
			return false;
	return len > 0 && len <= NAME_MAX_LEN;
}

/* A language as packs name it: "en", "pt-br" is written "pt-BR". */
static bool is_lang(const char *lang)
{
	size_t len = strlen(lang);
	bool plain = (len == 2 || len == 3) && is_name(lang, "") && !strpbrk(lang, "0123456789");
	return plain || (len == 5 && lang[2] == '-' && lang[0] >= 'a' && lang[0] <= 'z' && lang[1] >= 'a' && lang[1] <= 'z' &&
				lang[3] >= 'A' && lang[3] <= 'Z' && lang[4] >= 'A' && lang[4] <= 'Z');
}

static void add_head(struct buf *out, const struct pack_new_options *options)
{
	char today[CLOCK_TEXT_SIZE];
	clock_format(clock_wall(clock_system()), today);
	buf_printf(out, "kind: %s\nid: %s.%s\nversion: 1            # one more with each change\nlang: %s\nauthor: ", options->kind,
		options->lang, options->name, options->lang);
	buf_add_json(out, str_c(options->author ? options->author : "who wrote this"));
	buf_printf(out,
		"\nreviewed: %.10s  # the day of the last review\n"
		"review: not clinically reviewed   # by whom, in words, once somebody has\n",
		today);
}

static void add_lexicon(struct buf *out, const struct pack_new_options *options)
{
	buf_printf(out,
		"role: client          # whose words these are: client, assistant (a model's reply), or both\n"
		"#\n"
		"# A lexicon says how people say something. Replace every `placeholder` below, then run: heedwell pack test\n"
		"#\n"
		"# atoms: sets of words that mean the same, in lower case and without apostrophes (dont, cant). A phrase calls a set by "
		"@name.\n"
		"atoms:\n"
		"  placeholder_thing: [placeholder, placeholders]\n"
		"# phrases: what is looked for, in order. `a|b` one or the other, `(a)` may be left out, `~2` up to two words may stand "
		"between.\n"
		"# concept: what it means when it is found; the list is in concepts.yaml, with the level of each.\n"
		"# Denial, time, other people, stories and jokes are not your business here: the packs of kind `context` know them.\n"
		"phrases:\n"
		"  - {concept: %s, seq: \"my|the ~2 @placeholder_thing\"}\n"
		"# examples: sentences of your own, never a client's. Each phrase wants one that must be found and an innocent twin that "
		"must not.\n"
		"# has, none: concepts that must, and must not be found. level, level_min, level_max: of the whole message.\n"
		"examples:\n"
		"  - {text: \"it is my very own placeholder\", has: [%s]}\n"
		"  - {text: \"a place to hold my hat\", none: [%s]}\n",
		options->concept, options->concept, options->concept);
}

static void add_context(struct buf *out)
{
	buf_add_c(out,
		"#\n"
		"# Context says what is done to a finding by the words around it. Replace every `placeholder` below, then run: heedwell "
		"pack test\n"
		"# type: negation, past, recent, now, future, other, possible_self, uncertain, hypothetical, quoted, idiom, question, "
		"terminator\n"
		"# dir: which way it reaches (forward, backward, both). scope: how far: a number of words, clause, or message.\n"
		"# Context lowers a level, and never below the `keep` of a concept: plans, means and acts stay where a person sees them.\n"
		"triggers:\n"
		"  - {type: quoted, seq: \"in some placeholdersong\", dir: both, scope: message}\n"
		"examples:\n"
		"  - {text: \"it says so in some placeholdersong\", level: 0}\n");
}

static void add_keyterms(struct buf *out)
{
	buf_add_c(out, "#\n"
		       "# Words that are still sought when somebody mistypes or disguises them. Long words only: a short one is too near "
		       "to its neighbours.\n"
		       "# Replace the placeholder, then run: heedwell pack test\n"
		       "terms: [placeholderword]\n"
		       "# ordinary: words near to one of the terms that mean nothing, so that they are not taken for it.\n"
		       "ordinary: [placeholderworld]\n"
		       "examples:\n"
		       "  - {text: \"a placeholderwrd on the table\", level: 0}\n");
}

/* ---- Where it goes ---- */

static struct str path_of(struct arena *arena, const struct pack_new_options *options)
{
	if (strcmp(options->kind, "context") == 0)
		return arena_printf(arena, STR_FMT "/context/%s_%s.yaml", STR_ARG(options->dir), options->lang, options->name);
	return arena_printf(arena, STR_FMT "/lexicon/%s/%s.yaml", STR_ARG(options->dir), options->lang, options->name);
}

/* Never over a file that is there. */
static int write_new(struct arena *arena, struct str path, struct str bytes, struct err *reterr)
{
	size_t slash = path.len;
	while (slash > 0 && path.ptr[slash - 1] != '/')
		slash--;
	struct str folder = arena_copy(arena, str_sub(path, 0, slash ? slash - 1 : 0));
	if (folder.len && !files_exists(folder.ptr)) {
		int rc = files_make_dirs(folder.ptr, reterr);
		if (rc < 0)
			return rc;
	}
	int fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_set(reterr, E_IO, "cmd/pack", "%s: %s", path.ptr,
			errno == EEXIST ? "is there already, and is left as it is" : "cannot be made");
	ssize_t written = write(fd, bytes.ptr, bytes.len);
	if (close(fd) != 0 || written != (ssize_t)bytes.len) {
		unlink(path.ptr);
		return err_set(reterr, E_IO, "cmd/pack", "%s: cannot be written", path.ptr);
	}
	return 0;
}

struct own {
	struct str file;
	size_t run, failed;
};

static void report_own(void *ctx, const struct screen_example *example)
{
	struct own *own = ctx;
	if (!str_eq(example->file, own->file))
		return;
	own->run++;
	own->failed += !example->passed;
}

/* Builds all packs with the new one, to be sure that its examples pass; takes it away again when they do not. */
static int try_it(struct arena *arena, struct str dir, struct str path, size_t *ret_examples, struct err *reterr)
{
	struct own own = { .file = path };
	const struct screen_build_options options = { .report = report_own, .report_ctx = &own, .allow_failures = true };
	struct screen_engine *engine = NULL;
	int rc = pack_build_engine(arena, dir, &options, &engine, reterr);
	screen_engine_free(&engine);
	if (rc == 0 && (own.failed || own.run == 0))
		rc = err_set(reterr, E_INVALID, "cmd/pack",
			"the new pack's own examples do not pass with these packs; choose another --concept");
	*ret_examples = own.run;
	return rc;
}

int pack_new(struct arena *arena, const struct pack_new_options *given)
{
	struct pack_new_options options = *given;
	struct err err = { 0 };
	struct buf out;
	size_t examples = 0;
	bool lexicon = strcmp(options.kind, "lexicon") == 0, context = strcmp(options.kind, "context") == 0;
	if (!lexicon && !context && strcmp(options.kind, "keyterms") != 0) {
		fprintf(stderr,
			"heedwell pack new: kind must be lexicon, context or keyterms, not \"%s\" (a helpline is never made from a form: "
			"every number is "
			"checked by a person)\n",
			options.kind);
		return 2;
	}
	if (!is_lang(options.lang) || !is_name(options.name, "_")) {
		fputs("heedwell pack new: LANG is a language such as en or pt-BR, NAME is lower case, digits and _\n", stderr);
		return 2;
	}
	options.concept = options.concept ? options.concept : "distress.general";
	buf_init(&out, mem_system(), PACK_MAX_BYTES);
	add_head(&out, &options);
	if (lexicon)
		add_lexicon(&out, &options);
	else if (context)
		add_context(&out);
	else
		add_keyterms(&out);
	struct str path = path_of(arena, &options);
	int rc = out.failed || !path.ptr ? err_set(&err, E_MEMORY, "cmd/pack", "no memory") : 0;
	bool made = rc == 0 && (rc = write_new(arena, path, buf_str(&out), &err)) == 0;
	if (rc == 0)
		rc = try_it(arena, options.dir, path, &examples, &err);
	buf_done(&out);
	if (rc < 0) {
		if (made)
			unlink(path.ptr);
		fprintf(stderr, "heedwell pack new: %s\n", err.message);
		return 2;
	}
	printf("wrote " STR_FMT "; its %zu example%s pass%s. Replace every placeholder, then: heedwell pack test " STR_FMT "\n",
		STR_ARG(path), examples, examples == 1 ? "" : "s", examples == 1 ? "es" : "", STR_ARG(options.dir));
	return 0;
}
