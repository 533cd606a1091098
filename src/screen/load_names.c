/* load_names.c: packs of kind names: lists of words, each list one text of words divided by white space ("_" joins the words
 * of one entry). Entries are folded and kept with and without the marks of Latin letters; what several packs say is joined. */
#include "screen/load_priv.h"
#include "screen/names.h"

#define NAMES_KEYS HEAD "examples "
#define NAMES_MAX 100000u /* entries of all packs */
#define NAME_BARE_MIN 3u

static const uint16_t list_flags[] = { NAME_GIVEN, NAME_SURNAME, NAME_WORD, NAME_NEVER, NAME_PLACE, NAME_STATE, NAME_TITLE, NAME_PARTICLE,
	NAME_SAID, NAME_PERHAPS, NAME_PERHAPS | NAME_ADDRESSED, NAME_KIN, NAME_VERB, NAME_SURNAME | NAME_IDEOGRAPH };

static int add_entry(struct loader *loader, struct str text, uint32_t flags)
{
	struct pstr at;
	int rc = string_add(loader, text, &at);
	struct name_work *entry = rc == 0 ? table_add(loader, &loader->names) : NULL;
	if (rc == 0 && !entry)
		rc = no_memory(loader);
	if (rc == 0)
		*entry = (struct name_work){ at, flags };
	return rc;
}

/* The entry itself, its last word as the end of a frame, its first as the head of a place. */
static int add_spelling(struct loader *loader, struct str text, uint32_t flags)
{
	size_t first = str_find(text, STR(" "), 0), last = text.len;
	int rc = add_entry(loader, text, flags);
	while (last > 0 && text.ptr[last - 1] != ' ')
		last--;
	if (rc == 0 && (flags & (NAME_SAID | NAME_PERHAPS | NAME_KIN)))
		rc = add_entry(loader, str_sub(text, last, text.len), NAME_FRAME_END);
	if (rc == 0 && (flags & NAME_PLACE) && first != SIZE_MAX)
		rc = add_entry(loader, str_sub(text, 0, first), NAME_PLACE_HEAD);
	return rc;
}

static int add_word(struct loader *loader, const struct yaml_node *node, struct str word, uint32_t flags)
{
	char written[NAME_BYTES_MAX], bare[NAME_BYTES_MAX];
	struct view view;
	if (word.len > sizeof written)
		return yaml_fail(node, loader->reterr, "\"" STR_FMT "\" is too long", STR_ARG(word));
	for (size_t i = 0; i < word.len; i++)
		written[i] = word.ptr[i] == '_' ? ' ' : word.ptr[i];
	if (loader->names.count > NAMES_MAX)
		return yaml_fail(node, loader->reterr, "too many names in all packs");
	if (fold_run(loader->tables, NULL, loader->arena, str_make(written, word.len), &view) < 0)
		return no_memory(loader);
	if (view.count == 0 || view.count > NAME_FRAME_WORDS || view.text.len > NAME_BYTES_MAX)
		return yaml_fail(node, loader->reterr, "\"" STR_FMT "\" has no words, or too many", STR_ARG(word));
	struct str text = str_sub(view.text, 1, view.text.len - 1);
	int rc = add_spelling(loader, text, flags);
	size_t len = rc == 0 ? fold_unmark(loader->tables, text, bare) : 0;
	if (len < NAME_BARE_MIN && (flags & (NAME_GIVEN | NAME_SURNAME)))
		len = 0; /* without its marks it is another word: "Mỹ" */
	return len ? add_spelling(loader, str_make(bare, len), flags) : rc;
}

int load_person_names(struct loader *loader, const struct yaml_node *root)
{
	static const char *const lists[] = { "given", "surnames", "words", "never", "places", "states", "titles", "particles", "said",
		"perhaps", "addressed", "kin", "verbs", "ideographs" };
	_Static_assert(COUNT_OF(lists) == COUNT_OF(list_flags), "each list has its flag");
	int rc = yaml_keys(root, NAMES_KEYS NAME_LISTS, loader->reterr);
	for (size_t i = 0; rc == 0 && i < COUNT_OF(lists); i++) {
		const struct yaml_node *node = yaml_get(root, lists[i]);
		struct str rest = { NULL, 0 };
		if (node)
			rc = yaml_text(node, &rest, loader->reterr);
		while (rc == 0 && rest.ptr) {
			struct str word = str_split(&rest, ' ');
			if (word.len && word.ptr[word.len - 1] == '\n')
				word.len--;
			if (word.len)
				rc = add_word(loader, node, word, list_flags[i]);
		}
	}
	return rc;
}

int names_finish(struct loader *loader, struct pack *pack)
{
	size_t size = 16;
	while (size < loader->names.count * 2)
		size *= 2;
	struct vocab_slot *slots = ARENA_ARRAY(loader->arena, struct vocab_slot, size);
	const char *bytes = loader->strings.items;
	if (!slots)
		return no_memory(loader);
	for (size_t i = 0; i < loader->names.count; i++) {
		struct name_work entry = *TABLE_AT(loader->names, struct name_work, i);
		struct str text = str_make(bytes + entry.text.offset, entry.text.len);
		size_t at = vocab_hash(text) & (size - 1);
		while (slots[at].offset && !str_eq(str_make(bytes + slots[at].offset, slots[at].len), text))
			at = (at + 1) & (size - 1);
		if (!slots[at].offset)
			slots[at] = (struct vocab_slot){
				.offset = entry.text.offset, .len = (uint16_t)entry.text.len, .hash = vocab_hash(text)
			};
		slots[at].flags |= (uint16_t)entry.flags;
	}
	pack->name_slots = slots;
	pack->name_slot_count = size;
	return 0;
}

int names_of_words(struct loader *loader, struct pack *pack)
{
	const struct vocab names = pack_names(pack);
	uint16_t *flags = ARENA_ARRAY(loader->arena, uint16_t, pack->word_count);
	if (!flags)
		return no_memory(loader);
	for (size_t i = 0; i < pack->vocab_count; i++) {
		const struct vocab_slot *slot = &pack->vocab_slots[i];
		struct str word = pack_str(pack, (struct pstr){ slot->offset, slot->len });
		if (!slot->offset)
			continue;
		unsigned found = vocab_flags(&names, word);
		for (size_t k = 0; !found && k < word.len; k++)
			found = (unsigned char)word.ptr[k] >= 0x80 ? NAME_ASK : 0;
		flags[slot->number] = (uint16_t)found;
	}
	pack->word_names = flags;
	pack->word_name_count = pack->word_count;
	return 0;
}
