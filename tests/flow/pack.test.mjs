// pack.test.mjs: `heedwell pack`, as somebody who writes packs meets it: a form that passes, examples counted by concept, two folders compared, a text
// explained, and every mistake told with file and line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { binary, root } from "./harness.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-pack-"));
after(() => fs.rmSync(folder, { recursive: true }));

/** A folder of its own with few packs: quick to build, and small enough to count by hand. */
function packs(name) {
	const dir = path.join(folder, name);
	const head = (kind, id) => `kind: ${kind}\nid: ${id}\nversion: 1\nlang: en\nauthor: test\nreviewed: 2026-11-28\nreview: not clinically reviewed\n`;
	fs.mkdirSync(path.join(dir, "lexicon/en"), { recursive: true });
	fs.mkdirSync(path.join(dir, "context"));
	fs.mkdirSync(path.join(dir, "helplines"));
	fs.writeFileSync(path.join(dir, "concepts.yaml"), `${head("concepts", "concepts")}concepts:
  - {id: suicide.active, role: client, level: 3, when: {negated: 1, idiom: 0}, why: {en: "Says that they want to die."}}
  - {id: suicide.plan, role: client, level: 4, keep: 2, when: {negated: 0}, why: {en: "Has a plan."}}
  - {id: distress.general, role: client, level: 1, why: {en: "Is in distress."}}
  - {id: protective.reason, role: client, level: 0, why: {en: "Names a reason to live."}}
`);
	fs.writeFileSync(path.join(dir, "lexicon/en/risk.yaml"), `${head("lexicon", "en.risk")}role: client
atoms:
  want: [want, wanna]
phrases:
  - {concept: suicide.active, seq: "@want ~1 die"}
  - {concept: suicide.plan, seq: "have a plan"}
  - {concept: protective.reason, seq: "my kids need me"}
examples:
  - {text: "I want to die", has: [suicide.active], level: 3}
  - {text: "I wanna die, I have a plan", has: [suicide.active, suicide.plan], level: 4}
  - {text: "what a day", level_max: 0}
  - {text: "I don't want to die, my kids need me", has: [suicide.active, protective.reason], level_max: 1}
  - {text: "I have a plane to catch", none: [suicide.plan], level_max: 2}
`);
	fs.writeFileSync(path.join(dir, "context/en.yaml"), `${head("context", "en.context")}triggers:
  - {type: negation, seq: "dont|never", dir: forward, scope: 5}
`);
	fs.writeFileSync(path.join(dir, "helplines/zz.yaml"), `${head("helplines", "helplines.zz")}country: ZZ
emergency: {number: "000", source: "a test", verified_at: 2026-11-28}
lines:
  - {id: zz.line, name: "Test Line", audience: general, channel: phone, value: "1", hours: "", languages: [en], source: "a test", verified_at: 2026-11-28}
`);
	return dir;
}

function pack(args, input) {
	const run = spawnSync(binary, ["pack", ...args], { input, encoding: "utf8", cwd: root, maxBuffer: 1 << 26 });
	assert.equal(run.signal, null, run.stderr);
	return run;
}

/** Replaces text in a file of a folder of packs; it must be there. */
function edit(dir, file, from, to) {
	const name = path.join(dir, file), text = fs.readFileSync(name, "utf8");
	assert.ok(text.includes(from), from);
	fs.writeFileSync(name, text.replace(from, to));
}

test("test: every example, and sensitivity and specificity of each concept with their denominators", () => {
	const dir = packs("counted");
	const run = pack(["test", dir]);
	assert.equal(run.status, 0, run.stderr);
	assert.match(run.stdout, /\n5 examples passed, 0 failed\n$/);
	assert.match(run.stdout, /authors wrote.*not how well real messages are read/);
	const json = JSON.parse(pack(["test", "--json", dir]).stdout);
	const of = (id) => json.concepts.find((one) => one.id === id);
	assert.deepEqual([json.passed, json.failed], [5, 0]);
	// has: three. Below its level 3 and not in `has`: the day (0 at most) and the plane (2 at most).
	assert.deepEqual([of("suicide.active").sensitivity.hits, of("suicide.active").sensitivity.n, of("suicide.active").specificity.hits, of("suicide.active").specificity.n], [3, 3, 2, 2]);
	// has: one. `none`: the plane; below its level 4: "I want to die" (3), the day, the kids.
	assert.deepEqual([of("suicide.plan").sensitivity.n, of("suicide.plan").specificity.n], [1, 4]);
	// Never below its level 1 but for the day: "level 1 at most" says nothing about a concept of level 1.
	assert.deepEqual([of("distress.general").sensitivity, of("distress.general").specificity.n], [null, 1]);
	// A marker counts as found at any level; nothing speaks against it.
	assert.deepEqual([of("protective.reason").sensitivity.n, of("protective.reason").specificity], [1, null]);
	assert.deepEqual([json.messages.sensitivity.n, json.messages.specificity.n], [2, 4]);
	// Wilson 1927 at 3 of 3: 0.4385 to 1.
	assert.equal(of("suicide.active").sensitivity.low, 0.4385);
	assert.equal(of("suicide.active").sensitivity.high, 1);
});

test("test: what fails is named by file and line, lowers the shares, and gives exit code 1", () => {
	const dir = packs("failing");
	edit(dir, "lexicon/en/risk.yaml", '"have a plan"', '"have a plane|plan"');
	edit(dir, "lexicon/en/risk.yaml", '"@want ~1 die"', '"want ~1 die"');
	const run = pack(["test", dir]);
	assert.equal(run.status, 1);
	assert.match(run.stdout, /lexicon\/en\/risk\.yaml:17: FAIL did not find suicide\.active\n {4}text: I wanna die, I have a plan\n/);
	assert.match(run.stdout, /lexicon\/en\/risk\.yaml:20: FAIL expected level 2 or less, got 4/);
	assert.match(run.stdout, /\n3 examples passed, 2 failed\n$/);
	const json = JSON.parse(pack(["test", "--json", dir]).stdout);
	const of = (id) => json.concepts.find((one) => one.id === id);
	assert.deepEqual([of("suicide.active").sensitivity.hits, of("suicide.active").sensitivity.n], [2, 3]);
	assert.deepEqual([of("suicide.plan").specificity.hits, of("suicide.plan").specificity.n], [3, 4]);
	assert.deepEqual(json.failures.map((one) => one.line), [17, 20]);
	assert.equal(pack(["build", "--packs", dir, "--cache", path.join(folder, "cache")]).status, 1); // and does not build
});

test("mistakes in a pack are told with file, line and what is wrong", () => {
	const mistakes = [
		["lexicon/en/risk.yaml", 'seq: "@want ~1 die"', 'seq: "@wnat ~1 die"', /lexicon\/en\/risk\.yaml:12: .*@wnat/],
		["lexicon/en/risk.yaml", "has: [suicide.active], level: 3", "has: [suicide.actvie], level: 3", /risk\.yaml:16: .*suicide\.actvie/],
		["lexicon/en/risk.yaml", "  - {concept: suicide.plan", "  - {concept: [suicide.plan", /risk\.yaml:1\d: /],
		["concepts.yaml", "level: 3,", "level: 9,", /concepts\.yaml:9: .*level/],
		["context/en.yaml", "type: negation", "type: negatoin", /context\/en\.yaml:9: .*type/],
	];
	for (const [i, [file, from, to, said]] of mistakes.entries()) {
		const dir = packs(`mistake${i}`);
		edit(dir, file, from, to);
		for (const args of [["test", dir], ["build", "--packs", dir], ["explain", "--packs", dir, "hello"], ["diff", "--rows", "/dev/null", dir, dir]]) {
			const run = pack(args);
			assert.ok(run.status === 1 || run.status === 2, args.join(" "));
			assert.match(run.stderr, said, args.join(" "));
		}
	}
	for (const args of [["test", path.join(folder, "nowhere")], ["build", "--packs", path.join(folder, "nowhere")], ["diff", path.join(folder, "nowhere"), root]]) {
		const run = pack(args);
		assert.equal(run.status, 2, args.join(" "));
		assert.match(run.stderr, /nowhere/);
	}
});

test("build: into the cache, and from it", () => {
	const dir = packs("built"), cache = path.join(folder, "cache-built");
	const first = pack(["build", "--packs", dir, "--cache", cache]), again = pack(["build", "--packs", dir, "--cache", cache]);
	assert.match(first.stdout, /^4 concepts, 3 phrases, .*\nbuilt, packs [0-9a-f]{16}\n$/);
	assert.equal(again.stdout, first.stdout.replace("built,", "already in the cache,"));
	assert.equal(fs.readdirSync(cache).length, 1);
});

test("new: a pack that passes as it is, and never over one that is there", () => {
	const dir = packs("new");
	for (const [kind, lang, name, file] of [["lexicon", "en", "sleep", "lexicon/en/sleep.yaml"], ["lexicon", "pt-BR", "sono", "lexicon/pt-BR/sono.yaml"], ["context", "en", "songs", "context/en_songs.yaml"], ["keyterms", "nl", "woorden", "lexicon/nl/woorden.yaml"]]) {
		const run = pack(["new", "--packs", dir, "--author", 'Dr. "Q"', kind, lang, name]);
		assert.equal(run.status, 0, run.stderr);
		assert.match(run.stdout, new RegExp(`^wrote .*${file}; its \\d examples? pass`));
		const text = fs.readFileSync(path.join(dir, file), "utf8");
		assert.match(text, /not clinically reviewed/);
		assert.match(text, /placeholder/);
		const over = pack(["new", "--packs", dir, kind, lang, name]);
		assert.equal(over.status, 2);
		assert.match(over.stderr, /is there already/);
		assert.equal(fs.readFileSync(path.join(dir, file), "utf8"), text);
	}
	const tested = pack(["test", dir]);
	assert.equal(tested.status, 0, tested.stdout);
	assert.match(tested.stdout, /\n11 examples passed, 0 failed\n$/);
	const before = fs.readdirSync(path.join(dir, "lexicon/en"));
	for (const [args, said] of [
		[["lexicon", "en", "../escape"], /NAME/], [["lexicon", "english!", "x"], /LANG/], [["lexicon", "en", "x", "y"], /usage/], [["lexicon", "en"], /usage/],
		[["helplines", "nl", "x"], /checked by a person/], [["--concept", "no.such", "lexicon", "en", "x"], /unknown concept "no\.such"/],
	]) {
		const run = pack(["new", "--packs", dir, ...args]);
		assert.equal(run.status, 2, args.join(" "));
		assert.match(run.stderr, said);
	}
	assert.deepEqual(fs.readdirSync(path.join(dir, "lexicon/en")), before); // what could not pass was taken away again
});

test("diff: entries by what they are, and rows that get another level by id, never by text", () => {
	const old = packs("old"), now = packs("now");
	assert.deepEqual([pack(["diff", old, old]).status, pack(["diff", old, old]).stdout], [0, "no entry differs\n"]);
	edit(now, "concepts.yaml", "{id: suicide.active, role: client, level: 3, when: {negated: 1, idiom: 0}", "{id: suicide.active, role: client, level: 2, when: {negated: 1, idiom: 0}");
	edit(now, "lexicon/en/risk.yaml", "[want, wanna]", "[want, wish]");
	edit(now, "lexicon/en/risk.yaml", '  - {concept: suicide.plan, seq: "have a plan"}\n', '  - {concept: suicide.plan, seq: "have a plan", confidence: 900}\n  - {concept: distress.general, seq: "so tired"}\n');
	edit(now, "lexicon/en/risk.yaml", '  - {text: "what a day", level_max: 0}\n', "");
	edit(now, "context/en.yaml", '{type: negation, seq: "dont|never", dir: forward, scope: 5}', '{type: past, seq: "last year"}');
	edit(now, "helplines/zz.yaml", 'value: "1"', 'value: "2"');
	const rows = path.join(folder, "rows.jsonl");
	fs.writeFileSync(rows, ['{"id":"r1","text":"I want to die, said the secret row"}', '{"id":2,"text":"what a day"}', '{"text":"so tired"}', '{"id":"r4","text":"I have a plan"}', "not json"].join("\n") + "\n");
	const run = pack(["diff", "--rows", rows, old, now]);
	assert.equal(run.status, 1);
	assert.equal(run.stderr, "");
	for (const said of [
		/concepts: 0 added, 0 removed, 1 changed\n {2}~ suicide\.active .*concepts\.yaml:9\)\n {6}level: 3 -> 2\n/,
		/atoms: 0 added, 0 removed, 1 changed\n {2}~ en\.risk: want .*\n {8}- wanna\n {8}\+ wish\n/,
		/phrases: 1 added, 0 removed, 1 changed\n {2}\+ en\.risk: distress\.general "so tired"/,
		/ {2}~ en\.risk: suicide\.plan "have a plan" .*\n {6}confidence: \(nothing\) -> 900\n/,
		/examples: 0 added, 1 removed, 0 changed\n {2}- en\.risk: what a day /,
		/triggers: 1 added, 1 removed, 0 changed\n/,
		/helplines: 0 added, 0 removed, 1 changed\n {2}~ zz\.line .*\n {6}value: 1 -> 2\n/,
		/\n4 rows screened with both; another level for 2; 1 lines were bad\n/,
		/\n0 -> 1 \(1\): "line 3"\n3 -> 2 \(1\): "r1"\n$/,
	]) assert.match(run.stdout, said);
	assert.doesNotMatch(run.stdout, /secret row/);
	const json = JSON.parse(pack(["diff", "--json", "--rows", "-", old, now], fs.readFileSync(rows)).stdout);
	assert.deepEqual(json.rows.moved, [{ id: "r1", before: 3, after: 2 }, { id: "line 3", before: 0, after: 1 }]);
	assert.deepEqual([json.rows.run, json.rows.bad, json.rows.changed], [4, 1, 2]);
	assert.equal(json.rows.counts[4][3], 1); // level 3 before, 2 after
	assert.ok(json.entries.some((one) => one.change === "changed" && one.section === "phrases" && one.after.includes("900")));
	assert.equal(pack(["diff", "--rows", path.join(folder, "none.jsonl"), old, now]).status, 2);
	assert.equal(pack(["diff", old]).status, 2);
});

test("diff: a phrase that only moved is no change", () => {
	const old = packs("still"), now = packs("moved");
	edit(now, "lexicon/en/risk.yaml", '  - {concept: suicide.plan, seq: "have a plan"}\n', "");
	edit(now, "lexicon/en/risk.yaml", '  - {concept: protective.reason, seq: "my kids need me"}\n', '  - {concept: protective.reason, seq: "my kids need me"}\n  - {seq: "have a plan", concept: suicide.plan}\n');
	assert.equal(pack(["diff", old, now]).stdout, "no entry differs\n");
});

test("explain: what was found, by which phrase of which file, and what context did to the level", () => {
	const dir = packs("explained");
	const run = pack(["explain", "--packs", dir, "I don't want to die, my kids need me", "what a day"]);
	assert.equal(run.status, 0, run.stderr);
	assert.match(run.stdout, /^> I don't want to die.*\nlevel 1, distress; language en/);
	assert.match(run.stdout, /level 1 {2}suicide\.active {2}"want to die" {2}\[phrase, en\.risk#0\]\n {6}Says that they want to die\. Said as a denial\.\n {6}by itself level 3; said like this, level 1\n/);
	assert.match(run.stdout, /en\.risk#0 {2}\(lexicon\/en\/risk\.yaml:12\)\n {6}@want ~1 die\n/);
	assert.match(run.stdout, /protective\.reason/);
	assert.match(run.stdout, /\n> what a day\nlevel 0, nothing detected/);
	assert.equal(pack(["explain", "--packs", dir]).status, 2);
	assert.equal(pack(["explain", "--no-such-option", "x"]).status, 2);
	assert.equal(pack(["explode"]).status, 2);
});

test("the guide for editors: every command in it, as it is written", () => {
	const guide = fs.readFileSync(path.join(root, "docs/guide-for-pack-editors.md"), "utf8");
	const work = path.join(folder, "guide"), bin = path.join(folder, "bin");
	fs.mkdirSync(work);
	fs.mkdirSync(bin);
	fs.symlinkSync(binary, path.join(bin, "heedwell"));
	fs.cpSync(path.join(root, "packs"), path.join(work, "packs"), { recursive: true });
	const said = [];
	for (const [, kind, text] of guide.matchAll(/```(sh|yaml)\n([^]*?)```/g)) {
		if (kind === "yaml") {
			const file = text.match(/^# (my-packs\/\S+)\n/);
			fs.writeFileSync(path.join(work, file[1]), text);
			continue;
		}
		const run = spawnSync("bash", ["-e", "-c", text], { cwd: work, encoding: "utf8", env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, XDG_CACHE_HOME: path.join(folder, "guide-cache") }, maxBuffer: 1 << 26 });
		assert.equal(run.status, text.includes("pack diff") ? 1 : 0, `${text}\n${run.stdout.slice(-2000)}${run.stderr}`);
		said.push(run.stdout);
	}
	const all = said.join("");
	for (const one of [/\n\d+ examples passed, 0 failed\n/, /\+ en\.evenings: suicide\.passive /, /by itself level 3; said like this, level 1/, /2 rows screened with both; another level for 1\n/]) assert.match(all, one);
});
