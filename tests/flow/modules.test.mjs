// modules.test.mjs: a module given, begun, worked through; what was written in an exercise is stored once and screened; homework that nobody did is missed when it
// is due, on a virtual clock, across kill -9; the coach's list with its reasons, a weekly review, a hand-over; a coach sees their own clients only.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { eventually, Program, turnClock } from "./harness.mjs";

const day = 86_400;
const options = { env: { HEEDWELL_TEST_CLOCK: "2026-11-30T09:00:00Z" } };
let program, client, coach, clinician, me, enrolment;

async function advance(seconds) {
	await turnClock(program.url, seconds);
	await signIn(); // a working day is over long before
}

async function signIn() {
	coach = await program.staff("coach");
	clinician = await program.staff("clinician");
}


before(async () => {
	program = await Program.start(options);
	client = await program.client();
	me = (await client.get("/client/session")).person.id;
	await signIn();
});
after(async () => program?.stop());

const caseload = async (who) => (await (who ?? coach).get("/staff/coach")).items.find((row) => row.client.id === me && row.enrolment.module.id === "activity");
const entry = (lesson, inputs, more = {}) => ({ submission: randomUUID(), enrolment_id: enrolment.id, lesson, inputs, ...more });
const circle = { less: "seeing friends", mood: 4 };

test("the catalogue has whole modules in both languages, with the marks of figures", async () => {
	const { items } = await coach.get("/staff/modules");
	assert.deepEqual(items.map((module) => module.id).sort(), ["activity", "sleep", "worry"]);
	for (const module of items) {
		assert.ok(module.lessons.length >= 5, module.id);
		assert.equal(module.review, "not clinically reviewed");
	}
	assert.equal(items.find((module) => module.id === "sleep").figures[0].certainty, "K");
});

test("given by a coach, begun by the client, one next step", async () => {
	assert.equal((await client.get("/client/home")).next.kind, "plan");
	await coach.post(`/staff/clients/${me}/modules`, { module: "nothing" }, { expect: 400 });
	const given = await coach.post(`/staff/clients/${me}/modules`, { module: "activity" });
	assert.equal(given.state, "offered");
	assert.match(JSON.stringify(await coach.post(`/staff/clients/${me}/modules`, { module: "activity" }, { expect: 409 })), /already_given/);
	let home = await client.get("/client/home");
	assert.equal(home.next.kind, "begin");
	enrolment = home.modules[0];
	await client.post(`/client/enrolments/${enrolment.id}/state`, { state: "flying", version: enrolment.version }, { expect: 400 });
	await client.post(`/client/enrolments/${enrolment.id}/state`, { state: "active", version: enrolment.version + 5 }, { expect: 409 });
	enrolment = await client.post(`/client/enrolments/${enrolment.id}/state`, { state: "active", version: enrolment.version });
	assert.equal(enrolment.state, "active");
	home = await client.get("/client/home");
	assert.deepEqual([home.next.kind, home.next.lesson], ["lesson", "circle"]);
	const spanish = await client.get("/client/home?lang=es");
	assert.notEqual(spanish.modules[0].module.title, home.modules[0].module.title);
});

test("a lesson is a tree without markup; its answers are checked, and never repeated in an error", async () => {
	const { lesson, of } = await client.get(`/client/enrolments/${enrolment.id}/lessons/circle`);
	assert.equal(of, 5);
	assert.ok(lesson.text.some((node) => node.t === "ul"));
	assert.ok(!JSON.stringify(lesson.text).includes("**"));
	await client.get(`/client/enrolments/${enrolment.id}/lessons/nothing`, { expect: 404 });
	for (const inputs of [{}, { less: "x", mood: 11 }, { less: "x", mood: "4" }, { less: "secret words", mood: 4, other: 1 }, { less: "x".repeat(3000), mood: 4 }, []]) {
		const refused = await client.post("/client/entries", entry("circle", inputs), { expect: 400 });
		assert.ok(!JSON.stringify(refused).includes("secret words"));
	}
	await client.post("/client/entries", entry("nowhere", circle), { expect: 404 });
	await client.post("/client/entries", { ...entry("circle", circle), submission: "a b" }, { expect: 400 });
});

test("an entry is stored once, however often it is sent, also at the same time; the receipt is the same", async () => {
	const one = entry("circle", circle, { written_at: "2026-11-29T20:00:00Z" });
	const first = await client.post("/client/entries", one, { expect: 201 });
	assert.equal(first.feedback.id, "rest");
	assert.equal(first.safety, null);
	assert.equal(first.entry.written_at, "2026-11-29T20:00:00.000Z");
	const again = await client.post("/client/entries", one, { expect: 200 });
	assert.equal(again.duplicate, true);
	assert.equal(again.entry.id, first.entry.id);
	const other = entry("circle", { ...circle, mood: 1 });
	const answers = await Promise.all(Array.from({ length: 6 }, () => client.post("/client/entries", other)));
	assert.equal(new Set(answers.map((answer) => answer.entry.id)).size, 1);
	assert.equal(answers[0].feedback.id, "very_low", "the text after it follows the answers");
	const { items } = await client.get(`/client/enrolments/${enrolment.id}/entries?lesson=circle`);
	assert.equal(items.length, 2);
	assert.deepEqual(items.find((one) => one.id === first.entry.id).inputs, circle);
	const many = await Promise.all(Array.from({ length: 8 }, () => client.post("/client/entries", entry("map", { when: "noon", what: "a walk", mood: 7 }))));
	assert.equal(new Set(many.map((answer) => answer.entry.id)).size, 8, "none lost when many come at once");
	assert.equal((await client.get("/client/home")).modules[0].entries, 10);
	program.assertNotLogged("seeing friends", "a walk");
});

test("danger written in an exercise calls a person, as in a message; the entry is kept; no model answers", async () => {
	const words = "I am going to kill myself tonight.";
	const risky = entry("circle", { less: words, mood: 0 });
	const answer = await client.post("/client/entries", risky, { expect: 201 });
	assert.equal(answer.safety.help, true);
	assert.equal(answer.safety.alert_state, "sent");
	const alert = (await clinician.get("/staff/alerts?state=open")).items.find((one) => one.client.id === me);
	assert.equal(alert.level, 4);
	assert.equal(alert.priority, 1);
	const talk = await clinician.get(`/staff/conversations/${alert.conversation_id}`);
	assert.equal(talk.conversation.state, "held");
	assert.ok(talk.messages.some((message) => message.text === words && message.verdict.level === 4), "who answers the alert reads the words");
	assert.ok(talk.messages.every((message) => message.role !== "assistant"), "a model answered an exercise");
	await client.post("/client/entries", risky, { expect: 200 });
	assert.equal((await clinician.get(`/staff/conversations/${alert.conversation_id}`)).messages.length, talk.messages.length, "sent twice, called once");
	assert.ok((await client.get(`/client/enrolments/${enrolment.id}/entries`)).items.some((one) => one.inputs.less === words));
	program.assertNotLogged(words);
});

test("everyday words in an exercise call nobody", async () => {
	const count = async () => (await clinician.get("/staff/alerts?state=open")).items.reduce((sum, one) => sum + one.events, 0);
	const known = await count();
	await client.post("/client/entries", entry("circle", { less: "This paperwork is killing me, and I skip choir.", mood: 5 }));
	assert.equal(await count(), known);
});

test("a lesson done begins its homework; done in time it counts; a lesson is done once", async () => {
	const done = await client.post(`/client/enrolments/${enrolment.id}/lessons/circle/done`);
	assert.equal(done.lessons_done, 1);
	assert.equal((await client.post(`/client/enrolments/${enrolment.id}/lessons/circle/done`)).lessons_done, 1);
	const home = await client.get("/client/home");
	assert.equal(home.next.lesson, "map");
	assert.equal(home.homework.length, 1);
	assert.equal(Date.parse(home.homework[0].due_at) - Date.parse("2026-11-30T09:00:00Z"), 4 * day * 1000);
	await client.post(`/client/homework/${home.homework[0].id}/done`);
	await client.post(`/client/homework/${home.homework[0].id}/done`);
	const row = await caseload();
	assert.equal(row.enrolment.homework_done, 1);
	assert.equal(row.risk.grade, "low");
	assert.deepEqual(row.risk.reasons, []);
});

test("homework: reminded of a day before, missed when it is due, also while nothing was running; later is still done", async () => {
	await client.post(`/client/enrolments/${enrolment.id}/lessons/map/done`);
	await advance(3 * day + 60);
	const step = await eventually(async () => {
		const { next } = await client.get("/client/home");
		return next.kind === "homework" && next;
	}, "reminder");
	assert.equal(step.lesson, "map");
	await program.kill();
	program.options.env.HEEDWELL_TEST_CLOCK = "2026-12-04T09:01:00Z";
	await program.run();
	client.base = program.url + "/api/v1";
	await signIn();
	const missed = await eventually(async () => (await client.get("/client/home")).homework.find((one) => one.state === "missed"), "missed");
	assert.equal((await caseload()).enrolment.homework_missed, 1);
	await client.post(`/client/homework/${missed.id}/done`);
	const row = await caseload();
	assert.equal(row.facts.homework_row, 0, "done late ends the row of missed ones");
});

test("who has been silent stands out in the coach's list, with the reason; a pause is no silence", async () => {
	await advance(8 * day);
	let row = await caseload();
	assert.deepEqual(row.risk.reasons, ["quiet", "late"]);
	assert.equal(row.risk.grade, "some");
	assert.equal(row.late, true);
	assert.equal(row.review_due, true);
	await advance(7 * day);
	row = await caseload();
	assert.deepEqual(row.risk.reasons, ["quiet", "late"]);
	assert.equal(row.risk.grade, "high");
	const paused = await coach.post(`/staff/enrolments/${row.enrolment.id}/state`, { state: "paused", version: row.enrolment.version });
	assert.equal(paused.state, "paused");
	assert.equal((await caseload()).risk, null);
	await coach.post(`/staff/enrolments/${row.enrolment.id}/state`, { state: "active", version: row.enrolment.version }, { expect: 409 });
	await coach.post(`/staff/enrolments/${row.enrolment.id}/state`, { state: "active", version: paused.version });
	await coach.post(`/staff/enrolments/${row.enrolment.id}/state`, { state: "completed", version: paused.version + 1 }, { expect: 400 });
});

test("a weekly review: not on track needs words and is a flag for supervision", async () => {
	await coach.post(`/staff/clients/${me}/coach-reviews`, {}, { expect: 400 });
	await coach.post(`/staff/clients/${me}/coach-reviews`, { on_track: false, note: " " }, { expect: 400 });
	const review = await coach.post(`/staff/clients/${me}/coach-reviews`, { on_track: false, note: "Three weeks without an entry." });
	assert.equal(review.track, "not_on_track");
	const row = await caseload(await program.staff("supervisor"));
	assert.deepEqual(row.flags, ["not_on_track"]);
	assert.equal(row.review_due, false);
	const page = await coach.get(`/staff/clients/${me}/modules`);
	assert.equal(page.reviews[0].note, "Three weeks without an entry.");
	assert.ok(page.entries.find((one) => one.lesson === "circle").labels.less.length > 5, "the coach sees what was asked");
	program.assertNotLogged("Three weeks without an entry.");
});

test("approved words in the client's language, with the coach's name; a hand-over calls a clinician with its reason", async () => {
	const { items } = await coach.get(`/staff/clients/${me}/nudges`);
	assert.ok(items.length >= 6);
	assert.ok(items.every((nudge) => nudge.text.includes("Tomás Reid") && !nudge.text.includes("{")));
	await coach.post(`/staff/clients/${me}/handover`, { reason: " " }, { expect: 400 });
	const alert = await coach.post(`/staff/clients/${me}/handover`, { reason: "Low for three weeks, asks for more than a course." });
	assert.equal(alert.kind, "request");
	assert.equal(alert.priority, 2);
	assert.match(alert.reason, /^Hand-over from Tomás Reid: Low for three weeks/);
	assert.ok((await clinician.get("/staff/alerts?state=open")).items.some((one) => one.id === alert.id));
});

test("the last lesson completes the module; the diary of sleep computes in whole numbers", async () => {
	for (const lesson of ["matters", "plan", "keep"]) await client.post(`/client/enrolments/${enrolment.id}/lessons/${lesson}/done`);
	const home = await client.get("/client/home");
	assert.equal(home.modules[0].state, "completed");
	assert.equal(await caseload(), undefined, "still in the coach's list");
	await clinician.post(`/staff/clients/${me}/modules`, { module: "sleep" });
	enrolment = (await client.get("/client/home")).modules.find((one) => one.module.id === "sleep");
	const night = { in_bed: "23:00", asleep_after: 30, awake: 60, woke: "06:30", up: "07:00" };
	const answer = await client.post("/client/entries", entry("diary", night));
	assert.deepEqual(answer.entry.computed, { in_bed_minutes: 480, asleep_minutes: 360, efficiency_percent: 75 });
	assert.equal(answer.feedback.id, "rest");
	await client.post("/client/entries", entry("diary", { ...night, awake: 700 }), { expect: 400 });
	assert.equal((await client.get("/client/home")).modules.find((one) => one.module.id === "sleep").state, "active", "the first entry begins it");
});

test("a coach sees their own clients only; a client sees nobody else's", async () => {
	const other = await clinician.post("/staff/clients", { pseudonym: "Thistle", birth_year: 1988, lang: "en", country: "US" });
	const id = other.client.id;
	await clinician.post(`/staff/clients/${id}/modules`, { module: "worry" });
	for (const where of [`/staff/clients/${id}/modules`, `/staff/clients/${id}/nudges`, `/staff/clients/${id}/safety-plan`]) await coach.get(where, { expect: 403 });
	for (const [where, body] of [["modules", { module: "sleep" }], ["coach-reviews", { on_track: true }], ["handover", { reason: "x" }]]) await coach.post(`/staff/clients/${id}/${where}`, body, { expect: 403 });
	assert.ok(!(await coach.get("/staff/coach")).items.some((row) => row.client.id === id));
	const theirs = (await clinician.get(`/staff/clients/${id}/modules`)).enrolments[0];
	await coach.post(`/staff/enrolments/${theirs.id}/state`, { state: "stopped", version: theirs.version }, { expect: 403 });
	await client.get(`/client/enrolments/${theirs.id}/lessons/notice`, { expect: 404 });
	await client.post("/client/entries", { submission: randomUUID(), enrolment_id: theirs.id, lesson: "notice", inputs: {} }, { expect: 404 });
});

test("a client gets a coach, who sees them and their open modules at once; given to nobody, the coach sees nothing any more, also after kill -9", async () => {
	const { client: other } = await clinician.post("/staff/clients", { pseudonym: "Clover", birth_year: 1979, lang: "es", country: "US" });
	const at = `/staff/clients/${other.id}`, people = (await clinician.get("/staff/team")).items, id = (role) => people.find((one) => one.role === role).id;
	await clinician.post(`${at}/modules`, { module: "worry" });
	assert.equal((await clinician.get(at)).team.coach, null);
	const team = (body, more) => clinician.put(`${at}/team`, body, more);
	assert.equal((await team({ coach_id: id("compliance") }, { expect: 400 })).error.field, "coach_id");
	assert.equal((await team({ clinician_id: id("coach") }, { expect: 400 })).error.field, "clinician_id");
	for (const wrong of [{}, { coach_id: 7 }, { coach_id: randomUUID() }, { coach_id: "x".repeat(100) }]) await team(wrong, { expect: 400 });
	await clinician.put(`/staff/clients/${randomUUID()}/team`, { coach_id: null }, { expect: 404 });
	await coach.put(`${at}/team`, { coach_id: id("coach") }, { expect: 403 });
	await coach.get(at, { expect: 403 });
	const set = await team({ coach_id: id("coach"), clinician_id: id("clinician") });
	assert.deepEqual([set.coach.role, set.clinician.role], ["coach", "clinician"]);
	assert.equal((await coach.get(at)).team.coach.id, id("coach"));
	assert.ok((await coach.get("/staff/coach?limit=200")).items.some((row) => row.client.id === other.id), "not in the caseload");
	assert.equal((await team({ coach_id: null })).clinician.id, id("clinician"), "what is not sent stays");
	await program.kill();
	await program.run();
	await signIn();
	await coach.get(at, { expect: 403 });
	assert.ok(!(await coach.get("/staff/coach?limit=200")).items.some((row) => row.client.id === other.id), "still in the caseload");
	assert.equal((await clinician.get(at)).team.clinician.id, id("clinician"));
	assert.ok((await (await program.staff("supervisor")).get("/staff/journal?limit=200")).items.some((entry) => /client\.team/.test(JSON.stringify(entry))), "not in the journal");
});

test("what a coach writes is screened: it is told what to look at again, goes out when they insist, and what was found is recorded", async () => {
	await client.post("/client/messages", { text: "Hello", client_message_id: randomUUID() });
	const talk = (await coach.get(`/staff/clients/${me}`)).conversation_id;
	const careless = "You can stop taking your medication, call 555 0134 999 if it gets worse. You have bipolar disorder.";
	const refused = await coach.post(`/staff/conversations/${talk}/messages`, { text: careless, unless_found: true }, { expect: 409 });
	assert.equal(refused.error.code, "look_again");
	assert.ok(refused.found.length >= 2, JSON.stringify(refused.found));
	assert.ok(refused.found.some((one) => one.concept.startsWith("unverified.")), "the number that nobody knows");
	assert.ok(!JSON.stringify(await clinician.get(`/staff/conversations/${talk}`)).includes(careless), "it was sent all the same");
	const sent = await coach.post(`/staff/conversations/${talk}/messages`, { text: careless });
	assert.equal(sent.found.length, refused.found.length);
	const shown = (await clinician.get(`/staff/conversations/${talk}`)).messages.find((one) => one.id === sent.message.id);
	assert.ok(shown.verdict.findings.length >= 2, "recorded with the message");
	const nudges = (await coach.get(`/staff/clients/${me}/nudges`)).items;
	for (const { text } of nudges) assert.deepEqual((await coach.post(`/staff/conversations/${talk}/messages`, { text, unless_found: true })).found, [], text);
});
