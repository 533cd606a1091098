// What a responder finds on the alert in the first minute: what protects, what was before, whether contact is safe, whom to call and where (only with a yes, or
// by breaking the glass with a reason that is kept), the emergency number that works there, playbook and duties in the reader's language; danger to
// somebody else is an alert about that person; and the note for the chart.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Served } from "./served.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
let it, anna, sara, client, alert;
const list = async (session) => (await session.get("/staff/alerts?limit=50")).items;

before(async () => {
	it = await Served.start({ start: "2026-11-30T09:00:00Z", country: "US", people: { anna: "clinician", sara: "supervisor", tom: "coach", cora: "compliance" } });
	anna = await it.sign("anna");
	sara = await it.sign("sara");
	client = await it.client("Heron", { name: "Ada Lovegood", country: "US" });
	await client.post("/client/messages", { text: "My sister is here with me and she helps me. My kids keep me going.", client_message_id: "m0" });
	await client.post("/client/messages", { text: RISK, client_message_id: "m1" });
	[alert] = await list(anna);
});
after(async () => it?.stop());

const minute = (session = anna, query = "", options) => session.get(`/staff/alerts/${alert.id}/first-minute${query}`, options);

test("what protects, the place's number with its source, playbook and duties in the reader's language", async () => {
	const first = await minute();
	assert.ok(first.protective.some((one) => one.concept.startsWith("protective.")), "what keeps the person going is not shown");
	assert.equal(first.emergency.number, "911");
	assert.ok(first.emergency.source && first.emergency.verified_at);
	assert.equal(first.emergency.assumed, true, "nobody asked where the person is");
	assert.equal(first.playbook.id, "suicide_now");
	assert.ok(first.playbook.steps.length >= 5 && first.playbook.review);
	assert.ok(first.duties.every((one) => one.certainty && one.source));
	assert.equal(first.history.alerts, 1, "the first message, put before a person because the client has not agreed to the AI");
	const spanish = await minute(anna, "?lang=es");
	assert.equal(spanish.playbook.id, "suicide_now");
	assert.match(spanish.playbook.title, /vida/);
	assert.deepEqual(spanish.duties.map((one) => one.id), first.duties.map((one) => one.id));
	await minute(await it.sign("tom"), "", { expect: 403 });
	await minute(await it.sign("cora"), "", { expect: 403 });
});

test("flags of contact are set by a clinician and stand on the alert", async () => {
	assert.deepEqual((({ contact_unsafe, shared_device, partner_violence }) => [contact_unsafe, shared_device, partner_violence])((await minute()).safety), [false, false, false]);
	await anna.put(`/staff/clients/${alert.client.id}/contact-safety`, { contact_unsafe: true }, { expect: 400 });
	await anna.put(`/staff/clients/${alert.client.id}/contact-safety`, { contact_unsafe: true, shared_device: true, partner_violence: false });
	const { safety } = await minute();
	assert.deepEqual([safety.contact_unsafe, safety.shared_device, safety.partner_violence], [true, true, false]);
	assert.equal((await anna.get(`/staff/conversations/${alert.conversation_id}`)).client.contact_unsafe, true);
});

test("the glass is broken with a reason, for half an hour, for the one who broke it, and it is kept", async () => {
	assert.equal((await minute()).contact.glass_open, false);
	assert.equal((await anna.post(`/staff/alerts/${alert.id}/break-glass`, {}, { expect: 400 })).error.code, "reason_required");
	await anna.post(`/staff/alerts/${alert.id}/break-glass`, { reason: "short" }, { expect: 400 });
	const opened = await anna.post(`/staff/alerts/${alert.id}/break-glass`, { reason: "No answer to three calls, and the last message says tonight." });
	assert.equal(opened.contact.glass_open, true);
	assert.equal((await minute()).contact.glass_open, true);
	assert.equal((await minute(sara)).contact.glass_open, false, "open for everybody");
	await it.advance(31 * 60);
	assert.equal((await minute()).contact.glass_open, false, "open for ever");
	const entries = (await (await it.sign("cora")).get("/staff/journal?limit=200")).items;
	assert.ok(entries.some((one) => one.resource === "break_glass" && one.reason === "alert.break_glass"), "not in the journal");
	assert.ok(!it.log.includes("three calls"));
});

test("the record of what came of it becomes a note for the chart", async () => {
	alert = await anna.get(`/staff/alerts/${alert.id}`);
	alert = await anna.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	alert = await anna.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "no_answer", note: "Rang at the number of the record." });
	alert = await anna.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "contacted", note: "Spoke for twenty minutes. The sister is with them." });
	alert = await anna.post(`/staff/alerts/${alert.id}/resolve`, { version: alert.version, reason: "safety_plan", note: "Plan gone through, next call tomorrow at ten." });
	const note = await anna.get(`/staff/alerts/${alert.id}/note`);
	for (const part of ["Heron", "Anna", "Rang at the number", "Spoke for twenty minutes", "next call tomorrow at ten", "2026-11-30", "Europe/Madrid", alert.id]) assert.ok(note.text.includes(part), `"${part}" is missing:\n${note.text}`);
	assert.ok(!note.text.includes("kill myself"), "the client's words do not belong in the note");
	assert.ok(!note.text.includes("undefined") && !note.text.includes("{"), note.text);
	const spanish = await anna.get(`/staff/alerts/${alert.id}/note?lang=es`);
	assert.match(spanish.text, /Nota de riesgo/);
	const other = await it.sign("tom");
	await other.get(`/staff/alerts/${alert.id}/note`, { expect: 403 });
	const response = await fetch(`${it.url}/api/v1/staff/alerts/${alert.id}/note.pdf`, { headers: { cookie: [...anna.cookies].map(([n, v]) => `${n}=${v}`).join("; ") } });
	assert.equal(response.status, 200);
	assert.equal(response.headers.get("content-type"), "application/pdf");
	const bytes = Buffer.from(await response.arrayBuffer());
	assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
	assert.ok(bytes.length > 1500 && bytes.subarray(-32).toString("latin1").includes("%%EOF"));
});

test("danger to somebody else helps the helper and is an alert about that person", async () => {
	const other = await it.client("Willow");
	await other.post("/client/messages", { text: "My friend just texted me that she has taken all her pills and she does not answer any more.", client_message_id: "w1" });
	const about = (await list(anna)).find((one) => one.client.pseudonym === "Willow");
	assert.ok(about, "nobody is called");
	assert.equal(about.priority, 1);
	assert.equal(about.about, "other_person");
	alert = about;
	const first = await minute();
	assert.equal(first.playbook.id, "third_party_emergency");
	assert.ok(first.playbook.steps.some((step) => step.id === "helper"));
});
