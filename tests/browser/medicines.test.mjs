// medicines.test.mjs: what the team was told about medicines, in real pages: noted, changed, stopped and marked as wrong in the console, marked on the chart and in the timeline, read by
// the client; and a questionnaire about danger that waits until somebody reads it, or is opened by whoever reads it. Axe on every state, desktop and phone, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

let program, browser, clinician, supervisor;

before(async () => {
	program = await Program.start();
	browser = await launch();
	clinician = await program.staff("clinician");
	supervisor = await program.staff("supervisor");
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

async function console_(look) {
	const page = await openPage(browser, look);
	await signIn(page, program, "clinician");
	return page;
}

const looks = [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]];

for (const [size, theme] of looks)
	test(`a medicine in the console, and what the client reads, ${size}, ${theme}`, async () => {
		const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: `Dunlin ${size} ${theme}`, birth_year: 1990, lang: "en", country: "US" });
		const page = await console_({ size, theme });
		await page.goto(`${program.url}/console#/clients/${client.id}`);
		const part = page.locator("section.medicines"), dialog = page.getByRole("dialog");
		await part.getByText(/It is not a prescription/).waitFor();
		await part.getByText(/Nothing has been noted/).waitFor();
		await accessible(page, `nothing noted ${size} ${theme}`);
		await part.getByRole("button", { name: "Note a medicine" }).click();
		await dialog.getByText("The client can read what you write here.").waitFor();
		const save = dialog.getByRole("button", { name: "Note it" });
		await dialog.getByLabel("Medicine", { exact: true }).fill("Zoloft");
		await dialog.getByLabel("Dose", { exact: true }).fill("50 mg");
		await dialog.getByLabel("How often").fill("once, in the morning");
		assert.ok(await save.isDisabled(), "nobody is taken for whoever told it");
		await dialog.getByRole("combobox", { name: "Who told you" }).selectOption("prescriber");
		await dialog.getByRole("combobox", { name: "Date known" }).selectOption("month");
		assert.match(await dialog.getByLabel("Month", { exact: true }).inputValue(), /^\d{4}-\d\d$/);
		await dialog.getByRole("combobox", { name: "Date known" }).selectOption("day");
		await dialog.getByLabel("Day", { exact: true }).fill("2026-03-02");
		await dialog.getByLabel(/What it is for/).fill("Low mood");
		await accessible(page, `noting ${size} ${theme}`);
		if (size === "phone" && theme === "dark") await picture(page, "console-medicine-note-phone-dark");
		await save.click();
		await dialog.waitFor({ state: "detached" });
		const one = part.locator(".medicine");
		await one.getByRole("heading", { name: "Zoloft" }).waitFor();
		await one.getByText("sertraline", { exact: true }).waitFor();
		await one.getByText("50 mg, once, in the morning", { exact: true }).waitFor();
		await one.getByText(/Since March 2, 2026/).first().waitFor();
		// The same again is warned of; a day to come is refused in words.
		await part.getByRole("button", { name: "Note a medicine" }).click();
		await dialog.getByLabel("Medicine", { exact: true }).fill("sertraline");
		await dialog.getByText(/noted already as taken/).waitFor();
		await dialog.getByRole("combobox", { name: "Who told you" }).selectOption("client");
		await dialog.getByLabel("Day", { exact: true }).fill("2199-01-01");
		await save.click();
		await dialog.getByText(/not be after today/).waitFor();
		await accessible(page, `refused ${size} ${theme}`);
		await dialog.getByRole("button", { name: "Cancel" }).click();
		// Changed: both stay.
		await one.getByRole("button", { name: "Zoloft has changed" }).click();
		assert.equal(await dialog.getByLabel("Dose", { exact: true }).inputValue(), "50 mg");
		await dialog.getByLabel("Dose", { exact: true }).fill("100 mg");
		await dialog.getByLabel("Day", { exact: true }).fill("2026-05-04");
		await dialog.getByRole("combobox", { name: "Who told you" }).selectOption("client");
		await dialog.getByRole("button", { name: "Note the change" }).click();
		await one.getByText("100 mg, once, in the morning", { exact: true }).waitFor();
		await one.locator("summary").click();
		await one.getByText(/Since March 2, 2026: 50 mg/).waitFor();
		await accessible(page, `with its entries ${size} ${theme}`);
		await part.evaluate((section) => section.scrollIntoView({ block: "start" }));
		if ((size === "desktop") === (theme === "light")) await picture(page, `console-medicines-${size}-${theme}`);
		// Stopped, in error, and so taken again.
		await one.getByRole("button", { name: "Zoloft was stopped" }).click();
		await dialog.getByRole("combobox", { name: "Date known" }).selectOption("unknown");
		await dialog.getByRole("combobox", { name: "Who told you" }).selectOption("client");
		await dialog.getByRole("button", { name: "Note the stop" }).click();
		await part.getByText("1 not taken any more, or noted in error").click();
		await one.locator("summary").click();
		await one.getByRole("button", { name: "Entered in error: Stopped, date not known" }).click();
		const alert = dialog;
		assert.ok(await alert.getByRole("button", { name: "Mark as wrong" }).isDisabled());
		await alert.getByLabel("What was wrong").fill("Somebody else's.");
		await accessible(page, `in error ${size} ${theme}`);
		await alert.getByRole("button", { name: "Mark as wrong" }).click();
		await alert.waitFor({ state: "detached" });
		await one.getByText("100 mg, once, in the morning", { exact: true }).waitFor();
		await one.locator("summary").click();
		await one.getByText(/Somebody else's/).waitFor();
		await accessible(page, `put right ${size} ${theme}`);
		await page.locator(".moment[data-kind=medication_statement]").getByText(/Zoloft, 100 mg, once, in the morning: changed, May 4, 2026/).waitFor();
		quiet(page);
		// Another person's hand shows by itself.
		await supervisor.post(`/staff/clients/${client.id}/medications`, { name: "Melatonin", told_by: "record", day: "2026" });
		await part.getByRole("heading", { name: "Melatonin" }).waitFor();
		// What the client reads.
		const phone = await openPage(browser, { size: size === "desktop" ? "desktop" : "small", theme });
		await phone.goto(program.url + invite_url);
		await phone.getByLabel(/year you were born/).fill("1990");
		await phone.getByRole("button", { name: "Continue" }).click();
		await phone.getByRole("button", { name: "Next: your choices" }).waitFor();
		await phone.goto(program.url + "/#/data");
		const mine = phone.locator(".my-medicines");
		await mine.getByRole("heading", { name: /Zoloft/ }).waitFor();
		await phone.getByText(/not a prescription and not advice/).waitFor();
		await mine.locator("summary").last().click();
		await mine.getByText("This was noted by mistake.").waitFor();
		await accessible(phone, `the client's own ${size} ${theme}`);
		await phone.getByRole("heading", { name: "Medicines your team has noted" }).evaluate((title) => title.scrollIntoView({ block: "start" }));
		if ((size === "desktop") !== (theme === "light")) await picture(phone, `client-medicines-${size === "desktop" ? "desktop" : "small"}-${theme}`);
		quiet(phone);
		await phone.context().close();
		await page.context().close();
	});

test("the chart marks what began and changed, beside alerts and courses", async () => {
	const session = await program.client();
	const id = (await session.get("/client/session")).person.id;
	for (const values of [[3, 2, 2, 2, 2, 2, 2, 1, 0], [1, 1, 1, 1, 1, 0, 0, 0, 0]]) {
		const task = await clinician.post(`/staff/clients/${id}/questionnaires`, { instrument: "phq-9" });
		const { response, form } = await session.post(`/client/questionnaires/${task.id}/open`);
		for (let i = 0; i < 9; i++) await session.put(`/client/responses/${response.id}/answers/${form.questions[i].id}`, { submission: `${task.id}-${i}`, value: values[i] });
		await session.post(`/client/responses/${response.id}/submit`);
	}
	const days = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
	const made = await clinician.post(`/staff/clients/${id}/medications`, { name: "Mirtazapine", dose: "15 mg", told_by: "client", day: days(20) });
	await clinician.post(`/staff/clients/${id}/medications/${made.items[0].now.id}/change`, { version: made.items[0].now.version, dose: "30 mg", told_by: "prescriber", day: days(10) });
	const page = await console_({});
	await page.goto(`${program.url}/console#/clients/${id}`);
	await page.locator("[data-chart=phq-9] .happened title").filter({ hasText: /Medicine begun: Mirtazapine 15 mg/ }).first().waitFor({ state: "attached" });
	await page.locator(".event-list summary").click();
	await page.locator(".event-list").getByText("Medicine changed: Mirtazapine 30 mg").waitFor();
	await accessible(page, "marked on the chart");
	assert.doesNotMatch(await page.locator(".event-list li").filter({ hasText: "Medicine changed" }).textContent(), /\d:\d\d/, "no time of day is known");
	quiet(page);
	await page.context().close();
});

test("the client's own chart of nights marks a change of medicine among them, and says it in words", async () => {
	const session = await program.client();
	const id = (await session.get("/client/session")).person.id;
	await clinician.post(`/staff/clients/${id}/modules`, { module: "sleep" });
	const [{ id: enrolment_id, version }] = (await session.get("/client/home")).modules;
	await session.post(`/client/enrolments/${enrolment_id}/state`, { state: "active", version });
	const ago = (days) => new Date(Date.now() - days * 86_400_000).toISOString();
	for (const days of [4, 3, 2, 1]) await session.post("/client/entries", { enrolment_id, lesson: "diary", submission: `night-${days}-of-test`, written_at: ago(days), inputs: { in_bed: "23:00", asleep_after: 30, awake: 10 * days, woke: "06:30", up: "07:00" } });
	const note = (name, day) => clinician.post(`/staff/clients/${id}/medications`, { name, told_by: "client", day });
	await note("Mirtazapine", ago(2).slice(0, 10));
	await note("Melatonin", "2020-01-01"); // long before
	await note("Trazodone", ago(2).slice(0, 7)); // not known to the day
	const page = await openPage(browser, { size: "phone", state: { cookies: [...session.cookies].map(([name, value]) => ({ name, value, domain: "127.0.0.1", path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Strict" })), origins: [] } });
	await page.goto(`${program.url}/#/lesson/${enrolment_id}/diary`);
	await page.locator(".nights .medicine-mark").waitFor();
	assert.equal(await page.locator(".nights .medicine-mark").count(), 1);
	await page.locator(".nights figcaption").getByText(/Your team noted a change of medicine in this time: Mirtazapine since/).waitFor();
	await accessible(page, "nights with a mark");
	await page.locator(".nights").scrollIntoViewIfNeeded();
	await picture(page, "client-nights-medicine-phone-light");
	quiet(page);
	await page.context().close();
});

for (const [size, theme] of looks)
	test(`a questionnaire about danger waits for a reader, or is read by whoever asks, ${size}, ${theme}`, async (t) => {
		const admin = await program.staff("admin");
		const now = await admin.get("/staff/programme");
		// Hours that are over, whatever time it is: one hour, half a day from now.
		const local = new Date(Date.now() + 12 * 3600_000).toLocaleTimeString("en-GB", { timeZone: "America/New_York" }).slice(0, 2);
		const hours = (from, to) => ({ hours: [{ days: "Daily", from, to }], on_call: [] });
		const put = async (cover) => {
			const { version, settings } = await admin.get("/staff/programme");
			await admin.put("/staff/programme", { version, settings: settings ?? {}, cover });
		};
		await put(hours(`${local}:30`, `${local}:59`));
		t.after(() => put(now.cover ?? hours("00:00", "24:00")));
		const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: `Knot ${size} ${theme}`, birth_year: 1990, lang: "en", country: "US" });
		const page = await console_({ size, theme });
		await page.goto(`${program.url}/console#/clients/${client.id}`);
		const dialog = page.getByRole("dialog");
		await page.getByRole("button", { name: "Ask for a questionnaire" }).click();
		await dialog.getByText(/It asks about danger. It opens .*:30.*, when somebody reads answers/).waitFor();
		await dialog.getByText("Nobody is on shift now.").waitFor();
		await accessible(page, `asking out of hours ${size} ${theme}`);
		if (size === "desktop" && theme === "light") await picture(page, "console-ask-waits-desktop-light");
		await dialog.getByRole("combobox", { name: "Questionnaire" }).selectOption("gad-7");
		await dialog.getByText(/It asks about danger/).waitFor({ state: "detached" });
		assert.equal(await dialog.getByRole("checkbox").count(), 0);
		await dialog.getByRole("combobox", { name: "Questionnaire" }).selectOption("phq-9");
		await dialog.getByText(/It opens .*:30/).waitFor();
		await dialog.getByRole("button", { name: "Ask", exact: true }).click();
		await dialog.waitFor({ state: "detached" });
		const waits = page.locator(".waiting-tasks li").filter({ hasText: "waits" });
		await waits.getByText(/opens .*:30.*, when somebody reads answers/).waitFor();
		await accessible(page, `one that waits ${size} ${theme}`);
		await page.locator("#measures-title").evaluate((title) => title.scrollIntoView({ block: "start" }));
		if (size === "phone" && theme === "dark") await picture(page, "console-ask-planned-phone-dark");
		// The client sees it as coming.
		const phone = await openPage(browser, { size: "phone", theme });
		await phone.goto(program.url + invite_url);
		await phone.getByLabel(/year you were born/).fill("1990");
		await phone.getByRole("button", { name: "Continue" }).click();
		await phone.getByRole("button", { name: "Next: your choices" }).waitFor();
		await phone.goto(program.url + "/#/checkins");
		await phone.getByRole("heading", { name: "Coming up" }).waitFor();
		await phone.getByText("Nothing to answer now").waitFor();
		await accessible(phone, `coming up ${size} ${theme}`);
		// Opened by whoever reads it.
		await waits.getByRole("button", { name: /^Open it now/ }).click();
		const sure = page.getByRole("alertdialog");
		await accessible(page, `opening it oneself ${size} ${theme}`);
		await sure.getByRole("button", { name: "I read them: open it" }).click();
		await sure.waitFor({ state: "detached" });
		await page.locator(".waiting-tasks li").getByText(/Read by/).waitFor();
		await phone.getByText("Low mood over the last two weeks").waitFor();
		// And at once, with the same word before asking.
		await page.getByRole("button", { name: "Ask for a questionnaire" }).click();
		await dialog.getByRole("combobox", { name: "Questionnaire" }).selectOption("asq");
		await dialog.getByRole("checkbox", { name: /I read the answers myself/ }).check();
		await dialog.getByText(/you are recorded as the one who reads/).waitFor();
		await accessible(page, `reading it oneself ${size} ${theme}`);
		await dialog.getByRole("button", { name: "Ask", exact: true }).click();
		await dialog.waitFor({ state: "detached" });
		await page.waitForFunction(() => [...document.querySelectorAll(".waiting-tasks li")].filter((each) => /Read by/.test(each.textContent)).length === 2);
		quiet(page);
		quiet(phone);
		await phone.context().close();
		await page.context().close();
	});
