/* pattern_surname.c: surnames that no list holds, told by their endings and beginnings. Most languages of Europe and several of Asia make
 * surnames of a few parts ("-sson", "-enko", "-yama", "Mc-"), which few other words end with; what a list knows is never asked here.
 * Endings that towns, things and English words share ("-ton", "-ford", "-burg", "-son") are left out. */
#include "screen/pattern_priv.h"

#define STEM_LEAST 3u /* bytes before an ending */

static const struct str endings[] = {
	/* north */
	STR_INIT("sson"), STR_INIT("dóttir"), STR_INIT("dottir"), STR_INIT("lsen"), STR_INIT("nsen"), STR_INIT("rsen"), STR_INIT("msen"),
	STR_INIT("rssen"), STR_INIT("tsen"), STR_INIT("dsen"), STR_INIT("ksen"), STR_INIT("bsen"), STR_INIT("gsen"), STR_INIT("psen"),
	STR_INIT("gaard"), STR_INIT("gård"), STR_INIT("quist"), STR_INIT("qvist"), STR_INIT("ström"), STR_INIT("strøm"), STR_INIT("gren"),
	STR_INIT("feldt"), STR_INIT("stedt"), STR_INIT("inen"), STR_INIT("onen"), STR_INIT("anen"), STR_INIT("änen"), STR_INIT("önen"),
	STR_INIT("ynen"), STR_INIT("unen"),
	/* German, Dutch */
	STR_INIT("mann"), STR_INIT("meier"), STR_INIT("meyer"), STR_INIT("maier"), STR_INIT("mayer"), STR_INIT("mayr"), STR_INIT("bauer"),
	STR_INIT("hofer"), STR_INIT("huber"), STR_INIT("schmidt"), STR_INIT("schmid"), STR_INIT("müller"), STR_INIT("stein"),
	STR_INIT("berger"), STR_INIT("bacher"), STR_INIT("jkstra"), STR_INIT("fstra"), STR_INIT("nstra"), STR_INIT("rstra"),
	STR_INIT("lstra"), STR_INIT("kstra"), STR_INIT("tstra"), STR_INIT("dstra"), STR_INIT("ingsma"), STR_INIT("dijk"), STR_INIT("veld"),
	STR_INIT("kamp"),
	/* Slavic */
	STR_INIT("ski"), STR_INIT("ska"), STR_INIT("skaya"), STR_INIT("skiy"), STR_INIT("skyi"), STR_INIT("ský"), STR_INIT("ská"),
	STR_INIT("czyk"), STR_INIT("czak"), STR_INIT("wicz"), STR_INIT("ovich"), STR_INIT("evich"), STR_INIT("ović"), STR_INIT("ević"),
	STR_INIT("ić"), STR_INIT("ovic"), STR_INIT("evic"), STR_INIT("enko"), STR_INIT("chuk"), STR_INIT("czuk"), STR_INIT("iuk"),
	STR_INIT("shuk"), STR_INIT("ków"), STR_INIT("ová"), STR_INIT("ček"), STR_INIT("šek"), STR_INIT("nikov"), STR_INIT("ikova"),
	STR_INIT("akov"), STR_INIT("akova"), STR_INIT("ekov"), STR_INIT("lov"), STR_INIT("lova"), STR_INIT("nov"), STR_INIT("nova"),
	STR_INIT("rov"), STR_INIT("rova"), STR_INIT("tov"), STR_INIT("tova"), STR_INIT("kov"), STR_INIT("kova"), STR_INIT("mov"),
	STR_INIT("mova"), STR_INIT("sov"), STR_INIT("sova"), STR_INIT("zov"), STR_INIT("zova"), STR_INIT("dov"), STR_INIT("dova"),
	STR_INIT("bov"), STR_INIT("bova"), STR_INIT("yev"), STR_INIT("yeva"), STR_INIT("nev"), STR_INIT("neva"), STR_INIT("lev"),
	STR_INIT("leva"), STR_INIT("rev"), STR_INIT("reva"), STR_INIT("iev"), STR_INIT("ieva"), STR_INIT("aev"), STR_INIT("aeva"),
	STR_INIT("uev"), STR_INIT("ueva"),
	/* south */
	STR_INIT("opoulos"), STR_INIT("opoulou"), STR_INIT("idis"), STR_INIT("iadis"), STR_INIT("iadou"), STR_INIT("idou"),
	STR_INIT("akis"), STR_INIT("oglou"), STR_INIT("oğlu"), STR_INIT("oglu"), STR_INIT("escu"), STR_INIT("eanu"), STR_INIT("yan"),
	STR_INIT("shvili"), STR_INIT("adze"), STR_INIT("idze"), STR_INIT("ndez"), STR_INIT("ñez"), STR_INIT("ález"), STR_INIT("ínez"),
	STR_INIT("guez"), STR_INIT("érez"), STR_INIT("eñez"), STR_INIT("inez"), STR_INIT("etti"), STR_INIT("ini"), STR_INIT("ucci"),
	STR_INIT("elli"), STR_INIT("acci"), STR_INIT("otti"), STR_INIT("azzi"), STR_INIT("izzi"), STR_INIT("iello"), STR_INIT("occhi"),
	STR_INIT("uzzi"),
	/* Asia, Africa */
	STR_INIT("moto"), STR_INIT("saki"), STR_INIT("yama"), STR_INIT("kawa"), STR_INIT("gawa"), STR_INIT("mura"), STR_INIT("naka"),
	STR_INIT("zaki"), STR_INIT("guchi"), STR_INIT("shita"), STR_INIT("bayashi"), STR_INIT("matsu"), STR_INIT("zadeh"), STR_INIT("zade"),
	STR_INIT("pour"), STR_INIT("nejad"), STR_INIT("uddin"), STR_INIT("ullah"), STR_INIT("swamy"), STR_INIT("chukwu"),
	/* English */
	STR_INIT("smith"), STR_INIT("wright"), STR_INIT("shaw"), STR_INIT("croft"), STR_INIT("kinson"), STR_INIT("derson"),
	STR_INIT("terson"), STR_INIT("berson"), STR_INIT("tchison"), STR_INIT("dickson")
};
static const char *const beginnings[] = { "mc", "mac", "fitz", NULL };

/* Words and well-known places and brands with such an ending, of more than STEM_LEAST bytes before it. */
static const char *const others[] = { "alaska", "nebraska", "polska", "villanova", "terranova", "supernova", "moldova", "kenyan", "malayan",
	"himalayan", "wesleyan", "okayama", "wakayama", "fukuyama", "kumamoto", "nagasaki", "kawasaki", "liechtenstein", "holstein",
	"downpour", "singapour", "spaghetti", "zucchini", "martini", "bikini", "panini", "rimini", "santorini", "confetti", "biscotti",
	"vermicelli", "locksmith", "aerosmith", NULL };

static bool upper(struct str raw, size_t at)
{
	return at < raw.len && raw.ptr[at] >= 'A' && raw.ptr[at] <= 'Z';
}

/* "McAllen", "O'Neale": a capital inside says that it begins a name. */
static bool begins_as_surname(const struct reader *reader, size_t at, struct str word)
{
	struct str raw = str_sub(reader->text, reader->view->tokens[at].start, reader->view->tokens[at].end);
	for (size_t i = 0; beginnings[i]; i++)
		if (str_starts(word, str_c(beginnings[i])) && (upper(raw, strlen(beginnings[i])) || beginnings[i][0] == 'f'))
			return true;
	bool curly = raw.len > 4 && memcmp(raw.ptr + 1, "\xE2\x80\x99", 3) == 0;
	return word.ptr[0] == 'o' && raw.len > 4 && ((raw.ptr[1] == '\'' && upper(raw, 2)) || (curly && upper(raw, 4)));
}

bool pattern_surname_like(const struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	if (reader->tails && reader->tails[at] && word.len > 1)
		word = str_sub(word, 0, word.len - 1);
	if (word.len < 5 || !is_capital(reader, at) || !pattern_unknown(reader, at) || in_words(word, others))
		return false;
	if (begins_as_surname(reader, at, word))
		return true;
	return pattern_ends(str_sub(word, STEM_LEAST, word.len), endings, COUNT_OF(endings));
}
