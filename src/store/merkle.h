/* merkle.h: the Merkle tree of RFC 6962 section 2.1: SHA-256, leaf prefix 0x00, node prefix 0x01. A tree that grows is held
 * as its frontier: the roots of the perfect subtrees of its size, at most 64 hashes. Pure. */
#ifndef HEED_STORE_MERKLE_H
#define HEED_STORE_MERKLE_H

#include "base/compiler.h"
#include "base/str.h"

#define MERKLE_HASH 32
#define MERKLE_DEPTH 63

struct merkle_hash {
	uint8_t byte[MERKLE_HASH];
};

struct merkle {
	uint64_t size;
	struct merkle_hash frontier[MERKLE_DEPTH]; /* largest subtree first; one for each set bit of size */
};

void merkle_leaf(struct str data, struct merkle_hash *ret_hash);
void merkle_node(const struct merkle_hash *left, const struct merkle_hash *right, struct merkle_hash *ret_hash);

/* merkle_add: append a leaf hash. Amortised constant cost. */
void merkle_add(struct merkle *tree, const struct merkle_hash *leaf);
/* merkle_frontier_count: how many hashes of frontier are in use. */
unsigned merkle_frontier_count(uint64_t size);
/* merkle_root: of the tree; of no leaves, the hash of nothing. */
void merkle_root(const struct merkle *tree, struct merkle_hash *ret_hash);

/* Proofs over all leaf hashes. proof has room for MERKLE_DEPTH hashes; *ret_count tells how many. index < size <= count;
 * 0 < old_size <= size. Linear cost. */
void merkle_inclusion(const struct merkle_hash *leaves, uint64_t size, uint64_t index, struct merkle_hash *proof, size_t *ret_count);
void merkle_consistency(const struct merkle_hash *leaves, uint64_t old_size, uint64_t size, struct merkle_hash *proof, size_t *ret_count);

/* Verification by RFC 9162 sections 2.1.3.2 and 2.1.4.2. Any input is safe. */
bool merkle_inclusion_holds(const struct merkle_hash *leaf, uint64_t index, uint64_t size, const struct merkle_hash *proof, size_t count,
	const struct merkle_hash *root);
bool merkle_consistency_holds(uint64_t old_size, uint64_t size, const struct merkle_hash *old_root, const struct merkle_hash *root,
	const struct merkle_hash *proof, size_t count);

#endif
