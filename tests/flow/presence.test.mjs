// A person in the client's own thread: joins, is named, silences the model, answers, asks a colleague to take over who accepts, hands back with a reason; goes
// off duty, goes quiet, is killed with the power. The model is a scripted one whose calls are counted.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { after, before, test } from "node:test";
import { Clinic, say } from "./clinic.mjs";
import { sleep } from "./harness.mjs";
import { Reply, Upstream } from "./upstream.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
let upstream, clinic, clinician, supervisor, coach;
let hold = null; // set: the model says its first half, then waits for this

before(async () => {
	upstream = await Upstream.start(async (request, reply) => {
		const events = Reply.events(hold ? ["It is good that you wrote. ", "This half comes after the person did. ", "And this one too."] : ["Thank you for telling me."]);
		const first = hold ? 3 : events.length;
		await reply.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + events.slice(0, first).join(""));
		if (hold) await hold;
		await reply.raw(events.slice(first).join("")).catch(() => {}); // the program may have closed the connection by now
		reply.end();
	});
	clinic = await Clinic.open({ upstream: upstream.url });
	clinician = await clinic.staff("clinician");
	supervisor = await clinic.staff("supervisor");
	coach = await clinic.staff("coach");
	for (const session of [clinician, supervisor, coach]) session.me = (await session.get("/staff/session")).person;
	for (const session of [clinician, supervisor]) await session.post("/staff/duty", { on_duty: true });
});
after(async () => {
	await clinic?.close();
	await upstream?.stop();
});

const put = (session, text) => session.post("/client/messages", { text, client_message_id: crypto.randomUUID() }, { expect: 202 });
const talk = (session) => session.get("/client/conversation");
const lines = (conversation) => conversation.messages.filter((one) => (one.safe_text ?? "").startsWith("person.")).map((one) => one.safe_text);
const presences = async (session, id) => (await session.get("/staff/presence")).items.find((one) => one.conversation_id === id) ?? null;

async function newClient(lang = "en") {
	const session = await clinic.client(clinician, { lang });
	const first = await say(session, "Hello, I had a long week at work.");
	session.chat = first.conversation.id;
	return session;
}

test("joined: the client reads who it is, the model is not asked any more, what they write is news at once", async () => {
	const client = await newClient();
	const before = upstream.requests.length;
	assert.equal(before, 1, "the model answers while nobody is there");
	const clientPage = client.events("/client/stream"), staffPage = clinician.events();
	await clientPage.open;
	await staffPage.open;
	const { presence } = await clinician.post(`/staff/conversations/${client.chat}/join`);
	assert.equal(presence.person.name, clinician.me.name);
	const state = await clientPage.wait((e) => e.event === "state" && e.json.person);
	assert.deepEqual([state.json.person, state.json.speaker], [{ name: clinician.me.name, role: "clinician" }, "person"]);
	const line = await clientPage.wait((e) => e.event === "message" && e.json.safe_text === "person.joined");
	assert.match(line.json.text, new RegExp(`${clinician.me.name} \\(clinician\\)`));
	const sent = performance.now();
	await put(client, "Are you a real person?");
	const news = await staffPage.wait((e) => e.event === "presence" && e.at > sent && e.json.conversation_id === client.chat);
	assert.ok(news.at - sent < 1000, `${(news.at - sent).toFixed(0)} ms`);
	assert.ok((await presences(clinician, client.chat)).waiting_at);
	const seen = await clinician.get(`/staff/conversations/${client.chat}`);
	const read = seen.messages.find((one) => one.text === "Are you a real person?");
	assert.equal(read.verdict.level, 0, "screened as ever");
	await clinician.post(`/staff/conversations/${client.chat}/messages`, { text: "Yes. I am here with you." });
	assert.equal((await presences(clinician, client.chat)).waiting_at, null);
	await put(client, "That is good to know.");
	await sleep(300);
	assert.equal(upstream.requests.length, before, "the model was asked while a person is there");
	const now = await talk(client);
	assert.deepEqual(now.messages.filter((one) => one.role === "assistant" || one.role === "script").slice(-1).map((one) => one.safe_text), ["person.joined"], "no program spoke");
	assert.deepEqual(await clinician.post(`/staff/conversations/${client.chat}/join`).then((again) => again.presence.id), presence.id, "joining twice is one");
	clientPage.close();
	staffPage.close();
});

test("danger while a person is there: an alert as ever, help at once beside it, and no dialogue talks over the person", async () => {
	const client = await newClient();
	await clinician.post(`/staff/conversations/${client.chat}/join`);
	const before = upstream.requests.length;
	const { reply, conversation } = await say(client, RISK);
	assert.equal(reply.safe_text, "person.help_now");
	assert.ok(reply.text.includes(clinician.me.name) && reply.text.includes("988"), reply.text);
	assert.equal(conversation.state, "held");
	await put(client, "I mean it, tonight I will kill myself.");
	await sleep(200);
	assert.deepEqual(lines(await talk(client)), ["person.joined", "person.help_now"], "said once");
	const alert = (await clinician.get("/staff/alerts?state=open")).items.find((one) => one.conversation_id === client.chat);
	assert.deepEqual([alert.level, alert.events >= 2], [4, true]);
	assert.equal(upstream.requests.length, before);
	await clinician.post(`/staff/conversations/${client.chat}/release`, { reason: "We talked" }, { expect: 409 });
	await clinician.post(`/staff/conversations/${client.chat}/leave`, { reason: "She is with her sister now" });
	const { reply: after } = await say(client, "Are you still there?");
	assert.notEqual(after.role, "assistant", "a hold outlasts the person");
	assert.equal(upstream.requests.length, before);
});

test("handed back with a reason: journalled, and the model answers again", async () => {
	const client = await newClient();
	await clinician.post(`/staff/conversations/${client.chat}/join`);
	await put(client, "Thanks for coming.");
	const refused = await clinician.post(`/staff/conversations/${client.chat}/leave`, { reason: "  " }, { expect: 400 });
	assert.equal(refused.error.code, "reason_required");
	const before = upstream.requests.length;
	assert.equal((await clinician.post(`/staff/conversations/${client.chat}/leave`, { reason: "Agreed on next week" })).presence, null);
	assert.deepEqual(lines(await talk(client)).slice(-1), ["person.left"]);
	assert.equal((await talk(client)).person, null);
	const { reply } = await say(client, "See you.");
	assert.deepEqual([reply.role, upstream.requests.length], ["assistant", before + 1]);
	assert.ok(!JSON.stringify(upstream.requests.at(-1).json).includes("has left the chat"), "a line is no word of the model's");
	assert.ok(JSON.stringify(upstream.requests.at(-1).json).includes("Thanks for coming."), "what was said meanwhile is known");
	const [visit] = (await clinician.get(`/staff/conversations/${client.chat}/people`)).items;
	assert.deepEqual([visit.person.name, visit.how, visit.end, visit.reason, visit.ended_by.name], [clinician.me.name, "joined", "handed_back", "Agreed on next week", clinician.me.name]);
	const compliance = await clinic.staff("compliance");
	const entries = (await compliance.get("/staff/journal?limit=200")).items.filter((entry) => entry.resource === "presence" && entry.resource_id === visit.id);
	assert.deepEqual(entries.filter((entry) => entry.actor === clinician.me.name && entry.action !== "view").map((entry) => entry.reason).sort(), ["conversation.hand_back", "conversation.join"], JSON.stringify(entries));
	assert.ok(!JSON.stringify(entries).includes("Agreed on"), "a reason in words is in the journal");
	await clinician.post(`/staff/conversations/${client.chat}/leave`, { reason: "Again" }, { expect: 409 }).then((body) => assert.equal(body.error.code, "nobody_there"));
});

test("handed over to a named person, who is there only once they accept", async () => {
	const client = await newClient();
	await clinician.post(`/staff/conversations/${client.chat}/join`);
	await supervisor.post(`/staff/conversations/${client.chat}/join`, {}, { expect: 409 }).then((body) => assert.equal(body.error.code, "somebody_there"));
	await clinician.post(`/staff/conversations/${client.chat}/handover`, { to: coach.me.id }, { expect: 400 }).then((body) => assert.equal(body.error.code, "handover_to"));
	const page = supervisor.events();
	await page.open;
	await clinician.post(`/staff/conversations/${client.chat}/handover`, { to: supervisor.me.id });
	await page.wait((e) => e.event === "presence" && e.json.conversation_id === client.chat);
	assert.equal((await presences(supervisor, client.chat)).asked.id, supervisor.me.id);
	assert.equal((await talk(client)).person.name, clinician.me.name, "not before it is accepted");
	await clinician.post(`/staff/conversations/${client.chat}/handover/accept`, {}, { expect: 403 });
	await supervisor.post(`/staff/conversations/${client.chat}/handover/decline`);
	assert.equal((await presences(supervisor, client.chat)).asked, null);
	await supervisor.post(`/staff/conversations/${client.chat}/handover/accept`, {}, { expect: 409 }).then((body) => assert.equal(body.error.code, "nobody_asked"));
	await clinician.post(`/staff/conversations/${client.chat}/handover`, { to: supervisor.me.id });
	await supervisor.post(`/staff/conversations/${client.chat}/handover/accept`);
	const now = await talk(client);
	assert.deepEqual([now.person, lines(now).slice(-1)], [{ name: supervisor.me.name, role: "supervisor" }, ["person.in_place_of"]]);
	assert.ok(now.messages.at(-1).text.includes(clinician.me.name));
	const visits = (await clinician.get(`/staff/conversations/${client.chat}/people`)).items;
	assert.deepEqual(visits.map((one) => [one.person.name, one.how, one.end]), [[supervisor.me.name, "handed_over", null], [clinician.me.name, "joined", "handed_over"]]);
	await clinician.post(`/staff/conversations/${client.chat}/join`, { instead: true });
	assert.equal((await talk(client)).person.name, clinician.me.name, "no rule stands between a clinician and a person in danger");
	page.close();
});

test("a coach: own clients only, and not in a colleague's place", async () => {
	const client = await newClient();
	await coach.post(`/staff/conversations/${client.chat}/join`, {}, { expect: 403 });
	assert.equal((await coach.get("/staff/presence")).items.length, 0);
	await client.post(`/staff/conversations/${client.chat}/join`, {}, { expect: 401 });
});

test("killed and started again: whoever was there is there, and the model stays silent", async () => {
	const client = await newClient();
	await clinician.post(`/staff/conversations/${client.chat}/join`);
	await clinician.post(`/staff/conversations/${client.chat}/handover`, { to: supervisor.me.id });
	await put(client, "Please stay.");
	const before = upstream.requests.length, waiting = (await presences(clinician, client.chat)).waiting_at;
	await clinic.kill();
	await clinic.start();
	const there = await presences(clinician, client.chat);
	assert.deepEqual([there.person.id, there.asked.id, there.waiting_at], [clinician.me.id, supervisor.me.id, waiting]);
	await put(client, "Are you there?");
	await sleep(300);
	assert.equal(upstream.requests.length, before);
	assert.equal((await talk(client)).person.name, clinician.me.name);
});

test("going off duty is leaving; a client who waits is not left waiting", async () => {
	const client = await newClient(), idle = await newClient();
	await supervisor.post(`/staff/conversations/${client.chat}/join`);
	await supervisor.post(`/staff/conversations/${idle.chat}/join`);
	await put(client, "I have something to tell you.");
	await supervisor.post("/staff/duty", { on_duty: false });
	assert.equal(await presences(clinician, client.chat), null);
	assert.deepEqual([lines(await talk(client)).slice(-1), lines(await talk(idle)).slice(-1)], [["person.gone_quiet"], ["person.left"]]);
	const alert = (await clinician.get("/staff/alerts?state=open")).items.find((one) => one.conversation_id === client.chat);
	assert.deepEqual([alert.kind, alert.priority], ["request", 2]);
	await supervisor.post("/staff/duty", { on_duty: true });
});

test("whoever goes quiet is no longer said to be there", async () => {
	const client = await newClient(), idle = await newClient();
	await supervisor.post(`/staff/conversations/${client.chat}/join`);
	await supervisor.post(`/staff/conversations/${idle.chat}/join`);
	await clinic.advance(300);
	await put(client, "Can I ask you something?");
	for (let i = 0; i < 9; i++) await clinic.advance(60);
	assert.equal((await talk(client)).person?.name, supervisor.me.name, "nine minutes are not ten");
	await clinic.advance(62);
	assert.equal((await talk(client)).person, null);
	assert.deepEqual(lines(await talk(client)).slice(-1), ["person.gone_quiet"]);
	assert.ok((await clinician.get("/staff/alerts?state=open")).items.some((one) => one.conversation_id === client.chat && one.kind === "request"));
	assert.equal((await talk(idle)).person?.name, supervisor.me.name, "nothing to answer: half an hour");
	for (let i = 0; i < 15; i++) await clinic.advance(70);
	assert.deepEqual([(await talk(idle)).person, lines(await talk(idle)).slice(-1)], [null, ["person.left"]]);
	const visits = (await clinician.get(`/staff/conversations/${idle.chat}/people`)).items;
	assert.deepEqual([visits[0].end, visits[0].ended_by], ["quiet", null]);
});

test("a reply that was on its way when the person came is not shown further", async () => {
	const client = await newClient();
	let go;
	hold = new Promise((resolve) => (go = resolve));
	await put(client, "Tell me something long.");
	await sleep(300);
	await clinician.post(`/staff/conversations/${client.chat}/join`);
	go();
	hold = null;
	await sleep(500);
	const now = await talk(client);
	assert.ok(!JSON.stringify(now).includes("after the person did"), "the model spoke on");
	assert.ok(lines(now).includes("person.answers"), JSON.stringify(now.messages.slice(-3)));
});

test("in Spanish, the client reads Spanish", async () => {
	const client = await newClient("es");
	await clinician.post(`/staff/conversations/${client.chat}/join`);
	const line = (await talk(client)).messages.at(-1);
	assert.match(line.text, /terapeuta\) está aquí ahora/);
});

test("nothing of it is in the log", () => {
	for (const text of ["Agreed on next week", "with her sister", "Please stay"]) assert.ok(!clinic.log.includes(text));
});
