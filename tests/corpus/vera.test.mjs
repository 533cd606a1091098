// The conversations of VERA-MH (simulated people of four grades of risk, and what other models answered them) through the running gateway, by the official `openai`
// client with two headers, plain and streamed in turn. The set's own replies come from an upstream of ours. All complete; nothing that was held is shown; and the share
// of conversations that called a person is printed, and at which message. HEEDWELL_VERA_SAMPLE=N plays every Nth conversation only (and says so).
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { binary, dataFile, Program, root, Upstream } from "../flow/harness.mjs";

const file = dataFile("dev.jsonl.xz");
const skip = !file && "no VERA-MH here";
const sample = Number(process.env.HEEDWELL_VERA_SAMPLE ?? 1);
const AT_A_TIME = 6;
const NEUTRAL = "I am listening. Please go on."; // where the set has no reply to a message
const RISKS = ["none", "low", "high", "imminent"];

/** `orig` is the persona, `group` one conversation of it. A row without a group is a single prompt: no conversation, left out and counted. */
function readConversations() {
	const lines = execFileSync("xz", ["-dc", file], { encoding: "utf8", maxBuffer: 1 << 30 }).split("\n");
	const found = new Map();
	let single = 0;
	for (const row of lines.filter((line) => line.includes("VERA-MH")).map((line) => JSON.parse(line))) {
		if (!row.group) {
			single++;
			continue;
		}
		const key = `${row.orig}/${row.group}`;
		if (!found.has(key)) found.set(key, { id: `vera-${found.size}`, persona: row.orig, risk: row.labels[0].replace("persona_risk:", ""), turns: [], results: [] });
		const turns = found.get(key).turns, last = turns.at(-1);
		if (row.role === "assistant" && last?.role === "assistant") last.text += `\n\n${row.text}`;
		else turns.push({ role: row.role, text: row.text });
	}
	return { all: [...found.values()], single };
}

/** Verdicts of the program alone, without a gateway. */
function screened(rows) {
	const done = spawnSync(binary, ["screen", "--policy", "chatbot", "--jobs", "2"], {
		cwd: root, input: rows.map((row) => JSON.stringify(row) + "\n").join(""), maxBuffer: 1 << 28, encoding: "utf8",
	});
	assert.equal(done.status, 0, done.stderr);
	return done.stdout.trim().split("\n").map((line) => JSON.parse(line));
}
const held = (verdict) => !["allow", "annotate"].includes(verdict.decision.action);

/** Every approved text of the catalogue that may stand in the place of a reply, as a pattern; a variable is any text. */
function approvedTexts() {
	const patterns = [];
	for (const [, key, texts] of fs.readFileSync(path.join(root, "packs/messages/en.yaml"), "utf8").matchAll(/\{key: ((?:reply|safe)\.[a-z_.]+),.*?texts: (\[.*\])\}/g))
		for (const text of JSON.parse(texts)) {
			const words = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
			patterns.push({ key, pattern: new RegExp(`(?:^|\\n\\n)${words.join("[^\\n]{1,2000}")}$`) });
		}
	assert.ok(patterns.some((one) => one.key === "reply.replaced") && patterns.some((one) => one.key === "reply.blocked"), "the catalogue is read");
	return patterns;
}
const approved = approvedTexts();
const WINDOW = 30;

/** What was shown of a reply is all of it, or a beginning of it and then approved text in which nothing of the rest stands. Returns {released, problem}. */
function compare(original, shown) {
	if (shown === original) return { released: original };
	for (const { pattern } of approved) {
		const match = pattern.exec(shown);
		if (!match || !original.startsWith(shown.slice(0, match.index))) continue;
		const released = shown.slice(0, match.index), rest = original.slice(match.index);
		for (let i = 0; i + WINDOW <= rest.length; i++)
			if (match[0].includes(rest.slice(i, i + WINDOW))) return { released, problem: "approved text repeats what was held" };
		return { released };
	}
	return { released: shown, problem: "neither the reply, nor a beginning of it with approved text" };
}

test("the comparison itself sees a leak", () => {
	const original = "Good that you wrote. The unsafe sentence stands here, and it is long. The end.";
	const text = "That answer was not good enough to show you. Would you like to say it differently, or leave a note for the team?";
	assert.equal(compare(original, original).problem, undefined);
	assert.deepEqual(compare(original, `Good that you wrote.\n\n${text}`), { released: "Good that you wrote." });
	assert.deepEqual(compare(original, text), { released: "" });
	assert.ok(compare(original, `Good that you wrote. The unsafe`).problem, "cut off, and nothing said");
	assert.ok(compare(original, `The unsafe sentence stands here, and it is long.\n\n${text}`).problem, "out of the middle");
	const blocked = "I am not going to show you that answer, because it could have hurt. It is not something that you did. If you want to talk to a person: ";
	assert.ok(compare(original, `${blocked}The unsafe sentence stands here, and it is long.`).problem, "inside the approved text");
});

let program, upstream;
const served = []; // by `seed`, a number, which no one screens: what the upstream says to a request
const counts = { messages: 0, asked: 0 };

before(async () => {
	if (!file) return;
	upstream = await Upstream.start(async (request, answer) => {
		const reply = served[request.json.seed];
		reply.asked = (reply.asked ?? 0) + 1;
		await (request.json.stream ? answer.stream(reply.text.match(/[^]{1,40}/gu)) : answer.plain(reply.text));
	});
	program = await Program.start({ upstream: upstream.url });
});
after(async () => {
	await program?.stop();
	await upstream?.stop();
});

const openClient = (id) => new OpenAI({ apiKey: program.demo.api_key, baseURL: program.gateway, maxRetries: 0, defaultHeaders: { "X-Heedwell-Client": id, "X-Heedwell-Conversation": id } });

/** One message, with all that was shown before it. */
async function say(client, messages, text, streamed) {
	const reply = { text, seed: served.length, history: messages.map((one) => ({ role: one.role === "user" ? "client" : "assistant", text: one.content })) };
	served.push(reply);
	counts.messages++;
	const { data, response } = await client.chat.completions.create({ model: "default", messages, seed: reply.seed, stream: streamed }).withResponse();
	if (streamed) {
		reply.shown = "";
		for await (const chunk of data) {
			reply.shown += chunk.choices[0]?.delta?.content ?? "";
			reply.finish = chunk.choices[0]?.finish_reason ?? reply.finish;
		}
	} else {
		reply.shown = data.choices[0].message.content;
		reply.finish = data.choices[0].finish_reason;
	}
	counts.asked += reply.asked ?? 0;
	reply.alert = Number(response.headers.get("x-heedwell-alert"));
	reply.level = Number(response.headers.get("x-heedwell-level"));
	reply.speaker = response.headers.get("x-heedwell-speaker");
	reply.conversation = response.headers.get("x-heedwell-conversation-id");
	return reply;
}

async function play(one, streamed) {
	const client = openClient(one.id), messages = [];
	for (let i = 0; i < one.turns.length; i++) {
		if (one.turns[i].role === "assistant") {
			if (!messages.length) messages.push({ role: "assistant", content: one.turns[i].text });
			continue;
		}
		messages.push({ role: "user", content: one.turns[i].text });
		const next = one.turns[i + 1]?.role === "assistant" ? one.turns[i + 1].text : NEUTRAL;
		one.results.push(await say(client, messages, next, streamed));
		messages.push({ role: "assistant", content: one.results.at(-1).shown });
	}
}

async function several(count, work) {
	let next = 0;
	const worker = async () => {
		for (let i; (i = next++) < count;) await work(i);
	};
	await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** Of replies that the upstream gave: none shown that the program alone would hold, and only beginnings that it would let through. */
function assertNoLeak(replies) {
	const asked = replies.filter((reply) => reply.asked);
	const parts = asked.map((reply) => compare(reply.text, reply.shown));
	assert.deepEqual(parts.flatMap((part, i) => (part.problem ? [`reply ${asked[i].seed}: ${part.problem}`] : [])), []);
	const rows = asked.map((reply, i) => ({ id: `${i}`, role: "assistant", text: parts[i].released, context: reply.history })).filter((row) => row.text);
	const leaks = screened(rows).filter(held).map((verdict) => `reply ${asked[verdict.id].seed}: ${verdict.findings.map((finding) => finding.concept)}`);
	assert.deepEqual(leaks, [], "what was shown would be held");
	return { whole: parts.filter((part, i) => part.released === asked[i].text).length, cut: parts.filter((part, i) => part.released !== asked[i].text).length };
}

let played = [];

test("every conversation completes: no exception, an answer to each message", { skip }, async () => {
	const { all, single } = readConversations();
	played = all.filter((one, i) => i % sample === 0);
	assert.ok(played.length > 0 && RISKS.every((risk) => all.some((one) => one.risk === risk)));
	const started = performance.now();
	await several(played.length, (i) => play(played[i], i % 2 === 1));
	const replies = played.flatMap((one) => one.results);
	assert.deepEqual(replies.filter((reply) => reply.finish !== "stop" || reply.shown.length < 3 || reply.asked > 1).map((reply) => reply.seed), []);
	assert.deepEqual(replies.filter((reply) => (reply.speaker === "model") !== (reply.asked === 1)).map((reply) => reply.seed), [], "the model is asked when, and only when, it may speak");
	assert.deepEqual(replies.filter((reply) => reply.level >= 3 && reply.asked).map((reply) => reply.seed), [], "from level 3 no model speaks");
	const which = sample > 1 ? `every ${sample}th, ${played.length} of ${all.length}` : `all ${all.length}`;
	console.log(`VERA-MH: ${which} conversations of ${new Set(all.map((one) => one.persona)).size} personas, ${counts.messages} messages, the model asked ${counts.asked} times, ` +
		`${((performance.now() - started) / 1000).toFixed(1)} s; ${single} single prompts of the set are no conversation`);
});

test("nothing that was held is shown", { skip }, () => {
	const { whole, cut } = assertNoLeak(played.flatMap((one) => one.results));
	console.log(`VERA-MH: of the replies that were asked for, ${whole} shown whole, ${cut} cut off and replaced`);
	assert.ok(whole > 0 && (cut > 0 || sample > 1));
});

test("each reply of the set that would be held, to an ordinary message: plain and streamed, none is shown", { skip }, async () => {
	const texts = played.flatMap((one) => one.turns.filter((turn) => turn.role === "assistant").map((turn) => turn.text));
	const bad = screened(texts.map((text, i) => ({ id: `${i}`, role: "assistant", text }))).filter(held).map((verdict) => texts[verdict.id]);
	const replies = [];
	await several(2 * bad.length, async (i) => {
		replies.push(await say(openClient(`vera-held-${i}`), [{ role: "user", content: "Good morning. How does one begin a diary?" }], bad[i >> 1], i % 2 === 1));
	});
	assert.equal(replies.filter((reply) => reply.asked === 1).length, replies.length);
	const { whole, cut } = assertNoLeak(replies);
	console.log(`VERA-MH: ${bad.length} of ${texts.length} replies would be held; each served twice: ${cut} cut off and replaced, ${whole} shown whole`);
	assert.equal(whole, 0);
});

function wilson(hits, n) {
	const z = 1.959964, p = hits / n, middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
	const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
	return `${(100 * (middle - half)).toFixed(0)}-${(100 * (middle + half)).toFixed(0)} %`;
}

function printRow(name, firsts) {
	const raised = firsts.filter((first) => first > 0).sort((a, b) => a - b);
	const at = new Map();
	for (const first of raised) at.set(first, (at.get(first) ?? 0) + 1);
	const middle = raised.length ? (raised[(raised.length - 1) >> 1] + raised[raised.length >> 1]) / 2 : "-";
	console.log(`  ${name.padEnd(24)} ${String(raised.length).padStart(3)} of ${String(firsts.length).padStart(3)}  ${`${((100 * raised.length) / firsts.length).toFixed(0)} %`.padStart(5)} ` +
		`(${wilson(raised.length, firsts.length)})  median ${middle}  ${[...at].map(([turn, n]) => `${turn}:${n}`).join(" ")}`.trimEnd());
}

test("which conversations called a person, and when; the team's list has the same ones", { skip }, async () => {
	const first = (one, matches) => one.results.findIndex(matches) + 1;
	for (const [what, matches] of [["an alert of any priority", (reply) => reply.alert > 0], ["level 3 or 4 (the model falls silent)", (reply) => reply.level >= 3]]) {
		console.log(`VERA-MH, conversations with ${what}, by the persona's risk: share (95 % interval), and the client's message at which it came first (message:conversations)`);
		for (const risk of RISKS) {
			const of = played.filter((one) => one.risk === risk);
			const personas = [...new Set(of.map((one) => one.persona))];
			if (of.length) printRow(risk, of.map((one) => first(one, matches)));
			if (personas.length > 1) for (const persona of personas) printRow(`  ${persona}`, of.filter((one) => one.persona === persona).map((one) => first(one, matches)));
		}
	}
	const clinician = await program.staff("clinician"), listed = [];
	for (let page, after = ""; !page || after; after = page.next ?? "") {
		page = await clinician.get(`/staff/alerts?limit=200${after && `&after=${encodeURIComponent(after)}`}`);
		listed.push(...page.items);
	}
	const told = new Set(served.filter((reply) => reply.alert > 0).map((reply) => reply.conversation));
	const inList = new Set(listed.map((alert) => alert.conversation_id));
	assert.deepEqual([...told].filter((id) => !inList.has(id)), [], "told in a header, and not in the team's list");
	const aboutReplies = (alert) => alert.priority === 4 && alert.concepts.length > 0 && alert.concepts.every((concept) => /^(reply|unverified)\./.test(concept));
	assert.deepEqual(listed.filter((alert) => !told.has(alert.conversation_id) && !aboutReplies(alert)).map((alert) => alert.id), [], "in the team's list, about a client, and told in no header");
	assert.ok(told.size > 0);
});

test("no client's words are in the log", { skip }, () => {
	const pieces = played.flatMap((one) => one.turns).map((turn) => turn.text.split(/["\\\n]/).sort((a, b) => b.length - a.length)[0].slice(0, 60));
	program.assertNotLogged(...pieces.filter((piece) => piece.length >= 20));
});
