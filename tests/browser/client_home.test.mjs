// The client app's home, its way around, and the safety plan, in real pages against the running program: one next step, one heading a screen, sharing, a copy sealed under a PIN that opens
// with the network gone, quick exit that leaves nothing, print. Axe on every state; desktop, phone and 320 px, light and dark; right to left with long words; type twice as large.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet, sizes } from "./browser.mjs";

let program, browser, clinician, coach, made = 0;

before(async () => {
	program = await Program.start();
	browser = await launch();
	clinician = await program.staff("clinician");
	coach = await program.staff("coach");
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

async function someone(look, { lang = "en", to = "" } = {}) {
	const page = await openPage(browser, { ...look, lang: lang === "es" ? "es-ES" : "en-US" });
	const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: `Fern ${++made}`, birth_year: 1990, lang, country: lang === "es" ? "ES" : "US" });
	await page.goto(program.url + (to ? `/${to}` : "/"));
	await page.goto(program.url + (to ? `/${to}` : "") + invite_url.replace(/^\//, to ? "" : "/"));
	await page.locator("input").first().fill("1990");
	await page.locator("form button, .page button").last().click();
	await page.waitForFunction(() => location.hash === "#/about");
	page.person = client.id;
	return page;
}

const go = async (page, where) => {
	await page.evaluate((to) => (location.hash = to), where);
	await page.waitForFunction(() => !document.querySelector(".skeleton"));
	await page.locator("main h1").first().waitFor();
};

for (const [size, theme, lang] of [["phone", "light", "en"], ["phone", "dark", "es"], ["desktop", "light", "en"], ["desktop", "dark", "en"], ["small", "dark", "es"]])
	test(`home and plan: ${size}, ${theme}, ${lang}`, async () => {
		const page = await someone({ size, theme }, { lang });
		await go(page, "#/home");
		await page.locator(".next-step").waitFor();
		await accessible(page, "home");
		const bar = await page.locator(".places").boundingBox();
		assert.ok(size === "desktop" ? bar.x === 0 && bar.width < 260 : bar.y + bar.height > sizes[size].height - 2, "the way around is where it belongs");
		for (const link of await page.locator(".places a").all()) assert.ok((await link.boundingBox()).height >= 44);
		await clinician.post(`/staff/clients/${page.person}/modules`, { module: "activity" });
		await page.reload();
		await page.locator(".next-step").getByText(lang === "es" ? /hacer/i : /Doing a little more/).first().waitFor();
		await accessible(page, "home with a course");
		await picture(page, `client-home-${size}-${theme}`);
		await go(page, "#/plan");
		await accessible(page, "no plan yet");
		await picture(page, `client-plan-none-${size}-${theme}`);
		await page.locator("main a.button.primary").click();
		for (let part = 1; part <= 7; part++) {
			await page.getByText(lang === "es" ? `Parte ${part} de 7` : `Part ${part} of 7`).waitFor();
			await page.locator(".line input").first().fill(`A line for part ${part}`);
			if (part === 2) {
				await page.locator(".lines > .button").click();
				await page.locator(".line input").nth(1).fill("And another");
				await accessible(page, "two lines");
				await picture(page, `client-plan-edit-${size}-${theme}`);
			}
			await page.locator("main .button.primary").click();
		}
		await page.locator(".plan-text").waitFor();
		await accessible(page, "plan");
		await picture(page, `client-plan-${size}-${theme}`, { fullPage: true });
		assert.equal(await page.locator(".plan-text li").count(), 8);
		quiet(page);
		await page.context().close();
	});

test("a plan is kept between headings, read by the team only while shared, and an older device is told", async () => {
	const page = await someone({ size: "phone" });
	await go(page, "#/plan/edit/signs");
	await page.locator(".line input").fill("I stop answering");
	await page.getByRole("button", { name: "Next", exact: true }).click();
	await page.getByText("Part 2 of 7").waitFor();
	await page.getByRole("button", { name: "Back", exact: true }).click();
	assert.equal(await page.locator(".line input").inputValue(), "I stop answering");
	await page.getByRole("button", { name: "Save and stop here" }).click();
	await page.getByText("It is not finished").waitFor();
	await accessible(page, "draft");
	assert.deepEqual(await clinician.get(`/staff/clients/${page.person}/safety-plan`), { shared: false, plan: null });
	await page.locator(".switch").click();
	await page.getByText("You, and the people who look after you").waitFor();
	assert.deepEqual((await clinician.get(`/staff/clients/${page.person}/safety-plan`)).plan.sections.signs, ["I stop answering"]);
	// another device saves first
	await go(page, "#/plan/edit/signs");
	await page.locator(".line input").fill("Mine");
	await page.evaluate(async () => {
		const { csrf } = await (await fetch("/api/v1/client/session")).json();
		await fetch("/api/v1/client/safety-plan", { method: "PUT", headers: { "content-type": "application/json", "x-csrf-token": csrf }, body: JSON.stringify({ state: "draft", number: 1, shared: true, sections: { signs: ["Theirs"] } }) });
	});
	await page.getByRole("button", { name: "Save and stop here" }).click();
	await page.getByText("changed on another device").waitFor();
	await accessible(page, "conflict");
	await page.getByRole("button", { name: "Save what I have here" }).click();
	await page.locator(".plan-text").getByText("Mine").waitFor();
	quiet(page);
	await page.context().close();
});

test("a sealed copy opens without a network, with the PIN only; quick exit leaves nothing", async () => {
	const page = await someone({ size: "phone", workers: "allow" });
	await page.waitForFunction(() => navigator.serviceWorker?.controller);
	await go(page, "#/plan/edit/reasons");
	await page.locator(".line input").fill("My sister and the sea");
	await page.getByRole("button", { name: "Save my plan" }).click();
	await page.getByRole("button", { name: "Keep a copy on this device" }).click();
	await page.getByRole("dialog").waitFor();
	await accessible(page, "PIN");
	await page.getByLabel("PIN", { exact: true }).fill("271828");
	await page.getByLabel("The PIN once more").fill("271829");
	await page.getByRole("button", { name: "Keep it locked" }).click();
	await page.getByText("The two are not the same").waitFor();
	await page.getByLabel("The PIN once more").fill("271828");
	await page.getByRole("button", { name: "Keep it locked" }).click();
	await page.getByText("locked with your PIN").waitFor();
	assert.ok(!(await page.evaluate(() => JSON.stringify(localStorage))).includes("sister"), "the copy is not sealed");
	await page.context().setOffline(true);
	await page.reload();
	await page.getByLabel("Your PIN").waitFor();
	await accessible(page, "PIN asked");
	await page.getByLabel("Your PIN").fill("000000");
	await page.getByRole("button", { name: "Open", exact: true }).click();
	await page.getByText("That is not the PIN").waitFor();
	await page.getByLabel("Your PIN").fill("271828");
	await page.getByRole("button", { name: "Open", exact: true }).click();
	await page.getByText("My sister and the sea").waitFor();
	await accessible(page, "the copy");
	await picture(page, "client-plan-offline-phone-light");
	await page.getByRole("button", { name: "Leave" }).click();
	await page.waitForURL("about:blank");
	await page.context().setOffline(false);
	await page.goto(program.url + "/icon.svg");
	const left = await page.evaluate(async () => ({ local: Object.keys(localStorage ?? {}), caches: await caches.keys(), bases: (await indexedDB.databases()).map((each) => each.name) }));
	assert.deepEqual(left, { local: [], caches: [], bases: [] });
	await page.context().close();
});

test("until when somebody is there, or nobody: another day is named, in both languages", async (t) => {
	const admin = await program.staff("admin");
	const { version, settings, cover } = await admin.get("/staff/programme");
	const zone = "America/New_York", then = new Date(Date.now() + 3 * 86_400_000);
	const day = then.toLocaleDateString("en-GB", { weekday: "short", timeZone: zone });
	const changed = await admin.put("/staff/programme", { version, settings: settings ?? {}, cover: { hours: [{ days: day, from: "12:00", to: "13:00" }], on_call: [] } });
	t.after(() => admin.put("/staff/programme", { version: changed.version, settings: settings ?? {}, cover: cover ?? { hours: [{ days: "Daily", from: "00:00", to: "24:00" }], on_call: [] } }));
	for (const [lang, says] of [["en", /nobody of the team is on duty, until \w+day.* at \d\d:\d\d/], ["es", /no hay nadie del equipo de turno, hasta el \S+, \d+ de \S+ a las \d\d:\d\d/]]) {
		const page = await someone({ size: "small" }, { lang });
		await page.locator(".notice").getByText(says).waitFor();
		await accessible(page, `until another day, ${lang}`);
		quiet(page);
		await page.context().close();
	}
});

test("printed, the plan is dark on white, without bars and buttons", async () => {
	const page = await someone({ size: "desktop", theme: "dark" });
	await go(page, "#/plan/edit/reasons");
	await page.locator(".line input").fill("The garden");
	await page.getByRole("button", { name: "Save my plan" }).click();
	await page.locator(".plan-text").waitFor();
	const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Save as PDF" }).click()]);
	assert.equal(file.suggestedFilename(), "plan.pdf");
	assert.equal(fs.readFileSync(await file.path()).subarray(0, 5).toString(), "%PDF-");
	await page.emulateMedia({ media: "print" });
	for (const hidden of [".places", ".top", ".plan .button", ".switch"]) assert.ok(!(await page.locator(hidden).first().isVisible()), hidden);
	assert.ok(await page.locator(".only-print").isVisible());
	assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).color), "rgb(0, 0, 0)");
	await page.context().close();
});

test("right to left with long words, at 320 px and at 390 px: nothing is wider than the window", async () => {
	for (const size of ["small", "phone"]) {
		const page = await someone({ size }, { to: "?pseudo=rtl" });
		await clinician.post(`/staff/clients/${page.person}/modules`, { module: "sleep" });
		await page.goto(program.url + "/?pseudo=rtl#/home");
		await page.reload();
		await page.locator(".next-step").waitFor();
		assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl");
		assert.match(await page.locator("h1").textContent(), /^⟦/);
		await accessible(page, `home, right to left, ${size}`);
		await picture(page, `client-home-rtl-${size}-light`);
		const enrolment = await page.evaluate(async () => (await (await fetch("/api/v1/client/home")).json()).modules[0].id);
		for (const where of ["chat", "checkins", "modules", `modules/${enrolment}`, `lesson/${enrolment}/diary`, "plan", "plan/edit/signs", "data", "about"]) {
			await go(page, `#/${where}`);
			await accessible(page, `${where}, right to left, ${size}`);
		}
		await picture(page, `client-about-rtl-${size}-light`);
		quiet(page);
		await page.context().close();
	}
});

test("type twice as large: everything is reached, nothing is cut off", async () => {
	const page = await someone({ size: "desktop" });
	await page.setViewportSize({ width: 683, height: 410 }); // a window of 1366 x 820 at 200 %
	for (const where of ["home", "modules", "plan", "chat"]) {
		await go(page, `#/${where}`);
		await accessible(page, `${where} at 200 %`);
		await page.locator(".places a").last().scrollIntoViewIfNeeded();
		assert.ok(await page.locator(".places a").last().isVisible());
	}
	await page.context().close();
});

test("it can be installed: manifest, icons, a worker; by keyboard alone from home to the plan", async () => {
	const page = await someone({ size: "desktop" });
	const manifest = await (await fetch(program.url + "/manifest.webmanifest")).json();
	assert.equal(manifest.display, "standalone");
	for (const icon of manifest.icons) {
		const answer = await fetch(program.url + icon.src);
		assert.equal(answer.status, 200, icon.src);
		assert.ok(answer.headers.get("content-type").startsWith(icon.type));
	}
	assert.ok(!/heedwell|therap|mental|health/i.test(JSON.stringify(manifest)), "the name gives nothing away");
	await go(page, "#/home");
	for (let i = 0; i < 12 && !(await page.evaluate(() => document.activeElement?.getAttribute("href") === "#/plan")); i++) await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await page.getByRole("heading", { name: "My plan for hard moments", level: 1 }).waitFor();
	assert.equal(await page.locator(".places a[aria-current=page]").textContent(), "My plan");
	quiet(page);
	await page.context().close();
});

test("an answer of before, which comes after somebody signed in, does not sign them out", async () => {
	const page = await openPage(browser, { size: "phone" });
	const { invite_url } = await clinician.post("/staff/clients", { pseudonym: "Late answer", birth_year: 1990, lang: "en", country: "US" });
	await page.goto(program.url + invite_url);
	await page.getByLabel(/year you were born/).fill("1990");
	// What the page asks for when its worker takes over, held until the sign-in is done.
	let held = false, release, answered;
	const signedIn = new Promise((resolve) => (release = resolve));
	await page.route("**/api/v1/client/session", async (route) => {
		if (held) return route.continue();
		held = true;
		await signedIn;
		answered = route.fulfill({ status: 401, contentType: "application/json", body: JSON.stringify({ error: { code: "signed_out", message: "sign in first", field: null } }) });
	});
	await page.evaluate(() => navigator.serviceWorker.dispatchEvent(new Event("controllerchange")));
	for (let i = 0; i < 1500 && !held; i++) await page.waitForTimeout(20);
	assert.ok(held, "nothing was asked");
	await Promise.all([page.waitForResponse((response) => response.url().endsWith("/accept")), page.getByRole("button", { name: "Continue" }).click()]);
	await page.getByRole("button", { name: "Next: your choices" }).waitFor();
	release();
	await page.waitForTimeout(50);
	await answered;
	await page.waitForTimeout(300);
	assert.ok(await page.getByRole("button", { name: "Next: your choices" }).isVisible(), "signed out by an answer of before");
	await page.context().close();
});
