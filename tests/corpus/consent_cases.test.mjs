// Field cases of consent, disclosure and crisis resources: faults reported in public about systems like this one, each played through the running program.
// Cases are read by their id from the data file (no text of it is here) and skipped without it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Clinic, consentOf, copyPacks, notices, say } from "../flow/clinic.mjs";
import { dataFile, root } from "../flow/harness.mjs";

const file = dataFile("field_cases.jsonl");
const cases = new Map((file ? fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)) : []).map((one) => [one.id, one]));
const played = new Set();
let clinic, clinician, packs;

before(async () => {
	if (!file) return;
	packs = copyPacks();
	clinic = await Clinic.open({ packs });
	clinician = await clinic.staff("clinician");
});
after(async () => {
	await clinic?.close();
	if (packs) fs.rmSync(packs, { recursive: true, force: true });
});

function fieldCase(id, play) {
	played.add(id);
	test(id, { skip: file ? false : "the data is not here" }, async () => {
		const one = cases.get(id);
		assert.ok(one, "no such case");
		await play(one.expected);
	});
}

/** A further version of the AI chat's document, that asks again or not. */
async function newVersion(version, how) {
	for (const lang of ["en", "es"]) {
		const document = path.join(packs, `consents/ai_chat.${lang}.yaml`);
		fs.writeFileSync(document, fs.readFileSync(document, "utf8").replace("versions:\n", `versions:\n  - {version: "${version}", from: 2026-12-01, change: ${how}, title: T, short: S${version}, full: F}\n`));
	}
	await clinic.advance(1);
	await clinic.stop();
	await clinic.start();
}
const history = async (client) => (await clinician.get(`/staff/clients/${client.clientId}/consents`)).history.filter((row) => row.kind === "ai_chat");

fieldCase("FC-consent_disclosure-01", async (expected) => {
	const client = await clinic.client(clinician, { agree: [] });
	for (const version of ["v4", "v5"]) {
		if (version === "v5") {
			const shown = (await consentOf(client, "ai_chat")).document;
			assert.equal(shown.version, expected.shown);
			await client.put("/client/consents/ai_chat", { state: "given", document_version: shown.version, document_hash: shown.hash });
		}
		await newVersion(version, "required");
	}
	assert.equal((await history(client))[0].version, expected.stored_version);
	assert.equal(expected.re_consent, "by_policy");
	assert.equal((await consentOf(client, "ai_chat")).asked_again, true, "the document says that this change asks again");
});

fieldCase("FC-consent_disclosure-02", async (expected) => {
	const client = await clinic.client(clinician, {});
	const [old] = await history(client);
	await newVersion("v6", "required");
	const now = await consentOf(client, "ai_chat");
	assert.equal(now.asked_again, expected.prompt);
	await client.put("/client/consents/ai_chat", { state: "given", document_version: now.document.version });
	const kept = await history(client);
	assert.equal(kept.some((row) => row.version === old.version && row.hash === old.hash && row.at === old.at), expected.old_record_kept);
	assert.equal(kept.length, 2);
});

fieldCase("FC-consent_disclosure-03", async (expected) => {
	assert.equal(expected.validated_against, "own_version");
	const client = await clinic.client(clinician, { agree: [] });
	const own = (await consentOf(client, "ai_chat")).document;
	await newVersion("v7", "optional");
	const now = (await consentOf(client, "ai_chat")).document;
	await client.put("/client/consents/ai_chat", { state: "given", document_version: own.version, document_hash: now.hash }, { expect: 409 });
	await client.put("/client/consents/ai_chat", { state: "given", document_version: own.version, document_hash: own.hash });
	const [row] = await history(client);
	assert.deepEqual([row.version, row.hash], [own.version, own.hash]);
});

fieldCase("FC-consent_disclosure-04", async (expected) => {
	const client = await clinic.client(clinician, {});
	await client.get("/client/conversation");
	const { id } = await client.get("/client/conversation");
	const send = { text: "A draft that a person has read and changed.", ai_assisted: true };
	const refused = await clinician.post(`/staff/conversations/${id}/messages`, send, { expect: 400 });
	assert.equal(refused.error.code === "consent_required", expected.consent_needed);
	await client.put("/client/consents/ai_drafting", { state: "given", document_version: "1" });
	await clinician.post(`/staff/conversations/${id}/messages`, send);
	assert.equal((await client.get("/client/conversation")).messages.at(-1).ai_assisted, expected.action === "label");
	const words = JSON.parse(fs.readFileSync(path.join(root, "web/client/messages/en/consent.json"), "utf8"));
	assert.match(JSON.stringify(words), new RegExp(expected.label), "the label in the client's app");
});

fieldCase("FC-consent_disclosure-06", async (expected) => {
	const client = await clinic.client(clinician, { year: 2011, place: "US-CA" });
	await client.get("/client/conversation");
	const limit = Number(/\d+/.exec(expected.by)[0]) * 60;
	for (let minute = 0; minute < limit; minute += 15) {
		await say(client, "We talked about school.");
		await clinic.advance(15 * 60);
	}
	const told = notices(await client.get("/client/conversation"));
	assert.equal(told.at(-1).safe_text, "notice.break");
	assert.match(told.at(-1).text, /program.*not a person.*break/s, "both the AI and the break");
	assert.ok(new Date(told.at(-1).created_at) - new Date(told[0].created_at) <= limit * 60_000);
});

fieldCase("FC-crisis_resources-03", async (expected) => {
	// The late answer itself is dropped in the page (tests/browser/consent.test.mjs); an answer says whose it is, so that it can be.
	const [late, now] = await Promise.all(["US", expected.shown_country].map((country) => clinic.session().get(`/help?country=${country}&lang=en`)));
	assert.equal(late.country, "US");
	assert.equal(now.country, expected.shown_country);
	const client = await clinic.client(clinician, {});
	await client.put("/client/place", { here: expected.shown_country });
	const { reply } = await say(client, "I want to kill myself tonight.");
	assert.ok(!late.lines.filter((line) => line.audience === "general").some((line) => line.value.length > 2 && reply.text.includes(line.value)), "a line of the other country");
	assert.ok(now.lines.some((line) => reply.text.includes(line.value)));
});

fieldCase("FC-crisis_resources-04", async (expected) => {
	assert.equal(expected.switch_without_release, true);
	const client = await clinic.client(clinician, {});
	const short = (await clinician.get("/staff/helplines?country=US")).items.filter((line) => /^\d{3}$/.test(line.value));
	assert.ok(short.length >= 1);
	for (const line of short) {
		await clinician.put(`/staff/helplines/${line.id}`, { down: true }, { expect: 400 });
		await clinician.put(`/staff/helplines/${line.id}`, { down: true, note: "The carrier reports an outage of three-digit numbers." });
	}
	const help = await clinic.session().get("/help?country=US&lang=en");
	assert.ok(!help.lines.some((line) => short.some((gone) => gone.value === line.value && line.channel === "call")));
	assert.ok(help.lines.some((line) => line.value.replace(/\D/g, "").length >= 10), "no full number is left");
	const { reply } = await say(client, "I want to kill myself tonight.");
	assert.doesNotMatch(reply.text, /(call|text) 988\b/); // its full number carries the name of the line
	assert.match(reply.text, /\d-\d{3}-\d{3}-\d{4}|\d{10}/, `${expected.fallback} in the message`);
	await clinic.kill();
	await clinic.start();
	clinician = await clinic.staff("clinician");
	assert.ok((await clinician.get("/staff/helplines?country=US")).items.some((line) => line.down), "forgotten by a restart");
	for (const line of short) await clinician.put(`/staff/helplines/${line.id}`, { down: false, note: "Works again." });
	assert.ok((await clinic.session().get("/help?country=US&lang=en")).lines.some((line) => line.value === short[0].value));
});

fieldCase("FC-crisis_resources-05", async (expected) => {
	assert.equal(expected.numbers, "reachable_from_abroad");
	const client = await clinic.client(clinician, { country: "DE" });
	const home = await clinic.session().get("/help?country=DE&lang=en");
	await client.put("/client/place", { here: "FR" });
	const { reply } = await say(client, "I want to kill myself tonight.");
	assert.ok(!home.lines.filter((line) => line.value.startsWith("0800")).some((line) => reply.text.includes(line.value)), "a toll-free number of the country at home");
	const there = await clinic.session().get("/help?country=FR&lang=en");
	assert.ok(there.lines.some((line) => reply.text.includes(line.value)));
});

fieldCase("FC-crisis_resources-06", async (expected) => {
	assert.equal(expected.single_source, true);
	const { items, check_days } = await clinician.get("/staff/helplines?country=US");
	assert.equal(check_days, expected.max_age_days);
	for (const line of items) assert.equal(line.check_due, (clinic.now * 1000 - Date.parse(line.verified_at)) / 86400_000 > check_days + 1 || line.check_due, line.id);
	assert.ok(items.some((line) => line.check_due), "nothing here is ever due, though months have passed on the test clock");
	// The numbers that the page shows when no directory can be reached are the packs'.
	const page = fs.readFileSync(path.join(root, "web/client/help.ts"), "utf8");
	const kept = Object.fromEntries([...page.matchAll(/\b([A-Z]{2}): '(\d+)'/g)].map(([, country, number]) => [country, number]));
	for (const name of fs.readdirSync(path.join(root, "packs/helplines"))) {
		const text = fs.readFileSync(path.join(root, "packs/helplines", name), "utf8");
		const country = /^country: "?([A-Z]{2})/m.exec(text)?.[1], number = /^emergency: \{number: "?(\d+)/m.exec(text)?.[1];
		if (country && number) assert.equal(kept[country], number, country);
	}
	// No text of the program names a line or a number by itself.
	for (const name of fs.readdirSync(path.join(root, "packs/messages"))) assert.doesNotMatch(fs.readFileSync(path.join(root, "packs/messages", name), "utf8"), /\b988\b|Samaritans|\b116 ?123\b|Lifeline/, name);
});

fieldCase("FC-crisis_resources-08", async (expected) => {
	assert.equal(expected.numbers, "audience_match");
	const client = await clinic.client(clinician, { year: 2010 });
	const { reply } = await say(client, "I want to kill myself tonight.");
	const special = (await clinician.get("/staff/helplines?country=US")).items.filter((line) => line.audience !== "general");
	assert.ok(special.length > 0);
	for (const line of special) assert.ok(!reply.text.includes(line.name), line.name);
});

test("every case of the two classes is played", { skip: file ? false : "the data is not here" }, () => {
	const ours = [...cases.values()].filter((one) => one.class === "consent_disclosure" || one.class === "crisis_resources").map((one) => one.id);
	assert.deepEqual([...played].sort(), ours.sort());
});
