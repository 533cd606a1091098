// export.test.mjs: what a client takes along is all that the client may read: questionnaires with their answers, courses and what was written in them, the plan, the
// first questions, every message of a long chat; nothing of anybody else, nothing that is the team's or the program's own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, Program, Session, Upstream } from "./harness.mjs";

let program, client, clinician, coach, id;
before(async () => {
	program = await Program.start();
	[clinician, coach] = [await program.staff("clinician"), await program.staff("coach")];
	client = await program.client();
	id = (await client.get("/client/session")).person.id;
});
after(async () => program.stop());

test("questionnaires, courses, plan and medicines are in it, word by word", async () => {
	const task = await clinician.post(`/staff/clients/${id}/questionnaires`, { instrument: "gad-7" });
	const opened = await client.post(`/client/questionnaires/${task.id}/open`, {});
	for (const [index, question] of opened.form.questions.entries()) await client.put(`/client/responses/${opened.response.id}/answers/${question.id}`, { kind: "given", value: index % 3, submission: `g${index}` });
	await client.post(`/client/responses/${opened.response.id}/submit`, {});
	await client.put("/client/safety-plan", { state: "active", number: 0, shared: false, sections: { reasons: ["The tomatoes on the balcony"] } });
	await coach.post(`/staff/clients/${id}/modules`, { module: "activity" });
	const data = await client.get("/client/data");
	assert.equal(data.format, "heedwell.client_data.1");
	assert.equal(data.next, null);
	assert.equal(data.records.response[0].total, opened.form.questions.reduce((sum, _, index) => sum + (index % 3), 0));
	assert.equal(data.records.answer.length, opened.form.questions.length);
	assert.ok(data.records.answer.every((one) => one.response_id === opened.response.id));
	assert.match(JSON.stringify(data.records.safety_plan), /tomatoes on the balcony/);
	assert.equal(data.records.enrolment[0].module, "activity");
	assert.ok(data.records.consent.length >= 2 && data.consents.length >= data.records.consent.length / 2);
	assert.ok(data.records.client.length === 1 && data.records.client[0].id === id);
});

test("a chat of more messages than one page is whole, and in its order", async () => {
	for (let i = 0; i < 110; i++) await client.post("/client/messages", { text: `Today I watered the plants, day ${i}.`, client_message_id: `long${i}` });
	let { messages } = await client.get("/client/data");
	for (let wait = 0; wait < 100 && messages.length < 220; wait++) {
		await new Promise((done) => setTimeout(done, 100));
		({ messages } = await client.get("/client/data"));
	}
	const mine = messages.filter((one) => one.role === "client");
	assert.deepEqual(mine.map((one) => one.text), Array.from({ length: 110 }, (_, i) => `Today I watered the plants, day ${i}.`));
	assert.ok(messages.length > 200, `${messages.length} messages`);
});

test("every resource that a client may read is named, and no other; a place nobody named is refused", async () => {
	const { records } = await client.get("/client/data");
	for (const name of Object.keys(records)) assert.ok(!["verdict", "finding", "decision", "alert", "review", "coach_review", "presence", "referral", "client_session"].includes(name), name);
	const all = JSON.stringify(records);
	assert.ok(!/secret|password|token_hash|screen_state/.test(all), "the program's own");
	assert.ok(!/partner_violence|shared_device|contact_unsafe/.test(all), "what would endanger on a device that others see");
	const other = await program.client(1);
	const theirs = (await other.get("/client/session")).person.id;
	assert.notEqual(theirs, id);
	assert.ok(!JSON.stringify(await client.get("/client/data")).includes(theirs), "somebody else's");
	await client.get("/client/data?after=verdict/x", { expect: 400 });
	await client.get("/client/data?after=message/x", { expect: 400 });
	const rest = await client.get("/client/data?after=response/");
	assert.ok(rest.records.response?.length === 1 && rest.records.answer.length > 0);
});

test("a reply that waits for a person, or was changed by one, is in it as the client sees it: never the model's own words", async () => {
	const raw = "Words of the model that nobody has approved.";
	const upstream = await Upstream.start((request, answer) => answer.plain(raw));
	const held = await Program.start({ upstream: upstream.url });
	try {
		const team = await held.staff("clinician");
		const { invite_url } = await team.post("/staff/clients", { pseudonym: "Held", birth_year: 1990, lang: "en", country: "US", approve_replies: true });
		const person = new Session(held, "/api/v1");
		await person.post(`/invites/${invite_url.split("/invite/")[1]}/accept`, { second_fact: "1990", lang: "en" });
		for (const one of (await person.get("/client/consents")).items.filter((each) => ["care", "ai_chat"].includes(each.kind)))
			await person.put(`/client/consents/${one.kind}`, { state: "given", document_version: one.document.version });
		await person.post("/client/messages", { text: "I planted tomatoes today.", client_message_id: "held1" });
		const looked = async () => [await person.get("/client/data"), await person.get("/client/conversation")];
		const review = await eventually(async () => (await team.get("/staff/reviews?limit=5")).items[0], "something waits for a person");
		const shown = (page) => page.messages.map((one) => [one.id, one.role, one.state, one.text]);
		let [data, chat] = await looked();
		assert.ok(!JSON.stringify(data).includes(raw), "what waits is in it");
		assert.deepEqual(shown(data), shown(chat));
		await team.post(`/staff/reviews/${review.id}/edit`, { version: review.version, text: "Tomatoes like the sun." });
		[data, chat] = await looked();
		assert.deepEqual(shown(data), shown(chat));
		assert.equal(data.messages.at(-1).text, "Tomatoes like the sun.");
		assert.ok(!JSON.stringify(data).includes(raw), "what was changed is in it");
	} finally {
		await held.stop();
		await upstream.stop();
	}
});
