// The load of alerts beside its budget, how often rules were right, and what the past would have been under other thresholds: over the running program, with a rota, the test clock, real
// messages that are screened, and alerts that people resolve.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { eventually, root, sleep } from "./harness.mjs";
import { Served } from "./served.mjs";

const INTENT = "I have decided to kill myself tonight and I have everything ready.";
const LOW = "I want to die and I do not know whom to tell.";
let served, ana, boss;

before(async () => {
	served = await Served.start({ start: "2026-11-30T08:00:00Z", zone: "UTC", country: "US", language: "en", people: { ana: "clinician", ben: "clinician", boss: "supervisor", cora: "compliance", coach: "coach" } });
	ana = await served.sign("ana");
	boss = await served.sign("boss");
	await boss.post("/staff/shifts", { staff_id: ana.id, kind: "in_hours", zone: "UTC", days: "Daily", start: "09:00", end: "11:00" }, { expect: 201 }).catch(async () => undefined);
	await served.until("2026-11-30T09:05:00Z");
});
after(() => served?.stop());

/** A new client of the product writes; the alert that came of it. */
async function raise(text, name) {
	const known = new Set((await ana.get("/staff/alerts?limit=200")).items.map((one) => one.id));
	await served.say(text, name);
	return eventually(async () => (await ana.get("/staff/alerts?limit=200")).items.find((one) => !known.has(one.id)), `an alert of ${name}`);
}

async function resolve(alert, how) {
	let row = await ana.get(`/staff/alerts/${alert.id}`);
	if (row.state === "open") row = await ana.post(`/staff/alerts/${alert.id}/acknowledge`, { version: row.version });
	if (how !== "false_alarm" && !row.contacted_at) row = await ana.post(`/staff/alerts/${alert.id}/contact`, { version: row.version, outcome: "contacted", note: "" });
	await ana.post(`/staff/alerts/${alert.id}/resolve`, { version: row.version, reason: how, note: how === "other" ? "Something else" : "" });
}

test("three grave alerts in a clinician's hour are over the budget of two", async () => {
	const rota = await ana.get("/staff/rota?days=2");
	assert.equal(rota.in_use, true, "the shift was not taken");
	for (const name of ["one", "two", "three"]) await resolve(await raise(INTENT, name), name === "three" ? "false_alarm" : "contacted");
	const load = await ana.get("/staff/load?days=1");
	assert.deepEqual([load.total.alerts, load.total.over, load.total.uncovered, load.budget.per_hour], [3, 1, 0, 2]);
	const hour = load.hours.find((one) => one.alerts > 0);
	assert.deepEqual([hour.from.slice(0, 16), hour.alerts, hour.over], ["2026-11-30T09:00", 3, true]);
	const own = load.clinicians.find((one) => one.person.id === ana.id);
	assert.equal(own.alerts, 3);
	assert.equal(own.over, own.per_hour > 2);
});

test("at night every alert is uncovered, which is no ratio", async () => {
	await served.until("2026-11-30T22:10:00Z");
	ana = await served.sign("ana"); // sessions end by themselves
	boss = await served.sign("boss");
	await raise(INTENT, "night");
	const load = await ana.get("/staff/load?days=1");
	assert.equal(load.total.uncovered, 1);
	const night = load.hours.find((one) => one.from.startsWith("2026-11-30T22"));
	assert.deepEqual([night.minutes, night.over], [0, false]);
	assert.equal(load.total.hours, 2);
	assert.equal(load.total.per_hour, 2, "four alerts in two clinician-hours");
});

test("one person twice in an episode is counted as that", async () => {
	const load = await boss.get("/staff/load?days=1");
	assert.equal(load.people.repeated, 0);
	await served.advance(3600);
	const first = (await ana.get("/staff/alerts?limit=200")).items.find((one) => one.state === "open" && one.level === 4);
	await resolve(first, "contacted");
	await served.say(INTENT + " Nobody can stop me.", "night");
	await sleep(200);
	const again = await boss.get("/staff/load?days=1");
	assert.deepEqual([again.people.clients, again.people.repeated, again.people.list.length, again.people.list[0].most], [4, 1, 1, 2]);
});

test("precision by rule and by concept, with what it is a share of", async () => {
	const load = await ana.get("/staff/load?days=7");
	const concept = load.concepts.items.find((one) => one.true + one.false === 4);
	assert.ok(concept, JSON.stringify(load.concepts));
	assert.deepEqual([concept.true, concept.false, concept.open, concept.precision.of], [3, 1, 1, 4]);
	assert.equal(concept.precision.share, 0.75);
	assert.ok(Math.abs(concept.precision.low - 0.3006) < 0.001 && Math.abs(concept.precision.high - 0.9544) < 0.001, "Wilson at 95 %");
	const rule = load.rules.items.find((one) => one.precision?.of === 4 && one.text);
	assert.ok(rule, JSON.stringify(load.rules.items));
});

test("names are for those who care for them", async () => {
	const cora = await served.sign("cora"), coach = await served.sign("coach");
	assert.equal((await cora.get("/staff/load?days=7")).people.list, null);
	await coach.get("/staff/load", { expect: 403 });
	for (const days of ["0", "93", "x", "-1"]) await cora.get(`/staff/load?days=${days}`, { expect: 400 });
});

const ended = (id) => eventually(async () => {
	const run = await boss.get(`/staff/what-if/${id}`);
	return run.state !== "running" && run;
}, "the replay ends");
async function replay(body) {
	const started = await boss.post("/staff/what-if", body, { expect: 202 });
	return ended(started.id);
}

test("nothing changed: both sides are the same, and agree with what was decided", async () => {
	await served.say(LOW, "low");
	await served.say("Hello, a quiet day today.", "calm");
	const run = await replay({ days: 7 });
	assert.equal(run.state, "done", run.failure);
	assert.equal(run.progress, 1000);
	assert.deepEqual([run.lost, run.gained], [0, 0]);
	assert.deepEqual(run.before, run.after);
	assert.equal(run.agree, run.messages, `${run.agree} of ${run.messages}`);
	assert.ok(run.before.alerts >= 6 && run.before.high >= 5, JSON.stringify(run.before));
	assert.equal(run.before.over, 1);
	assert.deepEqual(run.examples, []);
});

test("a higher bar: what would be lost, by which rules, and how those alerts had ended", async () => {
	const run = await replay({ days: 7, from_level: 4 });
	assert.equal(run.state, "done", run.failure);
	assert.equal(run.after.high, run.before.high - 1, "the one of level 3");
	assert.ok(run.lost > 0 && run.gained === 0);
	assert.ok(run.examples.every((one) => one.before > 0 && one.after === 0 && one.conversation_id));
	const rule = run.rules.find((one) => one.after < one.before);
	assert.ok(rule, JSON.stringify(run.rules));
	const none = await replay({ days: 7, caps: [{ concept: "suicide", level: 0 }], from_level: 1 });
	assert.equal(none.state, "done", none.failure);
	assert.ok(none.after.alerts < none.before.alerts, JSON.stringify(none.after));
	assert.ok(none.lost_by.true >= 3 && none.lost_by.false >= 1, JSON.stringify(none.lost_by));
});

test("a pack that is not installed yet: replayed when it is sound, refused with its place when not", async () => {
	const yaml = fs.readFileSync(path.join(root, "packs/policies/chatbot.yaml"), "utf8");
	const whole = (extra) => yaml.replace(/^id: chatbot$/m, "id: trial").replace(/^situations:/m, `${extra}situations:`).replace(/chatbot\./g, "trial.");
	const louder = whole('  - id: trial.calls\n    text: {en: "Every message calls.", es: "Todo mensaje avisa."}\n    when: {direction: client}\n    then: {alert: 4}\n');
	const run = await replay({ days: 7, pack: louder });
	assert.equal(run.state, "done", run.failure);
	assert.deepEqual([run.change.policy, run.change.pack], ["trial", "trial"]);
	assert.ok(run.gained > 0 && run.lost === 0, JSON.stringify([run.gained, run.lost]));
	assert.ok(run.rules.some((one) => one.id === "trial.calls" && one.before === 0 && one.after > 0));
	const bad = await boss.post("/staff/what-if", { days: 7, pack: louder.replace("alert: 4", "alert: 40") }, { expect: 400 });
	assert.equal(bad.error.code, "bad_pack");
	assert.match(bad.error.message, /pack:\d+/);
	const unknown = await boss.post("/staff/what-if", { days: 7, policy: "nowhere" }, { expect: 400 });
	assert.equal(unknown.error.field, "policy");
	assert.ok(!(await boss.get("/staff/what-if")).policies.some((one) => one.id === "trial"), "the pack was installed");
	for (const wrong of [{ days: 0 }, { days: 93 }, { confidence: 1001 }, { from_level: 5 }, { caps: [{ concept: "Not A Concept", level: 1 }] }, { caps: "all" }]) await boss.post("/staff/what-if", wrong, { expect: 400 });
});

test("cancelled, and nothing of it stays but that it was", async () => {
	for (let i = 0; i < 60; i++) await served.say(`A quiet day, number ${i}.`, `calm-${i}`);
	const started = await boss.post("/staff/what-if", { days: 7 }, { expect: 202 });
	await boss.post(`/staff/what-if/${started.id}/cancel`);
	assert.equal((await ended(started.id)).state, "cancelled");
	await boss.get("/staff/what-if/00000000-0000-7000-8000-000000000000", { expect: 404 });
	await ana.get("/staff/what-if", { expect: 403 });
});

test("nothing is written by it", async () => {
	const cora = await served.sign("cora");
	const before = (await cora.get("/staff/journal?limit=1")).items[0].index;
	await replay({ days: 7, from_level: 3 });
	await boss.get("/staff/load?days=7");
	const after = (await cora.get("/staff/journal?limit=5")).items.filter((one) => one.index > before);
	assert.deepEqual(after.map((one) => `${one.action} ${one.resource}`), []);
});
