/* directory.c: see directory.h. */
#include "care/directory.h"

#include "care/care_priv.h"

#include <stdio.h>

/* ---- Words ---- */

/* One letter of the text as a search compares it: Latin letters without case and accent (U+00C0 to U+00FF), other bytes as they are.
 * Returns how many bytes it took. */
static size_t letter(struct str text, size_t at, unsigned char *ret_letter)
{
	/* U+00C0 .. U+00FF; '*' are letters without a plain one, and the signs of multiplication and division. */
	static const char plain[] = "aaaaaa*ceeeeiiiidnooooo*ouuuuy**aaaaaa*ceeeeiiiidnooooo*ouuuuy*y";
	unsigned char c = (unsigned char)text.ptr[at];
	if (c == 0xC3 && at + 1 < text.len) {
		unsigned char second = (unsigned char)text.ptr[at + 1];
		char base = second >= 0x80 && second <= 0xBF ? plain[second - 0x80] : '*';
		if (base != '*') {
			*ret_letter = (unsigned char)base;
			return 2;
		}
	}
	*ret_letter = c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
	return 1;
}

static bool begins(struct str name, size_t at, struct str word)
{
	size_t in_word = 0;
	while (in_word < word.len) {
		unsigned char a, b;
		if (at >= name.len)
			return false;
		at += letter(name, at, &a);
		in_word += letter(word, in_word, &b);
		if (a != b)
			return false;
	}
	return true;
}

static bool is_gap(char c)
{
	return c == ' ' || c == '-' || c == '\'' || c == '.' || c == ',' || c == '(';
}

static bool has_word(struct str name, struct str word)
{
	for (size_t at = 0; at < name.len; at++)
		if ((at == 0 || is_gap(name.ptr[at - 1])) && begins(name, at, word))
			return true;
	return false;
}

bool directory_matches(struct str name, struct str words)
{
	size_t count = 0;
	while (words.ptr && words.len && count < DIRECTORY_WORDS_MAX) {
		struct str word = str_split(&words, ' ');
		if (!word.len)
			continue;
		count++;
		if (!has_word(name, word))
			return false;
	}
	return true;
}

/* ---- Clients ---- */

static bool client_matches(const struct client_item *item, const struct directory_query *query)
{
	const struct care_client *client = &item->pub;
	if (strcmp(client->programme_id.text, query->programme_id) != 0)
		return false;
	if (query->coach_id && strcmp(client->coach_id.text, query->coach_id) != 0)
		return false;
	if (query->state.len && !str_eq(client->state, query->state))
		return false;
	if (query->after.len && str_cmp(str_c(client->id.text), query->after) >= 0)
		return false;
	if (!query->words.len)
		return true;
	/* Of pseudonym and name together: "fern ada" finds Ada who is called Fern. */
	char both[sizeof item->pseudonym + sizeof item->name + 1];
	int len = snprintf(both, sizeof both, STR_FMT " " STR_FMT, STR_ARG(client->pseudonym), STR_ARG(client->name));
	return len > 0 && directory_matches(str_make(both, (size_t)len), query->words);
}

/* The newest `limit` found so far stand in order; ids of version 7 grow with time. */
size_t directory_find(const struct care *care, const struct directory_query *query, struct uuid *ret_ids, bool *ret_more)
{
	size_t place = 0, count = 0;
	*ret_more = false;
	for (const struct client_item *item; (item = map_next(&care->clients, &place)) != NULL;) {
		if (!client_matches(item, query))
			continue;
		size_t at = count;
		while (at > 0 && strcmp(ret_ids[at - 1].text, item->pub.id.text) < 0)
			at--;
		*ret_more |= count == query->limit;
		if (at == query->limit)
			continue;
		size_t keep = count < query->limit ? count : query->limit - 1;
		memmove(&ret_ids[at + 1], &ret_ids[at], (keep - at) * sizeof *ret_ids);
		ret_ids[at] = item->pub.id;
		count = keep + 1;
	}
	return count;
}
