// Recurring check-ins on a clock that the test turns: local time over both changes of the clocks, once for each day whatever happens (kill -9, a time without the
// program, another zone), one reminder and never at night, missed ones kept as such, questions about danger only when somebody reads them. The field cases
// "time_zone" are read by their id, and skipped without the data.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, test } from "node:test";
import { dataFile, sleep } from "./harness.mjs";
import { Served } from "./served.mjs";

const file = dataFile("field_cases.jsonl");
const cases = new Map(file ? fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)).map((one) => [one.id, one]) : []);
const served = [];
async function start(options) {
	const one = await Served.start({ people: { anna: "clinician" }, ...options });
	served.push(one);
	return one;
}
after(async () => {
	for (const one of served) await one.stop();
});

const daily = (more = {}) => ({ instrument: "suds", unit: "day", every: 1, time: "21:00", zone: "Europe/Madrid", start: "2026-10-20", window_minutes: 720, ...more });
const local = (at, zone) => new Date(at).toLocaleString("sv-SE", { timeZone: zone }).slice(0, 16);
const set = (session, client, plan, options) => session.post(`/staff/clients/${client.client.id}/checkins`, plan, options);
const schedules = (session, client) => session.get(`/staff/clients/${client.client.id}/checkins`);
const tasks = async (session, client) => (await session.get(`/staff/clients/${client.client.id}/measures`)).tasks.filter((task) => task.schedule_id).sort((a, b) => (a.planned_at < b.planned_at ? -1 : 1));
const thread = async (client) => (await client.get("/client/conversation")).messages;

test("at its local time over the change of the clocks, one for each day, across kill -9 (FC-time_zone-01, FC-time_zone-02)", async (t) => {
	const one = cases.get("FC-time_zone-01"), two = cases.get("FC-time_zone-02");
	if (!one || !two) return t.skip("no field cases");
	const [hour] = one.expected.fires_at.split(" ");
	assert.match(one.turns[0].text, new RegExp(hour));
	const it = await start({ start: "2026-10-23T10:00:00Z" });
	const client = await it.client("Heron");
	let anna = await it.sign("anna");
	const made = await set(anna, client, daily({ time: hour }));
	assert.equal(made.state, "active");
	assert.deepEqual(made.next.map((date) => local(date.at, "Europe/Madrid")), [`2026-10-23 ${hour}`, `2026-10-24 ${hour}`, `2026-10-25 ${hour}`]);
	assert.deepEqual(made.next.map((date) => date.at.slice(11, 16)), ["19:00", "19:00", "20:00"]); // the night from the 24th to the 25th
	await it.until("2026-10-23T18:59:58Z");
	assert.equal((await tasks(anna, client)).length, 0, "before its time");
	await it.until("2026-10-23T19:00:00Z");
	assert.equal((await tasks(anna, client)).length, 1, "at its time");
	await it.until("2026-10-25T12:00:00Z");
	await it.crash(30);
	await it.until("2026-10-25T19:59:58Z");
	assert.equal((await tasks(await it.sign("anna"), client)).length, 2, "an hour early");
	await it.until("2026-10-25T20:00:00Z");
	await it.until("2026-10-26T21:00:00Z");
	anna = await it.sign("anna");
	const done = await tasks(anna, client);
	assert.deepEqual(done.map((task) => local(task.planned_at, "Europe/Madrid")), [23, 24, 25, 26].map((day) => `2026-10-${day} ${hour}`));
	assert.equal(new Set(done.map((task) => task.occurrence)).size, done.length, "one for each day");
	for (const task of [done[0], done[1]]) assert.equal(task.created_at.slice(0, 16), task.planned_at.slice(0, 16), "made at that time");
	// Half of each window lies in the night: one reminder in the morning, or none when its time is over by then; never two.
	const reminders = (await thread(client)).filter((message) => message.role === "script");
	assert.ok(reminders.length <= two.expected.reminders * 3);
	for (const message of reminders) assert.ok(Number(local(message.created_at, "Europe/Madrid").slice(11, 13)) >= 8, message.created_at);
	for (const task of done.slice(0, 3)) {
		assert.equal(task.reminder, "sent", task.occurrence);
		assert.equal(reminders.filter((message) => message.created_at.slice(0, 16) === task.reminded_at.slice(0, 16)).length, two.expected.reminders);
	}
});

test("a start without a zone is refused, never taken for UTC (FC-time_zone-04)", async (t) => {
	const one = cases.get("FC-time_zone-04");
	if (!one) return t.skip("no field cases");
	assert.equal(one.expected.action, "reject_request");
	const it = await start({ start: "2026-11-02T10:00:00Z" });
	const client = await it.client("Wren"), anna = await it.sign("anna");
	const none = await set(anna, client, daily({ zone: undefined }), { expect: 400 });
	assert.match(none.error.message, /time zone/);
	await set(anna, client, daily({ start: "2026-12-01T09:00:00" }), { expect: 400 });
	await set(anna, client, daily({ zone: "Mars/Olympus" }), { expect: 400 });
	await set(anna, client, daily({ zone: "../../etc/passwd" }), { expect: 400 });
	assert.deepEqual((await schedules(anna, client)).items, []);
	await anna.post(`/staff/clients/${client.client.id}/questionnaires`, { instrument: "suds", due_at: "2026-12-01T09:00:00" }, { expect: 400 });
	// With the client's own word the zone is known.
	await client.put("/client/time-zone", { time_zone: "nowhere" }, { expect: 400 });
	await client.put("/client/time-zone", { time_zone: "America/New_York" });
	const made = await set(anna, client, daily({ zone: undefined }));
	assert.equal(made.zone, "America/New_York");
	assert.equal(made.follows_client, true);
	assert.equal((await schedules(anna, client)).client_zone, "America/New_York");
});

test("a move to another zone: the day comes once, at the new local time; a fixed zone stays", async () => {
	const it = await start({ start: "2026-11-02T07:00:00Z" });
	const client = await it.client("Swift");
	let anna = await it.sign("anna");
	await client.put("/client/time-zone", { time_zone: "Europe/Madrid" });
	const follows = await set(anna, client, daily({ zone: undefined, time: "09:00", start: "2026-11-02" }));
	const fixed = await set(anna, client, daily({ instrument: "phq-2", time: "09:00", start: "2026-11-02" }));
	await it.until("2026-11-02T09:00:00Z");
	assert.equal((await tasks(anna, client)).length, 2);
	const page = client.events("/client/stream");
	assert.equal(await page.open, 200);
	await client.put("/client/time-zone", { time_zone: "America/New_York" });
	assert.equal((await page.wait((event) => event.event === "questionnaire")).json.subject, "client");
	page.close();
	let { items } = await schedules(anna, client);
	assert.equal(items.find((one) => one.id === follows.id).next_at, "2026-11-03T14:00:00.000Z");
	assert.equal(items.find((one) => one.id === fixed.id).next_at, "2026-11-03T08:00:00.000Z");
	assert.deepEqual((await client.get("/client/questionnaires")).next.map((one) => one.at), ["2026-11-03T08:00:00.000Z", "2026-11-03T14:00:00.000Z"]);
	await it.until("2026-11-03T15:00:00Z", 6 * 3600);
	anna = await it.sign("anna");
	const own = (await tasks(anna, client)).filter((task) => task.schedule_id === follows.id);
	assert.deepEqual(own.map((task) => task.occurrence), ["2026-11-02", "2026-11-03"]);
	assert.equal(local(own[1].planned_at, "America/New_York"), "2026-11-03 09:00");
	// East again, after nine in the morning there: that day has not been yet, so it comes at once, and once.
	await it.until("2026-11-04T10:00:00Z", 4 * 3600);
	await client.put("/client/time-zone", { time_zone: "Europe/Madrid" });
	await it.advance(1);
	anna = await it.sign("anna");
	await it.until("2026-11-05T07:00:00Z", 6 * 3600);
	anna = await it.sign("anna");
	const moved = (await tasks(anna, client)).filter((task) => task.schedule_id === follows.id);
	assert.deepEqual(moved.map((task) => task.occurrence), ["2026-11-02", "2026-11-03", "2026-11-04"]);
	({ items } = await schedules(anna, client));
	assert.equal(items.find((one) => one.id === follows.id).zone, "Europe/Madrid");
	// Far east, where this evening's hour is already over: it is opened now for its whole time, with the reason, not passed over.
	const evening = await set(anna, client, daily({ zone: undefined, time: "21:00", start: "2026-11-05", window_minutes: 60 }));
	await it.until("2026-11-05T11:00:00Z", 4 * 3600);
	await client.put("/client/time-zone", { time_zone: "Pacific/Auckland" });
	await it.advance(1);
	anna = await it.sign("anna");
	const [over] = (await tasks(anna, client)).filter((task) => task.schedule_id === evening.id);
	assert.equal(over.occurrence, "2026-11-05");
	assert.equal(over.state, "due");
	assert.equal(over.moved_reason, "zone_changed");
	assert.equal(local(over.closes_at, "Pacific/Auckland"), "2026-11-06 01:00");
});

test("due, late with one reminder, missed; answered in time none of it; begun in time and sent late it still counts", async () => {
	const it = await start({ start: "2026-11-02T08:00:00Z" });
	const client = await it.client("Robin");
	let anna = await it.sign("anna");
	await set(anna, client, daily({ time: "10:00", start: "2026-11-02", window_minutes: 360, count: 3 }));
	const page = client.events("/client/stream");
	assert.equal(await page.open, 200);
	await it.until("2026-11-02T09:01:00Z");
	assert.equal((await page.wait((event) => event.event === "questionnaire" && event.json.subject === "questionnaire_task")).event, "questionnaire");
	page.close();
	const [first] = (await client.get("/client/questionnaires")).waiting;
	assert.equal(first.closes_at, "2026-11-02T15:00:00.000Z");
	assert.equal(first.late, false);
	await it.until("2026-11-02T12:10:00Z", 1800);
	assert.equal((await client.get("/client/questionnaires")).waiting[0].late, true);
	const said = (await thread(client)).filter((message) => message.role === "script");
	assert.equal(said.length, 1);
	assert.match(said[0].text, /Monday at 16:00/);
	await it.until("2026-11-02T15:10:00Z", 1800);
	assert.deepEqual((await client.get("/client/questionnaires")).waiting, []);
	assert.equal((await client.post(`/client/questionnaires/${first.id}/open`, {}, { expect: 409 })).error.code, "closed");
	// The second: answered at once, so nobody reminds.
	await it.until("2026-11-03T09:01:00Z", 12 * 3600);
	const [second] = (await client.get("/client/questionnaires")).waiting;
	let opened = await client.post(`/client/questionnaires/${second.id}/open`);
	await client.put(`/client/responses/${opened.response.id}/answers/${opened.form.questions[0].id}`, { submission: "a", value: 30 });
	await client.post(`/client/responses/${opened.response.id}/submit`);
	// The third: begun, and sent after its end.
	await it.until("2026-11-04T09:01:00Z", 12 * 3600);
	const [third] = (await client.get("/client/questionnaires")).waiting;
	opened = await client.post(`/client/questionnaires/${third.id}/open`);
	await it.until("2026-11-04T15:10:00Z");
	await client.put(`/client/responses/${opened.response.id}/answers/${opened.form.questions[0].id}`, { submission: "b", value: 50, answered_at: "2026-11-04T14:00:00Z" });
	anna = await it.sign("anna");
	assert.deepEqual((await tasks(anna, client)).map((task) => task.state), ["missed", "done", "missed"]);
	await client.post(`/client/responses/${opened.response.id}/submit`);
	const all = await tasks(anna, client);
	assert.deepEqual(all.map((task) => task.state), ["missed", "done", "done"]);
	assert.deepEqual(all.map((task) => task.reminder), ["sent", null, "sent"]);
	// Three in all: it has ended by itself.
	const [ended] = (await schedules(anna, client)).items;
	assert.equal(ended.state, "ended");
	assert.equal(ended.end_reason, "complete");
	assert.deepEqual((await client.get("/client/questionnaires")).next, []);
});

test("while nothing ran: what is still open is opened late, what is over is kept as missed, none twice", async () => {
	const it = await start({ start: "2026-11-02T08:00:00Z" });
	const client = await it.client("Stork");
	let anna = await it.sign("anna");
	await set(anna, client, daily({ time: "10:00", start: "2026-11-02", window_minutes: 240 }));
	await it.crash(3 * 86400 + 3 * 3600); // Thursday, noon there
	for (let i = 0; i < 20; i++) {
		await sleep(100);
		anna ??= await it.sign("anna");
	}
	anna = await it.sign("anna");
	const all = await tasks(anna, client);
	assert.deepEqual(all.map((task) => [task.occurrence, task.state, task.moved_reason]), [
		["2026-11-02", "missed", "not_running"], ["2026-11-03", "missed", "not_running"], ["2026-11-04", "missed", "not_running"], ["2026-11-05", "due", null],
	]);
	assert.equal(all[3].closes_at, "2026-11-05T13:00:00.000Z");
});

test("questions about danger wait until somebody reads them, the reason beside; when nobody comes before the next one, it is missed and the team is called", async () => {
	const it = await start({ start: "2026-11-06T16:00:00Z", cover: { hours: [{ days: "Mon-Fri", from: "09:00", to: "17:00" }] } }); // a Friday
	const client = await it.client("Crane");
	let anna = await it.sign("anna");
	await anna.post("/staff/duty", { on_duty: true });
	const risky = await set(anna, client, daily({ instrument: "phq-9", unit: "week", days: "Fri", time: "20:00", start: "2026-11-06", window_minutes: 1440 }));
	assert.equal(risky.asks_about_danger, true);
	const plain = await set(anna, client, daily({ time: "20:00", start: "2026-11-06", count: 1 }));
	assert.equal(plain.asks_about_danger, false);
	await it.until("2026-11-06T19:10:00Z");
	assert.deepEqual((await tasks(anna, client)).map((task) => task.instrument), ["suds"]);
	let [waiting] = (await schedules(anna, client)).items.filter((one) => one.id === risky.id);
	assert.equal(waiting.moved_reason, "no_cover");
	assert.equal(waiting.next_at, "2026-11-06T19:00:00.000Z");
	assert.equal(waiting.opens_at, "2026-11-09T08:00:00.000Z"); // Monday, nine in the morning
	assert.equal((await client.get("/client/questionnaires")).next[0].at, waiting.opens_at);
	await it.until("2026-11-09T07:59:00Z", 12 * 3600);
	await it.until("2026-11-09T08:10:00Z", 60);
	anna = await it.sign("anna");
	const [opened] = (await tasks(anna, client)).filter((task) => task.instrument === "phq-9");
	assert.equal(opened.state, "due");
	assert.equal(opened.moved_reason, "no_cover");
	assert.equal(opened.closes_at, "2026-11-10T08:00:00.000Z");
	// Within the time set of the beginning of the hours it is opened at once.
	const early = await set(anna, client, daily({ instrument: "phq-9", unit: "week", days: "Wed", time: "08:15", start: "2026-11-11", window_minutes: 600 }));
	await it.until("2026-11-11T07:14:00Z", 12 * 3600);
	await it.until("2026-11-11T07:20:00Z", 60);
	anna = await it.sign("anna");
	assert.equal((await tasks(anna, client)).filter((task) => task.schedule_id === early.id)[0]?.moved_reason, null);
	// Every day, with a weekend without anybody: Saturday's is never opened; Sunday's is on Monday at nine, until Monday's own comes.
	const each = await set(anna, client, daily({ instrument: "asq", time: "10:00", start: "2026-11-14", window_minutes: 300 }));
	await it.until("2026-11-14T08:00:00Z", 12 * 3600);
	await it.until("2026-11-16T10:00:00Z");
	anna = await it.sign("anna");
	assert.deepEqual((await tasks(anna, client)).filter((task) => task.schedule_id === each.id).map((task) => [task.occurrence, task.state, task.moved_reason]), [
		["2026-11-14", "missed", "no_cover"], ["2026-11-15", "missed", "no_cover"], ["2026-11-16", "due", null],
	]);
	assert.equal((await tasks(anna, client)).find((task) => task.occurrence === "2026-11-15").closes_at, "2026-11-16T09:00:00.000Z");
	const called = (await anna.get("/staff/alerts?limit=50")).items.filter((alert) => /was not opened/.test(alert.reason));
	assert.equal(called.length, 1);
	assert.match(called[0].reason, /2026-11-14/);
});

test("pause, going on, change, end: what lies in a pause is not made up for; a second hand is told of a conflict", async () => {
	const it = await start({ start: "2026-11-02T08:00:00Z" });
	const client = await it.client("Finch");
	let anna = await it.sign("anna");
	let one = await set(anna, client, daily({ time: "10:00", start: "2026-11-02", window_minutes: 240 }));
	await it.until("2026-11-02T09:10:00Z");
	one = (await schedules(anna, client)).items[0];
	await anna.post(`/staff/checkins/${one.id}/pause`, { version: one.version - 1 }, { expect: 409 });
	one = await anna.post(`/staff/checkins/${one.id}/pause`, { version: one.version });
	assert.equal(one.state, "paused");
	assert.deepEqual(one.next, []);
	await it.until("2026-11-05T12:00:00Z", 24 * 3600);
	anna = await it.sign("anna");
	one = await anna.post(`/staff/checkins/${one.id}/resume`, { version: one.version });
	assert.deepEqual(one.next.map((date) => date.day), ["2026-11-06", "2026-11-07", "2026-11-08"]);
	one = await anna.put(`/staff/checkins/${one.id}`, { ...daily({ time: "18:30", start: "2026-11-02", window_minutes: 240 }), version: one.version });
	assert.equal(one.next[0].at, "2026-11-06T17:30:00.000Z"); // today was passed over
	await anna.put(`/staff/checkins/${one.id}`, { ...daily({ time: "25:00" }), version: one.version }, { expect: 400 });
	await it.until("2026-11-06T18:00:00Z", 6 * 3600);
	anna = await it.sign("anna");
	assert.deepEqual((await tasks(anna, client)).map((task) => task.occurrence), ["2026-11-02", "2026-11-06"]);
	one = (await schedules(anna, client)).items[0];
	one = await anna.post(`/staff/checkins/${one.id}/end`, { version: one.version });
	assert.equal(one.end_reason, "staff");
	await anna.put(`/staff/checkins/${one.id}`, { ...daily(), version: one.version }, { expect: 409 });
	await it.until("2026-11-08T18:00:00Z", 12 * 3600);
	anna = await it.sign("anna");
	assert.equal((await tasks(anna, client)).length, 2);
	// Twenty at most; a preview writes nothing.
	const preview = await anna.post(`/staff/clients/${client.client.id}/checkins/preview`, daily({ unit: "week", every: 2, days: "Mon,Thu", time: "09:00", start: "2026-11-09" }));
	assert.deepEqual(preview.next.map((date) => date.day), ["2026-11-09", "2026-11-12", "2026-11-23"]);
	for (let i = 0; i < 20; i++) await set(anna, client, daily({ start: "2026-11-20" }));
	await set(anna, client, daily({ start: "2026-11-20" }), { expect: 409 });
	assert.equal((await schedules(anna, client)).items.filter((each) => each.state !== "ended").length, 20);
});

test("the chart's marks: alerts and decisions beside the scores", async () => {
	const it = await start({ start: "2026-11-02T09:00:00Z" });
	const client = await it.client("Tern"), anna = await it.sign("anna");
	await client.post("/client/messages", { text: "I have decided to kill myself tonight and I have everything ready.", client_message_id: "m-1" });
	const { events } = await anna.get(`/staff/clients/${client.client.id}/measures`);
	const alert = events.find((event) => event.kind === "alert");
	assert.equal(alert.level, 4);
	assert.equal(alert.at.slice(0, 10), "2026-11-02");
});

/** Answers the question that comes; `life` by what is given. */
async function intakeStep(client, view, life) {
	const step = view.intake.steps.at(-1);
	const answer = step.ask === "choice" ? { choice: step.id === "life" ? life : step.choices.some((one) => one.id === "no") ? "no" : step.choices[0].id } : step.ask === "choices" ? { choices: [step.choices[0].id] } : step.ask === "text" ? { text: "I sleep badly." } : { skipped: true };
	return client.post("/client/intake/answer", { step: step.id, version: view.intake.version, client_message_id: `${step.id}-${view.intake.version}`, answer });
}

test("first questions that were left are marked so, the team is told where danger was marked, and somebody can begin anew", async () => {
	const it = await start({ start: "2026-11-02T09:00:00Z" });
	const quiet = await it.client("Lark"), marked = await it.client("Rook");
	let view = await quiet.post("/client/intake", {});
	const first = view.intake.id;
	view = await intakeStep(quiet, view);
	let other = await marked.post("/client/intake", {});
	while (other.intake.step !== "life") other = await intakeStep(marked, other);
	other = await intakeStep(marked, other, "passive");
	await it.until("2026-11-15T09:00:00Z", 86400);
	view = await intakeStep(quiet, view); // somebody who goes on has the whole time again
	await it.crash(2 * 86400);
	await it.until("2026-11-17T10:00:00Z");
	assert.equal((await quiet.get("/client/intake")).intake.state, "started");
	assert.equal((await marked.get("/client/intake")).intake.state, "abandoned");
	const anna = await it.sign("anna");
	const told = (await anna.get("/staff/alerts?limit=50")).items.filter((alert) => /left unfinished/.test(alert.reason));
	assert.deepEqual(told.map((alert) => [alert.client.id, alert.kind]), [[marked.client.id, "review"]]);
	const again = await marked.post("/client/intake", {});
	assert.equal(again.intake.state, "started");
	assert.equal(again.intake.done, 0);
	assert.notEqual(again.intake.id, other.intake.id);
	const waiting = (await marked.get("/client/questionnaires")).waiting.map((task) => task.instrument);
	assert.deepEqual(waiting.sort(), ["gad-7", "phq-9"], "what waits already is not asked twice");
	await it.until("2026-11-29T10:00:00Z", 86400);
	const left = await quiet.get("/client/intake");
	assert.equal(left.intake.state, "abandoned");
	assert.equal(left.intake.id, first);
	assert.equal(left.path, null, "nobody was referred by that");
	const later = (await (await it.sign("anna")).get("/staff/alerts?limit=50")).items.filter((alert) => /left unfinished/.test(alert.reason));
	assert.equal(later.length, 1, "without a sign of danger nobody is called");
	assert.equal((await quiet.post("/client/intake/finish", {})).intake.state, "abandoned");
});

test("\"I have answered them\" is taken when they were sent, not before", async () => {
	const it = await start({ start: "2026-11-02T09:00:00Z" });
	const client = await it.client("Dove");
	let view = await client.post("/client/intake", {});
	while (view.intake.steps.at(-1).ask !== "instrument") view = await intakeStep(client, view);
	const step = view.intake.steps.at(-1);
	const say = (options) => client.post("/client/intake/answer", { step: step.id, version: view.intake.version, client_message_id: "done", answer: { done: true } }, options);
	assert.equal((await say({ expect: 409 })).error.code, "not_answered");
	assert.equal((await client.get("/client/intake")).intake.step, step.id);
	const task = (await client.get("/client/questionnaires")).waiting.find((one) => one.instrument === step.instrument);
	const { response, form } = await client.post(`/client/questionnaires/${task.id}/open`, {});
	for (const one of form.questions) await client.put(`/client/responses/${response.id}/answers/${one.id}`, { submission: `d-${one.id}`, value: 0 });
	assert.equal((await say({ expect: 409 })).error.code, "not_answered", "begun is not sent");
	await client.post(`/client/responses/${response.id}/submit`, {});
	view = await say();
	assert.notEqual(view.intake.step, step.id);
	assert.deepEqual(view.intake.steps.find((one) => one.id === step.id).answer, { done: true });
});
