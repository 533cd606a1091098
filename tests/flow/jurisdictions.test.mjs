// jurisdictions.test.mjs: the law of the programme's place and of the client's, in the program as it runs: no program talks with somebody in Illinois or
// Nevada; a minor in California is told every three hours, on the clock and across kill -9; Utah after seven days away; New York through the gateway.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Clinic, notices, say } from "./clinic.mjs";

let clinic, clinician;
before(async () => {
	clinic = await Clinic.open();
	clinician = await clinic.staff("clinician");
});
after(() => clinic?.close());

const HOUR = 3600;
const alertsOf = async (session) => (await clinician.get("/staff/alerts?state=open&limit=200")).items.filter((one) => one.client.id === session.clientId);
const transcript = async (session) => clinician.get(`/staff/conversations/${(await session.get("/client/conversation")).id}`);

for (const place of ["US-IL", "US-NV"])
	test(`${place}: neither model nor built-in responder; approved words, and a person is told`, async () => {
		const client = await clinic.client(clinician, { place });
		const { reply } = await say(client, "It has been a long week and I argued with my brother.");
		assert.equal(reply.role, "script");
		assert.equal(reply.safe_text, "bot.administrative");
		assert.match(reply.text, /A person can talk with you/);
		assert.match(reply.text, /911/);
		const [alert] = await alertsOf(client);
		assert.equal(alert.priority, 4);
		const { conversation } = await say(client, "Tuesday mornings suit me.");
		assert.ok(conversation.messages.every((one) => one.role !== "assistant" && !one.ai), "a generated reply");
		assert.equal((await alertsOf(client)).length, 1, "one call for a person, not one a message");
		const panel = await clinician.get(`/staff/clients/${client.clientId}/consents`);
		assert.equal(panel.rules.bot, "administrative");
		assert.equal(panel.rules.families_off, place === "US-IL");
		const law = panel.laws.find((one) => one.id.endsWith(".bot"));
		assert.ok(law.source && law.certainty === "V" && law.from.startsWith("2025-"));
	});

test("Illinois: moods are not read; literal danger goes to a person at once, with the safety dialogue", async () => {
	const client = await clinic.client(clinician, { place: "US-IL" });
	await say(client, "I feel so sad and worthless, everything is hopeless and I cannot sleep.");
	const mood = (await transcript(client)).messages.find((one) => one.role === "client");
	assert.ok(!mood.verdict.findings.some((one) => /^(distress|mania|psychosis|eating_disorder)\./.test(one.concept) || one.source === "classifier"), JSON.stringify(mood.verdict.findings.map((one) => one.concept)));
	const elsewhere = await clinic.client(clinician, { place: "US-TX" });
	await say(elsewhere, "I feel so sad and worthless, everything is hopeless and I cannot sleep.");
	const same = (await transcript(elsewhere)).messages.find((one) => one.role === "client");
	assert.ok(same.verdict.findings.some((one) => one.concept.startsWith("distress.")), "the text says nothing elsewhere either");
	const { reply, conversation } = await say(client, "I am going to kill myself tonight, the letters are written.");
	assert.equal(reply.role, "script");
	assert.equal(conversation.state, "held");
	assert.ok((await alertsOf(client)).some((one) => one.priority === 1 && one.level === 4));
});

test("a minor in California: told at the start and at three hours on the clock, across kill -9, not at three hours of silence", async () => {
	const client = await clinic.client(clinician, { year: 2011, place: "US-CA" });
	const opened = await client.get("/client/conversation");
	assert.deepEqual(opened.messages.map((one) => one.safe_text), ["notice.start"]);
	assert.match(opened.messages[0].text, /computer program of Riverside, not with a person/);
	for (let minute = 0; minute < 180; minute += 20) {
		await say(client, "School was long today.");
		if (minute === 60) {
			await clinic.kill();
			await clinic.start();
			clinician = await clinic.staff("clinician");
		}
		await clinic.advance(minute === 60 ? 20 * 60 - 31 : 20 * 60);
		const so_far = notices(await client.get("/client/conversation")).map((one) => one.safe_text);
		if (minute < 160) assert.deepEqual(so_far, ["notice.start"], `minute ${minute + 20}`);
	}
	const told = notices(await client.get("/client/conversation"));
	assert.deepEqual(told.map((one) => one.safe_text), ["notice.start", "notice.break"], "at three hours, by the clock alone");
	assert.equal(told[1].role, "script");
	assert.match(told[1].text, /not a person.*break/s);
	assert.ok(new Date(told[1].created_at) - new Date(told[0].created_at) <= 3 * HOUR * 1000 + 60_000);
	await clinic.advance(4 * HOUR); // nobody is there
	assert.equal(notices(await client.get("/client/conversation")).length, 2);
	const { conversation } = await say(client, "I am back.");
	assert.equal(notices(conversation).at(-1).safe_text, "notice.repeat");
	const at = conversation.messages.findIndex((one) => one.text === "I am back.");
	assert.match(conversation.messages[at + 1].safe_text, /^notice\./, "before the reply");
});

test("an adult in California is told at the start and never to take a break", async () => {
	const client = await clinic.client(clinician, { year: 1980, place: "US-CA" });
	await say(client, "A long day.");
	for (let i = 0; i < 13; i++) {
		await clinic.advance(20 * 60);
		await say(client, "Still here.");
	}
	assert.deepEqual(notices(await client.get("/client/conversation")).map((one) => one.safe_text), ["notice.start"]);
});

test("an age that is said counts at once: the model is silent, and the rules for minors hold from then on", async () => {
	const client = await clinic.client(clinician, { year: 1990, place: "US-CA" });
	assert.notEqual((await say(client, "A long day.")).reply.role, "script");
	assert.equal((await say(client, "I'm 15 years old and school is hard.")).reply.safe_text, "minor.notice");
	const panel = await clinician.get(`/staff/clients/${client.clientId}/consents`);
	assert.equal(panel.age, 15);
	assert.equal(panel.may_consent, true);
	assert.equal(panel.rules.break_minutes, 180);
	assert.equal((await say(client, "We had maths.")).reply.role, "assistant", "from 12 and 13 on a minor may decide in California");
	await clinic.kill();
	await clinic.start();
	clinician = await clinic.staff("clinician");
	assert.equal((await clinician.get(`/staff/clients/${client.clientId}/consents`)).age, 15, "forgotten by a restart");
});

test("under 13: nothing but people until a clinician has recorded a verified parent's consent; a guardian is told nothing by itself", async () => {
	const client = await clinic.client(clinician, { year: 1990, place: "US-CA" });
	await say(client, "I'm 12 years old.");
	const refused = await say(client, "Can we talk about school?");
	assert.equal(refused.reply.role, "script");
	assert.equal(refused.reply.safe_text, "minor.notice");
	await clinician.post(`/staff/clients/${client.clientId}/guardian`, { kind: "parental_consent", guardian: "R. T., mother", verified: "document" }, { expect: 400 });
	const panel = await clinician.post(`/staff/clients/${client.clientId}/guardian`, { kind: "parental_consent", guardian: "R. T., mother", verified: "document", reason: "Came in with the child; identity card seen." });
	assert.equal(panel.may_consent, true);
	assert.equal((await say(client, "Can we talk about school?")).reply.role, "assistant");
	const ended = await clinician.post(`/staff/clients/${client.clientId}/guardian/${panel.guardians[0].id}/end`);
	assert.equal(ended.may_consent, false);
	assert.equal((await say(client, "Hello again.")).reply.role, "script");
	const coach = await clinic.staff("coach");
	await coach.get(`/staff/clients/${client.clientId}/consents`, { expect: 403 });
});

test("Utah: after seven days away, and on request", async () => {
	const client = await clinic.client(clinician, { place: "US-UT" });
	await say(client, "Hello.");
	await clinic.advance(6 * 24 * HOUR);
	await say(client, "Hello.");
	await clinic.advance(7 * 24 * HOUR);
	const { conversation } = await say(client, "Hello.");
	assert.deepEqual(notices(conversation).map((one) => one.safe_text), ["notice.start", "notice.return"]);
	const asked = await say(client, "are you a bot?");
	assert.equal(notices(asked.conversation).at(-1).safe_text, "notice.asked");
});

test("who moves to Illinois is under its law with the next message, and who leaves is not", async () => {
	clinician = await clinic.staff("clinician"); // two weeks have passed
	const client = await clinic.client(clinician, {});
	assert.equal((await say(client, "A long day.")).reply.role, "assistant");
	await client.put("/client/place", { here: "US-IL" });
	assert.equal((await say(client, "A long day.")).reply.safe_text, "bot.administrative");
	await client.put("/client/place", { here: "GB" });
	const danger = await say(client, "I want to kill myself tonight.");
	assert.match(danger.reply.text, /999|116 123|Samaritans/);
	assert.ok(!/988/.test(danger.reply.text), "the number of another country");
	assert.equal((await client.get("/client/place")).emergency, "999");
	await client.put("/client/place", { here: "Illinois" }, { expect: 400 });
});

test("a programme in New York, through the gateway: the notice stands in the first reply and in the first after three hours", async () => {
	const york = await Clinic.open({ jurisdiction: "US-NY" });
	try {
		const admin = await york.staff("admin");
		const key = (await admin.post("/staff/api-keys", { name: "web", reach: "identified", consent_attested: true }, { expect: 201 })).secret;
		const messages = [];
		const ask = async (text, stream) => {
			messages.push({ role: "user", content: text });
			const answer = await fetch(`${york.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${key}`, "x-heedwell-client": "c1", "x-heedwell-conversation": "t1" }, body: JSON.stringify({ model: "default", messages, stream }) });
			assert.equal(answer.status, 200);
			const text_ = await answer.text();
			const said = stream
				? text_.split("\n").filter((line) => line.startsWith("data: {")).map((line) => JSON.parse(line.slice(6)).choices[0]?.delta?.content ?? "").join("")
				: JSON.parse(text_).choices[0].message.content;
			messages.push({ role: "assistant", content: said });
			return said;
		};
		assert.match(await ask("A long day at work.", true), /^Before you write: you are talking with a computer program of Riverside.*\n\n\S/s);
		assert.doesNotMatch(await ask("And a loud one."), /computer program/);
		await york.advance(3 * HOUR);
		assert.match(await ask("Still at it."), /^A reminder: this is a computer program.*\n\n\S/s);
		assert.match(await ask("are you a bot?"), /^You asked, so plainly.*\n\n\S/s);
		const supervisor = await york.staff("supervisor");
		const [client] = (await supervisor.get("/staff/clients?limit=10")).items;
		const { messages: kept } = await supervisor.get(`/staff/conversations/${client.conversation_id}`);
		assert.equal(kept.filter((one) => one.role === "client").length, 4, "one conversation, known again by its turns");
	} finally {
		await york.close();
	}
});

test("client text is in no log line", () => {
	for (const text of ["School was long", "letters are written", "R. T., mother"]) assert.ok(!clinic.log.includes(text));
});

test("a year ends while the program runs: who has come of age is no minor any more, without a restart", async () => {
	const client = await clinic.client(await clinic.staff("clinician"), { year: 2009, place: "US-CA" });
	let staff = await clinic.staff("clinician");
	const before = await staff.get(`/staff/clients/${client.clientId}/consents`);
	assert.equal(before.age, 17);
	assert.equal(before.rules.break_minutes, 180);
	await clinic.advance(60 * 86_400);
	staff = await clinic.staff("clinician");
	const later = await staff.get(`/staff/clients/${client.clientId}/consents`);
	assert.equal(later.age, 18);
	assert.notEqual(later.rules.break_minutes, 180);
});
