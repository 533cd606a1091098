// Same input, same verdict, whoever compiled the program: gcc with optimisation and clang without write the same bytes for every example inside the packs, both
// sides, plain and joined into long messages. Skipped where the second build is not there (tools/build clang).
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { binary, root } from "../flow/harness.mjs";

const other = path.join(root, "build/clang/src/cmd/heedwell");

function rows() {
	const found = [];
	const dir = path.join(root, "packs");
	for (const file of fs.readdirSync(dir, { recursive: true }).sort()) {
		if (!file.endsWith(".yaml")) continue;
		for (const [, text, rest] of fs.readFileSync(path.join(dir, file), "utf8").matchAll(/^ {2}- \{text: ("(?:[^"\\]|\\.)*")(.*)$/gm))
			found.push({ role: rest.includes("role: assistant") ? "assistant" : "client", text: JSON.parse(text) });
	}
	const long = [];
	for (let at = 0; at + 12 <= found.length; at += 12)
		long.push({ role: found[at].role, text: found.slice(at, at + 12).map((row) => row.text).join(" ") });
	return [...found, ...long];
}

function lines(program, input) {
	const done = spawnSync(program, ["screen"], { cwd: root, input, maxBuffer: 1 << 30, encoding: "utf8" });
	assert.equal(done.status, 0, done.stderr.slice(0, 400));
	return done.stdout.trim().split("\n");
}

test("both compilers' programs give the same verdicts, byte for byte", { skip: fs.existsSync(other) ? false : "no second build (tools/build clang)" }, () => {
	const all = rows();
	const input = all.map((row) => JSON.stringify(row) + "\n").join("");
	const [one, two] = [lines(binary, input), lines(other, input)];
	assert.equal(one.length, all.length);
	for (let i = 0; i < all.length; i++) assert.equal(two[i], one[i], `row ${i} differs`);
	assert.ok(all.length > 1500, `${all.length} rows`);
	console.log(`${all.length} verdicts, sha256 ${createHash("sha256").update(one.join("\n")).digest("hex").slice(0, 16)}`);
});
