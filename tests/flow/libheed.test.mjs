// libheed.test.mjs: the examples of docs/examples, in C, Python and Node, over the library that other programs get: they say what `heedwell screen` says.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
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

const reply = "That sounds hard. You should stop taking your lithium today. Sleep well.";

function compile(output, source, ...options) {
	execFileSync("cc", ["-Wall", "-Wextra", "-Werror", "-o", output, path.join(root, source), ...options], { encoding: "utf8" });
}

test("Node, by an add-on of Node-API: the same, and a reply that arrives in pieces", (t) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-addon-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const addon = path.join(folder, "heed.node"), script = path.join(root, "docs/examples/heed.mjs");
	compile(addon, "docs/examples/heed_node.c", "-shared", "-fPIC", "-I", path.join(root, "node_modules/node-api-headers/include"), "-I", path.join(root, "include"), "-L", built, "-lheed", `-Wl,-rpath,${built}`);
	const run = (...more) => execFileSync(process.execPath, [script, addon, path.join(root, "packs"), ...more], { encoding: "utf8", maxBuffer: 1 << 26 }).trim().split("\n").map((line) => JSON.parse(line));
	run(...texts).forEach((line, i) => {
		assert.equal(line.level, wanted[i].level, texts[i]);
		assert.equal(line.lang, wanted[i].lang, texts[i]);
		assert.deepEqual(line.findings.map((one) => [one.concept, one.level, one.start, one.end, one.why]), wanted[i].findings.map((one) => [one.concept, one.level, one.start, one.end, one.why]), texts[i]);
		assert.match(line.explanation, new RegExp(`^Level ${wanted[i].level}: `));
	});
	assert.deepEqual(run("--stream", reply, "What helps you? I am here."), [{ shown: "That sounds hard. " }, { shown: "What helps you? I am here." }]);
	assert.throws(() => execFileSync(process.execPath, ["--input-type=module", "-e", `import { createRequire } from "node:module"; createRequire("/")(${JSON.stringify(addon)}).open([["a.yaml", Buffer.from("kind: [")]])`], { stdio: "pipe" }), /a\.yaml/);
});

test("Python and C: a reply that arrives in pieces goes as far as its first sentence that may not", () => {
	const python = execFileSync("python3", [path.join(root, "docs/examples/heed.py"), path.join(built, "libheed.so"), path.join(root, "packs"), "--stream", reply, "What helps you?"], { encoding: "utf8" });
	assert.deepEqual(python.trim().split("\n").map((line) => JSON.parse(line).shown), ["That sounds hard. ", "What helps you?"]);
	const stopped = spawnSync(path.join(built, "heed_stream"), packs, { input: reply, encoding: "utf8" });
	assert.equal(stopped.status, 1);
	assert.match(stopped.stdout, /^That sounds hard\. I can't go on/);
	assert.match(stopped.stderr, /^Level [34]: .*\nWhat sets the level:\n- /);
	const whole = spawnSync(path.join(built, "heed_stream"), packs, { input: "What helps you?", encoding: "utf8" });
	assert.deepEqual([whole.status, whole.stdout], [0, "What helps you?"]);
});

test("the library exports nothing but its own names, and nothing in it ends the process", () => {
	const names = execFileSync("nm", ["-D", "--defined-only", path.join(built, "libheed.so")], { encoding: "utf8" }).trim().split("\n").map((line) => line.split(" ").at(-1).split("@")[0]);
	assert.ok(names.length > 30);
	for (const name of names) assert.match(name, /^(heed_|HEED_1$)/);
	const needed = execFileSync("nm", ["-D", "--undefined-only", path.join(built, "libheed.so")], { encoding: "utf8" });
	assert.doesNotMatch(needed, / (abort|_?exit|quick_exit|__assert_fail|raise|kill|socket|connect|open|fopen|clock_gettime|getenv|pthread_create)@/);
});

/** What tools/abi says of a header changed by `change` against a list changed by `list`. */
function abi(t, change, list = (text) => text, ...more) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-abi-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	const header = path.join(folder, "heed.h"), known = path.join(folder, "heed.abi");
	fs.writeFileSync(header, change(fs.readFileSync(path.join(root, "include/heed/heed.h"), "utf8")));
	fs.writeFileSync(known, list(fs.readFileSync(path.join(root, "src/screen/heed.abi"), "utf8")));
	return spawnSync(path.join(root, "tools/abi"), ["--header", header, "--list", known, ...more], { encoding: "utf8" });
}

test("a change of the ABI does not pass unseen", (t) => {
	assert.equal(abi(t, (text) => text).status, 0);
	const moved = abi(t, (text) => text.replace("\tconst char *text; /* any bytes; may be NULL when text_len is 0 */\n\tsize_t text_len;", "\tsize_t text_len;\n\tconst char *text;"));
	assert.equal(moved.status, 1);
	assert.match(moved.stdout, /breaks callers: member heed_message\.text offset 16/);
	const grown = abi(t, (text) => text.replace("of the client in years; 0 unknown */\n};", "of the client in years; 0 unknown */\n\tconst char *later;\n};"));
	assert.equal(grown.status, 1);
	assert.match(grown.stdout, /not in the list: member heed_message\.later/);
	assert.doesNotMatch(grown.stdout, /breaks callers/);
	const gone = abi(t, (text) => text.replace(/HEED_API size_t heed_unit_end[^;]*;/, ""));
	assert.match(gone.stdout, /breaks callers: function size_t heed_unit_end/);
	assert.match(gone.stdout, /heed_unit_end is exported and not declared/);
	const value = abi(t, (text) => text.replace("HEED_EMPTY = 2", "HEED_EMPTY = 3"), (text) => text.replace("released no", "released yes"), "--write");
	assert.notEqual(value.status, 0);
	assert.match(value.stderr, /raise HEED_ABI/);
});

test("make install with DESTDIR: header, library, pkg-config, packs and manual are where a package wants them", (t) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-install-"));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	execFileSync("make", ["-C", root, "-o", "build", "install", `DESTDIR=${folder}`], { encoding: "utf8", stdio: "pipe" });
	const prefix = path.join(folder, "usr/local");
	const find = (name) => execFileSync("find", [folder, "-name", name], { encoding: "utf8" }).trim().split("\n").filter(Boolean);
	for (const name of ["heed.h", "libheed.so", "libheed.so.1", "libheed.pc", "heedwell", "concepts.yaml", "heed.3", "heedwell.1", "heedwell-pack.1"]) assert.ok(find(name).length >= 1, name);
	const env = { ...process.env, PKG_CONFIG_PATH: path.dirname(find("libheed.pc")[0]), PKG_CONFIG_SYSROOT_DIR: folder };
	const flags = execFileSync("pkg-config", ["--cflags", "--libs", "libheed"], { encoding: "utf8", env }).trim().split(/\s+/);
	assert.equal(execFileSync("pkg-config", ["--modversion", "libheed"], { encoding: "utf8", env }).trim(), execFileSync(binary, ["version"], { encoding: "utf8" }).match(/\d+\.\d+\.\d+/)[0]);
	const program = path.join(folder, "heed_line"), libraries = path.dirname(find("libheed.so.1")[0]);
	compile(program, "docs/examples/heed_line.c", ...flags, `-Wl,-rpath,${libraries}`);
	const installed = find("*.yaml").filter((name) => name.includes("/share/heedwell/packs/"));
	assert.equal(installed.length, packs.length);
	assert.match(execFileSync(program, ["I want to die", ...installed], { encoding: "utf8" }), /^level 3, language en\n/);
	assert.match(execFileSync(path.join(prefix, "bin/heedwell"), ["pack", "explain", "I want to die"], { encoding: "utf8", cwd: "/" }), /suicide\.active/);
});
