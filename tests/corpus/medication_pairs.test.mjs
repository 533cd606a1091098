// Instructions and their translations, written by us: what was kept is not held, what was lost is, with the languages given and told from the text;
// and each text against itself differs in nothing. Prints how many of each were right.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { binary, root } from "../flow/harness.mjs";

const rows = fs.readFileSync(path.join(root, "tests/corpus/medication_pairs.jsonl"), "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));

function compare(lines) {
	const done = spawnSync(binary, ["compare"], { cwd: root, input: lines.map((line) => JSON.stringify(line) + "\n").join(""), maxBuffer: 1 << 28, encoding: "utf8" });
	assert.ok(done.status === 0 || done.status === 1, done.stderr);
	const results = done.stdout.trim().split("\n").map((line) => JSON.parse(line));
	assert.equal(results.length, lines.length);
	return results;
}

/** `untold`: how many texts may be held because nobody said their language and too few of their words are known. */
function check(lines, untold) {
	const results = compare(lines);
	const unread = (result) => result.differences.some((item) => item.trouble === "language");
	const wrong = results.filter((result, i) => result.hold !== lines[i].hold && !(untold && unread(result)));
	const open = results.filter((result, i) => !lines[i].hold && unread(result)).length;
	const kept = lines.filter((line) => !line.hold).length;
	console.log(`${lines.length - wrong.length - open} of ${lines.length} as expected (${kept} kept, ${lines.length - kept} lost), ${open} in a language that was not told`);
	assert.deepEqual(wrong.map((result) => [result.id, result.differences.map((item) => `${item.kind} ${item.trouble}`)]), []);
	assert.ok(open <= untold, `${open} texts whose language was not told`);
}

test("with the languages given", () => check(rows, 0));

test("with the languages told from the texts", () => check(rows.map(({ source_lang, target_lang, ...row }) => row), 2));

test("a text against itself", () => {
	const covered = new Set(["en", "es", "fr", "de", "pt", "zh", "ar"]);
	const texts = rows.flatMap((row) => [[row.source, row.source_lang], [row.target, row.target_lang]]).filter(([, lang]) => covered.has(lang));
	const lines = texts.map(([text, lang], i) => ({ id: i, source: text, target: text, source_lang: lang, target_lang: lang }));
	assert.deepEqual(compare(lines).filter((result) => result.differences.length).map((result) => lines[result.id].source), []);
});
