/* pattern_place.c: postal addresses in the orders of several countries, and dates of birth in words.
 *
 * An address begins with a street and a number (either order), a post-office box, or a city with its state and code; from there
 * it is read on over flat, city, region, code and country, line breaks and commas between them, as far as the last part that only
 * an address has. Forms: Universal Postal Union, "Postal addressing systems"; USPS Publication 28 (kinds of street, units); Royal
 * Mail, PAF Programmers' Guide (postcodes). */
#include "screen/pattern_priv.h"
#include "screen/pattern_words.h"

#define STREET_NAMES_MAX 5u
#define ADDRESS_TOKENS 12u /* from the first word of an address to its first number */
#define TAIL_TOKENS_MAX 24u
#define TAIL_WEAK_MAX 4u /* words one after another that could be a city */

static const char *const streets[] = { "street", "road", "avenue", "boulevard", "lane", NULL };
static const char *const street_shorts[] = { "st", "str", "rd", "ave", "av", "blvd", "ln", "drive", "dr", "court", "ct", "close",
	"crescent", "cres", "terrace", "ter", "place", "pl", "square", "sq", "way", "gardens", "grove", "parkway", "pkwy", "highway", "hwy",
	"row", "mews", "circle", "cir", "trail", "trl", "run", "path", "pike", "alley", "loop", "plaza", "point", "hill", "heights",
	"ridge", "view", "views", "rise", "gate", "vale", "villas", "meadow", "meadows", "fields", "croft", "brae", "chase", "drove",
	"garth", "pde", "bend", "cove", "crossing", "parade", "quay", "walk", "wharf", "green", "park", "broadway", "expressway", "freeway",
	"route", "utca", "ut", "út", "ter", "tér", "sokak", "caddesi", "cad", "straße", "strasse", NULL };
static const char *const streets_before[] = { "calle", "c", "avenida", "avda", "av", "avenue", "paseo", "plaza", "carrera", "calzada",
	"camino", "pasaje", "ronda", "rambla", "rue", "boulevard", "bd", "allée", "chemin", "impasse", "place", "quai", "route", "cours",
	"via", "viale", "piazza", "corso", "vicolo", "rua", "travessa", "alameda", "praça", "largo", "estrada", "ul", "ulica", "aleja",
	"ulice", "strada", "bulevardul", "jalan", "jl", "улица", "ул", "проспект", "شارع", "طريق", NULL };
static const char *const street_endings[] = { "strasse", "straße", "str", "gasse", "weg", "platz", "allee", "ufer", "damm", "gatan",
	"vägen", "gränd", "katu", "tie", "kuja", "vej", "gade", "allé", "veien", "vegen", "gata", "straat", "laan", "gracht", "kade",
	"plein", "dijk", "utca", NULL };
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
	bool ends = end + 1 >= reader->view->count || is_kind(reader, end + 1, TOKEN_PUNCT) ||
		    (reader->view->tokens[end].flags & TOKEN_LINE_AFTER);
	return ends ? end : at;
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
	bool numbered = has_digit(word) && word.len <= 6;
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
		comma = comma || (reader->view->tokens[at - 1].flags & TOKEN_LINE_AFTER);
		size_t end = strong_part(reader, at, &tail);
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

static bool add_address(struct reader *reader, size_t first, size_t last)
{
	return pattern_add(reader, PATTERN_ADDRESS, first, read_tail(reader, last).last) != NULL;
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
			return add_address(reader, at, token);
		}
		if (in_words(word, pattern_no_names))
			return false;
		capitals = capitals && (is_capital(reader, token) || in_words(word, name_words) || has_digit(word));
		if (reader->view->tokens[token].flags & TOKEN_LINE_AFTER)
			return false;
	}
	return false;
}

/* "12 rue de la Paix", "5, avenida del Sol". */
static bool read_kind_between(struct reader *reader, size_t at, size_t number)
{
	size_t token = number + 1 + is_mark(reader, number + 1, ',');
	if (str_eqc(word_at(reader, token), "bis") || str_eqc(word_at(reader, token), "ter"))
		token++;
	if (word_at(reader, token).len < 3 || !in_words(word_at(reader, token), streets_before))
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
	struct tail tail = read_tail(reader, last);
	bool said = names >= 2 && tail.strong && reader->names && after_words(reader, at, 1, address_words) &&
		    pattern_unknown(reader, number + 1);
	said = said || both || after_words(reader, at, 3, live_words);
	return (tail.coded || said) && pattern_add(reader, PATTERN_ADDRESS, at, tail.last) != NULL;
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
	return read_kind_behind(reader, at, number) || read_kind_between(reader, at, number) || read_number_first(reader, at, number);
}

/* "Calle Mayor 12", "Via Roma, 3": kind of street, names, a number. */
static bool read_kind_before(struct reader *reader, size_t at)
{
	size_t names = 0, token = at + 1, last;
	if (!in_words(word_at(reader, at), streets_before))
		return false;
	token += is_mark(reader, token, '.') || is_mark(reader, token, '/');
	if (word_at(reader, at).len == 1 && token == at + 1)
		return false;
	for (; names < STREET_NAMES_MAX && is_kind(reader, token, TOKEN_WORD) && !has_digit(word_at(reader, token)); token++) {
		if (str_eqc(word_at(reader, token), "no") || str_eqc(word_at(reader, token), "número") ||
			str_eqc(word_at(reader, token), "nr"))
			break;
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
	return add_address(reader, at, last);
}

/* "Hauptstraße 12", "Koskikatu 25 A": the kind of street is the word's end. */
static bool read_kind_inside(struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	size_t last, number = at + 1;
	bool street = false;
	if (word.len < 6 || !is_capital(reader, at) || !has_digit(word_at(reader, at + 1 + is_mark(reader, at + 1, '.'))))
		return false;
	for (size_t i = 0; street_endings[i] && !street; i++)
		street = str_ends(word, str_c(street_endings[i]));
	number += is_mark(reader, number, '.');
	if (!street || !house_number(reader, number, &last) || word_at(reader, number).len > 5)
		return false;
	bool more = at > reader->barrier && is_capital(reader, at - 1) && !(reader->view->tokens[at - 1].flags & TOKEN_LINE_AFTER) &&
		    reader->view->tokens[at - 1].sentence == reader->view->tokens[at].sentence &&
		    !(pattern_flags(reader, at - 1) & NAME_WORD);
	return add_address(reader, more ? at - 1 : at, last);
}

/* "Koskikatu 25 Apt. 3", "Long Acre 7, 1012 AB": names and a number that only what stands behind them makes an address. */
static bool read_number_last(struct reader *reader, size_t at)
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
	struct tail tail = read_tail(reader, last);
	bool said = after_words(reader, at, 3, live_words);
	return (said || (tail.coded && tail.strong)) && pattern_add(reader, PATTERN_ADDRESS, at, tail.last) != NULL;
}

/* "Petőfi Sándor utca 12", "Atatürk Caddesi No: 5": names, the kind, a number. */
static bool read_kind_middle(struct reader *reader, size_t at)
{
	static const char *const kinds[] = { "utca", "út", "tér", "körút", "sokak", "sokağı", "caddesi", "bulvarı", "platz", "straße",
		"strasse", NULL };
	for (size_t token = at + 1; token < at + 4 && is_capital(reader, token - 1); token++) {
		size_t number = token + 1, last;
		if (!in_words(word_at(reader, token), kinds))
			continue;
		while (number < token + 4 &&
			(is_mark(reader, number, '.') || is_mark(reader, number, ':') || str_eqc(word_at(reader, number), "no")))
			number++;
		return house_number(reader, number, &last) && add_address(reader, at, last);
	}
	return false;
}

/* "P.O. Box 123", "Postfach 12", "apartado 5". */
static bool read_box(struct reader *reader, size_t at)
{
	size_t token = at;
	if (str_eqc(word_at(reader, at), "p") && is_mark(reader, at + 1, '.') && str_eqc(word_at(reader, at + 2), "o"))
		token = at + 3 + is_mark(reader, at + 3, '.');
	else if (str_eqc(word_at(reader, at), "po") || str_eqc(word_at(reader, at), "psc"))
		token = at + 1;
	else if (str_eqc(word_at(reader, at), "unit") && is_kind(reader, at + 1, TOKEN_NUMBER) && str_eqc(word_at(reader, at + 2), "box"))
		token = at + 2;
	else if (!str_eqc(word_at(reader, at), "postfach") && !str_eqc(word_at(reader, at), "apartado"))
		return false;
	if (token > at && !str_eqc(word_at(reader, token), "box") && !str_eqc(word_at(reader, at), "psc"))
		return false; /* "po" of another language */
	size_t number = str_eqc(word_at(reader, at), "psc") ? at + 1 : token + 1;
	return is_kind(reader, number, TOKEN_NUMBER) && word_at(reader, number).len <= 7 && add_address(reader, at, number);
}

/* "USS Example, FPO AP 96601": mail to a ship (USPS Publication 28, section 225). */
static bool read_ship(struct reader *reader, size_t at)
{
	static const char *const ships[] = { "uss", "usns", "uscgc", "usnv", NULL };
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

bool pattern_place(struct reader *reader, size_t at)
{
	if (reader->digit_at > at + ADDRESS_TOKENS)
		return false;
	if (has_digit(word_at(reader, at))) {
		if (read_street(reader, at) || read_city(reader, at) || read_code(reader, at) || read_chinese(reader, at))
			return true;
		size_t end = postcode_end(reader, at);
		return end != SIZE_MAX && pattern_add(reader, PATTERN_ADDRESS, at, end) != NULL;
	}
	if (!is_kind(reader, at, TOKEN_WORD))
		return false;
	return read_kind_before(reader, at) || read_kind_inside(reader, at) || read_kind_middle(reader, at) || read_box(reader, at) ||
	       read_ship(reader, at) || read_city(reader, at) || read_number_last(reader, at);
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
