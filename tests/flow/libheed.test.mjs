// libheed.test.mjs: the examples of docs/examples, in C and in Python, over the library that other programs get: they say what `heedwell screen` says.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { binary, root } from "./harness.mjs";

const built = path.join(root, "build/release/src/screen");
const texts = ["I want to die", "what a day", "No quiero vivir más", "my brother took all his pills and won't wake up", "k1ll mys3lf", "In my novel she wants to die.", "\u{1F614} ich kann nicht mehr, ich will sterben"];
const packs = fs.readdirSync(path.join(root, "packs"), { recursive: true }).filter((name) => name.endsWith(".yaml")).map((name) => path.join(root, "packs", name)).sort();

const wanted = execFileSync(binary, ["screen"], { input: texts.map((text, id) => JSON.stringify({ id, text }) + "\n").join(""), encoding: "utf8", maxBuffer: 1 << 26 }).trim().split("\n").map((line) => JSON.parse(line));

test("Python, by ctypes: levels, languages and findings with their places", () => {
	const out = execFileSync("python3", [path.join(root, "docs/examples/heed.py"), path.join(built, "libheed.so"), path.join(root, "packs"), ...texts], { encoding: "utf8", maxBuffer: 1 << 26 });
	const lines = out.trim().split("\n").map((line) => JSON.parse(line));
	assert.equal(lines.length, texts.length);
	lines.forEach((line, i) => {
		assert.equal(line.level, wanted[i].level, texts[i]);
		assert.equal(line.lang, wanted[i].lang, texts[i]);
		assert.deepEqual(line.findings.map((one) => [one.concept, one.level, one.start, one.end, one.why]), wanted[i].findings.map((one) => [one.concept, one.level, one.start, one.end, one.why]), texts[i]);
	});
});

test("C: the level that stands in the first line", () => {
	for (const [i, text] of texts.entries()) {
		if (i > 2) break; // each run compiles the packs anew
		const out = execFileSync(path.join(built, "heed_line"), [text, ...packs], { encoding: "utf8" });
		assert.match(out, new RegExp(`^level ${wanted[i].level}, language ${wanted[i].lang}\n`));
	}
});

test("the library exports nothing but its own names", () => {
	const names = execFileSync("nm", ["-D", "--defined-only", path.join(built, "libheed.so")], { encoding: "utf8" }).trim().split("\n").map((line) => line.split(" ").at(-1).split("@")[0]);
	assert.ok(names.length > 15);
	for (const name of names) assert.match(name, /^(heed_|HEED_1$)/);
});
