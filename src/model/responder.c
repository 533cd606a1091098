/* responder.c: the built-in responder: reflective listening by rule. It finds the theme of the client's last message, says
 * back what it heard and asks one open question; now and then it offers a small step. The same conversation and seed give
 * the same answer; what it said in its last turns it does not say again. It knows nothing and claims nothing. */
#include "model/model_priv.h"
#include "model/responder_text.h"

#include "base/buf.h"
#include "sys/mem.h"

#define LAYER "model/responder"
#define ANSWER_MAX 2048
#define WORDS_MAX 400

struct responder {
	struct model model; /* first */
	struct loop *loop;
	int64_t word_delay_us;
};

struct call {
	struct model_call call; /* first */
	struct responder *responder;
	struct model_events events;
	void *ctx;
	struct buf answer;
	size_t told;
	bool head_told, in_callback, cancelled;
	int64_t created;
	struct loop_timer timer;
};

/* Choosing words */

/* Lower case without accents for the letters of our languages; everything else is a space. */
static size_t plain_letter(struct str text, size_t at, char *ret_letter)
{
	static const char accented[] = "\xA1"
				       "a\xA9"
				       "e\xAD"
				       "i\xB3"
				       "o\xBA"
				       "u\xBC"
				       "u\xB1"
				       "n\x81"
				       "a\x89"
				       "e\x8D"
				       "i\x93"
				       "o\x9A"
				       "u\x91"
				       "n";
	unsigned char c = (unsigned char)text.ptr[at];
	*ret_letter = ' ';
	if (c >= 'A' && c <= 'Z')
		c = (unsigned char)(c + 32);
	if (c >= 'a' && c <= 'z') {
		*ret_letter = (char)c;
		return 1;
	}
	if (c == 0xC3 && at + 1 < text.len) {
		for (size_t i = 0; i + 1 < sizeof(accented) - 1; i += 2)
			if (accented[i] == text.ptr[at + 1])
				*ret_letter = accented[i + 1];
		return 2;
	}
	return 1;
}

/* The message's words, each after a space, in `words`; returns how many. */
static size_t fold_words(struct str text, struct buf *words)
{
	size_t count = 0;
	bool inside = false;
	for (size_t at = 0; at < text.len && count < WORDS_MAX;) {
		char letter;
		at += plain_letter(text, at, &letter);
		if (letter != ' ' && !inside) {
			buf_add_byte(words, ' ');
			count++;
		}
		inside = letter != ' ';
		if (inside)
			buf_add_byte(words, letter);
	}
	buf_add_byte(words, ' ');
	return count;
}

/* How many of the stems begin a word of the message. */
static int hits(struct str words, const char *stems)
{
	struct str rest = str_c(stems);
	int found = 0;
	char sought[40];
	while (rest.len) {
		struct str stem = str_split(&rest, ' ');
		if (!stem.len || stem.len + 1 >= sizeof(sought))
			continue;
		sought[0] = ' ';
		memcpy(sought + 1, stem.ptr, stem.len);
		found += str_find(words, (struct str){ sought, stem.len + 1 }, 0) != SIZE_MAX;
	}
	return found;
}

static const struct responder_language *language_of(struct str lang)
{
	for (size_t i = 0; i < responder_language_count; i++)
		if (str_starts(lang, str_c(responder_languages[i].lang)))
			return &responder_languages[i];
	return &responder_languages[0];
}

struct composer {
	const struct model_request *request;
	const struct responder_language *language;
	uint64_t state;
	struct buf *out;
};

static uint64_t next_random(struct composer *c)
{
	uint64_t z = c->state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static bool said_lately(const struct composer *c, const char *line)
{
	size_t seen = 0;
	for (size_t i = c->request->turn_count; i > 0 && seen < 4; i--) {
		const struct model_turn *turn = &c->request->turns[i - 1];
		if (turn->role != ROLE_ASSISTANT)
			continue;
		seen++;
		if (str_find(turn->text, str_c(line), 0) != SIZE_MAX)
			return true;
	}
	return false;
}

static void say_one(struct composer *c, const char *const *lines, size_t count)
{
	size_t start = (size_t)(next_random(c) % count), pick = start;
	for (size_t i = 0; i < count; i++) {
		pick = (start + i) % count;
		if (!said_lately(c, lines[pick]))
			break;
	}
	if (c->out->len)
		buf_add_byte(c->out, ' ');
	buf_add_c(c->out, lines[pick]);
}

#define SAY(c, lines) say_one((c), (lines), COUNT_OF(lines))

static const struct responder_theme *find_theme(const struct composer *c, struct str words)
{
	const struct responder_theme *best = NULL;
	int most = 0;
	for (size_t i = 0; i < c->language->theme_count; i++) {
		int found = hits(words, c->language->themes[i].stems);
		if (found > most) {
			most = found;
			best = &c->language->themes[i];
		}
	}
	return best;
}

static size_t own_turns(const struct model_request *request)
{
	size_t count = 0;
	for (size_t i = 0; i < request->turn_count; i++)
		count += request->turns[i].role == ROLE_ASSISTANT;
	return count;
}

static void compose_theme(struct composer *c, struct str words, size_t word_count, size_t turn)
{
	const struct responder_theme *theme = find_theme(c, words);
	if (!theme && word_count <= 3 && turn > 0) {
		SAY(c, c->language->plain);
		SAY(c, c->language->short_answers);
		return;
	}
	if (theme)
		SAY(c, theme->reflections);
	else
		SAY(c, c->language->plain);
	if (turn % 4 == 3)
		SAY(c, c->language->steps);
	else if (theme && next_random(c) % 3 != 0)
		SAY(c, theme->questions);
	else
		SAY(c, c->language->open);
}

static void compose(const struct model_request *request, struct buf *out, struct buf *words)
{
	struct str last = request->turn_count ? request->turns[request->turn_count - 1].text : (struct str){ NULL, 0 };
	size_t turn = own_turns(request), word_count = fold_words(last, words);
	struct composer c = { request, language_of(request->lang), request->seed ^ (str_hash(last) + turn * 1000003u), out };
	const struct responder_language *language = c.language;
	struct str folded = buf_str(words);
	bool asks_self = word_count <= 14 && hits(folded, language->self_stems) && last.len && memchr(last.ptr, '?', last.len);
	bool greets = word_count <= 3 && hits(folded, language->greeting_stems);
	if (turn == 0 || asks_self)
		SAY(&c, language->self);
	if (greets)
		SAY(&c, language->greetings);
	else if (word_count <= 6 && hits(folded, language->thanks_stems))
		SAY(&c, language->thanks);
	else if (word_count <= 10 && hits(folded, language->can_do_stems) >= 3)
		SAY(&c, language->can_do);
	else if (asks_self)
		SAY(&c, language->open);
	else
		compose_theme(&c, folded, word_count, turn);
}

/* Speaking */

static void call_free(struct call *call)
{
	loop_timer_stop(call->responder->loop, &call->timer);
	buf_done(&call->answer);
	mem_delete(call);
}

static void tell_end(struct call *call)
{
	struct model_events events = call->events;
	void *ctx = call->ctx;
	struct model_result result = { .finish = MODEL_FINISH_STOP, .wire_bytes = call->answer.len };
	bool failed = call->answer.failed;
	call_free(call);
	if (failed)
		events.failed(ctx, MODEL_FAILED_LIMIT, 0);
	else
		events.done(ctx, &result);
}

static struct str next_word(struct call *call)
{
	struct str rest = str_sub(buf_str(&call->answer), call->told, call->answer.len);
	size_t end = str_find(rest, STR(" "), 0);
	struct str word = str_sub(rest, 0, end == SIZE_MAX ? rest.len : end + 1);
	call->told += word.len;
	return word;
}

static void speak(void *ctx)
{
	struct call *call = ctx;
	struct responder *responder = call->responder;
	call->in_callback = true;
	if (!call->head_told) {
		struct model_head head = { { NULL, 0 }, responder->model.name, call->created };
		call->head_told = true;
		call->events.head(call->ctx, &head);
	}
	do {
		struct model_delta delta = { .surface = SURFACE_CONTENT, .text = next_word(call) };
		if (!call->cancelled && delta.text.len)
			call->events.delta(call->ctx, &delta);
	} while (!call->cancelled && call->told < call->answer.len && responder->word_delay_us == 0);
	call->in_callback = false;
	if (call->cancelled)
		call_free(call);
	else if (call->told < call->answer.len)
		loop_io_timer_start(responder->loop, &call->timer, responder->word_delay_us, speak, call);
	else
		tell_end(call);
}

static int responder_start(struct model *model, const struct model_request *request, const struct model_events *events, void *ctx,
	struct model_call **ret_call, struct err *reterr)
{
	struct responder *responder = (struct responder *)model;
	struct call *call = mem_new(sizeof(*call));
	if (!call)
		return err_set(reterr, E_MEMORY, LAYER, "no memory for a call");
	call->call.model = model;
	call->responder = responder;
	call->events = *events;
	call->ctx = ctx;
	call->created = clock_wall(loop_clock(responder->loop)).us / SECOND_US;
	buf_init(&call->answer, mem_system(), ANSWER_MAX);
	struct buf words;
	buf_init(&words, mem_system(), 16384);
	compose(request, &call->answer, &words);
	buf_done(&words);
	loop_io_timer_start(responder->loop, &call->timer, responder->word_delay_us, speak, call);
	*ret_call = &call->call;
	return 0;
}

static void responder_cancel(struct model_call *call_)
{
	struct call *call = (struct call *)call_;
	call->cancelled = true;
	if (!call->in_callback)
		call_free(call);
}

static void responder_release(struct model *model)
{
	mem_delete(model);
}

int model_open_builtin(struct loop *loop, int64_t word_delay_us, struct model **ret_model, struct err *reterr)
{
	static const struct model_ops ops = { responder_start, responder_cancel, responder_release, true };
	struct responder *responder = mem_new(sizeof(*responder));
	if (!responder)
		return err_set(reterr, E_MEMORY, LAYER, "no memory");
	*responder = (struct responder){ { &ops, STR("heedwell-builtin") }, loop, word_delay_us };
	*ret_model = &responder->model;
	return 0;
}
