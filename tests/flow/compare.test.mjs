// `heedwell compare`: two files or a filter of JSON lines; exit code 1 when something was lost or a line was bad, 2 when it cannot start.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { binary, root } from "./harness.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "compare-"));
after(() => fs.rmSync(folder, { recursive: true }));

function run(args, input = "") {
	return spawnSync(binary, ["compare", ...args], { cwd: root, input, encoding: "utf8" });
}

function file(name, text) {
	const place = path.join(folder, name);
	fs.writeFileSync(place, text);
	return place;
}

const source = file("source.txt", "Do not stop quetiapine 25 mg.\n");
const kept = file("kept.txt", "No suspenda la quetiapina de 25 mg.\n");
const lost = file("lost.txt", "Suspenda la quetiapina de 25 mg.\n");

test("what was kept", () => {
	const done = run(["--source", source, "--target", kept]);
	assert.equal(done.status, 0, done.stderr);
	assert.match(done.stdout, /source read as en, target as es/);
	assert.match(done.stdout, /no difference found/);
});

test("what was lost, for people", () => {
	const done = run(["--source", source, "--target", lost, "--source-lang", "en", "--target-lang", "es"]);
	assert.equal(done.status, 1, done.stderr);
	assert.match(done.stdout, /^DANGER: /m);
	assert.match(done.stdout, /source \(bytes 7-11\): stop/);
	assert.match(done.stdout, /a person should look/);
});

test("what was lost, as JSON", () => {
	const done = run(["--source", source, "--target", lost, "--json"]);
	assert.equal(done.status, 1);
	const result = JSON.parse(done.stdout);
	assert.equal(result.severity, 4);
	assert.equal(result.hold, true);
	assert.equal(result.differences[0].trouble, "negation");
	assert.deepEqual(result.differences[0].source, [7, 11]);
	const dose = result.source.facts.find((fact) => fact.kind === "dose");
	assert.deepEqual(dose, { kind: "dose", span: [23, 28], medicine: "quetiapine", amount: 25, unit: "milligram" });
});

test("a filter: a line for each line, in order, and bad lines are told", () => {
	const lines = [
		JSON.stringify({ id: 1, source: "2 tablets daily", target: "2 Tabletten täglich", source_lang: "en", target_lang: "de" }),
		"not json",
		JSON.stringify({ id: "x", source: "2 tablets daily" }),
		JSON.stringify({ id: "y", source: "half a tablet", target: "1 tablet" }),
		JSON.stringify({ id: "z", source: "a\u0000b 5 mg", target: "a\u0000b 5 mg" }),
	];
	const done = run([], lines.join("\n") + "\n");
	assert.equal(done.status, 1);
	const results = done.stdout.trim().split("\n").map((line) => JSON.parse(line));
	assert.deepEqual(results.map((result) => result.id), [1, null, null, "y", "z"]);
	assert.deepEqual(results.map((result) => result.hold), [false, undefined, undefined, true, false]);
	assert.equal(results[1].error.code, "json");
	assert.equal(results[1].error.line, 2);
	assert.equal(results[2].error.code, "invalid");
	assert.equal(run([], lines[0] + "\n").status, 0);
	assert.equal(run([], "").status, 0);
});

test("wrong use", () => {
	assert.equal(run(["--source", source]).status, 2);
	assert.equal(run(["--bogus"]).status, 2);
	assert.equal(run(["--json"]).status, 2);
	const missing = run(["--source", source, "--target", path.join(folder, "none.txt")]);
	assert.equal(missing.status, 2);
	assert.match(missing.stderr, /none\.txt/);
	assert.equal(run(["--help"]).status, 0);
});
