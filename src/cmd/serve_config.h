/* serve_config.h: the configuration of `heedwell serve`: one YAML file. docs/reference/config.md has every key with its range
 * and default; a test keeps the two together. Unknown keys are errors. */
#ifndef HEED_CMD_SERVE_CONFIG_H
#define HEED_CMD_SERVE_CONFIG_H

#include "base/arena.h"
#include "care/courier.h"
#include "http/server.h"
#include "model/model.h"

struct serve_config {
	struct http_options http;
	struct str database, key_file, node, packs, cache; /* NUL-terminated; cache empty: the user's */
	enum log_level log_level;
	bool use_upstream;
	struct model_upstream_options upstream;
	struct str upstream_key_file, upstream_key_env;
	struct courier_options courier; /* secrets are read by serve_config_secrets */
	struct str mail_password_file, mail_password_env, webhook_secret_file, webhook_secret_env;
	int word_delay_ms; /* of the built-in responder */
	int requests_per_minute;
	struct release_limits limits;
	int reply_seconds;
	bool test_clock;
	wall_time test_start;
	int64_t behind_us; /* of the demo: how far behind the machine's clock the program begins; 0 for all else */
	bool demo;
};

void serve_config_default(struct serve_config *config);
/* serve_config_read: over the defaults; strings live in the arena. E_INVALID: "file:line: key: what is wrong". */
int serve_config_read(struct arena *arena, const char *path, struct serve_config *config, struct err *reterr) MUST_CHECK;
/* serve_config_parse: the same of bytes. */
int serve_config_parse(struct arena *arena, struct str name, struct str bytes, struct serve_config *config, struct err *reterr) MUST_CHECK;
/* serve_config_upstream_key: the upstream's key from its file or environment variable, in the arena; empty without either. */
int serve_config_upstream_key(struct arena *arena, const struct serve_config *config, struct str *ret_key, struct err *reterr) MUST_CHECK;
/* serve_config_secrets: reads the mail password and the webhook secret into config->courier and checks that what is configured can work. */
int serve_config_secrets(struct arena *arena, struct serve_config *config, struct err *reterr) MUST_CHECK;

#endif
