/* serve_config.c: see serve_config.h. */
#include "cmd/serve_config.h"

#include "base/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAYER "config"
#define FILE_MAX (256u * 1024u)

void serve_config_default(struct serve_config *config)
{
	*config = (struct serve_config){ .http = http_options_default(),
		.database = STR("sqlite:heedwell.db"),
		.key_file = STR("heedwell.key"),
		.node = STR("main"),
		.packs = STR(""),
		.cache = STR(""),
		.log_level = LOG_INFO,
		.upstream = model_upstream_options_default(),
		.courier = courier_options_default(),
		.word_delay_ms = 25,
		.limits = release_limits_default(),
		.reply_seconds = 120 };
}

struct number {
	const char *key;
	long min, max;
	int *as_int;
	unsigned *as_unsigned;
	size_t *as_size;
};

static int read_numbers(const struct yaml_node *map, const struct number *numbers, size_t count, struct err *reterr)
{
	for (size_t i = 0; i < count; i++) {
		const struct number *number = &numbers[i];
		long value = -1;
		int code = yaml_get_int(map, number->key, number->min, number->max, &value, reterr);
		if (code)
			return code;
		if (value < 0 || !yaml_get(map, number->key))
			continue;
		if (number->as_int)
			*number->as_int = (int)value;
		if (number->as_unsigned)
			*number->as_unsigned = (unsigned)value;
		if (number->as_size)
			*number->as_size = (size_t)value;
	}
	return 0;
}

static int need_map(const struct yaml_node *node, const char *keys, struct err *reterr)
{
	if (node->kind != YAML_MAP)
		return yaml_fail(node, reterr, "must be a map");
	return yaml_keys(node, keys, reterr);
}

static int read_http(const struct yaml_node *node, struct http_options *http, struct err *reterr)
{
	int code = need_map(node, "connections_max connections_per_address_max header_bytes_max drain_bytes_max idle_seconds", reterr);
	const struct number numbers[] = {
		{ "connections_max", 1, 100000, NULL, NULL, &http->connections_max },
		{ "connections_per_address_max", 0, 100000, NULL, NULL, &http->connections_per_address_max },
		{ "header_bytes_max", 8192, 1048576, NULL, NULL, &http->header_bytes_max },
		{ "drain_bytes_max", 0, 1073741824, NULL, NULL, &http->drain_bytes_max },
		{ "idle_seconds", 1, 3600, &http->idle_seconds, NULL, NULL },
	};
	return code ? code : read_numbers(node, numbers, COUNT_OF(numbers), reterr);
}

static int read_reply(const struct yaml_node *node, struct serve_config *config, struct err *reterr)
{
	int code = need_map(node, "seconds text_bytes_max total_bytes_max tools_max", reterr);
	const struct number numbers[] = {
		{ "seconds", 1, 600, &config->reply_seconds, NULL, NULL },
		{ "text_bytes_max", 1024, 262144, NULL, NULL, &config->limits.text_bytes_max },
		{ "total_bytes_max", 1024, 4194304, NULL, NULL, &config->limits.total_bytes_max },
		{ "tools_max", 0, 64, &config->limits.tools_max, NULL, NULL },
	};
	return code ? code : read_numbers(node, numbers, COUNT_OF(numbers), reterr);
}

static int read_builtin(const struct yaml_node *node, struct serve_config *config, struct err *reterr)
{
	int code = need_map(node, "word_delay_ms", reterr);
	const struct number numbers[] = { { "word_delay_ms", 0, 2000, &config->word_delay_ms, NULL, NULL } };
	return code ? code : read_numbers(node, numbers, COUNT_OF(numbers), reterr);
}

static int read_gateway(const struct yaml_node *node, struct serve_config *config, struct err *reterr)
{
	int code = need_map(node, "requests_per_minute", reterr);
	const struct number numbers[] = { { "requests_per_minute", 0, 1000000, &config->requests_per_minute, NULL, NULL } };
	return code ? code : read_numbers(node, numbers, COUNT_OF(numbers), reterr);
}

static int read_upstream(const struct yaml_node *node, struct serve_config *config, struct err *reterr)
{
	struct model_upstream_options *u = &config->upstream;
	int code = need_map(node,
		"name url key_file key_env proxy connect_ms first_byte_ms silence_ms total_ms bytes_max events_max breaker_failures "
		"breaker_ms connections_max",
		reterr);
	const struct number numbers[] = {
		{ "connect_ms", 10, 60000, &u->connect_ms, NULL, NULL },
		{ "first_byte_ms", 10, 600000, &u->first_byte_ms, NULL, NULL },
		{ "silence_ms", 10, 600000, &u->silence_ms, NULL, NULL },
		{ "total_ms", 100, 600000, &u->total_ms, NULL, NULL },
		{ "bytes_max", 4096, 67108864, NULL, NULL, &u->bytes_max },
		{ "events_max", 16, 1048576, NULL, &u->events_max, NULL },
		{ "breaker_failures", 1, 1000, NULL, &u->breaker_failures, NULL },
		{ "breaker_ms", 10, 600000, &u->breaker_ms, NULL, NULL },
		{ "connections_max", 1, 4096, NULL, &u->connections_max, NULL },
	};
	if (!code)
		code = read_numbers(node, numbers, COUNT_OF(numbers), reterr);
	if (!code)
		code = yaml_get_text(node, "name", &u->name, reterr);
	if (!code)
		code = yaml_get_text(node, "url", &u->url, reterr);
	if (!code)
		code = yaml_get_text(node, "proxy", &u->proxy, reterr);
	if (!code)
		code = yaml_get_text(node, "key_file", &config->upstream_key_file, reterr);
	if (!code)
		code = yaml_get_text(node, "key_env", &config->upstream_key_env, reterr);
	if (!code && !str_starts(u->url, STR("http://")) && !str_starts(u->url, STR("https://")))
		return yaml_fail(node, reterr, "url: must begin with http:// or https://");
	config->use_upstream = true;
	return code;
}

static int read_named(const struct yaml_node *node, const char *const *keys, struct str *const *to, size_t count, struct err *reterr)
{
	int code = 0;
	for (size_t i = 0; i < count && !code; i++)
		code = yaml_get_text(node, keys[i], to[i], reterr);
	return code;
}

static int read_mail(const struct yaml_node *node, struct serve_config *config, struct err *reterr)
{
	struct courier_options *c = &config->courier;
	static const char *const keys[] = { "url", "from", "user", "password_file", "password_env", "ca_file" };
	struct str *const to[] = { &c->mail.url, &c->mail.from, &c->mail.user, &config->mail_password_file, &config->mail_password_env,
		&c->mail.ca_file };
	int tls = COURIER_TLS_REQUIRED;
	int code = need_map(node, "url from user password_file password_env ca_file tls connect_ms total_ms", reterr);
	const struct number numbers[] = { { "connect_ms", 10, 60000, &c->connect_ms, NULL, NULL },
		{ "total_ms", 100, 120000, &c->total_ms, NULL, NULL } };
	code = code ? code : read_numbers(node, numbers, COUNT_OF(numbers), reterr);
	code = code ? code : read_named(node, keys, to, COUNT_OF(keys), reterr);
	code = code ? code : yaml_get_choice(node, "tls", "required none", &tls, reterr);
	c->mail.tls = (enum courier_tls)tls;
	if (!code && !c->mail.url.len)
		return yaml_fail(node, reterr, "url: is needed");
	return code;
}

static int read_webhook(const struct yaml_node *node, struct serve_config *config, struct err *reterr)
{
	struct courier_options *c = &config->courier;
	static const char *const keys[] = { "url", "secret_file", "secret_env", "ca_file" };
	struct str *const to[] = { &c->webhook.url, &config->webhook_secret_file, &config->webhook_secret_env, &c->webhook.ca_file };
	int code = need_map(node, "url secret_file secret_env ca_file", reterr);
	code = code ? code : read_named(node, keys, to, COUNT_OF(keys), reterr);
	if (!code && !c->webhook.url.len)
		return yaml_fail(node, reterr, "url: is needed");
	return code;
}

static int read_push(const struct yaml_node *node, struct serve_config *config, struct err *reterr)
{
	struct courier_options *c = &config->courier;
	static const char *const keys[] = { "contact", "ca_file" };
	struct str *const to[] = { &c->push.contact, &c->push.ca_file };
	const struct yaml_node *hosts = NULL;
	int code = need_map(node, "hosts contact ca_file", reterr);
	code = code ? code : read_named(node, keys, to, COUNT_OF(keys), reterr);
	code = code ? code : yaml_need(node, "hosts", YAML_LIST, &hosts, reterr);
	if (code)
		return code;
	if (!hosts->count || hosts->count > PUSH_HOSTS_MAX)
		return yaml_fail(hosts, reterr, "1 to %d host names", PUSH_HOSTS_MAX);
	for (const struct yaml_node *host = hosts->first; host && !code; host = host->next)
		code = yaml_text(host, &c->push.hosts[c->push.host_count++], reterr);
	c->push.loopback = config->test_clock;
	return code;
}

static int read_test_clock(const struct yaml_node *root, struct serve_config *config, struct err *reterr)
{
	struct str start = STR("");
	int code = yaml_get_text(root, "test_clock", &start, reterr);
	if (code || !start.len)
		return code;
	config->test_clock = true;
	return clock_parse(start.ptr, &config->test_start)
		       ? yaml_fail(yaml_get(root, "test_clock"), reterr, "must be a time like 2026-01-05T09:00:00Z")
		       : 0;
}

static int read_texts(const struct yaml_node *root, struct serve_config *config, struct err *reterr)
{
	const struct {
		const char *key;
		struct str *text;
	} texts[] = { { "listen", &config->http.listen }, { "database", &config->database }, { "key_file", &config->key_file },
		{ "node", &config->node }, { "packs", &config->packs }, { "cache", &config->cache }, { "web_root", &config->http.web_root },
		{ "console_url", &config->courier.console_url } };
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		int code = yaml_get_text(root, texts[i].key, texts[i].text, reterr);
		if (code)
			return code;
	}
	int level = (int)config->log_level;
	int code = yaml_get_bool(root, "secure", &config->http.secure, reterr);
	if (!code)
		code = yaml_get_choice(root, "log", "error warn info debug", &level, reterr);
	config->log_level = (enum log_level)level;
	return code;
}

static int check_texts(const struct yaml_node *root, const struct serve_config *config, struct err *reterr)
{
	const struct yaml_node *at = yaml_get(root, "database");
	if (!str_starts(config->database, STR("sqlite:")) && !str_starts(config->database, STR("postgresql://")))
		return yaml_fail(at ? at : root, reterr, "database: must be sqlite:FILE or postgresql://...");
	at = yaml_get(root, "node");
	for (size_t i = 0; i < config->node.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", config->node.ptr[i]) || config->node.len > 32)
			return yaml_fail(at ? at : root, reterr, "node: at most 32 of a-z, 0-9, _ and -");
	return 0;
}

int serve_config_parse(struct arena *arena, struct str name, struct str bytes, struct serve_config *config, struct err *reterr)
{
	const struct yaml_node *root = NULL;
	int code = yaml_read(arena, name, bytes, FILE_MAX, &root, reterr);
	if (!code)
		code = need_map(root,
			"listen database key_file node packs cache web_root secure log http reply builtin gateway upstream "
			"test_clock mail webhook push console_url",
			reterr);
	if (!code)
		code = read_texts(root, config, reterr);
	if (!code)
		code = check_texts(root, config, reterr);
	if (!code)
		code = read_test_clock(root, config, reterr);
	if (!code && yaml_get(root, "http"))
		code = read_http(yaml_get(root, "http"), &config->http, reterr);
	if (!code && yaml_get(root, "reply"))
		code = read_reply(yaml_get(root, "reply"), config, reterr);
	if (!code && yaml_get(root, "builtin"))
		code = read_builtin(yaml_get(root, "builtin"), config, reterr);
	if (!code && yaml_get(root, "gateway"))
		code = read_gateway(yaml_get(root, "gateway"), config, reterr);
	if (!code && yaml_get(root, "upstream"))
		code = read_upstream(yaml_get(root, "upstream"), config, reterr);
	if (!code && yaml_get(root, "mail"))
		code = read_mail(yaml_get(root, "mail"), config, reterr);
	if (!code && yaml_get(root, "webhook"))
		code = read_webhook(yaml_get(root, "webhook"), config, reterr);
	if (!code && yaml_get(root, "push"))
		code = read_push(yaml_get(root, "push"), config, reterr);
	return code;
}

static int read_file(struct arena *arena, const char *path, size_t max, struct str *ret_bytes, struct err *reterr)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC), code = 0;
	if (fd < 0)
		return err_set(reterr, E_IO, LAYER, "%s: %s", path, strerrordesc_np(errno));
	char *bytes = NULL;
	ssize_t got = -1;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || (size_t)status.st_size > max)
		code = err_set(reterr, E_INVALID, LAYER, "%s: not a file of at most %zu bytes", path, max);
	if (!code && (bytes = arena_alloc(arena, (size_t)status.st_size + 1, 1)))
		got = read(fd, bytes, (size_t)status.st_size);
	close(fd);
	if (!code && (!bytes || got < 0))
		return err_set(reterr, E_IO, LAYER, "%s: cannot be read", path);
	if (!code)
		*ret_bytes = (struct str){ bytes, (size_t)got };
	return code;
}

int serve_config_read(struct arena *arena, const char *path, struct serve_config *config, struct err *reterr)
{
	struct str bytes;
	int code = read_file(arena, path, FILE_MAX, &bytes, reterr);
	return code ? code : serve_config_parse(arena, str_c(path), bytes, config, reterr);
}

static int read_secret(struct arena *arena, const char *name, struct str file, struct str env, struct str *ret_secret, struct err *reterr)
{
	*ret_secret = STR("");
	if (file.len) {
		int code = read_file(arena, file.ptr, 8192, ret_secret, reterr);
		*ret_secret = code ? STR("") : arena_copy(arena, str_trim(*ret_secret));
		return code;
	}
	if (env.len) {
		const char *value = getenv(env.ptr);
		if (!value)
			return err_set(reterr, E_INVALID, LAYER, "%s_env: the environment has no %s", name, env.ptr);
		*ret_secret = arena_copy(arena, str_c(value));
	}
	return 0;
}

int serve_config_upstream_key(struct arena *arena, const struct serve_config *config, struct str *ret_key, struct err *reterr)
{
	return read_secret(arena, "upstream.key", config->upstream_key_file, config->upstream_key_env, ret_key, reterr);
}

int serve_config_secrets(struct arena *arena, struct serve_config *config, struct err *reterr)
{
	struct courier_options *courier = &config->courier;
	int code = read_secret(
		arena, "mail.password", config->mail_password_file, config->mail_password_env, &courier->mail.password, reterr);
	if (!code)
		code = read_secret(
			arena, "webhook.secret", config->webhook_secret_file, config->webhook_secret_env, &courier->webhook.secret, reterr);
	return code ? code : courier_options_check(courier, reterr);
}
