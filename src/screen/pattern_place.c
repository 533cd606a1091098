/* pattern_place.c: postal addresses in the orders of several countries, and dates of birth in words.
 *
 * An address begins with a street and a number (either order), a post-office box, or a city with its state and code; from there
 * it is read on over flat, city, region, code and country, line breaks and commas between them, as far as the last part that only
 * an address has. Forms: Universal Postal Union, "Postal addressing systems"; USPS Publication 28 (kinds of street, units); Royal
 * Mail, PAF Programmers' Guide (postcodes). */
#include "screen/pattern_priv.h"
#include "screen/pattern_words.h"

#define STREET_NAMES_MAX 5u
#define TAIL_TOKENS_MAX 24u
#define REST_WORDS_MAX 8u   /* words without a code behind them */
#define REST_TOKENS_MAX 40u /* the same with marks and numbers */
#define TAIL_WEAK_MAX 4u    /* words one after another that could be a city */

static const char *const streets[] = { "street", "road", "avenue", "boulevard", "lane", NULL };
static const char *const street_shorts[] = { "st", "str", "rd", "ave", "av", "blvd", "ln", "drive", "dr", "court", "ct", "close",
	"crescent", "cres", "terrace", "ter", "place", "pl", "square", "sq", "way", "gardens", "grove", "parkway", "pkwy", "highway", "hwy",
	"row", "mews", "circle", "cir", "trail", "trl", "run", "path", "pike", "alley", "loop", "plaza", "point", "hill", "heights",
	"ridge", "view", "views", "rise", "gate", "vale", "villas", "meadow", "meadows", "fields", "croft", "brae", "chase", "drove",
	"garth", "pde", "bend", "cove", "crossing", "parade", "quay", "walk", "wharf", "green", "park", "broadway", "expressway", "freeway",
	"route", "utca", "ut", "út", "ter", "tér", "sokak", "caddesi", "cad", "straße", "strasse", "esplanade", "esp", "circuit", "cct",
	"strand", "embankment", "passage", "turnpike", "tpke", "causeway", "glen", "hollow", "knoll", "manor", "mount", "orchard",
	"overlook", "spur", "fwy", "expy", "brow", "spinney", "wynd", "paddock", "mead", "crest", "vista", "terr", NULL };
static const char *const streets_before[] = { "calle", "c", "avenida", "avda", "av", "avenue", "paseo", "plaza", "carrera", "calzada",
	"camino", "pasaje", "ronda", "rambla", "rue", "boulevard", "bd", "allée", "chemin", "impasse", "place", "quai", "route", "cours",
	"via", "viale", "piazza", "corso", "vicolo", "rua", "travessa", "alameda", "praça", "largo", "estrada", "ul", "ulica", "aleja",
	"ulice", "strada", "bulevardul", "jalan", "jl", "улица", "ул", "проспект", "شارع", "طريق", NULL };
/* the same, only before a name with a capital: other words in many texts */
static const char *const streets_before_names[] = { "carretera", "ctra", "carrer", "rúa", "travesía", "cuesta", "glorieta", "urb",
	"urbanización", "pza", "plza", "callejón", "barrio", "colonia", "passeig", "plaça", "avinguda", "sentier", "faubourg", "hameau",
	"voie", "résidence", "rte", "lungomare", "contrada", "località", "salita", "borgo", "traversa", "rodovia", "quadra", "beco",
	"ladeira", "osiedle", "plac", "aleje", "nábřeží", "trg", "bulevar", "leoforos", "soi", "jln", "lorong", NULL };
/* these only behind a house number */
static const char *const streets_between[] = { "square", "passage", NULL };
/* these only with a full stop */
static const char *const streets_before_dotted[] = { "os", "pl", "al", "str", "bld", "tv", "pr", "bul", NULL };

static const char *const street_endings[] = { "strasse", "straße", "str", "gasse", "weg", "platz", "allee", "ufer", "damm", "gatan",
	"vägen", "gränd", "katu", "tie", "kuja", "vej", "gade", "allé", "veien", "vegen", "gata", "straat", "laan", "gracht", "kade",
	"plein", "dijk", "utca", "vejen", "gaten", "boulevarden", "boulevard", "torget", "torvet", "plassen", "pladsen", "stræde", "alléen",
	"bakken", "stien", "vangen", "parken", "marken", "stigen", "backen", "gränden", "torg", "polku", "raitti", "kaari", "rinne",
	"ranta", "bulevardi", "penger", "singel", "steeg", "dreef", "markt", "burgwal", "steig", "stieg", "graben", "zeile", "chaussee",
	"brücke", "vegur", "stígur", "braut", "gerði", "hlíð", NULL };
static const char *const unit_words[] = { "apt", "apartment", "suite", "ste", "unit", "flat", "floor", "fl", "room", "rm", "bldg",
	"building", "block", "lot", "box", "piso", "planta", "puerta", "pta", "esc", "étage", "appt", "stock", "wohnung", "apto", "bloco",
	"interno", "scala", "no", "nº", "#", NULL };
/* units that other things have too: "Chapter 5, Room 101" */
static const char *const rooms[] = { "floor", "fl", "room", "rm", "building", "block", "lot", "no", "stock", "planta", NULL };
static const char *const directions[] = { "n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west", NULL };
static const char *const name_words[] = { "de", "del", "la", "las", "los", "el", "du", "des", "le", "les", "d", "l", "da", "do", "dos",
	"das", "di", "della", "of", "the", "y", "e", "san", "santa", "st", "saint", "mc", NULL };
static const char *const live_words[] = { "live", "lives", "living", "lived", "address", "moved", "wohne", "wohnt", "adresse", "vivo",
	"vive", "dirección", "habite", "moro", "mora", "endereço", "abito", "abita", "indirizzo", "woon", "woont", "adres", NULL };
static const char *const address_words[] = { "at", "address", "is", "near", "to", NULL };
static const char *const code_words[] = { "zip", "zipcode", "postcode", "postal", "plz", "postleitzahl", "cep", "cap", "cp", NULL };

/* The letter and number of an entrance behind a house number: "8 A 4", "12 B,". */
static size_t staircase_end(const struct reader *reader, size_t at)
{
	size_t letter = at + 1, end = letter;
	if ((reader->view->tokens[at].flags & TOKEN_LINE_AFTER) || word_at(reader, letter).len != 1 || !is_capital(reader, letter))
		return at;
	if (is_kind(reader, letter + 1, TOKEN_NUMBER) && word_at(reader, letter + 1).len <= 3)
		end = letter + 1;
	bool initials = end == letter && is_mark(reader, end + 1, '.') && glued(reader, end + 1); /* "12 P.O. Box" */
	bool ends = end + 1 >= reader->view->count || is_kind(reader, end + 1, TOKEN_PUNCT) ||
		    (reader->view->tokens[end].flags & TOKEN_LINE_AFTER);
	return ends && !initials ? end : at;
}

/* "12", "12b", "12-14": the number of a house. */
static bool house_number(const struct reader *reader, size_t at, size_t *ret_last)
{
	struct str word = word_at(reader, at);
	size_t digits = 0;
	while (digits < word.len && word.ptr[digits] >= '0' && word.ptr[digits] <= '9')
		digits++;
	if (digits == 0 || digits > 5 || word.len > digits + 1 || (word.len > digits && !is_letter(word, digits)))
		return false;
	*ret_last = at;
	bool range = (hyphen_after(reader, at) || is_mark(reader, at + 1, '-') || is_mark(reader, at + 1, '/')) && glued(reader, at);
	size_t next = at + 1 + (is_mark(reader, at + 1, '-') || is_mark(reader, at + 1, '/'));
	if (range && is_kind(reader, next, TOKEN_NUMBER) && word_at(reader, next).len <= 5)
		*ret_last = next;
	*ret_last = staircase_end(reader, *ret_last);
	return true;
}

/* ---- the parts behind the street ---- */

/* Two tokens of a United Kingdom or Canadian postcode, one of letters run together. */
static size_t postcode_end(const struct reader *reader, size_t at)
{
	struct str outward = word_at(reader, at), inward = word_at(reader, at + 1);
	bool british = inward.len == 3 && is_digits(inward, 0, 1) && is_letter(inward, 1) && is_letter(inward, 2) &&
		       !memchr("cikmov", inward.ptr[1], 6) && !memchr("cikmov", inward.ptr[2], 6);
	size_t letters = is_letter(outward, 1) ? 2 : 1;
	if (british && outward.len >= 2 && outward.len <= letters + 2 && is_letter(outward, 0) && is_digits(outward, letters, letters + 1))
		return at + 1;
	bool canadian = outward.len == 3 && is_letter(outward, 0) && is_digits(outward, 1, 2) && is_letter(outward, 2) && inward.len == 3 &&
			is_digits(inward, 0, 1) && is_letter(inward, 1) && is_digits(inward, 2, 3);
	return canadian && !memchr("dfioquwz", outward.ptr[0], 8) ? at + 1 : SIZE_MAX;
}

/* Codes that are known by the city behind them: "561 35", "30-702", "101 Reykjavik" behind a comma. */
static size_t city_code_end(const struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at), next = word_at(reader, at + 1);
	if (!is_kind(reader, at, TOKEN_NUMBER))
		return SIZE_MAX;
	bool two = is_kind(reader, at + 1, TOKEN_NUMBER) && is_digits(next, 0, next.len) && is_capital(reader, at + 2);
	if (two && ((word.len == 3 && next.len == 2) || (word.len == 2 && next.len == 3 && hyphen_after(reader, at))))
		return at + 1;
	bool behind = at > 0 && is_mark(reader, at - 1, ',') && is_capital(reader, at + 1);
	return behind && word.len == 3 && is_digits(word, 0, 3) ? at : SIZE_MAX;
}

/* "62704", "62704-1234", "28 013" is none; "1012 AB". */
static size_t code_end(const struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at), next = word_at(reader, at + 1);
	size_t end = city_code_end(reader, at);
	if (end != SIZE_MAX)
		return end;
	bool year = word.len == 4 && is_digits(word, 0, 4) && number_of(word.ptr, 4) >= 1900 && number_of(word.ptr, 4) < 2100;
	if (!is_kind(reader, at, TOKEN_NUMBER) || word.len < 4 || word.len > 6 || !is_digits(word, 0, word.len) ||
		(year && !is_capital(reader, at + 1)))
		return SIZE_MAX;
	if (word.len == 5 && hyphen_after(reader, at) && is_kind(reader, at + 1, TOKEN_NUMBER) && next.len <= 4)
		return at + 1;
	if (word.len == 5 && is_mark(reader, at + 1, '-') && is_kind(reader, at + 2, TOKEN_NUMBER) && word_at(reader, at + 2).len <= 4)
		return at + 2;
	bool dutch = word.len == 4 && is_capital(reader, at + 1) && next.len == 2 && is_letter(next, 0) && is_letter(next, 1);
	return dutch && !(pattern_flags(reader, at + 1) & NAME_STATE) ? at + 1 : at;
}

/* A flat, floor or room; "#12". */
static size_t unit_end(const struct reader *reader, size_t at)
{
	size_t next = at + 1;
	if (!in_words(word_at(reader, at), unit_words))
		return SIZE_MAX;
	if (is_mark(reader, next, '.') || is_mark(reader, next, ':'))
		next++;
	struct str word = word_at(reader, next);
	bool numbered = str_has_digit(word) && word.len <= 6;
	bool lettered = word.len == 1 && is_letter(word, 0) && is_capital(reader, next);
	return numbered || lettered ? next : SIZE_MAX;
}

/* A place that the packs know, of up to three words, capitalised. */
size_t pattern_known_place(const struct reader *reader, size_t at)
{
	const struct view *view = reader->view;
	size_t end = SIZE_MAX;
	if (!reader->names || !is_capital(reader, at) || !(pattern_flags(reader, at) & (NAME_PLACE | NAME_PLACE_HEAD)))
		return SIZE_MAX;
	for (size_t last = at; last < at + 4 && last < view->count; last++) {
		struct str text = { view->text.ptr + view->tokens[at].at,
			view->tokens[last].at + view->tokens[last].len - view->tokens[at].at };
		text.len -= reader->tails && reader->tails[last] && text.len ? 1 : 0;
		if (text.len <= NAME_BYTES_MAX && vocab_flags(&reader->names->table, text) & NAME_PLACE)
			end = last;
	}
	return end;
}

static bool is_state(const struct reader *reader, size_t at)
{
	const struct token *token = &reader->view->tokens[at < reader->view->count ? at : 0];
	if (at >= reader->view->count || !(pattern_flags(reader, at) & NAME_STATE))
		return false;
	for (size_t i = token->start; i < token->end; i++)
		if (reader->text.ptr[i] < 'A' || reader->text.ptr[i] > 'Z')
			return false;
	return true;
}

struct tail {
	size_t last;   /* of the last part that only an address has */
	size_t strong; /* how many such parts */
	size_t weak;   /* words since */
	bool coded;    /* holds a postal code or a flat */
};

static bool separator(const struct reader *reader, size_t at)
{
	return is_mark(reader, at, ',') || is_mark(reader, at, '-') || is_mark(reader, at, '|') || is_mark(reader, at, '>') ||
	       (is_mark(reader, at, '.') && glued(reader, at - 1) && in_words(word_at(reader, at - 1), street_shorts));
}

/* The last token of a strong part at `at`, or SIZE_MAX. */
static size_t strong_part(const struct reader *reader, size_t at, struct tail *tail)
{
	size_t end = unit_end(reader, at);
	if (end == SIZE_MAX)
		end = postcode_end(reader, at);
	if (end == SIZE_MAX)
		end = code_end(reader, at);
	if (end != SIZE_MAX && is_kind(reader, at, TOKEN_NUMBER) && !tail->weak && !tail->strong && !is_capital(reader, end) &&
		!is_capital(reader, end + 1))
		end = SIZE_MAX;
	if (end != SIZE_MAX) {
		tail->coded = tail->coded || !in_words(word_at(reader, at), rooms);
		return end;
	}
	return is_state(reader, at) ? at : pattern_known_place(reader, at);
}

static bool maybe_city(const struct reader *reader, size_t at)
{
	return is_capital(reader, at) && !(pattern_flags(reader, at) & (NAME_TITLE | NAME_VERB)) &&
	       (!reader->names || pattern_unknown(reader, at) ||
		       (pattern_flags(reader, at) & (NAME_SURNAME | NAME_GIVEN | NAME_NEVER | NAME_PLACE_HEAD)));
}

static struct tail read_tail(const struct reader *reader, size_t from)
{
	struct tail tail = { .last = from };
	bool comma = false;
	for (size_t at = from + 1; at < reader->view->count && at < from + TAIL_TOKENS_MAX;) {
		if (reader->view->tokens[at - 1].flags & TOKEN_BLANK_AFTER)
			break;
		if (separator(reader, at)) {
			comma = true;
			at++;
			continue;
		}
		bool line = reader->view->tokens[at - 1].flags & TOKEN_LINE_AFTER;
		comma = comma || line;
		size_t end = strong_part(reader, at, &tail);
		if (end == SIZE_MAX && line && str_has_digit(word_at(reader, at - 1)) && word_at(reader, at - 1).len >= 5)
			break; /* a line behind a code is the next field, save for a country */
		if (end == SIZE_MAX && tail.weak && in_words(word_at(reader, at), name_words) && is_capital(reader, at + 1)) {
			at++;
			continue;
		}
		if (end == SIZE_MAX && (!maybe_city(reader, at) || tail.weak++ >= TAIL_WEAK_MAX))
			break;
		/* a city that no list knows, behind a comma */
		if (end == SIZE_MAX && comma && reader->names && pattern_unknown(reader, at) &&
			!(pattern_flags(reader, at + 1) & NAME_VERB))
			end = at;
		if (end != SIZE_MAX) {
			tail.last = end;
			tail.strong++;
			tail.weak = 0;
		}
		at = end == SIZE_MAX ? at + 1 : end + 1;
		comma = false;
	}
	return tail;
}

/* "MN", "RJ": the abbreviation of a region. */
static bool two_capitals(const struct reader *reader, size_t at)
{
	const struct token *token = &reader->view->tokens[at];
	const char *raw = reader->text.ptr + token->start;
	return token->end - token->start == 2 && raw[0] >= 'A' && raw[0] <= 'Z' && raw[1] >= 'A' && raw[1] <= 'Z';
}

/* A word that the rest of an address may hold, whatever list lacks it: "San", "del", "MN". */
static bool rest_word(const struct reader *reader, size_t at)
{
	if (!is_kind(reader, at, TOKEN_WORD) || str_has_digit(word_at(reader, at)))
		return false;
	return in_words(word_at(reader, at), name_words) ||
	       (is_capital(reader, at) && (maybe_city(reader, at) || in_words(word_at(reader, at), directions) ||
						  two_capitals(reader, at) || pattern_known_place(reader, at) != SIZE_MAX));
}

static bool rest_mark(const struct reader *reader, size_t at)
{
	return is_kind(reader, at, TOKEN_PUNCT) && word_at(reader, at).len == 1 && memchr(",.()-/'>|", word_at(reader, at).ptr[0], 9);
}

/* A postal code that ends its line or the part before a comma; one of four digits or fewer only at the end of its line. */
static size_t rest_code(const struct reader *reader, size_t at)
{
	size_t end = postcode_end(reader, at);
	struct str word = word_at(reader, at);
	if (end != SIZE_MAX)
		return end;
	if (!is_kind(reader, at, TOKEN_NUMBER) || !is_digits(word, 0, word.len) || word.len > 7)
		return SIZE_MAX;
	end = at;
	if (glued(reader, at) && (hyphen_after(reader, at) || is_mark(reader, at + 1, '-'))) {
		size_t next = at + 1 + is_mark(reader, at + 1, '-');
		end = is_kind(reader, next, TOKEN_NUMBER) && word_at(reader, next).len <= 4 ? next : at;
	}
	bool ends = end + 1 >= reader->view->count || (reader->view->tokens[end].flags & TOKEN_LINE_AFTER);
	if (word.len >= 5)
		return ends || !in_words(word_at(reader, end + 1), pattern_units) ? end : SIZE_MAX;
	return ends && word.len >= 3 ? end : SIZE_MAX;
}

/* A line in small letters that ends with a code: "szeged\n, hungary\n1234". */
static bool small_line(const struct reader *reader, size_t at)
{
	for (size_t words = 0, end = at + REST_TOKENS_MAX; words <= 4 && at < end && at < reader->view->count; at++) {
		if (rest_code(reader, at) != SIZE_MAX)
			return true;
		if (rest_mark(reader, at))
			continue;
		bool said = in_words(word_at(reader, at), pattern_call_words) || in_words(word_at(reader, at), pattern_id_words) ||
			    in_words(word_at(reader, at), pattern_no_names);
		if (!is_kind(reader, at, TOKEN_WORD) || said)
			return false;
		words++;
	}
	return false;
}

/* The last token of an address read on over words that no list knows, as far as a code: "Rio Claro\n(SP)\n13500"; an empty line
 * is where a form had an empty field. Or `last`. */
static size_t rest_end(const struct reader *reader, size_t last)
{
	const struct token *tokens = reader->view->tokens;
	bool small = false;
	for (size_t at = last + 1, words = 0; at < reader->view->count && words <= REST_WORDS_MAX && at < last + REST_TOKENS_MAX; at++) {
		size_t code = rest_code(reader, at), unit = unit_end(reader, at);
		bool line = tokens[at - 1].flags & TOKEN_LINE_AFTER;
		if (code != SIZE_MAX && (words || line))
			return code;
		if (unit != SIZE_MAX && !in_words(word_at(reader, at), rooms)) {
			at = last = unit;
			words = 0;
			continue;
		}
		small = small || ((line || is_mark(reader, at - 1, ',')) && small_line(reader, at));
		bool short_number = is_kind(reader, at, TOKEN_NUMBER) && word_at(reader, at).len <= 3 && is_mark(reader, at - 1, ',');
		if (rest_mark(reader, at) || short_number)
			continue;
		if (!rest_word(reader, at) && !(small && is_kind(reader, at, TOKEN_WORD)))
			return last;
		words++;
	}
	return last;
}

/* A city behind a flat or a comma, that no list knows: one to three words up to the end of the line or a mark. Or `last`. */
static size_t city_end(const struct reader *reader, size_t last, bool unit)
{
	const struct token *tokens = reader->view->tokens;
	size_t at = last + 1, words = 0, end = last;
	bool line = tokens[last].flags & TOKEN_LINE_AFTER;
	if (tokens[last].flags & TOKEN_BLANK_AFTER)
		return last;
	if (is_mark(reader, at, ','))
		at++;
	else if (!unit && !line)
		return last;
	for (; words < 4 && at < reader->view->count && rest_word(reader, at); at++, words++) {
		end = is_capital(reader, at) ? at : end;
		if (tokens[at].flags & TOKEN_LINE_AFTER)
			return end;
		if (is_mark(reader, at + 1, '-') && glued(reader, at + 1))
			at++;
	}
	bool ends = at >= reader->view->count || is_kind(reader, at, TOKEN_PUNCT);
	return words && ends && !line ? end : last;
}

static size_t address_end(const struct reader *reader, size_t last, struct tail *ret_tail)
{
	struct tail tail = read_tail(reader, last);
	size_t end = rest_end(reader, tail.last);
	if (end == tail.last && tail.last > last + 1)
		end = city_end(
			reader, tail.last, in_words(word_at(reader, tail.last - 1), unit_words) || is_mark(reader, tail.last - 1, '.'));
	if (ret_tail)
		*ret_tail = tail;
	return end;
}

/* The first token of a flat before the house, "Flat 3, 18 Elm Road", or `first`. */
static size_t with_unit(const struct reader *reader, size_t first)
{
	const struct patterns *out = reader->out;
	size_t at = first, floor = out->count ? out->items[out->count - 1].last + 1 : 0;
	at -= at > floor && is_mark(reader, at - 1, ',');
	for (size_t back = 1; back <= 3 && at >= floor + back; back++)
		if (unit_end(reader, at - back) == at - 1 && !in_words(word_at(reader, at - back), rooms))
			return at - back;
	return first;
}

static bool add_address(struct reader *reader, size_t first, size_t last)
{
	first = with_unit(reader, first);
	return pattern_add(reader, PATTERN_ADDRESS, first, address_end(reader, last, NULL)) != NULL;
}

/* ---- streets ---- */

/* Words that may be the name of a street: the last of them, or SIZE_MAX. */
static size_t names_end(const struct reader *reader, size_t at)
{
	size_t last = SIZE_MAX;
	for (size_t token = at; token < at + STREET_NAMES_MAX && is_kind(reader, token, TOKEN_WORD); token++) {
		if (in_words(word_at(reader, token), unit_words) || is_state(reader, token))
			break;
		bool joins = in_words(word_at(reader, token), name_words);
		if (!joins && !is_capital(reader, token))
			break;
		last = joins && !is_capital(reader, token) ? last : token;
		if (reader->view->tokens[token].flags & TOKEN_LINE_AFTER)
			break;
	}
	return last;
}

/* "204 Lange Strasse 12": the last token of a house number behind the kind of street, or the kind itself. */
static size_t number_behind_kind(const struct reader *reader, size_t kind)
{
	size_t house, at = kind + 1 + (is_mark(reader, kind + 1, '.') && glued(reader, kind));
	bool near = !(reader->view->tokens[at - 1].flags & TOKEN_LINE_AFTER) && is_kind(reader, at, TOKEN_NUMBER);
	bool house_behind = near && word_at(reader, at).len <= 4 && house_number(reader, at, &house) &&
			    !in_words(word_at(reader, house + 1), pattern_units);
	return house_behind ? house : kind;
}

/* "12 Elm Street": a number, one to four names, a kind of street. Without capitals only plain words for streets count. */
static bool read_kind_behind(struct reader *reader, size_t at, size_t number)
{
	size_t names = 0, token = number + 1;
	bool capitals = true;
	if (in_words(word_at(reader, token), directions))
		token += 1 + is_mark(reader, token + 1, '.');
	for (; names <= STREET_NAMES_MAX && is_kind(reader, token, TOKEN_WORD); names++, token++) {
		struct str word = word_at(reader, token);
		bool kind = names > 0 &&
			    (in_words(word, streets) || (capitals && is_capital(reader, token) && in_words(word, street_shorts)));
		bool more = is_capital(reader, token + 1) && in_words(word_at(reader, token + 1), street_shorts);
		if (kind && !more && (capitals || names <= 2)) {
			if (in_words(word_at(reader, token + 1), directions) && is_capital(reader, token + 1))
				token++;
			return add_address(reader, at, number_behind_kind(reader, token));
		}
		if (in_words(word, pattern_no_names))
			return false;
		capitals = capitals && (is_capital(reader, token) || in_words(word, name_words) || str_has_digit(word));
		if (reader->view->tokens[token].flags & TOKEN_LINE_AFTER)
			return false;
	}
	return false;
}

/* The kind of street before its name. */
static bool kind_before(const struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	if (in_words(word, streets_before))
		return true;
	if (is_mark(reader, at + 1, '.') && glued(reader, at) && is_capital(reader, at + 2) && in_words(word, streets_before_dotted))
		return !(at > 0 && str_eqc(word_at(reader, at - 1), "et")); /* "et al. Miller" */
	size_t name = at + 1 + is_mark(reader, at + 1, '.');
	while (name < at + 4 && in_words(word_at(reader, name), name_words))
		name++;
	return is_capital(reader, name) && in_words(word, streets_before_names);
}

/* "12 rue de la Paix", "5, avenida del Sol". */
static bool read_kind_between(struct reader *reader, size_t at, size_t number)
{
	size_t token = number + 1 + is_mark(reader, number + 1, ',');
	if (str_eqc(word_at(reader, token), "bis") || str_eqc(word_at(reader, token), "ter"))
		token++;
	bool kind = kind_before(reader, token) || in_words(word_at(reader, token), streets_between);
	if (word_at(reader, token).len < 3 || !kind)
		return false;
	size_t last = names_end(reader, token + 1), house;
	if (last == SIZE_MAX || last <= token)
		return false;
	if (!(reader->view->tokens[last].flags & TOKEN_LINE_AFTER) && house_number(reader, last + 1, &house) &&
		word_at(reader, last + 1).len <= 4)
		last = house;
	return add_address(reader, at, last);
}

/* The capitalised words behind a house number, with what joins them: the last, or SIZE_MAX. *ret_names counts them. */
static size_t street_words(const struct reader *reader, size_t from, size_t *ret_names)
{
	size_t last = SIZE_MAX, token = from;
	*ret_names = 0;
	for (; *ret_names < STREET_NAMES_MAX && token < from + 3 * STREET_NAMES_MAX; token++) {
		struct str word = word_at(reader, token);
		bool short_form = last != SIZE_MAX && word_at(reader, last).len <= 4 && glued(reader, last) &&
				  (is_mark(reader, token, '.') || is_mark(reader, token, '/'));
		bool joins = last != SIZE_MAX && in_words(word, name_words) && is_kind(reader, token + 1, TOKEN_WORD);
		if ((!joins && !short_form && !is_capital(reader, token)) || in_words(word, pattern_months) || is_state(reader, token) ||
			in_words(word, unit_words))
			break;
		*ret_names += !joins && !short_form;
		last = is_capital(reader, token) ? token : last;
		if (reader->view->tokens[token].flags & TOKEN_LINE_AFTER)
			break;
	}
	return last;
}

/* A number and capitalised words that only what stands behind them makes an address: flat, code, state. */
static bool read_number_first(struct reader *reader, size_t at, size_t number)
{
	size_t names, house;
	bool counted = at > reader->barrier && is_capital(reader, at - 1) && !in_words(word_at(reader, at - 1), unit_words) &&
		       !(reader->view->tokens[at - 1].flags & TOKEN_LINE_AFTER); /* "Chapter 5 Verse 3" */
	if (counted || (reader->view->tokens[number].flags & TOKEN_LINE_AFTER))
		return false;
	size_t last = street_words(reader, number + 1, &names);
	if (last == SIZE_MAX)
		return false;
	bool both = false; /* "1204 Koskikatu 25" */
	if (!(reader->view->tokens[last].flags & TOKEN_LINE_AFTER) && house_number(reader, last + 1, &house) &&
		word_at(reader, last + 1).len <= 4 && !in_words(word_at(reader, house + 1), pattern_units)) {
		last = house;
		both = word_at(reader, at).len >= 3;
	}
	struct tail tail;
	size_t end = address_end(reader, last, &tail);
	bool said = names >= 2 && tail.strong && reader->names && after_words(reader, at, 1, address_words) &&
		    pattern_unknown(reader, number + 1);
	said = said || both || after_words(reader, at, 3, live_words);
	return (tail.coded || said) && pattern_add(reader, PATTERN_ADDRESS, at, end) != NULL;
}

/* "Calle Mayor 12", "Via Roma, 3": kind of street, names, a number. */
static bool read_kind_before(struct reader *reader, size_t first, size_t at)
{
	size_t names = 0, token = at + 1, last;
	if (!kind_before(reader, at))
		return false;
	token += is_mark(reader, token, '.') || is_mark(reader, token, '/');
	if (word_at(reader, at).len == 1 && token == at + 1)
		return false;
	for (; names < STREET_NAMES_MAX && is_kind(reader, token, TOKEN_WORD) && !str_has_digit(word_at(reader, token)); token++) {
		if (str_eqc(word_at(reader, token), "no") || str_eqc(word_at(reader, token), "número") ||
			str_eqc(word_at(reader, token), "nr"))
			break;
		if (in_words(word_at(reader, token), pattern_no_names) && !is_capital(reader, token))
			return false; /* "my place is 20 minutes away" */
		names++;
	}
	if (!names)
		return false;
	while (token < at + 10 && (is_mark(reader, token, ',') || is_mark(reader, token, '.') ||
					  in_words(word_at(reader, token), unit_words) || str_eqc(word_at(reader, token), "número") ||
					  str_eqc(word_at(reader, token), "nr") || str_eqc(word_at(reader, token), "رقم")))
		token++;
	if (!house_number(reader, token, &last) || word_at(reader, token).len > 4)
		return false;
	return add_address(reader, first, last);
}

/* "Hauptstraße 12", "Koskikatu 25 A": the kind of street is the word's end. */
static bool read_kind_inside(struct reader *reader, size_t first, size_t at)
{
	struct str word = word_at(reader, at);
	size_t last, number = at + 1;
	bool street = false;
	if (word.len < 6 || !is_capital(reader, at) || !str_has_digit(word_at(reader, at + 1 + is_mark(reader, at + 1, '.'))))
		return false;
	for (size_t i = 0; street_endings[i] && !street; i++)
		street = str_ends(word, str_c(street_endings[i]));
	number += is_mark(reader, number, '.');
	if (!street || !house_number(reader, number, &last) || word_at(reader, number).len > 5)
		return false;
	bool more = first == at && at > reader->barrier && is_capital(reader, at - 1) &&
		    !(reader->view->tokens[at - 1].flags & TOKEN_LINE_AFTER) &&
		    reader->view->tokens[at - 1].sentence == reader->view->tokens[at].sentence &&
		    !(pattern_flags(reader, at - 1) & NAME_WORD);
	return add_address(reader, more ? at - 1 : first, last);
}

/* "meet me at Lange Acker 9": names that are no ordinary words, and a number that counts nothing. */
static bool stands_at(const struct reader *reader, size_t at, size_t number, size_t last)
{
	static const char *const before[] = { "at", "to", "from", "is", NULL };
	bool names = reader->names && number > at + 1;
	for (size_t token = at; names && token < number; token++)
		names = (pattern_unknown(reader, token) || (pattern_flags(reader, token) & NAME_SURNAME));
	return names && after_words(reader, at, 1, before) && !in_words(word_at(reader, last + 1), pattern_units) &&
	       !in_words(word_at(reader, last + 1), pattern_counted) && !is_capital(reader, last + 1);
}

/* "Koskikatu 25 Apt. 3", "Long Acre 7, 1012 AB": names and a number that only what stands behind them makes an address. */
static bool read_number_last(struct reader *reader, size_t first, size_t at)
{
	size_t token = at, last;
	if (!is_capital(reader, at) || (pattern_flags(reader, at) & (NAME_TITLE | NAME_WORD)))
		return false;
	while (token < at + 3 && is_capital(reader, token) && !in_words(word_at(reader, token), pattern_months) &&
		!(reader->view->tokens[token].flags & TOKEN_LINE_AFTER))
		token++;
	if (token == at || in_words(word_at(reader, token - 1), unit_words) || !house_number(reader, token, &last) ||
		word_at(reader, token).len > 4 || (reader->view->tokens[token - 1].flags & TOKEN_LINE_AFTER))
		return false;
	struct tail tail;
	size_t end = address_end(reader, last, &tail);
	bool said = after_words(reader, at, 3, live_words) || (tail.strong && token > at + 1) || stands_at(reader, at, token, last);
	return (said || (tail.coded && tail.strong)) && pattern_add(reader, PATTERN_ADDRESS, first, end) != NULL;
}

/* "Petőfi Sándor utca 12", "Atatürk Caddesi No: 5": names, the kind, a number. */
static bool read_kind_middle(struct reader *reader, size_t first, size_t at)
{
	static const char *const kinds[] = { "utca", "utcája", "u", "út", "útja", "tér", "ter", "tere", "krt", "körút", "köz", "sor",
		"sétány", "fasor", "dűlő", "torget", "torg", "torv", "steeg", "markt", "třída", "vej", "vei", "gade", "väg", "vägen",
		"gatan", "plads", "plass", "allé", "tee", "maantee", "puiestee", "sokak", "sokağı", "caddesi", "cad", "bulvarı", "bulvar",
		"platz", "straße", "strasse", "ulica", "cesta", "ulice", "náměstí", "trg", "put", "pot", "tänav", "tn", "mnt", "iela",
		"gatvė", "g", NULL };
	bool named = is_capital(reader, at) && word_at(reader, at).len > 1;
	for (size_t token = at + 1; named && token < at + 5 && is_kind(reader, token, TOKEN_WORD); token++) {
		size_t number = token + 1, last;
		bool short_form = word_at(reader, token).len == 1 && !(is_mark(reader, token + 1, '.') && glued(reader, token));
		if (!in_words(word_at(reader, token), kinds) || short_form) {
			if (!is_capital(reader, token) && (pattern_flags(reader, token) & (NAME_WORD | NAME_VERB | NAME_PERHAPS)))
				return false;
			continue;
		}
		while (number < token + 4 &&
			(is_mark(reader, number, '.') || is_mark(reader, number, ':') || str_eqc(word_at(reader, number), "no")))
			number++;
		return house_number(reader, number, &last) && add_address(reader, first, last);
	}
	return false;
}

static const char *const boxes[] = { "p", "po", "psc", "unit", "postfach", "apartado", "postbus", "postboks", "postilokero", NULL };

/* "P.O. Box 123", "Postfach 12", "apartado 5". */
static bool read_box(struct reader *reader, size_t first, size_t at)
{
	size_t token = at;
	if (!in_words(word_at(reader, at), boxes))
		return false;
	if (str_eqc(word_at(reader, at), "p") && is_mark(reader, at + 1, '.') && str_eqc(word_at(reader, at + 2), "o"))
		token = at + 3 + is_mark(reader, at + 3, '.');
	else if (str_eqc(word_at(reader, at), "po") || str_eqc(word_at(reader, at), "psc"))
		token = at + 1;
	else if (str_eqc(word_at(reader, at), "unit") && is_kind(reader, at + 1, TOKEN_NUMBER) && str_eqc(word_at(reader, at + 2), "box"))
		token = at + 2;
	else if (word_at(reader, at).len < 6) /* the others are a word by themselves */
		return false;
	if (token > at && !str_eqc(word_at(reader, token), "box") && !str_eqc(word_at(reader, at), "psc"))
		return false; /* "po" of another language */
	size_t number = str_eqc(word_at(reader, at), "psc") ? at + 1 : token + 1;
	return is_kind(reader, number, TOKEN_NUMBER) && word_at(reader, number).len <= 7 && add_address(reader, first, number);
}

/* "204 lindenweg 12 apt. 4": in small letters the flat behind it says what it is. */
static bool read_small_street(struct reader *reader, size_t at, size_t number)
{
	size_t token = number + 1, words = 0, house;
	for (; words < 4 && is_kind(reader, token, TOKEN_WORD) && !in_words(word_at(reader, token), unit_words); token++, words++)
		if (in_words(word_at(reader, token), pattern_no_names) || in_words(word_at(reader, token), pattern_units) ||
			(reader->view->tokens[token].flags & TOKEN_LINE_AFTER))
			return false;
	if (words && is_kind(reader, token, TOKEN_NUMBER) && house_number(reader, token, &house))
		token = house + 1;
	size_t end = words ? unit_end(reader, token) : SIZE_MAX;
	return end != SIZE_MAX && !in_words(word_at(reader, token), rooms) && add_address(reader, at, end);
}

/* A street that has its number behind it, and one before: "204 Calle Mayor 12", "7 P.O. Box 12". */
static bool read_numbered(struct reader *reader, size_t at, size_t number)
{
	size_t next = number + 1;
	bool month = at > 0 && in_words(word_at(reader, at - 1), pattern_months);
	if ((reader->view->tokens[number].flags & TOKEN_LINE_AFTER) || month)
		return false;
	bool before = word_at(reader, next).len > 1 || is_mark(reader, next + 1, '.');
	return (before && read_kind_before(reader, at, next)) || read_kind_inside(reader, at, next) || read_kind_middle(reader, at, next) ||
	       read_box(reader, at, next);
}

static bool read_street(struct reader *reader, size_t at)
{
	size_t number;
	if (!house_number(reader, at, &number) || (at > 0 && glued(reader, at - 1) && is_kind(reader, at - 1, TOKEN_PUNCT) &&
							  !is_mark(reader, at - 1, '(') && !is_mark(reader, at - 1, '"')))
		return false;
	size_t second;
	if (number == at && !(reader->view->tokens[at].flags & TOKEN_LINE_AFTER) && is_kind(reader, at + 1, TOKEN_NUMBER) &&
		house_number(reader, at + 1, &second) && is_capital(reader, second + 1))
		number = second; /* "4 12 Elm Street": a flat before the house */
	return read_kind_behind(reader, at, number) || read_kind_between(reader, at, number) || read_numbered(reader, at, number) ||
	       read_number_first(reader, at, number) || read_small_street(reader, at, number);
}

static const char *const ships[] = { "uss", "usns", "uscgc", "usnv", NULL };

/* "USS Example, FPO AP 96601": mail to a ship (USPS Publication 28, section 225). */
static bool read_ship(struct reader *reader, size_t at)
{
	size_t token = at + 1, names = 0;
	if (!in_words(word_at(reader, at), ships))
		return false;
	while (names < 4 && is_capital(reader, token) && word_at(reader, token).len > 1 && !str_eqc(word_at(reader, token), "fpo")) {
		names++;
		token++;
	}
	token += is_mark(reader, token, ',');
	size_t end = str_eqc(word_at(reader, token), "fpo") && is_state(reader, token + 1) ? code_end(reader, token + 2) : SIZE_MAX;
	return end != SIZE_MAX && pattern_add(reader, PATTERN_ADDRESS, at, end) != NULL;
}

/* "Springfield, IL 62704"; "10115 Berlin". */
static bool read_city(struct reader *reader, size_t at)
{
	size_t last = at, token;
	if (is_kind(reader, at, TOKEN_NUMBER)) {
		size_t end = code_end(reader, at), place = end == SIZE_MAX ? SIZE_MAX : pattern_known_place(reader, end + 1);
		return word_at(reader, at).len >= 4 && place != SIZE_MAX && glued(reader, at) == false && word_at(reader, at).len != 4 &&
		       add_address(reader, at, place);
	}
	if (!is_capital(reader, at) || (at > 0 && is_capital(reader, at - 1) && reader->barrier < at && !is_mark(reader, at - 1, ',')))
		return false;
	while (last < at + 2 && is_capital(reader, last + 1) && !is_state(reader, last + 1))
		last++;
	token = last + 1 + is_mark(reader, last + 1, ',');
	size_t state = is_state(reader, token) ? token : SIZE_MAX;
	size_t end = state == SIZE_MAX ? SIZE_MAX : code_end(reader, state + 1);
	if (end == SIZE_MAX || word_at(reader, state + 1).len != 5)
		return false;
	return add_address(reader, at, end);
}

/* "Apt. 12" at the end of a line or as one of its own, where its street stands elsewhere. */
static bool read_unit(struct reader *reader, size_t at)
{
	static const char *const units[] = { "apt", "apartment", "suite", "ste", "flat", NULL };
	bool begins = at == 0 || (reader->view->tokens[at - 1].flags & TOKEN_LINE_AFTER) || is_mark(reader, at - 1, ',') ||
		      is_mark(reader, at - 1, '>');
	size_t end = is_capital(reader, at) && in_words(word_at(reader, at), units) ? unit_end(reader, at) : SIZE_MAX;
	if (end == SIZE_MAX)
		return false;
	bool line = end + 1 < reader->view->count && (reader->view->tokens[end].flags & TOKEN_LINE_AFTER);
	bool ends = end + 1 >= reader->view->count || is_kind(reader, end + 1, TOKEN_PUNCT);
	return (line || (begins && ends)) && add_address(reader, at, end);
}

/* "my zip code is 94110". */
static bool read_code(struct reader *reader, size_t at)
{
	size_t end = code_end(reader, at);
	return end != SIZE_MAX && after_words(reader, at, 4, code_words) && pattern_add(reader, PATTERN_ADDRESS, at, end) != NULL;
}

/* "建国路88号": a road, a number and its sign. The road's name stands before: what no other pattern took, to the last word that cannot be
 * part of it. */
static bool read_chinese(struct reader *reader, size_t at)
{
	static const char *const roads[] = { "路", "街", "道", "巷", "弄", "村", "里", NULL };
	static const char *const ends[] = { "在", "住", "是", "到", "址", "于", "的", "我", NULL };
	size_t first = at;
	if (!is_kind(reader, at, TOKEN_NUMBER) || at == 0 || !in_words(word_at(reader, at - 1), roads) ||
		(!str_eqc(word_at(reader, at + 1), "号") && !str_eqc(word_at(reader, at + 1), "號")))
		return false;
	while (first > reader->barrier && at - first < 14 && is_kind(reader, first - 1, TOKEN_IDEOGRAPH) &&
		!in_words(word_at(reader, first - 1), ends))
		first--;
	return pattern_add(reader, PATTERN_ADDRESS, first, at + 1) != NULL;
}

/* One of the streets of a corner: numbers, names, kinds of street; its last token, or SIZE_MAX. */
static size_t corner_street(const struct reader *reader, size_t at)
{
	size_t last = SIZE_MAX, capitals = 0;
	for (size_t words = 0; words < STREET_NAMES_MAX + 1 && at < reader->view->count; at++) {
		if (last != SIZE_MAX && is_mark(reader, at, '.') && glued(reader, last) && word_at(reader, last).len <= 4)
			continue;
		bool number = str_has_digit(word_at(reader, at)), joins = in_words(word_at(reader, at), name_words) && words;
		bool kind = in_words(word_at(reader, at), streets) || in_words(word_at(reader, at), streets_before);
		if (!number && !kind && !joins && !is_capital(reader, at))
			break;
		words++;
		capitals += is_capital(reader, at);
		last = joins && !is_capital(reader, at) ? last : at;
		if (reader->view->tokens[at].flags & TOKEN_LINE_AFTER)
			break;
	}
	return capitals ? last : SIZE_MAX;
}

static const char *const corners[] = { "corner", "intersection", "junction", NULL };

/* "the corner of 5th Avenue and Elm". */
static bool read_corner(struct reader *reader, size_t at)
{
	static const char *const joins[] = { "and", "with", "&", NULL };
	if (!in_words(word_at(reader, at), corners) || !str_eqc(word_at(reader, at + 1), "of"))
		return false;
	size_t one = corner_street(reader, at + 2), dot = one != SIZE_MAX && is_mark(reader, one + 1, '.');
	if (one == SIZE_MAX || !in_words(word_at(reader, one + 1 + dot), joins))
		return false;
	size_t other = corner_street(reader, one + 2 + dot);
	bool article = at > reader->barrier && str_eqc(word_at(reader, at - 1), "the");
	return other != SIZE_MAX && add_address(reader, at - article, other);
}

/* A place that begins with neither a digit nor a capital letter begins with one of these words. */
void pattern_place_starts(struct pattern_starts *starts)
{
	pattern_starts_add(starts, corners);
	pattern_starts_add(starts, streets_before);
	pattern_starts_add(starts, streets_before_dotted);
	pattern_starts_add(starts, streets_before_names);
	pattern_starts_add(starts, boxes);
	pattern_starts_add(starts, ships);
}

bool pattern_place(struct reader *reader, size_t at)
{
	bool known = pattern_may_start(reader, at);
	if (known && word_at(reader, at).len >= 6 && is_mark(reader, at + 1, '.') == false && read_corner(reader, at))
		return true;
	if (reader->digit_at > at + ADDRESS_TOKENS)
		return false;
	if (str_has_digit(word_at(reader, at))) {
		if (read_street(reader, at) || read_city(reader, at) || read_code(reader, at) || read_chinese(reader, at))
			return true;
		size_t end = postcode_end(reader, at);
		return end != SIZE_MAX && pattern_add(reader, PATTERN_ADDRESS, at, end) != NULL;
	}
	if (!is_kind(reader, at, TOKEN_WORD))
		return false;
	return (known && read_kind_before(reader, at, at)) || read_kind_inside(reader, at, at) || read_kind_middle(reader, at, at) ||
	       (known && (read_box(reader, at, at) || read_ship(reader, at))) || read_unit(reader, at) || read_city(reader, at) ||
	       read_number_last(reader, at, at);
}

/* "3 May 1990", "May 3rd, 1990" after a word for birth. */
bool pattern_birth(struct reader *reader, size_t at)
{
	size_t last = at, parts = 0;
	bool month = false;
	if (!after_words(reader, at, 4, pattern_birth_words))
		return false;
	for (size_t token = at; token < at + 6 && token < reader->view->count && parts < 3; token++) {
		struct str word = word_at(reader, token);
		bool day = is_digits(word, 0, word.len) && (word.len <= 2 || word.len == 4);
		bool ordinal = word.len >= 3 && word.len <= 4 && is_digits(word, 0, word.len - 2) && is_letter(word, word.len - 1);
		bool name = in_words(word, pattern_months);
		if (!day && !ordinal && !name) {
			if (token > at &&
				(is_mark(reader, token, ',') || is_mark(reader, token, '.') || str_eqc(word, "of") || str_eqc(word, "de")))
				continue;
			break;
		}
		month = month || name;
		parts++;
		last = token;
	}
	return parts >= 2 && month && pattern_add(reader, PATTERN_BIRTH, at, last) != NULL;
}
