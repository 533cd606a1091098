// alerts.test.mjs: the console's part in calling people, on the real program: the first minute on the alert, an outcome by keys, breaking the glass, hand-over between two people
// in two windows, the note; the rota with its gaps, a shift added and changed; the test of one's channels. Each with axe, on a desktop and a phone, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program, Session } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
let program, browser, clinician, supervisor;

before(async () => {
	program = await Program.start();
	clinician = await program.staff("clinician");
	supervisor = await program.staff("supervisor");
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

let made = 0;
/** Somebody new in danger: the client's session, the client's row, the alert. */
async function inDanger(text = RISK) {
	const { invite_url, client } = await clinician.post("/staff/clients", { pseudonym: `Alder ${++made}`, birth_year: 1988, lang: "en", country: "US" });
	const session = new Session(program, "/api/v1");
	await session.post(`/invites/${invite_url.split("/invite/")[1]}/accept`, { second_fact: "1988", lang: "en" });
	for (const kind of ["care", "ai_chat"]) await session.put(`/client/consents/${kind}`, { state: "given", document_version: "1" });
	await session.post("/client/messages", { text: "My sister is here with me and she helps me. My kids keep me going.", client_message_id: "m0" });
	await session.post("/client/messages", { text, client_message_id: "m1" });
	const alert = (await clinician.get("/staff/alerts?limit=200")).items.find((one) => one.client.id === client.id);
	return { session, client, alert };
}

async function consoleAt(where, { role = "clinician", ...options } = {}) {
	const page = await openPage(browser, options);
	await signIn(page, program, role, where);
	return page;
}
const settled = (page) => page.waitForFunction(() => !document.querySelector(".skeleton") && !document.querySelector(".pending"));
const looks = [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]];

/** Escape closes the dialog, and the focus is not lost. */
async function shut(page) {
	await page.keyboard.press("Escape");
	await page.getByRole("dialog").waitFor({ state: "detached" });
}

for (const [size, theme] of looks)
	test(`the first minute and its dialogs, ${size}, ${theme}`, async () => {
		const { alert } = await inDanger();
		const page = await consoleAt(`today/${alert.id}/decide`, { size, theme });
		await page.locator(".minute-protective").waitFor();
		await settled(page);
		assert.match(await page.locator(".minute-number").textContent(), /911/);
		await picture(page, `console-minute-${size}-${theme}`, { fullPage: size === "phone" });
		await page.evaluate(() => document.querySelectorAll(".minute-part").forEach((part) => (part.open = true)));
		await accessible(page, `first minute ${size} ${theme}`);
		await page.getByRole("button", { name: "Record contact" }).click();
		await page.getByRole("radio", { name: /Safeguarding report/ }).check({ force: true });
		await page.getByRole("combobox", { name: "Which duty?" }).waitFor();
		await accessible(page, `outcome ${size} ${theme}`);
		await picture(page, `console-outcome-${size}-${theme}`);
		await shut(page);
		await page.getByRole("button", { name: "Say how contact is safe" }).click();
		await accessible(page, `safety ${size} ${theme}`);
		await shut(page);
		await page.getByRole("button", { name: "Acknowledge", exact: false }).first().click();
		await page.getByRole("button", { name: "Hand over" }).click();
		await page.getByRole("dialog").getByRole("radio").first().waitFor();
		await accessible(page, `hand-over ${size} ${theme}`);
		await picture(page, `console-handover-${size}-${theme}`);
		await shut(page);
		quiet(page);
		await page.context().close();
	});

test("an outcome by keys; a report with its basis and its own clock; the note as text and PDF", async () => {
	const { alert } = await inDanger();
	const page = await consoleAt(`today/${alert.id}/decide`);
	await page.locator(".minute-protective").waitFor();
	await page.keyboard.press("a");
	await page.getByText("to make contact").or(page.getByText("Saved at")).first().waitFor();
	await page.keyboard.press("c");
	await page.getByRole("dialog").waitFor();
	await page.keyboard.press("2");
	await page.getByText("The clock starts anew").waitFor();
	await page.getByRole("button", { name: "Save contact" }).click();
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await page.locator(".minute-outcomes").getByText("Tried, no answer").waitFor();
	assert.equal((await clinician.get(`/staff/alerts/${alert.id}`)).contacted_at, null, "no answer is not contact");
	await page.getByRole("button", { name: "Record contact" }).click();
	await page.keyboard.press("6");
	const duty = page.getByRole("combobox", { name: "Which duty?" });
	await duty.selectOption({ index: 1 });
	assert.ok((await page.getByLabel("Legal basis").inputValue()).length > 10, "the basis of the chosen duty is not filled in");
	assert.equal(await page.getByRole("button", { name: "Save contact" }).isDisabled(), true, "whether it was made is open");
	await page.locator("label").filter({ hasText: "Not yet" }).click();
	await page.getByRole("button", { name: "Save contact" }).click();
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await page.getByRole("button", { name: "The report is made" }).click();
	await page.getByRole("button", { name: "The report is made" }).waitFor({ state: "detached" });
	await page.getByRole("button", { name: "Record contact" }).click();
	await page.keyboard.press("1");
	await page.getByRole("button", { name: "Save contact" }).click();
	await page.getByRole("heading", { name: "Note for the chart" }).waitFor();
	await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
	await page.getByRole("button", { name: "Copy the note" }).click();
	await page.getByText("Copied.").waitFor();
	const note = await page.evaluate(() => navigator.clipboard.readText());
	assert.ok(note.includes("Alder") && !note.includes("kill myself"), note);
	const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Note as PDF" }).click()]);
	assert.equal(download.suggestedFilename(), "risk-note.pdf");
	await accessible(page, "after the outcome");
	quiet(page);
	await page.context().close();
});

test("what was not said may be used only with a reason, and that stands on the page", async () => {
	const { session, alert } = await inDanger();
	await session.put("/client/whereabouts", { text: "At my sister's in Oak Street", callback: "+1 555 010 0199", share: false }).catch(() => undefined);
	const page = await consoleAt(`today/${alert.id}/decide`);
	await page.locator(".minute-where").waitFor();
	const open = page.getByRole("button", { name: /hidden: open with a reason/ });
	if (await open.count()) {
		await open.click();
		assert.equal(await page.getByRole("button", { name: "Open it" }).isDisabled(), true);
		await page.getByLabel("Why do you need it?").fill("No answer to three calls.");
		await accessible(page, "breaking the glass");
		await picture(page, "console-glass-desktop-light");
		await page.getByRole("button", { name: "Open it" }).click();
		await page.getByText("Shown without a yes").waitFor();
	}
	quiet(page);
	await page.context().close();
});

test("hand-over: asked of one, who sees it at once and takes it; nobody goes off duty with an open one", async () => {
	const { alert } = await inDanger();
	await clinician.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	const giver = await consoleAt(`today/${alert.id}/decide`), taker = await consoleAt(`today/${alert.id}/decide`, { role: "supervisor" });
	await taker.locator(".minute-where").waitFor();
	await giver.getByRole("button", { name: "Hand over" }).click();
	const name = program.demo.staff.find((each) => each.role === "supervisor").name ?? (await supervisor.get("/staff/session")).person.name;
	await giver.getByRole("dialog").getByRole("radio", { name: new RegExp(name.split(" ").at(-1)) }).check({ force: true });
	await giver.getByRole("button", { name: "Ask them to take it" }).click();
	await giver.getByText("has not accepted yet").waitFor();
	await accessible(giver, "a hand-over that waits");
	await taker.getByText("asks you to take this over").waitFor();
	await accessible(taker, "asked to take over");
	await picture(taker, "console-asked-desktop-light");
	const off = await consoleAt("rota");
	await off.locator(".rota-me").waitFor();
	await off.locator(".rota-me").getByText("You are on duty").click();
	await off.getByText("You cannot go yet").waitFor();
	await accessible(off, "going with an open alert");
	await off.context().close();
	await taker.getByRole("button", { name: "I take it" }).click();
	await taker.getByText("asks you to take this over").waitFor({ state: "detached" });
	assert.equal((await clinician.get(`/staff/alerts/${alert.id}`)).owner.name, name);
	await giver.getByText("has not accepted yet").waitFor({ state: "detached" });
	for (const page of [giver, taker]) {
		quiet(page);
		await page.context().close();
	}
});

test("the rota: a shift is added, its gaps are seen, it is changed and taken away", async () => {
	const page = await consoleAt("rota", { role: "supervisor" });
	await page.getByText("No shifts yet").waitFor();
	await accessible(page, "a rota without shifts");
	await page.getByRole("button", { name: "Add a shift" }).click();
	await page.getByRole("combobox", { name: "Who?" }).selectOption({ index: 1 });
	await accessible(page, "adding a shift");
	await picture(page, "console-shift-desktop-light");
	await page.getByLabel("From", { exact: true }).fill("22:00");
	await page.getByLabel("To", { exact: true }).fill("06:00");
	await page.getByText("Ends on the next day.").waitFor();
	await page.getByLabel("From", { exact: true }).fill("08:00");
	await page.getByLabel("To", { exact: true }).fill("18:00");
	await page.getByRole("button", { name: "Save the shift" }).click();
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await page.locator(".rota-gap").first().waitFor();
	assert.ok(await page.getByText("fewer people than clients are promised").count());
	await page.getByRole("button", { name: /^Change the shift of/ }).first().click();
	await page.getByLabel("To", { exact: true }).fill("19:30");
	await page.getByRole("button", { name: "Save the shift" }).click();
	await page.locator(".rota-day").getByText("08:00–19:30").first().waitFor();
	await page.getByRole("button", { name: "Add a shift" }).click();
	await page.getByRole("combobox", { name: "Who?" }).selectOption({ index: 2 });
	await page.getByRole("radio", { name: "on call" }).check({ force: true });
	await page.getByLabel("From", { exact: true }).fill("19:30");
	await page.getByLabel("To", { exact: true }).fill("08:00");
	await page.getByLabel("Time zone").fill("Nowhere/Land");
	await page.getByRole("button", { name: "Save the shift" }).click();
	await page.getByRole("dialog").locator(".wrong").waitFor();
	await page.getByLabel("Time zone").fill("UTC");
	await page.getByRole("button", { name: "Save the shift" }).click();
	await page.getByRole("dialog").waitFor({ state: "detached" });
	quiet(page);
	await page.context().close();
	for (const [size, theme] of looks) {
		const seen = await consoleAt("rota", { role: "supervisor", size, theme });
		await seen.locator(".rota-day").first().waitFor();
		await settled(seen);
		await accessible(seen, `rota ${size} ${theme}`);
		await picture(seen, `console-rota-${size}-${theme}`, { fullPage: true });
		quiet(seen);
		await seen.context().close();
	}
	const last = await consoleAt("rota", { role: "supervisor" });
	await last.getByRole("button", { name: /^Change the shift of/ }).first().click();
	await last.getByRole("button", { name: "Remove the shift" }).click();
	await last.getByRole("dialog").waitFor({ state: "detached" });
	quiet(last);
	await last.context().close();
});

for (const [size, theme] of looks)
	test(`the test of one's channels, ${size}, ${theme}`, async () => {
		const page = await consoleAt("channels", { size, theme });
		await page.getByRole("button", { name: "Send a test" }).waitFor();
		await page.getByRole("button", { name: "Send a test" }).click();
		const arrived = page.getByRole("button", { name: /It arrived/ });
		await arrived.first().waitFor();
		await accessible(page, `channels ${size} ${theme}`);
		await arrived.first().click();
		await page.getByText("Last test that passed").waitFor();
		await page.getByLabel("Quiet from").fill("22:00");
		await page.getByLabel("Quiet until").fill("07:00");
		await page.getByRole("button", { name: "Save", exact: true }).click();
		await page.getByText("Saved. Test it again.").waitFor();
		await accessible(page, `channels saved ${size} ${theme}`);
		await picture(page, `console-channels-${size}-${theme}`, { fullPage: true });
		quiet(page);
		await page.context().close();
	});
