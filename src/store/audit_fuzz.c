/* audit_fuzz.c: whatever an export holds, verifying it ends, and never calls a journal good that no checkpoint of the key covers.
 * No input can hold a good signature: the key is thrown away. */
#include "store/audit.h"

#include <sodium.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void count_fault(void *ctx, const struct audit_fault *fault)
{
	size_t *faults = ctx;
	if (fault->first > fault->last || !fault->message[0])
		abort();
	++*faults;
}

static const char *lost_key(void)
{
	static char verifier[NOTE_VERIFIER_MAX];
	uint8_t public_key[32], secret_key[64];
	if (!verifier[0]) {
		if (sodium_init() < 0)
			abort();
		crypto_sign_keypair(public_key, secret_key);
		note_verifier("fuzz.example", public_key, verifier);
	}
	return verifier;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size), verifier = str_c(lost_key());
	struct checkpoint checkpoint;
	struct audit *audit = NULL;
	struct audit_result result;
	struct err err = { .code = 0 };
	size_t faults = 0;
	if (note_open(rest, verifier, &checkpoint, &err) == 0)
		abort();
	(void)!note_open(STR("x\n0\n\n\n"), rest, &checkpoint, &err); /* the input as a verifier */
	if (audit_new(verifier, STR(""), count_fault, &faults, &audit, &err) != 0)
		abort();
	while (rest.len > 0)
		audit_line(audit, str_split(&rest, '\n'));
	audit_finish(audit, &result);
	audit_free(&audit);
	if (faults == 0 || result.faults != faults || result.covered != 0)
		abort();
	return 0;
}
