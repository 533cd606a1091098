/* pack_rows.c: the same rows screened by the packs of two folders: counts of old level by new level, and the ids of the rows
 * that moved. Their texts are never told. */
#include "base/buf.h"
#include "cmd/pack.h"
#include "cmd/screen_line.h"
#include "sys/mem.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATES 6 /* not screened, and levels 0 to 4 */
#define LINE_MEMORY_MAX (256u << 20)

struct moved {
	struct moved *next;
	struct str id;
	int before, after;
};

struct pack_rows {
	struct arena *arena;
	size_t counts[STATES][STATES];
	size_t run, bad, changed;
	struct moved *moved, **moved_end;
};

struct side {
	struct screen_engine *engine;
	struct screen_scratch *scratch;
	struct arena arena;
	struct buf out;
};

static int open_side(struct arena *arena, struct str dir, struct side *side, struct err *reterr)
{
	const struct screen_build_options options = { .skip_examples = true };
	arena_init(&side->arena, mem_system(), LINE_MEMORY_MAX);
	buf_init(&side->out, mem_system(), LINE_MEMORY_MAX);
	int rc = pack_build_engine(arena, dir, &options, &side->engine, reterr);
	return rc < 0 ? rc : screen_scratch_open(side->engine, &side->scratch, reterr);
}

static void close_side(struct side *side)
{
	screen_scratch_free(&side->scratch);
	screen_engine_free(&side->engine);
	arena_done(&side->arena);
	buf_done(&side->out);
}

/* 0 not screened, else the level and 1; -1 for a bad line. *ret_id is JSON, in `arena` (NULL: not asked for). */
static int state_of(struct side *side, struct str line, size_t number, struct arena *arena, struct str *ret_id)
{
	static const struct screen_line_options none;
	const struct screen_line input = { line, number };
	arena_reset(&side->arena);
	buf_clear(&side->out);
	if (screen_line_run(side->engine, side->scratch, &side->arena, &none, &input, &side->out) < 0)
		return -1;
	json_t *record = json_loadb(side->out.ptr, side->out.len, 0, NULL);
	const json_t *level = json_object_get(record, "level"), *id = json_object_get(record, "id");
	int state = json_is_integer(level) ? (int)json_integer_value(level) + 1 : 0;
	if (arena) {
		char *text = id && !json_is_null(id) ? json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
		*ret_id = text ? arena_copy(arena, str_c(text)) : arena_printf(arena, "\"line %zu\"", number);
		free(text); /* RULE: jansson's own allocation */
	}
	json_decref(record);
	return state >= 0 && state < STATES ? state : 0;
}

static void run_line(struct pack_rows *rows, struct side sides[2], struct str line, size_t number)
{
	struct str id = STR("null");
	int before = state_of(&sides[0], line, number, NULL, NULL);
	int after = before < 0 ? -1 : state_of(&sides[1], line, number, NULL, NULL);
	if (before < 0 || after < 0) {
		rows->bad++;
		return;
	}
	rows->run++;
	rows->counts[before][after]++;
	if (before == after)
		return;
	(void)state_of(&sides[1], line, number, rows->arena, &id);
	struct moved *moved = ARENA_NEW(rows->arena, struct moved);
	rows->changed++;
	if (!moved)
		return; /* seen by arena_failed */
	*moved = (struct moved){ NULL, id, before, after };
	*rows->moved_end = moved;
	rows->moved_end = &moved->next;
}

static int run_file(struct pack_rows *rows, struct side sides[2], const char *path, struct err *reterr)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	char *line = NULL;
	size_t capacity = 0, number = 0;
	ssize_t len;
	if (!in)
		return err_set(reterr, E_IO, "cmd/pack", "%s: cannot be read", path);
	while ((len = getline(&line, &capacity, in)) >= 0) {
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			len--;
		run_line(rows, sides, str_make(line, (size_t)len), ++number);
	}
	bool failed = ferror(in) != 0;
	free(line); /* RULE: getline's own allocation */
	if (in != stdin)
		fclose(in);
	if (failed)
		return err_set(reterr, E_IO, "cmd/pack", "%s: cannot be read", path);
	return arena_failed(rows->arena) ? err_set(reterr, E_MEMORY, "cmd/pack", "no memory for the rows") : 0;
}

int pack_rows_run(
	struct arena *arena, struct str before, struct str after, const char *file, struct pack_rows **ret_rows, struct err *reterr)
{
	struct side sides[2] = { { .engine = NULL }, { .engine = NULL } };
	struct pack_rows *rows = ARENA_NEW(arena, struct pack_rows);
	if (!rows)
		return err_set(reterr, E_MEMORY, "cmd/pack", "no memory for the rows");
	rows->arena = arena;
	rows->moved_end = &rows->moved;
	int rc = open_side(arena, before, &sides[0], reterr);
	if (rc == 0)
		rc = open_side(arena, after, &sides[1], reterr);
	if (rc == 0)
		rc = run_file(rows, sides, file, reterr);
	close_side(&sides[0]);
	close_side(&sides[1]);
	if (rc == 0)
		*ret_rows = rows;
	return rc;
}

size_t pack_rows_changed(const struct pack_rows *rows)
{
	return rows->changed;
}

static void print_state(int state)
{
	if (state)
		printf("%d", state - 1);
	else
		fputs("not screened", stdout);
}

void pack_rows_text(const struct pack_rows *rows)
{
	printf("\n%zu rows screened with both; another level for %zu", rows->run, rows->changed);
	if (rows->bad)
		printf("; %zu lines were bad", rows->bad);
	printf("\n%-14s %12s %8d %8d %8d %8d %8d\n", "old \\ new", "not screened", 0, 1, 2, 3, 4);
	for (int i = 0; i < STATES; i++) {
		if (i)
			printf("%-14d", i - 1);
		else
			printf("%-14s", "not screened");
		for (int k = 0; k < STATES; k++)
			printf(" %*zu", k ? 8 : 12, rows->counts[i][k]);
		putchar('\n');
	}
	for (int i = 0; i < STATES; i++)
		for (int k = 0; k < STATES; k++) {
			if (i == k || !rows->counts[i][k])
				continue;
			print_state(i);
			fputs(" -> ", stdout);
			print_state(k);
			printf(" (%zu):", rows->counts[i][k]);
			for (const struct moved *moved = rows->moved; moved; moved = moved->next)
				if (moved->before == i && moved->after == k)
					printf(" " STR_FMT, STR_ARG(moved->id));
			putchar('\n');
		}
}

static void print_json_state(int state)
{
	if (state)
		printf("%d", state - 1);
	else
		fputs("null", stdout);
}

void pack_rows_json(const struct pack_rows *rows)
{
	printf(",\"rows\":{\"run\":%zu,\"bad\":%zu,\"changed\":%zu,\"states\":[null,0,1,2,3,4],\"counts\":[", rows->run, rows->bad,
		rows->changed);
	for (int i = 0; i < STATES; i++)
		for (int k = 0; k < STATES; k++)
			printf("%s%zu%s", k ? "," : i ? ",[" : "[", rows->counts[i][k], k == STATES - 1 ? "]" : "");
	fputs("],\"moved\":[", stdout);
	for (const struct moved *moved = rows->moved; moved; moved = moved->next) {
		printf("%s{\"id\":" STR_FMT ",\"before\":", moved == rows->moved ? "" : ",", STR_ARG(moved->id));
		print_json_state(moved->before);
		fputs(",\"after\":", stdout);
		print_json_state(moved->after);
		putchar('}');
	}
	fputs("]}", stdout);
}
