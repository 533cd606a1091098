/* merkle.c: see merkle.h. */
#include "store/merkle.h"

#include <sodium.h>

void merkle_leaf(struct str data, struct merkle_hash *ret_hash)
{
	crypto_hash_sha256_state state;
	static const uint8_t prefix = 0;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &prefix, 1);
	crypto_hash_sha256_update(&state, (const uint8_t *)data.ptr, data.len);
	crypto_hash_sha256_final(&state, ret_hash->byte);
}

void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret_hash)
{
	uint8_t data[1 + 2 * MERKLE_HASH] = { 1 };
	memcpy(data + 1, left->byte, MERKLE_HASH);
	memcpy(data + 1 + MERKLE_HASH, right->byte, MERKLE_HASH);
	crypto_hash_sha256(ret_hash->byte, data, sizeof data);
}

unsigned merkle_frontier_count(uint64_t size)
{
	unsigned count = 0;
	for (; size; size &= size - 1)
		count++;
	return count;
}

void merkle_add(struct merkle *tree, const struct merkle_hash *leaf)
{
	unsigned count = merkle_frontier_count(tree->size);
	struct merkle_hash hash = *leaf;
	for (uint64_t bits = tree->size; bits & 1; bits >>= 1)
		merkle_node(&tree->frontier[--count], &hash, &hash);
	tree->frontier[count] = hash;
	tree->size++;
}

void merkle_root(const struct merkle *tree, struct merkle_hash *ret_hash)
{
	unsigned count = merkle_frontier_count(tree->size);
	if (count == 0) {
		crypto_hash_sha256(ret_hash->byte, (const uint8_t *)"", 0);
		return;
	}
	struct merkle_hash hash = tree->frontier[--count];
	while (count > 0)
		merkle_node(&tree->frontier[--count], &hash, &hash);
	*ret_hash = hash;
}

static void range_root(const struct merkle_hash *leaves, uint64_t size, struct merkle_hash *ret_hash)
{
	struct merkle tree = { .size = 0 };
	for (uint64_t i = 0; i < size; i++)
		merkle_add(&tree, &leaves[i]);
	merkle_root(&tree, ret_hash);
}

/* The largest power of two below size, size >= 2. */
static uint64_t split_point(uint64_t size)
{
	uint64_t k = 1;
	while (k < size - k)
		k *= 2;
	return k;
}

void merkle_inclusion(const struct merkle_hash *leaves, uint64_t size, uint64_t index, struct merkle_hash *proof, size_t *ret_count)
{
	struct merkle_hash path[MERKLE_DEPTH] = { 0 }; /* root side first */
	size_t count = 0;
	while (size > 1) {
		uint64_t k = split_point(size);
		if (index < k) {
			range_root(leaves + k, size - k, &path[count++]);
			size = k;
		} else {
			range_root(leaves, k, &path[count++]);
			leaves += k;
			index -= k;
			size -= k;
		}
	}
	for (size_t i = 0; i < count; i++)
		proof[i] = path[count - 1 - i];
	*ret_count = count;
}

void merkle_consistency(const struct merkle_hash *leaves, uint64_t old_size, uint64_t size, struct merkle_hash *proof, size_t *ret_count)
{
	struct merkle_hash path[MERKLE_DEPTH + 1] = { 0 };
	size_t count = 0;
	bool whole = true; /* the old tree is a complete subtree of what is left */
	while (old_size != size) {
		uint64_t k = split_point(size);
		if (old_size <= k) {
			range_root(leaves + k, size - k, &path[count++]);
			size = k;
		} else {
			range_root(leaves, k, &path[count++]);
			leaves += k;
			old_size -= k;
			size -= k;
			whole = false;
		}
	}
	if (!whole)
		range_root(leaves, size, &path[count++]);
	for (size_t i = 0; i < count; i++)
		proof[i] = path[count - 1 - i];
	*ret_count = count;
}

static bool same(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->byte, b->byte, MERKLE_HASH) == 0;
}

bool merkle_inclusion_holds(const struct merkle_hash *leaf, uint64_t index, uint64_t size, const struct merkle_hash *proof, size_t count,
	const struct merkle_hash *root)
{
	if (index >= size)
		return false;
	uint64_t fn = index, sn = size - 1;
	struct merkle_hash hash = *leaf;
	for (size_t i = 0; i < count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(&proof[i], &hash, &hash);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(&hash, &proof[i], &hash);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&hash, root);
}

bool merkle_consistency_holds(uint64_t old_size, uint64_t size, const struct merkle_hash *old_root, const struct merkle_hash *root,
	const struct merkle_hash *proof, size_t count)
{
	if (old_size == 0 || old_size > size)
		return false;
	if (old_size == size)
		return count == 0 && same(old_root, root);
	uint64_t fn = old_size - 1, sn = size - 1;
	size_t at = 0;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	if (fn != 0 && count == 0)
		return false;
	struct merkle_hash old_hash = fn == 0 ? *old_root : proof[at++], hash = old_hash;
	for (; at < count; at++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(&proof[at], &old_hash, &old_hash);
			merkle_node(&proof[at], &hash, &hash);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(&hash, &proof[at], &hash);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && same(&old_hash, old_root) && same(&hash, root);
}
