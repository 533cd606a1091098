/* decide.c: from a verdict to a decision: the join of the program's own floor and of all rules of the preset that hold.
 *
 * The floor is code, so that no pack can take it away: what was not screened is blocked; from level 3 the script speaks, the
 * conversation is held and a person is called; a held conversation stays held; without consent, over a limit or where the law
 * keeps programs out of therapeutic talk the model is not asked; a reply at level 2, 3, 4 is reviewed, replaced, blocked. */
#include "policy/policy_priv.h"

enum floor {
	FLOOR_BASE = 0,
	FLOOR_BOT,
	FLOOR_BOT_REPLY,
	FLOOR_HELD,
	FLOOR_LEVEL_3,
	FLOOR_LEVEL_4,
	FLOOR_NO_CONSENT,
	FLOOR_NOT_SCREENED,
	FLOOR_RATE_LIMITED,
	FLOOR_REPLY,
	FLOOR_REPLY_HELD
};

#define INFO(id_, text_) CALLS(id_, text_, 0)
#define CALLS(id_, text_, alert_) \
	{ \
		{ id_, sizeof(id_) - 1 }, { text_, sizeof(text_) - 1 }, alert_ \
	}

const struct policy_rule_info policy_floor_en[POLICY_FLOOR_COUNT] = {
	[FLOOR_BASE] = INFO("floor.base", "Every message is screened before anybody sees it."),
	[FLOOR_BOT] = INFO("floor.bot", "Where the law keeps programs out of therapeutic talk, only people and prepared texts answer."),
	[FLOOR_BOT_REPLY] = INFO("floor.bot_reply", "Where the law keeps programs out of therapeutic talk, no generated reply is shown."),
	[FLOOR_HELD] = INFO("floor.held", "In a held conversation only the script and people speak."),
	[FLOOR_LEVEL_3] = CALLS("floor.level_3", "From level 3 the model is silent, the script answers and a person is called.", 2),
	[FLOOR_LEVEL_4] = CALLS("floor.level_4", "At level 4 a person is called at once.", 1),
	[FLOOR_NO_CONSENT] = INFO("floor.no_consent", "Without consent, or from somebody who cannot give it, the model is not asked."),
	[FLOOR_NOT_SCREENED] = CALLS("floor.not_screened", "What could not be screened goes no further, and a person looks.", 2),
	[FLOOR_RATE_LIMITED] = INFO("floor.rate_limited", "Over the limit of messages the model is not asked."),
	[FLOOR_REPLY] = INFO("floor.reply", "A reply at level 2 waits for a person, at level 3 is replaced, at level 4 is blocked."),
	[FLOOR_REPLY_HELD] = INFO("floor.reply_held", "Nothing that the model writes is shown in a held conversation."),
};

const struct policy_rule_info policy_floor_es[POLICY_FLOOR_COUNT] = {
	[FLOOR_BASE] = INFO("floor.base", "Cada mensaje se revisa antes de que nadie lo vea."),
	[FLOOR_BOT] = INFO("floor.bot",
		"Donde la ley aparta a los programas de la conversación terapéutica solo responden personas y textos preparados."),
	[FLOOR_BOT_REPLY] = INFO("floor.bot_reply",
		"Donde la ley aparta a los programas de la conversación terapéutica no se muestra ninguna respuesta generada."),
	[FLOOR_HELD] = INFO("floor.held", "En una conversación retenida solo hablan el guion y las personas."),
	[FLOOR_LEVEL_3] = CALLS("floor.level_3", "Desde el nivel 3 el modelo calla, responde el guion y se llama a una persona.", 2),
	[FLOOR_LEVEL_4] = CALLS("floor.level_4", "En el nivel 4 se llama a una persona de inmediato.", 1),
	[FLOOR_NO_CONSENT] = INFO("floor.no_consent", "Sin consentimiento, o sin edad para darlo, no se pregunta al modelo."),
	[FLOOR_NOT_SCREENED] = CALLS("floor.not_screened", "Lo que no se pudo revisar no sigue adelante y lo mira una persona.", 2),
	[FLOOR_RATE_LIMITED] = INFO("floor.rate_limited", "Por encima del límite de mensajes no se pregunta al modelo."),
	[FLOOR_REPLY] = INFO(
		"floor.reply", "Una respuesta de nivel 2 espera a una persona, la de nivel 3 se sustituye y la de nivel 4 se bloquea."),
	[FLOOR_REPLY_HELD] = INFO("floor.reply_held", "En una conversación retenida no se muestra nada de lo que escriba el modelo."),
};

static const struct policy_decision loosest = { .action = ACTION_ALLOW, .speaker = SPEAKER_MODEL };

/* A step of the folding: what has been joined so far; sticky failure by the arena. */
struct folding {
	struct arena *arena;
	struct policy_decision so_far;
};

static void fold(struct folding *folding, const struct policy_decision *decision)
{
	policy_join(folding->arena, &folding->so_far, decision, &folding->so_far);
}

static void fold_floor(struct folding *folding, enum floor floor, struct policy_decision decision)
{
	decision.rules = &policy_floor_en[floor].id;
	decision.rule_count = 1;
	fold(folding, &decision);
}

static struct policy_decision with_speaker(enum policy_speaker speaker)
{
	struct policy_decision decision = loosest;
	decision.speaker = speaker;
	return decision;
}

static void floor_client(struct folding *folding, const struct verdict *verdict, const struct policy_situation *situation)
{
	if (verdict->level >= 3) {
		struct policy_decision decision = with_speaker(SPEAKER_SCRIPT);
		decision.action = ACTION_ANNOTATE;
		decision.alert = 2;
		decision.hold_conversation = true;
		decision.dialogue = STR(POLICY_DIALOGUE_CRISIS);
		fold_floor(folding, FLOOR_LEVEL_3, decision);
	}
	if (verdict->level >= 4) {
		struct policy_decision decision = with_speaker(SPEAKER_SCRIPT);
		decision.alert = 1;
		fold_floor(folding, FLOOR_LEVEL_4, decision);
	}
	if (situation->conversation_held) {
		struct policy_decision decision = with_speaker(SPEAKER_SCRIPT);
		decision.hold_conversation = true;
		decision.dialogue = STR(POLICY_DIALOGUE_CRISIS);
		fold_floor(folding, FLOOR_HELD, decision);
	}
	if (situation->bot < BOT_THERAPEUTIC)
		fold_floor(folding, FLOOR_BOT, with_speaker(SPEAKER_APPROVED));
	if (!situation->consent_ai || !situation->consent_care || !situation->may_consent)
		fold_floor(folding, FLOOR_NO_CONSENT, with_speaker(SPEAKER_APPROVED));
	if (situation->rate_limited)
		fold_floor(folding, FLOOR_RATE_LIMITED, with_speaker(SPEAKER_APPROVED));
}

static void floor_assistant(struct folding *folding, const struct verdict *verdict, const struct policy_situation *situation)
{
	static const enum policy_action actions[] = { ACTION_ALLOW, ACTION_ALLOW, ACTION_REVIEW, ACTION_REPLACE, ACTION_BLOCK };
	int level = verdict->level < 0 ? 4 : verdict->level > 4 ? 4 : verdict->level;
	if (level >= 2) {
		struct policy_decision decision = loosest;
		decision.action = actions[level];
		fold_floor(folding, FLOOR_REPLY, decision);
	}
	if (situation->bot < BOT_THERAPEUTIC) {
		struct policy_decision decision = loosest;
		decision.action = ACTION_BLOCK;
		decision.safe_text = STR("reply.replaced");
		fold_floor(folding, FLOOR_BOT_REPLY, decision);
	}
	if (situation->conversation_held) {
		struct policy_decision decision = with_speaker(SPEAKER_SCRIPT);
		decision.action = ACTION_REPLACE;
		decision.hold_conversation = true;
		decision.dialogue = STR(POLICY_DIALOGUE_CRISIS);
		fold_floor(folding, FLOOR_REPLY_HELD, decision);
	}
}

static void floor_all(struct folding *folding, const struct verdict *verdict, const struct policy_situation *situation)
{
	fold_floor(folding, FLOOR_BASE, loosest);
	if (verdict->state == VERDICT_NOT_SCREENED) {
		struct policy_decision decision = with_speaker(SPEAKER_SCRIPT);
		decision.action = ACTION_BLOCK;
		decision.alert = 2;
		decision.safe_text = STR(POLICY_TEXT_FAILED);
		decision.text_rank = POLICY_RANK_FLOOR;
		fold_floor(folding, FLOOR_NOT_SCREENED, decision);
	}
	if (situation->direction == DIRECTION_CLIENT)
		floor_client(folding, verdict, situation);
	else
		floor_assistant(folding, verdict, situation);
}

void policy_decide(const struct policy *policy, struct str preset, struct arena *arena, const struct verdict *verdict,
	const struct policy_situation *situation, struct policy_decision *ret_decision)
{
	const struct pack *pack = policy && verdict && situation ? policy_find(policy, preset) : NULL;
	if (!pack || arena_failed(arena)) {
		*ret_decision = policy_strictest();
		return;
	}
	struct folding folding = { arena, loosest };
	floor_all(&folding, verdict, situation);
	for (size_t i = 0; i < pack->all_count; i++)
		if (rule_holds(&pack->all[i]->when, verdict, situation))
			fold(&folding, &pack->all[i]->then);
	*ret_decision = arena_failed(arena) ? policy_strictest() : folding.so_far;
}
