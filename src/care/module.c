/* module.c: modules as the apps read them. */
#include "care/module.h"

static json_t *text_of(struct str text)
{
	return text.len ? json_stringn(text.ptr, text.len) : json_null();
}

size_t module_lesson_index(const struct module *module, struct str id)
{
	for (size_t i = 0; i < module->lesson_count; i++)
		if (str_eq(module->lessons[i].id, id))
			return i;
	return SIZE_MAX;
}

const struct module_lesson *module_lesson(const struct module *module, struct str id)
{
	size_t index = module_lesson_index(module, id);
	return index == SIZE_MAX ? NULL : &module->lessons[index];
}

json_t *module_json(const struct module *module)
{
	json_t *lessons = json_array(), *figures = json_array();
	for (size_t i = 0; i < module->lesson_count; i++)
		json_array_append_new(lessons,
			json_pack("{s:o,s:o,s:I,s:b}", "id", text_of(module->lessons[i].id), "title", text_of(module->lessons[i].title),
				"minutes", (json_int_t)module->lessons[i].minutes, "homework", module->lessons[i].homework_id.len > 0));
	for (size_t i = 0; i < module->figure_count; i++) {
		const struct module_figure *figure = &module->figures[i];
		json_array_append_new(figures,
			json_pack("{s:o,s:I,s:o,s:o,s:o}", "key", text_of(figure->key), "value", (json_int_t)figure->value, "unit",
				text_of(figure->unit), "source", text_of(figure->source), "certainty", text_of(figure->certainty)));
	}
	return json_pack("{s:o,s:I,s:o,s:o,s:o,s:o,s:I,s:o,s:o,s:o}", "id", text_of(module->id), "version", (json_int_t)module->version,
		"lang", text_of(module->lang), "title", text_of(module->title), "summary", text_of(module->summary), "review",
		text_of(module->review), "days", (json_int_t)module->days, "lessons", lessons, "figures", figures, "reviewed",
		text_of(module->reviewed));
}

static json_t *input_json(const struct module_input *input)
{
	static const char *const kinds[] = { "text", "scale", "choice", "clock", "minutes", "date" };
	json_t *options = json_array();
	for (size_t i = 0; i < input->option_count; i++)
		json_array_append_new(
			options, json_pack("{s:o,s:o}", "id", text_of(input->options[i].id), "label", text_of(input->options[i].label)));
	return json_pack("{s:o,s:s,s:b,s:o,s:o,s:o,s:o,s:I,s:I,s:o}", "id", text_of(input->id), "kind", kinds[input->kind], "required",
		input->required, "label", text_of(input->label), "hint", text_of(input->hint), "low", text_of(input->low), "high",
		text_of(input->high), "min", (json_int_t)input->min, "max", (json_int_t)input->max, "options", options);
}

json_t *module_lesson_json(const struct module_lesson *lesson)
{
	const struct module_exercise *exercise = &lesson->exercise;
	json_t *inputs = json_array(), *homework = json_null();
	for (size_t i = 0; i < exercise->input_count; i++)
		json_array_append_new(inputs, input_json(&exercise->inputs[i]));
	if (lesson->homework_id.len)
		homework = json_pack("{s:o,s:O,s:I}", "id", text_of(lesson->homework_id), "text", (json_t *)lesson->homework, "days",
			(json_int_t)lesson->homework_days);
	return json_pack("{s:o,s:o,s:I,s:O,s:{s:o,s:o,s:O,s:b,s:o},s:o}", "id", text_of(lesson->id), "title", text_of(lesson->title),
		"minutes", (json_int_t)lesson->minutes, "text", (json_t *)lesson->text, "exercise", "id", text_of(exercise->id), "title",
		text_of(exercise->title), "intro", (json_t *)exercise->intro, "repeat", exercise->repeat, "inputs", inputs, "homework",
		homework);
}
