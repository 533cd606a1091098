/* merkle_test.c: the tree against the vectors of RFC 6962 / Certificate Transparency and against its own laws. */
#include "store/merkle.h"
#include "store/note.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define LEAVES_MAX 70

/* The inputs and roots of the reference implementation of Certificate Transparency (merkle tree test data). */
static const struct {
	const char *hex;
} inputs[8] = { { "" }, { "00" }, { "10" }, { "2021" }, { "3031" }, { "40414243" }, { "5051525354555657" },
	{ "606162636465666768696a6b6c6d6e6f" } };
static const char *const roots[9] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void add_input(struct merkle *tree, const char *hex)
{
	uint8_t bytes[32];
	size_t len = 0;
	struct merkle_hash leaf;
	assert_int_equal(sodium_hex2bin(bytes, sizeof bytes, hex, strlen(hex), NULL, &len, NULL), 0);
	merkle_leaf(str_make((const char *)bytes, len), &leaf);
	merkle_add(tree, &leaf);
}

static void assert_root(const struct merkle *tree, const char *hex)
{
	struct merkle_hash root;
	char text[65];
	merkle_root(tree, &root);
	sodium_bin2hex(text, sizeof text, root.byte, MERKLE_HASH);
	assert_string_equal(text, hex);
}

static void roots_are_those_of_the_reference(void **state)
{
	struct merkle tree = { .size = 0 };
	assert_root(&tree, roots[0]);
	for (size_t i = 0; i < 8; i++) {
		add_input(&tree, inputs[i].hex);
		assert_root(&tree, roots[i + 1]);
	}
	(void)state;
}

static void make_leaves(struct merkle_hash *leaves)
{
	for (size_t i = 0; i < LEAVES_MAX; i++) {
		char text[16];
		snprintf(text, sizeof text, "leaf %zu", i);
		merkle_leaf(str_c(text), &leaves[i]);
	}
}

static void root_of(const struct merkle_hash *leaves, size_t count, struct merkle_hash *ret_root)
{
	struct merkle tree = { .size = 0 };
	for (size_t i = 0; i < count; i++)
		merkle_add(&tree, &leaves[i]);
	merkle_root(&tree, ret_root);
}

static void every_entry_can_be_proved_and_no_other(void **state)
{
	struct merkle_hash leaves[LEAVES_MAX], proof[MERKLE_DEPTH + 1], root;
	make_leaves(leaves);
	for (size_t size = 1; size <= LEAVES_MAX; size++) {
		root_of(leaves, size, &root);
		for (size_t index = 0; index < size; index++) {
			size_t count = 0;
			merkle_inclusion(leaves, size, index, proof, &count);
			assert_true(merkle_inclusion_holds(&leaves[index], index, size, proof, count, &root));
			assert_false(merkle_inclusion_holds(&leaves[(index + 1) % LEAVES_MAX], index, size, proof, count, &root));
			assert_false(merkle_inclusion_holds(&leaves[index], index, size, proof, count + 1, &root));
			if (count)
				assert_false(merkle_inclusion_holds(&leaves[index], index, size, proof, count - 1, &root));
			if (size > 1)
				assert_false(merkle_inclusion_holds(&leaves[index], (index + 1) % size, size, proof, count, &root));
			for (size_t k = 0; k < count; k++) {
				proof[k].byte[k % 32] ^= 1;
				assert_false(merkle_inclusion_holds(&leaves[index], index, size, proof, count, &root));
				proof[k].byte[k % 32] ^= 1;
			}
		}
		assert_false(merkle_inclusion_holds(&leaves[0], size, size, proof, 0, &root));
	}
	(void)state;
}

static void every_tree_grows_out_of_the_ones_before(void **state)
{
	struct merkle_hash leaves[LEAVES_MAX], proof[MERKLE_DEPTH + 2], root, old_root;
	make_leaves(leaves);
	for (size_t size = 1; size <= LEAVES_MAX; size++) {
		root_of(leaves, size, &root);
		for (size_t old = 1; old <= size; old++) {
			size_t count = 0;
			root_of(leaves, old, &old_root);
			merkle_consistency(leaves, old, size, proof, &count);
			assert_true(merkle_consistency_holds(old, size, &old_root, &root, proof, count));
			old_root.byte[0] ^= 1;
			assert_false(merkle_consistency_holds(old, size, &old_root, &root, proof, count));
			old_root.byte[0] ^= 1;
			assert_false(merkle_consistency_holds(old, size, &old_root, &root, proof, count + 1));
			for (size_t k = 0; k < count; k++) {
				proof[k].byte[k % 32] ^= 1;
				assert_false(merkle_consistency_holds(old, size, &old_root, &root, proof, count));
				proof[k].byte[k % 32] ^= 1;
			}
		}
		assert_false(merkle_consistency_holds(0, size, &root, &root, proof, 0));
		assert_false(merkle_consistency_holds(size + 1, size, &root, &root, proof, 0));
	}
	(void)state;
}

static void a_note_is_opened_by_its_key_alone(void **state)
{
	uint8_t public_key[32], secret_key[64], other_public[32], other_secret[64];
	char verifier[NOTE_VERIFIER_MAX], other[NOTE_VERIFIER_MAX], note[NOTE_MAX];
	struct checkpoint out;
	struct err err = { .code = 0 };
	crypto_sign_keypair(public_key, secret_key);
	crypto_sign_keypair(other_public, other_secret);
	note_verifier("clinic.example/log", public_key, verifier);
	note_verifier("clinic.example/log", other_public, other);
	struct note_signer signer = { "clinic.example/log", public_key, secret_key };
	struct checkpoint checkpoint = { .origin = STR("clinic.example/log/main"), .size = 1234567 };
	memset(checkpoint.root.byte, 7, MERKLE_HASH);
	note_checkpoint(&signer, &checkpoint, note);
	assert_int_equal(note_open(str_c(note), str_c(verifier), &out, &err), 0);
	assert_int_equal(out.size, 1234567);
	assert_true(str_eqc(out.origin, "clinic.example/log/main"));
	assert_memory_equal(out.root.byte, checkpoint.root.byte, MERKLE_HASH);
	assert_int_equal(note_open(str_c(note), str_c(other), &out, &err), E_CRYPTO);
	assert_int_equal(note_open(str_c(note), STR("nonsense"), &out, &err), E_INVALID);
	size_t length = strlen(note);
	for (size_t i = 0; i < length; i++) { /* whatever bit of whatever byte */
		for (int bit = 0; bit < 8; bit++) {
			note[i] = (char)(note[i] ^ (1 << bit));
			if (note_open(str_make(note, length), str_c(verifier), &out, &err) == 0)
				fail_msg("byte %zu bit %d of %s", i, bit, note);
			note[i] = (char)(note[i] ^ (1 << bit));
		}
		assert_true(note_open(str_make(note, i), str_c(verifier), &out, &err) != 0);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_are_those_of_the_reference),
		cmocka_unit_test(every_entry_can_be_proved_and_no_other),
		cmocka_unit_test(every_tree_grows_out_of_the_ones_before),
		cmocka_unit_test(a_note_is_opened_by_its_key_alone),
	};
	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
