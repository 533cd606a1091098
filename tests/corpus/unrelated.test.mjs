// Laws of screening over the packs' own examples, with a printed seed (HEEDWELL_SEED repeats a run): an unrelated sentence before, after or between sentences never
// lowers a level, in several languages; a long message is screened whole wherever the danger stands; turns before a message, and their order, never lower it; the
// same input gives the same verdict.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { binary, root } from "../flow/harness.mjs";

const seed = process.env.HEEDWELL_SEED ? BigInt(process.env.HEEDWELL_SEED) : BigInt(Date.now());
console.log(`HEEDWELL_SEED=${seed}`);
let state = BigInt.asUintN(64, seed);
/** splitmix64, as in src/base/property.h. */
function next(bound) {
	state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
	let z = state;
	z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
	z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
	return Number((z ^ (z >> 31n)) % BigInt(bound));
}
const pick = (list) => list[next(list.length)];

// Sentences that say nothing of the writer's safety, though they hold the very words that context listens to: denials, other people, times, conditions, doubts,
// questions, books and songs.
const neutral = {
	en: ["The bus was ten minutes late.", "We had soup for lunch.", "I did not buy any bread.", "My cousin plays the trumpet.", "She works at the bakery.", "He never liked olives.",
		"Last year we painted the fence.", "They moved to Leeds in 2015.", "If it is sunny, the children swim.", "Maybe the shop is open.", "Do you know a good dentist?",
		"Someone left an umbrella here.", "My thesis is nearly done.", "Our band plays on Friday.", "The film was two hours long.", "I read the news at breakfast.",
		"My brother is a plumber.", "When I was a child we had a dog.", "No trains ran that day.", "It would be nice to have tea."],
	es: ["El autobús llegó tarde.", "No compré pan.", "Mi prima toca la trompeta.", "El año pasado pintamos la valla.", "Quizá vayamos al lago.", "¿Sabes dónde está la estación?"],
	de: ["Der Bus war heute spät dran.", "Ich habe kein Brot gekauft.", "Meine Cousine spielt Trompete.", "Letztes Jahr haben wir den Zaun gestrichen."],
	fr: ["Le bus avait du retard.", "Je n'ai pas acheté de pain.", "Ma cousine joue de la trompette."],
	pt: ["O ônibus chegou tarde.", "Não comprei pão.", "Minha prima toca trompete."],
	zh: ["今天公交车来得很晚。", "我没有买面包。", "我表姐会吹小号。"],
	ar: ["تأخرت الحافلة اليوم.", "لم أشتر الخبز."],
	it: ["L'autobus era in ritardo.", "Non ho comprato il pane."],
	ru: ["Автобус опоздал.", "Я не купил хлеба."],
	tr: ["Otobüs geç geldi.", "Ekmek almadım."],
};
const languages = Object.keys(neutral);
const stopped = (text) => (/[.!?。！？؟…]["”]?$/u.test(text) ? text : `${text}.`);

/** The client side's examples inside the packs, as [language, text]; those with turns of their own left out. */
function examples() {
	const found = [], dir = path.join(root, "packs/lexicon");
	for (const lang of fs.readdirSync(dir))
		for (const file of fs.readdirSync(path.join(dir, lang)))
			for (const [, text, rest] of fs.readFileSync(path.join(dir, lang, file), "utf8").matchAll(/^ {2}- \{text: ("(?:[^"\\]|\\.)*")(.*)$/gm))
				if (!rest.includes("role: assistant")) found.push([lang, JSON.parse(text)]);
	return found;
}

function screen(rows, ...args) {
	const done = spawnSync(binary, ["screen", ...args], { cwd: root, input: rows.map((row) => JSON.stringify(row) + "\n").join(""), maxBuffer: 1 << 30, encoding: "utf8" });
	assert.equal(done.status, 0, done.stderr);
	return done.stdout.trim().split("\n").map((line) => JSON.parse(line));
}

const texts = examples();
const graded = screen(texts.map(([, text], id) => ({ id, text }))).map((verdict, i) => ({ lang: texts[i][0], text: texts[i][1], level: verdict.level })).filter((one) => one.level > 0);

/** Screens variants {of, text, context?} of graded examples and lists those that fell below. */
function lowered(variants) {
	const verdicts = screen(variants.map(({ text, context }, id) => ({ id, text, context })));
	return variants.flatMap((one, i) => (verdicts[i].level < one.of.level ? [`${one.of.level} -> ${verdicts[i].level}: ${JSON.stringify(one.text.slice(0, 200))}`] : []));
}

const ways = [
	(text, other) => `${other} ${text}`,
	(text, other) => `${stopped(text)} ${other}`,
	(text, other) => `${other.replace(/[.。]$/u, "")}\n${text}`, // a line without a full stop, and lower case on the next
	(text, other) => `${text}\n${other}`,
	(text, other) => `${other} ${stopped(text)} ${pick(neutral.en)}`,
	(text, other) => {
		const cut = /[.!?] /.exec(text);
		return cut ? `${text.slice(0, cut.index + 1)} ${other} ${text.slice(cut.index + 2)}` : `${other}\n\n${text}`;
	},
];

test("an unrelated sentence never lowers a level", () => {
	assert.ok(graded.length > 500, `${graded.length} examples`);
	const variants = graded.flatMap((of) => ways.map((way) => ({ of, text: way(of.text, pick(neutral[pick([of.lang, of.lang, ...languages])] ?? neutral.en)) })));
	assert.deepEqual(lowered(variants), []);
});

test("several unrelated sentences in several languages around it", () => {
	const some = () => Array.from({ length: 1 + next(5) }, () => pick(neutral[pick(languages)])).join(" ");
	assert.deepEqual(lowered(graded.map((of) => ({ of, text: `${some()} ${stopped(of.text)} ${some()}` }))), []);
});

test("danger anywhere in a message of 200 KiB is found", () => {
	const urgent = graded.filter((one) => one.level >= 3), size = 200 * 1024;
	const variants = [0, 1, 2, 3, 4, 5, 6, 7].map((part) => {
		const of = pick(urgent), lang = part % 2 ? "en" : pick(languages);
		const at = part === 0 ? 0 : part === 7 ? size : next(size);
		let before = "", after = "";
		while (Buffer.byteLength(before) < at) before += `${pick(neutral[lang])} `;
		while (Buffer.byteLength(before) + Buffer.byteLength(after) < size) after += ` ${pick(neutral[lang])}`;
		return { of, text: `${before}${stopped(of.text)}${after}` };
	});
	assert.deepEqual(lowered(variants), []);
});

test("turns before a message, and their order, never lower it", () => {
	const talk = () => Array.from({ length: next(5) }, () => ({ role: pick(["client", "assistant", "staff"]), text: pick(neutral.en) }));
	const variants = graded.map((of) => ({ of, text: of.text, context: talk() }));
	assert.deepEqual(lowered(variants), []);
	// two messages that wait for an answer: as urgent as the more urgent of them, whichever came first
	const pairs = graded.filter((one) => one.lang === "en").flatMap((of) => {
		const other = pick(graded), most = { level: Math.max(of.level, other.level) };
		return [{ of: most, text: of.text, context: [{ role: "client", text: other.text }] }, { of: most, text: other.text, context: [{ role: "client", text: of.text }] }];
	});
	assert.deepEqual(lowered(pairs), []);
});

test("a conversation's grade is at least that of its most urgent message", () => {
	const rows = Array.from({ length: 200 }, (_, id) => {
		const turns = Array.from({ length: 1 + next(6) }, () => ({ role: "client", text: next(3) ? pick(neutral.en) : pick(graded).text }));
		return { id, turns: turns.flatMap((turn) => (next(2) ? [turn, { role: "assistant", text: "Thank you for telling me." }] : [turn])) };
	});
	const grades = screen(rows, "--conversation");
	for (const [i, grade] of grades.entries()) {
		const most = Math.max(0, ...grade.messages.map((message) => message.level));
		assert.ok(grade.grade >= most, JSON.stringify(rows[i]));
		assert.equal(grade.grade, Math.max(0, ...grade.reasons.map((reason) => reason.level)), "the grade is the highest of its reasons");
		for (const reason of grade.reasons) assert.ok(reason.why.length > 0 && (reason.turn === null || reason.turn < rows[i].turns.length));
	}
});

test("the same input gives the same verdict, however many threads", () => {
	const rows = graded.map((one, id) => ({ id, text: one.text, context: [{ role: "client", text: pick(graded).text }] }));
	const first = screen(rows);
	assert.deepEqual(screen(rows, "--jobs", "2"), first);
	assert.deepEqual(screen(rows), first);
});
