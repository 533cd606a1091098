/* demo_people.c: the made-up programme: staff of each role, an integration with its key, a release, clients with invites. */
#include "cmd/demo.h"

#include "care/api_key.h"
#include "care/consent.h"
#include "care/session.h"
#include "cmd/first_release.h"
#include "cmd/password.h"
#include "sys/mem.h"

#include <sodium.h>
#include <stdio.h>

#define LAYER "demo"
#define WAIT_MS 20

static const struct demo_staff staff_made_up[DEMO_STAFF] = {
	{ "clinician", "maren.holt", "Dr Maren Holt", "en", { { 0 } } },
	{ "clinician", "lucia.ferrer", "Lucía Ferrer", "es", { { 0 } } },
	{ "coach", "tomas.reid", "Tomás Reid", "en", { { 0 } } },
	{ "supervisor", "ines.bakker", "Inés Bakker", "en", { { 0 } } },
	{ "compliance", "owen.sato", "Owen Sato", "en", { { 0 } } },
	{ "admin", "noor.lindqvist", "Noor Lindqvist", "en", { { 0 } } },
	{ "supervisor", "paul.adeyemi", "Paul Adeyemi", "en", { { 0 } } },
};

static const struct {
	const char *pseudonym, *name, *language, *country;
	bool approve_replies;
} clients_made_up[DEMO_CLIENTS_MAX] = {
	{ "Heron", "Ada M.", "en", "US", false },
	{ "Garza", "Beatriz L.", "es", "US", false },
	{ "Willow", "Chris P.", "en", "US", false },
	{ "Ember", "Dana W.", "en", "US", false },
	{ "Tejo", "Elena R.", "es", "US", false },
	{ "Juniper", "Femi O.", "en", "US", false },
	{ "Plover", "Grace T.", "en", "GB", false },
	{ "Sparrow", "Hugo K.", "en", "US", false },
	{ "Olmo", "Iván S.", "es", "ES", false },
	{ "Lantern", "Jules B.", "en", "CA", false },
	{ "Harbour", "Kim N.", "en", "US", true },
	{ "Meadow", "Lee F.", "en", "US", true },
	{ "Linnet", "Mina A.", "en", "US", false },
	{ "Cedar", "", "en", "US", false },
	{ "Otter", "", "en", "US", false },
	{ "Fern", "", "en", "US", false },
	{ "Quartz", "", "en", "US", false },
};

static void add_programme(struct demo *demo, struct unit *unit)
{
	struct op *op = unit_insert_as(unit, "programme", demo->programme_id.text);
	op_c(op, "name", "Harbour Programme");
	op_c(op, "mode", "chatbot");
	op_c(op, "policy", "chatbot");
	op_c(op, "country", "US");
	op_c(op, "language", "en");
	op_c(op, "time_zone", "America/New_York");
	op_c(op, "reach", "identified");
	/* Somebody is always there in the demo: at any hour an alert has somewhere to go. */
	op_text(op, "cover", STR("{\"hours\":[{\"days\":\"Daily\",\"from\":\"00:00\",\"to\":\"24:00\"}],\"on_call\":[],\"closed\":[]}"));
}

static void add_staff(struct demo *demo, struct unit *unit)
{
	for (size_t i = 0; i < DEMO_STAFF; i++) {
		struct op *op = unit_insert(unit, "staff", &demo->staff[i].id);
		op_c(op, "login", demo->staff[i].login);
		op_c(op, "name", demo->staff[i].name);
		op_c(op, "role", demo->staff[i].role);
		op_c(op, "language", demo->staff[i].language);
		op_c(op, "password_hash", demo->password_hash);
		op_bool(op, "on_duty", true);
		op_int(op, "failures", 0);
	}
}

static void add_api_key(struct unit *unit, const char *name, bool instructions, char text[DEMO_KEY_SIZE], struct uuid *ret_id)
{
	struct api_key key;
	api_key_make(&key);
	snprintf(text, DEMO_KEY_SIZE, "%s", key.text);
	struct op *op = unit_insert(unit, "api_key", ret_id);
	op_c(op, "name", name);
	op_bool(op, "instructions", instructions);
	op_c(op, "prefix", key.prefix);
	op_bytes(op, "secret_hash", str_make((const char *)key.hash, sizeof(key.hash)));
	op_c(op, "reach", "identified");
	op_bool(op, "consent_attested", true);
	op_c(op, "attestation", "Demo: the calling product collects consent to AI chat");
	op_int(op, "rate_per_minute", 600000);
	sodium_memzero(&key, sizeof(key));
}

int demo_make_programme(struct demo *demo, struct serve_parts *parts, struct err *reterr)
{
	memcpy(demo->staff, staff_made_up, sizeof(demo->staff));
	password_make(demo->password);
	int code = staff_hash_password(str_c(demo->password), demo->password_hash, reterr);
	if (code)
		return code;
	store_new_id(parts->store, &demo->programme_id);
	struct scope scope = { .programme_id = demo->programme_id.text, .who = WHO_SYSTEM, .reason = "demo.seed" };
	struct unit *unit = unit_new(parts->store, &scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	add_programme(demo, unit);
	add_staff(demo, unit);
	add_api_key(unit, "Harbour web chat", false, demo->api_key, &demo->api_key_id);
	add_api_key(unit, "Harbour assistant, with instructions of its own", true, demo->operator_key, NULL);
	first_release_add(unit, "Demo 1", "chatbot", parts->config, parts->policy, parts->engine, parts->clock);
	return store_write_wait(parts->store, unit, reterr);
}

/* ---- Clients ---- */

void demo_waited(void *ctx, const struct err *err)
{
	struct demo_wait *waiting = ctx;
	waiting->done = true;
	if (err)
		waiting->err = *err;
}

int demo_wait_for(struct serve_parts *parts, struct demo_wait *waiting, struct err *reterr)
{
	while (!waiting->done)
		loop_step(parts->loop, WAIT_MS);
	if (waiting->err.code && reterr)
		*reterr = waiting->err;
	return waiting->err.code;
}

void demo_consent(struct serve_parts *parts, struct unit *unit, const struct demo_client *client, const char *kind, const char *decision)
{
	const struct care_client *known = care_client(parts->care, client->id.text);
	const struct care_programme *programme = known ? care_programme(parts->care, known->programme_id.text) : NULL;
	struct consent_text text = { .version = STR("1") };
	struct arena arena;
	arena_init(&arena, mem_system(), 1u << 20);
	struct str lang = known ? known->language : STR("en");
	bool shown = programme && consent_text(care_parts(parts->care)->consents, &arena, consent_kind_parse(str_c(kind)), STR(""), lang,
					  programme->name, &text);
	struct op *op = unit_insert(unit, "consent", NULL);
	op_c(op, "client_id", client->id.text);
	op_c(op, "kind", kind);
	op_c(op, "decision", decision);
	op_text(op, "document_version", text.version);
	if (shown) {
		op_c(op, "document_hash", text.hash);
		op_text(op, "language", lang);
	}
	op_c(op, "source", "app");
	op_c(op, "channel", "screen");
	arena_done(&arena);
}

static int add_consents(struct demo *demo, struct serve_parts *parts, const struct demo_client *client, struct err *reterr)
{
	static const char *const kinds[] = { "care", "ai_chat" };
	struct scope scope = care_scope_system(demo->programme_id.text, "demo.seed");
	struct unit *unit = unit_new(parts->store, &scope);
	struct demo_wait waiting = { 0 };
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		demo_consent(parts, unit, client, kinds[i], "given");
	int code = store_submit(parts->store, unit, demo_waited, &waiting, reterr);
	return code ? code : demo_wait_for(parts, &waiting, reterr);
}

int demo_make_client(struct demo *demo, struct serve_parts *parts, size_t number, struct err *reterr)
{
	struct demo_client *client = &demo->clients[number];
	struct scope scope = care_scope_system(demo->programme_id.text, "demo.seed");
	struct invite_ticket ticket = { 0 };
	struct demo_wait waiting = { 0 };
	const struct invite_request request = { .pseudonym = str_c(clients_made_up[number].pseudonym),
		.name = str_c(clients_made_up[number].name),
		.birth_year = DEMO_BIRTH_YEAR,
		.language = str_c(clients_made_up[number].language),
		.country = str_c(clients_made_up[number].country),
		.clinician_id = demo->staff[number % 2].id.text,
		.coach_id = demo->staff[2].id.text,
		.approve_replies = clients_made_up[number].approve_replies };
	int code = invite_make(parts->care, &scope, &request, &ticket, demo_waited, &waiting, reterr);
	code = code ? code : demo_wait_for(parts, &waiting, reterr);
	if (code)
		return code;
	client->id = ticket.client_id;
	client->link_open = true;
	snprintf(client->link_token, sizeof(client->link_token), "%s", ticket.token);
	return add_consents(demo, parts, client, reterr);
}
