// The client app against the stand-in server of web/dev: every page and state, in both themes and languages, on desktop and
// phone, with axe; the honest states of a message; quick exit; help offline. The journey against the real program is journey.test.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, launch, openPage, picture, quiet, standIn } from "./browser.mjs";

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser.close());

async function withServer(work) {
	const server = await standIn();
	try {
		await work(server);
	} finally {
		await server.stop();
	}
}

const words = {
	en: { token: "open", year: /year you were born/, next: "Continue", choices: "Next: your choices", yes: "Yes, I agree", no: "Not now", chat: "Go to the chat", box: "Your message", help: "Help now", wrong: /does not match/ },
	es: { token: "abierta", year: /año en que naciste/, next: "Continuar", choices: "Sigue: tus decisiones", yes: "Sí, acepto", no: "Ahora no", chat: "Ir a la conversación", box: "Tu mensaje", help: "Ayuda ya", wrong: /No coincide/ },
};

async function enter(page, url, w, look = async () => {}) {
	await page.goto(`${url}/#/invite/${w.token}`);
	await page.getByLabel(w.year).fill("1990");
	await look("invite");
	await page.getByRole("button", { name: w.next }).click();
	await page.getByRole("button", { name: w.choices }).waitFor();
	await look("about");
	await page.getByRole("button", { name: w.choices }).click();
	await page.getByRole("button", { name: w.yes }).waitFor();
	await look("consent");
	for (const [index, answer] of [w.yes, w.yes, w.no, w.no].entries()) {
		const title = await page.getByRole("heading", { level: 1 }).textContent();
		await page.getByRole("button", { name: answer }).click();
		await page.waitForFunction((old) => document.querySelector("h1")?.textContent !== old, title);
		assert.ok(index < 4);
	}
	await look("consent-done");
	await page.getByRole("button", { name: w.chat }).click();
	await page.getByLabel(w.box).waitFor();
}

async function say(page, w, text) {
	const others = page.locator(".message:not(.client)");
	const count = await others.count();
	await page.getByLabel(w.box).fill(text);
	await page.locator(".composer button").click();
	await others.nth(count).waitFor();
}

for (const [size, theme, lang] of [["phone", "light", "en"], ["phone", "dark", "es"], ["desktop", "dark", "en"], ["desktop", "light", "es"], ["small", "light", "es"]])
	test(`client app, every page: ${size}, ${theme}, ${lang}`, async () => withServer(async ({ url }) => {
		const page = await openPage(browser, { size, theme, lang: lang === "es" ? "es-ES" : "en-US" });
		const w = words[lang];
		const look = async (name) => {
			await accessible(page, name);
			if ((size === "phone" && lang === "en") || (size === "desktop" && lang === "en")) await picture(page, `client-${name}-${size}-${theme}`);
		};
		await page.goto(url + "/");
		await page.getByRole("button", { name: w.help }).waitFor();
		await look("signed-out");
		for (const state of ["used", "expired"]) {
			await page.goto(`${url}/#/invite/${state}`);
			await page.reload();
			await page.getByRole("heading", { level: 1 }).waitFor();
			await look("invite-" + state);
		}
		await enter(page, url, w, look);
		await look("chat-empty");
		await say(page, w, "A long day. I feel flat.");
		await page.locator(".bubble", { hasText: "hardest part" }).waitFor();
		await say(page, w, "Should I change my medication dose?");
		await say(page, w, "Can you diagnose me?");
		await look("chat");
		await say(page, w, "I want to die. The letters are written. Tonight.");
		await page.locator(".safety .help-line").first().waitFor();
		await look("chat-risk");
		await page.getByRole("button", { name: w.help }).click();
		await page.getByRole("dialog").waitFor();
		await page.waitForTimeout(100);
		await look("help");
		await page.getByRole("dialog").getByRole("button").first().click();
		await page.goto(url + "/#/data");
		await page.locator(".consent-row").first().waitFor();
		await look("data");
		quiet(page);
		await page.context().close();
	}));

test("a message shows its state honestly: answered by an AI, held, changed, and sent to nobody yet", async () => withServer(async ({ url }) => {
	const page = await openPage(browser);
	const w = words.en;
	await enter(page, url, w);
	await say(page, w, "A long day.");
	await page.locator(".bubble", { hasText: "hardest part" }).waitFor();
	for (const reply of await page.locator(".message.assistant").all()) assert.match(await reply.textContent(), /AI.*computer program/);
	await say(page, w, "Should I change my medication dose?");
	assert.match(await page.locator(".message").last().textContent(), /waits for a person.*10 minutes/s);
	assert.ok(!(await page.content()).includes("half of the dose"), "nothing of a held reply is in the page");
	await say(page, w, "Can you diagnose me?");
	assert.match(await page.locator(".message").last().textContent(), /safety check changed this reply/);
	await say(page, w, "I want to die. Tonight.");
	await page.getByText("Nobody has opened it yet").waitFor();
	const risk = page.locator(".safety");
	assert.equal(await risk.locator("a.help-line").count(), 3, "the best two ways and the emergency number, not a wall");
	assert.match(await page.locator(".message.script").last().textContent(), /Prepared/);
	quiet(page);
	await page.context().close();
}));

test("a second fact that is wrong is told; nothing is ticked beforehand", async () => withServer(async ({ url }) => {
	const page = await openPage(browser);
	await page.goto(url + "/#/invite/open");
	await page.getByLabel(words.en.year).fill("1980");
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByText(words.en.wrong).waitFor();
	await accessible(page, "wrong fact");
	await page.getByLabel(words.en.year).fill("1990");
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByRole("button", { name: words.en.choices }).click();
	await page.getByRole("button", { name: "Yes, I agree" }).waitFor();
	assert.equal(await page.locator("input:checked, [aria-checked=true], [aria-pressed=true]").count(), 0);
	const [yes, no] = await Promise.all([page.getByRole("button", { name: "Yes, I agree" }).boundingBox(), page.getByRole("button", { name: "Not now" }).boundingBox()]);
	assert.ok(Math.abs(yes.width - no.width) < 2 && yes.height === no.height, "\"not now\" is as large as \"yes\"");
	await page.context().close();
}));

test("a message written offline waits, and is stored once", async () => withServer(async ({ url }) => {
	const page = await openPage(browser);
	await enter(page, url, words.en);
	await page.context().setOffline(true);
	await page.getByLabel("Your message").fill("Are you there?");
	await page.keyboard.press("Enter");
	await page.getByText("Not sent yet: no connection").waitFor();
	await accessible(page, "offline");
	await page.context().setOffline(false);
	await page.locator(".bubble", { hasText: "hardest part" }).waitFor();
	assert.equal(await page.locator(".message.client").count(), 1);
	await page.context().close();
}));

test("help now opens signed out, offline and with the server down", async () => {
	const server = await standIn();
	const page = await openPage(browser, { workers: "allow" });
	await page.goto(server.url + "/");
	/* Asked again and again from here: waitForFunction takes the promise of an async function for a yes. */
	const kept = () => page.evaluate(async () => {
		const names = await caches.keys();
		return names.includes("help") && (await (await caches.open("help")).keys()).length >= 2 && navigator.serviceWorker.controller !== null;
	});
	for (let tries = 0; !(await kept()); tries++) {
		assert.ok(tries < 300, "help was not kept for offline within 30 s");
		await page.waitForTimeout(100);
	}
	await server.stop();
	await page.reload();
	await page.getByRole("button", { name: "Help now" }).click();
	await page.getByRole("link", { name: /Call 988/ }).waitFor();
	assert.equal(await page.getByRole("link", { name: /Call 988/ }).getAttribute("href"), "tel:988");
	await accessible(page, "help with the server down");
	await page.context().setOffline(true);
	await page.reload();
	await page.getByRole("button", { name: "Help now" }).click();
	await page.getByRole("link", { name: /Emergency: call 911/ }).waitFor();
	await page.context().close();
});

for (const way of ["button", "keys"])
	test(`quick exit by ${way}: session ended, device cleared, page replaced`, async () => withServer(async ({ url }) => {
		const page = await openPage(browser, { workers: "allow" });
		await page.route("https://www.wikipedia.org/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>elsewhere</title>" }));
		await enter(page, url, words.en);
		await page.evaluate(() => localStorage.setItem("country", "US"));
		const ended = page.waitForRequest((request) => request.url().endsWith("/client/logout"));
		if (way === "button") await page.getByRole("button", { name: "Leave" }).click();
		else for (let press = 0; press < 3; press += 1) await page.keyboard.press("Escape");
		await ended;
		await page.waitForURL("https://www.wikipedia.org/");
		await page.goto(url + "/");
		await page.getByText("You are signed out").waitFor();
		const left = await page.evaluate(() => localStorage.length);
		assert.equal(left, 0, "nothing of the person's settings is left");
		await page.context().close();
	}));

test("the whole way by keyboard", async () => withServer(async ({ url }) => {
	const page = await openPage(browser);
	await page.goto(url + "/#/invite/open");
	await page.getByLabel(words.en.year).waitFor();
	const until = async (name) => {
		for (let step = 0; step < 25; step += 1) {
			await page.keyboard.press("Tab");
			const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") || document.activeElement?.labels?.[0]?.textContent || document.activeElement?.textContent || "");
			if (focused.includes(name)) return;
		}
		assert.fail(`Tab never reached "${name}"`);
	};
	await until("year you were born");
	await page.keyboard.type("1990");
	await page.keyboard.press("Enter");
	await page.getByText("What is this?").waitFor();
	await until("Next: your choices");
	await page.keyboard.press("Enter");
	for (const answer of ["Yes, I agree", "Yes, I agree", "Not now", "Not now"]) {
		const title = await page.getByRole("heading", { level: 1 }).textContent();
		await until(answer);
		await page.keyboard.press("Enter");
		await page.waitForFunction((old) => document.querySelector("h1")?.textContent !== old, title);
	}
	await until("Go to the chat");
	await page.keyboard.press("Enter");
	await page.getByLabel("Your message").waitFor();
	await until("Your message");
	await page.keyboard.type("Hello");
	await page.keyboard.press("Enter");
	await page.locator(".bubble", { hasText: "hardest part" }).waitFor();
	await page.keyboard.press("Shift+Tab");
	await until("Help now").catch(() => undefined);
	await page.context().close();
}));

test("forced colours and a window of 320 pixels at twice the text size", async () => withServer(async ({ url }) => {
	const page = await openPage(browser, { size: "small", contrast: "active" });
	await page.goto(url + "/#/invite/open");
	await page.getByLabel(words.en.year).waitFor();
	await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
	await accessible(page, "200 %");
	await page.context().close();
}));
