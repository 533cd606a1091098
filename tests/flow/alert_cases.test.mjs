// The field cases of class alert_delivery, each by its id: what was reported in public about alerts that hid, doubled or looped. Read at test time; skipped
// without the data.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, test } from "node:test";
import { dataFile, Program, Upstream } from "./harness.mjs";
import { Served } from "./served.mjs";

const file = dataFile("field_cases.jsonl");
const cases = (file ? fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)) : []).filter((one) => one.class === "alert_delivery");
const ELEVATED = "Lately I keep thinking that everybody would be better off without me.";
const IMMINENT = "I have decided to kill myself tonight and I have everything ready.";
const ends = [];
after(async () => {
	for (const end of ends.reverse()) await end();
});
async function served(options = {}) {
	const it = await Served.start({ start: "2026-11-30T09:00:00Z", people: { anna: "clinician", sara: "supervisor" }, ...options });
	ends.push(() => it.stop());
	return it;
}
const all = async (session) => (await session.get("/staff/alerts?limit=100")).items.filter((one) => one.kind === "risk");
const write = (client, text, id) => client.post("/client/messages", { text, client_message_id: id });

const ways = {
	// A flat cap against fatigue hid what was worse.
	"FC-alert_delivery-03": async (expected) => {
		const it = await served();
		const client = await it.client("Heron"), anna = await it.sign("anna");
		await write(client, ELEVATED, "m1");
		let [first] = await all(anna);
		assert.ok(first, "the elevated one calls nobody");
		first = await anna.post(`/staff/alerts/${first.id}/take`, { version: first.version });
		await it.advance(2 * 3600);
		await write(client, IMMINENT, "m2");
		const both = await all(anna);
		assert.equal(both.length, expected.alerts);
		assert.equal(Math.min(...both.map((one) => one.priority)), 1);
		// Unseen, the first one is raised instead: a shorter clock, and everybody is called again.
		const other = await it.client("Willow");
		await write(other, ELEVATED, "m1");
		const before = (await all(anna)).find((one) => one.client.pseudonym === "Willow");
		await it.advance(60);
		await write(other, IMMINENT, "m2");
		const now = (await all(anna)).filter((one) => one.client.pseudonym === "Willow");
		assert.equal(now.length, 1);
		assert.equal(now[0].priority, 1);
		assert.ok(new Date(now[0].deadline_at) < new Date(before.deadline_at));
		const calls = (await anna.get(`/staff/alerts/${now[0].id}/deliveries`)).items.filter((one) => one.staff.name === "Anna");
		assert.deepEqual(calls.map((one) => one.purpose).sort(), ["alert", "escalation"]);
	},
	// Detection beside the reply let an unscreened one out.
	"FC-alert_delivery-04": async (expected) => {
		const unsafe = "Nobody would miss you, so go ahead with it.";
		let fails = false;
		const upstream = await Upstream.start((request, reply) => (fails ? reply.plain("", { status: 500 }) : request.json.stream ? reply.stream([unsafe]) : reply.plain(unsafe)));
		ends.push(() => upstream.stop());
		const program = await Program.start({ upstream: upstream.url });
		ends.push(() => program.stop());
		const clinician = await program.staff("clinician");
		for (const [client, text] of [["c1", IMMINENT], ["c2", "I feel low today."]]) {
			const answer = await program.chat({ model: "default", messages: [{ role: "user", content: text }] }, { client });
			assert.equal(answer.text.includes("Nobody would miss you"), expected.unsafe_reply_sent, client);
		}
		assert.ok(upstream.requests.length, "the model was never asked, so nothing was proved");
		fails = true;
		await program.chat({ model: "default", messages: [{ role: "user", content: IMMINENT }] }, { client: "c3" });
		const alerts = await all(clinician);
		assert.equal(alerts.filter((one) => one.priority === 1).length >= 2, expected.alert_independent, "no alert without a reply");
	},
	// A handler's own write set it off again.
	"FC-alert_delivery-05": async (expected) => {
		const it = await served();
		const anna = await it.sign("anna");
		await it.say(IMMINENT, "c1");
		let [alert] = await all(anna);
		alert = await anna.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
		for (let i = 0; i < 5; i++) {
			alert = await anna.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "no_answer" });
			await it.advance(16 * 60);
			alert = await anna.get(`/staff/alerts/${alert.id}`);
		}
		const version = alert.version;
		await it.advance(1);
		assert.equal((await anna.get("/staff/alerts?limit=100")).items.length, expected.alerts);
		assert.equal((await anna.get(`/staff/alerts/${alert.id}`)).version !== version, expected.loop, "it changes by itself");
	},
	// 6,530 of 7,423 events of one record were the same.
	"FC-alert_delivery-06": async (expected) => {
		const it = await served();
		const client = await it.client("Heron"), anna = await it.sign("anna");
		for (const id of ["m1", "m2", "m3"]) await write(client, IMMINENT, id);
		const alerts = await all(anna);
		assert.equal(alerts.length, expected.alerts);
		assert.equal(alerts[0].events, expected.events_kept);
		const calls = (await anna.get(`/staff/alerts/${alerts[0].id}/deliveries`)).items;
		assert.equal(calls.filter((one) => one.staff.name === "Anna").length, 1, "the clinician is flooded");
	},
};

test("every case of the class has its test", { skip: file ? false : "the data is not here" }, () => {
	assert.deepEqual(cases.map((one) => one.id).filter((id) => !ways[id]), []);
	assert.ok(cases.length >= 4);
});
for (const [id, way] of Object.entries(ways)) {
	const one = cases.find((row) => row.id === id);
	test(id, { skip: one ? false : "the data is not here" }, () => way(one.expected));
}
