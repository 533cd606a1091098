/* screen_schema.c: see screen_schema.h. Every enumeration is read from the functions that name its values, so that the schema cannot lag.
 */
#include "cmd/screen_schema.h"

#include "policy/policy.h"
#include "screen/trajectory.h"

static void family(struct buf *out, int value)
{
	buf_add_json(out, str_c(verdict_family_name((enum family)value)));
}

static void time_frame(struct buf *out, int value)
{
	buf_add_json(out, str_c(verdict_time_name((enum time_frame)value)));
}

static void experiencer(struct buf *out, int value)
{
	buf_add_json(out, str_c(verdict_experiencer_name((enum experiencer)value)));
}

static void source(struct buf *out, int value)
{
	buf_add_json(out, str_c(verdict_source_name((enum finding_source)value)));
}

static void action(struct buf *out, int value)
{
	buf_add_json(out, str_c(policy_action_name((enum policy_action)value)));
}

static void speaker(struct buf *out, int value)
{
	buf_add_json(out, str_c(policy_speaker_name((enum policy_speaker)value)));
}

static void rule(struct buf *out, int value)
{
	buf_add_json(out, str_c(trajectory_rule_name((enum trajectory_rule)value)));
}

static void trend(struct buf *out, int value)
{
	buf_add_json(out, str_c(trajectory_trend_name((enum trajectory_trend)value)));
}

static void add_by_time(struct buf *out)
{
	buf_add_c(out,
		"    \"by_time\": {\"type\": \"object\", \"additionalProperties\": false, \"description\": \"the highest level said of "
		"each time\", \"required\": [");
	for (int i = 0; i < VERDICT_TIMES; i++)
		buf_printf(out, "%s\"%s\"", i ? ", " : "", verdict_time_name((enum time_frame)i));
	buf_add_c(out, "], \"properties\": {");
	for (int i = 0; i < VERDICT_TIMES; i++)
		buf_printf(out, "%s\"%s\": {\"$ref\": \"#/$defs/level\"}", i ? ", " : "", verdict_time_name((enum time_frame)i));
	buf_add_c(out, "}},\n");
}

static void add_enum(struct buf *out, const char *name, int count, void (*add)(struct buf *out, int value))
{
	buf_printf(out, "    \"%s\": {\"enum\": [", name);
	for (int i = 0; i < count; i++) {
		if (i)
			buf_add_c(out, ", ");
		add(out, i);
	}
	buf_add_c(out, "]},\n");
}

/* A family's concepts are its name, or begin with it and a full stop. */
static void add_concept(struct buf *out)
{
	buf_add_c(out, "    \"concept\": {\"type\": \"string\", \"pattern\": \"^(");
	for (int i = 0; i < FAMILY_COUNT; i++)
		buf_printf(out, "%s%s", i ? "|" : "", verdict_family_name((enum family)i));
	buf_add_c(out, ")(\\\\.[a-z_]+)*$\"},\n");
}

static void add_levels(struct buf *out)
{
	buf_add_c(out, "    \"levels\": {\"type\": \"object\", \"additionalProperties\": false, \"required\": [");
	for (int i = 0; i < FAMILY_COUNT; i++)
		buf_printf(out, "%s\"%s\"", i ? ", " : "", verdict_family_name((enum family)i));
	buf_add_c(out, "], \"properties\": {");
	for (int i = 0; i < FAMILY_COUNT; i++)
		buf_printf(out, "%s\"%s\": {\"$ref\": \"#/$defs/level\"}", i ? ", " : "", verdict_family_name((enum family)i));
	buf_add_c(out, "}},\n");
}

static const char head[] =
	"{\n"
	"  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
	"  \"title\": \"A line of heedwell screen\",\n"
	"  \"description\": \"A verdict, the grade of a conversation (--conversation), or the record of a line that could not be read. "
	"Offsets are UTF-8 bytes of the input text. Levels "
	"say how soon a person should look (0 nothing detected, 1 distress, 2 elevated: ask and review, 3 high: a person the same day at "
	"the "
	"latest, 4 imminent: now); they predict nothing.\",\n"
	"  \"oneOf\": [{\"$ref\": \"#/$defs/verdict\"}, {\"$ref\": \"#/$defs/conversation\"}, {\"$ref\": \"#/$defs/failure\"}],\n"
	"  \"$defs\": {\n"
	"    \"level\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 4},\n"
	"    \"id\": {\"type\": [\"string\", \"number\", \"boolean\", \"null\"]},\n";

static const char protective[] =
	"    \"protective\": {\"type\": \"array\", \"description\": \"what speaks for safety now, each kind once\", \"items\": "
	"{\"type\": \"object\", \"additionalProperties\": false,\n"
	"      \"required\": [\"kind\", \"start\", \"end\", \"why\"], \"properties\": {\"kind\": {\"$ref\": "
	"\"#/$defs/protective_kind\"},\n"
	"        \"start\": {\"type\": \"integer\", \"minimum\": 0}, \"end\": {\"type\": \"integer\", \"minimum\": 0}, \"why\": "
	"{\"type\": \"string\"}}}},\n";

static const char conversation[] =
	"    \"protective_kind\": {\"type\": \"string\", \"pattern\": \"^[a-z_]+$\", \"description\": \"reason, support, near, plan, help, "
	"treatment, coping, recovery\"},\n"
	"    \"conversation\": {\"type\": \"object\", \"additionalProperties\": false,\n"
	"      \"required\": [\"id\", \"grade\", \"trend\", \"reasons\", \"reasons_left_out\", \"protective\", \"messages\", \"by_time\", "
	"\"engine\", \"packs\"],\n"
	"      \"properties\": {\"id\": {\"$ref\": \"#/$defs/id\"}, \"grade\": {\"$ref\": \"#/$defs/level\"}, \"trend\": {\"$ref\": "
	"\"#/$defs/trend\"},\n"
	"        \"reasons\": {\"type\": \"array\", \"description\": \"the most urgent first; the grade is the highest of them\", "
	"\"items\": "
	"{\"type\": \"object\", \"additionalProperties\": false,\n"
	"          \"required\": [\"rule\", \"level\", \"turn\", \"concept\", \"why\"], \"properties\": {\"rule\": {\"$ref\": "
	"\"#/$defs/rule\"}, \"level\": {\"$ref\": \"#/$defs/level\"},\n"
	"            \"turn\": {\"type\": [\"integer\", \"null\"], \"minimum\": 0, \"description\": \"index in turns\"}, \"concept\": "
	"{\"type\": \"string\"},\n"
	"            \"why\": {\"type\": \"string\", \"minLength\": 1, \"description\": \"for a clinician; holds nothing of the "
	"text\"}}}},\n"
	"        \"reasons_left_out\": {\"type\": \"integer\", \"minimum\": 0},\n"
	"        \"protective\": {\"type\": \"array\", \"description\": \"what speaks for safety, each kind where it was said last\", "
	"\"items\": {\"type\": \"object\", \"additionalProperties\": false,\n"
	"          \"required\": [\"turn\", \"kind\", \"why\"], \"properties\": {\"turn\": {\"type\": \"integer\", \"minimum\": 0}, "
	"\"kind\": {\"$ref\": \"#/$defs/protective_kind\"}, \"why\": {\"type\": \"string\"}}}},\n"
	"        \"messages\": {\"type\": \"array\", \"description\": \"the client's\", \"items\": {\"type\": \"object\", "
	"\"additionalProperties\": false,\n"
	"          \"required\": [\"turn\", \"level\", \"concepts\", \"truncated\"], \"properties\": {\"turn\": {\"type\": \"integer\", "
	"\"minimum\": 0},\n"
	"            \"level\": {\"oneOf\": [{\"type\": \"null\"}, {\"$ref\": \"#/$defs/level\"}]}, \"truncated\": {\"type\": "
	"\"boolean\"},\n"
	"            \"concepts\": {\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"$ref\": \"#/$defs/concept\"}}}}},\n"
	"        \"by_time\": {\"$ref\": \"#/$defs/by_time\"},\n"
	"        \"engine\": {\"type\": \"string\"}, \"packs\": {\"type\": \"string\"}}},\n";

static const char verdict[] =
	"    \"context\": {\"type\": \"object\", \"additionalProperties\": false,\n"
	"      \"required\": [\"negated\", \"uncertain\", \"hypothetical\", \"question\", \"quoted\", \"idiom\", \"time\", "
	"\"experiencer\"],\n"
	"      \"properties\": {\"negated\": {\"type\": \"boolean\"}, \"uncertain\": {\"type\": \"boolean\"}, \"hypothetical\": {\"type\": "
	"\"boolean\"},\n"
	"        \"question\": {\"type\": \"boolean\"}, \"quoted\": {\"type\": \"boolean\"}, \"idiom\": {\"type\": \"boolean\"},\n"
	"        \"time\": {\"$ref\": \"#/$defs/time_frame\"}, \"experiencer\": {\"$ref\": \"#/$defs/experiencer\"}}},\n"
	"    \"finding\": {\"type\": \"object\", \"additionalProperties\": false,\n"
	"      \"required\": [\"concept\", \"level\", \"base_level\", \"start\", \"end\", \"turn\", \"context\", \"source\", \"phrase\", "
	"\"confidence\", \"why\"],\n"
	"      \"properties\": {\"concept\": {\"$ref\": \"#/$defs/concept\"}, \"level\": {\"$ref\": \"#/$defs/level\"},\n"
	"        \"base_level\": {\"$ref\": \"#/$defs/level\"}, \"start\": {\"type\": \"integer\", \"minimum\": 0}, \"end\": {\"type\": "
	"\"integer\", \"minimum\": 0},\n"
	"        \"turn\": {\"type\": \"integer\", \"maximum\": 0, \"description\": \"0 this message, -1 the turn before it\"},\n"
	"        \"context\": {\"$ref\": \"#/$defs/context\"}, \"source\": {\"$ref\": \"#/$defs/source\"},\n"
	"        \"phrase\": {\"type\": \"string\"}, \"confidence\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 1000, "
	"\"description\": \"per mille\"},\n"
	"        \"why\": {\"type\": \"string\", \"minLength\": 1, \"description\": \"for a clinician; holds nothing of the text\"}}},\n"
	"    \"decision\": {\"type\": \"object\", \"additionalProperties\": false, \"description\": \"only with --policy\",\n"
	"      \"required\": [\"action\", \"alert\", \"speaker\", \"hold_conversation\", \"safe_text\", \"rules\"],\n"
	"      \"properties\": {\"action\": {\"$ref\": \"#/$defs/action\"},\n"
	"        \"alert\": {\"oneOf\": [{\"type\": \"null\"}, {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 4}], \"description\": "
	"\"1 most urgent\"},\n"
	"        \"speaker\": {\"$ref\": \"#/$defs/speaker\"}, \"hold_conversation\": {\"type\": \"boolean\"},\n"
	"        \"safe_text\": {\"type\": \"string\", \"description\": \"key of the message catalogue, or empty\"},\n"
	"        \"rules\": {\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"string\"}}}},\n";

static const char whole[] =
	"    \"verdict\": {\"type\": \"object\", \"additionalProperties\": false,\n"
	"      \"required\": [\"id\", \"level\", \"levels\", \"scanned\", \"empty\", \"truncated\", \"time_frame\", \"experiencer\", "
	"\"by_time\", \"protective\", \"lang\", \"lang_covered\",\n"
	"        \"concepts\", \"findings\", \"engine\", \"packs\"],\n"
	"      \"properties\": {\"id\": {\"$ref\": \"#/$defs/id\"},\n"
	"        \"level\": {\"oneOf\": [{\"type\": \"null\"}, {\"$ref\": \"#/$defs/level\"}], \"description\": \"null when not "
	"scanned\"},\n"
	"        \"levels\": {\"oneOf\": [{\"type\": \"null\"}, {\"$ref\": \"#/$defs/levels\"}]},\n"
	"        \"learned\": {\"type\": \"object\", \"additionalProperties\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 1000}, "
	"\"description\": \"per mille, by the learned stage\"}, \"scanned\": {\"type\": \"boolean\"},\n"
	"        \"empty\": {\"type\": \"boolean\"}, \"reason\": {\"type\": \"string\"}, \"truncated\": {\"type\": \"boolean\"},\n"
	"        \"time_frame\": {\"$ref\": \"#/$defs/time_frame\"}, \"experiencer\": {\"$ref\": \"#/$defs/experiencer\"},\n"
	"        \"by_time\": {\"$ref\": \"#/$defs/by_time\"},\n"
	"        \"protective\": {\"$ref\": \"#/$defs/protective\"},\n"
	"        \"lang\": {\"type\": \"string\"}, \"lang_covered\": {\"type\": \"boolean\"},\n"
	"        \"concepts\": {\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"$ref\": \"#/$defs/concept\"}},\n"
	"        \"findings\": {\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/finding\"}}, \"decision\": {\"$ref\": "
	"\"#/$defs/decision\"},\n"
	"        \"redacted\": {\"type\": [\"string\", \"null\"], \"description\": \"only with --redact; null when the text could not be "
	"read "
	"whole\"},\n"
	"        \"pseudonyms\": {\"type\": \"array\", \"items\": {\"type\": \"object\", \"additionalProperties\": false,\n"
	"          \"required\": [\"pseudonym\", \"text\"], \"properties\": {\"pseudonym\": {\"type\": \"string\", \"pattern\": "
	"\"^\\\\[[A-Z_]+_[0-9]+(\\\\.[0-9]+)?\\\\]$\"}, \"text\": {\"type\": \"string\"}}}},\n"
	"        \"engine\": {\"type\": \"string\", \"pattern\": \"^libheed [0-9]\"}, \"packs\": {\"type\": \"string\", \"pattern\": "
	"\"^[0-9a-f]{16}$\"}},\n"
	"      \"if\": {\"properties\": {\"scanned\": {\"const\": false}}},\n"
	"      \"then\": {\"required\": [\"reason\"], \"properties\": {\"level\": {\"type\": \"null\"}, \"levels\": {\"type\": \"null\"},\n"
	"        \"decision\": {\"properties\": {\"action\": {\"const\": \"block\"}}}}},\n"
	"      \"else\": {\"properties\": {\"level\": {\"type\": \"integer\"}, \"levels\": {\"type\": \"object\"}}}},\n";

static const char failure[] =
	"    \"failure\": {\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"id\", \"error\"],\n"
	"      \"properties\": {\"id\": {\"type\": \"null\"},\n"
	"        \"error\": {\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"code\", \"message\", \"line\"],\n"
	"          \"properties\": {\"code\": {\"enum\": [\"json\", \"invalid\", \"limit\"]}, \"message\": {\"type\": \"string\"},\n"
	"            \"line\": {\"type\": \"integer\", \"minimum\": 1}}}}}\n"
	"  }\n"
	"}\n";

void screen_schema(struct buf *out)
{
	buf_add(out, str_make(head, sizeof head - 1));
	add_concept(out);
	add_levels(out);
	add_enum(out, "family", FAMILY_COUNT, family);
	add_enum(out, "time_frame", TIME_FUTURE + 1, time_frame);
	add_enum(out, "experiencer", EXPERIENCER_POSSIBLE_SELF + 1, experiencer);
	add_enum(out, "source", SOURCE_LIMIT + 1, source);
	add_enum(out, "action", ACTION_ALLOW + 1, action);
	add_enum(out, "speaker", SPEAKER_MODEL + 1, speaker);
	add_enum(out, "rule", TRAJECTORY_RULE_COUNT, rule);
	add_enum(out, "trend", TREND_FALLING + 1, trend);
	add_by_time(out);
	buf_add(out, str_make(protective, sizeof protective - 1));
	buf_add(out, str_make(conversation, sizeof conversation - 1));
	buf_add(out, str_make(verdict, sizeof verdict - 1));
	buf_add(out, str_make(whole, sizeof whole - 1));
	buf_add(out, str_make(failure, sizeof failure - 1));
}
