/* names.c: see names.h. */
#include "screen/names.h"

int names_with(const struct mem *mem, const struct vocab *table, unsigned flags, struct vocab *ret_table)
{
	uint32_t count = 0, size = 16;
	for (uint32_t i = 0; i < table->slot_count; i++)
		count += table->slots[i].offset && (table->slots[i].flags & flags);
	while (size < count * 4)
		size *= 2;
	struct vocab_slot *slots = mem->alloc(mem->ctx, size * sizeof *slots);
	if (!slots)
		return E_MEMORY;
	memset(slots, 0, size * sizeof *slots);
	for (uint32_t i = 0; i < table->slot_count; i++) {
		const struct vocab_slot *slot = &table->slots[i];
		if (!slot->offset || !(slot->flags & flags))
			continue;
		uint32_t at = vocab_hash(str_make(table->bytes + slot->offset, slot->len)) & (size - 1);
		while (slots[at].offset)
			at = (at + 1) & (size - 1);
		slots[at] = *slot;
	}
	*ret_table = (struct vocab){ slots, size, table->bytes, NULL };
	return 0;
}
