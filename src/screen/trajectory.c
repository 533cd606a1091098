/* trajectory.c: see trajectory.h.
 *
 * What a message counts now:
 *
 *   level of the message        age of it (when both times are known)    counts
 *   ------------------------    -------------------------------------    ------------------------------------------------
 *   any, and a clinician        -                                        at most the level that they set, then as below
 *     lowered after it
 *   3, 4                        any                                      its level: only a clinician lowers it
 *   1, 2                        under 7 days                             its level
 *   1, 2                        7 to 30 days                             one less
 *   1, 2                        over 30 days                             nothing
 *
 * The rules, and the level each asks for (the grade is the highest; no rule lowers it):
 *
 *   highest      what the most urgent message counts
 *   kept         the programme's kept level
 *   unread       a message nobody has read, wholly or in part: 2
 *   split        a finding over several messages: its level
 *   answer       an answer to our own risk question: its level (from 2)
 *   unanswered   the newest risk question of ours that the client's messages after it pass over: 2, and 3 when the client's own
 *                messages before it had reached 3
 *   rising       three graded messages in a row, none less urgent than the one before, the last at 2 or more and above the first: the
 *                level of the last; 3 when two of them are at 2 in different concepts of suicide or self-harm of the writer's own
 *   adds up      of the writer's own suicide or self-harm, not of the past: three messages at 2 in two or more concepts: 3; four
 *                messages at 1 (any family that raises) in three or more concepts: 2
 *   calm         a sudden calm, or "all is well", within 14 days (or 12 messages of the client, without times) after a message of the
 *                writer's own at 3 or more: 3; 2 when a clinician has lowered that message since
 *
 * Days are of 24 hours. Numbers without a source are ours, chosen to call a person rather than not. */
#include "screen/trajectory.h"

#include "base/err.h"

#include <stdlib.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define WANES_DAYS 7
#define GONE_DAYS 30
#define KEEP_FROM 3
#define CALM_DAYS 14
#define CALM_MESSAGES 12u
#define REPEATS_AT_2 3u
#define REPEATS_AT_1 4u
#define CONCEPTS_MAX 8u

struct grading {
	struct arena *arena;
	const struct trajectory_turn *turns;
	size_t count;
	struct trajectory_options options;
	struct trajectory_reason *reasons;
	struct trajectory *result;
	bool failed;
};

/* Different concepts of several messages; more than CONCEPTS_MAX are as good as CONCEPTS_MAX. */
struct concepts {
	struct str items[CONCEPTS_MAX];
	size_t count;
};

static void add_concept(struct concepts *concepts, struct str concept)
{
	for (size_t i = 0; i < concepts->count; i++)
		if (str_eq(concepts->items[i], concept))
			return;
	if (concepts->count < CONCEPTS_MAX)
	concepts->items[concepts->count++] = concept;
}

static bool is_client(const struct trajectory_turn *turn)
{
	return turn->role == ROLE_CLIENT;
}

static bool screened(const struct trajectory_turn *turn)
{
	return turn->verdict && turn->verdict->state != VERDICT_NOT_SCREENED;
}

static bool lowered(const struct grading *grading, size_t index)
{
	return index < grading->options.lowered_turns;
}

static int64_t age_days(const struct grading *grading, size_t index)
{
	int64_t at = grading->turns[index].at_us, now = grading->options.now_us;
	return at > 0 && now > at ? (now - at) / DAY_US : 0;
}

/* What a level said in a message counts now. */
static int counts(const struct grading *grading, size_t index, int level)
{
	int64_t days = age_days(grading, index);
	if (lowered(grading, index) && level > grading->options.lowered_to)
		level = grading->options.lowered_to;
	if (level >= KEEP_FROM || level <= 0 || days < WANES_DAYS)
		return level;
	return days < GONE_DAYS ? level - 1 : 0;
}

/* A verdict also grades the messages before it that wait for an answer. Whether a finding belongs to the message itself: to each comes
 * what it says, or completes, once. */
static bool of_message(const struct finding *finding)
{
	return finding->turn == 0 && !(finding->state == FINDING_JOINED && finding->end <= finding->start);
}

/* The finding of the message itself that says most. NULL: none. */
static const struct finding *most_urgent(const struct trajectory_turn *turn)
{
	const struct finding *best = NULL;
	if (!is_client(turn) || !screened(turn))
		return NULL;
	for (size_t i = 0; i < turn->verdict->finding_count; i++) {
		const struct finding *finding = &turn->verdict->findings[i];
		if (of_message(finding) && verdict_raises(finding->family) && finding->level > (best ? best->level : 0))
			best = finding;
	}
	return best;
}

static int level_now(const struct grading *grading, size_t index)
{
	const struct finding *most = most_urgent(&grading->turns[index]);
	return most ? counts(grading, index, most->level) : 0;
}

/* The finding of the writer's own suicide or self-harm, not of the past, that says most in this message. NULL: none. */
static const struct finding *own_risk(const struct trajectory_turn *turn)
{
	const struct finding *best = NULL;
	if (!is_client(turn) || !screened(turn))
		return NULL;
	for (size_t i = 0; i < turn->verdict->finding_count; i++) {
		const struct finding *finding = &turn->verdict->findings[i];
		bool own = finding->context.experiencer == EXPERIENCER_SELF || finding->context.experiencer == EXPERIENCER_POSSIBLE_SELF;
		bool family = finding->family == FAMILY_SUICIDE || finding->family == FAMILY_SELF_HARM;
		bool told = finding->context.time == TIME_PAST || str_eqc(finding->concept, "suicide.attempt_past") ||
			    str_eqc(finding->concept, "self_harm.past");
		if (own && family && !told && of_message(finding) && finding->level > 0 && (!best || finding->level > best->level))
			best = finding;
	}
	return best;
}

static void add_reason(struct grading *grading, enum trajectory_rule rule, int level, size_t turn, struct str concept, struct str why)
{
	struct trajectory *result = grading->result;
	if (level > result->grade)
		result->grade = level;
	if (!why.ptr)
		grading->failed = true;
	if (result->reason_count < TRAJECTORY_REASONS_MAX)
		grading->reasons[result->reason_count++] = (struct trajectory_reason){ rule, level, turn, concept, why };
	else
		result->reasons_left_out++;
}

/* ---- the rules ---- */

static void grade_highest(struct grading *grading)
{
	size_t best = SIZE_MAX;
	int most = 0;
	for (size_t i = 0; i < grading->count; i++)
		if (level_now(grading, i) > 0 && level_now(grading, i) >= most) {
			most = level_now(grading, i);
			best = i;
		}
	if (best == SIZE_MAX)
		return;
	const struct finding *said = most_urgent(&grading->turns[best]);
	struct str why = said->why.len ? said->why : STR("A message of this level.");
	if (most < said->level)
		why = arena_printf(grading->arena, STR_FMT " (Level %d then; it counts %d now.)", STR_ARG(why), said->level, most);
	add_reason(grading, TRAJECTORY_HIGHEST, most, best, said->concept, why);
}

static void grade_unread(struct grading *grading)
{
	size_t unread = 0, first = 0;
	for (size_t i = grading->count; i-- > 0;) {
		const struct trajectory_turn *turn = &grading->turns[i];
		if (!is_client(turn) || (screened(turn) && !turn->verdict->truncated) || lowered(grading, i))
			continue;
		unread++;
		first = i;
	}
	if (unread)
		add_reason(grading, TRAJECTORY_UNREAD, 2, first, STR(""),
			arena_printf(grading->arena, "%zu message%s could not be screened, or only in part; this is the first.", unread,
				unread == 1 ? "" : "s"));
}

static void grade_said(struct grading *grading)
{
	for (size_t i = 0; i < grading->count; i++) {
		const struct trajectory_turn *turn = &grading->turns[i];
		if (!is_client(turn) || !screened(turn))
			continue;
		for (size_t k = 0; k < turn->verdict->finding_count; k++) {
			const struct finding *finding = &turn->verdict->findings[k];
			bool split = finding->state == FINDING_JOINED, answer = finding->state == FINDING_ANSWER;
			int level = counts(grading, i, finding->level);
			if (of_message(finding) && (split || answer) && level >= 2)
				add_reason(grading, split ? TRAJECTORY_SPLIT : TRAJECTORY_ANSWER, level, i, finding->concept, finding->why);
		}
	}
}

/* Whether a client's message answers the question: the engine read an answer, or the message says as much in its own words. */
static bool answers(const struct trajectory_turn *turn, struct str asked)
{
	size_t family = 0;
	while (family < asked.len && asked.ptr[family] != '.')
		family++;
	if (!screened(turn))
		return false;
	for (size_t i = 0; i < turn->verdict->finding_count; i++) {
		const struct finding *finding = &turn->verdict->findings[i];
		bool denial = str_eqc(finding->concept, "suicide.denial");
		bool same = str_starts(finding->concept, str_sub(asked, 0, family)) && (finding->level >= 2 || finding->context.negated);
		if (finding->state == FINDING_ANSWER || denial || same)
			return true;
	}
	return false;
}

static void grade_unanswered(struct grading *grading)
{
	size_t asked = grading->count, answered = 0, said = 0;
	int before = 0;
	while (asked > 0 && !(grading->turns[asked - 1].role == ROLE_ASSISTANT && grading->turns[asked - 1].asked.len))
		asked--;
	if (asked == 0 || lowered(grading, asked - 1))
		return;
	for (size_t i = asked; i < grading->count; i++) {
		if (!is_client(&grading->turns[i]))
			continue;
		said++;
		answered += answers(&grading->turns[i], grading->turns[asked - 1].asked) ? 1 : 0;
	}
	if (!said || answered)
		return;
	for (size_t i = 0; i + 1 < asked; i++) {
		const struct finding *own = own_risk(&grading->turns[i]);
		int level = own ? counts(grading, i, own->level) : 0;
		before = level > before ? level : before;
	}
	add_reason(grading, TRAJECTORY_UNANSWERED, before >= 3 ? 3 : 2, asked - 1, grading->turns[asked - 1].asked,
		arena_printf(grading->arena, "The program asked about this, and %zu message%s since did not answer it.", said,
			said == 1 ? "" : "s"));
}

/* Three graded messages that follow one another, the newest first. */
struct three {
	size_t places[3];
	int levels[3];
};

static bool rises(const struct three *three)
{
	const int *levels = three->levels;
	return levels[0] >= levels[1] && levels[1] >= levels[2] && levels[0] > levels[2];
}

static int rising_level(const struct grading *grading, const struct three *three)
{
	struct concepts own = { .count = 0 };
	size_t at_2 = 0;
	for (size_t i = 0; i < 3; i++) {
		const struct finding *risk = own_risk(&grading->turns[three->places[i]]);
		if (!risk || counts(grading, three->places[i], risk->level) < 2)
			continue;
		at_2++;
		add_concept(&own, risk->concept);
	}
	return three->levels[0] == 2 && at_2 >= 2 && own.count >= 2 ? 3 : three->levels[0];
}

/* The most urgent rise of the conversation, the newest of equals; the trend is that of the last three graded messages. */
static void grade_rising(struct grading *grading)
{
	struct three best = { .levels = { 0 } }, three = { .levels = { 0 } };
	size_t graded = 0;
	int most = 0;
	for (size_t i = 0; i < grading->count; i++) {
		if (level_now(grading, i) <= 0)
			continue;
		for (size_t k = 2; k > 0; k--) {
			three.places[k] = three.places[k - 1];
			three.levels[k] = three.levels[k - 1];
		}
		three.places[0] = i;
		three.levels[0] = level_now(grading, i);
		if (++graded < 3 || !rises(&three) || three.levels[0] < 2 || rising_level(grading, &three) < most)
			continue;
		most = rising_level(grading, &three);
		best = three;
	}
	bool falls = three.levels[0] <= three.levels[1] && three.levels[1] <= three.levels[2] && three.levels[0] < three.levels[2];
	if (graded >= 3)
		grading->result->trend = rises(&three) ? TREND_RISING : falls ? TREND_FALLING : TREND_LEVEL;
	if (most)
		add_reason(grading, TRAJECTORY_RISING, most, best.places[0], most_urgent(&grading->turns[best.places[0]])->concept,
			arena_printf(grading->arena,
				"Each of three graded messages was as urgent as the one before or more: levels %d, %d, %d.", best.levels[2],
				best.levels[1], best.levels[0]));
}

static void grade_sum(struct grading *grading)
{
	struct concepts strong = { .count = 0 }, weak = { .count = 0 };
	size_t strong_count = 0, weak_count = 0, strong_last = 0, weak_last = 0;
	for (size_t i = 0; i < grading->count; i++) {
		const struct trajectory_turn *turn = &grading->turns[i];
		const struct finding *own = own_risk(turn);
		if (own && counts(grading, i, own->level) == 2) {
			strong_count++;
			strong_last = i;
			add_concept(&strong, own->concept);
		}
		if (level_now(grading, i) != 1)
			continue;
		weak_count++;
		weak_last = i;
		add_concept(&weak, most_urgent(turn)->concept);
	}
	if (strong_count >= REPEATS_AT_2 && strong.count >= 2)
		add_reason(grading, TRAJECTORY_ADDS_UP, 3, strong_last, strong.items[strong.count - 1],
			arena_printf(grading->arena,
				"Signs that call for a question came in %zu messages, in %zu different ways; this is the last.",
				strong_count, strong.count));
	if (weak_count >= REPEATS_AT_1 && weak.count >= 3)
		add_reason(grading, TRAJECTORY_ADDS_UP, 2, weak_last, weak.items[weak.count - 1],
			arena_printf(grading->arena, "Low signs came in %zu messages, in %zu different ways; this is the last.", weak_count,
				weak.count));
}

/* What sounds like a calm in a message: the finding, or NULL. */
static const struct finding *calm_of(const struct trajectory_turn *turn)
{
	if (!is_client(turn) || !screened(turn))
		return NULL;
	for (size_t i = 0; i < turn->verdict->finding_count; i++) {
		const struct finding *finding = &turn->verdict->findings[i];
		bool well = str_eqc(finding->concept, "protective.recovery") && verdict_protects(finding);
		if (finding->turn == 0 && (well || (str_eqc(finding->concept, "suicide.sign_calm") && finding->level > 0)))
			return finding;
	}
	return NULL;
}

static bool soon_after(const struct grading *grading, size_t crisis, size_t calm)
{
	int64_t from = grading->turns[crisis].at_us, to = grading->turns[calm].at_us;
	size_t messages = 0;
	if (from > 0 && to >= from)
		return to - from <= CALM_DAYS * DAY_US;
	for (size_t i = crisis + 1; i <= calm; i++)
		messages += is_client(&grading->turns[i]);
	return messages <= CALM_MESSAGES;
}

static void grade_calm(struct grading *grading)
{
	size_t crisis = SIZE_MAX, calm = SIZE_MAX, before = SIZE_MAX;
	struct str concept = { NULL, 0 };
	for (size_t i = 0; i < grading->count; i++) {
		const struct finding *own = own_risk(&grading->turns[i]), *sign = calm_of(&grading->turns[i]);
		if (sign && crisis != SIZE_MAX && crisis < i && soon_after(grading, crisis, i)) {
			calm = i;
			before = crisis;
			concept = sign->concept;
		}
		if (own && own->level >= 3)
			crisis = i;
	}
	if (calm == SIZE_MAX || lowered(grading, calm))
		return;
	add_reason(grading, TRAJECTORY_CALM, lowered(grading, before) ? 2 : 3, calm, concept,
		arena_printf(grading->arena,
			"A calm, %zu turns after a crisis: it can be relief, and it can mean that something was decided.", calm - before));
}

/* ---- the grade ---- */

static int compare_reasons(const void *a, const void *b)
{
	const struct trajectory_reason *x = a, *y = b;
	if (x->level != y->level)
		return y->level - x->level;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return (x->turn > y->turn) - (x->turn < y->turn);
}

int trajectory_grade(struct arena *arena, const struct trajectory_turn *turns, size_t turn_count, const struct trajectory_options *options,
	struct trajectory *ret_trajectory)
{
	struct grading grading = { .arena = arena, .turns = turns, .count = turn_count, .options = *options, .result = ret_trajectory };
	*ret_trajectory = (struct trajectory){ .grade = 0 };
	grading.reasons = ARENA_ARRAY(arena, struct trajectory_reason, TRAJECTORY_REASONS_MAX);
	for (size_t i = 0; i < turn_count; i++) {
		ret_trajectory->client_turns += is_client(&turns[i]);
		if (!options->now_us && turns[i].at_us > grading.options.now_us)
			grading.options.now_us = turns[i].at_us;
	}
	if (grading.reasons) {
		grade_highest(&grading);
		if (options->kept_level > 0)
			add_reason(&grading, TRAJECTORY_KEPT, options->kept_level, SIZE_MAX, STR(""),
				STR("The programme keeps this level until a clinician lowers it."));
		grade_unread(&grading);
		grade_unanswered(&grading);
		grade_rising(&grading);
		grade_sum(&grading);
		grade_calm(&grading);
		grade_said(&grading); /* last: only of these there can be many */
	}
	if (!grading.reasons || grading.failed) {
		*ret_trajectory = (struct trajectory){ .grade = 4 };
		return E_MEMORY;
	}
	if (ret_trajectory->reason_count > 1)
		qsort(grading.reasons, ret_trajectory->reason_count, sizeof *grading.reasons, compare_reasons);
	ret_trajectory->reasons = grading.reasons;
	return 0;
}

static const char *name_of(const char *const *names, size_t count, int index)
{
	return index >= 0 && (size_t)index < count ? names[index] : "unknown";
}

const char *trajectory_rule_name(enum trajectory_rule rule)
{
	static const char *const names[] = { "highest", "kept", "unread", "split", "answer", "unanswered", "rising", "adds_up", "calm" };
	return name_of(names, COUNT_OF(names), (int)rule);
}

const char *trajectory_trend_name(enum trajectory_trend trend)
{
	static const char *const names[] = { "none", "level", "rising", "falling" };
	return name_of(names, COUNT_OF(names), (int)trend);
}
