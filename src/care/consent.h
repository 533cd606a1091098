/* consent.h: the documents that clients agree to, by kind, version and language (packs/consents, kind: consent_document).
 *
 * A decision is about the very text that was shown: its version, and the SHA-256 of title, short and full text as rendered.
 * A later version whose change is `required` ends an earlier yes until the client has answered again; an `optional` one leaves
 * it in force. Old versions stay in the packs, so that what somebody agreed to can be read for ever. Immutable once opened. */
#ifndef HEED_CARE_CONSENT_H
#define HEED_CARE_CONSENT_H

#include "care/messages.h"
#include "policy/jurisdiction.h"

#define CONSENT_VERSIONS_MAX 32
#define CONSENT_VERSION_BYTES 12 /* of a version's name, with NUL */

enum consent_kind {
	CONSENT_CARE = 0,
	CONSENT_AI_CHAT,
	CONSENT_AI_DRAFTING,
	CONSENT_DATA_SHARING,
	CONSENT_MODEL_TRAINING,
	CONSENT_SENSORS,
	CONSENT_TRANSLATION,
	CONSENT_RECORDING,
	CONSENT_AI_SUPPLEMENTARY
};
/* What a client has decided last about a kind; only given counts as yes. */
enum consent_choice { CHOICE_UNASKED = 0, CHOICE_REFUSED, CHOICE_WITHDRAWN, CHOICE_GIVEN };

const char *consent_kind_name(int kind); /* NULL for no kind */
int consent_kind_parse(struct str name); /* -1 for no kind */
const char *consent_choice_name(enum consent_choice choice);
enum consent_choice consent_choice_parse(struct str name); /* unasked for no choice */

struct consents;
int consents_open(const struct messages_source *sources, size_t count, struct consents **ret_consents, struct err *reterr) MUST_CHECK;
void consents_free(struct consents **consents);

struct consent_text {
	struct str version, title, short_text, full, from;
	bool current, required; /* required: who agreed to an earlier version is asked again before it counts */
	char hash[65];          /* SHA-256, hex */
};
/* consent_text: the text of a version (empty: the current one) as {programme} shows it; false when there is none. */
bool consent_text(const struct consents *consents, struct arena *arena, int kind, struct str version, struct str lang, struct str programme,
	struct consent_text *ret_text);
/* consent_holds: whether a yes to that version still counts. False for an unknown version and for consents of NULL. */
bool consent_holds(const struct consents *consents, int kind, struct str version);
/* consent_at_start: asked before the first conversation; others when what they are about is first to be used. */
bool consent_at_start(const struct consents *consents, int kind);

#endif
