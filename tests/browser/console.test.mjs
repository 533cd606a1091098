// console.test.mjs: the console over the demo's five weeks, on the real program: every page in light and dark, on a desktop and a phone, with axe; what a clinician does
// in a day, by mouse and by keys; a link for a new client that works once; consent withdrawn in the client's app.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, consent, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

let program, browser;

before(async () => {
	program = await Program.start({ seed: "full" });
	browser = await launch();
	program.somebody = (await (await program.staff("supervisor")).get("/staff/clients?limit=200")).items.find((one) => one.pseudonym === "Heron").id;
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

const pages = [["today", "#queue-title"], ["reviews", "#reviews-title"], ["clients", ".virtual-list"], ["consents", ".consent-grid"], ["journal", "table"], ["numbers", ".figures"], ["admin", "h1"]];
const kept = ["clients-phone-light", "numbers-desktop-dark", "journal-desktop-light", "today-phone-light", "conversation-desktop-light", "conversation-desktop-dark", "conversation-phone-dark"]; // pictures for docs/
const looks = [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]];

for (const [size, theme] of looks)
	test(`every page is there and clean, ${size}, ${theme}`, async () => {
		const page = await openPage(browser, { size, theme });
		await signIn(page, program, "supervisor");
		for (const [name, sign] of pages) {
			await page.goto(`${program.url}/console#/${name}${name === "consents" ? `/${program.somebody}` : ""}`);
			await page.locator(`main ${sign}`).first().waitFor();
			await page.waitForFunction(() => !document.querySelector(".skeleton"));
			assert.equal(await page.locator(".broken").count(), 0, name);
			if (name === "consents") await page.locator("details.history summary").click(); // decisions that no text was kept of
			await accessible(page, `${name} ${size} ${theme}`);
			if (kept.includes(`${name}-${size}-${theme}`)) await picture(page, `console-${name}-${size}-${theme}`);
		}
		// One client, from the list.
		await page.goto(`${program.url}/console#/clients`);
		await page.locator("main .virtual-row").first().click();
		await page.locator(".moment").first().waitFor();
		await accessible(page, `client ${size} ${theme}`);
		assert.equal(await page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight), 0, "the window scrolls beside the page");
		// An alert with its conversation, and the step where one decides.
		await page.goto(`${program.url}/console#/today`);
		await page.locator(".queue-pane [data-row]").first().click();
		await page.locator(".talk-pane .finding").first().waitFor();
		await accessible(page, `conversation ${size} ${theme}`);
		if (kept.includes(`conversation-${size}-${theme}`)) await picture(page, `console-conversation-${size}-${theme}`);
		quiet(page);
		await page.context().close();
	});

test("the other roles: what each may see is there, and nothing breaks", async () => {
	for (const role of ["coach", "compliance", "admin"]) {
		const page = await openPage(browser);
		await signIn(page, program, role);
		const places = await page.locator(".rail-nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
		assert.ok(places.length > 0, `${role} sees no place to go`);
		for (const place of places) {
			await page.goto(`${program.url}/console${place}`);
			await page.locator("main h1").first().waitFor();
			await page.waitForFunction(() => !document.querySelector(".skeleton"));
			assert.equal(await page.locator(".broken").count(), 0, `${role} ${place}`);
			await accessible(page, `${role} ${place}`);
		}
		quiet(page);
		await page.context().close();
	}
});

test("an alert by keys alone: open, acknowledge, record contact, resolve", async () => {
	const page = await openPage(browser);
	await signIn(page, program, "clinician");
	await page.locator(".queue-pane [data-row]").first().waitFor();
	await page.waitForFunction(() => !document.querySelector(".skeleton"));
	await page.keyboard.press("j");
	await page.waitForFunction(() => document.activeElement?.hasAttribute("data-row"));
	const name = await page.evaluate(() => document.activeElement.textContent);
	assert.match(name, /Jules|Lantern/, "the most urgent one is the first");
	await page.keyboard.press("Enter");
	await page.locator(".decide-pane").getByRole("button", { name: /Acknowledge/ }).waitFor();
	await page.locator(".talk-pane .finding").first().waitFor();
	await page.keyboard.press("a");
	await page.locator(".decide-pane .saved").getByText(/Saved at/).waitFor();
	await page.keyboard.press("c");
	await page.getByRole("dialog").waitFor();
	await page.keyboard.press("1");
	await accessible(page, "contact dialog");
	await page.getByRole("button", { name: "Save contact" }).press("Enter");
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await page.keyboard.press("r");
	await page.getByRole("dialog").waitFor();
	await page.keyboard.press("2");
	await page.getByRole("dialog").getByRole("button", { name: "Resolve" }).press("Enter");
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await page.locator(".decide-pane").getByText("Resolved").first().waitFor();
	await page.keyboard.press("?");
	await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
	await accessible(page, "keyboard shortcuts");
	await page.keyboard.press("Escape");
	quiet(page);
	await page.context().close();
});

test("a level is changed with a reason, and a finding is marked", async () => {
	const page = await openPage(browser);
	await signIn(page, program, "clinician");
	await page.locator(".queue-pane [data-row]").filter({ hasText: /Iván|Olmo/ }).first().click();
	const finding = page.locator(".talk-pane .finding").last();
	await finding.click();
	await page.getByText("Is this right?").first().waitFor();
	await accessible(page, "why a text is underlined");
	await page.getByRole("radio", { name: "Right" }).first().click();
	await page.getByText("Saved.").first().waitFor();
	await page.keyboard.press("Escape");
	await page.locator(".decide-pane").getByRole("button", { name: /Change level/ }).click();
	const dialog = page.getByRole("dialog");
	await dialog.waitFor();
	await accessible(page, "change level");
	// From 3 to 2: it acts at once, and asks for a second person.
	await dialog.getByText("Elevated").click();
	await dialog.getByText("The words mean something else").click();
	await dialog.getByText("second person's signature").waitFor();
	await accessible(page, "change level, lowering");
	await dialog.getByRole("button", { name: "Change level" }).click();
	await dialog.waitFor({ state: "detached" });
	await page.getByText(/changed from level 3/).first().waitFor();
	quiet(page);
	await page.context().close();
});

test("held replies: a reply is approved with one key, and the client's page shows it as read by a person", async () => {
	const page = await openPage(browser);
	await signIn(page, program, "clinician");
	await page.goto(`${program.url}/console#/reviews`);
	await page.locator(".queue-pane [data-row]").first().click();
	const detail = page.locator(".review");
	await detail.waitFor();
	assert.match(await detail.textContent(), /nothing was found/i);
	await accessible(page, "a held reply");
	await picture(page, "console-review-desktop-light");
	await page.keyboard.press("a");
	await page.getByText("The reply was approved and sent").waitFor();
	await page.getByText("No replies are held").waitFor();
	quiet(page);
	await page.context().close();
});

test("a new client with approved replies: the link works once; edit and reject; consent withdrawn; all of it live", async () => {
	const staff = await openPage(browser);
	await signIn(staff, program, "clinician");
	await staff.goto(`${program.url}/console#/clients`);
	await staff.getByRole("button", { name: "New client" }).click();
	await staff.getByLabel("Pseudonym").fill("Sorrel");
	await staff.getByLabel("Year of birth").fill("1991");
	await staff.getByText("A clinician approves every reply").click();
	await accessible(staff, "new client");
	await staff.getByRole("dialog").getByRole("button", { name: "Make invite" }).click();
	const link = await staff.locator(".secret").textContent();
	assert.match(link, /#\/invite\/[\w-]{43}$/);
	await staff.getByRole("button", { name: "Close" }).last().click();

	const client = await openPage(browser, { size: "phone" });
	await client.goto(link);
	await client.getByLabel(/year you were born/).fill("1990");
	await client.getByRole("button", { name: "Continue" }).click();
	await client.getByText("does not match").first().waitFor(); // a wrong fact opens nothing
	await client.getByLabel(/year you were born/).fill("1991");
	await client.getByRole("button", { name: "Continue" }).click();
	await consent(client);
	const say = async (text) => {
		await client.getByLabel("Your message").fill(text);
		await client.locator(".composer button").click();
	};
	const again = await openPage(browser, { size: "phone" });
	await again.goto(link);
	await again.getByText(/used|already/i).first().waitFor();
	await again.context().close();

	// Edited: the open page of reviews gets it without a reload.
	await staff.goto(`${program.url}/console#/reviews`);
	await say("I finished the puzzle with my father today, it took us three weeks.");
	await staff.locator(".queue-pane [data-row]").filter({ hasText: "Sorrel" }).first().click();
	await accessible(client, "a reply waits");
	await picture(client, "client-reply-waits-phone-light");
	await staff.locator(".review").getByText("the puzzle with my father").waitFor();
	await staff.keyboard.press("e");
	await staff.getByLabel("Your text").fill("Three weeks of puzzle with your father: what was it like to put in the last piece together?");
	await staff.getByRole("button", { name: "Send my text" }).click();
	await client.locator(".bubble").getByText("what was it like to put in the last piece").waitFor();
	// Rejected: prepared text instead.
	await say("We want to start a bigger one next week.");
	await staff.locator(".queue-pane [data-row]").filter({ hasText: "Sorrel" }).first().click();
	await staff.locator(".review").getByText("a bigger one next week").waitFor(); // the keys are the page's once it is there
	await staff.keyboard.press("r");
	await staff.getByLabel("Why is it wrong?").fill("Too general.");
	await staff.getByRole("button", { name: "Reject the reply" }).click();
	await staff.getByText("prepared text was sent").waitFor();

	// Consent is withdrawn in the app; from now on no model is asked.
	await client.goto(program.url + "/#/data");
	await client.getByRole("heading", { level: 1 }).waitFor();
	await accessible(client, "your data");
	await client.getByRole("button", { name: /Take this back/ }).nth(1).click();
	await client.getByText("You took this back.").first().waitFor();
	await client.goto(program.url + "/#/chat");
	await say("Are you still there?");
	await client.locator(".message.script").last().getByText(/people|prepared/i).waitFor();
	quiet(staff);
	quiet(client);
	await staff.context().close();
	await client.context().close();
});

test("an alert comes alive on a phone: the list shows it without a reload", async () => {
	const page = await openPage(browser, { size: "phone", theme: "dark" });
	await signIn(page, program, "clinician");
	await page.locator(".queue-pane").waitFor();
	const sent = Date.now();
	await program.chat({ model: "default", messages: [{ role: "user", content: "I have the rope here and I will do it tonight, goodbye." }] }, { client: "phone-1", conversation: "phone-1" });
	await page.locator(".queue-pane").getByText(/1 new|tonight|end their life|suicid/i).first().waitFor({ timeout: 5000 });
	console.log(`alert on the phone ${Date.now() - sent} ms after it was sent`);
	await accessible(page, "phone, an alert came");
	await picture(page, "console-alert-phone-dark");
	quiet(page);
	await page.context().close();
});
