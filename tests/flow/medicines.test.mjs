// medicines.test.mjs: what the team was told about medicines: noted, changed, stopped, put right when it was entered in error, nothing lost on the way; names that the packs
// know; days of the client's calendar; who may write and read; the client's own look, export and erasure; marks on the charts; guarded by version, journalled, over kill -9.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "./harness.mjs";
import { Served } from "./served.mjs";

let program, clinician, supervisor, coach, client, id;

before(async () => {
	program = await Program.start();
	[clinician, supervisor, coach] = [await program.staff("clinician"), await program.staff("supervisor"), await program.staff("coach")];
	client = await program.client();
	id = (await client.get("/client/session")).person.id;
});
after(async () => program?.stop());

const where = (who = id) => `/staff/clients/${who}/medications`;
const start = (more = {}, options, by = clinician) => by.post(where(), { name: "Sertraline", dose: "50 mg", frequency: "once, in the morning", told_by: "client", day: "2026-03-02", ...more }, options);
const act = (entry, verb, body, options) => clinician.post(`${where()}/${entry.id}/${verb}`, { version: entry.version, ...body }, options);
const named = (list, name) => list.items.find((one) => (one.now ?? one.entries[0]).name === name);
const list = () => clinician.get(where());

test("nothing at first; noted with who told it, since when, and by whom it was written down; the packs know its name", async () => {
	const none = await list();
	assert.deepEqual(none.items, []);
	assert.match(none.today, /^\d{4}-\d\d-\d\d$/);
	const made = await start({ reason: "Low mood", note: "Letter follows" }, { expect: 201 });
	const [{ now, entries, state }] = made.items;
	assert.equal(state, "active");
	assert.equal(entries.length, 1);
	assert.deepEqual([now.kind, now.name, now.recognised, now.dose, now.frequency, now.day, now.told_by, now.reason, now.note], ["started", "Sertraline", "sertraline", "50 mg", "once, in the morning", "2026-03-02", "client", "Low mood", "Letter follows"]);
	assert.equal(now.recorded_by, (await clinician.get("/staff/session")).person.name);
});

test("brands and other languages are known, what is not a medicine's name stays as it was told, two in one line are left to people", async () => {
	for (const [name, dose, known] of [["Zoloft", "", "sertraline"], ["Lexapro 10", "", "escitalopram"], ["Fluoxetina", "20 mg", "fluoxetine"], ["Herbal tea from the market", "", null], ["an antidepressant", "", null], ["sertraline and lithium", "", null], ["Exodus", "10 mg", "escitalopram"]]) {
		const made = await start({ name, dose, day: "" }, { expect: 201 });
		const entry = made.items.map((one) => one.now).find((one) => one.name === name && (one.dose ?? "") === dose);
		assert.equal(entry.recognised, known, name);
		assert.equal(entry.day, null);
		await act(entry, "error", { reason: "of a test" });
	}
});

test("a change keeps what was; only the newest can be changed or stopped, at the version that was seen", async () => {
	const first = named(await list(), "Sertraline").now;
	assert.match((await act(first, "change", { dose: "50 mg", frequency: "once, in the morning", told_by: "client", day: "2026-05-01" }, { expect: 400 })).error.message, /neither/);
	const { now, entries } = named(await act(first, "change", { dose: "100 mg", frequency: "once, in the morning", told_by: "prescriber", day: "2026-05", reason: "Raised" }), "Sertraline");
	assert.deepEqual([now.kind, now.dose, now.day, now.told_by, now.recognised], ["changed", "100 mg", "2026-05", "prescriber", "sertraline"]);
	assert.deepEqual(entries.map((one) => [one.kind, one.state, one.dose]), [["changed", "active", "100 mg"], ["started", "superseded", "50 mg"]]);
	await act(first, "change", { dose: "150 mg", told_by: "client", day: "" }, { expect: 409 });
	await act(first, "stop", { told_by: "client", day: "" }, { expect: 409 });
	await act({ ...now, version: now.version + 1 }, "stop", { told_by: "client", day: "" }, { expect: 409 });
	const race = await Promise.all([1, 2].map(() => act(now, "stop", { told_by: "client", day: "2026-06-10", reason: "Side effects" }).then(() => "noted", () => "refused")));
	assert.deepEqual(race.sort(), ["noted", "refused"]);
	const stopped = named(await list(), "Sertraline");
	assert.equal(stopped.state, "stopped");
	assert.deepEqual([stopped.now.kind, stopped.now.dose, stopped.now.reason], ["stopped", "100 mg", "Side effects"]);
	assert.equal(stopped.entries.length, 3);
	await act(stopped.now, "change", { dose: "25 mg", told_by: "client", day: "" }, { expect: 409 });
});

test("entered in error: it stays, with who said so and why, and what was noted before counts again", async () => {
	const stopped = named(await list(), "Sertraline").now;
	assert.match((await act(stopped, "error", {}, { expect: 400 })).error.message, /reason/);
	let one = named(await act(stopped, "error", { reason: "Another person" }), "Sertraline");
	assert.equal(one.state, "active");
	assert.equal(one.now.dose, "100 mg");
	assert.deepEqual([one.entries[0].state, one.entries[0].error_reason, one.entries[0].error_by], ["entered_in_error", "Another person", (await clinician.get("/staff/session")).person.name]);
	await act(one.entries[0], "error", { reason: "twice" }, { expect: 409 });
	// One in the middle: what is newer still counts.
	one = named(await act(one.now, "change", { dose: "75 mg", told_by: "client", day: "2026-07-01" }), "Sertraline");
	one = named(await act(one.entries.find((entry) => entry.dose === "100 mg" && entry.state === "superseded"), "error", { reason: "Misheard" }), "Sertraline");
	assert.deepEqual(one.entries.map((entry) => [entry.dose, entry.state]), [["75 mg", "active"], ["100 mg", "entered_in_error"], ["100 mg", "entered_in_error"], ["50 mg", "superseded"]]);
	// The newest: the one before it that is not in error, which is the first.
	one = named(await act(one.now, "error", { reason: "Misheard" }), "Sertraline");
	assert.equal(one.now.dose, "50 mg");
	// The first: all about this medicine.
	const other = named(await start({ name: "Mirtazapine", day: "2026-02" }, { expect: 201 }), "Mirtazapine").now;
	const changed = named(await act(other, "change", { dose: "30 mg", told_by: "client", day: "2026-02-20" }), "Mirtazapine");
	const gone = named(await act(changed.entries[1], "error", { reason: "The wrong record" }), "Mirtazapine");
	assert.equal(gone.state, "entered_in_error");
	assert.equal(gone.now, null);
	assert.deepEqual(gone.entries.map((entry) => entry.state), ["entered_in_error", "entered_in_error"]);
});

test("what is missing or wrong is named, never repeated", async () => {
	for (const [more, says] of [[{ name: " " }, /name/], [{ name: "x".repeat(201) }, /name/], [{ told_by: "" }, /told_by/], [{ told_by: "somebody" }, /told_by/], [{ dose: "x".repeat(201) }, /dose/], [{ frequency: "x".repeat(201) }, /frequency/], [{ reason: "x".repeat(1001) }, /reason/],
		[{ note: "private thing ".repeat(200) }, /note/], [{ day: "02/03/2026" }, /day/], [{ day: "2026-02-30" }, /day/], [{ day: "9999" }, /day/], [{ day: "1850" }, /day/]]) {
		const { error } = await start(more, { expect: 400 });
		assert.match(error.message, says);
		assert.doesNotMatch(JSON.stringify(error), /private thing|xxxx/);
	}
	const { now } = named(await list(), "Sertraline");
	assert.match((await act(now, "stop", { told_by: "client", day: "2026-03-01" }, { expect: 400 })).error.message, /before/);
	const nobody = "00000000-0000-7000-8000-000000000000";
	await act({ id: nobody, version: 1 }, "stop", { told_by: "client", day: "" }, { expect: 404 });
	await clinician.get(where(nobody), { expect: 404 });
	// The entry of one person by the path of another.
	const other = await clinician.post("/staff/clients", { pseudonym: "Curlew", birth_year: 1990, lang: "en", country: "US" });
	await clinician.post(`${where(other.client.id)}/${now.id}/stop`, { version: now.version, told_by: "client", day: "" }, { expect: 404 });
	assert.equal(named(await list(), "Sertraline").state, "active");
});

test("clinicians and supervisors write; coaches, compliance and clients do not; the client reads it and takes it along", async () => {
	await start({ name: "Melatonin", day: "2026" }, { expect: 201 }, supervisor);
	const compliance = await program.staff("compliance");
	for (const session of [coach, compliance]) {
		await session.get(where(), { expect: 403 });
		await session.post(where(), { name: "Sertraline", told_by: "client" }, { expect: 403 });
	}
	const own = await client.get("/client/medications");
	assert.deepEqual(own.items, (await list()).items);
	await client.post("/client/medications", {}, { expect: 405 });
	assert.deepEqual((await client.get("/client/data")).medications, own.items);
	// A coach of theirs: nothing of it in what they read.
	await clinician.put(`/staff/clients/${id}/team`, { coach_id: (await coach.get("/staff/session")).person.id });
	const line = await clinician.get(`/staff/clients/${id}/timeline?limit=100`);
	assert.ok(line.items.some((one) => one.kind === "medication_statement" && one.about.name === "Melatonin" && one.about.recorded_by));
	for (const path of [`/staff/clients/${id}/timeline?limit=100`, `/staff/clients/${id}/measures`]) assert.doesNotMatch(JSON.stringify(await coach.get(path)), /medication|Melatonin|ertraline/i);
	program.assertNotLogged("Sertraline", "Side effects", "Misheard", "Letter follows");
});

test("every act is in the journal under its reason, without a word of it; open pages of both sides are told", async () => {
	const pages = [client.events("/client/stream"), clinician.events()];
	for (const page of pages) assert.equal(await page.open, 200);
	const { now } = named(await list(), "Melatonin");
	await act(now, "stop", { told_by: "client", day: "" });
	for (const page of pages) {
		const { json } = await page.wait((event) => event.event === "medication");
		assert.equal(json.client_id, id);
		assert.doesNotMatch(JSON.stringify(json), /Melatonin/);
		page.close();
	}
	const entries = [];
	for (let after = ""; after !== null && entries.length < 2000;) {
		const page = await supervisor.get(`/staff/journal?limit=200${after ? `&after=${after}` : ""}`);
		entries.push(...page.items);
		after = page.next;
	}
	const reasons = new Set(entries.filter((one) => one.resource === "medication_statement").map((one) => one.reason));
	for (const reason of ["medication.start", "medication.change", "medication.stop", "medication.error"]) assert.ok(reasons.has(reason), `${reason} of ${[...reasons]}`);
	assert.doesNotMatch(JSON.stringify(entries), /Melatonin|Mirtazapine/);
});

test("charts mark what is known to the day, not what was in error or is not so exact", async () => {
	const { now } = named(await list(), "Sertraline");
	await act(now, "change", { dose: "25 mg", told_by: "client", day: "2026-08-03" });
	const { events } = await clinician.get(`/staff/clients/${id}/measures`);
	const marks = events.filter((one) => one.kind.startsWith("medication")).map((one) => [one.kind, one.detail, one.at.slice(0, 10)]).sort((a, b) => (a[2] < b[2] ? -1 : 1));
	assert.deepEqual(marks, [["medication_started", "Sertraline 50 mg", "2026-03-02"], ["medication_changed", "Sertraline 25 mg", "2026-08-03"]]);
	const { now: changed } = named(await list(), "Sertraline");
	await act(changed, "stop", { told_by: "prescriber", day: "2026-09-01" });
	assert.ok((await clinician.get(`/staff/clients/${id}/measures`)).events.some((one) => one.kind === "medication_stopped" && one.at.startsWith("2026-09-01")));
});

test("over kill -9 it is all there; erasure takes it away from everybody", async () => {
	const kept = (await list()).items;
	await program.kill();
	await program.run();
	clinician = await program.staff("clinician");
	assert.deepEqual((await list()).items, kept);
	const compliance = await program.staff("compliance");
	await compliance.post(`/staff/clients/${id}/erase`, { reason: "asked" });
	const { items } = await list();
	assert.equal(items.length, kept.length);
	assert.doesNotMatch(JSON.stringify(items), /ertraline|Melatonin|Side effects|Misheard|50 mg/);
	assert.match((await start({}, { expect: 400 })).error.message, /erased/);
	assert.deepEqual((await clinician.get(`/staff/clients/${id}/measures`)).events.filter((one) => one.kind.startsWith("medication")), []);
});

test("a page of rows is all that is kept of one person, and one more is refused", async () => {
	const other = (await clinician.post("/staff/clients", { pseudonym: "Dunlin", birth_year: 1990, lang: "en", country: "US" })).client.id;
	for (let i = 0; i < 200; i++) await clinician.post(where(other), { name: `Thing ${i}`, told_by: "record" }, { expect: 201 });
	const { error } = await clinician.post(where(other), { name: "One more", told_by: "record" }, { expect: 413 });
	assert.match(error.message, /200/);
	assert.equal((await clinician.get(where(other))).items.length, 200);
});

test("today is the client's: a day that has begun where they are can be told, one that has not cannot", async (t) => {
	const it = await Served.start({ people: { anna: "clinician" }, start: "2026-11-10T13:00:00Z" }); // Madrid, two in the afternoon
	t.after(() => it.stop());
	const wren = await it.client("Wren"), anna = await it.sign("anna");
	const path = `/staff/clients/${wren.client.id}/medications`, told = { name: "Sertraline", dose: "50 mg", told_by: "client", day: "2026-11-11" };
	assert.equal((await anna.get(path)).today, "2026-11-10");
	assert.match((await anna.post(path, told, { expect: 400 })).error.message, /after today/);
	await wren.put("/client/time-zone", { time_zone: "Pacific/Auckland" });
	assert.equal((await anna.get(path)).today, "2026-11-11");
	await anna.post(path, told, { expect: 201 });
	const [mark] = (await anna.get(`/staff/clients/${wren.client.id}/measures`)).events;
	assert.equal(mark.at, "2026-11-10T23:00:00.000Z", "noon of their day");
	await wren.put("/client/time-zone", { time_zone: "America/Los_Angeles" });
	assert.equal((await anna.get(path)).today, "2026-11-10");
	await anna.post(path, told, { expect: 400 });
});
