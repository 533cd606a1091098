// Questionnaires from being asked to the chart: an answer acts when its item is saved, also late from a phone that was offline; no answer about danger is not "no"; what
// is sent twice is stored once; two fillings-in make a change; what is not the item's own value is refused. The field cases "questionnaire" are named where they pass.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "./harness.mjs";

let program, clinician, coach, client, clientId;

before(async () => {
	program = await Program.start();
	clinician = await program.staff("clinician");
	coach = await program.staff("coach");
	client = await program.client();
	clientId = (await client.get("/client/session")).person.id;
});
after(async () => program?.stop());

let sent = 0;
const submission = () => `s-${++sent}`;

async function ask(instrument, more = {}, options) {
	return clinician.post(`/staff/clients/${clientId}/questionnaires`, { instrument, ...more }, options);
}
const open = (task) => client.post(`/client/questionnaires/${task.id}/open`);
const save = (response, item, answer, options) => client.put(`/client/responses/${response.id}/answers/${item}`, { submission: submission(), ...answer }, options);
const send = (response, more = {}) => client.post(`/client/responses/${response.id}/submit`, more);
const alerts = async () => (await clinician.get("/staff/alerts?limit=200")).items.filter((alert) => alert.client.id === clientId);

async function fill(instrument, values) {
	const task = await ask(instrument);
	const { response, form } = await open(task);
	for (let i = 0; i < values.length; i++) if (values[i] !== null) await save(response, form.questions[i].id, { value: values[i] });
	return { response, form, receipt: await send(response), task };
}
const series = async (id) => (await clinician.get(`/staff/clients/${clientId}/measures`)).series.find((one) => one.id === id);

test("instruments: wording where the licence allows, a clear word where it does not", async () => {
	const { items } = await clinician.get("/staff/instruments");
	assert.ok(items.length >= 18);
	assert.deepEqual(items.find((one) => one.id === "phq-9").langs.sort(), ["en", "es"]);
	assert.deepEqual(items.find((one) => one.id === "pcl-5").own_translations, ["es"]);
	assert.deepEqual(items.find((one) => one.id === "phq-9").own_translations, []);
	assert.equal(items.find((one) => one.id === "c-ssrs-screener").skeleton, true);
	const refused = await ask("c-ssrs-screener", {}, { expect: 409 });
	assert.equal(refused.error.code, "text_missing");
	assert.equal((await ask("nothing", {}, { expect: 400 })).error.field, "instrument");
	assert.equal((await ask("phq-9", { due_at: "2026-12-01T09:00:00" }, { expect: 400 })).error.code, "invalid_time"); // FC-time_zone-04
});

test("asked for by hand while somebody is there, it is said to open at once, on a clock that moves", async () => {
	for (let i = 0; i < 20; i++) {
		const said = await clinician.post(`/staff/clients/${clientId}/questionnaires/preview`, { instrument: "phq-9" });
		assert.deepEqual([said.asks_about_danger, said.opens_now, said.opens_at, said.why], [true, true, null, null]);
	}
});

test("an item acts when it is saved: a first positive answer about harm calls somebody though the total is low (FC-questionnaire-03)", async () => {
	const task = await ask("phq-9");
	const { response, form } = await open(task);
	assert.equal(form.questions.length, 10);
	assert.ok(form.help.some((one) => one.item === "q9")); // the phone can show help by itself
	const before = (await alerts()).length;
	const calm = await save(response, "q1", { value: 3 });
	assert.equal(calm.level, 0);
	assert.equal(calm.help, null);
	const saved = await save(response, "q9", { value: 1 });
	assert.equal(saved.level, 2);
	assert.equal(saved.follow_up, "asq");
	assert.match(saved.help.body, /\d/);
	const now = await alerts();
	assert.equal(now.length, before + 1); // the form was never sent
	assert.match(now[0].reason, /PHQ-9, item q9: answered 1/);
	assert.ok((await client.get("/client/questionnaires")).waiting.some((one) => one.instrument === "asq"));
});

test("level 3 by an item holds the conversation; a late answer keeps its own time", async () => {
	await client.post("/client/messages", { text: "Good morning", client_message_id: "m-1" });
	const { response } = await open(await ask("phq-9"));
	const answered = new Date(Date.now() - 3 * 3600_000).toISOString();
	const saved = await save(response, "q9", { value: 3, answered_at: answered });
	assert.equal(saved.level, 3);
	const conversation = await client.get("/client/conversation");
	assert.equal(conversation.state, "held");
	assert.equal((await save(response, "q9", { value: 3, answered_at: "2026-11-28T10:00:00" }, { expect: 400 })).error.code, "invalid_time");
});

test("open pages of both sides are told, and nothing falls over", async () => {
	const pages = [client.events("/client/stream"), clinician.events()];
	for (const page of pages) assert.equal(await page.open, 200);
	const task = await ask("suds");
	const told = await pages[0].wait((event) => event.event === "questionnaire");
	assert.equal(told.json.id, task.id);
	for (const page of pages) page.close();
	assert.equal((await client.get("/client/questionnaires")).waiting.some((one) => one.id === task.id), true);
});

test("sent twice, stored once; completed stays; the receipt is the same (FC-questionnaire-07)", async () => {
	const { response } = await open(await ask("gad-7"));
	const twice = { submission: "same", value: 2 };
	assert.equal((await client.put(`/client/responses/${response.id}/answers/q1`, twice)).duplicate, false);
	assert.equal((await client.put(`/client/responses/${response.id}/answers/q1`, twice)).duplicate, true);
	for (const item of ["q2", "q3", "q4", "q5", "q6", "q7"]) await save(response, item, { value: 1 });
	const opened = new Date(Date.now() - 70 * 60_000).toISOString();
	const first = await send(response, { submitted_at: opened });
	const second = await send(response);
	assert.deepEqual(second.receipt, first.receipt);
	assert.equal(first.receipt.submitted_at.slice(0, 16), opened.slice(0, 16)); // FC-questionnaire-14: its own time beside the server's
	assert.notEqual(first.receipt.received_at, first.receipt.submitted_at);
	const [point] = (await series("gad-7")).points;
	assert.equal(point.total, 8);
	assert.equal(point.is_case, true);
	assert.equal(point.band, "mild");
	assert.equal((await save(response, "q1", { value: 0 }, { expect: 400 })).error.code, "response_completed");
});

test("values outside the item, free text and unknown items are refused, never shifted or counted (FC-questionnaire-02, -04, -13)", async () => {
	const { response } = await open(await ask("gad-2"));
	await save(response, "q1", { value: 4 }, { expect: 400 });
	await save(response, "q1", { value: "3" }, { expect: 400 });
	await save(response, "comment", { value: 2 }, { expect: 400 });
	await save(response, "q1", { not_applicable: true }, { expect: 400 });
	await save(response, "q1", { value: 3 });
	await save(response, "q2", { value: 0 });
	await send(response);
	const two = await series("gad-2");
	assert.equal(two.max, 6);
	assert.equal(two.points[0].total, 3);
	assert.ok((await client.get("/client/questionnaires")).waiting.some((one) => one.instrument === "gad-7")); // a case asks for the whole
});

test("no answer about danger counts as yes; a follow-up that is no longer shown is left out but kept (FC-questionnaire-06)", async () => {
	const silent = await open(await ask("asq"));
	for (const item of ["q1", "q2", "q3"]) await save(silent.response, item, { value: 0 });
	await save(silent.response, "q4", { declined: true });
	const sentOne = await send(silent.response);
	assert.equal(sentOne.level, 4); // q4 declined shows q5, which has no answer either
	const changed = await open(await ask("asq"));
	await save(changed.response, "q1", { value: 1 });
	await save(changed.response, "q5", { value: 0 });
	for (const item of ["q1", "q2", "q3", "q4"]) await save(changed.response, item, { value: 0 });
	assert.equal((await send(changed.response)).level, 0);
	const again = await open(changed.task ?? { id: (await client.get("/client/questionnaires")).done.find((one) => one.instrument === "asq").id });
	assert.ok(again.answers.q5); // kept in the record
	assert.ok((await alerts()).some((alert) => /treated as yes/.test(alert.reason)));
});

test("two fillings-in: reliable change, recovery, by the reference's own vector", async () => {
	await fill("phq-9", [2, 2, 2, 2, 2, 2, 2, 1, 0]); // 15
	await fill("gad-7", [2, 2, 2, 2, 2, 1, 1]); // 12
	await fill("phq-9", [1, 1, 1, 1, 1, 1, 1, 1, 1]); // 9
	await fill("gad-7", [1, 1, 1, 1, 1, 1, 1]); // 7
	const phq = await series("phq-9");
	assert.deepEqual(phq.change, { first: 15, last: 9, is: "better" });
	assert.equal(phq.reliable_change.points, 6);
	assert.equal(phq.reliable_change.certainty, "V");
	const { outcome } = await clinician.get(`/staff/clients/${clientId}/measures`);
	assert.equal(outcome.case_at_start, true);
	assert.equal(outcome.recovered, true);
});

test("missing items: made up by the instrument's own rule or no total at all (FC-questionnaire-11)", async () => {
	await fill("phq-9", [1, 1, 1, 1, 1, null, null, null, 0]);
	const phq = await series("phq-9");
	const last = phq.points.at(-1);
	assert.equal(last.score_state, "none");
	assert.equal(last.total, null);
	assert.equal(last.missing, 3);
});

test("a coach does not see another coach's client; a client sees no other's form", async () => {
	const { client: stranger } = await clinician.post("/staff/clients", { pseudonym: "Ochre", birth_year: 1990, lang: "en", country: "US" });
	await coach.get(`/staff/clients/${stranger.id}/measures`, { expect: 403 });
	await coach.post(`/staff/clients/${stranger.id}/questionnaires`, { instrument: "phq-9" }, { expect: 403 });
	const other = await program.client();
	const task = await ask("suds");
	await other.post(`/client/questionnaires/${task.id}/open`, {}, { expect: 404 });
});

test("the timeline tells of it", async () => {
	const { items } = await clinician.get(`/staff/clients/${clientId}/timeline?limit=200`);
	assert.ok(items.some((one) => one.kind === "response" && one.about.instrument === "phq-9"));
});
