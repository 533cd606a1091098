/* cmd_setup.c: `heedwell programme`, `heedwell staff` and `heedwell product`: what must be there before the first person can sign in, and
 * what is needed when somebody has lost a password or a telephone. Works on the database of a configuration; each act is journalled as the
 * program's own ("setup.*"). A running server learns of a new person at their first sign-in, of a changed one within a second (their
 * sessions end in the same unit), and of a programme at its next start. */
#include "care/api_key.h"
#include "care/cover.h"
#include "care/resources.h"
#include "care/session.h"
#include "cmd/cmd.h"
#include "cmd/first_release.h"
#include "cmd/packs.h"
#include "cmd/password.h"
#include "cmd/serve_config.h"
#include "store/store.h"
#include "sys/files.h"
#include "sys/mem.h"
#include "sys/random.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYER "setup"
#define ARENA_MAX (64u << 20)
#define COVER_MAX 16384
#define TOTP_BYTES 20 /* RFC 4226, section 4, R6: 160 bits recommended */
#define SETUP_NODE "setup"

struct option {
	const char *name;
	const char *value; /* NULL: not given */
	bool needed;
};

struct setup {
	struct arena arena;
	struct serve_config config;
	struct store *store;
	struct option *options;
	size_t option_count;
};

static int usage(void)
{
	fputs("usage: heedwell programme new --config FILE --name NAME --mode MODE --country CC --language LANG --time-zone ZONE\n"
	      "                              [--reach REACH] [--policy ID] [--cover FILE] [--settings FILE] [--jurisdiction PLACE]\n"
	      "       heedwell programme list --config FILE\n"
	      "       heedwell staff add --config FILE --login LOGIN --name NAME --role ROLE [--language LANG] [--programme ID]\n"
	      "       heedwell staff role --config FILE --login LOGIN --role ROLE\n"
	      "       heedwell staff reset|suspend|restore --config FILE --login LOGIN\n"
	      "       heedwell product new --config FILE --name NAME --reach REACH [--instructions yes] [--consent-attested yes]\n"
	      "                            [--programme ID]\n"
	      "       heedwell product allow|refuse|revoke --config FILE --key PREFIX\n\n"
	      "MODE: chatbot, augmented, teletherapy, vr, cbt. REACH: identified (the default), callback, anonymous. ROLE: coach,\n"
	      "clinician, supervisor, compliance, admin. The file of --cover says who is there when, as JSON; without it nobody is\n"
	      "ever there, and clients are told so. The file of --settings has the clocks of alerts, as JSON. add and reset print a "
	      "password and the secret for an authenticator app, once. Whoever is changed is signed out at once. A product's "
	      "key is printed once; with --instructions, or after allow, it may bring system and developer messages.\n",
		stderr);
	return 2;
}

/* ---- Options ---- */

static const char *option_value(const struct setup *setup, const char *name)
{
	for (size_t i = 0; i < setup->option_count; i++)
		if (strcmp(setup->options[i].name, name) == 0)
			return setup->options[i].value;
	return NULL;
}

static bool read_options(struct setup *setup, int argc, char **argv)
{
	for (int i = 2; i < argc; i += 2) {
		struct option *found = NULL;
		for (size_t k = 0; k < setup->option_count; k++)
			if (strcmp(setup->options[k].name, argv[i]) == 0)
				found = &setup->options[k];
		if (!found || found->value || i + 1 >= argc)
			return false;
		found->value = argv[i + 1];
	}
	for (size_t k = 0; k < setup->option_count; k++)
		if (setup->options[k].needed && !setup->options[k].value)
			return false;
	return true;
}

/* ---- The database ---- */

static int open_setup(struct setup *setup, struct err *reterr)
{
	serve_config_default(&setup->config);
	int code = serve_config_read(&setup->arena, option_value(setup, "--config"), &setup->config, reterr);
	if (!code && sodium_init() < 0)
		code = err_set(reterr, E_CRYPTO, LAYER, "libsodium does not start");
	const struct store_options options = { .url = setup->config.database.ptr,
		.key_file = setup->config.key_file.ptr,
		.node = SETUP_NODE,
		.registry = care_registry(),
		.clock = clock_system() };
	return code ? code : store_open(&options, &setup->store, reterr);
}

static int list_programmes(struct setup *setup, struct row_set **ret_set, struct err *reterr)
{
	struct scope scope = { .who = WHO_SYSTEM };
	struct list_query query = { .resource = "programme", .index = "all", .limit = LIST_MAX };
	return store_list_wait(setup->store, &scope, &query, ret_set, reterr);
}

/* The programme that was named, or the only one. */
static int choose_programme(struct setup *setup, struct uuid *ret_id, struct err *reterr)
{
	const char *named = option_value(setup, "--programme");
	struct row_set *set = NULL;
	int code = list_programmes(setup, &set, reterr);
	if (code)
		return code;
	size_t found = 0;
	for (size_t i = 0; i < set->count; i++) {
		if (named && !str_eqc(set->rows[i].id, named))
			continue;
		snprintf(ret_id->text, sizeof(ret_id->text), STR_FMT, STR_ARG(set->rows[i].id));
		found++;
	}
	row_set_free(&set);
	if (found == 1)
		return 0;
	return err_set(reterr, found ? E_INVALID : E_NOT_FOUND, LAYER,
		found   ? "there are several programmes: say which with --programme (heedwell programme list)"
		: named ? "there is no such programme (heedwell programme list)"
			: "there is no programme yet (heedwell programme new)");
}

/* ---- programme ---- */

static int read_cover(struct setup *setup, struct str *ret_json, struct err *reterr)
{
	const char *path = option_value(setup, "--cover");
	struct cover *cover = NULL;
	*ret_json = STR("{}");
	int code = path ? files_read(&setup->arena, path, COVER_MAX, ret_json, reterr) : 0;
	if (!code)
		code = cover_open(*ret_json, str_c(option_value(setup, "--time-zone")), &cover, reterr);
	if (code)
		return code;
	struct buf words;
	buf_init(&words, mem_system(), 4096);
	cover_words(cover, &words);
	printf("cover: " STR_FMT "\n", STR_ARG(buf_str(&words)));
	buf_done(&words);
	cover_free(&cover);
	return 0;
}

/* The clocks and the chain of a programme: the default ones without a file. */
static int read_settings(struct setup *setup, struct str *ret_json, struct err *reterr)
{
	const char *path = option_value(setup, "--settings");
	int code = path ? files_read(&setup->arena, path, COVER_MAX, ret_json, reterr) : 0;
	return code || !path ? code : care_settings_check(*ret_json, reterr);
}

/* The versions that are installed, and whether they know the policy. */
static int add_release(struct setup *setup, struct unit *unit, const char *policy_id, struct err *reterr)
{
	struct screen_engine *engine = NULL;
	struct screen_source *sources = NULL;
	struct policy *policy = NULL;
	struct policy_preset_info info;
	size_t count = 0;
	struct str dir = packs_dir(&setup->arena, setup->config.packs.len ? setup->config.packs.ptr : NULL);
	int code = packs_open(&setup->arena, dir, setup->config.cache.len ? setup->config.cache.ptr : NULL, &engine, NULL, reterr);
	if (!code)
		code = packs_read(&setup->arena, dir, &sources, &count, reterr);
	if (!code)
		code = packs_policy(&setup->arena, sources, count, &policy, reterr);
	bool known = false;
	for (size_t i = 0; !code && policy_preset(policy, i, STR("en"), &info); i++)
		known |= str_eqc(info.id, policy_id);
	if (!code && !known)
		code = err_set(reterr, E_INVALID, LAYER, "--policy: the packs have no policy \"%s\"", policy_id);
	if (!code)
		first_release_add(unit, "1", policy_id, &setup->config, policy, engine, clock_system());
	policy_free(&policy);
	screen_engine_free(&engine);
	return code;
}

static int programme_new(struct setup *setup, struct err *reterr)
{
	const char *jurisdiction = option_value(setup, "--jurisdiction");
	const char *mode = option_value(setup, "--mode"), *policy = option_value(setup, "--policy"),
		   *reach = option_value(setup, "--reach");
	struct uuid id;
	struct str cover, settings = { 0 };
	int code = read_cover(setup, &cover, reterr);
	if (!code && jurisdiction && !jurisdiction_place_good(str_c(jurisdiction)))
		code = err_set(reterr, E_INVALID, LAYER, "--jurisdiction: a code such as US-IL or ES");
	if (!code)
		code = read_settings(setup, &settings, reterr);
	if (code)
		return code;
	store_new_id(setup->store, &id);
	struct scope scope = { .programme_id = id.text, .who = WHO_SYSTEM, .reason = "setup.programme" };
	struct unit *unit = unit_new(setup->store, &scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_insert_as(unit, "programme", id.text);
	op_c(op, "name", option_value(setup, "--name"));
	op_c(op, "mode", mode);
	op_c(op, "policy", policy ? policy : mode);
	op_c(op, "country", option_value(setup, "--country"));
	op_c(op, "jurisdiction", option_value(setup, "--jurisdiction"));
	op_c(op, "language", option_value(setup, "--language"));
	op_c(op, "time_zone", option_value(setup, "--time-zone"));
	op_c(op, "reach", reach ? reach : "identified");
	op_text(op, "cover", cover);
	if (settings.len)
		op_text(op, "settings", settings);
	code = add_release(setup, unit, policy ? policy : mode, reterr);
	if (code) {
		unit_free(&unit);
		return code;
	}
	code = store_write_wait(setup->store, unit, reterr);
	if (!code)
		printf("programme: %s\n", id.text);
	return code;
}

static int programme_list(struct setup *setup, struct err *reterr)
{
	struct row_set *set = NULL;
	int code = list_programmes(setup, &set, reterr);
	for (size_t i = 0; !code && i < set->count; i++)
		printf(STR_FMT "  " STR_FMT "  " STR_FMT "\n", STR_ARG(set->rows[i].id), STR_ARG(row_text(&set->rows[i], "mode")),
			STR_ARG(row_text(&set->rows[i], "name")));
	row_set_free(&set);
	return code;
}

/* ---- staff ---- */

struct secrets {
	char password[PASSWORD_MADE_SIZE], hash[128];
	uint8_t totp[TOTP_BYTES];
};

static int make_secrets(struct secrets *secrets, struct err *reterr)
{
	password_make(secrets->password);
	random_bytes(secrets->totp, sizeof(secrets->totp));
	return staff_hash_password(str_c(secrets->password), secrets->hash, reterr);
}

static void put_secrets(struct op *op, const struct secrets *secrets)
{
	op_c(op, "password_hash", secrets->hash);
	op_bytes(op, "totp_secret", str_make((const char *)secrets->totp, sizeof(secrets->totp)));
	op_int(op, "failures", 0);
}

/* The key URI that authenticator apps read. */
static int print_secrets(const struct setup *setup, const struct secrets *secrets, struct err *reterr)
{
	char *base32 = NULL;
	size_t len = 0;
	if (oath_base32_encode((const char *)secrets->totp, sizeof(secrets->totp), &base32, &len) != OATH_OK)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	const char *login = option_value(setup, "--login");
	printf("login: %s\npassword: %s\nauthenticator: otpauth://totp/Heedwell:%s?secret=%.*s&issuer=Heedwell&algorithm=SHA1&digits=6&"
	       "period=30\n",
		login, secrets->password, login, (int)len, base32);
	sodium_memzero(base32, len);
	free(base32); /* RULE: liboath allocated it */
	return 0;
}

/* Logins stand in a key URI and in forms: nothing that would need escaping. */
static int check_login(const char *login, struct err *reterr)
{
	size_t len = strspn(login, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@");
	if (len == 0 || login[len] || len > 200)
		return err_set(reterr, E_INVALID, LAYER, "--login: letters, digits and . _ - @, at most 200");
	return 0;
}

static int staff_add(struct setup *setup, struct err *reterr)
{
	const char *language = option_value(setup, "--language");
	struct secrets secrets;
	struct uuid programme;
	int code = check_login(option_value(setup, "--login"), reterr);
	if (!code)
		code = choose_programme(setup, &programme, reterr);
	if (!code)
		code = make_secrets(&secrets, reterr);
	if (code)
		return code;
	struct scope scope = { .programme_id = programme.text, .who = WHO_SYSTEM, .reason = "setup.staff" };
	struct unit *unit = unit_new(setup->store, &scope);
	if (!unit)
		return err_set(reterr, E_MEMORY, LAYER, "out of memory");
	struct op *op = unit_insert(unit, "staff", NULL);
	op_c(op, "login", option_value(setup, "--login"));
	op_c(op, "name", option_value(setup, "--name"));
	op_c(op, "role", option_value(setup, "--role"));
	op_c(op, "language", language ? language : "en");
	op_bool(op, "on_duty", true);
	put_secrets(op, &secrets);
	code = store_write_wait(setup->store, unit, reterr);
	if (code == E_EXISTS)
		code = err_set(reterr, E_EXISTS, LAYER, "--login: somebody has it already");
	if (!code)
		code = print_secrets(setup, &secrets, reterr);
	sodium_memzero(&secrets, sizeof(secrets));
	return code;
}

static int find_staff(struct setup *setup, struct row_set **ret_set, struct err *reterr)
{
	struct scope scope = { .who = WHO_SYSTEM };
	struct list_query query = { .resource = "staff", .index = "login", .equal = { value_c(option_value(setup, "--login")) } };
	int code = store_find_wait(setup->store, &scope, &query, ret_set, reterr);
	return code == E_NOT_FOUND ? err_set(reterr, E_NOT_FOUND, LAYER, "--login: there is nobody of that login") : code;
}

/* What a person may do is changed against the row that was read: somebody who signs in at that moment is met again. */
#define CHANGE_AGAIN_MAX 5
typedef void staff_change_fn(struct unit *unit, const struct row *row, const void *ctx);

static int change_once(struct setup *setup, const char *reason, staff_change_fn *change, const void *ctx, struct err *reterr)
{
	struct row_set *set = NULL;
	int code = find_staff(setup, &set, reterr);
	if (code)
		return code;
	const struct row *row = &set->rows[0];
	struct scope scope = { .programme_id = row->programme_id.ptr, .who = WHO_SYSTEM, .reason = reason };
	struct unit *unit = unit_new(setup->store, &scope);
	if (unit) {
		change(unit, row, ctx);
		code = session_end_staff(setup->store, unit, row->programme_id.ptr, row->id.ptr, reterr);
	}
	if (code)
		unit_free(&unit);
	else
		code = unit ? store_write_wait(setup->store, unit, reterr) : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	row_set_free(&set);
	return code;
}

/* Every session of theirs ends in the same unit, and the servers on this database close their open pages. */
static int change_staff(struct setup *setup, const char *reason, staff_change_fn *change, const void *ctx, struct err *reterr)
{
	int code = E_CONFLICT;
	for (int i = 0; code == E_CONFLICT && i < CHANGE_AGAIN_MAX; i++)
		code = change_once(setup, reason, change, ctx, reterr);
	return code;
}

static void change_secrets(struct unit *unit, const struct row *row, const void *ctx)
{
	struct op *op = unit_update(unit, "staff", row->id.ptr, row->version);
	put_secrets(op, ctx);
	op_null(op, "locked_until");
	op_null(op, "totp_last");
}

static int staff_reset(struct setup *setup, struct err *reterr)
{
	struct secrets secrets;
	int code = make_secrets(&secrets, reterr);
	if (!code)
		code = change_staff(setup, "setup.reset", change_secrets, &secrets, reterr);
	if (!code)
		code = print_secrets(setup, &secrets, reterr);
	sodium_memzero(&secrets, sizeof(secrets));
	return code;
}

struct move {
	const char *from, *to;
};

static void change_state(struct unit *unit, const struct row *row, const void *ctx)
{
	const struct move *move = ctx;
	unit_move(unit, "staff", row->id.ptr, row->version, move->from, move->to);
}

static int staff_move(struct setup *setup, const char *from, const char *to, struct err *reterr)
{
	const struct move move = { from, to };
	int code = change_staff(setup, "setup.staff", change_state, &move, reterr);
	return code == E_CONFLICT ? err_set(reterr, E_CONFLICT, LAYER, "the person is not %s", from) : code;
}

static int staff_suspend(struct setup *setup, struct err *reterr)
{
	return staff_move(setup, "active", "suspended", reterr);
}

static int staff_restore(struct setup *setup, struct err *reterr)
{
	return staff_move(setup, "suspended", "active", reterr);
}

static void change_role(struct unit *unit, const struct row *row, const void *ctx)
{
	op_c(unit_update(unit, "staff", row->id.ptr, row->version), "role", ctx);
}

static int staff_role(struct setup *setup, struct err *reterr)
{
	return change_staff(setup, "setup.role", change_role, option_value(setup, "--role"), reterr);
}

/* ---- product ---- */

/* yes, or not given. */
static int read_yes(const struct setup *setup, const char *name, bool *ret_yes, struct err *reterr)
{
	const char *value = option_value(setup, name);
	*ret_yes = value != NULL;
	if (value && strcmp(value, "yes") != 0)
		return err_set(reterr, E_INVALID, LAYER, "%s: yes, or leave it out", name);
	return 0;
}

static int product_new(struct setup *setup, struct err *reterr)
{
	bool instructions = false, consent = false;
	struct uuid programme;
	struct api_key key;
	int code = read_yes(setup, "--instructions", &instructions, reterr);
	if (!code)
		code = read_yes(setup, "--consent-attested", &consent, reterr);
	if (!code)
		code = choose_programme(setup, &programme, reterr);
	if (code)
		return code;
	api_key_make(&key);
	struct scope scope = { .programme_id = programme.text, .who = WHO_SYSTEM, .reason = "setup.product" };
	struct unit *unit = unit_new(setup->store, &scope);
	if (unit) {
		struct op *op = unit_insert(unit, "api_key", NULL);
		op_c(op, "name", option_value(setup, "--name"));
		op_c(op, "reach", option_value(setup, "--reach"));
		op_c(op, "prefix", key.prefix);
		op_bytes(op, "secret_hash", str_make((const char *)key.hash, sizeof(key.hash)));
		op_bool(op, "instructions", instructions);
		op_bool(op, "consent_attested", consent);
	}
	code = unit ? store_write_wait(setup->store, unit, reterr) : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	if (!code)
		printf("key: %s\n", key.text);
	sodium_memzero(&key, sizeof(key));
	return code;
}

/* What the key may do from now on: a running server reads keys anew every five seconds. */
static int product_change(struct setup *setup, bool revoke, bool instructions, struct err *reterr)
{
	struct row_set *set = NULL;
	struct scope scope = { .who = WHO_SYSTEM, .reason = "setup.product" };
	struct list_query query = { .resource = "api_key", .index = "prefix", .equal = { value_c(option_value(setup, "--key")) } };
	int code = store_find_wait(setup->store, &scope, &query, &set, reterr);
	if (code)
		return code == E_NOT_FOUND ? err_set(reterr, code, LAYER, "--key: there is none that begins so (hw_ and eight characters)")
					   : code;
	const struct row *row = &set->rows[0];
	scope.programme_id = row->programme_id.ptr;
	struct unit *unit = unit_new(setup->store, &scope);
	if (unit && revoke)
		op_time(unit_move(unit, "api_key", row->id.ptr, row->version, "active", "revoked"), "revoked_at",
			clock_wall(clock_system()));
	else if (unit)
		op_bool(unit_update(unit, "api_key", row->id.ptr, row->version), "instructions", instructions);
	code = unit ? store_write_wait(setup->store, unit, reterr) : err_set(reterr, E_MEMORY, LAYER, "out of memory");
	row_set_free(&set);
	return code == E_CONFLICT ? err_set(reterr, E_CONFLICT, LAYER, "the key is not active, or somebody else changes it") : code;
}

static int product_allow(struct setup *setup, struct err *reterr)
{
	return product_change(setup, false, true, reterr);
}

static int product_refuse(struct setup *setup, struct err *reterr)
{
	return product_change(setup, false, false, reterr);
}

static int product_revoke(struct setup *setup, struct err *reterr)
{
	return product_change(setup, true, false, reterr);
}

/* ---- All ---- */

static int run(struct option *options, size_t option_count, int (*act)(struct setup *setup, struct err *reterr), int argc, char **argv)
{
	struct setup setup = { .options = options, .option_count = option_count };
	struct err err = { 0 };
	if (!read_options(&setup, argc, argv))
		return usage();
	arena_init(&setup.arena, mem_system(), ARENA_MAX);
	int code = open_setup(&setup, &err);
	if (!code)
		code = act(&setup, &err);
	if (code)
		fprintf(stderr, "heedwell %s %s: %s\n", argv[0], argv[1], err.message);
	store_close(&setup.store);
	arena_done(&setup.arena);
	return code ? 1 : 0;
}

int cmd_programme(int argc, char **argv)
{
	struct option new_options[] = { { "--config", NULL, true }, { "--name", NULL, true }, { "--mode", NULL, true },
		{ "--country", NULL, true }, { "--language", NULL, true }, { "--time-zone", NULL, true }, { "--reach", NULL, false },
		{ "--policy", NULL, false }, { "--cover", NULL, false }, { "--settings", NULL, false }, { "--jurisdiction", NULL, false } };
	struct option list_options[] = { { "--config", NULL, true } };
	if (argc > 1 && strcmp(argv[1], "new") == 0)
		return run(new_options, COUNT_OF(new_options), programme_new, argc, argv);
	if (argc > 1 && strcmp(argv[1], "list") == 0)
		return run(list_options, COUNT_OF(list_options), programme_list, argc, argv);
	return usage();
}

int cmd_product(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*act)(struct setup *setup, struct err *reterr);
	} acts[] = { { "allow", product_allow }, { "refuse", product_refuse }, { "revoke", product_revoke } };
	struct option new_options[] = { { "--config", NULL, true }, { "--name", NULL, true }, { "--reach", NULL, true },
		{ "--instructions", NULL, false }, { "--consent-attested", NULL, false }, { "--programme", NULL, false } };
	struct option options[] = { { "--config", NULL, true }, { "--key", NULL, true } };
	if (argc > 1 && strcmp(argv[1], "new") == 0)
		return run(new_options, COUNT_OF(new_options), product_new, argc, argv);
	for (size_t i = 0; i < COUNT_OF(acts); i++)
		if (argc > 1 && strcmp(argv[1], acts[i].name) == 0)
			return run(options, COUNT_OF(options), acts[i].act, argc, argv);
	return usage();
}

int cmd_staff(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*act)(struct setup *setup, struct err *reterr);
	} acts[] = { { "reset", staff_reset }, { "suspend", staff_suspend }, { "restore", staff_restore } };
	struct option add_options[] = { { "--config", NULL, true }, { "--login", NULL, true }, { "--name", NULL, true },
		{ "--role", NULL, true }, { "--language", NULL, false }, { "--programme", NULL, false } };
	struct option role_options[] = { { "--config", NULL, true }, { "--login", NULL, true }, { "--role", NULL, true } };
	struct option options[] = { { "--config", NULL, true }, { "--login", NULL, true } };
	if (argc > 1 && strcmp(argv[1], "add") == 0)
		return run(add_options, COUNT_OF(add_options), staff_add, argc, argv);
	if (argc > 1 && strcmp(argv[1], "role") == 0)
		return run(role_options, COUNT_OF(role_options), staff_role, argc, argv);
	for (size_t i = 0; i < COUNT_OF(acts); i++)
		if (argc > 1 && strcmp(argv[1], acts[i].name) == 0)
			return run(options, COUNT_OF(options), acts[i].act, argc, argv);
	return usage();
}
