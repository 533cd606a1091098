// `heedwell screen` as a filter: every line gives one line, of the shipped schema; bad lines are error records and the run goes on.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";
import { binary, root } from "./harness.mjs";

/** Runs the program over `input`; {code, lines, stderr}. */
function screen(input, ...args) {
	return new Promise((resolve, reject) => {
		const child = spawn(binary, ["screen", ...args], { cwd: root });
		let out = "", err = "";
		child.stdout.on("data", (bytes) => (out += bytes));
		child.stderr.on("data", (bytes) => (err += bytes));
		child.on("error", reject);
		child.on("close", (code) => resolve({ code, text: out, lines: out.split("\n").filter(Boolean), stderr: err }));
		child.stdin.on("error", () => {});
		child.stdin.end(input);
	});
}

const schema = JSON.parse(fs.readFileSync(path.join(root, "docs/reference/verdict.schema.json"), "utf8"));
const conforms = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

function check(line) {
	const value = JSON.parse(line);
	assert.ok(conforms(value), `${line}\n${JSON.stringify(conforms.errors?.slice(0, 4))}`);
	return value;
}

const rows = [
	{ id: "a", text: "I want to die tonight", role: "client" },
	{ id: 2, text: "The weather was lovely and I went for a walk." },
	{ id: null, text: "No quiero vivir más", role: "client", country: "ES", age: 34 },
	{ id: "split", text: "kill myself", context: [{ role: "client", text: "i really want to" }] },
	{ id: "answer", text: "yes", context: [{ role: "assistant", text: "Are you thinking of ending your life?" }] },
	{ id: "answer-text", text: "yes", context: "Are you thinking of ending your life?" },
	{ id: "reply", text: "You clearly have bipolar disorder. Call 0800 555 0143.", role: "assistant", country: "GB" },
	{ id: "empty", text: "" },
	{ id: "nul", text: "a\u0000b i want to die" },
	{ id: "lone", text: "i want to die \ud83d" },
	{ id: "disguise", text: "k1ll mys3lf" },
	{ id: "friend", text: "my friend says she will kill herself" },
	{ id: "tool", text: "Result: 3 rows", role: "tool" },
	{ id: "long", text: "we walked on. ".repeat(20000) + "i want to die" },
];
const input = rows.map((row) => JSON.stringify(row) + "\n").join("");

test("the schema that is shipped is the program's own", async () => {
	const { code, text } = await screen("", "--schema");
	assert.equal(code, 0);
	assert.equal(text, fs.readFileSync(path.join(root, "docs/reference/verdict.schema.json"), "utf8"));
});

test("one line of the schema for each line, in order", async () => {
	const { code, lines } = await screen(input);
	assert.equal(code, 0);
	assert.equal(lines.length, rows.length);
	const verdicts = Object.fromEntries(lines.map((line, i) => {
		const verdict = check(line);
		assert.equal(verdict.id, rows[i].id);
		assert.equal(verdict.decision, undefined);
		return [String(rows[i].id), verdict];
	}));
	assert.equal(verdicts.a.level, 4);
	assert.equal(verdicts[2].level, 0);
	assert.ok(verdicts.null.level >= 2);
	assert.equal(verdicts.split.level, 3);
	assert.equal(verdicts.answer.level, 3);
	assert.equal(verdicts["answer-text"].level, 3);
	assert.ok(verdicts.reply.concepts.includes("reply.diagnosis") && verdicts.reply.concepts.includes("unverified.phone"));
	assert.ok(verdicts.empty.empty && verdicts.empty.level === 0);
	assert.equal(verdicts.nul.level, 3);
	assert.equal(verdicts.lone.level, 3);
	assert.equal(verdicts.disguise.findings[0].source, "deobfuscated");
	assert.ok(verdicts.friend.levels.third_party >= 3);
	assert.ok(verdicts.long.truncated && verdicts.long.level >= 2, "what nobody read asks for a person");
});

test("offsets are bytes of the input text", async () => {
	const text = "Ay, él dijo: “nada”. I want to die 😔 now";
	const { lines } = await screen(JSON.stringify({ id: 1, text }) + "\n");
	const bytes = Buffer.from(text, "utf8");
	const finding = check(lines[0]).findings.find((one) => one.concept === "suicide.active");
	assert.equal(bytes.subarray(finding.start, finding.end).toString("utf8"), "want to die");
});

test("a decision with --policy, for every preset; an unknown one says which there are", async () => {
	for (const preset of ["chatbot", "augmented", "teletherapy", "vr", "cbt"]) {
		const { code, lines } = await screen(input, "--policy", preset);
		assert.equal(code, 0);
		const verdicts = lines.map(check);
		for (const verdict of verdicts) assert.ok(verdict.decision.rules.length >= 1);
		assert.equal(verdicts[0].decision.alert, 1);
		assert.equal(verdicts[0].decision.speaker, "script");
		assert.notEqual(verdicts[0].decision.action, "block", "a client's disclosure is never blocked");
		assert.ok(["block", "replace", "review"].includes(verdicts[rows.findIndex((row) => row.id === "reply")].decision.action));
	}
	const { code, stderr } = await screen(input, "--policy", "nonsense");
	assert.equal(code, 2);
	assert.match(stderr, /no policy "nonsense"; there are .*chatbot/);
});

test("any number of jobs gives the same bytes", async () => {
	const many = input.repeat(20);
	const one = await screen(many, "--policy", "chatbot");
	const four = await screen(many, "--policy", "chatbot", "--jobs", "4");
	assert.equal(one.text, four.text);
});

test("a bad line is a record, the run goes on, and the exit code tells", async () => {
	const bad = ["{", "[]", '{"id":1}', '{"id":1,"text":7}', '{"text":"x","text":"y"}', '{"text":"x","context":[1]}', '{"text":"x","age":-1}', "", "\xff\xfe"];
	const { code, lines } = await screen(Buffer.from(bad.join("\n") + '\n{"id":"last","text":"i want to die"}\n', "latin1"));
	assert.equal(code, 1);
	const records = lines.map(check);
	assert.equal(records.at(-1).id, "last");
	assert.equal(records.at(-1).level, 3);
	for (const record of records.slice(0, -1)) assert.ok(record.error.message.length > 0);
	assert.equal(records[0].error.line, 1);
	assert.equal(records[0].error.code, "json");
	assert.equal(records[2].error.code, "invalid");
});

test("bytes that are not UTF-8 are screened", async () => {
	const { code, lines } = await screen(Buffer.concat([Buffer.from('{"id":1,"text":"'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from(' i want to die"}\n')]));
	assert.equal(code, 0);
	assert.equal(check(lines[0]).level, 3);
});

test("an explanation for people", async () => {
	const { code, text } = await screen(JSON.stringify({ text: "I want to die tonight" }) + "\n", "--explain", "--policy", "chatbot");
	assert.equal(code, 0);
	assert.match(text, /level 4, imminent/);
	assert.match(text, /decision: annotate; speaks: script; alert of priority 1/);
});

const client = (text, at) => ({ role: "client", text, at });

test("a conversation a line: the grade with its reasons, in order", async () => {
	const talks = [
		{ id: "calm", turns: [client("I want to die", "2026-11-01T10:00:00Z"), { role: "assistant", text: "I am glad that you wrote." }, client("suddenly I feel so calm", "2026-11-03T10:00:00Z")] },
		{ id: "question", turns: [{ role: "assistant", text: "Are you thinking of ending your life?" }, client("how is the weather with you")] },
		{ id: "answer", turns: [{ role: "assistant", text: "Are you thinking of ending your life?" }, client("yes")] },
		{ id: "split", turns: [client("i really want to"), client("kill myself")] },
		{ id: "old", turns: [client("I feel like a burden to my kids", "2026-09-01T10:00:00Z"), client("we had soup", "2026-11-01T10:00:00Z")] },
		{ id: "kept", kept_level: 3, turns: [client("we had soup")] },
		{ id: "lowered", lowered: { turns: 1, level: 1 }, turns: [client("I want to die"), { role: "assistant", text: "A clinician spoke with you." }, client("we had soup")] },
		{ id: "none", turns: [] },
		{ id: "safe", turns: [client("I could never leave my kids, and my sister is here with me")] },
	];
	const { code, lines } = await screen(talks.map((talk) => JSON.stringify(talk) + "\n").join(""), "--conversation");
	assert.equal(code, 0);
	const of = Object.fromEntries(lines.map(check).map((grade) => [grade.id, grade]));
	assert.deepEqual(lines.map((line) => JSON.parse(line).id), talks.map((talk) => talk.id));
	const rule = (id, name) => of[id].reasons.find((reason) => reason.rule === name);
	assert.deepEqual([of.calm.grade, rule("calm", "calm")?.turn], [3, 2]);
	assert.deepEqual([of.question.grade, rule("question", "unanswered")?.concept], [2, "suicide.active"]);
	assert.deepEqual([of.answer.grade, rule("answer", "answer")?.turn, rule("answer", "unanswered")], [3, 1, undefined]);
	assert.ok(of.split.grade >= 3 && rule("split", "split")?.turn === 1);
	assert.deepEqual([of.old.grade, of.old.messages[0].level, of.kept.grade, of.lowered.grade, of.none.grade], [0, 2, 3, 1, 0]);
	assert.deepEqual(of.safe.protective.map((one) => one.kind).filter((kind) => ["reason", "near"].includes(kind)).sort(), ["near", "reason"]);
});

test("a conversation that cannot be read is an error record, and the run goes on", async () => {
	const bad = ['{"id":1}', '{"turns":[{"text":7}]}', '{"turns":[{"text":"a","at":"yesterday"}]}', '{"turns":[],"kept_level":9}', '{"turns":[],"lowered":3}',
		JSON.stringify({ turns: Array.from({ length: 5000 }, () => ({ text: "a" })) }), "[]", "{"];
	const { code, lines } = await screen([...bad, '{"id":"good","turns":[{"text":"hello"}]}'].join("\n") + "\n", "--conversation");
	assert.equal(code, 1);
	const values = lines.map(check);
	assert.ok(values.slice(0, bad.length).every((value) => value.error));
	assert.deepEqual([values.at(-1).id, values.at(-1).grade], ["good", 0]);
	assert.equal((await screen("", "--conversation", "--policy", "chatbot")).code, 2);
	assert.match((await screen('{"turns":[{"text":"I want to die"}]}\n', "--conversation", "--explain")).text, /grade 3[\s\S]*level 3 {2}highest, turn 1/);
});

test("--redact replaces identifiers by pseudonyms of the whole conversation, and never half a text", async () => {
	const context = [{ role: "client", text: "I am Ana Gil, call 555-0199" }, { role: "assistant", text: "Thank you, Ana." }];
	const lines = [
		{ id: 1, text: "It is Ana again, my brother Zorba said call 5550199. [PERSON_1]", context },
		{ id: 2, text: "Ana Gil is welcome.", role: "assistant", context },
		{ id: 3, text: "I am Ana Gil. ".repeat(20000) },
		{ id: 4, text: "nothing here" },
	];
	const { code, lines: out } = await screen(lines.map((row) => JSON.stringify(row) + "\n").join(""), "--redact");
	assert.equal(code, 0);
	const [first, reply, long, plain] = out.map(check);
	assert.equal(first.redacted, "It is [PERSON_1.2] again, my brother [PERSON_2] said call [PHONE_1.2]. [LITERAL_1]");
	const back = new Map(first.pseudonyms.map((one) => [one.pseudonym, one.text]));
	assert.equal(first.redacted.replace(/\[[A-Z_]+_[0-9]+(\.[0-9]+)?\]/g, (one) => back.get(one)), lines[0].text);
	assert.equal(reply.redacted, "[PERSON_1] is welcome.");
	assert.equal(long.redacted, null);
	assert.equal(plain.redacted, "nothing here");
	assert.deepEqual(plain.pseudonyms, []);
});
