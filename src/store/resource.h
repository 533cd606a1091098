/* resource.h: what a programme keeps, each kind of thing described once, as a C table.
 *
 * From a `struct resource` come the SQL of both databases, JSON in and out, validation, authorisation, journalling and
 * the OpenAPI document. Descriptors are `static const` and live above the store (src/care/res_*.c); the store is given an
 * array of them when it opens, so it never includes what it serves. Every row has, without being listed: id (UUIDv7),
 * programme_id, version (from 1), created_at, updated_at, and `state` when the resource has states.
 *
 * The zero value of every choice is the strictest: a field with nothing said is sealed, a resource nobody is named for is
 * read and written by the program alone. Pure functions, thread-safe. */
#ifndef HEED_STORE_RESOURCE_H
#define HEED_STORE_RESOURCE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct json_t; /* jansson */

enum field_type {
	FIELD_TEXT = 0, /* UTF-8, without NUL unless sealed; bounds are bytes */
	FIELD_INT,      /* int64; bounds are values (0,0: any) */
	FIELD_BOOL,
	FIELD_TIME, /* microseconds since 1970 UTC; RFC 3339 in JSON */
	FIELD_ENUM, /* one of .values */
	FIELD_REF,  /* id of a row of the resource named by .ref */
	FIELD_JSON, /* a JSON text (object or array); bounds are bytes */
	FIELD_BYTES /* base64 in JSON; bounds are bytes */
};

enum field_seal {
	FIELD_SEALED = 0, /* encrypted with the client's key of the resource's retention class (or the programme's key) */
	FIELD_CLEAR,      /* readable in the database: ids, states, times, counts; never a person's words or identifiers */
	FIELD_BLIND       /* sealed, with a keyed hash beside it for exact look-up (login, vendor's client id, token) */
};

enum field_flag {
	FIELD_REQUIRED = 1, /* must be set by the insert and never unset */
	FIELD_ONCE = 2,     /* set by the insert, never changed */
	FIELD_SECRET = 4,   /* never leaves through JSON, whoever asks (hashes, wrapped keys) */
	FIELD_NUMBERED = 8, /* INT: the store gives the next number of this resource in the programme, 1, 2, 3, ... without
			       gaps in commit order */
	FIELD_FOLD = 16     /* BLIND: ASCII letters are lower-cased and outer spaces dropped before hashing (logins, e-mail) */
};

/* Who acts. A mask: a person may hold several roles. */
enum who {
	WHO_CLIENT = 1 << 0,
	WHO_COACH = 1 << 1,
	WHO_CLINICIAN = 1 << 2,
	WHO_SUPERVISOR = 1 << 3,
	WHO_COMPLIANCE = 1 << 4,
	WHO_ADMIN = 1 << 5,
	WHO_KEY = 1 << 6,     /* a calling product, through its API key */
	WHO_AUDITOR = 1 << 7, /* read-only evidence */
	WHO_SYSTEM = 1 << 8   /* the program itself: may do all; journalled like everybody */
};
#define WHO_CARERS (WHO_COACH | WHO_CLINICIAN | WHO_SUPERVISOR)
#define WHO_CLINICAL (WHO_CLINICIAN | WHO_SUPERVISOR)
#define WHO_STAFF (WHO_CARERS | WHO_COMPLIANCE | WHO_ADMIN)

/* who_name: "clinician" of a single bit; NULL when not one. who_parse: the bit of a name, 0 when unknown. */
const char *who_name(enum who who);
uint32_t who_parse(struct str name);

struct field {
	const char *name;
	enum field_type type;
	enum field_seal seal;
	unsigned flags;            /* enum field_flag */
	int64_t min, max;          /* see type; 0,0: the type's default (text 1000 bytes, json 16 KB, bytes 4 KB) */
	const char *const *values; /* ENUM: NULL-terminated */
	const char *ref;           /* REF: resource name */
	uint32_t read, write;      /* enum who mask that narrows the resource's; 0: as the resource */
	int since;                 /* number of the migration that brought it; 0: the resource's own */
	const char *doc;           /* one line for OpenAPI; no full stop needed */
};

struct transition {
	const char *from, *to;
	uint32_t who;
};

#define INDEX_FIELDS_MAX 4
/* An index serves one kind of question: equality on all its fields (there may be none), answers ordered by `order` (a
 * required TIME or INT field, or "created_at"; NULL: by id) and id. "state" may be a field. BLIND fields are looked up by their hash. */
struct index_def {
	const char *name;
	const char *fields[INDEX_FIELDS_MAX]; /* CLEAR or BLIND */
	const char *order;
	bool unique; /* E_EXISTS when a second row has the same fields (rows with an unset field are left out) */
	bool global; /* may be asked by the program without a programme (find the programme of a token); unique across all */
	int since;
};

/* Retention class: which key seals, which schedule deletes. */
enum retention {
	RETAIN_CARE = 0, /* care record */
	RETAIN_CHAT,
	RETAIN_PSYCHOTHERAPY,
	RETAIN_PART2,
	RETAIN_MEDIA,
	RETAIN_OPERATION, /* staff, keys, releases: what runs the programme */
	RETAIN_SHORT,     /* events, sessions, jobs: days */
	RETAIN_COUNT
};
const char *retention_name(enum retention retention);

struct resource {
	const char *name;    /* snake_case, singular; also the SQL table */
	const char *summary; /* one line for OpenAPI */
	const struct field *fields;
	size_t field_count;
	const char *const *states; /* NULL-terminated; the first is where a row begins (the program may name another); NULL: none */
	const struct transition *transitions;
	size_t transition_count;
	const struct index_def *indexes;
	size_t index_count;
	enum retention retention;
	bool of_client;                      /* belongs to a client: has a required REF field "client_id" (without one: is the client) */
	uint32_t read, create, write, erase; /* enum who masks beside WHO_SYSTEM */
	bool root;                           /* its rows are the programmes: id and programme_id are the same */
	bool unjournalled;                   /* housekeeping rows (event, job, session touch) that leave no journal entry */
	const char *fhir;                    /* mapping, e.g. "Communication"; NULL: none */
	int since;                           /* migration number; 0 means 1 */
};

/* The registry: all resources of a store. Borrowed, for ever. */
struct registry {
	const struct resource *const *resources;
	size_t count;
};

/* registry_find: by name, or NULL. resource_field: index of a field, or SIZE_MAX. resource_index: or NULL. */
const struct resource *registry_find(const struct registry *registry, const char *name);
size_t resource_field(const struct resource *resource, const char *name);
const struct index_def *resource_index(const struct resource *resource, const char *name);

/* registry_check: our own tables are sound (refs exist, index fields are CLEAR or BLIND, order fields are required, states
 * of transitions exist, names are plain). E_BUG names the first fault. Run by store_open and by a unit test. */
int registry_check(const struct registry *registry, struct err *reterr) MUST_CHECK;

enum access { ACCESS_READ = 0, ACCESS_CREATE, ACCESS_WRITE, ACCESS_ERASE };

/* resource_may: whether any role in `who` has `access` to the resource, or, with `field` not NULL, on that field. */
bool resource_may(const struct resource *resource, uint32_t who, enum access access, const struct field *field);
/* resource_may_move: whether a transition from -> to exists and `who` may make it. */
bool resource_may_move(const struct resource *resource, uint32_t who, const char *from, const char *to);

/* text_utf8_length: how many bytes at the start are well-formed UTF-8 (RFC 3629); s.len when all are. */
size_t text_utf8_length(struct str s);

/* A value as it is in a row. JSON and TEXT are VALUE_TEXT, TIME, BOOL and INT are VALUE_INT. */
enum value_kind {
	VALUE_NULL = 0,
	VALUE_INT,
	VALUE_TEXT,
	VALUE_BYTES,
	VALUE_ERASED /* was sealed with a key that has been destroyed */
};
struct value {
	enum value_kind kind;
	int64_t i;
	struct str s;
};

/* value_check: type, bounds, enum values, UTF-8 and JSON well-formedness. E_INVALID: "alert.priority: 7 is not in 1..4". The
 * message never holds the value of a text. NULL is accepted here (required is checked by the insert). */
int value_check(const struct resource *resource, const struct field *field, struct value value, struct err *reterr) MUST_CHECK;

#endif
