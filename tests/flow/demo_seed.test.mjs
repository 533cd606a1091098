// demo_seed.test.mjs: the five weeks of `make demo`: told by the ordinary path, believable, and all of it in a journal that verifies.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { binary, Program, Upstream } from "./harness.mjs";

let program, supervisor, alerts, clients;
const day = 86_400_000;

before(async () => {
	program = await Program.start({ seed: "full" });
	supervisor = await program.staff("supervisor");
	alerts = (await supervisor.get("/staff/alerts?state=open,acknowledged,taken,contacted&limit=200")).items;
	clients = (await supervisor.get("/staff/clients?limit=200")).items;
});
after(async () => program.stop());

test("weeks of conversations, none in the future", async () => {
	const active = clients.filter((client) => client.state === "active");
	assert.equal(active.length, 13);
	let messages = 0, replies = 0, staff = 0;
	const languages = new Set();
	for (const client of active) {
		languages.add(client.lang);
		const conversation = await supervisor.get(`/staff/conversations/${client.conversation_id}`);
		for (const message of conversation.messages) {
			assert.ok(new Date(message.created_at).getTime() <= Date.now(), "a message of the future");
			if (message.role === "client") {
				messages++;
				assert.ok(message.verdict, "a client's message without a verdict");
				assert.ok(message.decision.rules.length > 0, "a decision that names no rule");
			}
			if (message.role === "assistant") replies++;
			if (message.role === "staff") staff++;
		}
		assert.ok(client.last_message_at, "a client of the story who never wrote");
	}
	assert.ok(messages >= 50 && replies >= 45 && staff >= 2, `${messages} messages, ${replies} replies, ${staff} by staff`);
	assert.deepEqual([...languages].sort(), ["en", "es"]);
	const first = Math.min(...active.map((client) => new Date(client.created_at).getTime()));
	assert.ok(Date.now() - first > 30 * day, "the story is shorter than it says");
});

test("what stands open is what the text says: one imminent and new, one waiting for contact, one of an hour ago; and who wants no AI waits for a person", () => {
	assert.equal(alerts.length, 4, JSON.stringify(alerts.map((alert) => [alert.priority, alert.state, alert.created_at])));
	const imminent = alerts.filter((alert) => alert.priority === 1);
	assert.equal(imminent.length, 1);
	assert.equal(imminent[0].state, "open");
	assert.equal(imminent[0].missed, false);
	assert.ok(new Date(imminent[0].deadline_at).getTime() > Date.now(), "its clock has run out before anybody could look");
	assert.deepEqual(alerts.map((alert) => alert.state).sort(), ["acknowledged", "open", "open", "open"]);
	const waits = alerts.filter((alert) => alert.priority === 4);
	assert.match(waits[0]?.reason ?? "", /wants no AI/);
});

test("scores over weeks, a plan that is shared, people on their way into care, a rota with a gap ahead", async () => {
	const clinician = await program.staff("clinician"), of = (name) => clients.find((client) => client.pseudonym === name).id;
	const { series, outcome } = await clinician.get(`/staff/clients/${of("Heron")}/measures`);
	const phq = series.find((one) => one.id === "phq-9");
	assert.deepEqual(phq.points.map((point) => point.total), [14, 19, 12, 6]);
	assert.equal(phq.change.is, "better");
	assert.ok(outcome.reliably_recovered, JSON.stringify(outcome));
	assert.equal((await clinician.get(`/staff/clients/${of("Heron")}/safety-plan`)).plan.sections.people.length, 2);
	const board = (await clinician.get("/staff/triage?limit=200")).items;
	assert.equal(board.filter((one) => one.state !== "in_care").length, 5, JSON.stringify(board.map((one) => [one.client.pseudonym, one.priority, one.state])));
	const open = board.filter((one) => one.client.id === of("Linnet"));
	assert.ok(open.length === 1 && !open[0].decided, "the one from the first questions is not undecided");
	const rota = await supervisor.get("/staff/rota");
	assert.equal(rota.shifts.length, 3);
	assert.equal(rota.gaps.length, 1, JSON.stringify(rota.gaps));
});

test("nothing that the story resolved was missed", async () => {
	const done = (await supervisor.get("/staff/alerts?state=resolved&limit=200")).items;
	assert.ok(done.length >= 7, `${done.length} resolved`);
	for (const alert of done) assert.equal(alert.missed, false, `${alert.reason}: a clock was missed`);
});

test("reviews: one waits, the others were approved, edited and rejected", async () => {
	const states = (await supervisor.get("/staff/reviews?limit=200")).items.map((review) => review.state);
	const all = [];
	for (const state of ["pending", "approved", "edited", "rejected"]) for (const review of (await supervisor.get(`/staff/reviews?state=${state}&limit=200`)).items) all.push(review.state);
	assert.ok(states.length > 0);
	assert.deepEqual([...new Set(all)].sort(), ["approved", "edited", "pending", "rejected"]);
	assert.equal(all.filter((state) => state === "pending").length, 1);
	// The person who approves sees all that the model wrote, not its first sentence.
	for (const review of (await supervisor.get("/staff/reviews?state=pending")).items) assert.match(review.original, /[.?!]$/);
});

test("the journal of all of it verifies", async () => {
	const compliance = await program.staff("compliance");
	const file = path.join(program.folder, "export.jsonl");
	fs.writeFileSync(file, await compliance.get("/staff/journal/export"));
	const text = execFileSync(binary, ["audit", "verify", file], { encoding: "utf8" });
	assert.match(text, /verif|intact|ok/i);
});

test("with an upstream, nothing made up is sent to it; who writes later is answered by it", async () => {
	const words = "Thank you for writing. What would you like to look at first?";
	const upstream = await Upstream.start(async (request, reply) => (request.json?.stream ? reply.stream([words]) : reply.plain(words)));
	const other = await Program.start({ seed: "full", upstream: upstream.url });
	try {
		assert.equal(upstream.requests.length, 0);
		const answer = await other.chat({ model: "default", messages: [{ role: "user", content: "Good morning, here I am." }] });
		assert.equal(answer.json.choices[0].message.content, words);
		assert.equal(upstream.requests.length, 1);
	} finally {
		await other.stop();
		await upstream.stop();
	}
});
