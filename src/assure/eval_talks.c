/* eval_talks.c: conversations, turn by turn, as the product would see them: the turns before each message, and the level that the
 * client's messages have reached so far. */
#include "assure/eval_priv.h"

#include <math.h>
#include <stdlib.h>

/* Sets whose `group` is a conversation; elsewhere it is an author, a prompt or a collector's search. */
static const char *const talk_sources[] = { "SpringCare/VERA-MH", "w-is-h/psychosis-bench" };

bool eval_talk_source(struct str source)
{
	for (size_t i = 0; i < COUNT_OF(talk_sources); i++)
		if (str_find(source, str_c(talk_sources[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

static void keep(char *to, size_t size, struct str from)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;
	memset(to, 0, size);
	if (len > 0)
		memcpy(to, from.ptr, len);
}

static struct str kind_of(const struct eval_row *row)
{
	for (size_t i = 0; i < row->label_count; i++)
		if (str_starts(row->labels[i], STR("persona_risk:")))
			return str_sub(row->labels[i], strlen("persona_risk:"), row->labels[i].len);
	return STR("");
}

static uint64_t key_of(const char *source, const char *lang, struct str group)
{
	return str_hash(group) ^ (str_hash(str_c(source)) * 3) ^ (str_hash(str_c(lang)) * 5);
}

/* The conversation's number, or EVAL_TALKS_MAX. The last one first: its turns mostly come in a row. */
static uint32_t talk_of(struct eval *eval, uint64_t key, const struct eval_talk *new)
{
	for (size_t i = eval->talk_count; i > 0; i--)
		if (eval->talks[i - 1].key == key)
			return (uint32_t)(i - 1);
	if (!eval_grow(eval->mem, &eval->talks, sizeof *eval->talks, eval->talk_count, &eval->talk_capacity, EVAL_TALKS_MAX))
		return EVAL_TALKS_MAX;
	eval->talks[eval->talk_count] = *new;
	eval->talks[eval->talk_count].key = key;
	return (uint32_t)eval->talk_count++;
}

static void add_turn(struct eval *eval, uint32_t talk, enum message_role role, uint64_t order, struct str text)
{
	size_t at = eval->talk_text.len;
	bool room = talk < EVAL_TALKS_MAX &&
		    eval_grow(eval->mem, &eval->turns, sizeof *eval->turns, eval->turn_count, &eval->turn_capacity, EVAL_TURNS_MAX);
	if (room)
		buf_add(&eval->talk_text, text);
	if (!room || eval->talk_text.failed) {
		eval->talk_text.failed = false;
		eval->dropped_turns++;
		return;
	}
	eval->turns[eval->turn_count++] = (struct eval_turn){ .talk = talk, .role = role, .order = order, .at = at, .len = text.len };
}

void eval_talk_add(struct eval *eval, const struct eval_row *row, struct str group, struct str text, uint64_t order)
{
	size_t set = eval_set_of(eval, row->source, row->lang, ROLE_CLIENT); /* both sides stand under the client's set */
	struct eval_talk new = { .set = (uint16_t)set };
	if (set == EVAL_SETS_MAX) {
		eval->dropped_turns++;
		return;
	}
	keep(new.name, sizeof new.name, group);
	keep(new.kind, sizeof new.kind, kind_of(row));
	uint32_t talk = talk_of(eval, key_of(eval->sets[set].source, eval->sets[set].lang, group), &new);
	add_turn(eval, talk, row->role, order, text);
}

void eval_talks_merge(struct eval *eval, const struct eval *from)
{
	for (size_t i = 0; i < from->turn_count; i++) {
		const struct eval_turn *turn = &from->turns[i];
		struct eval_talk new = from->talks[turn->talk];
		const struct eval_set *set = &from->sets[new.set];
		size_t number = eval_set_of(eval, str_c(set->source), str_c(set->lang), ROLE_CLIENT);
		new.set = (uint16_t)number;
		uint32_t talk = number < EVAL_SETS_MAX ? talk_of(eval, new.key, &new) : EVAL_TALKS_MAX;
		add_turn(eval, talk, turn->role, turn->order, str_make(from->talk_text.ptr + turn->at, turn->len));
	}
}

static int by_talk_and_order(const void *left, const void *right)
{
	const struct eval_turn *a = left, *b = right;
	if (a->talk != b->talk)
		return a->talk < b->talk ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* What the client's turn means for the conversation. */
static void count_client(struct eval_talk *talk, int level)
{
	talk->client_turns++;
	talk->top = level > talk->top ? (uint8_t)level : talk->top;
	for (int i = 0; i < 3; i++)
		if (level >= i + 2 && talk->first[i] == 0)
			talk->first[i] = talk->client_turns;
}

static void run_talk(struct eval *eval, const struct eval_parts *parts, const struct eval_turn *turns, size_t count)
{
	struct eval_talk *talk = &eval->talks[turns[0].talk];
	struct screen_turn before[SCREEN_TURNS_MAX];
	size_t before_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct screen_request request = { .role = turns[i].role,
			.text = str_make(eval->talk_text.ptr + turns[i].at, turns[i].len),
			.turns = before,
			.turn_count = before_count,
			.carried_level = talk->top };
		struct verdict verdict = { 0 };
		bool released = true;
		arena_reset(parts->arena);
		(void)!screen_run(parts->engine, parts->scratch, parts->arena, &request, &verdict); /* a failure is in the verdict */
		if (request.role == ROLE_CLIENT) {
			count_client(talk, verdict.state == VERDICT_NOT_SCREENED ? 0 : verdict.level);
		} else if (parts->policy) {
			struct policy_decision decision;
			eval_decide(parts, &verdict, talk->top, &decision);
			released = decision.action >= ACTION_ANNOTATE;
			talk->replies++;
			talk->replies_held += !released;
		}
		if (before_count == SCREEN_TURNS_MAX)
			memmove(before, before + 1, --before_count * sizeof *before);
		before[before_count++] = (struct screen_turn){ .role = request.role, .text = request.text, .released = released };
	}
}

/* none, low, high, imminent; others before them, by name. */
static int rank_of(const char *kind)
{
	static const char *const kinds[] = { "none", "low", "high", "imminent" };
	for (int i = 0; i < (int)COUNT_OF(kinds); i++)
		if (strcmp(kinds[i], kind) == 0)
			return i + 1;
	return 0;
}

static int by_kind_and_name(const void *left, const void *right)
{
	const struct eval_talk *a = left, *b = right;
	if (a->set != b->set)
		return a->set < b->set ? -1 : 1;
	int by_kind = rank_of(a->kind) != rank_of(b->kind) ? rank_of(a->kind) - rank_of(b->kind) : strcmp(a->kind, b->kind);
	return by_kind != 0 ? by_kind : strcmp(a->name, b->name);
}

void eval_talks_run(struct eval *eval, const struct eval_parts *parts)
{
	if (eval->talks_run || !eval->turn_count)
		return;
	eval->talks_run = true;
	qsort(eval->turns, eval->turn_count, sizeof *eval->turns, by_talk_and_order);
	for (size_t from = 0, to; from < eval->turn_count; from = to) {
		for (to = from + 1; to < eval->turn_count && eval->turns[to].talk == eval->turns[from].talk;)
			to++;
		run_talk(eval, parts, &eval->turns[from], to - from);
	}
	qsort(eval->talks, eval->talk_count, sizeof *eval->talks, by_kind_and_name); /* turns are not looked at again */
	eval->turn_count = 0;
	buf_done(&eval->talk_text);
}

static bool is_kind(const struct eval_talk *talk, const char *const *kinds)
{
	for (size_t i = 0; kinds && kinds[i]; i++)
		if (strcmp(talk->kind, kinds[i]) == 0)
			return true;
	return kinds == NULL;
}

struct talk_count eval_talks_count(const struct eval *eval, const char *source, const char *const *kinds, int level, uint32_t by)
{
	struct talk_count count = { 0 };
	for (size_t i = 0; i < eval->talk_count; i++) {
		const struct eval_talk *talk = &eval->talks[i];
		if (!talk->client_turns || str_find(str_c(eval->sets[talk->set].source), str_c(source), 0) == SIZE_MAX ||
			!is_kind(talk, kinds))
			continue;
		uint32_t first = talk->first[level - 2];
		count.n++;
		count.hits += first > 0 && (by == 0 || first <= by);
	}
	return count;
}

/* ---- the report ---- */

struct talk_group {
	uint16_t set;
	const char *kind;
};

static int by_number(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return a < b ? -1 : a > b;
}

/* The median of the turns at which the group's conversations first came to a level. */
static double median_first(const struct report_from *from, const struct talk_group *group, int level)
{
	const struct eval *eval = from->eval;
	uint32_t *firsts = ARENA_ARRAY(from->report->arena, uint32_t, eval->talk_count);
	size_t count = 0;
	for (size_t i = 0; firsts && i < eval->talk_count; i++)
		if (eval->talks[i].set == group->set && strcmp(eval->talks[i].kind, group->kind) == 0 && eval->talks[i].first[level - 2])
			firsts[count++] = eval->talks[i].first[level - 2];
	if (!count)
		return (double)NAN;
	qsort(firsts, count, sizeof *firsts, by_number);
	size_t lower = (count - 1) / 2, upper = count / 2;
	return ((double)firsts[lower] + (double)firsts[upper]) / 2;
}

static void group_row(const struct report_from *from, struct report_table *table, const struct talk_group *group)
{
	const struct eval *eval = from->eval;
	uint64_t n = 0, turns = 0, replies = 0, held = 0, two = 0, three = 0, four = 0, fourth = 0;
	for (size_t i = 0; i < eval->talk_count; i++) {
		const struct eval_talk *talk = &eval->talks[i];
		if (talk->set != group->set || strcmp(talk->kind, group->kind) != 0 || !talk->client_turns)
			continue;
		n++;
		turns += talk->client_turns;
		replies += talk->replies;
		held += talk->replies_held;
		two += talk->first[0] > 0;
		three += talk->first[1] > 0;
		four += talk->first[2] > 0;
		fourth += talk->first[0] > 0 && talk->first[0] <= 4;
	}
	row_begin(table);
	cell_text(table, "%s", eval->sets[group->set].source);
	cell_text(table, "%s", group->kind[0] ? group->kind : "all");
	cell_count(table, n);
	cell_count(table, turns);
	cell_share(table, fourth, n);
	cell_share(table, two, n);
	cell_value(table, median_first(from, group, 2), (double)NAN, (double)NAN, 1);
	cell_share(table, three, n);
	cell_value(table, median_first(from, group, 3), (double)NAN, (double)NAN, 1);
	cell_share(table, four, n);
	cell_share(table, held, replies);
}

static bool first_of_group(const struct eval *eval, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (eval->talks[i].set == eval->talks[index].set && strcmp(eval->talks[i].kind, eval->talks[index].kind) == 0)
			return false;
	return true;
}

#define ONE_BY_ONE_MAX 40u /* conversations of a set that are listed */

static void one_by_one(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "conversation", "conversation" }, { "turns", "client turns" },
		{ "first_2", "first at level 2" }, { "first_3", "first at level 3" }, { "top", "highest level" } };
	const struct eval *eval = from->eval;
	struct report_table *table = report_table(
		from->report, "conversations_one_by_one", "Conversations one by one", columns, COUNT_OF(columns));
	for (size_t i = 0; i < eval->talk_count; i++) {
		const struct eval_talk *talk = &eval->talks[i];
		if (eval_talks_count(eval, eval->sets[talk->set].source, NULL, 2, 0).n > ONE_BY_ONE_MAX || !talk->client_turns)
			continue;
		row_begin(table);
		cell_text(table, "%s", eval->sets[talk->set].source);
		cell_text(table, "%s", talk->name);
		cell_count(table, talk->client_turns);
		for (int level = 2; level <= 3; level++) {
			if (talk->first[level - 2])
				cell_count(table, talk->first[level - 2]);
			else
				cell_none(table);
		}
		cell_count(table, talk->top);
	}
	report_note(table,
		"Sets of more than %u conversations are not listed. Turns are the client's, from 1, as far as the data holds them.",
		ONE_BY_ONE_MAX);
}

void report_talks(const struct report_from *from)
{
	static const struct report_column columns[] = { { "set", "set" }, { "kind", "person's risk" }, { "n", "conversations" },
		{ "turns", "client turns" }, { "by_fourth", "level >= 2 by the fourth client turn" },
		{ "level_2", "level >= 2 at some turn" }, { "median_2", "median turn" }, { "level_3", "level >= 3 at some turn" },
		{ "median_3", "median turn" }, { "level_4", "level 4 at some turn" }, { "held", "replies held" } };
	const struct eval *eval = from->eval;
	if (!eval->talk_count)
		return;
	report_heading(from->report, "Conversations");
	report_text(from->report,
		"Each turn is screened with the turns before it and with the level that the client's messages have reached so far, as the "
		"product does. A reply that the policy would hold counts as not shown.");
	struct report_table *table = report_table(from->report, "conversations", "By set and simulated person", columns, COUNT_OF(columns));
	for (size_t i = 0; i < eval->talk_count; i++) {
		struct talk_group group = { .set = eval->talks[i].set, .kind = eval->talks[i].kind };
		if (first_of_group(eval, i))
			group_row(from, table, &group);
	}
	one_by_one(from);
}
