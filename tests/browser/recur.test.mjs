// Recurring check-ins in real pages: the client says where they are, sees what comes next on their own clock, and is shown a new one without reloading; staff set, change,
// pause and end one, with its next dates on both clocks and what happened marked on the charts. Axe on every state, desktop and phone, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

let program, browser, clinician;

before(async () => {
	program = await Program.start();
	browser = await launch();
	clinician = await program.staff("clinician");
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

const plan = (more = {}) => ({ instrument: "suds", unit: "day", every: 1, time: "09:00", start: "2030-01-07", window_minutes: 720, ...more });
const checkins = (clientId) => `/staff/clients/${clientId}/checkins`;

test("where the client is, what comes next, and a new check-in without reloading", async () => {
	const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: "Plover", birth_year: 1990, lang: "en", country: "US" });
	const page = await openPage(browser, { size: "phone", zone: "America/New_York" });
	await page.goto(program.url + invite_url);
	await page.getByLabel(/year you were born/).fill("1990");
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByRole("button", { name: "Next: your choices" }).waitFor();
	await page.goto(program.url + "/#/checkins");
	await page.getByRole("heading", { name: "Your time zone" }).waitFor();
	await page.getByText(/This device is on New York time/).waitFor();
	await accessible(page, "asked for the zone");
	await picture(page, "client-zone-phone-light");
	assert.equal((await clinician.get(checkins(client.id))).client_zone ?? "", "", "nothing is taken without a yes");
	await page.getByRole("button", { name: "Yes, that is right" }).click();
	await page.getByRole("heading", { name: "Your time zone" }).waitFor({ state: "detached" });
	assert.equal((await clinician.get(checkins(client.id))).client_zone, "America/New_York");
	// Nobody reloads from here on.
	await page.getByText("Nothing to answer now").waitFor();
	await clinician.post(checkins(client.id), plan());
	await page.getByRole("heading", { name: "Coming up" }).waitFor();
	await page.getByText(/Monday.*January 7.*2030.*9:00 AM/).waitFor();
	await clinician.post(`/staff/clients/${client.id}/questionnaires`, { instrument: "phq-9" });
	await page.getByText("Low mood over the last two weeks").waitFor();
	await accessible(page, "waiting and coming up");
	await picture(page, "client-checkins-next-phone-light", { fullPage: true });
	// In the chat too, whose page listens to the same stream.
	await page.goto(program.url + "/#/home");
	await page.getByText(/Low mood over the last two weeks/).waitFor();
	quiet(page);
	// The same person on a journey: asked, not assumed.
	const away = await openPage(browser, { size: "small", theme: "dark", zone: "Europe/Madrid", state: await page.context().storageState() });
	await away.goto(program.url + "/#/checkins");
	await away.getByText(/This device is on Madrid time now/).waitFor();
	await away.getByText(/\(New York time\)/).waitFor();
	await accessible(away, "elsewhere, 320 px, dark");
	await picture(away, "client-zone-small-dark", { fullPage: true });
	await away.getByRole("button", { name: "Keep New York time" }).click();
	await away.getByRole("heading", { name: "Your time zone" }).waitFor({ state: "detached" });
	await away.reload();
	await away.getByRole("heading", { name: "Coming up" }).waitFor();
	assert.equal(await away.getByRole("heading", { name: "Your time zone" }).count(), 0, "a no is kept");
	await away.goto(program.url + "/#/data");
	await away.getByText(/Check-ins go by New York time/).waitFor();
	await away.getByRole("heading", { name: "Your time zone" }).locator("..").getByRole("button", { name: "Change" }).click();
	await away.getByRole("combobox", { name: "Time zone" }).selectOption("Europe/Lisbon");
	await accessible(away, "choosing a zone");
	await away.getByRole("button", { name: "Save", exact: true }).click();
	await away.getByText(/Check-ins go by Lisbon time/).waitFor();
	const { items } = await clinician.get(checkins(client.id));
	assert.equal(items[0].zone, "Europe/Lisbon", "the schedule follows");
	quiet(away);
	await away.context().close();
	await page.context().close();
});

/** What lies in the databases of the browser, as text. */
const onDisk = (page) =>
	page.evaluate(async () => {
		const open = (name) => new Promise((done, failed) => Object.assign(indexedDB.open(name), { onsuccess: (event) => done(event.target.result), onerror: failed }));
		const all = (database, store) => new Promise((done) => (database.transaction(store).objectStore(store).getAll().onsuccess = (event) => done(event.target.result)));
		const box = await open("outbox"), keys = await open("seal");
		const items = await all(box, "items"), [key] = await all(keys, "keys");
		const bytes = items.map((item) => new TextDecoder("latin1").decode(item.sealed.data));
		box.close();
		keys.close();
		return { count: items.length, members: [...new Set(items.flatMap((item) => Object.keys(item)))].sort(), text: bytes.join(" ") + JSON.stringify(items) + JSON.stringify({ ...localStorage }), extractable: key.extractable };
	});

/** The box has so many: asked from here, as a condition in the page must not be a promise. */
async function boxHolds(page, count) {
	for (let tries = 0; tries < 300; tries++) {
		const now = await page.evaluate(() => new Promise((done) => (indexedDB.open("outbox").onsuccess = (event) => {
			const database = event.target.result;
			database.transaction("items").objectStore("items").count().onsuccess = (counted) => (database.close(), done(counted.target.result));
		})));
		if (now === count) return;
		await page.waitForTimeout(50);
	}
	assert.fail(`the box does not come to hold ${count}`);
}

test("answers that wait on the phone are sealed there, go out in order and once, and are gone after a quick exit", async () => {
	const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: "Godwit", birth_year: 1990, lang: "en", country: "US" });
	const page = await openPage(browser, { size: "phone" });
	await page.goto(program.url + invite_url);
	await page.getByLabel(/year you were born/).fill("1990");
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByRole("button", { name: "Next: your choices" }).waitFor();
	const task = await clinician.post(`/staff/clients/${client.id}/questionnaires`, { instrument: "gad-7" });
	await page.goto(`${program.url}/#/checkin/${task.id}`);
	await page.getByText("Question 1 of 7").waitFor();
	await page.context().setOffline(true);
	for (const words of ["Several days", "Nearly every day", "Not at all"]) { // the first one is corrected twice
		await page.getByText(words, { exact: true }).click();
		await page.getByText(/Not sent yet/).waitFor();
	}
	await boxHolds(page, 3);
	const kept = await onDisk(page);
	assert.equal(kept.count, 3);
	assert.deepEqual(kept.members, ["id", "sealed"]);
	assert.doesNotMatch(kept.text, /answered_at|responses|"value"/);
	assert.equal(kept.extractable, false, "the key can be taken out");
	await page.context().setOffline(false);
	await boxHolds(page, 0);
	await page.reload();
	await page.getByText("Question 2 of 7").waitFor();
	await page.getByRole("button", { name: "Back" }).click();
	await page.getByText("Question 1 of 7").waitFor();
	assert.equal(await page.locator("[role=radio][aria-checked=true], input[type=radio]:checked").evaluateAll((all) => all.map((each) => each.closest("label")?.textContent).join()), "Not at all", "the last correction holds");
	await page.context().setOffline(true);
	await page.getByText("Several days", { exact: true }).click();
	await page.getByText(/Not sent yet/).waitFor();
	await page.getByRole("button", { name: "Leave" }).click();
	await page.waitForURL("about:blank");
	await page.context().setOffline(false);
	await page.goto(program.url + "/icon.svg");
	const left = await page.evaluate(async () => (await indexedDB.databases()).map((each) => each.name));
	assert.deepEqual(left, [], "box and key");
	quiet(page);
	await page.context().close();
});

async function console_(look) {
	const page = await openPage(browser, look);
	await signIn(page, program, "clinician");
	return page;
}

/** Somebody with scores, an alert between them and a course begun, so that the chart has something to mark. */
async function charted() {
	if (program.charted) return program.charted;
	const session = await program.client();
	const id = (await session.get("/client/session")).person.id;
	await session.put("/client/time-zone", { time_zone: "Europe/Madrid" });
	for (const values of [[3, 2, 2, 2, 2, 2, 2, 1, 0], [2, 2, 2, 2, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0, 0, 0, 0]]) {
		const task = await clinician.post(`/staff/clients/${id}/questionnaires`, { instrument: "phq-9" });
		const { response, form } = await session.post(`/client/questionnaires/${task.id}/open`);
		for (let i = 0; i < 9; i++) await session.put(`/client/responses/${response.id}/answers/${form.questions[i].id}`, { submission: `${task.id}-${i}`, value: values[i] });
		await session.post(`/client/responses/${response.id}/submit`);
	}
	return (program.charted = id);
}

for (const [size, theme] of [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]])
	test(`a schedule in the console, ${size}, ${theme}`, async () => {
		const id = await charted();
		const page = await console_({ size, theme, zone: "America/New_York" });
		await page.goto(`${program.url}/console#/clients/${id}`);
		await page.getByText(/This person’s clock: Europe\/Madrid/).waitFor();
		await page.locator("[data-chart=phq-9] .happened .happened-mark").first().waitFor();
		await page.getByRole("button", { name: "Set a recurring check-in" }).click();
		const dialog = page.getByRole("dialog");
		await dialog.getByRole("combobox", { name: "Questionnaire" }).selectOption("phq-9");
		await dialog.getByLabel("Every", { exact: true }).fill("2");
		await dialog.getByRole("checkbox", { name: "Mon" }).check();
		await dialog.getByRole("checkbox", { name: "Thu" }).check();
		await dialog.getByLabel("Time of day").fill("18:30");
		await dialog.getByLabel("First day").fill("2030-01-07");
		await dialog.locator(".schedule-dates li").nth(2).waitFor();
		await dialog.locator(".schedule-dates li").nth(1).getByText(/Thu.*Jan 10.*2030.*6:30 PM/).waitFor();
		await accessible(page, `setting one ${size} ${theme}`);
		await picture(page, `console-schedule-set-${size}-${theme}`);
		await dialog.getByLabel("Every", { exact: true }).fill("99");
		await dialog.getByText(/schedule.every/).waitFor();
		await dialog.getByLabel("Every", { exact: true }).fill("2");
		await dialog.getByRole("button", { name: "Save" }).click();
		await dialog.waitFor({ state: "detached" });
		const one = page.locator(".schedule").last();
		await one.getByText(/Every 2 weeks on Monday and Thursday, at 0?6:30 PM, Madrid time/).waitFor();
		await one.getByText(/\(12:30 PM yours\)/).first().waitFor();
		await one.getByText(/opens only when somebody is there/).waitFor();
		await page.locator(".event-list summary").click();
		await accessible(page, `a schedule ${size} ${theme}`);
		await page.locator("#measures-title").evaluate((title) => title.scrollIntoView({ block: "start" }));
		await picture(page, `console-schedules-${size}-${theme}`);
		await page.locator(".event-list").scrollIntoViewIfNeeded();
		await picture(page, `console-events-${size}-${theme}`);
		await one.getByRole("button", { name: /^Pause/ }).click();
		await one.getByText("paused", { exact: true }).waitFor();
		await accessible(page, `paused ${size} ${theme}`);
		await one.getByRole("button", { name: /^Go on/ }).click();
		await one.getByText("paused", { exact: true }).waitFor({ state: "detached" });
		await one.getByRole("button", { name: /^Change/ }).click();
		await page.getByRole("dialog").getByLabel("Time of day").fill("19:00");
		await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
		await one.getByText(/at 0?7:00 PM, Madrid time/).waitFor();
		await one.getByRole("button", { name: /^End/ }).click();
		await accessible(page, `ending one ${size} ${theme}`);
		await page.getByRole("alertdialog").getByRole("button", { name: "End it" }).click();
		await page.getByRole("alertdialog").waitFor({ state: "detached" });
		await page.getByText(/None is set/).waitFor();
		quiet(page);
		await page.context().close();
	});

for (const [size, theme] of [["desktop", "light"], ["phone", "dark"]])
	test(`somebody put on the board without first questions, and found by filters, ${size}, ${theme}`, async () => {
		const name = `Ibis ${size}`;
		const { client } = await clinician.post("/staff/clients", { pseudonym: name, birth_year: 1984, lang: "es", country: "ES" });
		const page = await console_({ size, theme });
		await page.goto(`${program.url}/console#/clients/${client.id}`);
		await page.getByRole("button", { name: "Put on the triage board" }).click();
		const dialog = page.getByRole("dialog");
		assert.ok(await dialog.getByRole("button", { name: "Put on the board", exact: true }).isDisabled(), "nothing is chosen for anybody");
		await dialog.getByRole("combobox", { name: "Priority" }).selectOption("D");
		await dialog.getByRole("combobox", { name: "Step" }).selectOption("3");
		await dialog.getByLabel(/Why, and what they need/).fill("A letter of the family doctor: low for a year, has work.");
		await accessible(page, `referring ${size} ${theme}`);
		await picture(page, `console-refer-${size}-${theme}`);
		await dialog.getByRole("button", { name: "Put on the board", exact: true }).click();
		await page.locator(".triage-detail").getByRole("heading", { name }).waitFor();
		await page.goto(`${program.url}/console#/triage`);
		await page.getByRole("searchbox", { name: "Search names" }).fill("ibis " + size.slice(0, 4));
		await page.getByRole("button", { name: /^More/ }).click();
		await page.getByRole("combobox", { name: "Priority" }).selectOption("D");
		await page.getByRole("combobox", { name: "Stands at" }).selectOption("waiting");
		await page.getByRole("combobox", { name: "Language" }).selectOption("es");
		await page.waitForFunction(() => document.querySelectorAll(".virtual-row").length === 1);
		await page.locator(".virtual-row").getByText(name).waitFor();
		await accessible(page, `filters ${size} ${theme}`);
		await picture(page, `console-triage-filters-${size}-${theme}`);
		await page.getByRole("combobox", { name: "Language" }).selectOption("en");
		await page.waitForFunction(() => document.querySelectorAll(".virtual-row").length === 0);
		await page.getByRole("button", { name: "Clear filters" }).click();
		await page.locator(".virtual-row").first().waitFor();
		await page.goto(`${program.url}/console#/clients/${client.id}`);
		await page.getByText(/On the triage board, priority D/).waitFor();
		// An open referral is said, with a way to it, instead of offering another.
		const there = page.getByRole("link", { name: /On the triage board.*waiting list, priority D/ });
		await there.waitFor();
		assert.equal(await page.getByRole("button", { name: "Put on the triage board" }).count(), 0);
		await accessible(page, `an open referral ${size} ${theme}`);
		await there.click();
		await page.locator(".triage-detail").getByRole("heading", { name }).waitFor();
		// Closed: it is offered again; made by somebody else meanwhile: the dialog says so, then the page.
		const { referral } = await clinician.get(`/staff/clients/${client.id}/referral`);
		await clinician.post(`/staff/triage/${referral.id}/close`, { version: referral.version, reason: "Found help elsewhere." });
		await page.goto(`${program.url}/console#/clients/${client.id}`);
		await page.getByRole("button", { name: "Put on the triage board" }).click();
		await clinician.post(`/staff/clients/${client.id}/referral`, { source: "self", priority: "E", step: 2, reason: "Rang the office." });
		await dialog.getByRole("combobox", { name: "Priority" }).selectOption("D");
		await dialog.getByRole("combobox", { name: "Step" }).selectOption("3");
		await dialog.getByLabel(/Why, and what they need/).fill("Once more.");
		await dialog.getByRole("button", { name: "Put on the board", exact: true }).click();
		await dialog.getByText(/on the board already/).waitFor();
		await dialog.getByRole("button", { name: "Cancel" }).click();
		await page.getByRole("link", { name: /priority E/ }).waitFor();
		quiet(page);
		await page.context().close();
	});
