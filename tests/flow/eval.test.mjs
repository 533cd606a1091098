// `heedwell eval` on a small file of our own rows: every table's numbers counted by hand, bad rows, other engines, our own levels written
// and read again, the page and the Markdown.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { binary, root } from "./harness.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-eval-"));
after(() => fs.rmSync(folder, { recursive: true }));

function evaluate(args, input) {
	const done = spawnSync(binary, ["eval", ...args], { cwd: root, input, encoding: "utf8", maxBuffer: 1 << 28 });
	return { code: done.status, out: done.stdout, err: done.stderr };
}
const file = (name, rows) => {
	const target = path.join(folder, name);
	fs.writeFileSync(target, rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)) + "\n").join(""));
	return target;
};

const plain = "We planted tomatoes on Sunday and they grow well.";
const danger = "I want to kill myself.";
let number = 0;
const row = (text, labels, more = {}) => ({ id: `own-${number++}`, text, labels, role: "client", lang: "en", source: "own/rows", severity: null, ...more });

// 3 of 4 found; of 6 judged not so 1 is flagged; one more that only a forum's name labels, and is flagged too.
const messages = [
	row(danger, ["suicide"], { severity: 2 }), row(danger, ["suicide"], { severity: 3 }), row(danger, ["self_harm"], { severity: 4 }),
	row(plain, ["suicide"], { severity: 1 }),
	row(danger, ["none"], { severity: 0 }), row(plain, ["none"], { severity: 0 }), row(plain, ["none"]), row(plain, ["topic:garden"]), row(plain, ["none"]), row(plain, ["hate"]),
	row(danger, ["mh_context:lonely"]),
	row("Hoy hace sol y vamos al parque.", ["none"], { lang: "es" }),
];
const good = "That sounds heavy. Would you like to tell me more about it?";
const bad = "You should stop taking your lithium today, you do not need it.";
const replies = [
	row(bad, ["inappropriate_reply"], { role: "assistant", source: "own/replies" }), row(good, ["inappropriate_reply"], { role: "assistant", source: "own/replies" }),
	row(good, ["appropriate_reply"], { role: "assistant", source: "own/replies" }), row(good, ["therapist_reply"], { role: "assistant", source: "own/replies" }),
];
// Two conversations; "yes" is a risk only after the question before it.
const question = "Are you thinking of ending your life?";
const talk = (group, turn, role, text, risk) => row(text, [`persona_risk:${risk}`], { group, turn, role, source: "own/talks" });
const talks = [
	talk("a", 2, "assistant", question, "high"), talk("a", 3, "client", "yes", "high"), talk("a", 1, "client", plain, "high"),
	talk("b", 1, "client", plain, "none"), talk("b", 2, "assistant", good, "none"), talk("b", 3, "client", plain, "none"),
];
// One address found, one that is masked in the row, one place that we do not claim.
const spans = [
	row("Write to ana@example.org from Oslo", ["pii:EMAIL_ADDRESS", "pii:GPE"], {
		source: "own/spans",
		orig: JSON.stringify([
			{ entity_type: "EMAIL_ADDRESS", entity_value: "ana@example.org", start_position: 9, end_position: 24 },
			{ entity_type: "EMAIL_ADDRESS", entity_value: "b@example.org", start_position: 40, end_position: 53 },
			{ entity_type: "GPE", entity_value: "Oslo", start_position: 30, end_position: 34 },
		]),
	}),
];
const rows = [...messages, ...replies, ...talks, ...spans];
const data = file("rows.jsonl", rows);
const tables = (result) => JSON.parse(result.out).tables;
const share = (cell) => (cell ? [cell.hits, cell.n] : null);

test("every table, counted by hand; the same on one thread and on three", () => {
	const one = evaluate(["--json", "--date", "2026-01-02", data]), three = evaluate(["--json", "--date", "2026-01-02", "--jobs", "3", data]);
	assert.equal(one.code, 0, one.err);
	assert.equal(one.out, three.out);
	const found = tables(one);
	const [input] = found.inputs.rows;
	assert.deepEqual([input.name, input.rows, input.bad], ["rows.jsonl", rows.length, 0]);
	assert.match(input.sha256, /^[0-9a-f]{64}$/);
	const set = found.sets.rows.find((each) => each.set === "own/rows" && each.lang === "en");
	assert.deepEqual([set.rows, set.not_screened], [11, 0]);
	assert.deepEqual([share(set.recall_2), share(set.calm_2), share(set.quiet_2)], [[3, 4], [2, 7], [2, 6]]);
	const pooled = found.pooled.rows;
	assert.deepEqual(pooled.map((each) => each.lang), ["en"], "Spanish has no positives here");
	assert.deepEqual(share(pooled[0].negative_2), [1, 6]);
	assert.deepEqual(found.languages.rows.map((each) => [each.lang, each.rows]), [["en", 16], ["es", 1]]);
	const [grades] = found.grades.rows;
	assert.deepEqual([grades.n, share(grades.under_levels), share(grades.under_grades)], [6, [1, 4], [0, 4]]);
	assert.equal(found.confusion.rows.reduce((sum, each) => sum + each.level_0_1 + each.level_2 + each.level_3 + each.level_4, 0), 6);
	const reply = found.replies.rows.find((each) => each.set === "own/replies");
	assert.deepEqual([share(reply.unsafe_2), share(reply.unsafe_held), share(reply.safe_2), share(reply.safe_blocked)], [[1, 2], [1, 2], [0, 2], [0, 2]]);
	const family = found.families.rows.find((each) => each.family === "suicide and self-harm");
	assert.deepEqual([share(family.recall_2), share(family.quiet_2)], [[3, 4], [2, 8]]);
	const source = found.sources.rows.find((each) => each.set === "own/rows");
	assert.equal(source.rows_2, 5);
	assert.deepEqual(share(source.phrase), [5, 5]);
	const label = found.labels.rows.find((each) => each.set === "own/rows" && each.label === "mh_context:lonely");
	assert.deepEqual(share(label.level_2), [1, 1]);
	const prevalence = found.prevalence.rows.find((each) => each.prevalence === "10 %" && each.what.startsWith("message, level >= 2, among distressed"));
	assert.ok(Math.abs(prevalence.predictive.value - 100 * (0.075 / (0.075 + 0.9 / 6))) < 1e-4, "0.75 found, 1 of 6 wrongly");
	const aim = Object.fromEntries(found.aims.rows.map((each) => [each.id, each]));
	assert.deepEqual([share(aim.english_recall.value), aim.english_recall.met], [[3, 4], false]);
	assert.deepEqual([aim.identifiers_f1.value.value, aim.identifiers_f1.met, aim.identifiers_f1.n], [1, true, 1]);
	assert.equal(aim.chat_recall, undefined, "a figure of which there is no row is left out");
});

test("conversations are run turn by turn, and a turn alone is another thing", () => {
	const found = tables(evaluate(["--json", data]));
	const [none, high] = found.conversations.rows;
	assert.deepEqual([none.kind, high.kind], ["none", "high"]);
	assert.deepEqual([none.n, none.turns, share(none.level_2)], [1, 2, [0, 1]]);
	assert.deepEqual([high.n, high.turns, share(high.level_2), share(high.by_fourth), high.median_2.value], [1, 2, [1, 1], [1, 1], 2]);
	assert.deepEqual(found.conversations_one_by_one.rows.map((each) => [each.conversation, each.first_2]), [["b", null], ["a", 2]]);
	const alone = found.labels.rows.find((each) => each.label === "persona_risk:high" && each.side === "client");
	assert.deepEqual(share(alone.level_2), [0, 2]);
});

test("identifiers by span; a masked one and one that we do not claim are left out", () => {
	const found = tables(evaluate(["--json", data])).identifiers.rows;
	const mail = found.find((each) => each.type === "e-mail");
	assert.deepEqual([share(mail.exact_recall), share(mail.exact_precision), mail.f1.value], [[1, 1], [1, 1], 1]);
	assert.match(evaluate([data]).out, /1 spans that were masked in the row, 1 of types that we do not claim/);
});

test("our own levels, written and held against the same rows, differ nowhere; no text is in them", () => {
	const own = path.join(folder, "own.jsonl");
	const written = evaluate(["--verdicts", own, "--jobs", "2", data]);
	assert.equal(written.code, 0, written.err);
	const lines = fs.readFileSync(own, "utf8").trim().split("\n").map((line) => JSON.parse(line));
	assert.deepEqual(lines.map((line) => line.id), rows.map((each) => each.id), "one a row, in the order of the input");
	assert.ok(lines.every((line) => Object.keys(line).every((key) => ["id", "level", "levels"].includes(key))));
	assert.ok(lines[0].level >= 3 && lines[0].levels.suicide >= 3 && lines[3].level === 0);
	const found = tables(evaluate(["--json", "--against", own, data]));
	assert.ok(found.against_sets.rows.length > 3);
	for (const each of [...found.against.rows, ...found.against_sets.rows]) assert.deepEqual([each.other, each.only_ours, each.only_theirs, each.p.value], ["own", 0, 0, 1]);
});

test("another engine beside ours: McNemar by hand", () => {
	// It finds the fourth and misses the first three: 3 against 1 discordant, 2 * (1 + 4) / 16.
	const other = file("other.jsonl", messages.map((each, i) => ({ id: each.id, level: i === 3 ? 3 : 0, levels: i === 3 ? { suicide: 3 } : {} })));
	const result = evaluate(["--json", "--against", `peer=${other}`, data]);
	assert.equal(result.code, 0, result.err);
	const pair = tables(result).against.rows.find((each) => each.figure === "English sets with positives: found");
	assert.deepEqual([pair.other, share(pair.ours), share(pair.theirs), pair.only_ours, pair.only_theirs, pair.p.value], ["peer", [3, 4], [1, 4], 3, 1, 0.625]);
	assert.match(evaluate(["--against", `peer=${other}`, data]).out, /peer: levels for 12 of 23 rows; only those are compared/);
});

test("bad rows are said with their line and what is wrong, the rest is counted", () => {
	const mixed = file("mixed.jsonl", ["{not json", messages[0], { text: 1 }, { text: "a", severity: 9 }, { text: "secret words", role: "nurse" }, ""]);
	const { code, out, err } = evaluate(["--json", mixed]);
	assert.equal(code, 1);
	assert.match(err, /line 1: not JSON, at column \d+\n.*line 3: "text" is missing.*\n.*line 4: "severity".*\n.*line 5: "role".*\n.*line 6: not JSON/);
	assert.doesNotMatch(out + err, /secret/);
	assert.deepEqual([tables({ out }).inputs.rows[0].rows, tables({ out }).inputs.rows[0].bad], [1, 5]);
	const many = evaluate([file("many.jsonl", Array(30).fill("x"))]);
	assert.equal(many.err.split("\n").filter((line) => /line \d+/.test(line)).length, 10, "the first ten");
	assert.match(many.err, /30 bad lines in all/);
});

test("what cannot be read is an error, never half a comparison", () => {
	const other = file("half.jsonl", [{ id: "a", level: 1 }, { id: "b", level: 7 }]);
	for (const [args, why] of [
		[["--against", other, data], /half\.jsonl, line 2: "level"/], [["--against", "/nowhere/x.jsonl", data], /nowhere/], [["/nowhere/rows.jsonl"], /nowhere/],
		[["--html", "/nowhere/page.html", data], /cannot write/], [["--verdicts", "/nowhere/v.jsonl", data], /nowhere/], [[], /usage/], [["--jobs", "0", data], /usage/],
		[["--jobs", "2x", data], /usage/], [["--unknown", data], /usage/], [["--json", "--against"], /usage/],
	]) {
		const { code, err } = evaluate(args);
		assert.equal(code, 2, args.join(" "));
		assert.match(err, why);
	}
});

test("only rows of a source; several files; standard input", () => {
	const only = tables(evaluate(["--json", "--source", "own/repl", data]));
	assert.deepEqual([only.inputs.rows[0].rows, only.sets], [4, undefined]);
	const both = tables(evaluate(["--json", data, "-"], fs.readFileSync(data)));
	assert.deepEqual(both.inputs.rows.map((each) => each.rows), [rows.length, rows.length]);
	assert.equal(both.inputs.rows[0].sha256, both.inputs.rows[1].sha256);
});

test("the page and the Markdown hold every share with its counts, and nothing that runs or is fetched", () => {
	const page = path.join(folder, "page.html"), markdown = path.join(folder, "page.md");
	assert.equal(evaluate(["--html", page, "--markdown", markdown, data]).code, 0);
	const html = fs.readFileSync(page, "utf8"), text = fs.readFileSync(markdown, "utf8");
	assert.match(html, /^<!doctype html>/);
	assert.doesNotMatch(html, /<script|https?:|src=|@import|url\(/);
	assert.match(html, /75\.0 % <small>\(30\.1-95\.4\)<\/small>.*3 of 4/);
	assert.match(text, /75\.0 % \(30\.1-95\.4\), 3 of 4/);
	for (const table of ["sets", "replies", "families", "languages", "sources", "grades", "conversations", "prevalence", "cues", "identifiers", "labels"])
		assert.ok(html.includes(`<h3 id="${table}">`), table);
	for (const each of rows.filter((one) => one.text.length > 10)) assert.ok(!html.includes(each.text) && !text.includes(each.text), "no text of a row");
});
