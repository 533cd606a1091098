/* load_steps.c: the words of all literals as steps (pack_priv.h): how the matcher reads them, from the last word back. */
#include "screen/load_priv.h"

struct steps {
	const struct pack *pack;
	struct pack_step *steps;
	struct pack_link *links;
	uint64_t *bits;
	size_t step_count, link_count;
};

static uint32_t number_of(const struct pack *pack, struct str word)
{
	const struct vocab vocab = pack_vocab(pack);
	const struct vocab_slot *slot = vocab_find(&vocab, word, vocab_hash(word));
	return slot ? slot->number : NONE;
}

/* The step that `word` before `step` leads to, made when new. */
static uint32_t lead_on(struct steps *steps, uint32_t step, uint32_t word)
{
	uint32_t mask = (uint32_t)steps->link_count - 1, hash = link_hash(step, word), at = hash & mask;
	for (; steps->links[at].next; at = (at + 1) & mask)
		if (steps->links[at].step == step && steps->links[at].word == word)
			return steps->links[at].next;
	uint32_t next = (uint32_t)steps->step_count++;
	steps->links[at] = (struct pack_link){ step, word, next };
	steps->bits[link_bit(hash) / 64] |= UINT64_C(1) << (link_bit(hash) % 64);
	steps->steps[step].before |= UINT64_C(1) << (word % 64);
	steps->steps[next].literal = NONE;
	return next;
}

static int add_literal(struct steps *steps, struct str text, uint32_t number)
{
	uint32_t step = NONE;
	for (size_t end = text.len - 1; end > 0;) {
		size_t start = end;
		while (text.ptr[start - 1] != ' ')
			start--;
		uint32_t word = number_of(steps->pack, str_sub(text, start, end));
		if (word == NONE)
			return E_BUG;
		step = step == NONE ? word : lead_on(steps, step, word);
		end = start - 1;
	}
	steps->steps[step].literal = number;
	return 0;
}

int steps_finish(struct loader *loader, struct pack *pack)
{
	size_t words = 0;
	for (size_t i = 0; i < loader->literals.count; i++)
		words += TABLE_AT(loader->literals, struct literal_work, i)->tokens - 1;
	struct steps steps = { .pack = pack, .step_count = pack->word_count, .link_count = 16 };
	while (steps.link_count < words * 2)
		steps.link_count *= 2;
	steps.steps = ARENA_ARRAY(loader->arena, struct pack_step, pack->word_count + words);
	steps.links = ARENA_ARRAY(loader->arena, struct pack_link, steps.link_count);
	steps.bits = ARENA_ARRAY(loader->arena, uint64_t, (1u << LINK_BITS) / 64);
	if (!steps.steps || !steps.links || !steps.bits)
		return no_memory(loader);
	for (size_t i = 0; i < pack->word_count; i++)
		steps.steps[i].literal = NONE;
	for (size_t i = 0; i < loader->literals.count; i++)
		if (add_literal(&steps, TABLE_AT(loader->literals, struct literal_work, i)->text, (uint32_t)i) < 0)
			return err_set(loader->reterr, E_BUG, "screen/pack", "a literal holds a word that is not in the vocabulary");
	pack->steps = steps.steps;
	pack->step_count = steps.step_count;
	pack->links = steps.links;
	pack->link_count = steps.link_count;
	pack->link_bits = steps.bits;
	pack->link_bits_count = (1u << LINK_BITS) / 64;
	return 0;
}
