/* cover.c: see cover.h. */
#include "care/cover.h"

#include "sys/mem.h"
#include "sys/zone.h"

#include <jansson.h>
#include <stdio.h>

#define COVER_SPANS_MAX 32
#define COVER_CLOSED_MAX 64
#define COVER_AHEAD_DAYS 8

struct span {
	unsigned days; /* bit 0 Monday */
	int from, to;  /* minutes; to <= from runs into the next day */
	char words[40];
};

struct spans {
	struct span items[COVER_SPANS_MAX];
	size_t count;
};

struct cover {
	struct zone *zone;
	char zone_name[64];
	struct spans hours, on_call;
	int closed[COVER_CLOSED_MAX]; /* yyyymmdd */
	size_t closed_count;
};

static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

static int day_of(struct str name)
{
	for (int i = 0; i < 7; i++)
		if (str_eqc(name, days[i]))
			return i;
	return -1;
}

bool cover_parse_days(struct str text, unsigned *ret_days)
{
	unsigned set = 0;
	if (str_eqc(text, "Daily")) {
		*ret_days = 127;
		return true;
	}
	while (text.ptr && text.len) {
		struct str part = str_trim(str_split(&text, ','));
		struct str first = str_split(&part, '-');
		int from = day_of(first), to = part.ptr ? day_of(part) : from;
		if (from < 0 || to < 0)
			return false;
		for (int day = from;; day = (day + 1) % 7) {
			set |= 1u << day;
			if (day == to)
				break;
		}
	}
	*ret_days = set;
	return set != 0;
}

bool cover_parse_minute(const char *text, int *ret_minute)
{
	if (!text || strlen(text) != 5 || text[2] != ':')
		return false;
	for (int i = 0; i < 5; i++)
		if (i != 2 && (text[i] < '0' || text[i] > '9'))
			return false;
	int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
	*ret_minute = hour * 60 + minute;
	return minute < 60 && hour * 60 + minute <= 24 * 60;
}

static int parse_spans(json_t *list, const char *name, struct spans *spans, struct err *reterr)
{
	size_t index;
	json_t *item;
	if (list && !json_is_array(list))
		return err_set(reterr, E_INVALID, "care/cover", "%s: must be a list", name);
	json_array_foreach(list, index, item)
	{
		struct span *span = &spans->items[spans->count];
		const char *words = json_string_value(json_object_get(item, "days"));
		if (spans->count == COVER_SPANS_MAX)
			return err_set(reterr, E_LIMIT, "care/cover", "%s: more than %d spans", name, COVER_SPANS_MAX);
		if (!words || strlen(words) >= sizeof span->words || !cover_parse_days(str_c(words), &span->days))
			return err_set(
				reterr, E_INVALID, "care/cover", "%s[%zu].days: must be such as Mon-Fri, Daily or Mon,Wed", name, index);
		if (!cover_parse_minute(json_string_value(json_object_get(item, "from")), &span->from) ||
			!cover_parse_minute(json_string_value(json_object_get(item, "to")), &span->to))
			return err_set(reterr, E_INVALID, "care/cover", "%s[%zu]: from and to must be HH:MM", name, index);
		memcpy(span->words, words, strlen(words) + 1);
		spans->count++;
	}
	return 0;
}

static int parse_closed(json_t *list, struct cover *cover, struct err *reterr)
{
	size_t index;
	json_t *item;
	json_array_foreach(list, index, item)
	{
		const char *date = json_string_value(item);
		int digits = 0;
		if (cover->closed_count == COVER_CLOSED_MAX)
			return err_set(reterr, E_LIMIT, "care/cover", "closed: more than %d dates", COVER_CLOSED_MAX);
		if (!date || strlen(date) != 10 || date[4] != '-' || date[7] != '-')
			return err_set(reterr, E_INVALID, "care/cover", "closed[%zu]: must be YYYY-MM-DD", index);
		for (int i = 0; i < 10; i++)
			if (date[i] >= '0' && date[i] <= '9')
				digits = digits * 10 + (date[i] - '0');
		cover->closed[cover->closed_count++] = digits;
	}
	return 0;
}

static int read_json(struct cover *cover, struct str json, struct err *reterr)
{
	if (!json.len)
		return 0;
	json_error_t error;
	json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(root)) {
		json_decref(root);
		return err_set(reterr, E_INVALID, "care/cover", "cover: must be a JSON object");
	}
	const char *key;
	json_t *value;
	int rc = 0;
	json_object_foreach(root, key, value)
	{
		if (rc == 0 && strcmp(key, "hours") != 0 && strcmp(key, "on_call") != 0 && strcmp(key, "closed") != 0)
			rc = err_set(reterr, E_INVALID, "care/cover", "cover.%.40s: must be hours, on_call or closed", key);
	}
	rc = rc ? rc : parse_spans(json_object_get(root, "hours"), "hours", &cover->hours, reterr);
	rc = rc ? rc : parse_spans(json_object_get(root, "on_call"), "on_call", &cover->on_call, reterr);
	rc = rc ? rc : parse_closed(json_object_get(root, "closed"), cover, reterr);
	json_decref(root);
	return rc;
}

int cover_open(struct str json, struct str time_zone, struct cover **ret_cover, struct err *reterr)
{
	struct cover *cover = mem_new(sizeof *cover);
	if (!cover)
		return err_set(reterr, E_MEMORY, "care/cover", "out of memory");
	int rc = zone_open(time_zone.len ? time_zone : STR("UTC"), &cover->zone, reterr);
	rc = rc ? rc : read_json(cover, json, reterr);
	if (rc) {
		cover_free(&cover);
		return rc;
	}
	snprintf(cover->zone_name, sizeof cover->zone_name, STR_FMT, STR_ARG(time_zone.len ? time_zone : STR("UTC")));
	*ret_cover = cover;
	return 0;
}

void cover_free(struct cover **cover)
{
	if (!*cover)
		return;
	zone_free(&(*cover)->zone);
	mem_delete(*cover);
	*cover = NULL;
}

static bool closed_on(const struct cover *cover, const struct civil *civil)
{
	int date = civil->year * 10000 + civil->month * 100 + civil->day;
	for (size_t i = 0; i < cover->closed_count; i++)
		if (cover->closed[i] == date)
			return true;
	return false;
}

/* Whether a span that began on this day, or on the day before, holds now. */
static bool within(const struct spans *spans, const struct civil *civil, bool closed_today, bool closed_yesterday)
{
	int yesterday = (civil->weekday + 6) % 7;
	for (size_t i = 0; i < spans->count; i++) {
		const struct span *span = &spans->items[i];
		bool over_midnight = span->to <= span->from;
		bool today = span->days >> civil->weekday & 1 && !closed_today;
		bool before = span->days >> yesterday & 1 && !closed_yesterday;
		if (today && civil->minute >= span->from && (over_midnight || civil->minute < span->to))
			return true;
		if (over_midnight && before && civil->minute < span->to)
			return true;
	}
	return false;
}

static enum policy_cover state_at(const struct cover *cover, wall_time time)
{
	struct civil civil = zone_civil(cover->zone, time);
	struct civil before = zone_civil(cover->zone, (wall_time){ time.us - DAY_US });
	if (within(&cover->hours, &civil, closed_on(cover, &civil), closed_on(cover, &before)))
		return COVER_IN_HOURS;
	return within(&cover->on_call, &civil, false, false) ? COVER_ON_CALL : COVER_NONE;
}

/* The earliest of the edges after `now` at which the state is another one. */
static wall_time next_change(const struct cover *cover, wall_time now, enum policy_cover state)
{
	wall_time best = { 0 };
	const struct spans *lists[] = { &cover->hours, &cover->on_call };
	for (int ahead = -1; ahead <= COVER_AHEAD_DAYS; ahead++) {
		struct civil day = zone_civil(cover->zone, (wall_time){ now.us + ahead * DAY_US });
		for (size_t n = 0; n < 2 * (lists[0]->count + lists[1]->count) + 1; n++) {
			const struct spans *list = n / 2 < lists[0]->count ? lists[0] : lists[1];
			size_t index = n / 2 < lists[0]->count ? n / 2 : n / 2 - lists[0]->count;
			int minute = index >= list->count ? 0 : n % 2 ? list->items[index].to : list->items[index].from;
			wall_time edge = zone_time(cover->zone, day.year, day.month, day.day, minute);
			if (edge.us > now.us && (!best.us || edge.us < best.us) && state_at(cover, edge) != state)
				best = edge;
		}
	}
	return best;
}

enum policy_cover cover_now(const struct cover *cover, wall_time now, wall_time *ret_until)
{
	enum policy_cover state = cover ? state_at(cover, now) : COVER_NONE;
	if (ret_until)
		*ret_until = cover ? next_change(cover, now, state) : (wall_time){ 0 };
	return state;
}

static void words_of(const struct spans *spans, struct buf *out)
{
	for (size_t i = 0; i < spans->count; i++)
		buf_printf(out, "%s%s %02d:%02d-%02d:%02d", i ? ", " : "", spans->items[i].words, spans->items[i].from / 60,
			spans->items[i].from % 60, spans->items[i].to / 60, spans->items[i].to % 60);
}

void cover_words(const struct cover *cover, struct buf *out)
{
	if (!cover || (!cover->hours.count && !cover->on_call.count)) {
		buf_add_c(out, "Nobody is on call");
		return;
	}
	if (cover->hours.count) {
		buf_add_c(out, "Office hours ");
		words_of(&cover->hours, out);
	}
	if (cover->on_call.count) {
		buf_add_c(out, cover->hours.count ? "; on call " : "On call ");
		words_of(&cover->on_call, out);
	}
	buf_printf(out, " (%s)", cover->zone_name);
}

void cover_clock(const struct cover *cover, wall_time time, wall_time now, struct str lang, char *text)
{
	static const char *const en[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	static const char *const es[] = { "lun", "mar", "mi\u00e9", "jue", "vie", "s\u00e1b", "dom" };
	struct civil then = zone_civil(cover ? cover->zone : NULL, time), today = zone_civil(cover ? cover->zone : NULL, now);
	bool same_day = then.day == today.day && then.month == today.month && then.year == today.year;
	const char *day = str_starts(lang, STR("es")) ? es[then.weekday] : en[then.weekday];
	snprintf(text, 24, "%s%s%02d:%02d", same_day ? "" : day, same_day ? "" : " ", then.minute / 60, then.minute % 60);
}

const char *cover_name(enum policy_cover cover)
{
	return cover == COVER_IN_HOURS ? "in_hours" : cover == COVER_ON_CALL ? "on_call" : "none";
}
