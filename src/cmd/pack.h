/* pack.h: the parts of `heedwell pack`, one file each; cmd_pack.c reads the arguments. Each returns the exit code. */
#ifndef HEED_CMD_PACK_H
#define HEED_CMD_PACK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/yaml.h"
#include "screen/screen.h"

/* pack_build_engine: the engine of the packs below `dir`, without the cache. *ret_sources and *ret_count may be NULL. */
int pack_build_engine(struct arena *arena, struct str dir, const struct screen_build_options *options, struct screen_engine **ret_engine,
	struct err *reterr) MUST_CHECK;

/* pack_stats.c: `pack test`: every example run, and counted by concept. */
int pack_test(struct arena *arena, struct str dir, bool json);

/* pack_new.c: `pack new`. concept and author may be NULL. */
struct pack_new_options {
	const char *kind, *lang, *name, *concept, *author;
	struct str dir;
};
int pack_new(struct arena *arena, const struct pack_new_options *options);

/* pack_diff.c: `pack diff`. rows may be NULL. */
int pack_diff(struct arena *arena, struct str before, struct str after, const char *rows, bool json);

/* pack_rows.c: the rows of a JSONL file that get another level: counts and ids. */
struct pack_rows;
int pack_rows_run(struct arena *arena, struct str before, struct str after, const char *file, struct pack_rows **ret_rows,
	struct err *reterr) MUST_CHECK;
void pack_rows_text(const struct pack_rows *rows);
void pack_rows_json(const struct pack_rows *rows);
size_t pack_rows_changed(const struct pack_rows *rows);

/* pack_yaml.c: the entries of pack files, by what they are and not by where they stand. */
struct pack_entry {
	struct str section;           /* "concepts", "phrases", ... ; "packs" for the heads of files */
	struct str key;               /* what makes it this entry: an id, or the pack's id and the words sought */
	struct str text;              /* all of it, in one form */
	const struct yaml_node *node; /* where it stands; NULL for a pack */
	struct str file;
	int line;
};
int pack_entries(struct arena *arena, struct str dir, struct pack_entry **ret_entries, size_t *ret_count, struct err *reterr) MUST_CHECK;
/* pack_canonical: a node as one line, members of maps in order of their names. */
struct str pack_canonical(struct arena *arena, const struct yaml_node *node);
/* pack_find_phrase: the phrase that a finding names ("en.suicide#3"): its file, line and words. False: not there. */
bool pack_find_phrase(struct arena *arena, const struct screen_source *sources, size_t count, struct str id, struct pack_entry *ret_entry);

#endif
