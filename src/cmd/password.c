/* password.c: see password.h. */
#include "cmd/password.h"

#include "sys/random.h"

#include <sodium.h>

#define LETTERS 15

void password_make(char password[PASSWORD_MADE_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
	size_t at = 0;
	for (size_t i = 0; i < LETTERS; i++) {
		if (i && i % 5 == 0)
			password[at++] = '-';
		password[at++] = letters[randombytes_uniform(sizeof(letters) - 1)]; /* no letter more often than another */
	}
	password[at] = '\0';
}
