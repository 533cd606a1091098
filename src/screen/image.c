/* image.c: compiled packs as one block of bytes: a header, then each table at an offset that is a multiple of IMAGE_ALIGN. The block
 * is a cache on the same machine, not an exchange format: byte order and struct layout are the machine's, the key says
 * whose. A checksum guards against a torn or altered file. */
#include "screen/pack_priv.h"

#include <sodium.h>

#define IMAGE_MAGIC "HEEDPAK1"
#define CHECKSUM_BYTES crypto_generichash_BYTES /* BLAKE2b: opening is mostly this, and SHA-256 takes three times as long */

struct image_header {
	char magic[8];
	uint64_t total_bytes;
	unsigned char checksum[CHECKSUM_BYTES]; /* of the image with zeroes in this place */
	char key[72];                           /* screen_engine_key, NUL-terminated */
	char packs_hash[24];
	struct {
		uint64_t offset, bytes, count;
	} sections[SECTION_COUNT];
};

struct part {
	const void *ptr;
	size_t count, size;
};

static void list_parts(const struct pack *pack, struct part parts[SECTION_COUNT])
{
	parts[SECTION_STRINGS] = (struct part){ pack->strings.ptr, pack->strings.len, 1 };
	parts[SECTION_CONCEPTS] = (struct part){ pack->concepts, pack->concept_count, sizeof *pack->concepts };
	parts[SECTION_CONCEPTS_BY_ID] = (struct part){ pack->concepts_by_id, pack->concept_by_id_count, sizeof *pack->concepts_by_id };
	parts[SECTION_PHRASES] = (struct part){ pack->phrases, pack->phrase_count, sizeof *pack->phrases };
	parts[SECTION_ELEMENTS] = (struct part){ pack->elements, pack->element_count, sizeof *pack->elements };
	parts[SECTION_LITERALS] = (struct part){ pack->literals, pack->literal_count, sizeof *pack->literals };
	parts[SECTION_LITERAL_TEXTS] = (struct part){ pack->literal_texts, pack->literal_text_count, sizeof *pack->literal_texts };
	parts[SECTION_STEPS] = (struct part){ pack->steps, pack->step_count, sizeof *pack->steps };
	parts[SECTION_LINKS] = (struct part){ pack->links, pack->link_count, sizeof *pack->links };
	parts[SECTION_LINK_BITS] = (struct part){ pack->link_bits, pack->link_bits_count, sizeof *pack->link_bits };
	parts[SECTION_SLOT_REFS] = (struct part){ pack->slot_refs, pack->slot_ref_count, sizeof *pack->slot_refs };
	parts[SECTION_OTHER_REFS] = (struct part){ pack->other_refs, pack->other_ref_count, sizeof *pack->other_refs };
	parts[SECTION_ANCHOR_REFS] = (struct part){ pack->anchor_refs, pack->anchor_ref_count, sizeof *pack->anchor_refs };
	parts[SECTION_GUARD_REFS] = (struct part){ pack->guard_refs, pack->guard_ref_count, sizeof *pack->guard_refs };
	parts[SECTION_GUARD_NUMBERS] = (struct part){ pack->guard_numbers, pack->guard_number_count, sizeof *pack->guard_numbers };
	parts[SECTION_TERMS] = (struct part){ pack->terms, pack->term_count, sizeof *pack->terms };
	parts[SECTION_VOCAB] = (struct part){ pack->vocab_slots, pack->vocab_count, sizeof *pack->vocab_slots };
	parts[SECTION_WORD_ORDER] = (struct part){ pack->word_order, pack->word_order_count, sizeof *pack->word_order };
	parts[SECTION_KEYTERMS] = (struct part){ pack->keyterms, pack->keyterm_count, sizeof *pack->keyterms };
	parts[SECTION_LINES] = (struct part){ pack->lines, pack->line_count, sizeof *pack->lines };
	parts[SECTION_NAMES] = (struct part){ pack->name_slots, pack->name_slot_count, sizeof *pack->name_slots };
	parts[SECTION_WORD_NAMES] = (struct part){ pack->word_names, pack->word_name_count, sizeof *pack->word_names };
	parts[SECTION_LANGS] = (struct part){ pack->langs, pack->lang_count, sizeof *pack->langs };
	parts[SECTION_MODELS] = (struct part){ pack->models, pack->model_count, sizeof *pack->models };
	parts[SECTION_HEADS] = (struct part){ pack->heads, pack->head_count, sizeof *pack->heads };
	parts[SECTION_WEIGHTS] = (struct part){ pack->weights, pack->weight_count, sizeof *pack->weights };
	parts[SECTION_WORDS] = (struct part){ pack->words, pack->word_rows, sizeof *pack->words };
	parts[SECTION_MEDICINES] = (struct part){ pack->medicines, pack->medicine_count, sizeof *pack->medicines };
	parts[SECTION_MEDICINE_NAMES] = (struct part){ pack->medicine_names, pack->medicine_name_count, sizeof *pack->medicine_names };
}

static size_t align_up(size_t n)
{
	return (n + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;
}

/* Of the image whose header is `header`. */
static void hash_image(const struct image_header *header, const char *image, size_t total, unsigned char hash[CHECKSUM_BYTES])
{
	struct image_header plain = *header;
	crypto_generichash_state state;
	memset(plain.checksum, 0, sizeof plain.checksum);
	crypto_generichash_init(&state, NULL, 0, CHECKSUM_BYTES);
	crypto_generichash_update(&state, (const unsigned char *)&plain, sizeof plain);
	crypto_generichash_update(&state, (const unsigned char *)image + sizeof plain, total - sizeof plain);
	crypto_generichash_final(&state, hash, CHECKSUM_BYTES);
}

int image_write(
	const struct mem *mem, const struct pack *pack, const char *packs_hash, const char *key, struct str *ret_image, struct err *reterr)
{
	struct part parts[SECTION_COUNT];
	struct image_header header = { .magic = { 0 } };
	list_parts(pack, parts);
	size_t total = align_up(sizeof header);
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		header.sections[i].offset = total;
		header.sections[i].count = parts[i].count;
		header.sections[i].bytes = parts[i].count * parts[i].size;
		total = align_up(total + header.sections[i].bytes);
	}
	char *image = mem->alloc(mem->ctx, total);
	if (!image)
		return err_set(reterr, E_MEMORY, "screen/image", "no memory for the compiled packs");
	memset(image, 0, total);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		if (header.sections[i].bytes)
			memcpy(image + header.sections[i].offset, parts[i].ptr, header.sections[i].bytes);
	memcpy(header.magic, IMAGE_MAGIC, sizeof header.magic);
	header.total_bytes = total;
	memcpy(header.key, key, strnlen(key, sizeof header.key - 1));
	memcpy(header.packs_hash, packs_hash, strnlen(packs_hash, sizeof header.packs_hash - 1));
	hash_image(&header, image, total, header.checksum);
	memcpy(image, &header, sizeof header);
	*ret_image = str_make(image, total);
	return 0;
}

static int bad_image(struct err *reterr)
{
	return err_set(reterr, E_INVALID, "screen/image", "the compiled packs are of another version, or damaged: build them again");
}

static const void *section(struct str image, const struct image_header *header, enum section which, size_t size, size_t *ret_count)
{
	*ret_count = header->sections[which].count;
	return header->sections[which].bytes == *ret_count * size ? image.ptr + header->sections[which].offset : NULL;
}

static bool sections_fit(const struct image_header *header)
{
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		uint64_t offset = header->sections[i].offset, bytes = header->sections[i].bytes;
		if (offset % IMAGE_ALIGN || offset > header->total_bytes || bytes > header->total_bytes - offset)
			return false;
	}
	return true;
}

static void count_other(struct pack *pack, const struct pack_anchor *anchor)
{
	if (anchor->other >= pack->other_count)
		pack->other_count = (size_t)anchor->other + 1;
	if ((anchor->ref & ANCHOR_WHOLE) && anchor->other >= pack->whole_count)
		pack->whole_count = (size_t)anchor->other + 1;
}

static void count_numbers(struct pack *pack)
{
	pack->word_count = pack->model_count ? pack->word_rows / pack->model_count : 0;
	pack->other_count = pack->whole_count = OTHER_NONE + 1;
	for (size_t i = 0; i < pack->anchor_ref_count; i++)
		count_other(pack, &pack->anchor_refs[i]);
	for (size_t i = 0; i < pack->guard_ref_count; i++)
		count_other(pack, &pack->guard_refs[i]);
	for (size_t i = 0; i < pack->phrase_count; i++)
		if (pack->phrases[i].guard >= pack->guard_count)
			pack->guard_count = (size_t)pack->phrases[i].guard + 1;
}

static bool all_there(const struct pack *pack)
{
	const void *const parts[] = { pack->strings.ptr, pack->concepts, pack->concepts_by_id, pack->phrases, pack->elements,
		pack->literals, pack->literal_texts, pack->steps, pack->links, pack->link_bits, pack->slot_refs, pack->other_refs,
		pack->anchor_refs, pack->guard_refs, pack->guard_numbers, pack->terms, pack->vocab_slots, pack->word_order, pack->keyterms,
		pack->lines, pack->name_slots, pack->word_names, pack->langs, pack->models, pack->heads, pack->weights, pack->words,
		pack->medicines, pack->medicine_names };
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		if (!parts[i])
			return false;
	return true;
}

int image_read(struct str image, struct pack *ret_pack, struct str *ret_packs_hash, struct err *reterr)
{
	const struct image_header *header = (const void *)image.ptr;
	unsigned char checksum[CHECKSUM_BYTES];
	struct pack pack = { 0 };
	if (image.len < sizeof *header || memcmp(header->magic, IMAGE_MAGIC, sizeof header->magic) != 0 || header->total_bytes != image.len)
		return bad_image(reterr);
	hash_image(header, image.ptr, image.len, checksum);
	if (memcmp(checksum, header->checksum, sizeof checksum) != 0 || !sections_fit(header))
		return bad_image(reterr);
	pack.strings.ptr = section(image, header, SECTION_STRINGS, 1, &pack.strings.len);
	pack.concepts = section(image, header, SECTION_CONCEPTS, sizeof *pack.concepts, &pack.concept_count);
	pack.concepts_by_id = section(image, header, SECTION_CONCEPTS_BY_ID, sizeof *pack.concepts_by_id, &pack.concept_by_id_count);
	pack.phrases = section(image, header, SECTION_PHRASES, sizeof *pack.phrases, &pack.phrase_count);
	pack.elements = section(image, header, SECTION_ELEMENTS, sizeof *pack.elements, &pack.element_count);
	pack.literals = section(image, header, SECTION_LITERALS, sizeof *pack.literals, &pack.literal_count);
	pack.literal_texts = section(image, header, SECTION_LITERAL_TEXTS, sizeof *pack.literal_texts, &pack.literal_text_count);
	pack.steps = section(image, header, SECTION_STEPS, sizeof *pack.steps, &pack.step_count);
	pack.links = section(image, header, SECTION_LINKS, sizeof *pack.links, &pack.link_count);
	pack.link_bits = section(image, header, SECTION_LINK_BITS, sizeof *pack.link_bits, &pack.link_bits_count);
	pack.slot_refs = section(image, header, SECTION_SLOT_REFS, sizeof *pack.slot_refs, &pack.slot_ref_count);
	pack.other_refs = section(image, header, SECTION_OTHER_REFS, sizeof *pack.other_refs, &pack.other_ref_count);
	pack.anchor_refs = section(image, header, SECTION_ANCHOR_REFS, sizeof *pack.anchor_refs, &pack.anchor_ref_count);
	pack.guard_refs = section(image, header, SECTION_GUARD_REFS, sizeof *pack.guard_refs, &pack.guard_ref_count);
	pack.guard_numbers = section(image, header, SECTION_GUARD_NUMBERS, sizeof *pack.guard_numbers, &pack.guard_number_count);
	pack.terms = section(image, header, SECTION_TERMS, sizeof *pack.terms, &pack.term_count);
	pack.vocab_slots = section(image, header, SECTION_VOCAB, sizeof *pack.vocab_slots, &pack.vocab_count);
	pack.word_order = section(image, header, SECTION_WORD_ORDER, sizeof *pack.word_order, &pack.word_order_count);
	pack.keyterms = section(image, header, SECTION_KEYTERMS, sizeof *pack.keyterms, &pack.keyterm_count);
	pack.lines = section(image, header, SECTION_LINES, sizeof *pack.lines, &pack.line_count);
	pack.name_slots = section(image, header, SECTION_NAMES, sizeof *pack.name_slots, &pack.name_slot_count);
	pack.word_names = section(image, header, SECTION_WORD_NAMES, sizeof *pack.word_names, &pack.word_name_count);
	pack.langs = section(image, header, SECTION_LANGS, sizeof *pack.langs, &pack.lang_count);
	pack.models = section(image, header, SECTION_MODELS, sizeof *pack.models, &pack.model_count);
	pack.heads = section(image, header, SECTION_HEADS, sizeof *pack.heads, &pack.head_count);
	pack.weights = section(image, header, SECTION_WEIGHTS, sizeof *pack.weights, &pack.weight_count);
	pack.words = section(image, header, SECTION_WORDS, sizeof *pack.words, &pack.word_rows);
	pack.medicines = section(image, header, SECTION_MEDICINES, sizeof *pack.medicines, &pack.medicine_count);
	pack.medicine_names = section(image, header, SECTION_MEDICINE_NAMES, sizeof *pack.medicine_names, &pack.medicine_name_count);
	if (!all_there(&pack))
		return bad_image(reterr);
	count_numbers(&pack);
	*ret_pack = pack;
	*ret_packs_hash = str_c(header->packs_hash);
	return 0;
}

uint32_t pack_find(const struct pack *pack, struct str id)
{
	size_t low = 0, high = pack->concept_by_id_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		uint32_t number = pack->concepts_by_id[middle];
		int order = str_cmp(pack_str(pack, pack->concepts[number].id), id);
		if (order == 0)
			return number;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NONE;
}

int pack_signal(const struct pack *pack, struct str id)
{
	uint32_t index = pack_find(pack, id);
	bool own = index != NONE && pack->strings.ptr + pack->concepts[index].id.offset == id.ptr;
	return own ? pack->concepts[index].signal : 0;
}
