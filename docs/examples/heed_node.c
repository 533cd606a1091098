/* heed_node.c: libheed for Node, as an add-on by Node-API alone: any Node from 18 on loads the same file. heed.mjs calls it.
 *
 *     cc -shared -fPIC -I node_modules/node-api-headers/include heed_node.c -o heed.node $(pkg-config --cflags --libs libheed)
 *
 * open([[name, Buffer], ...]) gives an engine with a scratch for this thread; screen(engine, role, Buffer) an object;
 * stream(engine, role) a stream, feed(stream, Buffer | null) the Buffer that may be shown now (null: no more comes). */
#include <heed/heed.h>
#include <node_api.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct heed {
	heed_engine *engine;
	heed_scratch *scratch;
};

struct stream {
	heed_stream *stream;
	struct heed *heed;
	napi_ref engine; /* keeps the engine's object alive */
};

static napi_value throw_error(napi_env env, const char *sentence)
{
	napi_throw_error(env, NULL, sentence);
	return NULL;
}

/* ---- Values ---- */

static void set(napi_env env, napi_value object, const char *name, napi_value value)
{
	napi_set_named_property(env, object, name, value);
}

static void set_number(napi_env env, napi_value object, const char *name, double number)
{
	napi_value value;
	napi_create_double(env, number, &value);
	set(env, object, name, value);
}

static void set_text(napi_env env, napi_value object, const char *name, const char *text)
{
	napi_value value;
	napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
	set(env, object, name, value);
}

static napi_value finding_of(napi_env env, const struct heed_finding *finding)
{
	napi_value object;
	napi_create_object(env, &object);
	set_text(env, object, "concept", finding->concept_id);
	set_text(env, object, "family", finding->family);
	set_number(env, object, "level", finding->level);
	set_number(env, object, "start", (double)finding->start); /* bytes of UTF-8, not of the string */
	set_number(env, object, "end", (double)finding->end);
	set_text(env, object, "time", finding->time);
	set_text(env, object, "why", finding->why);
	return object;
}

static napi_value verdict_of(napi_env env, const struct heed_verdict *verdict)
{
	struct heed_finding finding = HEED_FINDING_INIT;
	char words[8192];
	napi_value object, list;
	napi_create_object(env, &object);
	napi_create_array(env, &list);
	set_number(env, object, "level", heed_verdict_level(verdict)); /* -1: not screened */
	set_text(env, object, "lang", heed_verdict_lang(verdict));
	set_text(env, object, "time", heed_verdict_time(verdict));
	set_text(env, object, "experiencer", heed_verdict_experiencer(verdict));
	heed_verdict_explain(verdict, words, sizeof words);
	set_text(env, object, "explanation", words);
	for (size_t i = 0; i < heed_verdict_count(verdict); i++)
		if (heed_verdict_finding(verdict, i, &finding) == 0)
			napi_set_element(env, list, (unsigned)i, finding_of(env, &finding));
	set(env, object, "findings", list);
	return object;
}

static enum heed_role role_of(napi_env env, napi_value value)
{
	char role[16] = "";
	napi_get_value_string_utf8(env, value, role, sizeof role, NULL);
	return strcmp(role, "assistant") == 0 ? HEED_ASSISTANT : HEED_CLIENT;
}

/* ---- Functions ---- */

static void close_heed(napi_env env, void *data, void *hint)
{
	struct heed *heed = data;
	(void)env;
	(void)hint;
	heed_scratch_close(heed->scratch);
	heed_close(heed->engine);
	free(heed);
}

static int build(struct heed *heed, const struct heed_pack *packs, size_t count, char *error)
{
	void *image = NULL;
	size_t size = 0;
	int rc = heed_build(NULL, packs, count, &image, &size, error);
	rc = rc ? rc : heed_open(NULL, image, size, &heed->engine, error);
	rc = rc ? rc : heed_scratch_open(heed->engine, &heed->scratch, error);
	heed_image_free(NULL, image);
	return rc;
}

static napi_value open_heed(napi_env env, napi_callback_info info)
{
	size_t argc = 1;
	napi_value argument, pair, name, bytes, result = NULL;
	uint32_t count = 0;
	char error[HEED_ERROR_MAX] = "out of memory";
	napi_get_cb_info(env, info, &argc, &argument, NULL, NULL);
	if (argc != 1 || napi_get_array_length(env, argument, &count) != napi_ok || count > 4096)
		return throw_error(env, "open([[name, Buffer], ...])");
	struct heed_pack *packs = calloc(count + 1u, sizeof *packs);
	char(*names)[256] = calloc(count + 1u, sizeof *names);
	struct heed *heed = calloc(1, sizeof *heed);
	int rc = packs && names && heed ? 0 : HEED_E_MEMORY;
	for (uint32_t i = 0; rc == 0 && i < count; i++) {
		void *data = NULL;
		if (napi_get_element(env, argument, i, &pair) || napi_get_element(env, pair, 0, &name) ||
			napi_get_element(env, pair, 1, &bytes) || napi_get_value_string_utf8(env, name, names[i], sizeof names[i], NULL) ||
			napi_get_buffer_info(env, bytes, &data, &packs[i].len))
			rc = HEED_E_INVALID;
		packs[i].name = names[i];
		packs[i].bytes = data;
	}
	if (rc == HEED_E_INVALID)
		snprintf(error, sizeof error, "a pack is [name, Buffer]");
	rc = rc ? rc : build(heed, packs, count, error);
	free(packs);
	free(names);
	if (rc == 0 && napi_create_external(env, heed, close_heed, NULL, &result) == napi_ok)
		return result;
	if (heed)
		close_heed(env, heed, NULL);
	return throw_error(env, error);
}

static napi_value screen(napi_env env, napi_callback_info info)
{
	size_t argc = 3;
	napi_value arguments[3];
	void *data = NULL, *text = NULL;
	struct heed_message message = HEED_MESSAGE_INIT;
	napi_get_cb_info(env, info, &argc, arguments, NULL, NULL);
	if (argc != 3 || napi_get_value_external(env, arguments[0], &data) ||
		napi_get_buffer_info(env, arguments[2], &text, &message.text_len))
		return throw_error(env, "screen(engine, role, Buffer)");
	struct heed *heed = data;
	message.role = role_of(env, arguments[1]);
	message.text = text;
	return verdict_of(env, heed_screen(heed->engine, heed->scratch, &message));
}

static void close_stream(napi_env env, void *data, void *hint)
{
	struct stream *stream = data;
	(void)hint;
	heed_stream_close(stream->stream);
	napi_delete_reference(env, stream->engine);
	free(stream);
}

static napi_value open_stream(napi_env env, napi_callback_info info)
{
	size_t argc = 2;
	napi_value arguments[2], result;
	void *data = NULL;
	char error[HEED_ERROR_MAX] = "out of memory";
	struct heed_message message = HEED_MESSAGE_INIT;
	napi_get_cb_info(env, info, &argc, arguments, NULL, NULL);
	if (argc != 2 || napi_get_value_external(env, arguments[0], &data))
		return throw_error(env, "stream(engine, role)");
	struct stream *stream = calloc(1, sizeof *stream);
	message.role = role_of(env, arguments[1]);
	if (stream)
		stream->heed = data;
	if (!stream || heed_stream_open(stream->heed->engine, &message, NULL, &stream->stream, error)) {
		free(stream);
		return throw_error(env, error);
	}
	napi_create_reference(env, arguments[0], 1, &stream->engine);
	if (napi_create_external(env, stream, close_stream, NULL, &result) == napi_ok)
		return result;
	close_stream(env, stream, NULL);
	return throw_error(env, error);
}

static napi_value feed(napi_env env, napi_callback_info info)
{
	size_t argc = 2, len = 0;
	napi_value arguments[2], shown, result;
	napi_valuetype type = napi_undefined;
	void *data = NULL, *piece = NULL;
	const char *text = "";
	napi_get_cb_info(env, info, &argc, arguments, NULL, NULL);
	if (argc != 2 || napi_get_value_external(env, arguments[0], &data) || napi_typeof(env, arguments[1], &type) ||
		(type != napi_null && napi_get_buffer_info(env, arguments[1], &piece, &len)))
		return throw_error(env, "feed(stream, Buffer or null)");
	struct stream *stream = data;
	int rc = type == napi_null ? heed_stream_finish(stream->stream, stream->heed->scratch)
				   : heed_stream_feed(stream->stream, stream->heed->scratch, piece, len);
	if (rc == HEED_E_INVALID)
		return throw_error(env, "the stream has ended");
	len = 0;
	heed_stream_next(stream->stream, &text, &len);
	napi_create_buffer_copy(env, len, text, NULL, &shown);
	napi_create_object(env, &result);
	set(env, result, "shown", shown);
	set_text(env, result, "state",
		heed_stream_state(stream->stream) == HEED_STREAM_STOPPED ? "stopped"
		: heed_stream_state(stream->stream) == HEED_STREAM_OPEN  ? "open"
									 : "done");
	set_number(env, result, "level", heed_verdict_level(heed_stream_verdict(stream->stream)));
	return result;
}

NAPI_MODULE_INIT()
{
	static const napi_property_descriptor functions[] = {
		{ "open", NULL, open_heed, NULL, NULL, NULL, napi_enumerable, NULL },
		{ "screen", NULL, screen, NULL, NULL, NULL, napi_enumerable, NULL },
		{ "stream", NULL, open_stream, NULL, NULL, NULL, napi_enumerable, NULL },
		{ "feed", NULL, feed, NULL, NULL, NULL, napi_enumerable, NULL },
	};
	if (heed_abi() != HEED_ABI)
		return throw_error(env, "another ABI of libheed");
	napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions);
	return exports;
}
