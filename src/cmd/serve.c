/* serve.c: see serve.h. */
#include "cmd/serve.h"

#include "care/guide.h"
#include "care/instrument.h"
#include "care/pack_list.h"
#include "care/referral.h"
#include "care/resources.h"
#include "cmd/packs.h"
#include "http/test_clock.h"
#include "store/key.h"
#include "sys/mem.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define LAYER "serve"
#define ARENA_MAX (256u << 20)
#define STOP_WAIT_US (10 * SECOND_US)
#define STOP_GRACE_US (3 * SECOND_US)

struct running {
	struct serve_parts parts;
	struct arena arena;
	struct test_clock test_clock;
	struct http_test_clock turned;
	struct shifted_clock shifted_clock;
	struct loop_watch *store_watch, *signal_watch;
	int signal_fd;
	bool stop;
};

static void on_store(void *ctx, unsigned events)
{
	struct running *run = ctx;
	(void)events;
	store_dispatch(run->parts.store);
}

static bool idle(void *ctx)
{
	return store_idle(ctx);
}

static void on_signal(void *ctx, unsigned events)
{
	struct running *run = ctx;
	struct signalfd_siginfo info;
	(void)events;
	while (read(run->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		run->stop = true;
	loop_stop(run->parts.loop);
}

/* Signals are blocked before the first thread starts, so that only the loop sees them. */
static int catch_signals(struct running *run, struct err *reterr)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	run->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (run->signal_fd < 0)
		return err_set(reterr, E_IO, LAYER, "signals: %s", strerrordesc_np(errno));
	return loop_watch_add(run->parts.loop, run->signal_fd, LOOP_READ, on_signal, run, &run->signal_watch, reterr);
}

static int open_base(struct running *run, struct err *reterr)
{
	struct serve_parts *p = &run->parts;
	p->clock = clock_system();
	if (p->config->test_clock) {
		test_clock_init(&run->test_clock, p->config->test_start);
		p->test_clock = &run->test_clock;
		p->clock = &run->test_clock.clock;
	}
	if (!p->config->test_clock && p->config->behind_us > 0) {
		shifted_clock_init(&run->shifted_clock, p->config->behind_us);
		p->shifted_clock = &run->shifted_clock;
		p->clock = &run->shifted_clock.clock;
	}
	p->log = (struct log){ STDERR_FILENO, p->config->log_level, clock_system() };
	if (sodium_init() < 0)
		return err_set(reterr, E_CRYPTO, LAYER, "libsodium does not start");
	int code = loop_open(p->clock, &p->loop, reterr);
	return code ? code : catch_signals(run, reterr);
}

static int open_packs(struct running *run, struct err *reterr)
{
	struct serve_parts *p = &run->parts;
	struct screen_source *sources = NULL;
	size_t count = 0;
	struct str dir = packs_dir(&run->arena, p->config->packs.len ? p->config->packs.ptr : NULL);
	bool built = false;
	int code = packs_open(&run->arena, dir, p->config->cache.len ? p->config->cache.ptr : NULL, &p->engine, &built, reterr);
	if (!code)
		code = packs_read(&run->arena, dir, &sources, &count, reterr);
	if (code)
		return code;
	struct messages_source *texts = ARENA_ARRAY(&run->arena, struct messages_source, count);
	if (!texts)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for packs");
	for (size_t i = 0; i < count; i++)
		texts[i] = (struct messages_source){ sources[i].name, sources[i].bytes };
	code = packs_policy(&run->arena, sources, count, &p->policy, reterr);
	if (!code)
		code = messages_open(texts, count, &p->messages, reterr);
	if (!code)
		code = dialogues_open(texts, count, &p->dialogues, reterr);
	if (!code)
		code = helplines_open(texts, count, &p->helplines, reterr);
	if (!code)
		code = packs_jurisdictions(&run->arena, sources, count, &p->jurisdictions, reterr);
	if (!code)
		code = consents_open(texts, count, &p->consents, reterr);
	if (!code)
		code = instruments_open(texts, count, &p->instruments, reterr);
	if (!code)
		code = triage_open(texts, count, &p->triage, reterr);
	if (!code)
		code = guides_open(texts, count, &p->guides, reterr);
	if (!code)
		code = triage_check_words(p->triage, p->messages, reterr);
	if (!code)
		code = modules_open(texts, count, &p->modules, reterr);
	if (!code)
		code = pack_list_open(dir, texts, count, &p->pack_list, reterr);
	log_write(&p->log, LOG_INFO, "serve.packs", LOG_WORD("engine", "libheed " HEED_VERSION),
		LOG_ID("packs", screen_engine_packs(p->engine)), LOG_NUMBER("built", built));
	return code;
}

static int open_store(struct running *run, struct err *reterr)
{
	struct serve_parts *p = &run->parts;
	const struct store_options options = { .url = p->config->database.ptr,
		.key_file = p->config->key_file.ptr,
		.node = p->config->node.ptr,
		.registry = care_registry(),
		.clock = p->clock };
	int code = store_open(&options, &p->store, reterr);
	if (!code)
		code = loop_watch_add(p->loop, store_poll_fd(p->store), LOOP_READ, on_store, run, &run->store_watch, reterr);
	return code;
}

static int open_model(struct running *run, struct err *reterr)
{
	struct serve_parts *p = &run->parts;
	struct model_upstream_options options = p->config->upstream;
	if (!p->config->use_upstream)
		return model_open_builtin(p->loop, p->config->word_delay_ms * INT64_C(1000), &p->model, reterr);
	int code = serve_config_upstream_key(&run->arena, p->config, &options.key, reterr);
	return code ? code : model_open_upstream(p->loop, &options, &p->log, &p->model, reterr);
}

/* What calls people outside the console; not there unless something is configured. */
static int open_courier(struct running *run, struct err *reterr)
{
	struct serve_parts *p = &run->parts;
	struct serve_config config = *p->config;
	int code = serve_config_secrets(&run->arena, &config, reterr);
	if (code || (!config.courier.mail.url.len && !config.courier.webhook.url.len && !config.courier.push.host_count))
		return code;
	return courier_open(p->loop, &config.courier, &p->log, &p->courier, reterr);
}

static int open_care(struct running *run, struct err *reterr)
{
	struct serve_parts *p = &run->parts;
	int code = open_courier(run, reterr);
	if (code)
		return code;
	const struct care_parts care = { .store = p->store,
		.loop = p->loop,
		.clock = p->clock,
		.log = &p->log,
		.policy = p->policy,
		.messages = p->messages,
		.dialogues = p->dialogues,
		.helplines = p->helplines,
		.guides = p->guides,
		.courier = p->courier,
		.jurisdictions = p->jurisdictions,
		.consents = p->consents,
		.triage = p->triage,
		.instruments = p->instruments,
		.modules = p->modules,
		.pack_list = p->pack_list,
		.engine = screen_engine_version(p->engine),
		.packs = screen_engine_packs(p->engine),
		.demo = p->config->demo,
		.secure = p->config->http.secure };
	code = care_open(&care, &p->care, reterr);
	if (!code)
		code = open_model(run, reterr);
	const struct turns_parts turns = { .care = p->care,
		.engine = p->engine,
		.model = p->model,
		.limits = p->config->limits,
		.reply_seconds = p->config->reply_seconds };
	return code ? code : turns_open(&turns, &p->turns, reterr);
}

/* The key of conversation hashes comes from the key file, so that a conversation is found again after a restart. */
static int derive_hash_key(const struct serve_config *config, uint8_t key[TURN_HASH_BYTES], struct err *reterr)
{
	struct key_file *file = NULL;
	int code = key_load(config->key_file.ptr, &file, reterr);
	if (code)
		return code;
	crypto_generichash(key, TURN_HASH_BYTES, (const unsigned char *)"conversation prefix", 19, file->blind, sizeof(file->blind));
	key_free(&file);
	return 0;
}

static int open_http(struct running *run, struct err *reterr)
{
	struct serve_parts *p = &run->parts;
	struct http_options options = p->config->http;
	options.log = &p->log;
	int code = http_server_open(p->loop, &options, &p->server, reterr);
	if (code)
		return code;
	struct gateway_parts parts = { .server = p->server,
		.care = p->care,
		.turns = p->turns,
		.engine = p->engine,
		.model = p->model,
		.requests_per_minute = p->config->requests_per_minute };
	code = derive_hash_key(p->config, parts.hash_key, reterr);
	if (!code)
		code = gateway_open(&parts, &p->gateway, reterr);
	const struct api_parts apps = { .server = p->server, .care = p->care, .turns = p->turns, .test_clock = p->config->test_clock };
	if (!code)
		code = api_open(&apps, &p->api, reterr);
	if (!code && p->test_clock) {
		run->turned = (struct http_test_clock){ .clock = p->test_clock, .idle = idle, .ctx = p->store };
		http_test_clock_open(p->server, &run->turned);
	}
	return code;
}

static int call(int (*hook)(void *ctx, struct serve_parts *parts, struct err *reterr), void *ctx, struct running *run, struct err *reterr)
{
	return hook ? hook(ctx, &run->parts, reterr) : 0;
}

static int open_all(struct running *run, const struct serve_hooks *hooks, struct err *reterr)
{
	int code = open_base(run, reterr);
	if (!code)
		code = open_packs(run, reterr);
	if (!code)
		code = open_store(run, reterr);
	if (!code)
		code = call(hooks->stored, hooks->ctx, run, reterr);
	if (!code)
		code = open_care(run, reterr);
	if (!code)
		code = open_http(run, reterr);
	if (!code)
		code = call(hooks->opened, hooks->ctx, run, reterr);
	if (!code)
		code = http_server_start(run->parts.server, reterr);
	if (!code)
		code = call(hooks->ready, hooks->ctx, run, reterr);
	return code;
}

/* No new connections; what is under way may end, within a bound. */
static void wind_down(struct running *run)
{
	struct serve_parts *p = &run->parts;
	int64_t end_us = clock_mono(clock_system()).us + STOP_WAIT_US;
	http_server_quiesce(p->server, STOP_GRACE_US);
	while ((!http_server_idle(p->server) || turns_busy(p->turns)) && clock_mono(clock_system()).us < end_us)
		loop_step(p->loop, 20);
	for (int i = 0; i < 3; i++)
		loop_step(p->loop, 0);
}

static void close_all(struct running *run)
{
	struct serve_parts *p = &run->parts;
	courier_free(&p->courier); /* nobody is told any more: what was not noted as sent is sent again */
	store_quiesce(p->store);
	http_server_free(&p->server);
	gateway_free(&p->gateway);
	api_free(&p->api);
	if (p->turns && turns_busy(p->turns))
		return; /* RULE: what is still under way points into the parts; the process ends now anyway */
	turns_free(&p->turns);
	model_free(&p->model);
	care_free(&p->care);
	loop_watch_remove(p->loop, &run->store_watch);
	store_close(&p->store);
	triage_free(&p->triage);
	guides_free(&p->guides);
	instruments_free(&p->instruments);
	modules_free(&p->modules);
	pack_list_free(&p->pack_list);
	helplines_free(&p->helplines);
	consents_free(&p->consents);
	jurisdictions_free(&p->jurisdictions);
	dialogues_free(&p->dialogues);
	messages_free(&p->messages);
	policy_free(&p->policy);
	screen_engine_free(&p->engine);
	if (p->loop) {
		loop_watch_remove(p->loop, &run->signal_watch);
		loop_free(&p->loop);
	}
	if (run->signal_fd >= 0)
		close(run->signal_fd);
	arena_done(&run->arena);
}

int serve_run(const struct serve_config *config, const struct serve_hooks *hooks, struct err *reterr)
{
	struct running run = { .signal_fd = -1 };
	arena_init(&run.arena, mem_system(), ARENA_MAX);
	run.parts.config = config;
	run.parts.arena = &run.arena;
	int code = open_all(&run, hooks, reterr);
	if (!code) {
		log_write(&run.parts.log, LOG_INFO, "serve.ready", LOG_NUMBER("port", http_server_port(run.parts.server)));
		while (!run.stop)
			loop_run(run.parts.loop);
		log_write(&run.parts.log, LOG_INFO, "serve.stopping");
	}
	if (hooks->closing)
		hooks->closing(hooks->ctx, &run.parts);
	if (!code)
		wind_down(&run);
	close_all(&run);
	return code;
}
