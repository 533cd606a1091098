/* release.c: see release.h. A lane is one surface of the reply; text enters at its end and leaves at its front, and
 * between the two stand the judge and the unit. The outcome does not depend on how the text was cut into pieces: units
 * are found as if every byte had come alone (binary search over the new bytes; unit ends only grow with the text). */
#include "policy/release.h"

#define LAYER "policy/release"
#define LANES_FIXED 3 /* content, refusal, reasoning */
#define TOOLS_HARD_MAX 64

struct lane {
	struct buf text;
	size_t judged, released;
};

struct release {
	const struct mem *mem;
	struct release_limits limits;
	release_unit_fn *unit;
	release_judge_fn *judge;
	void *ctx;
	enum release_state state;
	enum policy_action action;
	enum release_surface stopped_surface;
	size_t total;
	unsigned checks;
	int tools; /* lanes of tools in use */
	struct lane lanes[LANES_FIXED + TOOLS_HARD_MAX];
};

const char *release_surface_name(enum release_surface surface)
{
	static const char *const names[SURFACE_COUNT] = { "content", "refusal", "reasoning", "tool" };
	return surface < SURFACE_COUNT ? names[surface] : "unknown";
}

struct release_limits release_limits_default(void)
{
	return (struct release_limits){ .text_bytes_max = 256 * 1024, .total_bytes_max = 1024 * 1024, .tools_max = 16 };
}

int release_new(const struct mem *mem, const struct release_limits *limits, release_unit_fn *unit, release_judge_fn *judge, void *ctx,
	struct release **ret_release, struct err *reterr)
{
	struct release *release = mem->alloc(mem->ctx, sizeof(*release));
	if (!release)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for a reply");
	*release = (struct release){
		.mem = mem, .limits = *limits, .unit = unit, .judge = judge, .ctx = ctx, .state = RELEASE_OPEN, .action = ACTION_ALLOW
	};
	if (release->limits.tools_max > TOOLS_HARD_MAX)
		release->limits.tools_max = TOOLS_HARD_MAX;
	for (size_t i = 0; i < COUNT_OF(release->lanes); i++)
		buf_init(&release->lanes[i].text, mem, limits->text_bytes_max);
	*ret_release = release;
	return 0;
}

void release_free(struct release **release_)
{
	struct release *release = *release_;
	if (!release)
		return;
	for (size_t i = 0; i < COUNT_OF(release->lanes); i++)
		buf_done(&release->lanes[i].text);
	release->mem->release(release->mem->ctx, release);
	*release_ = NULL;
}

static void stop(struct release *release, enum policy_action action, enum release_surface surface)
{
	release->state = RELEASE_STOPPED;
	release->action = action;
	release->stopped_surface = surface;
}

/* Judges the lane's text up to `end`; true when it may go. */
static bool judge_to(struct release *release, struct lane *lane, enum release_surface surface, int index, size_t end)
{
	release->checks++;
	enum policy_action action = release->judge(release->ctx, surface, index, str_sub(buf_str(&lane->text), 0, end));
	if (action != ACTION_ALLOW && action != ACTION_ANNOTATE) {
		stop(release, action, surface);
		return false;
	}
	if (action == ACTION_ANNOTATE)
		release->action = ACTION_ANNOTATE;
	lane->judged = end;
	return true;
}

static size_t unit_end(struct release *release, const struct lane *lane, size_t len)
{
	size_t end = release->unit(release->ctx, str_sub(buf_str(&lane->text), 0, len), lane->judged, false);
	return end > lane->judged && end <= len ? end : lane->judged;
}

/* The unit that would have been found first had the bytes after `seen` come one by one. Moves *seen to the byte at which it
 * appeared; the lane's judged offset when there is none yet. */
static size_t first_unit(struct release *release, const struct lane *lane, size_t *seen)
{
	size_t low = *seen, high = lane->text.len;
	if (unit_end(release, lane, high) == lane->judged) {
		*seen = high;
		return lane->judged;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (unit_end(release, lane, middle) > lane->judged)
			high = middle;
		else
			low = middle + 1;
	}
	*seen = low;
	return unit_end(release, lane, low);
}

static void judge_units(struct release *release, struct lane *lane, enum release_surface surface, int index, size_t seen)
{
	for (;;) {
		size_t end = first_unit(release, lane, &seen);
		if (end == lane->judged || !judge_to(release, lane, surface, index, end))
			return;
	}
}

static struct lane *find_lane(struct release *release, enum release_surface surface, int index)
{
	if (surface < SURFACE_TOOL)
		return &release->lanes[surface];
	if (surface != SURFACE_TOOL || index < 0 || index >= release->limits.tools_max)
		return NULL;
	if (index >= release->tools)
		release->tools = index + 1;
	return &release->lanes[LANES_FIXED + index];
}

int release_feed(struct release *release, enum release_surface surface, int index, struct str piece, struct err *reterr)
{
	if (release->state == RELEASE_DONE)
		return err_set(reterr, E_BUG, LAYER, "text after the end of the reply");
	struct lane *lane = find_lane(release, surface, index);
	bool too_much = !lane || piece.len > release->limits.total_bytes_max - release->total;
	if (!too_much) {
		release->total += piece.len;
		size_t seen = lane->text.len;
		buf_add(&lane->text, piece);
		too_much = lane->text.failed;
		if (!too_much && release->state == RELEASE_OPEN && surface != SURFACE_TOOL)
			judge_units(release, lane, surface, index, seen);
	}
	if (!too_much)
		return 0;
	if (release->state == RELEASE_OPEN)
		stop(release, ACTION_BLOCK, surface);
	return err_set(reterr, E_LIMIT, LAYER, "the reply is larger than its limit");
}

static void finish_lane(struct release *release, enum release_surface surface, int index)
{
	struct lane *lane = find_lane(release, surface, index);
	if (release->state == RELEASE_OPEN && lane->judged < lane->text.len)
		judge_to(release, lane, surface, index, lane->text.len);
}

int release_finish(struct release *release, struct err *reterr)
{
	if (release->state == RELEASE_DONE)
		return err_set(reterr, E_BUG, LAYER, "the reply ended twice");
	finish_lane(release, SURFACE_REASONING, 0);
	finish_lane(release, SURFACE_CONTENT, 0);
	finish_lane(release, SURFACE_REFUSAL, 0);
	for (int i = 0; i < release->tools; i++)
		finish_lane(release, SURFACE_TOOL, i);
	if (release->state == RELEASE_OPEN)
		release->state = RELEASE_DONE;
	return 0;
}

void release_cut(struct release *release)
{
	if (release->state == RELEASE_OPEN)
		release->state = RELEASE_DONE;
}

bool release_next(struct release *release, struct release_unit *ret_unit)
{
	static const enum release_surface order[] = { SURFACE_REASONING, SURFACE_CONTENT, SURFACE_REFUSAL };
	for (int i = 0; i < LANES_FIXED + release->tools; i++) {
		enum release_surface surface = i < LANES_FIXED ? order[i] : SURFACE_TOOL;
		int index = i < LANES_FIXED ? 0 : i - LANES_FIXED;
		struct lane *lane = find_lane(release, surface, index);
		if (lane->released == lane->judged)
			continue;
		*ret_unit = (struct release_unit){ surface, index, str_sub(buf_str(&lane->text), lane->released, lane->judged) };
		lane->released = lane->judged;
		return true;
	}
	return false;
}

enum release_state release_state(const struct release *release)
{
	return release->state;
}

enum policy_action release_action(const struct release *release)
{
	return release->action;
}

enum release_surface release_stopped_surface(const struct release *release)
{
	return release->stopped_surface;
}

struct release_counts release_counts(const struct release *release)
{
	struct release_counts counts = { .checks = release->checks };
	for (size_t i = 0; i < COUNT_OF(release->lanes); i++) {
		counts.received += release->lanes[i].text.len;
		counts.judged += release->lanes[i].judged;
		counts.released += release->lanes[i].released;
	}
	return counts;
}

static const struct lane *look_lane(const struct release *release, enum release_surface surface, int index)
{
	if (surface < SURFACE_TOOL)
		return &release->lanes[surface];
	return index >= 0 && index < release->tools ? &release->lanes[LANES_FIXED + index] : NULL;
}

struct str release_text(const struct release *release, enum release_surface surface, int index)
{
	const struct lane *lane = look_lane(release, surface, index);
	return lane ? buf_str(&lane->text) : (struct str){ NULL, 0 };
}

struct str release_released(const struct release *release, enum release_surface surface, int index)
{
	const struct lane *lane = look_lane(release, surface, index);
	return lane ? str_sub(buf_str(&lane->text), 0, lane->released) : (struct str){ NULL, 0 };
}
