/* vocab.h: the set of folded words that the packs know, each with flags. Read-only, position-free (it lives in an engine
 * image); made by the pack loader with vocab_place. */
#ifndef HEED_TEXT_VOCAB_H
#define HEED_TEXT_VOCAB_H

#include "base/str.h"

enum vocab_flag {
	VOCAB_KNOWN = 1,   /* some pack has the word */
	VOCAB_KEY = 2,     /* stands in a phrase of a concept that is sought in the de-obfuscated view too */
	VOCAB_KEYTERM = 4, /* a term whose misspellings by one letter are read as the term */
	VOCAB_LANG = 8     /* and the bits above it: a pack in that language has the word, counted as pack.langs counts */
};
#define VOCAB_LANGS 12u /* languages that are told apart so */

struct vocab_slot {
	uint32_t offset; /* in bytes; 0 = empty */
	uint32_t hash;   /* vocab_hash of the word: what is not there is told without a look at any bytes */
	uint32_t number; /* the loader's own: the words that are met most often have the lowest */
	uint16_t len;
	uint16_t flags;
};

struct vocab {
	const struct vocab_slot *slots;
	uint32_t slot_count; /* power of two, or 0 for an empty set */
	const char *bytes;
	const uint32_t *order; /* by number: where a word stands among the others where it matters which comes first; NULL: by number */
};

/* vocab_hash: shared by reader and loader. Of a growing word: VOCAB_HASH_BEGIN, a vocab_hash_byte for each byte, and vocab_hash_end of
 * that. */
#define VOCAB_HASH_BEGIN 2166136261u
static inline uint32_t vocab_hash_byte(uint32_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * 16777619u;
}

static inline uint32_t vocab_hash_end(uint32_t hash)
{
	return hash ^ hash >> 15;
}

static inline uint32_t vocab_hash(struct str word)
{
	uint32_t hash = VOCAB_HASH_BEGIN;
	for (size_t i = 0; i < word.len; i++)
		hash = vocab_hash_byte(hash, word.ptr[i]);
	return vocab_hash_end(hash);
}

/* vocab_same: whether `len` bytes are the same: words are short, and a call of memcmp is dearer than they are. */
static inline bool vocab_same(const char *a, const char *b, size_t len)
{
	uint64_t x, y;
	for (; len > 8; a += 8, b += 8, len -= 8) {
		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		if (x != y)
			return false;
	}
	uint32_t differ = 0;
	for (size_t i = 0; i < len; i++)
		differ |= (uint32_t)(a[i] ^ b[i]);
	return differ == 0;
}

/* vocab_find: the slot of a word whose vocab_hash is `hash`; NULL when unknown. vocab may be NULL. */
static inline const struct vocab_slot *vocab_find(const struct vocab *vocab, struct str word, uint32_t hash)
{
	if (!vocab || !vocab->slot_count || word.len > UINT16_MAX)
		return NULL;
	uint32_t mask = vocab->slot_count - 1;
	for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
		const struct vocab_slot *slot = &vocab->slots[at];
		if (!slot->offset)
			return NULL;
		if (slot->hash == hash && slot->len == word.len && vocab_same(vocab->bytes + slot->offset, word.ptr, word.len))
			return slot;
	}
}

/* vocab_flags: of a word; 0 when unknown. vocab may be NULL. */
static inline unsigned vocab_flags(const struct vocab *vocab, struct str word)
{
	const struct vocab_slot *slot = vocab && vocab->slot_count ? vocab_find(vocab, word, vocab_hash(word)) : NULL;
	return slot ? slot->flags : 0;
}

#endif
