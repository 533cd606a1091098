/* screen_redact.c: see screen_redact.h. */
#include "cmd/screen_redact.h"

#include "screen/redact.h"

/* An assistant's text is read as a client's: only there are identifiers sought. */
static int read_identifiers(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena, struct str text,
	struct redact_map *map, struct str *ret_text)
{
	struct screen_request request = { .role = ROLE_CLIENT, .text = text };
	struct verdict verdict;
	int rc = screen_run(engine, scratch, arena, &request, &verdict);
	return rc < 0 ? rc : redact_run(arena, text, &verdict, map, ret_text);
}

static void add_pseudonyms(const struct redact_map *map, struct buf *out)
{
	buf_add_c(out, "\"pseudonyms\":[");
	for (size_t i = 0; i < map->count; i++) {
		buf_add_c(out, i ? ",{\"pseudonym\":" : "{\"pseudonym\":");
		buf_add_json(out, map->items[i].pseudonym);
		buf_add_c(out, ",\"text\":");
		buf_add_json(out, map->items[i].text);
		buf_add_byte(out, '}');
	}
	buf_add_c(out, "],");
}

void screen_redact(const struct screen_engine *engine, struct screen_scratch *scratch, struct arena *arena,
	const struct screen_request *request, const struct verdict *verdict, struct buf *out)
{
	struct redact_map map = { .arena = arena };
	struct str text = { NULL, 0 };
	size_t from = request->turn_count > SCREEN_TURNS_MAX ? request->turn_count - SCREEN_TURNS_MAX : 0;
	int rc = 0;
	for (size_t i = from; rc == 0 && i < request->turn_count; i++)
		rc = read_identifiers(engine, scratch, arena, request->turns[i].text, &map, &text);
	if (rc == 0)
		rc = request->role == ROLE_CLIENT ? redact_run(arena, request->text, verdict, &map, &text)
						  : read_identifiers(engine, scratch, arena, request->text, &map, &text);
	buf_add_c(out, "\"redacted\":");
	if (rc == 0)
		buf_add_json(out, text);
	else
		buf_add_c(out, "null");
	buf_add_byte(out, ',');
	add_pseudonyms(&map, out);
}
