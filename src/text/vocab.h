/* vocab.h: the set of folded words that the packs know, each with flags. Read-only, position-free (it lives in an engine
 * image); made by the pack loader with vocab_place. */
#ifndef HEED_TEXT_VOCAB_H
#define HEED_TEXT_VOCAB_H

#include "base/str.h"

enum vocab_flag {
	VOCAB_KNOWN = 1,  /* some pack has the word */
	VOCAB_KEY = 2,    /* stands in a phrase of a concept that is sought in the de-obfuscated view too */
	VOCAB_KEYTERM = 4 /* a term whose misspellings by one letter are read as the term */
};

struct vocab_slot {
	uint32_t offset; /* in bytes; 0 = empty */
	uint16_t len;
	uint16_t flags;
};

struct vocab {
	const struct vocab_slot *slots;
	uint32_t slot_count; /* power of two, or 0 for an empty set */
	const char *bytes;
	const uint64_t
		*filter; /* VOCAB_FILTER_BITS a slot, or NULL: most words that are not there are told by it, in a quarter of the memory */
};

#define VOCAB_FILTER_BITS 8u

/* vocab_hash: shared by reader and loader. Byte by byte: begins with VOCAB_HASH_FIRST, grows by vocab_hash_add, ends with
 * vocab_hash_end (FNV-1a, 32 bits, its high bits folded in). */
#define VOCAB_HASH_FIRST 2166136261u
static inline uint32_t vocab_hash_add(uint32_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * 16777619u;
}
static inline uint32_t vocab_hash_end(uint32_t hash)
{
	return hash ^ hash >> 15;
}
static inline uint32_t vocab_hash(struct str word)
{
	uint32_t hash = VOCAB_HASH_FIRST;
	for (size_t i = 0; i < word.len; i++)
		hash = vocab_hash_add(hash, word.ptr[i]);
	return vocab_hash_end(hash);
}

/* vocab_flags: of a word; 0 when unknown. vocab may be NULL. vocab_flags_at: of a word whose hash is known. */
static inline unsigned vocab_flags_at(const struct vocab *vocab, uint32_t hash, struct str word)
{
	if (!vocab || !vocab->slot_count || word.len > UINT16_MAX)
		return 0;
	uint32_t mask = vocab->slot_count - 1, bit = hash & (vocab->slot_count * VOCAB_FILTER_BITS - 1);
	if (vocab->filter && !(vocab->filter[bit / 64] >> (bit % 64) & 1))
		return 0;
	for (uint32_t at = hash & mask;; at = (at + 1) & mask) {
		const struct vocab_slot *slot = &vocab->slots[at];
		if (!slot->offset)
			return 0;
		if (slot->len == word.len && memcmp(vocab->bytes + slot->offset, word.ptr, word.len) == 0)
			return slot->flags;
	}
}
/* vocab_filter: an array for vocab->filter, as long as vocab_filter_count says and all zeroes, is filled. */
static inline size_t vocab_filter_count(const struct vocab *vocab)
{
	return ((size_t)vocab->slot_count * VOCAB_FILTER_BITS + 63) / 64;
}
static inline void vocab_filter(const struct vocab *vocab, uint64_t *filter)
{
	for (uint32_t i = 0; i < vocab->slot_count; i++) {
		const struct vocab_slot *slot = &vocab->slots[i];
		uint32_t hash = slot->offset ? vocab_hash((struct str){ vocab->bytes + slot->offset, slot->len }) : 0;
		uint32_t bit = hash & (vocab->slot_count * VOCAB_FILTER_BITS - 1);
		if (slot->offset)
			filter[bit / 64] |= UINT64_C(1) << (bit % 64);
	}
}
static inline unsigned vocab_flags(const struct vocab *vocab, struct str word)
{
	return vocab_flags_at(vocab, vocab_hash(word), word);
}

#endif
