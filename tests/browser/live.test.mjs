// live.test.mjs: what the server tells an open page while the page is reading the same thing: the older answer must not hide the news.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { consentOf } from "../flow/clinic.mjs";
import { Program, Session } from "../flow/harness.mjs";
import { launch, openPage, quiet, signIn } from "./browser.mjs";

let program, browser;

before(async () => {
	program = await Program.start();
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

/** Answers to `path`, but for the first few, are read at the server when they are asked for and reach the page only when `release` is called. */
async function late(page, path, few = 0) {
	const answers = [];
	let hold = true;
	await page.route((url) => url.pathname === "/api/v1" + path, async (route) => {
		try {
			const answer = await route.fetch();
			if (few-- <= 0 && hold) await new Promise((done) => answers.push(done));
			await route.fulfill({ response: answer });
		} catch (error) {
			if (!page.isClosed()) throw error; // asked for as the test ended
		}
	});
	return {
		asked: async (count) => {
			for (let waited = 0; answers.length < count; waited += 20) {
				assert.ok(waited < 20_000, `${path} was not asked for`);
				await page.waitForTimeout(20);
			}
		},
		release: () => {
			hold = false;
			answers.splice(0).forEach((done) => done());
		},
	};
}

const danger = (who) => program.chat({ model: "default", messages: [{ role: "user", content: "I have the rope here and I will do it tonight, goodbye." }] }, { client: who, conversation: who });
const told = (page, name) => page.locator("[aria-live]").filter({ hasText: name }).first().waitFor({ state: "attached" });

const streamOpen = (page) => page.waitForResponse((answer) => answer.ok() && new URL(answer.url()).pathname === "/api/v1/staff/stream");

test("an alert that comes while the list is read for the first time is on the list", async () => {
	const page = await openPage(browser);
	const list = await late(page, "/staff/alerts");
	const stream = streamOpen(page);
	await signIn(page, program, "clinician");
	await list.asked(1);
	await stream;
	await danger("first-reading");
	await told(page, /level/i);
	list.release();
	await page.locator(".queue-pane [data-row]").first().waitFor({ timeout: 10_000 });
	quiet(page);
	await page.unrouteAll({ behavior: "ignoreErrors" });
	await page.context().close();
});

test("an alert that comes while the list is read again is on the list", async () => {
	await danger("before");
	const page = await openPage(browser);
	await page.clock.install();
	await signIn(page, program, "clinician");
	await page.locator(".queue-pane [data-row]").first().waitFor();
	const list = await late(page, "/staff/alerts");
	await page.clock.fastForward(31_000); // what was read is stale, and the page is looked at again
	await page.evaluate(() => globalThis.dispatchEvent(new Event("visibilitychange")));
	await list.asked(1);
	const before = await page.locator(".queue-pane [data-row]").count();
	await danger("read-again");
	await told(page, /level/i);
	list.release();
	await page.waitForTimeout(1500); // an older answer would take it away again
	await page.waitForFunction((rows) => document.querySelectorAll(".queue-pane [data-row]").length === rows, before + 1); // top priority breaks in
	quiet(page);
	await page.unrouteAll({ behavior: "ignoreErrors" });
	await page.context().close();
});


/** A client whose replies a clinician approves, ready to write. */
async function reviewed(pseudonym) {
	const staff = await program.staff("clinician"), client = new Session(program, "/api/v1");
	const made = await staff.post("/staff/clients", { pseudonym, birth_year: 1990, lang: "en", country: "US", approve_replies: true });
	await client.post(`/invites/${made.invite_url.split("/invite/")[1]}/accept`, { second_fact: "1990", lang: "en" });
	for (const kind of ["care", "ai_chat"]) await client.put(`/client/consents/${kind}`, { state: "given", document_version: (await consentOf(client, kind)).document.version });
	return client;
}

test("a reply that begins to wait while the list of reviews is read, for the first time and again, is on it", async () => {
	const client = await reviewed("Sorrel");
	const page = await openPage(browser);
	await page.clock.install();
	const first = await late(page, "/staff/reviews");
	const stream = streamOpen(page);
	await signIn(page, program, "clinician");
	await page.goto(`${program.url}/console#/reviews`);
	await first.asked(1);
	await stream;
	await client.post("/client/messages", { text: "I finished the puzzle with my father today.", client_message_id: crypto.randomUUID() }, { expect: 202 });
	await told(page, "Sorrel");
	first.release();
	await page.locator(".queue-pane [data-row]").filter({ hasText: "Sorrel" }).first().waitFor({ timeout: 10_000 });

	await page.unrouteAll({ behavior: "ignoreErrors" });
	const another = await reviewed("Yarrow"), again = await late(page, "/staff/reviews");
	await page.clock.fastForward(31_000);
	await page.evaluate(() => globalThis.dispatchEvent(new Event("visibilitychange")));
	await again.asked(1);
	await another.post("/client/messages", { text: "We start a bigger one next week.", client_message_id: crypto.randomUUID() }, { expect: 202 });
	await told(page, "Yarrow");
	again.release();
	await page.locator(".queue-pane [data-row]").filter({ hasText: "Yarrow" }).first().waitFor({ timeout: 10_000 });
	quiet(page);
	await page.unrouteAll({ behavior: "ignoreErrors" });
	await page.context().close();
});

test("what the client says while the conversation is read again stays on the page", async () => {
	const client = await reviewed("Tansy");
	const cookies = [...client.cookies].map(([name, value]) => ({ name, value, domain: new URL(program.url).hostname, path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Strict" }));
	const page = await openPage(browser, { size: "phone", state: { cookies, origins: [] } });
	const again = await late(page, "/client/conversation", 1);
	await page.goto(`${program.url}/#/chat`);
	await page.getByLabel("Your message").fill("Nobody should lose this sentence.");
	await again.asked(1); // the stream is open, and what came before it is asked for
	await page.locator(".composer button").click();
	await page.locator(".bubble", { hasText: "Nobody should lose" }).waitFor();
	await page.waitForFunction(() => !document.querySelector(".pending"));
	again.release();
	await page.waitForTimeout(1500); // an older answer would take it away again
	await page.waitForFunction(() => [...document.querySelectorAll(".bubble")].filter((each) => each.textContent.includes("Nobody should lose")).length === 1);
	quiet(page);
	await page.unrouteAll({ behavior: "ignoreErrors" });
	await page.context().close();
});

test("a reading that does not get through takes no page away, nor what was typed", async () => {
	const client = await reviewed("Borage");
	const cookies = [...client.cookies].map(([name, value]) => ({ name, value, domain: new URL(program.url).hostname, path: "/", expires: -1, httpOnly: true, secure: false, sameSite: "Strict" }));
	const page = await openPage(browser, { size: "phone", state: { cookies, origins: [] } });
	let asked = 0;
	await page.route((url) => url.pathname === "/api/v1/client/conversation", (route) => (asked++ === 0 ? route.continue() : route.abort()));
	await page.goto(`${program.url}/#/chat`);
	await page.getByLabel("Your message").fill("Half of a thought, not");
	for (let waited = 0; asked < 4; waited += 50) { // the first, and one after the stream is open, tried three times
		assert.ok(waited < 30_000, "the conversation was not read again");
		await page.waitForTimeout(50);
	}
	await page.waitForTimeout(500);
	assert.equal(await page.getByLabel("Your message").inputValue(), "Half of a thought, not");
	assert.equal(await page.getByRole("alert").count(), 0);
	await page.context().close();
});

test("an alert that comes while one tab hands the stream on to the next is on the next one's list", async () => {
	await danger("before");
	const page = await openPage(browser);
	await signIn(page, program, "clinician");
	await page.locator(".queue-pane [data-row]").first().waitFor();
	const next = await page.context().newPage();
	await next.goto(`${program.url}/console#/today`);
	await next.locator(".queue-pane [data-row]").first().waitFor();
	const rows = await next.locator(".queue-pane [data-row]").count();
	let open, asked;
	const held = new Promise((done) => (open = done)), wanted = new Promise((done) => (asked = done));
	await next.route((url) => url.pathname === "/api/v1/staff/stream", async (route) => {
		asked();
		await held;
		await route.continue();
	});
	await page.close();
	await wanted; // the other tab is gone, and this one's own stream is not open yet
	await danger("between-tabs");
	open();
	await next.waitForFunction((count) => document.querySelectorAll(".queue-pane [data-row]").length === count, rows + 1, { timeout: 10_000 });
	await next.unrouteAll({ behavior: "ignoreErrors" });
	await next.context().close();
});
