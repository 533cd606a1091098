/* plan.c: see plan.h. */
#include "care/plan.h"

#include "care/care_priv.h"

#define LAYER "care/plan"

static const char *const sections_of[PLAN_SECTIONS] = { "signs", "alone", "places", "people", "lines", "safer", "reasons" };

const char *plan_section(size_t index)
{
	return index < PLAN_SECTIONS ? sections_of[index] : NULL;
}

static int check_lines(const char *section, const json_t *lines, json_t *clean, struct err *reterr)
{
	size_t index;
	json_t *line;
	if (lines && !json_is_array(lines))
		return err_set(reterr, E_INVALID, LAYER, "%s: must be a list of lines", section);
	json_array_foreach((json_t *)lines, index, line)
	{
		struct str text = str_trim(str_make(json_string_value(line), json_string_length(line)));
		if (!json_is_string(line) || text.len > PLAN_LINE_MAX)
			return err_set(reterr, E_INVALID, LAYER, "%s: a line is words of at most %d bytes", section, PLAN_LINE_MAX);
		if (text.len)
			json_array_append_new(clean, json_stringn(text.ptr, text.len));
	}
	if (json_array_size(clean) > PLAN_LINES_MAX)
		return err_set(reterr, E_INVALID, LAYER, "%s: at most %d lines", section, PLAN_LINES_MAX);
	return 0;
}

static bool is_section(const char *key)
{
	for (size_t i = 0; i < PLAN_SECTIONS; i++)
		if (strcmp(sections_of[i], key) == 0)
			return true;
	return false;
}

int plan_check(const json_t *sections, json_t **ret_clean, struct err *reterr)
{
	json_t *clean = json_object(), *value;
	const char *key;
	int rc = !json_is_object(sections) ? err_set(reterr, E_INVALID, LAYER, "sections: must be an object") : 0;
	json_object_foreach((json_t *)sections, key, value) if (rc == 0 && !is_section(key))
		rc = err_set(reterr, E_INVALID, LAYER, "sections: holds a heading that is not of the plan");
	for (size_t i = 0; rc == 0 && i < PLAN_SECTIONS; i++) {
		json_t *lines = json_array();
		rc = check_lines(sections_of[i], json_object_get(sections, sections_of[i]), lines, reterr);
		json_object_set_new(clean, sections_of[i], lines);
	}
	if (rc) {
		json_decref(clean);
		return rc;
	}
	*ret_clean = clean;
	return 0;
}

void plan_words(const json_t *clean, struct buf *out)
{
	for (size_t i = 0; i < PLAN_SECTIONS; i++) {
		size_t index;
		json_t *line;
		json_array_foreach(json_object_get(clean, sections_of[i]), index, line)
		{
			if (out->len)
				buf_add_byte(out, '\n');
			buf_add(out, str_make(json_string_value(line), json_string_length(line)));
		}
	}
}

const struct row *plan_current(const struct row_set *versions)
{
	for (size_t i = 0; i < versions->count; i++)
		if (!str_eqc(versions->rows[i].state, "superseded"))
			return &versions->rows[i];
	return NULL;
}

size_t plan_lines(const json_t *clean)
{
	size_t count = 0;
	for (size_t i = 0; i < PLAN_SECTIONS; i++)
		count += json_array_size(json_object_get(clean, sections_of[i]));
	return count;
}

int plan_save(struct care *care, const struct scope *scope, const struct plan_save *save, struct uuid *ret_id, unit_done done, void *ctx,
	struct err *reterr)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	const struct row *before = save->before;
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (before)
		op_bool(unit_move(unit, "safety_plan", before->id.ptr, before->version, before->state.ptr, "superseded"), "shared", false);
	unit_by_program(unit);
	struct op *op = unit_insert(unit, "safety_plan", ret_id);
	op_c(op, "state", save->active ? "active" : "draft");
	op_c(op, "client_id", save->client_id);
	op_int(op, "number", before ? row_int(before, "number") + 1 : 1);
	op_json(op, "sections", save->clean);
	op_bool(op, "shared", save->shared);
	event_publish(unit, &(struct event_note){ .programme_id = scope->programme_id, .kind = "coach", .client_id = save->client_id });
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}

int plan_share(
	struct care *care, const struct scope *scope, const struct row *plan, bool shared, unit_done done, void *ctx, struct err *reterr)
{
	struct unit *unit = unit_new(care->parts.store, scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	op_bool(unit_update(unit, "safety_plan", plan->id.ptr, plan->version), "shared", shared);
	event_publish(unit,
		&(struct event_note){ .programme_id = scope->programme_id, .kind = "coach", .client_id = row_text(plan, "client_id").ptr });
	return store_submit(care->parts.store, unit, done, ctx, reterr);
}
