/* api_json.c: rows as the two apps read them; the shapes are docs/reference/api.md, the types web/kit/api.ts. */
#include "http/api_priv.h"

#include "care/notice.h"
#include "care/presence.h"
#include "sys/mem.h"

json_t *api_not_yours(struct gather *gather)
{
	gather->status = 403;
	return json_pack("{s:{s:s,s:s,s:n}}", "error", "code", "forbidden", "message", "not a client of yours", "field");
}

json_t *api_staff_name(const struct api *api, struct str staff_id)
{
	const struct care_staff *staff = staff_id.len ? care_staff(api->parts.care, staff_id.ptr) : NULL;
	return staff ? json_of_str(staff->name) : json_null();
}

json_t *api_person_json(const struct api *api, struct str staff_id)
{
	const struct care_staff *staff = staff_id.len ? care_staff(api->parts.care, staff_id.ptr) : NULL;
	return staff ? json_pack("{s:s,s:o,s:o}", "id", staff->id.text, "name", json_of_str(staff->name), "role", json_of_str(staff->role))
		     : json_null();
}

static json_t *person_json(const struct api *api, struct str staff_id)
{
	const struct care_staff *staff = staff_id.len ? care_staff(api->parts.care, staff_id.ptr) : NULL;
	return staff ? json_pack("{s:o,s:o}", "name", json_of_str(staff->name), "role", json_of_str(staff->role)) : json_null();
}

static json_t *owner_json(const struct api *api, struct str staff_id)
{
	const struct care_staff *staff = staff_id.len ? care_staff(api->parts.care, staff_id.ptr) : NULL;
	return staff ? json_pack("{s:s,s:o}", "id", staff->id.text, "name", json_of_str(staff->name)) : json_null();
}

static json_t *staff_name(const struct api *api, struct str staff_id)
{
	const struct care_staff *staff = staff_id.len ? care_staff(api->parts.care, staff_id.ptr) : NULL;
	return staff ? json_of_str(staff->name) : json_null();
}

static json_t *who_json(const struct api *api, struct str client_id)
{
	const struct care_client *client = client_id.len ? care_client(api->parts.care, client_id.ptr) : NULL;
	if (!client)
		return json_pack("{s:o,s:s,s:n}", "id", json_of_str(client_id), "pseudonym", "(unknown)", "name");
	return json_pack(
		"{s:s,s:o,s:o}", "id", client->id.text, "pseudonym", json_of_str(client->pseudonym), "name", json_of_str(client->name));
}

json_t *alert_json(struct api *api, const struct row *row)
{
	json_t *json = json_pack("{s:o,s:I,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "priority", (json_int_t)row_int(row, "priority"), "level", (json_int_t)row_int(row, "level"),
		"state", json_of_str(row->state), "client", who_json(api, row_text(row, "client_id")), "conversation_id",
		json_of_field(row, "conversation_id"), "message_id", json_of_field(row, "message_id"), "reason",
		json_of_field(row, "reason"), "concepts", json_of_json_field(row, "concepts"), "created_at", json_of_time(row->created_at));
	bool none = str_eqc(row_text(row, "deadline_kind"), "none");
	json_object_set_new(json, "kind", json_of_field(row, "kind"));
	json_object_set_new(json, "deadline_at", none ? json_null() : json_of_time_field(row, "deadline_at"));
	json_object_set_new(json, "deadline_kind", none ? json_null() : json_of_field(row, "deadline_kind"));
	json_object_set_new(json, "missed", json_boolean(row_bool(row, "missed")));
	json_object_set_new(json, "escalation_step", json_integer(row_int(row, "escalation_step")));
	struct str owner = row_text(row, "owner_id");
	json_object_set_new(json, "owner", owner_json(api, owner.len ? owner : row_text(row, "acknowledged_by")));
	json_object_set_new(json, "acknowledged_at", json_of_time_field(row, "acknowledged_at"));
	json_object_set_new(json, "contacted_at", json_of_time_field(row, "contacted_at"));
	json_object_set_new(json, "outcome", json_of_field(row, "outcome"));
	json_object_set_new(json, "resolved_at", json_of_time_field(row, "resolved_at"));
	json_object_set_new(json, "resolution", json_of_field(row, "resolution"));
	json_object_set_new(json, "events", json_integer(row_int(row, "events")));
	json_object_set_new(json, "about", row_is_null(row, "about") ? json_string("client") : json_of_field(row, "about"));
	json_object_set_new(json, "attempts", json_integer(row_int(row, "attempts")));
	json_object_set_new(json, "handover_to", owner_json(api, row_text(row, "handover_to")));
	json_object_set_new(json, "handover_by", owner_json(api, row_text(row, "handover_by")));
	json_object_set_new(json, "handover_at", json_of_time_field(row, "handover_at"));
	json_object_set_new(json, "undelivered", json_boolean(row_bool(row, "undelivered")));
	json_object_set_new(json, "exhausted_at", json_of_time_field(row, "exhausted_at"));
	return json;
}

json_t *client_json(struct api *api, const struct row *row)
{
	const struct care_client *client = care_client(api->parts.care, row->id.ptr);
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:n,s:o,s:i,s:b,s:o}", "id", json_of_str(row->id), "pseudonym",
		json_of_field(row, "pseudonym"), "name", client ? json_of_str(client->name) : json_null(), "lang",
		json_of_field(row, "language"), "country", json_of_field(row, "country"), "state", json_of_str(row->state), "created_at",
		json_of_time(row->created_at), "conversation_id", "last_message_at", json_of_time_field(row, "last_message_at"),
		"open_alerts", alert_open_count(api->parts.care, row->id.ptr), "approve_replies", row_bool(row, "approve_replies"),
		"time_zone", client ? json_of_str(client->time_zone) : json_null());
}

/* What a client sees of a reply that waits: how long, not what. */
static json_t *held_json(const struct row *row, const struct row *review)
{
	return json_pack("{s:o,s:o}", "id", review ? json_of_str(review->id) : json_of_str(row->id), "expected_wait_text",
		json_of_field(row, "text"));
}

json_t *message_json(struct api *api, const struct row *row, const struct row *review, bool for_client)
{
	struct str role = row_text(row, "role");
	bool held = str_eqc(row->state, "held");
	bool ai = str_eqc(role, "assistant") && !row_text(row, "safe_text").len;
	json_t *text = held && for_client ? json_string("") : json_of_field(row, "text");
	if (json_is_null(text)) {
		json_decref(text);
		text = json_string(row_erased(row) ? "(erased)" : "");
	}
	return json_pack("{s:o,s:o,s:o,s:o,s:b,s:o,s:o,s:b,s:o,s:o,s:o,s:b}", "id", json_of_str(row->id), "client_message_id",
		json_of_field(row, "client_message_id"), "role", json_of_str(role), "author", person_json(api, row_text(row, "author_id")),
		"ai", ai, "text", text, "state", json_of_str(row->state), "changed_by_safety", row_bool(row, "changed_by_safety"), "held",
		held ? held_json(row, review) : json_null(), "safe_text", json_of_field(row, "safe_text"), "created_at",
		json_of_time(row->created_at), "ai_assisted",
		row_bool(row, "ai_assisted") || (ai && row_text(row, "author_id").len > 0)); /* a program and a person */
}

/* Who answers there now: a person who took over; nobody but people where the law keeps programs out; else as the conversation says. */
static json_t *speaker_json(struct api *api, const struct row *row, struct arena *arena)
{
	const struct care *care = api->parts.care;
	const struct care_client *client = care_client(care, row_text(row, "client_id").ptr);
	const struct care_programme *programme = client ? care_programme(care, client->programme_id.text) : NULL;
	struct jurisdiction_rules rules = { 0 };
	struct presence presence;
	if (presence_find(care, row->id.ptr, &presence))
		return json_string("person");
	if (!programme)
		return json_of_field(row, "speaker");
	care_rules(care, arena, programme, client, client->age, &rules);
	return rules.bot < BOT_THERAPEUTIC ? json_string("people") : json_of_field(row, "speaker");
}

json_t *conversation_json(struct api *api, const struct row *row, struct str lang)
{
	struct uuid staff_id = { { 0 } };
	enum alert_seen seen = alert_seen(api->parts.care, row_text(row, "client_id").ptr, &staff_id);
	const char *seen_name = alert_seen_name(seen);
	struct presence presence = { 0 };
	bool there = presence_find(api->parts.care, row->id.ptr, &presence);
	struct str person = there ? str_c(presence.staff_id) : STR(""), key = row_text(row, "held_reason");
	struct arena arena;
	arena_init(&arena, mem_system(), 64u * 1024);
	struct str why = key.len ? messages_render(api_care(api)->messages, &arena, lang, key, 0, NULL, 0) : STR("");
	json_t *json = json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:I,s:o}", "id", json_of_str(row->id), "state", json_of_str(row->state),
		"held_reason_text", json_of_str(why), "speaker", speaker_json(api, row, &arena), "person", person_json(api, person),
		"alert_state", seen_name ? json_string(seen_name) : json_null(), "alert_person", staff_name(api, str_c(staff_id.text)),
		"level", (json_int_t)row_int(row, "level"), "person_since", json_of_time(presence.since));
	arena_done(&arena);
	return json;
}

json_t *finding_json(struct api *api, const struct row *row)
{
	(void)api;
	return json_pack("{s:o,s:o,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:I,s:o,s:o,s:o}", "id", json_of_str(row->id), "concept",
		json_of_field(row, "concept"), "level", (json_int_t)row_int(row, "level"), "base_level",
		(json_int_t)row_int(row, "base_level"), "start", (json_int_t)row_int(row, "start_byte"), "end",
		(json_int_t)row_int(row, "end_byte"), "turn", (json_int_t)row_int(row, "turn"), "context",
		json_of_json_field(row, "context"), "source", json_of_field(row, "source"), "confidence",
		(json_int_t)row_int(row, "confidence"), "phrase", json_of_field(row, "phrase"), "why", json_of_field(row, "why"), "mark",
		json_of_field(row, "mark"));
}

static json_t *override_json(const struct api *api, const struct row *row)
{
	if (row_is_null(row, "override_level"))
		return json_null();
	return json_pack("{s:I,s:o,s:o,s:o,s:o,s:o}", "level", (json_int_t)row_int(row, "override_level"), "reason",
		json_of_field(row, "override_reason"), "by", staff_name(api, row_text(row, "override_by")), "at",
		json_of_time_field(row, "override_at"), "countersigned_by", staff_name(api, row_text(row, "countersigned_by")),
		"countersign_due_at", json_of_time_field(row, "countersign_due_at"));
}

json_t *verdict_json(struct api *api, const struct row *row, const struct row_set *findings)
{
	json_t *list = json_array();
	for (size_t i = 0; findings && i < findings->count; i++)
		if (str_eq(row_text(&findings->rows[i], "verdict_id"), row->id))
			json_array_append_new(list, finding_json(api, &findings->rows[i]));
	bool screened = !str_eqc(row_text(row, "result"), "not_screened");
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:b}", "id", json_of_str(row->id), "level",
		screened ? json_integer(row_int(row, "level")) : json_null(), "levels", json_of_json_field(row, "levels"), "time_frame",
		json_of_field(row, "time_frame"), "experiencer", json_of_field(row, "experiencer"), "lang", json_of_field(row, "language"),
		"findings", list, "override", override_json(api, row), "engine", json_of_field(row, "engine"), "packs",
		json_of_field(row, "packs"), "scanned", screened);
}

json_t *decision_json(const struct row *row)
{
	int64_t alert = row_int(row, "alert");
	return json_pack("{s:o,s:o,s:o,s:o}", "action", json_of_field(row, "action"), "speaker", json_of_field(row, "speaker"), "alert",
		alert ? json_integer(alert) : json_null(), "rules", json_of_json_field(row, "rules"));
}

json_t *review_json(struct api *api, const struct row *row)
{
	return json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", json_of_str(row->id), "version",
		(json_int_t)row->version, "state", json_of_str(row->state), "client", who_json(api, row_text(row, "client_id")),
		"conversation_id", json_of_field(row, "conversation_id"), "message_id", json_of_field(row, "message_id"), "original",
		json_of_field(row, "original"), "shown", json_of_field(row, "shown"), "reason", json_of_field(row, "reason"), "created_at",
		json_of_time(row->created_at), "deadline_at", json_of_time_field(row, "deadline_at"), "decided_by",
		staff_name(api, row_text(row, "decided_by")), "decided_at", json_of_time_field(row, "decided_at"));
}

json_t *session_json(struct api *api, const struct principal *principal)
{
	const struct care_programme *programme = care_programme(api->parts.care, principal->programme_id.text);
	const struct care_staff *staff = care_staff(api->parts.care, principal->person_id.text);
	const struct care_client *client = staff ? NULL : care_client(api->parts.care, principal->person_id.text);
	json_t *name = staff ? json_of_str(staff->name) : client ? json_of_str(client->name) : json_null();
	json_t *pseudonym = client ? json_of_str(client->pseudonym) : json_null();
	return json_pack("{s:s,s:o,s:s,s:{s:s,s:o,s:o},s:{s:s,s:o,s:o,s:o},s:o}", "csrf", principal->csrf, "role",
		json_of_str(principal->role), "lang", principal->lang, "person", "id", principal->person_id.text, "name", name, "pseudonym",
		pseudonym, "programme", "id", principal->programme_id.text, "name", programme ? json_of_str(programme->name) : json_null(),
		"mode", programme ? json_of_str(programme->mode) : json_null(), "country",
		programme ? json_of_str(programme->country) : json_null(), "expires_at", json_of_time(principal->expires_at));
}
