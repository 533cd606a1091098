// Consent, place and identity on the real program, on a test clock: a walk of an adult in Illinois and of a minor in California; every page and state of this
// part with axe, in both widths and themes; a late answer about another country is dropped.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Clinic } from "../flow/clinic.mjs";
import { accessible, launch, openPage, picture, quiet } from "./browser.mjs";

let clinic, clinician, browser;
before(async () => {
	clinic = await Clinic.open();
	clinician = await clinic.staff("clinician");
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await clinic?.close();
});

const words = {
	en: { next: "Continue", choices: "Next: your choices", yes: "Yes, I agree", no: "Not now", chat: "Go to the chat", box: "Your message", year: /year you were born/, decline: "Rather not say" },
	es: { next: "Continuar", choices: "Sigue: tus decisiones", yes: "Sí, acepto", no: "Ahora no", chat: "Ir a la conversación", box: "Tu mensaje", year: /año en que naciste/, decline: "Prefiero no decirlo" },
};

async function invite(fields) {
	const made = await clinician.post("/staff/clients", { pseudonym: `W${Math.random().toString(36).slice(2, 9)}`, lang: "en", country: "US", ...fields });
	return { url: clinic.url + made.invite_url, id: made.client.id };
}

async function enter(page, url, year, w = words.en) {
	await page.goto(url);
	await page.getByLabel(w.year).fill(String(year));
	await page.getByRole("button", { name: w.next }).click();
	await page.getByRole("button", { name: w.choices }).click();
	for (const answer of [w.yes, w.yes, w.no, w.no]) {
		const title = await page.getByRole("heading", { level: 1 }).textContent();
		await page.getByRole("button", { name: answer }).click();
		await page.waitForFunction((old) => document.querySelector("h1")?.textContent !== old, title);
	}
	await page.getByRole("button", { name: w.chat }).click();
	await page.getByLabel(w.box).waitFor();
}

async function say(page, text, w = words.en) {
	await page.getByLabel(w.box).fill(text);
	await page.locator(".composer button").click();
	await page.locator(".message.client", { hasText: text }).last().waitFor();
}

/** A page of the console for somebody who has signed in. */
async function consoleOf(session, where, options) {
	const page = await openPage(browser, options);
	await page.context().addCookies([...session.cookies].map(([name, value]) => ({ name, value, url: clinic.url })));
	await page.goto(`${clinic.url}/console#/${where}`);
	return page;
}

test("Illinois, an adult: no program talks; a person is promised and told; where I am, who looked, what I ask for", async () => {
	const { url, id } = await invite({ birth_year: 1985, place: "US-IL" });
	const page = await openPage(browser, { size: "phone" });
	await enter(page, url, 1985);
	await page.locator(".ask-place").waitFor();
	await accessible(page, "chat, asked where");
	await picture(page, "consent-ask-place-phone-light");
	await say(page, "It has been a long week.");
	await page.locator(".message.script .bubble", { hasText: "A person can talk with you" }).waitFor();
	assert.equal(await page.locator(".message.assistant").count(), 0, "a generated reply in Illinois");
	assert.ok((await clinician.get("/staff/alerts?state=open")).items.some((one) => one.client.id === id && one.priority === 4));
	await page.getByText("No program answers here").waitFor();
	const order = await page.locator(".message").evaluateAll((all) => all.map((one) => one.className + ": " + one.textContent.slice(0, 40)));
	assert.match(order[0], /client/, order.join("; "));
	await accessible(page, "chat in Illinois");
	await picture(page, "consent-illinois-chat-phone-light");

	await page.getByRole("button", { name: "Say where" }).click();
	await page.getByRole("heading", { name: "Where I am" }).waitFor();
	await page.getByLabel("Country or state where you are now").selectOption("GB");
	await page.getByLabel(/Where exactly/).fill("at my sister's, Leeds");
	await accessible(page, "where I am");
	await picture(page, "consent-place-phone-light", { fullPage: true });
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("The emergency number there is 999.").waitFor();
	await page.getByRole("button", { name: "Help now" }).click();
	await page.getByRole("dialog").getByText("Emergency: call 999").waitFor();
	await page.getByRole("dialog").getByRole("button", { name: "Close" }).first().click();

	await clinician.get(`/staff/clients/${id}/consents`);
	await page.goto(clinic.url + "/#/data");
	await page.getByText("The clinician").first().waitFor();
	await page.getByText(/Looked at: .*your choices/).first().waitFor();
	await page.getByText("It is not safe to contact me outside this app").click();
	await page.getByText("We will not write or call.").waitFor();
	await accessible(page, "my data");
	await page.getByRole("button", { name: "Delete my data" }).click();
	await page.getByRole("dialog").getByLabel(/Anything you want to add/).fill("All of it, please.");
	await accessible(page, "ask to delete");
	await picture(page, "consent-delete-phone-light");
	await page.getByRole("button", { name: "Ask to delete" }).click();
	await page.getByText(/Asked. You get an answer by/).waitFor();
	await page.getByText(/Receipt/).waitFor();
	await accessible(page, "my data, asked");
	await picture(page, "consent-my-data-phone-light", { fullPage: true });

	await page.getByRole("button", { name: "Look at the questions" }).click();
	await page.getByRole("heading", { name: "About me, if I want" }).waitFor();
	await page.getByLabel("In your own words").nth(1).fill("woman");
	await page.getByText("I would rather not say").first().click();
	await accessible(page, "about me");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("Saved.").waitFor();
	await picture(page, "consent-about-me-phone-light", { fullPage: true });
	quiet(page);
	await page.context().close();
});

test("California, a minor: told before the first word, and after three hours while the page is open", async () => {
	const { url, id } = await invite({ birth_year: 2011, place: "US-CA" });
	const page = await openPage(browser, { size: "phone", theme: "dark" });
	await enter(page, url, 2011);
	await page.locator(".message.script", { hasText: "not with a person" }).waitFor();
	assert.match(await page.locator(".message").first().textContent(), /Notice.*computer program/s);
	await page.getByRole("button", { name: words.en.decline }).click();
	await page.locator(".ask-place").waitFor({ state: "detached" });
	await accessible(page, "chat with a notice");
	for (let minute = 0; minute < 180; minute += 20) {
		await say(page, `School, hour ${minute / 20}.`);
		await page.locator(".message.assistant").nth(minute / 20).waitFor();
		await clinic.advance(20 * 60);
	}
	await page.locator(".message.script", { hasText: "good time for a break" }).waitFor();
	await accessible(page, "a break");
	await picture(page, "consent-california-break-phone-dark");
	clinician = await clinic.staff("clinician");
	const panel = await clinician.get(`/staff/clients/${id}/consents`);
	assert.equal(panel.rules.break_minutes, 180);
	quiet(page);
	await page.context().close();
});

test("the pages of this part in Spanish, on the desktop and in the dark, and on a very small screen", async () => {
	for (const [size, theme] of [["desktop", "dark"], ["small", "light"]]) {
		const { url } = await invite({ birth_year: 1990, lang: "es" });
		const page = await openPage(browser, { size, theme, lang: "es-ES" });
		await enter(page, url, 1990, words.es);
		await accessible(page, `chat, ${size}`);
		for (const where of ["place", "about-me", "data"]) {
			await page.goto(`${clinic.url}/#/${where}`);
			await page.getByRole("heading", { level: 1 }).waitFor();
			await page.locator(".skeleton").first().waitFor({ state: "detached" }).catch(() => {});
			await page.waitForTimeout(200);
			await accessible(page, `${where}, ${size}`);
			if (size === "desktop") await picture(page, `consent-${where}-desktop-dark`, { fullPage: true });
		}
		quiet(page);
		await page.context().close();
	}
});

test("a late answer about another country does not overwrite the right one; without an answer the page says so", async () => {
	const { url } = await invite({ birth_year: 1990 });
	const page = await openPage(browser, { size: "phone" });
	await enter(page, url, 1990);
	let release;
	const late = new Promise((resolve) => (release = resolve));
	await page.route(/\/help\?.*country=CA/, async (route) => {
		await late;
		await route.continue();
	});
	await page.getByRole("button", { name: "Help now" }).click();
	await page.getByRole("dialog").waitFor();
	await page.getByLabel("Country").selectOption("CA");
	await page.getByLabel("Country").selectOption("GB");
	await page.getByText("Emergency: call 999").waitFor();
	release();
	await page.waitForTimeout(500);
	assert.match(await page.getByRole("dialog").textContent(), /999/);
	assert.doesNotMatch(await page.getByRole("dialog").textContent(), /call 911/);
	await page.unroute(/\/help\?.*country=CA/);
	await page.getByRole("dialog").getByRole("button", { name: "Close" }).first().click();
	await page.route(/\/client\/(access|requests)/, (route) => route.abort());
	await page.goto(clinic.url + "/#/data");
	await page.getByRole("heading", { name: "Who looked" }).waitFor();
	await page.getByText(/could not|Try again|reach/i).first().waitFor();
	await accessible(page, "my data, errors");
	await page.context().close();
});

test("the console: consent, age, place and law of a client; requests for compliance, answered", async () => {
	const { url, id } = await invite({ birth_year: 2014, place: "US-IL" });
	const phone = await openPage(browser, { size: "phone" });
	await enter(phone, url, 2014);
	await say(phone, "Hello, is anybody here?");
	await phone.locator(".message.script .bubble").first().waitFor();
	await phone.goto(clinic.url + "/#/data");
	await phone.getByRole("button", { name: "Leave the programme" }).click();
	await phone.getByRole("button", { name: "Leave", exact: true }).last().click();
	await phone.getByText(/Asked. You get an answer by/).waitFor();

	const page = await consoleOf(clinician, `consents/${id}`, { size: "desktop" });
	await page.getByText("No program may talk with this person").waitFor();
	await page.getByText(/Below 13: no AI/).waitFor();
	await accessible(page, "consent panel");
	await page.getByRole("button", { name: "Record about a guardian" }).click();
	await page.getByText("Verified parental consent").click();
	await page.getByLabel(/Who, and how/).fill("R. T., mother");
	await page.getByLabel("Why").fill("Came in with the child; identity card seen.");
	await accessible(page, "guardian dialog");
	await picture(page, "consent-guardian-desktop-light");
	await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
	await page.getByText(/R\. T\., mother/).waitFor();
	await page.getByRole("button", { name: "Record a decision" }).click();
	await page.getByRole("dialog").getByRole("combobox", { name: "About" }).selectOption({ index: 7 });
	await page.getByRole("dialog").getByText("Yes", { exact: true }).click();
	await page.getByRole("dialog").getByText("On paper", { exact: true }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await page.getByText(/decisions with the text/).click();
	await accessible(page, "consent panel, history");
	await picture(page, "consent-panel-desktop-light", { fullPage: true });
	quiet(page);
	await page.context().close();
	const small = await consoleOf(clinician, `consents/${id}`, { size: "phone", theme: "dark" });
	await small.getByText("No program may talk with this person").waitFor();
	await accessible(small, "consent panel, phone");
	await picture(small, "consent-panel-phone-dark", { fullPage: true });
	await small.context().close();

	const compliance = await clinic.staff("compliance");
	const desk = await consoleOf(compliance, "requests", { size: "desktop", theme: "dark" });
	await desk.getByText("Leave the programme").first().waitFor();
	await accessible(desk, "requests");
	await picture(desk, "consent-requests-desktop-dark");
	await desk.getByRole("button", { name: "Close the record and answer" }).first().click();
	await desk.getByLabel("Answer to the person").fill("Your record is closed. It is kept for six years by law, and read by nobody without a reason.");
	await accessible(desk, "answer a request");
	await desk.getByRole("dialog").getByRole("button", { name: "Send" }).click();
	await desk.getByRole("dialog").waitFor({ state: "detached" });
	quiet(desk);
	await desk.context().close();
	const mobile = await consoleOf(compliance, "requests", { size: "phone" });
	await mobile.getByRole("heading", { name: "Data requests" }).waitFor();
	await mobile.waitForTimeout(300);
	await accessible(mobile, "requests, phone");
	await picture(mobile, "consent-requests-phone-light");
	await mobile.context().close();
	await phone.reload();
	await phone.getByText("You are signed out").waitFor();
	await phone.context().close();
});
