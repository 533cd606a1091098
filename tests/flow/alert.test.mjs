// A level-4 message by the gateway: an alert on an already open page within a second; acknowledge, take, contact, resolve; every step in the journal; the export verifies, and does not once it was touched.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { binary, Program, root } from "./harness.mjs";

let program, clinician, page;

before(async () => {
	program = await Program.start();
	clinician = await program.staff("clinician");
	page = clinician.events();
	assert.equal(await page.open, 200);
});

after(async () => {
	page?.close();
	await program?.stop();
});

const say = (text, client, more) => program.chat({ model: "default", messages: [{ role: "user", content: text }] }, { client, ...more });
let alert;

test("an alert reaches the open page within a second", async () => {
	const sent = performance.now();
	const [answer, event] = await Promise.all([
		say("I have the pills in front of me and I am going to kill myself tonight.", "flow-anna", { conversation: "flow-1" }),
		page.wait((e) => e.event === "alert" && e.json?.state === "open" && e.json.priority === 1),
	]);
	assert.equal(answer.status, 200);
	assert.ok(event.at - sent < 1000, `${(event.at - sent).toFixed(0)} ms`);
	alert = event.json;
	assert.equal(alert.level, 4);
	assert.ok(alert.concepts.some((concept) => concept.startsWith("suicide.")));
	assert.ok(alert.deadline_at);
	assert.equal(answer.json.choices[0].finish_reason, "stop");
});

test("the page that comes later sees it in the list", async () => {
	const list = await clinician.get("/staff/alerts?state=open");
	assert.ok(list.items.some((one) => one.id === alert.id));
	const whole = await clinician.get(`/staff/alerts/${alert.id}`);
	assert.equal(whole.id, alert.id);
	const conversation = await clinician.get(`/staff/conversations/${alert.conversation_id}`);
	assert.ok(conversation.messages.some((message) => message.verdict?.level === 4 && message.verdict.findings.length > 0));
});

test("a retry of the same message is one event, not two", async () => {
	await say("I have the pills in front of me and I am going to kill myself tonight.", "flow-anna", { conversation: "flow-1" });
	const list = await clinician.get("/staff/alerts?state=open");
	assert.equal(list.items.filter((one) => one.conversation_id === alert.conversation_id).length, 1);
});

test("a stale version is refused; the steps go in order", async () => {
	await clinician.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version + 40 }, { expect: 409 });
	const now = await clinician.get(`/staff/alerts/${alert.id}`);
	const acknowledged = await clinician.post(`/staff/alerts/${alert.id}/acknowledge`, { version: now.version });
	assert.equal(acknowledged.state, "acknowledged");
	assert.ok(acknowledged.acknowledged_at);
	const refused = await clinician.call("POST", `/staff/alerts/${alert.id}/resolve`, { version: acknowledged.version, reason: "contacted", note: "" }, { expect: 409 }).catch((error) => error);
	assert.match(JSON.stringify(refused), /contact_first/);
	const contacted = await clinician.post(`/staff/alerts/${alert.id}/contact`, { version: acknowledged.version, outcome: "contacted", note: "Spoke by phone; safe at a friend's." });
	assert.ok(contacted.contacted_at);
	const resolved = await clinician.post(`/staff/alerts/${alert.id}/resolve`, { version: contacted.version, reason: "contacted", note: "" });
	assert.equal(resolved.state, "resolved");
	await page.wait((e) => e.event === "alert" && e.json?.id === alert.id && e.json.state === "resolved");
});

test("the journal tells it, and its export verifies with the public key alone", async () => {
	const compliance = await program.staff("compliance");
	const entries = await compliance.get("/staff/journal?limit=200");
	const actions = entries.items.filter((entry) => entry.resource === "alert" && entry.resource_id === alert.id);
	assert.ok(actions.length >= 4, JSON.stringify(actions.map((entry) => entry.action)));
	const response = await compliance.call("GET", "/staff/journal/export");
	const text = typeof response === "string" ? response : JSON.stringify(response);
	const file = path.join(program.folder, "export.jsonl");
	fs.writeFileSync(file, text);
	const verify = (name) => execFileSync(binary, ["audit", "verify", name], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
	verify(file);
	for (const forbidden of ["pills in front", "Spoke by phone"]) assert.ok(!text.includes(forbidden), "free text in the journal");
	const lines = text.split("\n");
	const at = Math.floor(lines.length / 2);
	const changed = lines[at].replace(/"action":"[a-z_.]+"/, '"action":"forged"');
	assert.notEqual(changed, lines[at], "an entry to change was found");
	fs.writeFileSync(file, [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join("\n"));
	assert.throws(() => verify(file), (error) => error.status !== 0);
	fs.writeFileSync(file, [...lines.slice(0, at), ...lines.slice(at + 1)].join("\n"));
	assert.throws(() => verify(file), (error) => error.status !== 0);
});

test("roles hold: a coach of nobody, and no session at all", async () => {
	const coach = await program.staff("coach");
	await coach.get(`/staff/conversations/${alert.conversation_id}`, { expect: 403 }).catch(async () => coach.get(`/staff/conversations/${alert.conversation_id}`, { expect: 404 }));
	const response = await fetch(`${program.url}/api/v1/staff/alerts`);
	assert.equal(response.status, 401);
	const noToken = await fetch(`${program.url}/api/v1/staff/alerts/${alert.id}/acknowledge`, { method: "POST", headers: { cookie: [...clinician.cookies].map(([n, v]) => `${n}=${v}`).join("; "), "content-type": "application/json" }, body: '{"version":1}' });
	assert.equal(noToken.status, 403);
});

test("a level-4 message is answered although the key has no right to the model", async () => {
	const answer = await say("I am going to kill myself, goodbye.", "flow-bert");
	assert.equal(answer.status, 200);
	await page.wait((e) => e.event === "alert" && e.json?.state === "open" && e.json.id !== alert.id);
});

test("client text is in no log line", () => program.assertNotLogged("pills in front", "goodbye", "Spoke by phone"));
