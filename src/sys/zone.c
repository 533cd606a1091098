/* zone.c: see zone.h. Reads the 64-bit block of a TZif file and, for times after its table, the rule in its footer. */
#include "sys/zone.h"

#include "sys/mem.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define ZONE_FILE_MAX (64u * 1024)
#define ZONE_FOLDER "/usr/share/zoneinfo/"

struct rule_date {
	int month, week, weekday; /* 0 Sunday, as POSIX has it */
	int seconds;
};

struct zone {
	size_t count;     /* of transitions */
	int64_t *times;   /* seconds */
	int32_t *offsets; /* from that time on */
	int32_t first;    /* before the first transition */
	bool ruled;       /* the footer names a standard time, perhaps with summer time */
	bool summer;
	int32_t standard_offset, summer_offset;
	struct rule_date begins, ends;
};

static void date_of(int64_t days, struct civil *civil)
{
	clock_day_date(days, &civil->year, &civil->month, &civil->day);
	civil->weekday = clock_weekday(days);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* ---- The footer: POSIX TZ such as CET-1CEST,M3.5.0,M10.5.0/3 ---- */

static bool skip_name(struct str *rest)
{
	size_t n = 0;
	if (rest->len && rest->ptr[0] == '<') {
		while (n < rest->len && rest->ptr[n] != '>')
			n++;
		n++;
	} else {
		while (n < rest->len && ((rest->ptr[n] | 32) >= 'a' && (rest->ptr[n] | 32) <= 'z'))
			n++;
	}
	if (n < 3 || n > rest->len)
		return false;
	*rest = str_sub(*rest, n, rest->len);
	return true;
}

static bool take_number(struct str *rest, int *ret_number)
{
	size_t n = 0;
	int number = 0;
	while (n < rest->len && n < 5 && rest->ptr[n] >= '0' && rest->ptr[n] <= '9')
		number = number * 10 + (rest->ptr[n++] - '0');
	*rest = str_sub(*rest, n, rest->len);
	*ret_number = number;
	return n > 0;
}

static bool take(struct str *rest, char c)
{
	if (!rest->len || rest->ptr[0] != c)
		return false;
	*rest = str_sub(*rest, 1, rest->len);
	return true;
}

/* [+-]hh[:mm[:ss]] as seconds. */
static bool take_time(struct str *rest, int *ret_seconds)
{
	bool negative = take(rest, '-');
	int hours = 0, minutes = 0, seconds = 0;
	if (!negative)
		(void)take(rest, '+');
	if (!take_number(rest, &hours))
		return false;
	if (take(rest, ':') && (!take_number(rest, &minutes) || (take(rest, ':') && !take_number(rest, &seconds))))
		return false;
	int all = hours * 3600 + minutes * 60 + seconds;
	*ret_seconds = negative ? -all : all;
	return true;
}

static bool take_date(struct str *rest, struct rule_date *date)
{
	date->seconds = 2 * 3600;
	return take(rest, ',') && take(rest, 'M') && take_number(rest, &date->month) && take(rest, '.') && take_number(rest, &date->week) &&
	       take(rest, '.') && take_number(rest, &date->weekday) && (!take(rest, '/') || take_time(rest, &date->seconds));
}

static bool read_footer(struct zone *zone, struct str rest)
{
	int west = 0;
	if (!skip_name(&rest) || !take_time(&rest, &west))
		return false;
	zone->standard_offset = -west;
	if (!rest.len)
		return true;
	if (!skip_name(&rest))
		return false;
	zone->summer_offset = zone->standard_offset + 3600;
	if (rest.len && rest.ptr[0] != ',') {
		if (!take_time(&rest, &west))
			return false;
		zone->summer_offset = -west;
	}
	zone->summer = take_date(&rest, &zone->begins) && take_date(&rest, &zone->ends);
	return zone->summer;
}

/* The nth weekday of a month (5: the last), at its seconds of local time, as days and seconds since 1970 without offset. */
static int64_t rule_seconds(const struct rule_date *date, int year)
{
	struct civil civil;
	int64_t first = clock_day_number(year, date->month, 1);
	date_of(first, &civil);
	int64_t day = first + (date->weekday + 6 - civil.weekday) % 7 + 7 * (int64_t)(date->week - 1);
	int64_t next_month = date->month == 12 ? clock_day_number(year + 1, 1, 1) : clock_day_number(year, date->month + 1, 1);
	while (day >= next_month)
		day -= 7;
	return day * 86400 + date->seconds;
}

static int ruled_offset(const struct zone *zone, int64_t seconds)
{
	struct civil civil;
	if (!zone->summer)
		return zone->standard_offset;
	date_of(floor_div(seconds + zone->standard_offset, 86400), &civil);
	int64_t begins = rule_seconds(&zone->begins, civil.year) - zone->standard_offset;
	int64_t ends = rule_seconds(&zone->ends, civil.year) - zone->summer_offset;
	bool summer = begins < ends ? seconds >= begins && seconds < ends : seconds >= begins || seconds < ends;
	return summer ? zone->summer_offset : zone->standard_offset;
}

/* ---- The file ---- */

static int64_t big_endian(const unsigned char *p, size_t bytes)
{
	uint64_t value = 0;
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | p[i];
	return bytes == 4 ? (int32_t)(uint32_t)value : (int64_t)value;
}

struct counts {
	size_t utc, standard, leap, times, types, chars;
};

static bool read_counts(struct str file, size_t at, struct counts *counts)
{
	if (file.len < at + 44 || memcmp(file.ptr + at, "TZif", 4) != 0)
		return false;
	const unsigned char *p = (const unsigned char *)file.ptr + at + 20;
	*counts = (struct counts){ (size_t)big_endian(p, 4), (size_t)big_endian(p + 4, 4), (size_t)big_endian(p + 8, 4),
		(size_t)big_endian(p + 12, 4), (size_t)big_endian(p + 16, 4), (size_t)big_endian(p + 20, 4) };
	return counts->times < 5000 && counts->types > 0 && counts->types <= 256 && counts->chars < 1000 && counts->leap < 1000 &&
	       counts->utc <= 256 && counts->standard <= 256;
}

static size_t block_size(const struct counts *counts, size_t width)
{
	return counts->times * (width + 1) + counts->types * 6 + counts->chars + counts->leap * (width + 4) + counts->standard +
	       counts->utc;
}

static bool read_table(struct zone *zone, struct str file)
{
	struct counts counts;
	if (!read_counts(file, 0, &counts) || file.ptr[4] < '2')
		return false;
	size_t at = 44 + block_size(&counts, 4);
	if (!read_counts(file, at, &counts) || file.len < at + 44 + block_size(&counts, 8))
		return false;
	const unsigned char *times = (const unsigned char *)file.ptr + at + 44;
	const unsigned char *kinds = times + counts.times * 8, *types = kinds + counts.times;
	zone->times = mem_new((counts.times + 1) * sizeof *zone->times);
	zone->offsets = mem_new((counts.times + 1) * sizeof *zone->offsets);
	if (!zone->times || !zone->offsets)
		return false;
	for (size_t i = 0; i < counts.times; i++) {
		if (kinds[i] >= counts.types)
			return false;
		zone->times[i] = big_endian(times + i * 8, 8);
		zone->offsets[i] = (int32_t)big_endian(types + (size_t)kinds[i] * 6, 4);
	}
	zone->count = counts.times;
	zone->first = (int32_t)big_endian(types, 4);
	size_t footer = at + 44 + block_size(&counts, 8);
	struct str rest = str_trim(str_sub(file, footer, file.len));
	zone->ruled = read_footer(zone, rest);
	return true;
}

static bool plain_name(struct str name)
{
	bool plain = name.len > 0 && name.len < 64 && name.ptr[0] != '/' && str_find(name, STR(".."), 0) == SIZE_MAX;
	for (size_t i = 0; plain && i < name.len; i++) {
		char c = name.ptr[i];
		plain = ((c | 32) >= 'a' && (c | 32) <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+';
	}
	return plain;
}

static int read_file(struct str name, char *bytes, size_t *ret_len, struct err *reterr)
{
	char path[128];
	snprintf(path, sizeof path, ZONE_FOLDER STR_FMT, STR_ARG(name));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(reterr, E_NOT_FOUND, "sys/zone", "no time zone \"%.*s\" on this machine", STR_ARG(name));
	ssize_t n = read(fd, bytes, ZONE_FILE_MAX);
	close(fd);
	if (n <= 0)
		return err_set(reterr, E_IO, "sys/zone", "the file of time zone \"%.*s\" cannot be read", STR_ARG(name));
	*ret_len = (size_t)n;
	return 0;
}

int zone_open(struct str name, struct zone **ret_zone, struct err *reterr)
{
	if (!plain_name(name))
		return err_set(reterr, E_INVALID, "sys/zone", "not a time zone's name");
	struct zone *zone = mem_new(sizeof *zone);
	char *bytes = mem_new(ZONE_FILE_MAX);
	size_t len = 0;
	int rc = zone && bytes ? 0 : err_set(reterr, E_MEMORY, "sys/zone", "out of memory");
	if (rc == 0 && !str_eqc(name, "UTC")) {
		rc = read_file(name, bytes, &len, reterr);
		if (rc == 0 && !read_table(zone, str_make(bytes, len)))
			rc = err_set(reterr, E_INVALID, "sys/zone", "the file of time zone \"%.*s\" is broken", STR_ARG(name));
	}
	mem_delete(bytes);
	if (rc) {
		zone_free(&zone);
		return rc;
	}
	*ret_zone = zone;
	return 0;
}

void zone_free(struct zone **zone)
{
	if (!*zone)
		return;
	mem_delete((*zone)->times);
	mem_delete((*zone)->offsets);
	mem_delete(*zone);
	*zone = NULL;
}

int zone_offset(const struct zone *zone, wall_time time)
{
	if (!zone)
		return 0;
	int64_t seconds = floor_div(time.us, SECOND_US);
	if (zone->count == 0)
		return zone->ruled ? ruled_offset(zone, seconds) : zone->first;
	if (seconds >= zone->times[zone->count - 1])
		return zone->ruled ? ruled_offset(zone, seconds) : zone->offsets[zone->count - 1];
	if (seconds < zone->times[0])
		return zone->first;
	size_t low = 0, high = zone->count - 1; /* times[low] <= seconds < times[high] */
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (zone->times[middle] <= seconds)
			low = middle;
		else
			high = middle;
	}
	return zone->offsets[low];
}

struct civil zone_civil(const struct zone *zone, wall_time time)
{
	struct civil civil = { 0 };
	int64_t local = floor_div(time.us, SECOND_US) + zone_offset(zone, time);
	int64_t days = floor_div(local, 86400);
	date_of(days, &civil);
	civil.minute = (int)((local - days * 86400) / 60);
	return civil;
}

wall_time zone_time(const struct zone *zone, int year, int month, int day, int minute)
{
	int64_t local = clock_day_number(year, month, day) * 86400 + (int64_t)minute * 60;
	wall_time guess = { (local - zone_offset(zone, (wall_time){ local * SECOND_US })) * SECOND_US };
	return (wall_time){ (local - zone_offset(zone, guess)) * SECOND_US };
}
