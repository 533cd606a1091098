// consent.test.mjs: what a client agreed to, in the path: a changed text asks again and old records stay; a withdrawal counts from the next message; a no to
// the AI or to care leads to a person; drafts helped by a program are labelled and need their own yes; who looked; what a client asks of their data.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Clinic, consentOf, copyPacks, say } from "./clinic.mjs";

let clinic, clinician, packs;
before(async () => {
	packs = copyPacks();
	clinic = await Clinic.open({ packs });
	clinician = await clinic.staff("clinician");
});
after(async () => {
	await clinic?.close();
	fs.rmSync(packs, { recursive: true, force: true });
});

const panelOf = (session, by = clinician) => by.get(`/staff/clients/${session.clientId}/consents`);
const alertsOf = async (session) => (await clinician.get("/staff/alerts?state=open&limit=200")).items.filter((one) => one.client.id === session.clientId);

/** A further version of a document, in both languages, before the others. */
function change(kind, version, how, words) {
	for (const lang of ["en", "es"]) {
		const file = path.join(packs, `consents/${kind}.${lang}.yaml`);
		const text = fs.readFileSync(file, "utf8");
		fs.writeFileSync(file, text.replace("versions:\n", `versions:\n  - {version: "${version}", from: 2026-12-01, change: ${how}, title: "AI chat", short: "${words}", full: "${words} {programme}"}\n`));
	}
}

/** A second later: of two rows of one moment only one process knows which came first. */
async function restart() {
	await clinic.advance(1);
	await clinic.stop();
	await clinic.start();
}

test("each kind has its text, version and hash; nothing is agreed to beforehand; a decision keeps what was shown", async () => {
	const client = await clinic.client(clinician, { agree: [] });
	const { items } = await client.get("/client/consents");
	assert.deepEqual(items.map((one) => one.kind), ["care", "ai_chat", "ai_drafting", "data_sharing", "model_training", "sensors", "translation", "recording", "ai_supplementary"]);
	for (const one of items) {
		assert.equal(one.state, "unasked");
		assert.match(one.document.hash, /^[0-9a-f]{64}$/);
		assert.ok(one.document.title && one.document.short && one.document.full);
	}
	assert.deepEqual(items.filter((one) => one.ask === "at_start").map((one) => one.kind), ["care", "ai_chat", "data_sharing", "model_training"]);
	const spanish = (await client.get("/client/consents?lang=es")).items[1].document;
	assert.notEqual(spanish.hash, items[1].document.hash);
	await client.put("/client/consents/ai_chat?lang=es", { state: "given", document_version: "1", document_hash: spanish.hash });
	const [row] = (await panelOf(client)).history;
	assert.deepEqual([row.kind, row.state, row.version, row.hash, row.lang, row.source, row.channel], ["ai_chat", "given", "1", spanish.hash, "es", "app", "screen"]);
	await client.put("/client/consents/ai_chat", { state: "given", document_version: "1", document_hash: "0".repeat(64) }, { expect: 409 });
	await client.put("/client/consents/ai_chat", { state: "given", document_version: "7" }, { expect: 409 });
	await client.put("/client/consents/ai_chat", { state: "perhaps", document_version: "1" }, { expect: 400 });
	await client.put("/client/consents/everything", { state: "given", document_version: "1" }, { expect: 404 });
});

test("withdrawing is as easy as giving and counts from the next message; a person is put in the AI's place", async () => {
	const client = await clinic.client(clinician, {});
	assert.equal((await say(client, "A long day.")).reply.role, "assistant");
	await client.put("/client/consents/ai_chat", { state: "withdrawn", document_version: "1" });
	const { reply } = await say(client, "And a longer evening.");
	assert.equal(reply.safe_text, "consent.ai_missing");
	const [alert] = await alertsOf(client);
	assert.equal(alert.priority, 4);
	assert.match(alert.reason, /wants no AI: a person answers/);
	const talk = await client.get("/client/conversation");
	await clinician.post(`/staff/conversations/${talk.id}/messages`, { text: "I am here. Shall we talk tomorrow at ten?" });
	assert.equal((await client.get("/client/conversation")).messages.at(-1).role, "staff", "care goes on");
	await client.put("/client/consents/ai_chat", { state: "given", document_version: "1" });
	assert.equal((await say(client, "Tomorrow at ten is good.")).reply.role, "assistant");
});

test("who says no to the AI is in danger all the same: the safety dialogue and the alert do not ask", async () => {
	const client = await clinic.client(clinician, { agree: ["care"] });
	await client.put("/client/consents/ai_chat", { state: "refused", document_version: "1" });
	const { reply, conversation } = await say(client, "I am going to kill myself tonight, the letters are written.");
	assert.equal(reply.role, "script");
	assert.equal(conversation.state, "held");
	assert.ok((await alertsOf(client)).some((one) => one.priority === 1));
});

test("a no to care: no program answers, the way to people is shown, somebody of the team is told", async () => {
	const client = await clinic.client(clinician, {});
	await client.put("/client/consents/care", { state: "refused", document_version: "1" });
	const { reply } = await say(client, "I only wanted to look.");
	assert.equal(reply.safe_text, "consent.care_missing");
	assert.match(reply.text, /988/);
	assert.match((await alertsOf(client))[0].reason, /no to care/);
});

test("what a program helped to write needs its own yes, and says so", async () => {
	const client = await clinic.client(clinician, {});
	await say(client, "A long day.");
	const { id } = await client.get("/client/conversation");
	const draft = { text: "That sounds heavy. Shall we talk tomorrow?", ai_assisted: true };
	const refused = await clinician.post(`/staff/conversations/${id}/messages`, draft, { expect: 400 });
	assert.equal(refused.error.code, "consent_required");
	await client.put("/client/consents/ai_drafting", { state: "given", document_version: "1" });
	await clinician.post(`/staff/conversations/${id}/messages`, draft);
	const message = (await client.get("/client/conversation")).messages.at(-1);
	assert.deepEqual([message.role, message.ai_assisted, message.text], ["staff", true, draft.text]);
	await clinician.post(`/staff/conversations/${id}/messages`, { text: "By hand." });
	assert.equal((await client.get("/client/conversation")).messages.at(-1).ai_assisted, false);
});

test("a changed text: optional stays in force, required asks again; an answer to the old text is kept as that; old records stay", async () => {
	const client = await clinic.client(clinician, {});
	const before = (await consentOf(client, "ai_chat")).document;
	change("ai_chat", "2", "optional", "A second text.");
	await restart();
	let one = await consentOf(client, "ai_chat");
	assert.deepEqual([one.state, one.asked_again, one.text_changed, one.decided_version, one.document.version], ["given", false, true, "1", "2"]);
	assert.equal((await say(client, "A long day.")).reply.role, "assistant");
	change("ai_chat", "3", "required", "A third text.");
	await restart();
	one = await consentOf(client, "ai_chat");
	assert.deepEqual([one.state, one.asked_again, one.document.version], ["unasked", true, "3"]);
	assert.equal((await say(client, "A long day.")).reply.safe_text, "consent.ai_missing");
	// A page that still showed the first text: the answer is kept as what it is, and the question stands.
	const late = await client.put("/client/consents/ai_chat", { state: "given", document_version: "1", document_hash: before.hash });
	assert.deepEqual([late.state, late.asked_again, late.decided_version], ["unasked", true, "1"]);
	const now = await client.put("/client/consents/ai_chat", { state: "given", document_version: "3", document_hash: one.document.hash });
	assert.deepEqual([now.state, now.asked_again], ["given", false]);
	assert.equal((await say(client, "A long day.")).reply.role, "assistant");
	const history = (await panelOf(client)).history.filter((row) => row.kind === "ai_chat");
	assert.deepEqual(history.map((row) => [row.version, row.hash]), [["3", one.document.hash], ["1", before.hash], ["1", before.hash]]);
	await client.put("/client/consents/ai_chat", { state: "withdrawn", document_version: "3" });
	assert.equal((await say(client, "A long day.")).reply.safe_text, "consent.ai_missing");
});

test("staff record what was agreed to on paper or by word, with the text it was about", async () => {
	const client = await clinic.client(clinician, {});
	await clinician.post(`/staff/clients/${client.clientId}/consents`, { kind: "recording", state: "given", document_version: "1", channel: "screen" }, { expect: 400 });
	await clinician.post(`/staff/clients/${client.clientId}/consents`, { kind: "recording", state: "given", document_version: "1", channel: "paper", lang: "es" });
	const row = (await panelOf(client)).history.find((each) => each.kind === "recording");
	assert.deepEqual([row.source, row.channel, row.lang], ["staff", "paper", "es"]);
	assert.equal((await consentOf(client, "recording")).state, "given");
});

test("where somebody is now, and whom to call back, can be said or not; staff see it; contact can be declared unsafe", async () => {
	const client = await clinic.client(clinician, {});
	assert.equal((await client.get("/client/place")).asked_at, null);
	const kept = await client.put("/client/place", { here: "GB", whereabouts: "at my sister's in Leeds", callback: "+44 20 7946 0000" });
	assert.deepEqual([kept.emergency, kept.declined], ["999", false]);
	assert.equal((await panelOf(client)).place.whereabouts, "at my sister's in Leeds");
	const declined = await client.put("/client/place", { declined: true });
	assert.deepEqual([declined.emergency, declined.declined, declined.whereabouts, declined.callback], ["911", true, null, null]);
	await client.put("/client/place", { here: "XX-TOOLONG" }, { expect: 400 });
	await client.put("/client/contact", { contact_unsafe: true });
	assert.equal((await panelOf(client)).place.contact_unsafe, true);
	await client.put("/client/contact", {}, { expect: 400 });
});

test("what a client says about themselves for equity: optional, their own words, read by nobody who treats them", async () => {
	const client = await clinic.client(clinician, {});
	const kept = await client.put("/client/demographics", { answers: { gender: "woman", ethnicity: "Quechua" }, declined: ["disability"] });
	assert.deepEqual([kept.answers.gender, kept.answers.disability, kept.declined], ["woman", null, ["disability"]]);
	const changed = await client.put("/client/demographics", { answers: { gender: "woman" }, declined: ["ethnicity"] });
	assert.deepEqual([changed.answers.ethnicity, changed.declined], [null, ["ethnicity"]]);
	assert.ok(!JSON.stringify(await panelOf(client)).includes("woman"));
	assert.ok(!JSON.stringify(await clinician.get(`/staff/clients/${client.clientId}`)).includes("woman"));
	await client.put("/client/demographics", { answers: { area: "x".repeat(201) } }, { expect: 400 });
});

test("who looked is told in plain facts: a person's name and what, not the program's own work", async () => {
	const client = await clinic.client(clinician, {});
	await say(client, "A long day.");
	const { id } = await client.get("/client/conversation");
	await clinician.get(`/staff/conversations/${id}`);
	const { items } = await client.get("/client/access");
	const look = items.find((one) => one.action === "view" && one.what === "message");
	assert.deepEqual([look.name, look.role, look.own], ["The clinician", "clinician", false]);
	assert.ok(items.every((one) => one.role !== "system"));
	const other = await clinic.client(clinician, {});
	assert.ok(!(await other.get("/client/access")).items.some((one) => one.what === "message"), "looks at somebody else");
});

test("erasure: asked by the client, answered by compliance, not under a legal hold; the answer is read by the client", async () => {
	const compliance = await clinic.staff("compliance");
	const client = await clinic.client(clinician, {});
	await say(client, "A long day.");
	const asked = await client.post("/client/requests", { kind: "erasure", note: "I would like all of it gone." }, { expect: 201 });
	assert.equal(asked.state, "open");
	assert.ok(new Date(asked.due_at) - new Date(asked.created_at) <= 30 * 86400_000);
	await client.post("/client/requests", { kind: "erasure" }, { expect: 409 });
	await client.post("/client/requests", { kind: "everything" }, { expect: 400 });
	const [open] = (await compliance.get("/staff/requests")).items.filter((one) => one.id === asked.id);
	assert.deepEqual([open.client.id, open.note], [client.clientId, "I would like all of it gone."]);
	await clinician.get("/staff/requests", { expect: 403 });
	await compliance.call("PUT", `/staff/clients/${client.clientId}/legal-hold`, { legal_hold: true }, { expect: 400 }).then((body) => assert.equal(body.error.code, "reason_required"));
	await compliance.call("PUT", `/staff/clients/${client.clientId}/legal-hold`, { legal_hold: true, reason: "A court asks for it" }).then((panel) => assert.deepEqual([panel.legal_hold, panel.legal_hold_reason], [true, "A court asks for it"]));
	const held = await compliance.post(`/staff/requests/${asked.id}/answer`, { decision: "done", answer: "Erased." }, { expect: 409 });
	assert.equal(held.error.code, "legal_hold");
	await compliance.post(`/staff/clients/${client.clientId}/erase`, { reason: "asked" }, { expect: 409 });
	await compliance.call("PUT", `/staff/clients/${client.clientId}/legal-hold`, { legal_hold: false, reason: "The court is done" });
	await compliance.post(`/staff/requests/${asked.id}/answer`, { decision: "done" }, { expect: 400 });
	const answered = await compliance.post(`/staff/requests/${asked.id}/answer`, { decision: "done", answer: "Your messages and answers were erased. That you were here, and this request, stay for six years by law." });
	assert.equal(answered.state, "done");
	assert.equal(answered.client.state, "erased");
});

test("who leaves has no AI and no care from the next message on; a request can be taken back; a late one is marked", async () => {
	const client = await clinic.client(clinician, {});
	const leaving = await client.post("/client/requests", { kind: "leave" }, { expect: 201 });
	assert.equal((await consentOf(client, "care")).state, "withdrawn");
	assert.equal((await say(client, "Goodbye.")).reply.safe_text, "consent.care_missing");
	assert.equal((await client.post(`/client/requests/${leaving.id}/take-back`)).state, "taken_back");
	const correction = await client.post("/client/requests", { kind: "correction", note: "My name has two n." }, { expect: 201 });
	const other = await clinic.client(clinician, {});
	await other.post(`/client/requests/${correction.id}/take-back`, {}, { expect: 404 });
	await clinic.advance(30 * 86400 + 60);
	const compliance = await clinic.staff("compliance");
	const late = (await compliance.get("/staff/requests")).items.find((one) => one.id === correction.id);
	assert.equal(late.late, true);
});

test("client text is in no log line", () => {
	for (const text of ["letters are written", "Leeds", "Quechua", "all of it gone"]) assert.ok(!clinic.log.includes(text));
});
