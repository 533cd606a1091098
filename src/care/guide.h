/* guide.h: what a responder is told: playbooks by kind of alert (packs/playbooks, kind: playbooks) and duties to report or to warn by place
 * (packs/duties, kind: duties). Immutable once opened. Engineering notes for staff, each with its source and how sure it is; not legal
 * advice, and never a condition for acting. */
#ifndef HEED_CARE_GUIDE_H
#define HEED_CARE_GUIDE_H

#include "care/messages.h"

#define GUIDE_STEPS_MAX 16
#define GUIDE_BOOKS_MAX 64 /* of one language */
#define GUIDE_DUTIES_MAX 200

struct guides;

/* guides_open: refuses, with file and line, a language whose playbooks differ from those of another, a step without text, and a duty
 * without source, certainty or one of the two languages. Packs without either kind: empty. */
int guides_open(const struct messages_source *sources, size_t count, struct guides **ret_guides, struct err *reterr) MUST_CHECK;
void guides_free(struct guides **guides);

struct playbook_step {
	struct str id, text;
};
struct playbook {
	struct str id, lang, title, pack;            /* pack: id and version of where it stands */
	struct str review;                           /* "not clinically reviewed", or by whom and when */
	const struct str *kinds, *concepts, *abouts; /* kinds of alert; prefixes of concepts ending in "."; empty: any */
	size_t kind_count, concept_count, about_count;
	const struct playbook_step *steps, *avoid;
	size_t step_count, avoid_count;
	struct str close; /* when it may be closed */
};

/* What an alert is about. */
struct guide_alert {
	struct str kind, about; /* "risk"; "client" or "other_person" */
	const struct str *concepts;
	size_t concept_count;
};
/* guides_playbook: the first of the language (else of English) that fits, in the pack's order; NULL when none does. */
const struct playbook *guides_playbook(const struct guides *guides, struct str lang, const struct guide_alert *alert);

struct duty {
	struct str id;
	struct str outcome;                 /* "duty_to_warn" or "safeguarding_report" */
	struct str place;                   /* "US-CA", "ES"; "*": where nothing else is known */
	struct str title, basis, agency;    /* of the language that was asked for */
	int64_t due_us;                     /* until it has to be made; 0: at once */
	struct str source, certainty, pack; /* certainty: V seen in a source, K from knowledge, ! sources disagree */
};
/* guides_duties: calls fn for each duty of the place, of its country and of everywhere ("*"), the narrowest place first. */
void guides_duties(
	const struct guides *guides, struct str place, struct str lang, void (*fn)(void *ctx, const struct duty *duty), void *ctx);
/* guides_duty: by id; false when there is none. */
bool guides_duty(const struct guides *guides, struct str id, struct str lang, struct duty *ret_duty);

#endif
