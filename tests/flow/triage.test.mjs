// From the first conversation to care, on a test clock: intake (resumed on the way) -> recommendation -> a person decides, against it, with a reason -> clocks that run out and
// call a person, also across kill -9 -> appointment, care, second contact -> referral out, its receipt and the task when none comes -> measures. And: risk in an answer is an
// alert before it is anything else; more risk while waiting moves somebody up; nothing moves without a person.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually, Program, Session, turnClock } from "./harness.mjs";

const hour = 3600, day = 24 * hour;
let program, clinician, supervisor, start;

const options = { env: { HEEDWELL_TEST_CLOCK: "2026-11-30T09:00:00Z" } };
before(async () => {
	program = await Program.start(options);
	clinician = await program.staff("clinician");
	supervisor = await program.staff("supervisor");
	start = await now();
});
after(async () => program?.stop());

const advance = (seconds) => turnClock(program.url, seconds);
const now = () => advance(0);
const iso = (ms) => new Date(ms).toISOString();

/** Somebody new, in the app. */
let made = 0;
async function newClient() {
	const { invite_url } = await clinician.post("/staff/clients", { pseudonym: `Fern ${++made}`, birth_year: 1988, lang: "en", country: "US" });
	const session = new Session(program, "/api/v1");
	await session.post(`/invites/${invite_url.split("/invite/")[1]}/accept`, { second_fact: "1988", lang: "en" });
	return session;
}

let sent = 0;
const plain = { life: "no", life_recent: "no", hurt_self: "no", safe_place: "yes", hurt_others: "no", senses: "no", energy: "no", substances: "no", since: "months", daily: "some", tried: "no", goal: "better", language: "en" };

async function answer(client, view, given) {
	const step = view.intake.steps.at(-1);
	assert.equal(step.id, view.intake.step);
	const value = given[step.id];
	const body = value && typeof value === "object" ? value
		: step.ask === "choice" ? { choice: value ?? plain[step.id] }
		: step.ask === "choices" ? { choices: value ? [value] : [step.choices[0].id] }
		: step.ask === "text" ? (value ? { text: value } : step.optional ? { skipped: true } : { text: "I would like to sleep and to like my work again." })
		: { skipped: true };
	return client.post("/client/intake/answer", { step: step.id, version: view.intake.version, client_message_id: `t-${++sent}`, answer: body });
}

/** Walks through all questions. */
async function walk(client, given = {}, upTo) {
	let view = await client.post("/client/intake", {});
	const said = [];
	while (view.intake.step && view.intake.step !== upTo) {
		view = await answer(client, view, given);
		if (view.said) said.push(view.said);
	}
	return { view, said };
}

const board = async (query = "", who = clinician) => (await who.get("/staff/triage?limit=200" + query)).items;
const mine = async (session) => (await session.get("/client/session")).person.id;
const rowOf = async (id) => (await board()).find((row) => row.client.id === id);
const alerts = async (id, kind) => (await clinician.get("/staff/alerts?limit=200")).items.filter((one) => one.client.id === id && one.kind === kind);

let quiet, quietId, row;

test("an intake is begun once, left, and gone on with; a stale page is told so", async () => {
	quiet = await newClient();
	quietId = await mine(quiet);
	assert.equal((await quiet.get("/client/intake")).intake.state, null);
	await quiet.post("/client/intake/answer", { step: "brings_you", version: 1, client_message_id: "x", answer: { text: "x" } }, { expect: 409 });
	let { view } = await walk(quiet, {}, "life");
	const again = await quiet.post("/client/intake", {});
	assert.deepEqual(again.intake, view.intake);
	assert.ok(view.intake.done >= 3 && view.intake.all > view.intake.done);
	assert.equal(view.intake.steps.find((step) => step.id === "brings_you").answer.text, "I would like to sleep and to like my work again.");
	assert.deepEqual(view.intake.steps.filter((step) => step.ask === "instrument").map((step) => step.instrument), ["phq-9", "gad-7"]);
	assert.deepEqual((await quiet.get("/client/questionnaires")).waiting.map((task) => task.instrument).sort(), ["gad-7", "phq-9"]);
	const body = { step: "life", client_message_id: "stale-1", answer: { choice: "no" } };
	await quiet.post("/client/intake/answer", { ...body, version: view.intake.version - 1 }, { expect: 409 });
	await quiet.post("/client/intake/answer", { ...body, version: view.intake.version, answer: { choice: "nonsense" } }, { expect: 400 });
	await quiet.post("/client/intake/answer", { ...body, version: view.intake.version, step: "life_plan" }, { expect: 400 });
	await quiet.post("/client/intake/answer", { ...body, version: view.intake.version, client_message_id: "y".repeat(65) }, { expect: 400 });
	const refused = await quiet.call("POST", "/client/intake/finish", {}, { expect: 409 });
	assert.equal(refused.error.code, "not_finished");
	// In Spanish midway: the answers are the same.
	const spanish = await quiet.get("/client/intake?lang=es");
	assert.equal(spanish.intake.lang, "es");
	assert.match(spanish.intake.steps[0].text, /ayud/);
});

test("what was written is a message like any other, and says nothing more to the client than that it is kept", async () => {
	const conversation = await quiet.get("/client/conversation");
	assert.deepEqual(conversation.messages.map((message) => message.role).sort(), ["client", "script"]); // the test clock stands: both have one time
	assert.ok(conversation.messages.every((message) => !message.ai));
	assert.match(conversation.messages.find((message) => message.role === "client").text, /sleep/);
	assert.match(conversation.messages.find((message) => message.role === "script").text, /kept what you wrote/);
	program.assertNotLogged("like my work again");
});

test("the end makes a referral: recommended, undecided, with a clock; the client is told the truth", async () => {
	const { view } = await walk(quiet);
	assert.equal(view.intake.step, null);
	assert.equal(view.path, null, "somebody is on the way before they have finished");
	const done = await quiet.post("/client/intake/finish", {});
	assert.equal(done.intake.state, "completed");
	assert.equal(done.path.state, "received");
	assert.equal(done.path.next_contact_at, null, "nobody has promised anything");
	assert.equal(done.path.late, false);
	assert.deepEqual((await quiet.post("/client/intake/finish", {})).intake, done.intake, "finished twice");
	row = await rowOf(quietId);
	assert.equal(row.state, "received");
	assert.equal(row.undecided, true);
	assert.equal(row.decided, null);
	assert.deepEqual(row.recommended, { priority: "E", step: 2 });
	assert.equal(new Date(row.respond_by) - new Date(row.received_at), 28 * day * 1000);
	const detail = await clinician.get(`/staff/triage/${row.id}`);
	assert.deepEqual(detail.reasons.map((reason) => reason.id), ["not_measured"]);
	assert.match(detail.reasons[0].text, /questionnaire/);
	assert.equal(detail.reasons[0].certainty, "K");
	assert.match(detail.priority_reason, /questionnaire/);
	assert.equal(detail.intake.answers[0].answer, "I would like to sleep and to like my work again.");
	assert.equal(detail.guided, true);
	assert.match((await clinician.get(`/staff/triage/${row.id}?lang=es`)).reasons[0].text, /cuestionario/);
	assert.equal((await alerts(quietId, "risk")).length, 0);
});

test("a person confirms or overrides; against the recommendation only with a reason; stale decisions are refused", async () => {
	const decide = (body, expect) => clinician.post(`/staff/triage/${row.id}/decide`, { version: row.version, ...body }, { expect });
	await decide({ priority: "D", step: 3, to: "waiting", reason: "  " }, 400);
	await decide({ priority: "H", step: 3, to: "waiting", reason: "x" }, 400);
	await decide({ priority: "D", step: 9, to: "waiting", reason: "x" }, 400);
	await decide({ priority: "D", step: 3, to: "in_care", reason: "x" }, 400);
	await decide({ version: row.version + 7, priority: "E", step: 2, to: "waiting" }, 409);
	await clinician.post(`/staff/triage/${row.id}/start`, { version: row.version }, { expect: 409 }); // not decided
	row = await decide({ priority: "D", step: 3, to: "waiting", reason: "Sleeps two hours, works at heights." }, 200);
	assert.equal(row.state, "waiting");
	assert.deepEqual(row.decided, { priority: "D", step: 3 });
	assert.equal(row.priority, "D");
	assert.equal(row.undecided, false);
	assert.ok(row.decided_by);
	const detail = await clinician.get(`/staff/triage/${row.id}`);
	assert.match(detail.override_reason, /heights/);
	assert.deepEqual(detail.against, { priority: "E", step: 2 });
});

test("a contact that was promised and did not come is marked, a person is called, and the client reads it; also across kill -9", async () => {
	const promised = (await now()) + 2 * hour * 1000;
	await clinician.post(`/staff/triage/${row.id}/promise`, { version: row.version, at: "yesterday" }, { expect: 400 });
	await clinician.post(`/staff/triage/${row.id}/promise`, { version: row.version, at: iso(start - 1000) }, { expect: 400 });
	row = await clinician.post(`/staff/triage/${row.id}/promise`, { version: row.version, at: iso(promised) });
	assert.equal((await quiet.get("/client/intake")).path.next_contact_at, row.next_contact_at);
	await advance(hour);
	assert.deepEqual((await rowOf(quietId)).breaches, []);
	await program.kill();
	program.options.env.HEEDWELL_TEST_CLOCK = iso(promised + 60_000);
	await program.run();
	clinician = await program.staff("clinician");
	supervisor = await program.staff("supervisor");
	row = await eventually(async () => {
		const found = await rowOf(quietId);
		return found.breached && found;
	}, "the mark");
	assert.deepEqual(row.breaches, ["contact"]);
	assert.equal(row.state, "waiting", "a clock moved somebody");
	const [call] = await alerts(quietId, "review");
	assert.match(call.reason, /promised/);
	assert.equal((await quiet.get("/client/intake")).path.missed, true);
	row = await clinician.post(`/staff/triage/${row.id}/contact`, { version: row.version });
	assert.equal(row.breached, false);
	assert.equal(row.breach_count, 1);
	assert.equal((await quiet.get("/client/intake")).path.missed, false);
});

let urgent, urgentId;

test("risk in an answer: the alert comes first, approved words answer, the closer question is asked, and it leads the board", async () => {
	urgent = await newClient();
	urgentId = await mine(urgent);
	let { view } = await walk(urgent, {}, "life");
	view = await answer(urgent, view, { life: "not_say" });
	assert.equal(view.intake.step, "life_plan", "an open answer did not ask the next question");
	assert.ok(view.said, "an open answer about risk was passed over in silence");
	assert.equal(view.intake.level, 2);
	let [call] = await alerts(urgentId, "risk");
	assert.equal(call.level, 2, "an open answer told nobody");
	view = await answer(urgent, view, { life_plan: "yes" });
	assert.equal(view.intake.level, 4);
	assert.match(view.said, /112|911|988|emergency|call/i);
	call = (await alerts(urgentId, "risk")).find((one) => one.level === 4);
	assert.equal(call.priority, 1);
	assert.ok(call.concepts.includes("suicide.plan"));
	const conversation = await clinician.get(`/staff/conversations/${call.conversation_id}`);
	assert.equal(conversation.conversation.state, "held", "the model may still speak");
	const found = conversation.messages.flatMap((message) => message.verdict?.findings ?? []).find((finding) => finding.concept === "suicide.plan" && finding.phrase?.startsWith("intake."));
	assert.equal(found.level, 4);
	// Taken back: asked again on the page, but never forgotten.
	const first = view.intake.steps.find((step) => step.id === "life");
	assert.equal(first.answer.choice, "not_say");
	view = await urgent.post("/client/intake/answer", { step: "life", version: view.intake.version, client_message_id: "back-1", answer: { choice: "no" } });
	assert.ok(!view.intake.steps.some((step) => step.id === "life_plan"));
	({ view } = await walk(urgent));
	await urgent.post("/client/intake/finish", {});
	const rows = await board();
	assert.equal(rows[0].client.id, urgentId, "not first on the board");
	assert.deepEqual(rows[0].recommended, { priority: "B", step: 4 });
	assert.equal(new Date(rows[0].respond_by) - new Date(rows[0].received_at), 4 * hour * 1000);
	const detail = await clinician.get(`/staff/triage/${rows[0].id}`);
	assert.equal(detail.guided, false);
	assert.ok(detail.inputs.marks.some((mark) => mark.id === "suicide_plan" && mark.level === 4));
});

test("words of risk in a written answer are an alert like any message", async () => {
	const client = await newClient();
	const id = await mine(client);
	let view = await client.post("/client/intake", {});
	view = await answer(client, view, { brings_you: "I have the pills ready and I am going to kill myself tonight." });
	assert.equal(view.intake.level, 4);
	assert.ok(view.said);
	assert.ok((await alerts(id, "risk")).some((one) => one.level === 4));
	program.assertNotLogged("pills ready");
});

test("nobody decides in time: marked, a person of the highest priority is called, and the client reads that it is late", async () => {
	await advance(4 * hour + 60);
	const found = await eventually(async () => {
		const one = await rowOf(urgentId);
		return one.breaches.includes("respond") && one;
	}, "the mark");
	assert.equal(found.state, "received");
	assert.ok((await alerts(urgentId, "review")).some((one) => one.priority === 1 && /nobody has decided/.test(one.reason)));
	const view = await urgent.get("/client/intake");
	assert.equal(view.path.late, true);
	// Lowering what was urgent needs a reason, acts, and a second person is asked.
	const lowered = await clinician.post(`/staff/triage/${found.id}/decide`, { version: found.version, priority: "D", step: 3, to: "assess", reason: "Spoke for an hour; safe with her sister, plan made." });
	assert.equal(lowered.priority, "D");
	assert.equal(lowered.breached, false);
	assert.ok((await alerts(urgentId, "review")).some((one) => /second person/.test(one.reason)));
});

test("more risk while somebody waits: before a decision it moves up, after one a person is told", async () => {
	const client = await newClient();
	const id = await mine(client);
	await walk(client);
	await client.post("/client/intake/finish", {});
	assert.equal((await rowOf(id)).priority, "E");
	await client.post("/client/messages", { text: "I want to kill myself. I cannot stop thinking about it.", client_message_id: "wait-1" });
	const moved = await eventually(async () => {
		const one = await rowOf(id);
		return one.priority !== "E" && one;
	}, "moved up");
	assert.ok(moved.priority <= "C", moved.priority);
	assert.equal(moved.undecided, true);
	assert.ok(new Date(moved.respond_by) - (await now()) <= 24 * hour * 1000);
	const decided = await clinician.post(`/staff/triage/${moved.id}/decide`, { version: moved.version, priority: "D", step: 3, to: "waiting", reason: "Seen today." });
	await client.post("/client/messages", { text: "I have written my goodbye letters and I will do it tonight.", client_message_id: "wait-2" });
	await eventually(async () => (await alerts(id, "review")).some((one) => /more urgent/.test(one.reason)) || (await rowOf(id)).recommended.priority === "B", "told");
	assert.deepEqual((await rowOf(id)).decided, decided.decided, "the program changed a decision");
});

test("a member of staff makes a referral; priority and reason are needed; there is one at a time", async () => {
	const { client } = await clinician.post("/staff/clients", { pseudonym: "Thistle", birth_year: 1988, lang: "en", country: "US" });
	const make = (body, expect) => clinician.post(`/staff/clients/${client.id}/referral`, body, { expect });
	await make({ source: "gp", step: 2, reason: "Letter" }, 400);
	await make({ source: "gp", priority: "E", step: 2, reason: " " }, 400);
	await make({ source: "nobody", priority: "E", step: 2, reason: "Letter" }, 400);
	const made = await make({ source: "gp", priority: "E", step: 2, reason: "Letter from the doctor" }, 200);
	assert.equal(made.source, "gp");
	assert.equal(made.state, "waiting");
	await new Promise((resolve) => setTimeout(resolve, 300));
	assert.equal((await alerts(client.id, "review")).length, 0, "what is not known about somebody called a person");
	await make({ source: "gp", priority: "E", step: 2, reason: "Letter again" }, 409);
});

test("a questionnaire answered in or after the conversation counts: what was not measured becomes a step with its reason", async () => {
	const client = await newClient();
	const id = await mine(client);
	await client.post("/client/intake", {});
	const fill = async (instrument, value) => {
		const task = (await client.get("/client/questionnaires")).waiting.find((one) => one.instrument === instrument);
		const { response, form } = await client.post(`/client/questionnaires/${task.id}/open`, {});
		for (const one of form.questions) await client.put(`/client/responses/${response.id}/answers/${one.id}`, { submission: `q-${++sent}`, value: one.id === "q9" ? 0 : value });
		await client.post(`/client/responses/${response.id}/submit`, {});
	};
	await fill("gad-7", 1);
	await walk(client);
	await client.post("/client/intake/finish", {});
	const first = await rowOf(id);
	assert.deepEqual(first.recommended, { priority: "E", step: 2 });
	await fill("phq-9", 2);
	const later = await eventually(async () => {
		const one = await rowOf(id);
		return one.recommended.step === 3 && one;
	}, "looked at again");
	const detail = await clinician.get(`/staff/triage/${later.id}`);
	assert.deepEqual(detail.inputs.scores, { "gad-7": 7, "phq-9": 16 });
	assert.ok(detail.reasons.some((reason) => reason.id === "phq9_15"));
	assert.equal(later.undecided, true);
});

test("filters, pages by key in one order, and bad questions", async () => {
	const all = await board();
	const paged = [];
	for (let next = ""; next !== null; ) {
		const page = await clinician.get(`/staff/triage?limit=2${next ? `&after=${encodeURIComponent(next)}` : ""}`);
		paged.push(...page.items.map((one) => one.id));
		next = page.next;
	}
	assert.deepEqual(paged, all.map((one) => one.id));
	const order = all.map((one) => one.priority);
	assert.deepEqual(order, [...order].sort());
	assert.ok((await board("&only=undecided")).every((one) => one.undecided));
	assert.ok((await board("&priority=D")).every((one) => one.priority === "D"));
	assert.ok((await board("&state=assess")).every((one) => one.state === "assess"));
	for (const bad of ["priority=Z", "only=x", "state=nowhere", "language=x", `search=${"x".repeat(201)}`, "state=assess&priority=Z"]) await clinician.get(`/staff/triage?${bad}`, { expect: 400 });
});

test("filters together: whatever is asked for, the rows of all that match, in the board's order, page after page", async () => {
	const spanish = await clinician.post("/staff/clients", { pseudonym: "Jara Nueva", birth_year: 1988, lang: "es", country: "ES" });
	await clinician.post(`/staff/clients/${spanish.client.id}/referral`, { source: "gp", priority: "D", step: 2, reason: "Carta" });
	const all = await board(), langs = new Map();
	for (const one of all) langs.set(one.client.id, (await clinician.get(`/staff/clients/${one.client.id}`)).lang);
	const words = all[0].client.pseudonym;
	let matched = 0;
	for (const state of ["", "received", "waiting"])
		for (const priority of ["", "D", "E"])
			for (const only of ["", "undecided", "breached"])
				for (const language of ["", "es", "en"])
					for (const search of ["", "jar nue", words]) {
						const holds = (one) => (!state || one.state === state) && (!priority || one.priority === priority) && (!only || one[only]) && (!language || langs.get(one.client.id) === language) &&
							(!search || search.toLowerCase().split(" ").every((word) => one.client.pseudonym.toLowerCase().split(" ").some((part) => part.startsWith(word))));
						const query = Object.entries({ state, priority, only, language, search }).filter(([, value]) => value).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
						const found = [];
						for (let next = ""; next !== null; ) {
							const page = await clinician.get(`/staff/triage?limit=2&${query}${next ? `&after=${encodeURIComponent(next)}` : ""}`);
							found.push(...page.items.map((one) => one.id));
							next = page.next;
						}
						const expected = all.filter(holds).map((one) => one.id);
						assert.deepEqual(found, expected, query);
						matched += expected.length;
					}
	assert.ok(matched > 20);
	// Who was only passed over was not looked at: the journal has no line of it.
	const before = (await supervisor.get("/staff/journal?limit=1")).items[0]?.index ?? 0;
	await clinician.get("/staff/triage?search=jara&language=es");
	const lines = (await supervisor.get("/staff/journal?limit=50")).items.filter((line) => line.index > before && line.action === "view");
	assert.ok(lines.length <= 2, JSON.stringify(lines));
});

test("an appointment, care, and the second contact that is too long in coming", async () => {
	row = await clinician.post(`/staff/triage/${row.id}/offer`, { version: row.version, at: iso((await now()) + 3 * day * 1000) });
	assert.equal(row.state, "offered");
	assert.ok(row.appointment_at);
	assert.equal((await quiet.get("/client/intake")).path.appointment_at, row.appointment_at);
	row = await clinician.post(`/staff/triage/${row.id}/start`, { version: row.version });
	assert.equal(row.state, "in_care");
	await advance(91 * day);
	clinician = await program.staff("clinician"); // sessions do not live that long
	row = await eventually(async () => {
		const found = await rowOf(quietId);
		return found.breaches.includes("second") && found;
	}, "the mark of the second contact");
	assert.deepEqual(row.breaches, ["second"], "an appointment that took place was marked, or the start of care");
	row = await clinician.post(`/staff/triage/${row.id}/contact`, { version: row.version });
	assert.ok(row.second_contact_at);
	assert.equal(row.breached, false);
});

test("referred out: to whom, when; a task when nobody confirms; then the receipt", async () => {
	await clinician.post(`/staff/triage/${row.id}/receipt`, { version: row.version }, { expect: 409 });
	await clinician.post(`/staff/triage/${row.id}/refer-out`, { version: row.version, text: "", reason: "x" }, { expect: 400 });
	row = await clinician.post(`/staff/triage/${row.id}/refer-out`, { version: row.version, text: "Sleep clinic of the city hospital", reason: "Sleep study; letter sent by post." });
	assert.equal(row.state, "referred_out");
	assert.equal((await clinician.get(`/staff/triage/${row.id}`)).out_to, "Sleep clinic of the city hospital");
	await advance(13 * day);
	clinician = await program.staff("clinician");
	assert.deepEqual((await rowOf(quietId)).breaches, []);
	await advance(day + 60);
	clinician = await program.staff("clinician");
	row = await eventually(async () => {
		const found = await rowOf(quietId);
		return found.breaches.includes("receipt") && found;
	}, "the task");
	assert.ok((await alerts(quietId, "review")).some((one) => /confirmed/.test(one.reason)));
	row = await clinician.post(`/staff/triage/${row.id}/receipt`, { version: row.version, reason: "They have it; first date in March." });
	assert.ok(row.out_received_at);
	assert.equal(row.breached, false);
	await clinician.post(`/staff/triage/${row.id}/close`, { version: row.version, reason: "" }, { expect: 400 });
	row = await clinician.post(`/staff/triage/${row.id}/close`, { version: row.version, reason: "With the sleep clinic." });
	assert.equal(row.state, "closed");
	assert.equal(await rowOf(quietId), undefined);
	assert.equal((await board("&state=closed")).length, 1);
	await clinician.post(`/staff/triage/${row.id}/contact`, { version: row.version }, { expect: 409 });
});

test("measures with their denominators", async () => {
	supervisor = await program.staff("supervisor");
	const measures = await supervisor.get("/staff/triage/measures?days=366");
	assert.equal(measures.capped, false);
	assert.ok(measures.received >= 4, JSON.stringify(measures));
	assert.equal(measures.agreed_priority.of, measures.decided_more_urgent.count + measures.decided_less_urgent.count + measures.agreed_priority.count);
	assert.equal(measures.decided_more_urgent.count, 1);
	assert.equal(measures.decided_less_urgent.count, 2);
	assert.deepEqual(measures.out_confirmed, { count: 1, of: 1 });
	assert.ok(measures.time_to_decision_minutes.median >= 0);
	assert.ok(measures.with_breach.count >= 2);
	await supervisor.get("/staff/triage/measures?days=9999", { expect: 400 });
	const rules = await supervisor.get("/staff/triage/rules");
	assert.equal(rules.priorities.length, 7);
	assert.ok(rules.priorities.every((one) => ["V", "K", "!"].includes(one.certainty) && one.source));
});
