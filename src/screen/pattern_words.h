/* pattern_words.h: the words that decide about numbers and addresses (pattern.c). Folded form; English and Spanish. */
#ifndef HEED_SCREEN_PATTERN_WORDS_H
#define HEED_SCREEN_PATTERN_WORDS_H

#include <stddef.h>

/* straight before a short code: call 988, text HOME to 741741 */
static const char *const pattern_dial_words[] = { "call", "calling", "dial", "dialling", "dialing", "text", "texting", "ring", "phone",
	"sms", "whatsapp", "llama", "llame", "llamar", "llamando", "llámanos", "marca", "marque", "marcar", "marcando", "textea", "envía",
	"appelle", "appelez", "appeler", "appelles", "compose", "composez", "composer", "téléphone", "téléphonez", "ruf", "rufe", "rufen",
	"wähle", "wählen", "wähl", "ligue", "ligar", "liga", "disque", "discar", "chiama", "chiami", "chiamare", "bel", "bellen", "ara",
	"arayın", "arayin", "звоните", "позвоните", "позвони", "اتصل", "اتصلي", "拨", "打", "撥", NULL };

/* somewhere before (or just behind) a number that may be called */
static const char *const pattern_call_words[] = { "call", "calls", "called", "calling", "dial", "text", "texting", "ring", "phone",
	"phones", "telephone", "tel", "mobile", "cell", "cellphone", "landline", "number", "hotline", "helpline", "line", "lifeline", "sms",
	"whatsapp", "contact", "reach", "fax", "voicemail", "llama", "llame", "llamar", "llamando", "marca", "marque", "marcar", "teléfono",
	"telefono", "móvil", "movil", "celular", "número", "numero", "línea", "linea", "contacto", "numbers", "answer", "answers",
	"telefon", "handy", "handynummer", "nummer", "rufnummer", "anrufen", "erreichbar", "hotlines", "portable", "téléphone", "numéro",
	"joindre", "appelle", "appelez", "appeler", "ruf", "rufen", "ligue", "telefone", "chiama", "cellulare", "telefono", "bel", "номер",
	"телефон", "رقم", "هاتف", "اتصل", "电", "话", "拨", "打", "號", NULL };

/* straight before a number of several groups */
static const char *const pattern_place_words[] = { "on", "at", "al", "au", "unter", "no", "op", NULL };

/* a short code straight behind one of these is one to call */
static const char *const pattern_line_words[] = { "hotline", "helpline", "lifeline", "línea", "linea", "teléfono", "telefono", "notruf",
	"numéro", "telefone", NULL };

/* a number behind one of these names a thing */
static const char *const pattern_id_words[] = { "ticket", "tickets", "id", "ids", "order", "orders", "case", "ref", "reference", "invoice",
	"tracking", "booking", "reservation", "confirmation", "message", "transaction", "serial", "version", "code", "isbn", "policy",
	"account", "acct", "pedido", "referencia", "factura", "reserva", "código", "codigo", "cuenta", "expediente", NULL };

static const char *const pattern_record_names[] = { "mrn", "expediente", "clínica", "clinica", "nhc", NULL };
static const char *const pattern_record_words[] = { "record", "chart", "patient", "hospital", "case", "file", "paciente", NULL };
static const char *const pattern_number_words[] = { "number", "no", "id", "nr", "num", "número", "numero", NULL };

static const char *const pattern_birth_words[] = { "born", "dob", "birth", "birthdate", "birthday", "bday", "birthdate", "nací", "naci",
	"nacido", "nacida", "nacimiento", "cumpleaños", "geboren", "geburtsdatum", "geb", "née", "né", "naissance", "nascido", "nascida",
	"nascimento", "nasci", "nato", "nata", "nascita", "geboortedatum", "född", "født", "urodzony", "urodzona", "出", "生", "مواليد",
	"рождения", NULL };
static const char *const pattern_whose[] = { "my", "full", "his", "her", "their", "real", "last", "first", "the", NULL };

static const char *const pattern_units[] = { "mg", "mcg", "g", "kg", "ml", "iu", "tablets", "pills", "capsules", "hours", "hour", "hrs",
	"h", "minutes", "mins", "min", "days", "day", "weeks", "months", "years", "times", "am", "pm", "percent", "km", "miles", "steps",
	"calories", "kcal", "horas", "hora", "minutos", "días", "dias", "veces", "años", "meses", "semanas", "pastillas", "pasos", NULL };

static const char *const pattern_counted[] = { "people", "persons", "friends", "words", "dollars", "euros", "pounds", "times", "personas",
	"amigos", "palabras", "dólares", "studies", "participants", "patients", "adults", "users", "women", "men", "children", NULL };

static const char *const pattern_domains[] = { "com", "org", "net", "edu", "gov", "info", "io", "app", "int", "chat", "health", "online",
	"site", "link", "dev", NULL };
static const char *const pattern_country_domains[] = { "uk", "de", "fr", "es", "mx", "br", "ca", "au", "nz", "ie", "eu", "ch", "nl", "pl",
	"pt", "se", "dk", "fi", "jp", "cn", "kr", "za", "ru", "il", "ke", "gh", "hk", "ph", "cl", "pe", "us", NULL };

static const char *const pattern_no_names[] = { "minutes", "mins", "hours", "days", "years", "months", "weeks", "blocks", "miles", "km",
	"people", "the", "a", "an", "my", "this", "that", "down", "from", "on", "in", "at", "of", "to", "and", "or", "more", "times",
	"cars", "kids", "mg", "am", "pm", "percent", "i", "we", "he", "she", "they", "is", "was", NULL };

static const char *const pattern_months[] = { "january", "february", "march", "april", "may", "june", "july", "august", "september",
	"october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "enero",
	"febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre", NULL };

#endif
