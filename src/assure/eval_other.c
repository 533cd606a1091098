/* eval_other.c: levels that another engine gave to the same rows, found by the hash of a row's id. */
#include "assure/eval_priv.h"

#include <stdio.h>

struct other_row {
	uint64_t id;
	struct eval_levels levels;
};

struct eval_other {
	const struct mem *mem;
	char name[64];
	struct other_row *rows; /* open addressing; id 0: free */
	size_t count, slots;
};

struct eval_other *eval_other_new(const struct mem *mem, const char *name)
{
	struct eval_other *other = mem->alloc(mem->ctx, sizeof *other);
	if (other == NULL)
		return NULL;
	*other = (struct eval_other){ .mem = mem };
	size_t len = strlen(name) < sizeof other->name ? strlen(name) : sizeof other->name - 1;
	memcpy(other->name, name, len);
	return other;
}

void eval_other_free(struct eval_other *other)
{
	if (other == NULL)
		return;
	other->mem->release(other->mem->ctx, other->rows);
	other->mem->release(other->mem->ctx, other);
}

const char *other_name(const struct eval_other *other)
{
	return other->name;
}

/* The row's place, or the free one where it would stand. slots is a power of two and never full. */
static struct other_row *place_of(struct other_row *rows, size_t slots, uint64_t id)
{
	size_t at = (size_t)(id ^ id >> 29) & (slots - 1);
	while (rows[at].id != 0 && rows[at].id != id)
		at = (at + 1) & (slots - 1);
	return &rows[at];
}

static int make_room(struct eval_other *other, struct err *reterr)
{
	if (other->count >= EVAL_ROWS_MAX)
		return err_set(reterr, E_LIMIT, "eval", "more than %u rows", EVAL_ROWS_MAX);
	if (other->count * 2 < other->slots)
		return 0;
	size_t slots = other->slots ? other->slots * 2 : 1024;
	struct other_row *rows = other->mem->alloc(other->mem->ctx, slots * sizeof *rows);
	if (rows == NULL)
		return err_set(reterr, E_MEMORY, "eval", "out of memory");
	memset(rows, 0, slots * sizeof *rows);
	for (size_t i = 0; i < other->slots; i++)
		if (other->rows[i].id)
			*place_of(rows, slots, other->rows[i].id) = other->rows[i];
	other->mem->release(other->mem->ctx, other->rows);
	other->rows = rows;
	other->slots = slots;
	return 0;
}

static bool read_level(const json_t *value, uint8_t *ret_level)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > 4)
		return false;
	*ret_level = (uint8_t)json_integer_value(value);
	return true;
}

static size_t family_of(const char *name)
{
	for (size_t i = 0; i < FAMILY_COUNT; i++)
		if (strcmp(verdict_family_name((enum family)i), name) == 0)
			return i;
	return FAMILY_COUNT;
}

static int read_families(json_t *families, struct eval_levels *levels, struct err *reterr)
{
	const char *name;
	json_t *value;
	json_object_foreach(families, name, value)
	{
		size_t family = family_of(name);
		if (family == FAMILY_COUNT)
			return err_set(reterr, E_INVALID, "eval", "\"levels\" names a family that does not exist");
		if (!read_level(value, &levels->family[family]))
			return err_set(reterr, E_INVALID, "eval", "a level is no integer from 0 to 4");
	}
	return 0;
}

int eval_other_line(struct eval_other *other, const json_t *row, struct err *reterr)
{
	struct other_row new = { 0 };
	const json_t *id = json_object_get(row, "id");
	json_t *families = json_object_get(row, "levels");
	char number[24];
	if (json_is_string(id))
		new.id = str_hash(str_make(json_string_value(id), json_string_length(id)));
	else if (json_is_integer(id) && snprintf(number, sizeof number, "%lld", (long long)json_integer_value(id)) > 0)
		new.id = str_hash(str_c(number));
	if (!new.id)
		return err_set(reterr, E_INVALID, "eval", "\"id\" is neither a string nor an integer");
	if (!read_level(json_object_get(row, "level"), &new.levels.top))
		return err_set(reterr, E_INVALID, "eval", "\"level\" is no integer from 0 to 4");
	if (families && !json_is_object(families))
		return err_set(reterr, E_INVALID, "eval", "\"levels\" is no object");
	for (size_t i = 0; !families && i < FAMILY_COUNT; i++)
		new.levels.family[i] = new.levels.top;
	int rc = families ? read_families(families, &new.levels, reterr) : 0;
	if (rc == 0)
		rc = make_room(other, reterr);
	if (rc < 0)
		return rc;
	struct other_row *place = place_of(other->rows, other->slots, new.id);
	if (place->id)
		return err_set(reterr, E_EXISTS, "eval", "this id was there before");
	*place = new;
	other->count++;
	return 0;
}

const struct eval_levels *other_levels(const struct eval_other *other, const struct eval_record *record)
{
	if (!record->id || !other->slots)
		return NULL;
	const struct other_row *place = place_of(other->rows, other->slots, record->id);
	return place->id ? &place->levels : NULL;
}
