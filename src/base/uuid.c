/* uuid.c: see uuid.h. */
#include "base/uuid.h"

void uuid_v7(int64_t time_us, const uint8_t random[8], struct uuid *ret_uuid)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t us = time_us < 0 ? 0 : (uint64_t)time_us, ms = us / 1000;
	unsigned fraction = (unsigned)((us % 1000) * 4096 / 1000);
	uint8_t b[16];
	for (int i = 0; i < 6; i++)
		b[i] = (uint8_t)(ms >> (40 - 8 * i));
	b[6] = (uint8_t)(0x70 | fraction >> 8);
	b[7] = (uint8_t)fraction;
	memcpy(b + 8, random, 8);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	char *out = ret_uuid->text;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[b[i] >> 4];
		*out++ = digits[b[i] & 15];
	}
	*out = 0;
}

bool uuid_valid(struct str text)
{
	if (text.len != UUID_LENGTH)
		return false;
	for (size_t i = 0; i < UUID_LENGTH; i++) {
		char c = text.ptr[i];
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
		if (hyphen ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}
