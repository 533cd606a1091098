/* disguise.c: what is written so that a reader sees it and a word list does not: the de-obfuscated view of a text
 * (text/unveil.h) and base64 inside it (RFC 4648, both alphabets, with or without padding). Only concepts marked
 * `deobfuscate` are sought in the view, and only matches that hold a changed word count: the rest is in the plain view.
 * Decoded text is read like any other; its findings point at the encoded span. */
#include "screen/engine_priv.h"
#include "text/segment.h"
#include "text/utf8.h"

#include <sodium.h>

#define ENCODED_MIN 16u           /* characters: 12 bytes, "i want to die" has 13 */
#define ENCODED_MAX (64u * 1024u) /* characters of one span that are decoded */
#define ENCODED_SPANS_MAX 64u     /* in one text */
#define ENCODED_DEPTH_MAX 2u      /* base64 within base64 */

/* ---- spelling ---- */

struct changed {
	const struct context_options *options;
};

static bool holds_changed(const struct scan *scan, const struct match *match, const void *ctx)
{
	const struct changed *changed = ctx;
	const struct pack_phrase *phrase = &scan->pack->phrases[match->phrase];
	if (!scan->pack->concepts[phrase->ref].deobfuscate)
		return false;
	return scan_holds_changed(scan, match) &&
	       (!changed->options->only || changed->options->only(scan, match, changed->options->only_ctx));
}

static int add_why(struct run *run, size_t first, struct str sentence)
{
	for (size_t i = first; i < run->findings.count; i++) {
		struct finding *finding = &run->findings.items[i];
		const struct str parts[] = { finding->why, STR(" "), sentence };
		finding->why = arena_join(run->arena, parts, COUNT_OF(parts));
		if (!finding->why.ptr)
			return E_MEMORY;
	}
	return 0;
}

int disguise_spelling(struct run *run, const struct view *plain, const struct context_options *options)
{
	const struct screen_engine *engine = run->engine;
	struct view view;
	struct scan scan;
	size_t first = run->findings.count;
	int rc = unveil_run(engine->unveil, run->arena, plain, &view);
	if (rc <= 0)
		return rc;
	rc = segment_run(run->arena, &view);
	if (rc == 0)
		rc = match_run(&engine->pack, run->arena, &run->scratch->room, &view, run->roles, true, &scan);
	if (rc < 0)
		return rc;
	struct changed changed = { options };
	struct context_options inner = *options;
	inner.only = holds_changed;
	inner.only_ctx = &changed;
	if (inner.source == SOURCE_PHRASE)
		inner.source = SOURCE_DEOBFUSCATED;
	rc = context_findings(run, &scan, &inner);
	return rc < 0 ? rc : add_why(run, first, STR("Read from a disguised or mistyped spelling."));
}

/* ---- base64 ---- */

static bool is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '-' || c == '_';
}

/* The next run of base64 characters that is long enough, with its padding left out; false at the end. What is before *at is no part of it.
 * Such a run holds the last of the next ENCODED_MIN characters: where that one is of another kind, none begins up to it. */
static bool next_span(struct str text, size_t *at, struct str *ret_span)
{
	size_t start = *at, last;
	while (text.len - start >= ENCODED_MIN) {
		for (last = start + ENCODED_MIN; last > start && is_base64(text.ptr[last - 1]); last--)
			;
		if (last > start) {
			start = last;
			continue;
		}
		for (last = start + ENCODED_MIN; last < text.len && is_base64(text.ptr[last]); last++)
			;
		*ret_span = str_make(text.ptr + start, last - start);
		*at = last;
		return true;
	}
	return false;
}

/* Bytes that a person could have written: UTF-8 without control characters, letters for the most part. */
static bool is_writing(struct str bytes)
{
	size_t letters = 0;
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.ptr[i];
		if (c == 0x7F || (c < 0x20 && c != '\n' && c != '\r' && c != '\t'))
			return false;
		letters += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
	}
	return letters * 2 > bytes.len && utf8_valid(bytes);
}

/* Decodes a span; an odd last character (a cut copy) is left out. {NULL, 0} when no writing comes of it. */
static int decode_span(struct run *run, struct str span, struct str *ret_text)
{
	size_t len = span.len % 4 == 1 ? span.len - 1 : span.len, written = 0;
	bool url = memchr(span.ptr, '-', span.len) || memchr(span.ptr, '_', span.len);
	unsigned char *bytes = arena_alloc(run->arena, len, 1);
	*ret_text = (struct str){ NULL, 0 };
	if (!bytes)
		return E_MEMORY;
	if (sodium_base642bin(bytes, len, span.ptr, len, NULL, &written, NULL,
		    url ? sodium_base64_VARIANT_URLSAFE_NO_PADDING : sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
		return 0;
	struct str text = str_make((const char *)bytes, written);
	if (is_writing(text))
		*ret_text = text;
	return 0;
}

int disguise_encoding(struct run *run, struct str text, int turn, unsigned depth)
{
	struct str span;
	size_t at = 0, spans = 0;
	while (depth < ENCODED_DEPTH_MAX && next_span(text, &at, &span)) {
		struct str decoded;
		struct view view;
		struct scan scan;
		size_t first = run->findings.count;
		struct context_options options = { .source = SOURCE_DECODED, .turn = turn };
		if (++spans > ENCODED_SPANS_MAX)
			return E_LIMIT;
		if (span.len > ENCODED_MAX)
			span.len = ENCODED_MAX;
		int rc = decode_span(run, span, &decoded);
		if (rc < 0)
			return rc;
		if (!decoded.len)
			continue;
		rc = scan_text(run, decoded, &view, &scan);
		if (rc == 0)
			rc = context_findings(run, &scan, &options);
		if (rc == 0)
			rc = disguise_spelling(run, &view, &options);
		if (rc == 0)
			rc = add_why(run, first, STR("Read from text written in base64."));
		if (rc == 0)
			rc = disguise_encoding(run, decoded, turn, depth + 1);
		if (rc < 0)
			return rc;
		for (size_t i = first; i < run->findings.count; i++) {
			run->findings.items[i].start = (size_t)(span.ptr - text.ptr);
			run->findings.items[i].end = run->findings.items[i].start + span.len;
		}
	}
	return 0;
}
