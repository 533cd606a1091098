// ask.test.mjs: a questionnaire asked for by hand, on a clock that the test turns: what asks about danger opens when somebody is there to read it, by hours and by the rota with its
// gaps, over kill -9; a clinician may say that they read it themselves, which is kept and journalled; when nobody comes before it is due, it is not asked, or missed and the team called.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { sleep } from "./harness.mjs";
import { Served } from "./served.mjs";

const served = [];
async function start(options) {
	const one = await Served.start({ people: { anna: "clinician", cora: "coach", sam: "supervisor" }, cover: { hours: [{ days: "Mon-Fri", from: "09:00", to: "17:00" }] }, ...options });
	served.push(one);
	return one;
}
after(async () => {
	for (const one of served) await one.stop();
});

const where = (client) => `/staff/clients/${client.client.id}/questionnaires`;
const ask = (session, client, more = {}, options) => session.post(where(client), { instrument: "phq-9", ...more }, options);
const preview = (session, client, more = {}) => session.post(`${where(client)}/preview`, { instrument: "phq-9", ...more });
const tasks = async (session, client) => (await session.get(`/staff/clients/${client.client.id}/measures`)).tasks;
const own = (client) => client.get("/client/questionnaires");

test("out of hours it waits for the next hour, said before and after; nothing about danger opens at once", async () => {
	const it = await start({ start: "2026-11-06T19:00:00Z" }); // a Friday evening in Madrid
	const client = await it.client("Crane");
	let anna = await it.sign("anna");
	await anna.post("/staff/duty", { on_duty: true });
	const before = await preview(anna, client);
	assert.deepEqual([before.asks_about_danger, before.opens_now, before.opens_at, before.why, before.zone], [true, false, "2026-11-09T08:00:00.000Z", "no_cover", "Europe/Madrid"]);
	assert.deepEqual(await preview(anna, client, { instrument: "suds" }).then((one) => [one.asks_about_danger, one.opens_now, one.opens_at]), [false, true, null]);
	assert.equal((await tasks(anna, client)).length, 0, "a preview writes nothing");
	const plain = await ask(anna, client, { instrument: "suds" });
	assert.equal(plain.state, "due");
	const made = await ask(anna, client);
	assert.deepEqual([made.state, made.opens_at, made.moved_reason, made.read_by], ["planned", "2026-11-09T08:00:00.000Z", "no_cover", null]);
	// The client sees when it comes, and cannot open it before.
	let mine = await own(client);
	assert.deepEqual(mine.waiting.map((one) => one.instrument), ["suds"]);
	assert.deepEqual(mine.done, []);
	assert.deepEqual(mine.next.map((one) => [one.instrument, one.at, one.zone]), [["phq-9", "2026-11-09T08:00:00.000Z", "Europe/Madrid"]]);
	assert.equal((await client.post(`/client/questionnaires/${made.id}/open`, {}, { expect: 409 })).error.code, "not_yet");
	await it.until("2026-11-09T07:50:00Z", 12 * 3600);
	assert.deepEqual((await own(client)).waiting.map((one) => one.instrument), ["suds"]);
	// Dead over its moment: it is opened afterwards, once.
	await it.crash(20 * 60);
	await it.advance(1);
	mine = await own(client);
	assert.deepEqual(mine.waiting.map((one) => one.instrument).sort(), ["phq-9", "suds"]);
	assert.deepEqual(mine.next, []);
	const { response, form } = await client.post(`/client/questionnaires/${made.id}/open`);
	assert.equal(form.id, "phq-9");
	assert.ok(response.id);
	anna = await it.sign("anna");
	assert.deepEqual((await tasks(anna, client)).map((one) => [one.instrument, one.state]).sort(), [["phq-9", "started"], ["suds", "due"]]);
});

test("in hours with somebody on duty it opens at once; within the programme's minutes of the hours too; with nobody on duty it is looked at again", async () => {
	const it = await start({ start: "2026-11-09T07:20:00Z" }); // Monday, 08:20 there: forty minutes before the hours
	const client = await it.client("Robin");
	const anna = await it.sign("anna");
	await anna.post("/staff/duty", { on_duty: true });
	assert.equal((await ask(anna, client)).state, "due", "within checkin_read_minutes");
	await it.until("2026-11-09T08:10:00Z");
	assert.equal((await ask(anna, client)).state, "due");
	await anna.post("/staff/duty", { on_duty: false });
	for (const login of ["sam", "cora"]) await (await it.sign(login)).post("/staff/duty", { on_duty: false });
	const waits = await ask(anna, client);
	assert.equal(waits.state, "planned");
	assert.equal(waits.moved_reason, "nobody_on_duty");
	const state = async () => (await tasks(anna, client)).find((one) => one.id === waits.id);
	await it.advance(20 * 60);
	assert.equal((await state()).state, "planned");
	assert.notEqual((await state()).opens_at, waits.opens_at, "the next look");
	await anna.post("/staff/duty", { on_duty: true });
	await it.advance(20 * 60);
	assert.equal((await state()).state, "due");
});

test("a gap in the rota counts, whatever the hours promise; a shift taken away meanwhile moves it on, and at the end the team is called", async () => {
	const it = await start({ start: "2026-11-09T19:00:00Z", cover: { hours: [{ days: "Daily", from: "00:00", to: "24:00" }] } }); // Monday, 20:00 there
	const client = await it.client("Stork");
	let sam = await it.sign("sam");
	let anna = await it.sign("anna");
	for (const session of [sam, anna]) await session.post("/staff/duty", { on_duty: true });
	assert.equal((await preview(anna, client)).opens_now, true, "no rota: the hours and who is on duty");
	const shift = { staff_id: anna.id, kind: "in_hours", zone: "Europe/Madrid", days: "Tue-Fri", start: "08:00", end: "16:00" };
	const made = await sam.post("/staff/shifts", shift);
	const id = made.id ?? made.shifts?.[0].id ?? (await sam.get("/staff/rota")).shifts[0].id;
	assert.deepEqual(await preview(anna, client).then((one) => [one.opens_now, one.opens_at, one.why]), [false, "2026-11-10T07:00:00.000Z", "no_cover"]);
	const due_at = "2026-11-11T12:00:00Z";
	const one = await ask(anna, client, { due_at });
	assert.equal(one.opens_at, "2026-11-10T07:00:00.000Z");
	// Tuesday is given up: the next shift is Wednesday's.
	const [row] = (await sam.get("/staff/rota")).shifts.filter((each) => each.id === id);
	await sam.put(`/staff/shifts/${id}`, { ...shift, version: row.version, except: ["2026-11-10"] });
	await it.until("2026-11-10T07:05:00Z");
	anna = await it.sign("anna");
	const state = async () => (await tasks(anna, client)).find((each) => each.id === one.id);
	assert.deepEqual(await state().then((each) => [each.state, each.opens_at]), ["planned", "2026-11-11T07:00:00.000Z"]);
	// And Wednesday too: nobody is there before it is due.
	sam = await it.sign("sam");
	const [again] = (await sam.get("/staff/rota")).shifts.filter((each) => each.id === id);
	await sam.put(`/staff/shifts/${id}`, { ...shift, version: again.version, except: ["2026-11-10", "2026-11-11"] });
	await it.until("2026-11-11T07:05:00Z", 6 * 3600);
	anna = await it.sign("anna");
	assert.deepEqual(await state().then((each) => [each.state, each.moved_reason]), ["missed", "no_cover"]);
	const called = (await anna.get("/staff/alerts?limit=50")).items.filter((alert) => /was asked for and not opened/.test(alert.reason));
	assert.equal(called.length, 1);
	assert.equal(called[0].client.id, client.client.id);
	assert.deepEqual((await own(client)).waiting, []);
	assert.equal((await client.post(`/client/questionnaires/${one.id}/open`, {}, { expect: 409 })).error.code, "closed");
	// Asked for when it can be known: it is refused, and says why.
	const refused = await ask(anna, client, { due_at: "2026-11-11T20:00:00Z" }, { expect: 409 });
	assert.equal(refused.error.code, "nobody_before_due");
	assert.deepEqual(await preview(anna, client, { due_at: "2026-11-11T20:00:00Z" }).then((each) => [each.opens_now, each.opens_at, each.why]), [false, null, "no_cover"]);
	assert.equal((await tasks(anna, client)).length, 1, "nothing was asked");
});

test("a clinician who reads it themselves: at once, under their name, in the journal; a coach cannot say so", async () => {
	const it = await start({ start: "2026-11-06T19:00:00Z" });
	const client = await it.client("Finch");
	const anna = await it.sign("anna"), cora = await it.sign("cora"), sam = await it.sign("sam");
	await sam.put(`/staff/clients/${client.client.id}/team`, { coach_id: cora.id });
	await ask(cora, client, { read_by_me: true }, { expect: 403 });
	assert.equal((await tasks(anna, client)).length, 0);
	const now = await ask(anna, client, { read_by_me: true });
	assert.deepEqual([now.state, now.read_by], ["due", "Anna"]);
	assert.ok((await own(client)).waiting.some((one) => one.id === now.id));
	// One that a coach asked for and that waits.
	const waits = await ask(cora, client);
	assert.equal(waits.state, "planned");
	const path = `/staff/questionnaires/${waits.id}/read-by-me`;
	await cora.post(path, { version: waits.version }, { expect: 403 });
	await sam.post(path, { version: waits.version + 1 }, { expect: 409 });
	await sam.post(path, {}, { expect: 409 });
	const opened = await sam.post(path, { version: waits.version });
	assert.deepEqual([opened.state, opened.read_by], ["due", "Sam"]);
	await anna.post(path, { version: opened.version }, { expect: 409 });
	assert.equal((await tasks(anna, client)).find((one) => one.id === waits.id).read_by, "Sam");
	// Somebody is there: then nobody reads it alone, and the row does not say so.
	await it.until("2026-11-09T08:30:00Z", 12 * 3600);
	const later = await it.sign("anna");
	await later.post("/staff/duty", { on_duty: true });
	assert.deepEqual(await ask(later, client, { read_by_me: true }).then((one) => [one.state, one.read_by]), ["due", null]);
	assert.equal((await tasks(later, client)).find((one) => one.id === waits.id).state, "due", "its own job found nothing more to do");
	const entries = (await (await it.sign("sam")).get("/staff/journal?limit=200")).items.filter((one) => one.resource === "questionnaire_task" && one.reason === "questionnaire.read_by_me");
	assert.ok(entries.length >= 2, "kept under its own reason");
});

test("somebody who left is asked nothing more", async () => {
	const it = await start({ start: "2026-11-06T19:00:00Z", people: { anna: "clinician", owen: "compliance" } });
	const client = await it.client("Wren");
	let anna = await it.sign("anna");
	const waits = await ask(anna, client);
	assert.equal(waits.state, "planned");
	const { id } = await client.post("/client/requests", { kind: "leave" });
	await (await it.sign("owen")).post(`/staff/requests/${id}/answer`, { decision: "done", answer: "Closed." });
	await it.until("2026-11-09T08:10:00Z", 12 * 3600);
	anna = await it.sign("anna");
	assert.equal((await tasks(anna, client)).find((one) => one.id === waits.id).state, "cancelled");
});

/* ---- whose answers they are: the reader first, and the chain behind them ---- */

const answer = (client, response, item, value) => client.put(`/client/responses/${response}/answers/${item}`, { submission: `${response}-${item}-${value}`, value });
const open = async (client, task) => (await client.post(`/client/questionnaires/${task}/open`)).response.id;
const alertsOf = async (session, client) => (await session.get("/staff/alerts?limit=50")).items.filter((one) => one.client.id === client.client.id);
/** Who was called about an alert, in order, as "name channel purpose". */
const called = async (session, alert) => (await session.get(`/staff/alerts/${alert.id}/deliveries?limit=100`)).items.reverse().map((one) => `${one.staff.name} ${one.channel} ${one.purpose}`);
const seconds = (from, to) => Math.round((new Date(to) - new Date(from)) / 1000);
function hook() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-ask-")), calls = [];
	fs.writeFileSync(path.join(folder, "secret"), "not-a-real-secret-0123456789abcdef");
	const server = http.createServer((request, response) => request.resume().on("end", () => (calls.push(request.headers["webhook-id"]), response.writeHead(202).end())));
	after(() => (server.close(), fs.rmSync(folder, { recursive: true })));
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({ calls, config: `console_url: https://console.example\nwebhook:\n  url: http://127.0.0.1:${server.address().port}/hook\n  secret_file: ${folder}/secret\n` })));
}

test("answers that somebody said they read call them first, by every way they have; the chain and its clocks are as ever behind them", async () => {
	const { config } = await hook();
	const it = await start({ start: "2026-11-06T15:30:00Z", config, people: { anna: "clinician", sam: "supervisor" } }); // Friday, 16:30 there
	const [first, second, third] = [await it.client("Crane"), await it.client("Robin"), await it.client("Stork")];
	let anna = await it.sign("anna");
	await anna.post("/staff/duty", { on_duty: true });
	const inHours = await ask(anna, second), alsoInHours = await ask(anna, third, { instrument: "asq" });
	assert.deepEqual([inHours.read_by, alsoInHours.read_by], [null, null]);
	await anna.post("/staff/duty", { on_duty: false });
	await it.until("2026-11-06T19:00:00Z");
	anna = await it.sign("anna");
	const mine = await ask(anna, first, { read_by_me: true });
	assert.equal(mine.read_by, "Anna");
	// The same answer of two people: one whose answers Anna reads, one who was asked while the team was there.
	const forms = [await open(first, mine.id), await open(second, inHours.id)];
	for (const [client, form] of [[first, forms[0]], [second, forms[1]]]) await answer(client, form, "q9", 2);
	const [[hers], [theirs]] = [await alertsOf(anna, first), await alertsOf(anna, second)];
	assert.match(hers.reason, /^PHQ-9, item q9: answered 2 \(range 0 to 3\); Anna said that they read it$/);
	assert.match(theirs.reason, /\(range 0 to 3\)$/);
	assert.deepEqual(await called(anna, hers), ["Anna console alert", "Anna webhook alert", "Sam console alert", "Sam webhook alert"]);
	assert.deepEqual(await called(anna, theirs), ["Sam console alert", "Sam webhook alert"]);
	assert.deepEqual([hers.state, hers.owner], ["open", null], "nobody has answered yet, and nothing says so");
	assert.equal(seconds(hers.created_at, hers.deadline_at), seconds(theirs.created_at, theirs.deadline_at), "the clock is the same");
	// What the answer sets off is asked at once and is hers too; more answers of the same form call nobody twice.
	const follow = (await tasks(anna, first)).find((one) => one.instrument === "asq");
	assert.deepEqual([follow.state, follow.source, follow.read_by], ["due", "follow_up", "Anna"]);
	const asq = await open(first, follow.id);
	for (const item of ["q1", "q2"]) await answer(first, asq, item, 1);
	assert.equal((await alertsOf(anna, first)).length, 1);
	assert.equal((await called(anna, hers)).length, 4);
	// Nobody acknowledges: both go up the chain at the same time.
	await it.advance(seconds(hers.created_at, hers.deadline_at) + 60);
	anna = await it.sign("anna");
	const late = [(await alertsOf(anna, first))[0], (await alertsOf(anna, second))[0]];
	assert.deepEqual(late.map((one) => [one.missed, one.escalation_step]), [[true, 1], [true, 1]]);
	assert.ok((await called(anna, hers)).includes("Sam console escalation"));
	// A lesser answer goes outside the house for her alone, who waits for it.
	const lesser = await it.client("Wren"), asked = await ask(anna, lesser, { read_by_me: true });
	await answer(lesser, await open(lesser, asked.id), "q9", 1);
	const [mild] = await alertsOf(anna, lesser);
	assert.deepEqual([mild.priority, await called(anna, mild)], [3, ["Anna console alert", "Anna webhook alert", "Sam console alert"]]);
	// What joins an alert that nobody has seen and of which she knows nothing calls her; once.
	await answer(third, await open(third, alsoInHours.id), "q1", 1);
	const [old] = await alertsOf(anna, third);
	assert.deepEqual(await called(anna, old), ["Sam console alert", "Sam webhook alert"]);
	const more = await open(third, (await ask(anna, third, { read_by_me: true })).id);
	await answer(third, more, "q9", 2);
	await answer(third, more, "q9", 3);
	const [joined, ...others] = await alertsOf(anna, third);
	assert.deepEqual([joined.id, joined.deadline_at, others.length], [old.id, old.deadline_at, 0]);
	assert.deepEqual(await called(anna, old), ["Sam console alert", "Sam webhook alert", "Anna console alert", "Anna webhook alert"]);
});

test("a reader who has left is not called; the chain is", async () => {
	const it = await start({ start: "2026-11-06T19:00:00Z", people: { anna: "clinician", sam: "supervisor" } });
	const client = await it.client("Finch"), anna = await it.sign("anna");
	const form = await open(client, (await ask(anna, client, { read_by_me: true })).id);
	it.tool("staff", "suspend", "--config", it.file, "--login", "anna");
	await sleep(1500); // a running server follows what other processes changed
	await answer(client, form, "q9", 3);
	const sam = await it.sign("sam"), [alert] = await alertsOf(sam, client);
	assert.deepEqual(await called(sam, alert), ["Sam console alert"]);
});

test("what a score sets off waits for a reader as all others do; what an answer about danger sets off does not", async () => {
	const it = await start({ start: "2026-11-06T19:00:00Z" }); // a Friday evening in Madrid
	const client = await it.client("Crane");
	let anna = await it.sign("anna");
	const phq2 = async () => {
		const form = await open(client, (await ask(anna, client, { instrument: "phq-2" })).id);
		for (const item of ["q1", "q2"]) await answer(client, form, item, 3);
		await client.post(`/client/responses/${form}/submit`, {});
	};
	await phq2();
	const follow = async () => (await tasks(anna, client)).filter((one) => one.instrument === "phq-9");
	const [waits] = await follow();
	assert.deepEqual([waits.state, waits.source, waits.opens_at, waits.due_at, waits.moved_reason], ["planned", "follow_up", "2026-11-09T08:00:00.000Z", "2026-11-10T08:00:00.000Z", "no_cover"]);
	const mine = await own(client);
	assert.deepEqual([mine.waiting.map((one) => one.instrument), mine.next.map((one) => [one.instrument, one.at])], [[], [["phq-9", "2026-11-09T08:00:00.000Z"]]], "the client is told when it comes");
	assert.equal((await client.post(`/client/questionnaires/${waits.id}/open`, {}, { expect: 409 })).error.code, "not_yet");
	// A clinician may open it, and reads it then.
	const opened = await anna.post(`/staff/questionnaires/${waits.id}/read-by-me`, { version: waits.version });
	assert.deepEqual([opened.state, opened.read_by], ["due", "Anna"]);
	await answer(client, await open(client, waits.id), "q9", 1);
	assert.deepEqual((await own(client)).waiting.map((one) => one.instrument).sort(), ["asq", "phq-9"], "after an answer about danger it is asked now");
	// Left alone it opens by itself when the team is there.
	await phq2();
	const next = (await follow()).find((one) => one.state === "planned");
	await it.until("2026-11-09T08:05:00Z", 12 * 3600);
	anna = await it.sign("anna");
	await anna.post("/staff/duty", { on_duty: true });
	await it.advance(20 * 60);
	assert.equal((await follow()).find((one) => one.id === next.id).state, "due");
	// While somebody is there it opens at once.
	await phq2();
	assert.equal((await follow()).filter((one) => one.state === "planned").length, 0);
});

test("nobody is there for days: what a score sets off is kept as missed, and the team is called", async () => {
	const it = await start({ start: "2026-11-06T19:00:00Z", people: { anna: "clinician" }, cover: { hours: [] } });
	const client = await it.client("Crane"), anna = await it.sign("anna");
	const form = await open(client, (await ask(anna, client, { instrument: "phq-2" })).id);
	for (const item of ["q1", "q2"]) await answer(client, form, item, 3);
	await client.post(`/client/responses/${form}/submit`, {});
	const [missed] = (await tasks(anna, client)).filter((one) => one.instrument === "phq-9");
	assert.deepEqual([missed.state, missed.moved_reason], ["missed", "no_cover"]);
	assert.equal((await alertsOf(anna, client)).filter((one) => /PHQ-9 was asked for and not opened/.test(one.reason)).length, 1);
	assert.deepEqual((await own(client)).waiting, []);
});
