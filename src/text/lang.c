/* lang.c: see lang.h. Each function word votes for its languages; a script that belongs to one language decides alone. */
#include "text/lang.h"

#include "text/utf8.h"

enum lang { LANG_EN, LANG_ES, LANG_FR, LANG_DE, LANG_PT, LANG_IT, LANG_NL, LANG_PL, LANG_TR, LANG_COUNT };

static const char *const codes[LANG_COUNT] = { "en", "es", "fr", "de", "pt", "it", "nl", "pl", "tr" };

/* Folded function words; a trailing space keeps each whole. Words shared by several languages stand in each. */
static const char *const function_words[LANG_COUNT] = {
	" the i im and to of a is it you that in my me was for on with have this not be are but so do dont just its what at all like know "
	"how "
	"want feel can cant if no they she he we been am or from about would there out really when because think "
	"good morning evening afternoon night hello hi hey thanks thank please yes yeah okay today tomorrow yesterday week work sleep "
	"slept "
	"help talk tell ask was were had has did does will could should some any very more much many then than who where why which by into "
	"over after before again still only even now here well get got go going went make made need still lot little bit day days ",
	" que de no la el en y a los se un una por con para mi me lo es yo le te si las del esta estoy pero como muy ya quiero todo mas su "
	"al "
	"nada cuando ha he soy tengo hay siento nadie eso porque vida "
	"hola buenos buenas dias tardes noches gracias hoy ayer manana semana trabajo dormir dormi ayuda hablar quien donde ahora aqui "
	"bien "
	"mal sin pues entonces tambien puedo puede hacer hago fue era estaba ",
	" je de la le et que les pas un une en est ne a pour suis mon me des jai il elle qui ce vous nous mais tu ma dans sur avec plus "
	"tout "
	"cest moi veux suis rien quand ",
	" ich und die der das nicht ist ein eine zu in mir mich es bin habe den mit ja so aber wie von auf kann will wir sie er mein was "
	"wenn "
	"mehr ",
	" que de nao eu o a e um uma para com me meu minha se os em por mas como mais ja estou isso quero voce ele ela tudo muito vida sou "
	"tenho "
	"quando ",
	" che di non la il e un una per con mi io sono ma lo le si in del ho come piu tutto questo voglio mio mia perche quando anche ",
	" ik de het een en niet is van dat in te op met maar voor mijn wil ben heb je zo als er nog ook ",
	" nie i w na to sie z jest do ze jak co mnie mi ale ja tak jestem juz moje chce ",
	" bir ve bu ben cok artik icin ne da de gibi ama daha beni degil yok var istemiyorum istiyorum benim kadar ",
};

static uint32_t *find_slot(const struct lang_table *table, struct str word)
{
	uint32_t hash = vocab_hash(word) | 1u;
	size_t at = hash % LANG_SLOTS;
	while (table->hashes[at] && table->hashes[at] != hash)
		at = (at + 1) % LANG_SLOTS;
	return (uint32_t *)&table->hashes[at];
}

void lang_open(struct lang_table *ret_table)
{
	memset(ret_table, 0, sizeof *ret_table);
	for (unsigned lang = 0; lang < LANG_COUNT; lang++) {
		struct str rest = str_c(function_words[lang]);
		while (rest.ptr) {
			struct str word = str_split(&rest, ' ');
			if (word.len == 0)
				continue;
			uint32_t *slot = find_slot(ret_table, word);
			*slot = vocab_hash(word) | 1u;
			ret_table->sets[slot - ret_table->hashes] |= (uint16_t)(1u << lang);
		}
	}
}

/* A script of its own names the language; NULL when the letter says nothing. */
static const char *script_lang(uint32_t cp)
{
	if (cp >= 0x3040 && cp <= 0x30FF)
		return "ja";
	if (cp >= 0x4E00 && cp <= 0x9FFF)
		return "zh";
	if ((cp >= 0xAC00 && cp <= 0xD7A3) || (cp >= 0x1100 && cp <= 0x11FF))
		return "ko";
	if (cp >= 0x400 && cp <= 0x4FF)
		return "ru";
	if (cp >= 0x600 && cp <= 0x6FF)
		return "ar";
	if (cp >= 0x590 && cp <= 0x5FF)
		return "he";
	if (cp >= 0x370 && cp <= 0x3FF)
		return "el";
	if (cp >= 0x900 && cp <= 0x97F)
		return "hi";
	if (cp >= 0xE00 && cp <= 0xE7F)
		return "th";
	return NULL;
}

#define SAMPLE_TOKENS 400u

static const char *guess_by_script(const struct view *view, size_t step)
{
	static const char *const names[] = { "ja", "zh", "ko", "ru", "ar", "he", "el", "hi", "th" };
	size_t counts[COUNT_OF(names)] = { 0 }, total = 0;
	for (size_t i = 0; i < view->count; i += step) {
		size_t at = 0;
		if (view->tokens[i].kind != TOKEN_WORD && view->tokens[i].kind != TOKEN_IDEOGRAPH)
			continue;
		total++;
		const char *name = script_lang(utf8_next(token_text(view, &view->tokens[i]), &at));
		for (size_t k = 0; name && k < COUNT_OF(names); k++)
			counts[k] += strcmp(names[k], name) == 0;
	}
	if (counts[0] * 8 > total && counts[0] + counts[1] > total / 2)
		return "ja"; /* kana among ideographs */
	for (size_t k = 0; k < COUNT_OF(names); k++)
		if (counts[k] * 2 > total)
			return names[k];
	return NULL;
}

const char *lang_guess(const struct lang_table *table, const struct view *view)
{
	size_t step = view->count / SAMPLE_TOKENS + 1;
	if (view->ascii_letters < view->letters || view->letters == 0) {
		const char *by_script = guess_by_script(view, step);
		if (by_script)
			return by_script;
	}
	size_t scores[LANG_COUNT] = { 0 }, words = 0;
	for (size_t i = 0; i < view->count; i += step) {
		if (view->tokens[i].kind != TOKEN_WORD)
			continue;
		words++;
		struct str word = token_text(view, &view->tokens[i]);
		const uint32_t *slot = find_slot(table, word);
		unsigned set = *slot ? table->sets[slot - table->hashes] : 0;
		for (size_t lang = 0; set; lang++, set >>= 1)
			scores[lang] += set & 1;
	}
	size_t best = 0, second = 0;
	for (size_t lang = 1; lang < LANG_COUNT; lang++) {
		if (scores[lang] > scores[best]) {
			second = best;
			best = lang;
		} else if (second == best || scores[lang] > scores[second]) {
			second = lang;
		}
	}
	if (scores[best] == 0 || (second != best && scores[second] == scores[best]) || scores[best] * 12 < words)
		return "und";
	return codes[best];
}
