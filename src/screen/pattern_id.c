/* pattern_id.c: numbers that name one person or account: by their check digits where they have them, by the words before them else. */
#include "screen/pattern_priv.h"
#include "screen/pattern_words.h"

static bool luhn(const char *digits, size_t count)
{
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++) {
		unsigned value = (unsigned)(digits[count - 1 - i] - '0');
		if (i % 2)
			value = value * 2 > 9 ? value * 2 - 9 : value * 2;
		sum += value;
	}
	return sum % 10 == 0;
}

/* Prefixes of issuers (ISO/IEC 7812): 1800 is JCB's of fifteen digits, 0604 a Maestro; twelve digits are Maestro's alone. */
static bool is_card(const struct number *number)
{
	const struct pattern *p = &number->pattern;
	size_t count = p->digit_count;
	if (count < 12 || count > 19 || p->plus || number->bracket || number->dots || number->vanity)
		return false;
	bool issuer = memchr("23456", p->digits[0], 5) != NULL;
	if (count == 12)
		issuer = p->digits[0] == '6' || (p->digits[0] == '5' && memchr("0678", p->digits[1], 4));
	issuer = issuer || (count == 15 && memcmp(p->digits, "1800", 4) == 0) || (count == 16 && memcmp(p->digits, "0604", 4) == 0);
	return issuer && luhn(p->digits, count);
}

/* The sum of digits times weights. */
static unsigned weighed(const char *digits, size_t count, const char *weights)
{
	unsigned sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += (unsigned)(digits[i] - '0') * (unsigned)(weights[i] - '0' > 9 ? weights[i] - 'a' + 10 : weights[i] - '0');
	return sum;
}

static uint64_t value_of(const char *digits, size_t count)
{
	uint64_t value = 0;
	for (size_t i = 0; i < count; i++)
		value = value * 10 + (uint64_t)(digits[i] - '0');
	return value;
}

static bool all_same(const char *digits, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (digits[i] != digits[0])
			return false;
	return true;
}

static bool is_born(unsigned month, unsigned day)
{
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* United Kingdom, NHS number: weights 10 to 2, modulo 11 (NHS Data Dictionary). */
static bool check_nhs(const char *digits)
{
	unsigned check = 11 - weighed(digits, 9, "a98765432") % 11;
	return (check == 11 ? 0 : check) == (unsigned)(digits[9] - '0');
}

/* United States, SSN: parts never given out (SSA, POMS RM 10201.035). */
static bool check_ssn(const char *digits)
{
	unsigned area = number_of(digits, 3);
	return area != 0 && area != 666 && area < 900 && number_of(digits + 3, 2) && number_of(digits + 5, 4);
}

/* United States, ITIN: 9xx with a group of 50-65, 70-88, 90-92, 94-99 (IRS). */
static bool check_itin(const char *digits)
{
	unsigned group = number_of(digits + 3, 2);
	return digits[0] == '9' && ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group != 93));
}

/* Brazil, CPF: two digits modulo 11 (Receita Federal). */
static bool check_cpf(const char *digits)
{
	unsigned first = weighed(digits, 9, "a98765432") * 10 % 11 % 10, second = weighed(digits, 10, "ba98765432") * 10 % 11 % 10;
	return !all_same(digits, 11) && first == (unsigned)(digits[9] - '0') && second == (unsigned)(digits[10] - '0');
}

/* France, NIR: sex, year, month, place, and a key: 97 less the rest of the thirteen digits by 97 (INSEE). */
static bool check_nir(const char *digits)
{
	unsigned month = number_of(digits + 3, 2);
	return memchr("1278", digits[0], 4) && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50) &&
	       97 - value_of(digits, 13) % 97 == number_of(digits + 13, 2);
}

/* Germany, tax number: ISO 7064 modulo 11,10 (BZSt). */
static bool check_steuer(const char *digits)
{
	unsigned product = 10;
	for (size_t i = 0; i < 10; i++) {
		unsigned sum = ((unsigned)(digits[i] - '0') + product) % 10;
		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return digits[0] != '0' && (11 - product) % 10 == (unsigned)(digits[10] - '0');
}

/* Canada, SIN: Luhn; none begins with 0 or 8 (ESDC). */
static bool check_sin(const char *digits)
{
	return digits[0] != '0' && digits[0] != '8' && luhn(digits, 9);
}

/* Australia, TFN: weights 1 4 3 7 5 8 6 9 10, modulo 11 (ATO). */
static bool check_tfn(const char *digits)
{
	return weighed(digits, 9, "14375869a") % 11 == 0 && !all_same(digits, 9);
}

/* Australia, Medicare: weights 1 3 7 9 1 3 7 9, modulo 10, then the issue number (Services Australia). */
static bool check_medicare(const char *digits)
{
	return digits[0] >= '2' && digits[0] <= '6' && weighed(digits, 8, "13791379") % 10 == (unsigned)(digits[8] - '0');
}

/* India, Aadhaar: Verhoeff's check (UIDAI); none begins with 0 or 1. */
static bool check_aadhaar(const char *digits)
{
	static const char d[10][11] = { "0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432",
		"7659821043", "8765932104", "9876543210" };
	static const char p[8][11] = { "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415",
		"7046913258" };
	unsigned check = 0;
	for (size_t i = 0; i < 12; i++)
		check = (unsigned)(d[check][p[i % 8][digits[11 - i] - '0'] - '0'] - '0');
	return check == 0 && digits[0] >= '2';
}

/* Poland, PESEL: weights 1 3 7 9, modulo 10; the month carries the century. */
static bool check_pesel(const char *digits)
{
	unsigned check = (10 - weighed(digits, 10, "1379137913") % 10) % 10;
	return check == (unsigned)(digits[10] - '0') && is_born(number_of(digits + 2, 2) % 20, number_of(digits + 4, 2));
}

/* Netherlands, BSN: weights 9 to 2 and -1, modulo 11. */
static bool check_bsn(const char *digits)
{
	return weighed(digits, 8, "98765432") % 11 == (unsigned)(digits[8] - '0') && !all_same(digits, 9);
}

/* Belgium: 97 less the rest by 97, with a 2 before for births from 2000 on. */
static bool check_belgian(const char *digits)
{
	uint64_t number = value_of(digits, 9);
	unsigned check = number_of(digits + 9, 2);
	return number_of(digits + 2, 2) <= 12 && (97 - number % 97 == check || 97 - (2000000000u + number) % 97 == check);
}

/* Switzerland, AHV: 756 and an EAN-13 check. */
static bool check_ahv(const char *digits)
{
	return memcmp(digits, "756", 3) == 0 && (10 - weighed(digits, 12, "131313131313") % 10) % 10 == (unsigned)(digits[12] - '0');
}

/* Portugal, NIF: weights 9 to 2, modulo 11. */
static bool check_nif(const char *digits)
{
	unsigned rest = weighed(digits, 8, "98765432") % 11;
	return (rest < 2 ? 0 : 11 - rest) == (unsigned)(digits[8] - '0') && digits[0] != '0';
}

/* Sweden: year, month, day and a Luhn digit (Skatteverket). */
static bool check_swedish(const char *digits)
{
	return luhn(digits, 10) && is_born(number_of(digits + 2, 2), number_of(digits + 4, 2) % 60);
}

/* China, resident identity number of eighteen digits: ISO 7064 modulo 11-2 (GB 11643); the check may be X. */
static bool check_resident(const char *digits, char check)
{
	static const char checks[] = "10x98765432";
	unsigned sum = weighed(digits, 17, "79a584216379a5842"), year = number_of(digits + 6, 4);
	return checks[sum % 11] == check && year >= 1900 && year <= 2100 && is_born(number_of(digits + 10, 2), number_of(digits + 12, 2));
}

static bool check_resident_digits(const char *digits)
{
	return check_resident(digits, digits[17]);
}

static const char *const nhs_words[] = { "nhs", NULL };
static const char *const ssn_words[] = { "ssn", "ssns", "social", "security", "insurance", NULL };
static const char *const itin_words[] = { "itin", "taxpayer", "tax", NULL };
static const char *const cpf_words[] = { "cpf", NULL };
static const char *const nir_words[] = { "nir", "sécu", "sécurité", "securite", "vitale", "sociale", NULL };
static const char *const steuer_words[] = { "steuer", "steuerid", "steuernummer", "steueridentifikationsnummer", "idnr", "tin", NULL };
static const char *const sin_words[] = { "sin", "social", "nas", "assurance", NULL };
static const char *const tfn_words[] = { "tfn", "tax", NULL };
static const char *const medicare_words[] = { "medicare", NULL };
static const char *const aadhaar_words[] = { "aadhaar", "aadhar", "adhar", "uidai", NULL };
static const char *const pesel_words[] = { "pesel", NULL };
static const char *const bsn_words[] = { "bsn", "burgerservicenummer", "sofinummer", NULL };
static const char *const belgian_words[] = { "rijksregister", "rijksregisternummer", "national", "niss", "insz", NULL };
static const char *const ahv_words[] = { "ahv", "avs", NULL };
static const char *const nif_words[] = { "nif", "contribuinte", NULL };
static const char *const swedish_words[] = { "personnummer", NULL };
static const char *const resident_words[] = { "id", "identity", NULL };

/* One kind of national number. It counts when its check holds and one of its words stands before, or it is written in its own groups
 * (`shape`), or its check is strong enough alone. */
struct id_rule {
	const char *const *words;
	const char *shape; /* digits of each group, or NULL */
	uint8_t digits;
	bool alone;
	bool (*check)(const char *digits);
};

static const struct id_rule id_rules[] = {
	{ ssn_words, "324", 9, false, check_ssn },
	{ itin_words, "324", 9, false, check_itin },
	{ nhs_words, NULL, 10, false, check_nhs },
	{ cpf_words, "3332", 11, false, check_cpf },
	{ nir_words, "1222332", 15, true, check_nir },
	{ steuer_words, NULL, 11, false, check_steuer },
	{ sin_words, NULL, 9, false, check_sin },
	{ tfn_words, NULL, 9, false, check_tfn },
	{ medicare_words, "4511", 10, false, check_medicare },
	{ medicare_words, NULL, 11, false, check_medicare },
	{ aadhaar_words, "444", 12, false, check_aadhaar },
	{ pesel_words, NULL, 11, false, check_pesel },
	{ bsn_words, NULL, 9, false, check_bsn },
	{ belgian_words, "22232", 11, false, check_belgian },
	{ ahv_words, "3442", 13, false, check_ahv },
	{ nif_words, NULL, 9, false, check_nif },
	{ swedish_words, "64", 10, false, check_swedish },
	{ resident_words, NULL, 18, true, check_resident_digits },
};

static bool shaped(const struct pattern *p, const char *shape)
{
	size_t count = shape ? strlen(shape) : 0;
	if (!count || p->group_count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (p->groups[i] != shape[i] - '0')
			return false;
	return true;
}

static bool is_national(const struct reader *reader, const struct number *number)
{
	const struct pattern *p = &number->pattern;
	if (p->plus || number->bracket || number->vanity || number->too_long)
		return false;
	for (size_t i = 0; i < COUNT_OF(id_rules); i++) {
		const struct id_rule *rule = &id_rules[i];
		if (p->digit_count != rule->digits || !rule->check(p->digits))
			continue;
		if (rule->alone || (shaped(p, rule->shape) && (!number->spaces || number->hyphens || rule->digits > 10)) ||
			after_words(reader, p->first, 5, rule->words))
			return true;
	}
	return false;
}

bool pattern_id_number(const struct reader *reader, const struct number *number, bool date, enum pattern_kind *ret_kind)
{
	static const char *const licence_words[] = { "license", "licence", "licenses", "licences", "dl", "passport", "passports",
		"pasaporte", "passeport", "reisepass", "passaporte", "führerschein", "permis", NULL };
	const struct pattern *p = &number->pattern;
	if (!date && is_national(reader, number))
		*ret_kind = PATTERN_NATIONAL_ID;
	else if (is_card(number))
		*ret_kind = PATTERN_CARD;
	else if (p->digit_count >= 4 && pattern_after_record(reader, p->first))
		*ret_kind = PATTERN_RECORD;
	else if (p->digit_count >= 5 && p->digit_count <= 12 && !date && !p->plus && after_words(reader, p->first, 4, licence_words))
		*ret_kind = PATTERN_LICENCE;
	else
		return false;
	return true;
}

bool pattern_after_record(const struct reader *reader, size_t at)
{
	return after_words(reader, at, 3, pattern_record_names) ||
	       (after_words(reader, at, 4, pattern_record_words) && after_words(reader, at, 2, pattern_number_words));
}

/* Spanish DNI and NIE: the letter is a check, modulo 23. */
static bool is_dni(struct str word)
{
	static const char letters[] = "trwagmyfpdxbnjzsqvhlcke";
	bool foreign = word.len == 9 && word.ptr[0] >= 'x' && word.ptr[0] <= 'z';
	if (word.len != 9 || !is_letter(word, 8) || !is_digits(word, foreign ? 1 : 0, 8))
		return false;
	unsigned value = foreign ? (unsigned)(word.ptr[0] - 'x') * 10000000u + number_of(word.ptr + 1, 7) : number_of(word.ptr, 8);
	return letters[value % 23] == word.ptr[8];
}

/* United Kingdom national insurance number, written in one or in pairs. */
bool pattern_nino(struct reader *reader, size_t at)
{
	char joined[9];
	size_t len = 0, token = at;
	for (; token < at + 5 && len < 9; token++) {
		struct str word = word_at(reader, token);
		if (!word.len || len + word.len > 9 || is_kind(reader, token, TOKEN_PUNCT))
			return false;
		memcpy(joined + len, word.ptr, word.len);
		len += word.len;
	}
	struct str all = str_make(joined, len);
	if (len != 9 || !is_letter(all, 0) || !is_letter(all, 1) || !is_digits(all, 2, 8) || joined[8] < 'a' || joined[8] > 'd' ||
		memchr("dfiquv", joined[0], 6) || memchr("dfiquvo", joined[1], 7))
		return false;
	return pattern_add(reader, PATTERN_NATIONAL_ID, at, token - 1) != NULL;
}

/* Lengths of ISO 13616 by country; the two check digits make the whole 1 modulo 97 (ISO 7064, MOD 97-10). */
static size_t iban_length(const char *country)
{
	static const char table[] =
		"ad24ae23al28at20az28ba20be16bg22bh22br29by28ch21cr22cy28cz24de22dk18do28ee20es24fi18fo18fr27gb22ge22gi23gl18gr27gt28hr21"
		"hu28ie22il23is26it27jo30kw30kz20lb28li21lt20lu20lv21mc27md24me22mk19mr27mt31mu30nl18no15pk24pl28ps29pt25qa29ro24"
		"rs22sa24se24si19sk24sm27tn24tr26ua29vg24xk20";
	for (size_t i = 0; i + 4 < sizeof table; i += 4)
		if (memcmp(table + i, country, 2) == 0)
			return (size_t)(table[i + 2] - '0') * 10 + (size_t)(table[i + 3] - '0');
	return 0;
}

static bool iban_checks(const char *text, size_t len)
{
	unsigned rest = 0;
	for (size_t i = 0; i < len; i++) {
		char c = text[(i + 4) % len];
		if (c >= '0' && c <= '9')
			rest = (rest * 10 + (unsigned)(c - '0')) % 97;
		else if (c >= 'a' && c <= 'z')
			rest = (rest * 100 + (unsigned)(c - 'a') + 10) % 97;
		else
			return false;
	}
	return rest == 1;
}

#define IBAN_MAX 34u

/* In one, or in groups. */
static bool read_iban(struct reader *reader, size_t at)
{
	struct str word = word_at(reader, at);
	char joined[IBAN_MAX];
	size_t len = 0, token = at;
	size_t wanted = word.len >= 4 && is_letter(word, 0) && is_letter(word, 1) && is_digits(word, 2, 4) ? iban_length(word.ptr) : 0;
	for (; len < wanted; token++) {
		if (token >= reader->view->count)
			return false;
		if (is_mark(reader, token, '-'))
			continue;
		word = word_at(reader, token);
		if (!word.len || is_kind(reader, token, TOKEN_PUNCT) || len + word.len > wanted)
			return false;
		memcpy(joined + len, word.ptr, word.len);
		len += word.len;
	}
	return wanted && iban_checks(joined, wanted) && pattern_add(reader, PATTERN_ACCOUNT, at, token - 1) != NULL;
}

/* Germany, health insurance: a letter, eight digits and a check: the letter as two digits, weights 1 and 2, digit sums (GKV). */
static bool is_kvnr(struct str word)
{
	unsigned sum = 0;
	char digits[11];
	if (word.len != 10 || !is_letter(word, 0) || !is_digits(word, 1, 10))
		return false;
	unsigned letter = (unsigned)(word.ptr[0] - 'a') + 1;
	digits[0] = (char)('0' + letter / 10);
	digits[1] = (char)('0' + letter % 10);
	memcpy(digits + 2, word.ptr + 1, 8);
	for (size_t i = 0; i < 10; i++) {
		unsigned value = (unsigned)(digits[i] - '0') * (i % 2 ? 2 : 1);
		sum += value > 9 ? value - 9 : value;
	}
	return sum % 10 == (unsigned)(word.ptr[9] - '0');
}

/* India, PAN of a person: the fourth letter is P (Income Tax Department). */
static bool is_pan(struct str word)
{
	return word.len == 10 && word.ptr[3] == 'p' && is_letter(word, 0) && is_letter(word, 1) && is_letter(word, 2) &&
	       is_letter(word, 4) && is_digits(word, 5, 9) && is_letter(word, 9);
}

/* Italy, codice fiscale: six letters, year, month letter, day, place, and a check letter by odd and even places (DM 23/12/1976). */
static bool is_codice(struct str word)
{
	static const char odd[] = "010005070913151719210100050709131517192102041820110306081214161022252423";
	static const char shape[] = "aaaaaa00a00a000a";
	unsigned sum = 0;
	if (word.len != 16)
		return false;
	for (size_t i = 0; i < 16; i++)
		if (shape[i] == 'a' ? !is_letter(word, i) : !is_digits(word, i, i + 1))
			return false;
	for (size_t i = 0; i < 15; i++) {
		unsigned value = word.ptr[i] <= '9' ? (unsigned)(word.ptr[i] - '0') : (unsigned)(word.ptr[i] - 'a');
		size_t place = word.ptr[i] <= '9' ? value : value + 10;
		sum += i % 2 ? value : number_of(odd + 2 * place, 2);
	}
	return (char)('a' + sum % 26) == word.ptr[15];
}

/* Mexico, CURP: four letters, date, sex, state, three consonants, two more (RENAPO). */
static bool is_curp(struct str word)
{
	static const char shape[] = "aaaa000000aaaaaa";
	if (word.len != 18)
		return false;
	for (size_t i = 0; i < sizeof shape - 1; i++)
		if (shape[i] == 'a' ? !is_letter(word, i) : !is_digits(word, i, i + 1))
			return false;
	return memchr("hmx", word.ptr[10], 3) && is_born(number_of(word.ptr + 6, 2), number_of(word.ptr + 8, 2)) && is_digits(word, 17, 18);
}

static bool is_national_word(struct str word)
{
	if (word.len == 18 && word.ptr[17] == 'x' && is_digits(word, 0, 17) && check_resident(word.ptr, 'x'))
		return true;
	return is_dni(word) || is_kvnr(word) || is_pan(word) || is_codice(word) || is_curp(word);
}

/* "A104-22" and its like, glued by hyphens. */
static size_t lettered_end(const struct reader *reader, size_t at)
{
	while (hyphen_after(reader, at) && (is_kind(reader, at + 1, TOKEN_NUMBER) || is_kind(reader, at + 1, TOKEN_WORD)))
		at++;
	return at;
}

/* "plate KX19 ABC", "matrícula 1234 BCD". */
static bool read_plate(struct reader *reader, size_t at, size_t digits)
{
	static const char *const plates[] = { "plate", "plates", "registration", "reg", "matrícula", "matricula", "kennzeichen",
		"immatriculation", "placa", "placas", NULL };
	struct str word = word_at(reader, at), next = word_at(reader, at + 1);
	if (digits < 1 || word.len < 3 || word.len > 9 || !after_words(reader, at, 4, plates))
		return false;
	bool more = next.len >= 2 && next.len <= 4 && is_kind(reader, at + 1, TOKEN_WORD) &&
		    (hyphen_after(reader, at) || is_capital(reader, at + 1));
	return pattern_add(reader, PATTERN_PLATE, at, more ? at + 1 : at) != NULL;
}

/* National numbers that hold letters; record, licence and plate numbers behind their words: "MRN A104-22", "licence D1234567". */
bool pattern_lettered(struct reader *reader, size_t at)
{
	static const char *const licences[] = { "license", "licence", "passport", "pasaporte", "passeport", "reisepass", "passaporte",
		"führerschein", "permis", "dl", NULL };
	struct str word = word_at(reader, at);
	size_t digits = 0;
	for (size_t i = 0; i < word.len; i++)
		digits += word.ptr[i] >= '0' && word.ptr[i] <= '9';
	if (is_kind(reader, at, TOKEN_WORD) && is_national_word(word))
		return pattern_add(reader, PATTERN_NATIONAL_ID, at, at) != NULL;
	if (word.len >= 2 && is_letter(word, 0) && is_letter(word, 1) && (read_iban(reader, at) || pattern_nino(reader, at)))
		return true;
	if (!is_kind(reader, at, TOKEN_WORD) || word.len > 20)
		return false;
	if (digits >= 3 && pattern_after_record(reader, at))
		return pattern_add(reader, PATTERN_RECORD, at, lettered_end(reader, at)) != NULL;
	if (read_plate(reader, at, digits))
		return true;
	return digits >= 3 && word.len >= 5 && after_words(reader, at, 4, licences) &&
	       pattern_add(reader, PATTERN_LICENCE, at, lettered_end(reader, at)) != NULL;
}
