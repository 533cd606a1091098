// kill -9 at random moments under load, many times over one database. Whatever somebody was told is there afterwards: every acknowledged message, every released unit, every alert, every decision of
// staff. Replies that were open close as interrupted, and the journal verifies.
// HEEDWELL_KILLS: how often (100). HEEDWELL_SEED repeats the moments of a run. HEEDWELL_FLOW_DATABASE: another database.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { binary, Program, root, sleep, Upstream } from "../flow/harness.mjs";

const kills = Number(process.env.HEEDWELL_KILLS ?? 100);
const seed = Number(process.env.HEEDWELL_SEED ?? Date.now() % 2 ** 31);
let state = seed >>> 0;
const random = () => { // mulberry32
	state = (state + 0x6d2b79f5) >>> 0;
	let z = Math.imul(state ^ (state >>> 15), 1 | state);
	z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
	return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
};

let upstream, program, staff, number = 0, running = false;
const told = { messages: new Map(), units: new Map(), alerts: new Map(), decisions: new Map() };

before(async () => {
	console.log(`HEEDWELL_SEED=${seed}`);
	upstream = await Upstream.start(async (request, reply) => {
		const tag = /number (\d+)/.exec(request.body)?.[1];
		const sentences = [`I heard you, number ${tag}. `, "A walk in the park can help. ", "What did you notice there? ", "Take your time with it."];
		if (request.json.stream) await reply.stream(sentences.flatMap((s) => [s.slice(0, 7), s.slice(7)]), { pause_ms: 3 });
		else await reply.plain(sentences.join(""));
	});
	program = await Program.start({ upstream: upstream.url, database: process.env.HEEDWELL_FLOW_DATABASE });
	staff = await program.staff("clinician");
});

after(async () => {
	await program?.stop().catch((error) => console.error(error.message));
	await upstream?.stop();
});

const message = (text) => ({ model: "default", messages: [{ role: "user", content: text }] });

async function calm() {
	const n = ++number, text = `I walked to the park this morning, number ${n}.`;
	const pieces = [];
	const answer = await program.stream(message(text), { client: `kill-${n}`, onBytes: (bytes) => pieces.push(bytes) }).catch(() => null);
	const seen = answer?.text ?? Buffer.concat(pieces).toString("utf8");
	if (answer?.status === 200 && seen.includes("data:")) told.messages.set(n, text);
	const content = [...seen.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map((match) => JSON.parse(`"${match[1]}"`)).join("");
	if (content) told.units.set(n, content);
}

async function danger() {
	const n = ++number, text = `I am going to kill myself tonight, number ${n}.`;
	const answer = await program.chat(message(text), { client: `kill-${n}` }).catch(() => null);
	if (answer?.status !== 200 || !answer.json) return;
	told.messages.set(n, text);
	told.alerts.set(n, text);
}

async function decide() {
	const list = await staff.get("/staff/alerts?state=open&limit=20").catch(() => null);
	const alert = list?.items?.[Math.floor(random() * list.items.length)];
	if (!alert) return sleep(5);
	const after = await staff.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version }).catch(() => null);
	if (after?.state === "acknowledged") told.decisions.set(alert.id, after.acknowledged_at);
}

async function worker() {
	while (running) {
		const dice = random();
		await (dice < 0.6 ? calm() : dice < 0.85 ? danger() : decide()).catch(() => {});
	}
}

async function everyPage(where) {
	const items = [];
	for (let after = ""; ;) {
		const page = await staff.get(`${where}${where.includes("?") ? "&" : "?"}limit=200${after ? `&after=${encodeURIComponent(after)}` : ""}`);
		items.push(...page.items);
		if (!page.next) return items;
		after = page.next;
	}
}

test(`${kills} kills under load`, { timeout: 1400000 }, async () => {
	for (let kill = 0; kill < kills; kill++) {
		running = true;
		const workers = [...Array(4)].map(worker);
		await sleep(30 + random() * 270);
		running = false;
		await program.kill();
		await Promise.all(workers);
		await program.run();
	}
	console.log(`${number} messages sent; told: ${told.messages.size} messages, ${told.units.size} replies begun, ${told.alerts.size} alerts, ${told.decisions.size} decisions`);
	assert.ok(told.messages.size > kills && told.alerts.size > kills / 4 && told.units.size > kills / 4, "there was load");
});

test("what was told is there", { timeout: 600000 }, async () => {
	const clients = await everyPage("/staff/clients");
	const conversations = [];
	for (const client of clients)
		if (client.conversation_id) conversations.push(await staff.get(`/staff/conversations/${client.conversation_id}`));
	const said = new Map(), replies = new Map(), alerted = new Set(), open = [];
	for (const conversation of conversations)
		for (const one of conversation.messages) {
			const n = Number(/number (\d+)/.exec(one.text ?? "")?.[1]);
			if (one.role === "client" && n) {
				said.set(n, [...(said.get(n) ?? []), one.text]);
				if (conversation.alerts.length) alerted.add(n);
				replies.set(n, conversation.messages.filter((other) => other.role !== "client").map((other) => other.text ?? "").join(""));
				if (!one.verdict || !one.decision) open.push(`message ${n} without a verdict or decision`);
			}
			if (["checking", "streaming", "open"].includes(one.state) && one.role !== "client") open.push(`${one.id} is ${one.state}`);
		}
	const lost = [...told.messages].filter(([n, text]) => !said.get(n)?.includes(text)).map(([n]) => n);
	assert.deepEqual(lost, [], "acknowledged messages that are gone");
	const twice = [...said].filter(([, texts]) => texts.length > 1).map(([n]) => n);
	assert.deepEqual(twice, [], "messages recorded twice");
	const cut = [...told.units].filter(([n, content]) => !(replies.get(n) ?? "").replace(/\s+/g, " ").includes(content.replace(/\s+/g, " ").trim())).map(([n]) => n);
	assert.deepEqual(cut, [], "released text that the record does not hold");
	const silent = [...told.alerts.keys()].filter((n) => !alerted.has(n));
	assert.deepEqual(silent, [], "alerts that are gone");
	assert.deepEqual(open, [], "replies left open");
	for (const [id, at] of told.decisions) {
		const alert = await staff.get(`/staff/alerts/${id}`);
		assert.notEqual(alert.state, "open", "a decision that is gone");
		assert.equal(alert.acknowledged_at, at);
	}
});

test("the journal verifies", { timeout: 120000 }, async () => {
	const compliance = await program.staff("compliance");
	const text = await compliance.call("GET", "/staff/journal/export");
	const file = path.join(program.folder, "export.jsonl");
	fs.writeFileSync(file, typeof text === "string" ? text : JSON.stringify(text));
	console.log(execFileSync(binary, ["audit", "verify", file], { cwd: root, encoding: "utf8" }).trim().split("\n").at(-1));
});
