/* state.c: the conversation around the message.
 *
 * Client turns after the last assistant turn have had no answer yet: they are graded as new, one by one and joined to one
 * text, so that what was split over several messages is seen. Earlier client turns are history: they raise nothing by
 * themselves (an old disclosure is not a new one), but weak signs of theirs add up with those of the newest message, and
 * phrases may ask for them (`after`). An answer to a risk question of an assistant turn that we released ourselves means
 * what the question asked. On the assistant's side a reply that passes over a crisis is found by what it lacks. */
#include "screen/engine_priv.h"

#include "base/compiler.h"
#include "text/utf8.h"

#include <stdlib.h>

#define HISTORY_BYTES_MAX (16u * 1024u) /* of one earlier turn */
#define JOIN_BYTES_MAX 600u             /* of one turn in the joined text; a phrase spans less */
#define ANSWER_PLACES 3u                /* an answer begins at one of the first places */
#define SHORT_PLACES 16u                /* a message of so few words may answer in a later sentence */
#define CARRIED_SIGNAL 2                /* what a conversation at level 2 counts for, when its signs are out of sight */

/* What weak signs add up to, each kind for itself: signs of psychosis and mania say nothing about suicide, nor the other
 * way round. `enough` is the sum that counts, over the turns or within one. */
struct kind {
	const char *concept;
	int enough;
	bool carries;  /* the conversation's level so far counts as a sign */
	bool persists; /* a sign that comes back in a second turn counts once more */
};
static const struct kind kinds[] = { { "suicide.accumulated", 5, true, false }, { "psychosis.accumulated", 4, false, true } };

static size_t kind_of(enum family family)
{
	return family == FAMILY_PSYCHOSIS || family == FAMILY_MANIA ? 1 : 0;
}

static int turn_number(const struct screen_request *request, size_t index)
{
	return -(int)(request->turn_count - index);
}

/* The first turn that is read at all. */
static size_t window_start(const struct screen_request *request)
{
	return request->turn_count > SCREEN_TURNS_MAX ? request->turn_count - SCREEN_TURNS_MAX : 0;
}

/* The first turn after the last assistant turn; turn_count when the newest turn is the assistant's. */
static size_t pending_start(const struct screen_request *request)
{
	size_t start = request->turn_count, first = window_start(request);
	while (start > first && request->turns[start - 1].role != ROLE_ASSISTANT)
		start--;
	return start;
}

/* At most `max` bytes from the beginning (or end) of a text, whole characters. */
static struct str head_of(struct str text, size_t max)
{
	size_t end = text.len > max ? max : text.len;
	while (end < text.len && end > 0 && !utf8_boundary(text, end))
		end--;
	return str_sub(text, 0, end);
}

static struct str tail_of(struct str text, size_t max)
{
	size_t start = text.len > max ? text.len - max : 0;
	while (start < text.len && !utf8_boundary(text, start))
		start++;
	return str_sub(text, start, text.len);
}

/* ---- history ---- */

/* Fills run->history with what all earlier client turns hold. Needs no matcher state of the scan in hand. */
static int read_history(struct run *run)
{
	const struct screen_request *request = run->request;
	struct findings own = run->findings;
	unsigned roles = run->roles;
	int rc = 0;
	if (run->history_state)
		return 0;
	run->history_state = 2;
	run->findings = (struct findings){ NULL, 0, 0 };
	run->roles = ROLES_CLIENT;
	for (size_t i = window_start(request); rc == 0 && i < request->turn_count; i++) {
		struct view view;
		struct scan scan;
		if (request->turns[i].role == ROLE_CLIENT)
			rc = read_text(run, head_of(request->turns[i].text, HISTORY_BYTES_MAX), turn_number(request, i), &view, &scan);
	}
	run->history = run->findings;
	run->findings = own;
	run->roles = roles;
	run->history_state = 1;
	return rc;
}

static bool names(const struct pack *pack, struct range terms, struct str concept)
{
	for (uint32_t i = 0; i < terms.count; i++)
		if (pack_term(concept, pack_str(pack, pack->terms[terms.first + i])))
			return true;
	return false;
}

static bool any_of(const struct pack *pack, const struct findings *findings, struct range terms, int level)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].level >= level && names(pack, terms, findings->items[i].concept))
			return true;
	return false;
}

int state_history(struct run *run)
{
	return read_history(run);
}

bool state_allows(struct run *run, const struct pack_phrase *phrase)
{
	if (phrase->after.count == 0)
		return true;
	if (run->history_state == 2 || run->request->turn_count == 0)
		return false;
	int rc = read_history(run);
	if (rc < 0) {
		run->rc = rc;
		return false;
	}
	return any_of(&run->engine->pack, &run->history, phrase->after, phrase->after_level);
}

/* ---- what was split over several messages ---- */

struct seam {
	uint32_t at; /* where the joined text goes over to the next message */
};

struct joined {
	struct str text;
	struct seam seams[SCREEN_TURNS_MAX];
	size_t seam_count;
};

static const struct token *token_at(const struct scan *scan, uint32_t place)
{
	return &scan->view->tokens[scan->view->solid[place]];
}

/* Only what no single message holds is a finding of the joined text. */
static bool spans_seam(const struct scan *scan, const struct match *match, const void *ctx)
{
	const struct joined *joined = ctx;
	for (size_t i = 0; i < joined->seam_count; i++)
		if (token_at(scan, match->first)->start < joined->seams[i].at && token_at(scan, match->last)->start >= joined->seams[i].at)
			return true;
	return false;
}

/* The waiting client turns and the message as one text with a space at each seam. Long turns only with the end that a
 * phrase can reach over the seam. */
static int join_turns(struct run *run, size_t from, struct joined *joined)
{
	const struct screen_request *request = run->request;
	struct str parts[SCREEN_TURNS_MAX + 1];
	size_t count = 0, total = 0;
	parts[count++] = head_of(request->text, JOIN_BYTES_MAX);
	for (size_t i = request->turn_count; i-- > from;) {
		struct str text = request->turns[i].text;
		if (request->turns[i].role != ROLE_CLIENT)
			continue;
		parts[count++] = tail_of(text, JOIN_BYTES_MAX);
		if (text.len > JOIN_BYTES_MAX)
			break;
	}
	for (size_t i = 0; i < count; i++)
		total += parts[i].len + 1;
	char *bytes = arena_alloc(run->arena, total, 1);
	size_t len = 0;
	if (!bytes)
		return E_MEMORY;
	while (count-- > 0) {
		if (len) {
			bytes[len++] = ' ';
			joined->seams[joined->seam_count++].at = (uint32_t)len;
		}
		if (parts[count].len)
			memcpy(bytes + len, parts[count].ptr, parts[count].len);
		len += parts[count].len;
	}
	joined->text = str_make(bytes, len);
	return 0;
}

/* Moves the spans of findings of the joined text to the part that stands in the newest message (none: 0,0). */
static void place_joined(struct run *run, const struct joined *joined, size_t first)
{
	size_t message = joined->seams[joined->seam_count - 1].at;
	for (size_t i = first; i < run->findings.count; i++) {
		struct finding *finding = &run->findings.items[i];
		bool here = finding->end > message;
		finding->start = here && finding->start > message ? finding->start - message : 0;
		finding->end = here ? finding->end - message : 0;
		finding->state = FINDING_JOINED;
		const struct str parts[] = { finding->why, STR(" Said over several messages.") };
		struct str why = arena_join(run->arena, parts, COUNT_OF(parts));
		if (why.ptr)
			finding->why = why;
	}
}

static int read_joined(struct run *run, size_t from)
{
	struct joined joined = { .seam_count = 0 };
	struct view view;
	struct scan scan;
	size_t first = run->findings.count;
	int rc = join_turns(run, from, &joined);
	if (rc == 0 && joined.seam_count)
		rc = scan_text(run, joined.text, &view, &scan);
	if (rc < 0 || !joined.seam_count)
		return rc;
	struct context_options options = { .source = SOURCE_STATE, .only = spans_seam, .only_ctx = &joined };
	rc = context_findings(run, &scan, &options);
	if (rc == 0)
		rc = disguise_spelling(run, &view, &options);
	if (rc == 0)
		place_joined(run, &joined, first);
	return rc;
}

/* ---- answers to the bot's own risk questions ---- */

/* How a message answers: the earliest answer among its first words, of equally early ones the longest. Returns the match
 * or NULL. */
static const struct match *find_answer(const struct scan *scan)
{
	const struct match *best = NULL;
	for (size_t i = 0; i < scan->match_count; i++) {
		const struct match *match = &scan->matches[i];
		const struct pack_phrase *phrase = &scan->pack->phrases[match->phrase];
		if (phrase->target != TARGET_ANSWER)
			continue;
		bool begins = match->first > 0 && token_at(scan, match->first)->sentence != token_at(scan, match->first - 1)->sentence;
		bool later = begins && scan->view->solid_count <= SHORT_PLACES && phrase->trigger != ANSWER_NO;
		if (match->first >= ANSWER_PLACES && !later)
			continue;
		if (!best || match->first < best->first || (match->first == best->first && match->last > best->last))
			best = match;
	}
	return best;
}

static bool sentence_asks(const struct scan *scan, const struct match *match)
{
	const struct view *view = scan->view;
	uint32_t sentence = token_at(scan, match->last)->sentence;
	for (size_t i = view->solid[match->last] + 1; i < view->count && view->tokens[i].sentence == sentence; i++)
		if (str_eqc(token_text(view, &view->tokens[i]), "?"))
			return true;
	return false;
}

static int question_level(const struct pack *pack, const struct pack_phrase *phrase)
{
	return phrase->level >= 0 ? phrase->level : pack->concepts[phrase->ref].level;
}

static int add_answer(struct run *run, const struct pack_phrase *question, enum answer answer, int turn, const struct token *first,
	const struct token *last)
{
	static const struct str said[] = { STR_INIT("Yes to the program's own question."), STR_INIT("No to the program's own question."),
		STR_INIT("Neither yes nor no to the program's own question.") };
	const struct pack *pack = &run->engine->pack;
	const struct pack_concept *concept = &pack->concepts[question->ref];
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = (struct finding){ .concept = pack_str(pack, concept->id),
		.family = (enum family) concept->family,
		.base_level = question_level(pack, question),
		.turn = turn,
		.start = first->start,
		.end = last->end,
		.source = SOURCE_STATE,
		.state = FINDING_ANSWER,
		.confidence = answer == ANSWER_UNSURE ? 600 : 800,
		.phrase = pack_str(pack, question->id) };
	/* a question that a no answers (`on: no`) means its concept by the no */
	bool denied = question->trigger == ANSWER_NO ? answer == ANSWER_YES : answer == ANSWER_NO;
	finding->context.negated = denied;
	finding->context.uncertain = answer == ANSWER_UNSURE;
	finding->level = context_level(concept, finding->base_level, &finding->context);
	if (denied && finding->level > 1)
		finding->level = 1; /* said no in plain words: `keep` is for what can be read both ways */
	const struct str parts[] = { pack_str(pack, concept->why), STR(" "), said[answer] };
	finding->why = arena_join(run->arena, parts, COUNT_OF(parts));
	return finding->why.ptr ? 0 : E_MEMORY;
}

/* The questions of an assistant turn that the answer meets: each concept once, at its highest level. */
static int answer_questions(
	struct run *run, struct str asked, enum answer answer, int turn, const struct token *first, const struct token *last)
{
	struct view view;
	struct scan scan;
	unsigned roles = run->roles;
	run->roles = ROLES_ASSISTANT;
	int rc = scan_text(run, tail_of(asked, HISTORY_BYTES_MAX), &view, &scan);
	run->roles = roles;
	for (size_t i = 0; rc == 0 && i < scan.match_count; i++) {
		const struct pack_phrase *phrase = &scan.pack->phrases[scan.matches[i].phrase];
		bool counts = phrase->target == TARGET_QUESTION && sentence_asks(&scan, &scan.matches[i]);
		for (size_t k = 0; counts && k < scan.match_count; k++) {
			const struct pack_phrase *other = &scan.pack->phrases[scan.matches[k].phrase];
			if (other->target != TARGET_QUESTION || other->ref != phrase->ref || k == i ||
				!sentence_asks(&scan, &scan.matches[k]))
				continue;
			int mine = question_level(scan.pack, phrase), theirs = question_level(scan.pack, other);
			counts = mine > theirs || (mine == theirs && i < k);
		}
		if (counts)
			rc = add_answer(run, phrase, answer, turn, first, last);
	}
	return rc;
}

/* The assistant turn just before turn `index`, staff and tools left out. NULL when it is not one of ours. */
static const struct screen_turn *asked_before(const struct screen_request *request, size_t pending)
{
	const struct screen_turn *turn = pending > window_start(request) ? &request->turns[pending - 1] : NULL;
	return turn && turn->role == ROLE_ASSISTANT && turn->released ? turn : NULL;
}

int state_question(struct run *run, struct str asked, struct str *ret_concept)
{
	struct view view;
	struct scan scan;
	int most = -1;
	*ret_concept = (struct str){ NULL, 0 };
	run->roles = ROLES_ASSISTANT;
	int rc = scan_text(run, tail_of(asked, HISTORY_BYTES_MAX), &view, &scan);
	for (size_t i = 0; rc == 0 && i < scan.match_count; i++) {
		const struct pack_phrase *phrase = &scan.pack->phrases[scan.matches[i].phrase];
		bool counts = phrase->target == TARGET_QUESTION && sentence_asks(&scan, &scan.matches[i]);
		if (!counts || question_level(scan.pack, phrase) <= most)
			continue;
		most = question_level(scan.pack, phrase);
		*ret_concept = pack_str(scan.pack, scan.pack->concepts[phrase->ref].id);
	}
	return rc;
}

static int read_answer(struct run *run, const struct scan *scan, size_t pending, int turn, bool *ret_answered)
{
	const struct screen_turn *asked = asked_before(run->request, pending);
	const struct match *answer = asked && !*ret_answered ? find_answer(scan) : NULL;
	if (!answer)
		return 0;
	*ret_answered = true;
	return answer_questions(run, asked->text, (enum answer)scan->pack->phrases[answer->phrase].trigger, turn,
		token_at(scan, answer->first), token_at(scan, answer->last));
}

/* ---- weak signs over several turns ---- */

static int signal_of(const struct pack *pack, const struct finding *finding)
{
	if (finding->level < 1 || finding->context.experiencer == EXPERIENCER_OTHER ||
		finding->context.experiencer == EXPERIENCER_CHARACTER)
		return 0;
	return pack_signal(pack, finding->concept);
}

struct sign {
	const struct finding *finding;
	int weight;
};

#define SIGNS_MAX 256u

struct signs {
	struct sign items[SIGNS_MAX];
	size_t count;
};

static void collect_signs(const struct pack *pack, const struct findings *findings, size_t kind, bool newest, struct signs *signs)
{
	for (size_t i = 0; i < findings->count && signs->count < SIGNS_MAX; i++) {
		const struct finding *finding = &findings->items[i];
		bool counts = newest == (finding->turn == 0) && kind_of(finding->family) == kind;
		int weight = counts ? signal_of(pack, finding) : 0;
		if (weight)
			signs->items[signs->count++] = (struct sign){ finding, weight };
	}
}

static int by_weight(const void *a, const void *b)
{
	const struct sign *x = a, *y = b;
	if (x->weight != y->weight)
		return y->weight - x->weight;
	if (x->finding->turn != y->finding->turn)
		return y->finding->turn - x->finding->turn;
	if (x->finding->start != y->finding->start)
		return x->finding->start < y->finding->start ? -1 : 1;
	return str_cmp(x->finding->concept, y->finding->concept);
}

/* The same words are one sign, whatever they are called; so is one concept, however often it comes. */
static bool same_sign(const struct finding *a, const struct finding *b)
{
	return str_eq(a->concept, b->concept) || (a->turn == b->turn && a->start < b->end && b->start < a->end);
}

#define PERSISTS_TURNS 2

/* Whether items[index] is the sign of a concept in just the second different turn that it is found in (in the order of `signs`). */
static bool comes_back(const struct signs *signs, size_t index)
{
	const struct finding *finding = signs->items[index].finding;
	int turns[PERSISTS_TURNS] = { 0 };
	int count = 0;
	for (size_t i = 0; i <= index; i++) {
		const struct finding *other = signs->items[i].finding;
		bool known = !str_eq(other->concept, finding->concept);
		for (int k = 0; k < count && !known; k++)
			known = turns[k] == other->turn;
		if (known)
			continue;
		if (count == PERSISTS_TURNS || (count == PERSISTS_TURNS - 1 && i < index))
			return false;
		turns[count++] = other->turn;
	}
	return count == PERSISTS_TURNS;
}

/* Whether different signs are enough together. */
static bool weigh(struct signs *signs, const struct kind *kind, int carried)
{
	const struct finding *counted[SIGNS_MAX];
	size_t count = 0;
	int sum = 0;
	bool earlier = false;
	qsort(signs->items, signs->count, sizeof *signs->items, by_weight);
	for (size_t i = 0; i < signs->count; i++) {
		const struct finding *finding = signs->items[i].finding;
		bool known = false;
		for (size_t k = 0; k < count && !known; k++)
			known = same_sign(counted[k], finding);
		earlier = earlier || finding->turn < 0;
		if (known && !(kind->persists && comes_back(signs, i)))
			continue;
		counted[count++] = finding;
		sum += signs->items[i].weight;
	}
	if (!earlier && kind->carries && carried >= 2)
		sum += CARRIED_SIGNAL;
	return sum >= kind->enough;
}

static int accumulate_kind(struct run *run, size_t kind)
{
	const struct pack *pack = &run->engine->pack;
	int carried = run->request->carried_level, rc = 0;
	struct signs signs; /* 4 KB, of which few are used */
	signs.count = 0;
	collect_signs(pack, &run->findings, kind, true, &signs);
	if (!signs.count)
		return 0;
	if (run->request->turn_count)
		rc = read_history(run);
	if (rc < 0)
		return rc;
	collect_signs(pack, &run->history, kind, false, &signs);
	uint32_t index = weigh(&signs, &kinds[kind], carried) ? pack_find(pack, str_c(kinds[kind].concept)) : NONE;
	if (index == NONE)
		return 0;
	struct finding *finding = finding_add(run);
	if (!finding)
		return E_MEMORY;
	*finding = (struct finding){ .concept = pack_str(pack, pack->concepts[index].id),
		.family = (enum family)pack->concepts[index].family,
		.level = pack->concepts[index].level,
		.base_level = pack->concepts[index].level,
		.source = SOURCE_STATE,
		.state = FINDING_SUM,
		.confidence = 700,
		.why = pack_str(pack, pack->concepts[index].why) };
	return 0;
}

static int accumulate(struct run *run)
{
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < COUNT_OF(kinds); i++)
		rc = accumulate_kind(run, i);
	return rc;
}

/* ---- both sides ---- */

int state_client(struct run *run, const struct scan *scan, size_t *ret_turns)
{
	const struct screen_request *request = run->request;
	size_t pending = pending_start(request), bytes = 0;
	bool answered = false;
	int rc = 0;
	*ret_turns = 0;
	for (size_t i = pending; rc == 0 && i < request->turn_count; i++) {
		struct str text = request->turns[i].text;
		struct view view;
		struct scan turn_scan;
		if (request->turns[i].role != ROLE_CLIENT)
			continue;
		(*ret_turns)++;
		text = head_of(text, SCREEN_TEXT_MAX - bytes);
		bytes += text.len;
		rc = read_text(run, text, turn_number(request, i), &view, &turn_scan);
		if (rc == 0)
			rc = read_answer(run, &turn_scan, pending, turn_number(request, i), &answered);
	}
	if (rc == 0)
		rc = read_answer(run, scan, pending, 0, &answered);
	if (rc == 0 && *ret_turns)
		rc = read_joined(run, pending);
	return rc < 0 ? rc : accumulate(run);
}

/* What the client's turns since the last assistant turn hold, graded as when they came. */
static int read_client_side(struct run *run, struct findings *ret_findings)
{
	struct screen_request asked = *run->request;
	struct run client = {
		.engine = run->engine, .scratch = run->scratch, .arena = run->arena, .request = &asked, .roles = ROLES_CLIENT, .plain = true
	};
	struct view view;
	struct scan scan;
	size_t turns, last = asked.turn_count, first = pending_start(run->request);
	while (last > first && asked.turns[last - 1].role != ROLE_CLIENT)
		last--;
	if (last == first)
		return 0;
	asked.role = ROLE_CLIENT;
	asked.text = head_of(asked.turns[last - 1].text, SCREEN_TEXT_MAX);
	asked.turn_count = last - 1;
	int rc = read_text(&client, asked.text, 0, &view, &scan);
	if (rc == 0)
		rc = state_client(&client, &scan, &turns);
	*ret_findings = client.findings;
	return rc < 0 ? rc : client.rc;
}

/* Whether a marker is in the reply, or one whose id continues its id with an underscore. */
static bool found(const struct run *run, struct str marker)
{
	for (size_t i = 0; i < run->findings.count; i++) {
		struct str concept = run->findings.items[i].concept;
		if (str_starts(concept, marker) && (concept.len == marker.len || concept.ptr[marker.len] == '_'))
			return true;
	}
	return false;
}

/* Where only a likeness says what the client's turn is about, a short reply that lacks something is no fault: it may be a plain answer.
 * A longer one that lacks it is. */
#define LIKENESS_REPLY_BYTES 300u

static void drop_likeness(struct findings *findings)
{
	size_t kept = 0;
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].source != SOURCE_CLASSIFIER)
			findings->items[kept++] = findings->items[i];
	findings->count = kept;
}

/* What a reply should hold: the marker. One that keeps to reality may also ask about safety, turn to the person, point to help or decline.
 */
static bool answered(const struct run *run, struct str marker)
{
	static const char *const instead[] = { "reply.crisis_response", "reply.help_offer", "reply.engages", "reply.sets_limit" };
	if (found(run, marker))
		return true;
	for (size_t i = 0; str_eqc(marker, "reply.grounds") && i < run->findings.count; i++) {
		struct str concept = run->findings.items[i].concept;
		for (size_t k = 0; k < COUNT_OF(instead); k++)
			if (str_eqc(concept, instead[k]))
				return true;
	}
	return false;
}

/* A refusal that turns to the person, or points to help, is not one that leaves them alone. */
static void soften_refusal(struct run *run)
{
	if (!found(run, STR("reply.crisis_response")) && !found(run, STR("reply.help_offer")) && !found(run, STR("reply.engages")))
		return;
	for (size_t i = 0; i < run->findings.count; i++)
		if (str_eqc(run->findings.items[i].concept, "reply.refusal") && run->findings.items[i].level > 1)
			run->findings.items[i].level = 1;
}

int state_reply(struct run *run)
{
	const struct pack *pack = &run->engine->pack;
	struct findings client = { NULL, 0, 0 };
	bool read = false;
	int rc = collusion_run(run);
	soften_refusal(run);
	for (size_t i = 0; rc == 0 && run->request->turn_count && i < pack->concept_count; i++) {
		const struct pack_concept *concept = &pack->concepts[i];
		if (concept->absent == NONE || answered(run, pack_str(pack, pack->concepts[concept->absent].id)))
			continue;
		if (!read)
			rc = read_client_side(run, &client);
		read = true;
		if (rc == 0 && run->request->text.len < LIKENESS_REPLY_BYTES)
			drop_likeness(&client);
		if (rc < 0 || !any_of(pack, &client, concept->after, concept->after_level))
			continue;
		struct finding *finding = finding_add(run);
		if (!finding)
			return E_MEMORY;
		*finding = (struct finding){ .concept = pack_str(pack, concept->id),
			.family = (enum family) concept->family,
			.level = concept->level,
			.base_level = concept->level,
			.source = SOURCE_STATE,
			.state = FINDING_ABSENT,
			.confidence = 800,
			.why = pack_str(pack, concept->why) };
	}
	return rc;
}
