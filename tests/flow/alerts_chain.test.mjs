// The clocks of an alert on a clock that the test turns: fifteen minutes to contact, no answer and the next attempt, outcomes with their reasons, hand-over to a
// named person, the rota and its end of a shift, the chain step by step, and what the client is told when all of it is exhausted. Across a kill -9 and the
// change to winter time.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Served } from "./served.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
const minutes = (from, to) => (new Date(to) - new Date(from)) / 60000;
const served = [];
async function start(options) {
	const one = await Served.start(options);
	served.push(one);
	return one;
}
after(async () => {
	for (const one of served) await one.stop();
});
const alerts = async (session) => (await session.get("/staff/alerts?limit=50")).items;

test("contact: fifteen minutes; no answer starts them anew; only an outcome stops them", async () => {
	const it = await start({ start: "2026-11-30T09:00:00Z", people: { anna: "clinician", bert: "clinician", sara: "supervisor" } });
	await it.say(RISK, "c1");
	const anna = await it.sign("anna");
	let [alert] = await alerts(anna);
	alert = await anna.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	assert.equal(alert.deadline_kind, "contact");
	assert.ok(Math.abs(minutes(alert.acknowledged_at, alert.deadline_at) - 15) < 0.01);
	await it.advance(10 * 60);
	const tried = await anna.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "no_answer", note: "Rang twice." });
	assert.equal(tried.state, "taken", "nobody was reached, so it is not contacted");
	assert.equal(tried.deadline_kind, "contact");
	assert.equal(tried.attempts, 1);
	assert.ok(Math.abs(minutes(alert.deadline_at, tried.deadline_at) - 10) < 0.02, "the next attempt is due fifteen minutes after this one");
	await it.advance(14 * 60);
	assert.equal((await alerts(anna))[0].missed, false);
	await it.advance(70);
	const late = (await alerts(anna))[0];
	assert.equal(late.missed, true, "the next attempt was not made");
	assert.equal(late.escalation_step, 1);
	assert.equal(late.owner.name, "Anna", "it stays hers");
	// Across a loss of power the next one is still due.
	await it.crash(16 * 60);
	const again = await it.sign("anna");
	assert.equal((await alerts(again))[0].escalation_step, 2);
	// Resolving needs an outcome; "no answer" is none.
	let now = (await alerts(again))[0];
	assert.equal((await again.post(`/staff/alerts/${now.id}/resolve`, { version: now.version, reason: "referred" }, { expect: 409 })).error.code, "contact_first");
	now = await again.post(`/staff/alerts/${now.id}/contact`, { version: now.version, outcome: "welfare_check", note: "Asked the police to look in." });
	assert.equal(now.state, "contacted");
	assert.equal(now.deadline_kind, null);
	await it.advance(48 * 3600);
	assert.equal((await alerts(await it.sign("anna")))[0].escalation_step, 2, "a clock runs on after an outcome");
	const { items } = await (await it.sign("sara")).get(`/staff/alerts/${now.id}/outcomes`);
	assert.deepEqual(items.map((one) => [one.outcome, one.attempt, one.by.name]), [["no_answer", 1, "Anna"], ["welfare_check", 2, "Anna"]]);
	assert.equal(items[0].next_at, tried.deadline_at);
	assert.ok(!it.log.includes("Rang twice") && !it.log.includes("the police"), "a note is in the log");
});

test("an outcome without a call needs its reason, a report its basis and agency; a report still to be made has a clock of its own", async () => {
	const it = await start({ start: "2026-11-30T09:00:00Z", people: { anna: "clinician", sara: "supervisor" } });
	for (const client of ["c1", "c2"]) await it.say(RISK, client);
	const anna = await it.sign("anna"), sara = await it.sign("sara");
	let [one, two] = await alerts(anna);
	const contact = (alert, body, options) => anna.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, ...body }, options);
	one = await anna.post(`/staff/alerts/${one.id}/take`, { version: one.version });
	const refused = async (body, code) => assert.equal((await contact(one, body, { expect: 400 })).error.code, code);
	await refused({ outcome: "no_action" }, "note_required");
	await refused({ outcome: "other", note: "  " }, "note_required");
	await refused({ outcome: "duty_to_warn", agency: "police" }, "basis_required");
	await refused({ outcome: "safeguarding_report", basis: "Children Act" }, "agency_required");
	await refused({ outcome: "shrugged" }, "invalid");
	await refused({ outcome: "duty_to_warn", basis: "b", agency: "a", opinion_by: "nobody" }, "invalid");
	const before = one.deadline_at;
	one = await contact(one, { outcome: "safeguarding_report", basis: "Law on the protection of minors", agency: "Social services", made: false, opinion_by: sara.id });
	assert.equal(one.state, "taken", "a report that is not made yet stops no clock");
	assert.equal(one.deadline_at, before);
	let [report] = (await anna.get(`/staff/alerts/${one.id}/outcomes`)).items;
	assert.equal(report.report.made, false);
	assert.equal(report.opinion_by.name, "Sara");
	assert.equal(minutes(report.at, report.report.due_at), 24 * 60);
	two = await contact(two, { outcome: "no_action", note: "A rehearsal of the drama group, the client says so and it fits." });
	assert.equal(two.state, "contacted");
	await it.until("2026-12-01T10:00:00Z", 1800);
	const late = await it.sign("anna");
	const due = (await alerts(late)).find((alert) => alert.kind === "system");
	assert.ok(due, "nobody is called for a report that is due");
	assert.equal(due.priority, 1);
	report = await late.post(`/staff/outcomes/${report.id}/made`, { version: report.version });
	assert.equal(report.report.made, true);
	assert.ok(report.report.made_at);
});

test("nobody leaves a shift with an open one; it is handed over to a named person who accepts", async () => {
	const it = await start({ start: "2026-11-30T09:00:00Z", people: { anna: "clinician", bert: "clinician", carl: "clinician", sara: "supervisor", tom: "coach" } });
	await it.say(RISK, "c1");
	const anna = await it.sign("anna"), bert = await it.sign("bert"), carl = await it.sign("carl"), tom = await it.sign("tom");
	let [alert] = await alerts(anna);
	await anna.post(`/staff/alerts/${alert.id}/handover`, { version: alert.version, to: bert.id }, { expect: 409 }); // nobody has it yet
	alert = await anna.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version });
	const stuck = await anna.post("/staff/duty", { on_duty: false }, { expect: 409 });
	assert.equal(stuck.error.code, "owns_alerts");
	assert.deepEqual(stuck.owned, [alert.id]);
	assert.equal((await anna.get("/staff/duty")).on_duty, true);
	await carl.post(`/staff/alerts/${alert.id}/handover`, { version: alert.version, to: carl.id }, { expect: 403 }); // not his to give
	assert.equal((await anna.post(`/staff/alerts/${alert.id}/handover`, { version: alert.version, to: tom.id }, { expect: 400 })).error.code, "handover_to"); // a coach
	await anna.post(`/staff/alerts/${alert.id}/handover`, { version: alert.version, to: anna.id }, { expect: 400 });
	const due = alert.deadline_at;
	alert = await anna.post(`/staff/alerts/${alert.id}/handover`, { version: alert.version, to: bert.id, note: "" });
	assert.equal(alert.handover_to.name, "Bert");
	assert.equal(alert.owner.name, "Anna", "hers until he accepts");
	assert.equal(alert.deadline_at, due, "asking moves no clock");
	await anna.post("/staff/duty", { on_duty: false }, { expect: 409 });
	await carl.post(`/staff/alerts/${alert.id}/handover/accept`, { version: alert.version }, { expect: 403 });
	alert = await bert.post(`/staff/alerts/${alert.id}/handover/decline`, { version: alert.version });
	assert.equal(alert.handover_to, null);
	alert = await anna.post(`/staff/alerts/${alert.id}/handover`, { version: alert.version, to: bert.id });
	await bert.post(`/staff/alerts/${alert.id}/handover/accept`, { version: alert.version - 1 }, { expect: 409 });
	alert = await bert.post(`/staff/alerts/${alert.id}/handover/accept`, { version: alert.version });
	assert.equal(alert.owner.name, "Bert");
	assert.equal(alert.deadline_at, due, "a hand-over gives no time");
	assert.equal((await anna.post("/staff/duty", { on_duty: false })).on_duty, false);
	await bert.post("/staff/duty", { on_duty: false }, { expect: 409 });
	alert = await bert.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "contacted" });
	assert.equal((await bert.post("/staff/duty", { on_duty: false })).on_duty, false, "an outcome lets him go");
	const team = (await carl.get("/staff/team")).items;
	assert.deepEqual(team.filter((one) => one.may_answer && one.on_duty).map((one) => one.name).sort(), ["Carl", "Sara"]);
});

const week = { days: "Mon-Fri", zone: "Europe/Madrid" };
const cover = { hours: [{ days: "Mon-Fri", from: "09:00", to: "17:00" }], on_call: [{ days: "Daily", from: "17:00", to: "09:00" }] };

test("the chain goes on duty, on call, supervisors; empty steps are passed over; exhausted, the client is told once and offered lines", async () => {
	const it = await start({
		start: "2026-11-30T09:30:00Z", cover, people: { anna: "clinician", bert: "clinician", sara: "supervisor" }, // Monday, 10:30 in Madrid
		settings: { acknowledge_minutes: { 1: 4 }, chain: [{ to: "on_duty" }, { to: "on_call", minutes: 2 }, { to: "supervisors" }] },
	});
	const client = await it.client("Heron");
	const sara = await it.sign("sara");
	const anna = await it.sign("anna");
	const bert = await it.sign("bert");
	await sara.post("/staff/shifts", { staff_id: anna.id, kind: "in_hours", start: "09:00", end: "17:00", ...week });
	await sara.post("/staff/shifts", { staff_id: bert.id, kind: "on_call", start: "00:00", end: "24:00", days: "Daily", zone: "America/New_York" });
	const rota = await sara.get("/staff/rota");
	assert.equal(rota.cover, "in_hours");
	assert.deepEqual(rota.chain.map((step) => [step.to, step.minutes, step.now.map((one) => one.name)]), [["on_duty", 4, ["Anna"]], ["on_call", 2, ["Bert"]], ["supervisors", 4, ["Sara"]]]);
	assert.deepEqual(rota.gaps, []);
	await client.put("/client/consents/ai_chat", { decision: "given", document_version: "1" }).catch(() => {});
	await client.post("/client/messages", { text: RISK, client_message_id: "m1" });
	const read = async () => (await alerts(sara))[0];
	let alert = await read();
	assert.ok(Math.abs(minutes(alert.created_at, alert.deadline_at) - 4) < 0.01);
	await it.advance(4 * 60 + 2);
	alert = await read();
	assert.equal(alert.escalation_step, 1);
	assert.ok(Math.abs(minutes(alert.created_at, alert.deadline_at) - 6.03) < 0.02, "two minutes for those on call");
	await it.advance(2 * 60 + 2);
	assert.equal((await read()).escalation_step, 2);
	const texts = async () => (await client.get("/client/conversation")).messages.filter((one) => one.safe_text === "alert.chain_exhausted");
	assert.deepEqual(await texts(), [], "told before everybody was asked");
	assert.equal((await read()).exhausted_at, null);
	await it.advance(4 * 60 + 2);
	alert = await read();
	assert.ok(alert.exhausted_at);
	let [told] = await texts();
	assert.ok(told, "the client was not told");
	assert.match(told.text, /nobody has answered/);
	assert.match(told.text, /024|112/, "no external line");
	assert.equal((await client.get("/client/conversation")).alert_state, "nobody_yet");
	for (let i = 0; i < 6; i++) await it.advance(300);
	assert.equal((await texts()).length, 1, "told again and again");
	assert.ok((await read()).escalation_step > 4, "it went to sleep");
	// Somebody comes at last.
	alert = await read();
	alert = await sara.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	assert.equal((await client.get("/client/conversation")).alert_state, "seen");
});

test("at the end of a shift an open alert of its owner is open again, one step up; a hole in the rota is seen a week ahead and changes what clients are told", async () => {
	// Saturday 24 October 2026: in the night the clocks go back, so the night shift from 22:00 to 06:00 has nine hours.
	const it = await start({
		start: "2026-10-24T19:00:00Z", people: { anna: "clinician", bert: "clinician", sara: "supervisor" },
		cover: { hours: [], on_call: [{ days: "Daily", from: "00:00", to: "24:00" }] }, settings: { contact_minutes: { 1: 600 } },
	});
	const sara = await it.sign("sara"), anna = await it.sign("anna"), bert = await it.sign("bert");
	const night = await sara.post("/staff/shifts", { staff_id: anna.id, kind: "on_call", start: "22:00", end: "06:00", days: "Daily", zone: "Europe/Madrid" });
	await sara.post("/staff/shifts", { staff_id: bert.id, kind: "on_call", start: "06:00", end: "22:00", days: "Daily", zone: "Europe/Madrid", except: ["2026-10-28"] });
	let rota = await sara.get("/staff/rota");
	assert.deepEqual(rota.gaps.map((gap) => [gap.from, gap.to, gap.promised, gap.have]), [["2026-10-28T05:00:00.000Z", "2026-10-28T21:00:00.000Z", "on_call", "none"]], "Wednesday, in winter time");
	const long = rota.spans.find((span) => span.staff.name === "Anna");
	assert.equal(minutes(long.from, long.to), 9 * 60);
	await it.until("2026-10-25T00:30:00Z");
	await it.say(RISK, "c1");
	const late = await it.sign("anna");
	let [alert] = await alerts(late);
	alert = await late.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	await it.until("2026-10-25T04:59:30Z"); // 05:59:30 in winter time: eight hours and 59 minutes of the shift are gone
	assert.equal((await alerts(await it.sign("sara")))[0].state, "taken", "an hour too early");
	await it.advance(60);
	[alert] = await alerts(await it.sign("sara"));
	assert.equal(alert.state, "open", "the shift ended and nobody has it");
	assert.equal(alert.owner, null);
	assert.equal(alert.missed, true);
	assert.equal(alert.escalation_step, 1);
	assert.ok(Math.abs(minutes(new Date(it.now * 1000), alert.deadline_at) - 5) < 1);
	// Bert takes it; his next shift's end finds it again, also when the program was away meanwhile.
	alert = await (await it.sign("bert")).post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	await it.until("2026-10-25T20:50:00Z");
	await it.crash(1800);
	[alert] = await alerts(await it.sign("sara"));
	assert.equal(alert.state, "open", "an end of a shift was lost with the power");
	// Taken by Anna in her shift, and an outcome: then her shift may end.
	const again = await it.sign("anna");
	alert = await again.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	alert = await again.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "contacted" });
	await it.until("2026-10-26T06:00:00Z");
	assert.equal((await alerts(await it.sign("sara")))[0].state, "contacted");
	// Wednesday has no day shift: clients are not told that anybody is on call.
	const client = await it.client("Heron");
	await it.until("2026-10-28T08:00:00Z");
	rota = await (await it.sign("sara")).get("/staff/rota");
	assert.equal(rota.cover, "none");
	assert.equal(rota.cover_until, "2026-10-28T21:00:00.000Z");
	assert.equal((await (await it.sign("sara")).get("/staff/overview")).cover.state, "none");
	// A shift is added for today: somebody is there at once.
	await (await it.sign("sara")).post("/staff/shifts", { staff_id: bert.id, kind: "on_call", start: "08:00", end: "22:00", date: "2026-10-28", zone: "Europe/Madrid" });
	assert.equal((await (await it.sign("sara")).get("/staff/rota")).cover, "on_call");
	// Anna's shift is taken away while she holds one: it is open again at once.
	await it.until("2026-10-28T22:00:00Z");
	await it.say(RISK, "c9");
	const third = await it.sign("anna");
	let mine = (await alerts(third)).find((one) => one.state === "open");
	mine = await third.post(`/staff/alerts/${mine.id}/take`, { version: mine.version });
	await (await it.sign("sara")).post(`/staff/shifts/${night.id}/remove`, { version: night.version });
	await it.advance(5);
	assert.equal((await (await it.sign("sara")).get(`/staff/alerts/${mine.id}`)).state, "open");
	assert.ok(client);
});

test("wrong shifts are refused with what is wrong", async () => {
	const it = await start({ start: "2026-11-30T09:30:00Z", people: { anna: "clinician", tom: "coach", sara: "supervisor" } });
	const sara = await it.sign("sara"), anna = await it.sign("anna"), tom = await it.sign("tom");
	const good = { staff_id: anna.id, kind: "on_call", start: "22:00", end: "06:00", days: "Daily", zone: "Europe/Madrid" };
	const refused = async (change, about) => assert.match((await sara.post("/staff/shifts", { ...good, ...change }, { expect: 400 })).error.message, about);
	await refused({ staff_id: tom.id }, /staff_id/);
	await refused({ staff_id: "" }, /staff_id/);
	await refused({ zone: "Mars/Olympus" }, /zone/);
	await refused({ days: "", date: "" }, /days/);
	await refused({ date: "2026-12-01" }, /days/);
	await refused({ start: "7" }, /start/);
	await refused({ kind: "nap" }, /kind/);
	await refused({ except: ["soon"] }, /except/);
	assert.equal((await sara.post("/staff/shifts", { ...good, except: Array.from({ length: 61 }, () => "2026-12-01") }, { expect: 413 })).error.code, "limit");
	await anna.post("/staff/shifts", good, { expect: 403 });
	assert.deepEqual((await sara.get("/staff/rota")).shifts, []);
	const shift = await sara.post("/staff/shifts", good);
	await sara.put(`/staff/shifts/${shift.id}`, { ...good, end: "07:00", version: shift.version + 1 }, { expect: 409 });
	const changed = await sara.put(`/staff/shifts/${shift.id}`, { ...good, end: "07:00", version: shift.version });
	assert.equal(changed.end, "07:00");
	const gone = await sara.post(`/staff/shifts/${shift.id}/remove`, { version: changed.version });
	assert.equal(gone.state, "removed");
	await sara.post(`/staff/shifts/${shift.id}/remove`, { version: gone.version }, { expect: 404 });
});
