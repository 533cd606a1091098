// settings.test.mjs: a programme's hours and clocks are changed while it runs: checked, guarded by version, in the journal, in force for what begins from then on, over kill -9; and the list of packs.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { Program } from "./harness.mjs";

let program, admin, clinician, person;
const signIn = async () => ([admin, clinician] = [await program.staff("admin"), await program.staff("clinician")]);
const put = (body, options) => admin.put("/staff/programme", body, options);

before(async () => {
	program = await Program.start();
	await signIn();
});
after(async () => program?.stop());

test("what is set and what counts is there for all staff; only an administrator changes it", async () => {
	const now = await clinician.get("/staff/programme");
	assert.equal(now.in_force.acknowledge_minutes[1], 5);
	assert.equal(now.in_force.contact_minutes[1], 15);
	assert.deepEqual(now.in_force.chain.map((step) => step.to), ["on_duty", "on_call", "supervisors"]);
	await clinician.put("/staff/programme", { version: now.version, settings: {} }, { expect: 403 });
});

test("what is no setting is refused, each with its name, and changes nothing", async () => {
	const before = await admin.get("/staff/programme");
	for (const [settings, says] of [[{ acknowledge_minutes: { 1: 0 } }, /acknowledge_minutes/], [{ acknowledge_minutes: { 5: 3 } }, /priorities 1 to 4/], [{ contact_minutes: { 1: "5" } }, /contact_minutes/], [{ alert_budget: 0 }, /alert_budget/],
		[{ chain: [{ to: "nobody" }] }, /chain\[0\]/], [{ triage_minutes: { H: 5 } }, /A to G/], [{ acknowlege_minutes: { 1: 5 } }, /acknowlege_minutes: is not a setting/]])
		assert.match((await put({ version: before.version, settings }, { expect: 400 })).error.message, says);
	for (const [cover, says] of [[{ hours: [{ days: "Someday", from: "09:00", to: "17:00" }] }, /days/], [{ hours: [{ days: "Mon-Fri", from: "9", to: "17:00" }] }, /HH:MM/], [{ hour: [] }, /hour: must be/], [{ closed: ["25 December"] }, /YYYY-MM-DD/]])
		assert.match((await put({ version: before.version, cover }, { expect: 400 })).error.message, says);
	for (const body of [{ version: before.version }, { version: before.version, settings: [] }, { version: before.version, cover: "always" }]) await put(body, { expect: 400 });
	assert.deepEqual(await admin.get("/staff/programme"), before);
});

test("a new clock counts for the next alert; the one that is open keeps its own; a stale change is refused; null brings the default back", async () => {
	const session = (person = await program.client());
	const say = (text) => session.post("/client/messages", { text, client_message_id: randomUUID() });
	const open = async () => (await clinician.get("/staff/alerts?state=open&limit=100")).items;
	const length = (alert) => (new Date(alert.deadline_at) - new Date(alert.created_at)) / 60_000;
	await say("I am going to kill myself tonight.");
	const first = (await open()).find((alert) => alert.level === 4);
	assert.ok(Math.abs(length(first) - 5) < 0.1, `${length(first)} minutes`);
	const now = await admin.get("/staff/programme");
	const changed = await put({ version: now.version, settings: { acknowledge_minutes: { 1: 3 }, counsel_decisions: [] }, cover: { hours: [{ days: "Daily", from: "00:00", to: "24:00" }] } });
	assert.equal(changed.in_force.acknowledge_minutes[1], 3);
	await put({ version: now.version, settings: {} }, { expect: 409 });
	const other = await program.client();
	await other.post("/client/messages", { text: "I am going to kill myself tonight.", client_message_id: randomUUID() });
	const second = (await open()).find((alert) => alert.level === 4 && alert.client.id !== first.client.id);
	assert.ok(Math.abs(length(second) - 3) < 0.1, `${length(second)} minutes`);
	assert.equal((await clinician.get(`/staff/alerts/${first.id}`)).deadline_at, first.deadline_at);
	await program.kill();
	await program.run();
	await signIn();
	assert.equal((await admin.get("/staff/programme")).in_force.acknowledge_minutes[1], 3, "forgotten by kill -9");
	const back = await put({ version: changed.version, settings: { acknowledge_minutes: null } });
	assert.equal(back.in_force.acknowledge_minutes[1], 5);
	assert.deepEqual(back.settings.counsel_decisions, [], "what was not sent is gone");
	assert.ok((await (await program.staff("compliance")).get("/staff/journal?limit=200")).items.some((entry) => /programme\.change/.test(JSON.stringify(entry))), "not in the journal");
});

test("hours that nobody keeps are what clients are told at once", async () => {
	assert.equal((await person.get("/client/about")).cover.state, "in_hours");
	const now = await admin.get("/staff/programme");
	await put({ version: now.version, cover: { hours: [], on_call: [] } });
	assert.equal((await person.get("/client/about")).cover.state, "none");
});

test("every pack is listed with who reviewed it and a hash of its bytes", async () => {
	const list = await clinician.get("/staff/packs");
	assert.ok(list.items.length > 150);
	assert.match(list.engine, /libheed/);
	const us = list.items.find((pack) => pack.id === "helplines.us");
	assert.match(us.review, /dialled by a person/);
	assert.equal(us.file, "helplines/us.yaml");
	for (const pack of list.items) assert.ok(pack.kind && pack.id && pack.author && pack.review && /^[0-9a-f]{16}$/.test(pack.hash), JSON.stringify(pack));
});
