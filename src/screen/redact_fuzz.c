/* redact_fuzz.c: the first bytes place spans over the rest; whatever they are, the way back gives the same bytes, or no text is given. */
#include "screen/redact.h"

#include "sys/mem.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const concepts[] = { "pii.name", "pii.phone", "pii.address", "pii.national_id" };
	struct finding findings[8] = { 0 };
	struct arena arena;
	size_t count = size ? data[0] % 9u : 0, head = 1 + 3 * count;
	if (size < head)
		return 0;
	struct str text = str_make((const char *)data + head, size - head), out, back;
	for (size_t i = 0; i < count; i++)
		findings[i] = (struct finding){ .concept = str_c(concepts[data[3 * i + 1] % 4u]),
			.family = FAMILY_PII,
			.start = data[3 * i + 2],
			.end = (size_t)data[3 * i + 2] + data[3 * i + 3],
			.confidence = data[3 * i + 1] };
	struct verdict verdict = { .state = VERDICT_SCREENED, .received_bytes = text.len, .findings = findings, .finding_count = count };
	arena_init(&arena, mem_system(), 64u << 20);
	struct redact_map map = { .arena = &arena };
	for (int turn = 0; turn < 2; turn++) {
		if (redact_run(&arena, text, &verdict, &map, &out) < 0)
			break;
		if (redact_restore(&arena, out, &map, &back) < 0 || !str_eq(back, text))
			abort();
	}
	arena_done(&arena);
	return 0;
}
