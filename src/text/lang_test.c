/* lang_test.c: plain sentences of each language, those that packs cover and those that they do not; "und" where there is
 * nothing to go by; and a sentence of another language inside a text. All sentences are our own. */
#include "text/lang.h"
#include "text/lang_words.h"

#include "base/property.h"
#include "sys/mem.h"
#include "text/segment.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct fold_tables *tables;
static struct lang_table langs;
static struct arena arena;
static uint64_t covered;

static int open_all(void **state)
{
	static const char *const of_scripts[] = { "el", "hy", "he", "bn", "pa", "gu", "ta", "te", "kn", "ml", "si", "th", "lo", "my", "ka",
		"ko", "am", "km", "ja" };
	static const char *const ours[] = { "en", "es", "fr", "de", "pt", "it", "tr", "ru", "zh", "ar" };
	(void)state;
	lang_open(&langs);
	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		assert_true(lang_set(&langs, str_c(ours[i])) != 0);
		covered |= lang_set(&langs, str_c(ours[i]));
	}
	for (size_t i = 0; i < lang_words_count; i++)
		assert_true(lang_set(&langs, str_c(lang_words[i].lang)) != 0);
	for (size_t i = 0; i < COUNT_OF(of_scripts); i++)
		assert_true(lang_set(&langs, str_c(of_scripts[i])) != 0);
	arena_init(&arena, mem_system(), 1u << 22);
	return fold_open(mem_system(), &tables, NULL);
}

static int close_all(void **state)
{
	(void)state;
	arena_done(&arena);
	fold_free(mem_system(), &tables);
	return 0;
}

static bool is_near(const char *lang)
{
	for (size_t i = 0; i < lang_nears_count; i++)
		if (str_eqc(str_c(lang), lang_nears[i].lang))
			return true;
	return false;
}

/* A text of one sentence has one name, however it is asked, but for the neighbours of what is covered. */
static struct lang_reading read_view(const struct view *view)
{
	struct lang_vote *votes = ARENA_ARRAY(&arena, struct lang_vote, view->count);
	assert_non_null(votes);
	lang_vote(&langs, view, votes);
	struct lang_reading reading = lang_read(&langs, view, votes, covered);
	if (view->count && view->tokens[view->count - 1].sentence == 0 && !is_near(reading.lang))
		assert_string_equal(lang_name(&langs, votes, view->count), reading.lang);
	return reading;
}

static struct lang_reading read_text(const char *text)
{
	struct view view;
	arena_reset(&arena);
	assert_int_equal(fold_run(tables, NULL, &arena, str_c(text), &view), 0);
	assert_int_equal(segment_run(&arena, &view), 0);
	return read_view(&view);
}

static void test_covered(void **state)
{
	static const struct {
		const char *text, *lang;
	} samples[] = {
		{ "i do not know what to do about the job", "en" },
		{ "cant sleep again lol", "en" },
		{ "no sé qué hacer con mi trabajo y mi familia", "es" },
		{ "no se que hacer", "es" },
		{ "ya no quiero nada, estoy harta", "es" },
		{ "je ne sais pas quoi faire avec mon travail", "fr" },
		{ "j'en peux plus", "fr" },
		{ "ich weiß nicht was ich mit der arbeit machen soll", "de" },
		{ "mir gehts nicht gut", "de" },
		{ "eu não sei o que fazer com o meu trabalho", "pt" },
		{ "tô muito cansada hoje", "pt" },
		{ "non so che cosa fare con il mio lavoro", "it" },
		{ "bugün çok yorgunum ve uyuyamıyorum", "tr" },
		{ "я не знаю что делать", "ru" },
		{ "мне сегодня очень грустно", "ru" },
		{ "我不知道怎么办", "zh" },
		{ "今天很累", "zh" },
		{ "لا أعرف ماذا أفعل", "ar" },
		{ "تعبت من الشغل اليوم", "ar" },
		{ "ana mish 3ayez atkalem el yom", "ar" },
		{ "12 34", "und" },
		{ "", "und" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct lang_reading reading = read_text(samples[i].text);
		if (!str_eqc(str_c(reading.lang), samples[i].lang))
			fail_msg("\"%s\": expected %s, got %s", samples[i].text, samples[i].lang, reading.lang);
		if (reading.foreign)
			fail_msg("\"%s\" was taken for %s, which is not covered", samples[i].text, reading.foreign);
	}
}

static void test_not_covered(void **state)
{
	static const struct {
		const char *text, *lang;
	} samples[] = {
		{ "nie wiem co mam zrobić ze swoją pracą", "pl" },
		{ "ik weet niet wat ik moet doen met mijn werk", "nl" },
		{ "jag vet inte vad jag ska göra med mitt jobb", "sv" },
		{ "jeg ved ikke hvad jeg skal gøre med mit arbejde", "da" },
		{ "en tiedä mitä minun pitäisi tehdä", "fi" },
		{ "nevím co mám dělat se svou prací", "cs" },
		{ "nem tudom hogy mit csináljak a munkával", "hu" },
		{ "nu știu ce să fac cu munca mea", "ro" },
		{ "ne znam što da radim sa svojim poslom", "hr" },
		{ "saya tidak tahu apa yang harus saya lakukan", "id" },
		{ "tôi không biết phải làm gì với công việc", "vi" },
		{ "hindi ko alam kung ano ang gagawin ko sa trabaho", "tl" },
		{ "sijui nifanye nini na kazi yangu sana", "sw" },
		{ "mujhe nahi pata main kya karu apne kaam ka", "hi" },
		{ "aš nežinau ką man daryti su darbas", "lt" },
		{ "jo no sé què fer amb la meva feina", "ca" },
		{ "ek weet nie wat om met my werk te doen nie", "af" },
		{ "mwen pa konnen kisa pou m fè ak travay la", "ht" },
		{ "dw i ddim yn gwybod beth i wneud am y gwaith", "cy" },
		{ "ez nizanim çi bikim ji bo karê xwe", "ku" },
		{ "نمی‌دانم با کارم چه کنم", "fa" },
		{ "ئەمشەو دەمەوێت بمرم", "ckb" },
		{ "زه نه پوهېږم چې څه وکړم", "ps" },
		{ "ma garanayo waxa aan sameeyo oo ku saabsan shaqo", "so" },
		{ "nuk e di çfarë të bëj me punën time", "sq" },
		{ "わたしはどうすればいいかわかりません", "ja" },
		{ "仕事のことで悩んでいます", "ja" },
		{ "나는 무엇을 해야 할지 모르겠어요", "ko" },
		{ "δεν ξέρω τι να κάνω με τη δουλειά μου", "el" },
		{ "אני לא יודע מה לעשות עם העבודה", "he" },
		{ "मुझे नहीं पता क्या करूँ", "hi" },
		{ "আমি জানি না কী করব", "bn" },
		{ "எனக்கு என்ன செய்வது என்று தெரியவில்லை", "ta" },
		{ "ฉันไม่รู้จะทำอย่างไร", "th" },
		{ "არ ვიცი რა გავაკეთო", "ka" },
		{ "ես չգիտեմ ինչ անել", "hy" },
		{ "ምን ማድረግ እንዳለብኝ አላውቅም", "am" },
		{ "я не знаю що робити зі своєю роботою", "uk" },
		{ "не знам какво да правя и не искам да живея така", "bg" },
		{ "نمی‌دانم با این کار چه کنم", "fa" },
		{ "مجھے نہیں معلوم میں کیا کروں", "ur" },
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		struct lang_reading reading = read_text(samples[i].text);
		if (!str_eqc(str_c(reading.lang), samples[i].lang))
			fail_msg("\"%s\": expected %s, got %s", samples[i].text, samples[i].lang, reading.lang);
		if (!reading.foreign)
			fail_msg("\"%s\" was not seen to be in a language that is not covered", samples[i].text);
	}
}

struct aside {
	const char *text, *foreign; /* foreign: NULL for none */
};

static void check_foreign(const struct aside *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct lang_reading reading = read_text(samples[i].text);
		const char *got = reading.foreign ? reading.foreign : "none", *wanted = samples[i].foreign ? samples[i].foreign : "none";
		if (!str_eqc(str_c(got), wanted))
			fail_msg("\"%s\": expected %s, got %s", samples[i].text, wanted, got);
	}
}

/* Among sentences that are covered, one that is not. */
static void test_one_sentence(void **state)
{
	static const struct aside samples[] = {
		{ "I had a good day at work. Nie chcę już żyć. See you on Monday.", "pl" },
		{ "Hoy dormí bien, gracias. Ik wil niet meer leven. Nos vemos mañana.", "nl" },
		{ "The walk was nice and I slept well! もう生きていたくない", "ja" },
		{ "Thanks for yesterday. Ab jeena nahi hai mujhe. Talk soon.", "hi" },
		{ "Alles gut heute. Nem akarok élni már. Bis morgen.", "hu" },
		{ "ok pomocy", NULL },                                       /* half of two words */
		{ "pomocy", "pl" },                                          /* all of one */
		{ "I told Łukasz and Åsa about the café in Kraków.", NULL }, /* names travel */
		{ "We had sushi and a kimchi pancake on the way to the museum.", NULL },
		{ "My grandmother always says carpe diem and dolce far niente.", NULL },
		{ "me quiero kill myself, no es broma", NULL },
		{ "quiero die ya, no puedo más", NULL },
		{ "¿Te han contestado?", NULL },
		{ "so die", NULL },
		{ "hi main man", NULL },
	};
	(void)state;
	check_foreign(samples, COUNT_OF(samples));
}

/* What looks like a language that is covered, and is its neighbour. */
static void test_neighbours(void **state)
{
	static const struct aside samples[] = {
		{ "hoxe tomei todas as pastillas e non quero acordar mañá", "gl" },
		{ "gracias, onte foi un bo día e hoxe vou á praia coa miña irmá", "gl" },
		{ "güei nun tengo ganes de nada, namái quiero que s'acabe", "ast" },
		{ "mi no ke biba mas, mi ta kansá di tur kos", "pap" },
		{ "ha hüt alli tablette gno und wott nümm ufwache", "gsw" },
		{ "ech wëll net méi liewen, ech hunn all Pëllen geholl", "lb" },
		{ "nun vogghiu campari cchiù, sugnu stancu assai", "scn" },
		{ "ùn vogliu più campà, sò stancu di tuttu", "co" },
		{ "no vojo pì vivar, so straco de tuto", "vec" },
		{ "bu gecə ölmək istəyirəm, heç kim mənə kömək etmir", "az" },
		{ "men artık yaşamağa istemeyim, er şeyden yoruldum", "crh" },
		{ "wetin i do sef, i no wan dey this world again abeg", "pcm" },
		{ "mi nuh waan live nuh more, mi tiyad a everyting", "jam" },
		{ "佢哋成日鬧我，我瞓唔到，好攰", "yue" },
		{ "искам да сложа край на живота си тази вечер", "bg" },
		{ "не желим више да живим, уморан сам од свега", "sr" },
		{ "I slept well, thanks. Hoxe non podo máis co que me pasa. See you on Monday.", "gl" },
		/* one word of a neighbour, or a name, is none */
		{ "vivo en la rúa Olmos con mi familia", NULL },
		{ "ayer comimos en la playa con la xente de Xixón", NULL },
		{ "hoje fui roer a unha de nervoso", NULL },
		{ "ich kann ned schlafen, es ist alles zu viel", NULL },
		{ "she said dey will come tomorrow, nobody knows", NULL },
		{ "мне снится, что я иду домой вечером", NULL },
		{ "今天跟同事说了，感觉好多了", NULL },
	};
	(void)state;
	check_foreign(samples, COUNT_OF(samples));
	assert_true(lang_nears_count <= LANG_NEAR_MAX);
	for (size_t i = 0; i < lang_nears_count; i++) /* what they are taken for is told apart */
		assert_true(langs.near_of[i] != 0);
}

/* Any bytes, also the longest words: only that nothing breaks and the answer is one of ours. */
static void test_any_bytes(void **state)
{
	struct property property = property_start("lang");
	(void)state;
	for (int round = 0; round < 5000; round++) {
		char bytes[200];
		size_t len = property_below(&property, sizeof bytes);
		struct view view;
		property_bytes(&property, bytes, len);
		arena_reset(&arena);
		assert_int_equal(fold_run(tables, NULL, &arena, str_make(bytes, len), &view), 0);
		assert_int_equal(segment_run(&arena, &view), 0);
		struct lang_reading reading = read_view(&view);
		assert_true(str_eqc(str_c(reading.lang), "und") || lang_set(&langs, str_c(reading.lang)) || is_near(reading.lang));
		assert_true(!reading.foreign || !(lang_set(&langs, str_c(reading.foreign)) & covered));
		assert_true(reading.words <= view.count);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_covered), cmocka_unit_test(test_not_covered),
		cmocka_unit_test(test_one_sentence), cmocka_unit_test(test_neighbours), cmocka_unit_test(test_any_bytes) };
	return cmocka_run_group_tests(tests, open_all, close_all);
}
