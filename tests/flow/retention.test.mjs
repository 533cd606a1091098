// retention.test.mjs: how long what is kept. Nothing goes until a compliance officer has set periods, looked at a dry run of them and switched them on; then each night what is past its time goes, never
// under a legal hold, never of somebody with an open alert, never what the law of their place keeps; cancelled, killed, and verified by the journal.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Clinic, say } from "./clinic.mjs";
import { binary, eventually } from "./harness.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
const DAY = 86400;
let clinic, people = {};

before(async () => (clinic = await Clinic.open({ country: "MX" })));
after(() => clinic?.close());

const as = async (role) => clinic.staff(role);
const days = async (n) => { // in steps, as nights come
	for (let left = n * DAY; left > 0; left -= 30 * DAY) await clinic.advance(Math.min(left, 30 * DAY));
};
const state = (compliance) => compliance.get("/staff/retention");
const ended = (compliance, id) => eventually(async () => (await state(compliance)).runs.find((one) => one.id === id && one.state !== "running"), "a look does not end");
async function dry(compliance) {
	const [run] = (await compliance.post("/staff/retention/dry-run")).runs;
	assert.equal(run.kind, "dry");
	return ended(compliance, run.id);
}
/** Turns the clock to the night, and waits for its run. */
async function night(compliance) {
	const { schedule, runs } = await state(compliance), known = new Set(runs.map((one) => one.id));
	await clinic.advance(Math.ceil(new Date(schedule.next_at).getTime() / 1000 - clinic.now) + 1);
	const again = await as("compliance");
	return { compliance: again, run: await eventually(async () => (await state(again)).runs.find((one) => one.kind === "real" && !known.has(one.id) && one.state !== "running"), "no run that night") };
}
const words = async (clinician, chat) => (await clinician.get(`/staff/conversations/${chat}`)).messages.map((one) => one.text);
async function verify(compliance) {
	const file = path.join(clinic.folder, "journal.jsonl"), key = execFileSync(binary, ["key", "public", `${clinic.folder}/heedwell.key`], { encoding: "utf8" }).trim();
	fs.writeFileSync(file, await compliance.get("/staff/journal/export"));
	return execFileSync(binary, ["audit", "verify", file, "--key", key], { encoding: "utf8" });
}

test("off until somebody sets it: what is proposed stands there with its source, and what is wrong is named", async () => {
	const compliance = await as("compliance"), now = await state(compliance);
	assert.deepEqual([now.schedule, now.runs], [null, []]);
	assert.deepEqual(now.classes.map((one) => one.id), ["care", "chat", "psychotherapy", "part2", "media", "operation", "short"]);
	for (const one of now.classes) assert.ok(one.period === null && (one.proposal.years || one.proposal.days) && one.source && one.certainty === "K", JSON.stringify(one));
	for (const role of ["clinician", "coach", "supervisor"]) await (await as(role)).get("/staff/retention", { expect: 403 });
	await (await as("admin")).put("/staff/retention", { periods: {} }, { expect: 403 });
	for (const [periods, says] of [[{ chat: { days: 20 } }, /chat: at least 184/], [{ chats: { years: 6 } }, /chats/], [{ chat: { years: 0 } }, /chat/], [{ short: { days: 30 } }, /short: at least 31/], [[], /object/], ["6", /object/]])
		assert.match((await compliance.put("/staff/retention", { periods }, { expect: 400 })).error.message, says);
	for (const what of ["dry-run", "off"]) assert.equal((await compliance.post(`/staff/retention/${what}`, {}, { expect: 409 })).error.code, "no_schedule");
	assert.equal((await state(compliance)).schedule, null);
});

test("a dry run counts and touches nothing; only a fresh one of these very periods lets them be switched on", async () => {
	const clinician = await as("clinician");
	for (const name of ["plain", "danger", "held", "back"]) {
		people[name] = await clinic.client(clinician, { country: "MX", pseudonym: name });
		people[name].chat = (await say(people[name], `Hello, this is the week of ${name}.`)).conversation.id;
	}
	await say(people.danger, RISK);
	const { secret } = await (await as("admin")).post("/staff/api-keys", { name: "web", reach: "identified", consent_attested: true }, { expect: 201 });
	people.product = async (text) => {
		const answer = await fetch(`${clinic.url}/v1/chat/completions`, {
			method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${secret}`, "x-heedwell-client": "p1", "x-heedwell-conversation": "t1" },
			body: JSON.stringify({ model: "default", messages: [{ role: "user", content: text }] }),
		});
		return { status: answer.status, chat: answer.headers.get("x-heedwell-conversation-id"), reply: answer.headers.get("x-heedwell-reply") };
	};
	people.product.chat = (await people.product("Hello from a product.")).chat;
	const compliance = await as("compliance");
	await compliance.put(`/staff/clients/${people.held.clientId}/legal-hold`, { legal_hold: true, reason: "A court asks for it" });
	let now = await compliance.put("/staff/retention", { periods: { chat: { days: 184 }, short: { days: 31 } } });
	assert.deepEqual([now.schedule.state, now.schedule.edition, now.schedule.next_at], ["off", 1, null]);
	const first = await dry(compliance);
	assert.deepEqual([first.state, first.counts.chat], ["done", { due: 0, gone: 0, held: 0, open: 0 }]);
	await days(190);
	const later = await as("compliance"), carer = await as("clinician");
	people.back = Object.assign(await clinic.client(carer, { country: "MX", pseudonym: "new" }), { was: people.back });
	people.back.chat = (await say(people.back, "Hello, I am new here.")).conversation.id;
	assert.equal((await later.post("/staff/retention/confirm", { run_id: first.id }, { expect: 409 })).error.code, "dry_run_needed", "too long ago");
	const second = await dry(later);
	assert.ok(second.counts.chat.due > 0 && second.counts.chat.held > 0 && second.counts.chat.open > 0 && second.counts.short.due > 0, JSON.stringify(second.counts));
	for (const name of ["plain", "danger", "held"]) assert.ok((await words(carer, people[name].chat)).includes(`Hello, this is the week of ${name}.`), "a dry run deleted");
	now = await later.put("/staff/retention", { periods: { chat: { days: 184 }, short: { days: 90 } }, version: (await state(later)).schedule.version });
	assert.equal((await later.post("/staff/retention/confirm", { run_id: second.id }, { expect: 409 })).error.code, "dry_run_needed", "of other periods");
	await later.put("/staff/retention", { periods: {}, version: now.schedule.version - 1 }, { expect: 409 });
	await days(2);
	assert.ok((await words(await as("clinician"), people.plain.chat)).length > 0, "deleted without a confirmation");
});

test("switched on: that night what is past its time goes, and nothing else; the journal has each row and the count, and verifies", async () => {
	const compliance = await as("compliance"), looked = await dry(compliance);
	const on = await compliance.post("/staff/retention/confirm", { run_id: looked.id, version: (await state(compliance)).schedule.version });
	assert.deepEqual([on.schedule.state, on.schedule.confirmed_by], ["on", "The compliance"]);
	assert.equal(new Date(on.schedule.next_at).toLocaleTimeString("en-GB", { timeZone: "America/Chicago" }), "03:00:00");
	await compliance.post("/staff/retention/confirm", { run_id: looked.id }, { expect: 409 });
	const { compliance: later, run } = await night(compliance), clinician = await as("clinician");
	assert.equal(run.state, "done");
	assert.equal(run.counts.chat.gone, run.counts.chat.due);
	assert.deepEqual([run.counts.chat.due, run.counts.chat.held], [looked.counts.chat.due, looked.counts.chat.held], "what was shown is what went");
	assert.deepEqual(await words(clinician, people.plain.chat), []);
	for (const name of ["danger", "held"]) assert.ok((await words(clinician, people[name].chat)).includes(`Hello, this is the week of ${name}.`), name);
	assert.ok((await words(clinician, people.back.chat)).includes("Hello, I am new here."));
	const found = [];
	for (let page = await later.get("/staff/journal?limit=200"); ; page = await later.get(`/staff/journal?limit=200&after=${page.next}`)) {
		found.push(...page.items);
		if (!page.next) break;
	}
	assert.ok(found.some((one) => one.resource === "retention_run" && one.resource_id === run.id && one.action === `gone.chat:${run.counts.chat.gone}`), "no count");
	const deleted = found.filter((one) => one.action === "delete" && ["message", "verdict", "decision", "finding", "review", "presence"].includes(one.resource));
	assert.equal(deleted.length, run.counts.chat.gone, "each row that went has its entry");
	assert.match(await verify(later), /verified|ok|good/i);
	const next = (await state(later)).schedule.next_at;
	assert.ok(new Date(next).getTime() / 1000 > clinic.now, "and the next night is planned");
});

test("somebody whose words are gone comes back: their thread is there and works; a hold that ended lets the rest go", async () => {
	assert.deepEqual(await words(await as("clinician"), people.product.chat), []);
	assert.deepEqual(await people.product("Hello again."), { status: 200, chat: people.product.chat, reply: "answered" });
	assert.ok((await words(await as("clinician"), people.product.chat)).includes("Hello again."));
	const { compliance } = await night(await as("compliance"));
	await compliance.put(`/staff/clients/${people.held.clientId}/legal-hold`, { legal_hold: false, reason: "The court is done" });
	const next = await night(compliance);
	assert.equal(next.run.state, "done");
	assert.deepEqual(await words(await as("clinician"), people.held.chat), []);
	assert.ok((await words(await as("clinician"), people.danger.chat)).length > 0, "an open alert keeps what it is about");
});

test("cancelled at any moment, switched off at once; other periods switch it off", async () => {
	const compliance = await as("compliance");
	const seen = new Set();
	for (let i = 0; i < 40 && !seen.has("cancelled"); i++) {
		const [run] = (await compliance.post("/staff/retention/dry-run")).runs;
		await compliance.post(`/staff/retention/runs/${run.id}/cancel`);
		const end = await ended(compliance, run.id);
		seen.add(end.state);
		assert.ok(["cancelled", "done"].includes(end.state));
		if (end.state === "cancelled") assert.equal((await compliance.post("/staff/retention/confirm", { run_id: run.id }, { expect: 409 })).error.code, "dry_run_needed");
	}
	assert.ok(seen.has("cancelled"), "no look could be cancelled");
	await compliance.post("/staff/retention/runs/00000000-0000-7000-8000-000000000000/cancel", {}, { expect: 404 });
	assert.equal((await compliance.post("/staff/retention/off")).schedule.state, "off");
	const { runs } = await state(compliance);
	await days(3);
	const later = await as("compliance"), quiet = await state(later);
	assert.deepEqual(quiet.runs.filter((one) => one.kind === "real").length, runs.filter((one) => one.kind === "real").length, "it went on");
	const look = await dry(later);
	await later.post("/staff/retention/confirm", { run_id: look.id });
	const changed = await later.put("/staff/retention", { periods: { care: { years: 1 } } });
	assert.deepEqual([changed.schedule.state, changed.schedule.next_at, changed.schedule.confirmed_by], ["off", null, null]);
});

test("the record counts from the last contact, not before majority and not before the law allows; then the client is erased as on request", async () => {
	const clinician = await as("clinician");
	const child = await clinic.client(clinician, { country: "MX", year: 2018, pseudonym: "child" }), british = await clinic.client(clinician, { country: "GB", place: "GB", pseudonym: "british" });
	const asked = await clinic.client(clinician, { country: "MX", pseudonym: "asked" });
	await asked.post("/client/requests", { kind: "correction", note: "My year of birth is wrong." });
	await days(400);
	const carer = await as("clinician"), active = await clinic.client(carer, { country: "MX", pseudonym: "active" });
	await say(active, "Hello.");
	const compliance = await as("compliance"), look = await dry(compliance);
	assert.ok(look.counts.care.due > 0, JSON.stringify(look.counts));
	assert.ok(look.counts.care.open > 0, "the one who asked for something");
	await compliance.post("/staff/retention/confirm", { run_id: look.id });
	await clinic.advance(Math.ceil(new Date((await state(compliance)).schedule.next_at).getTime() / 1000 - clinic.now) + 1).catch(() => {});
	await clinic.kill(); // in the midst of it, or just before, or after: what was begun is finished
	await clinic.start();
	const again = await as("compliance");
	await eventually(async () => (await state(again)).runs.some((one) => one.kind === "real" && one.state === "done" && one.edition === look.edition), "not finished after the crash");
	const client = async (session) => (await again.get(`/staff/clients/${session.clientId}`)).state;
	assert.equal(await client(people.plain), "erased");
	for (const session of [people.danger, child, british, active, asked]) assert.equal(await client(session), "active");
	await people.plain.get("/client/session", { expect: 401 });
	await active.get("/client/session");
	assert.match(await verify(again), /verified|ok|good/i);
	const left = (await dry(again)).counts.care;
	assert.equal(left.due, 0, "something was left behind");
});

test("nothing of it is in the log", () => {
	for (const text of ["A court asks", "week of plain", "everything ready"]) assert.ok(!clinic.log.includes(text));
});
