/* programme.c: see programme.h. */
#include "care/programme.h"

#include "care/care_priv.h"
#include "care/cover.h"
#include "sys/mem.h"

#define LAYER "care/programme"
#define JSON_MAX 16384 /* of the fields in res_programme.c */

struct changing {
	struct care *care;
	struct uuid id;
	struct buf hours, settings; /* as JSON; empty: as before */
	unit_done done;
	void *ctx;
};

static void changing_free(struct changing *changing)
{
	buf_done(&changing->hours);
	buf_done(&changing->settings);
	mem_delete(changing);
}

static void written(void *ctx, const struct err *err)
{
	struct changing *changing = ctx;
	if (!err)
		care_programme_refresh(changing->care, changing->id.text, buf_str(&changing->hours), buf_str(&changing->settings));
	changing->done(changing->ctx, err);
	changing_free(changing);
}

static int add_piece(const char *bytes, size_t size, void *ctx)
{
	buf_add(ctx, str_make(bytes, size));
	return ((struct buf *)ctx)->failed ? -1 : 0;
}

static int write_json(const json_t *json, struct buf *out)
{
	return json && json_dump_callback(json, add_piece, out, JSON_COMPACT | JSON_SORT_KEYS) == 0 ? 0 : E_INVALID;
}

/* The settings that are there with the new members over them; `null` takes one away. */
static int merge(const struct row *row, const json_t *settings, struct buf *out)
{
	struct str now = row_text(row, "settings");
	json_t *root = now.len ? json_loadb(now.ptr, now.len, JSON_REJECT_DUPLICATES, NULL) : json_object(), *value;
	const char *key;
	json_object_foreach((json_t *)settings, key, value)
	{
		if (json_is_null(value))
			json_object_del(root, key);
		else
			json_object_set(root, key, value);
	}
	int rc = write_json(root, out);
	json_decref(root);
	return rc;
}

static int check_hours(const struct care *care, const struct changing *changing, struct err *reterr)
{
	const struct care_programme *programme = care_programme(care, changing->id.text);
	struct cover *cover = NULL;
	int rc = cover_open(buf_str(&changing->hours), programme->time_zone, &cover, reterr);
	cover_free(&cover);
	return rc;
}

static int read_change(struct changing *changing, const struct programme_change *change, struct err *reterr)
{
	if (change->hours && write_json(change->hours, &changing->hours))
		return err_set(reterr, E_INVALID, LAYER, "cover: must be a JSON object of at most %d bytes", JSON_MAX);
	if (change->settings && merge(change->row, change->settings, &changing->settings))
		return err_set(reterr, E_INVALID, LAYER, "settings: must be a JSON object of at most %d bytes", JSON_MAX);
	int rc = change->hours ? check_hours(changing->care, changing, reterr) : 0;
	return rc || !change->settings ? rc : care_settings_check(buf_str(&changing->settings), reterr);
}

int programme_change(
	struct care *care, const struct scope *scope, const struct programme_change *change, unit_done done, void *ctx, struct err *reterr)
{
	struct changing *changing = mem_new(sizeof *changing);
	if (!changing)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	*changing = (struct changing){ .care = care, .id = id_of(change->row->id), .done = done, .ctx = ctx };
	buf_init(&changing->hours, mem_system(), JSON_MAX);
	buf_init(&changing->settings, mem_system(), JSON_MAX);
	int rc = read_change(changing, change, reterr);
	struct unit *unit = rc ? NULL : unit_new(care->parts.store, scope);
	if (!rc && !unit)
		rc = err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (unit) {
		struct op *op = unit_update(unit, "programme", changing->id.text, change->version);
		if (change->hours)
			op_text(op, "cover", buf_str(&changing->hours));
		if (change->settings)
			op_text(op, "settings", buf_str(&changing->settings));
		event_publish(
			unit, &(struct event_note){ .programme_id = scope->programme_id, .kind = "overview", .subject = "programme" });
		rc = store_submit(care->parts.store, unit, written, changing, reterr);
	}
	if (rc)
		changing_free(changing);
	return rc;
}
