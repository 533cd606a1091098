// load.test.mjs: the page that says how much the alerts ask of the team, on the real program with its demo's past: figures beside the budget, hours, clinicians, people, how often rules were
// right; a replay that is asked, watched, read, cancelled; a pack that is refused; empty, loading, error and offline. Axe on each; desktop and phone, light and dark, English and Spanish.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Program, root, Session } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet, sizes } from "./browser.mjs";

let program, browser, supervisor;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-load-"));

before(async () => {
	program = await Program.start({ seed: "full" });
	supervisor = await program.staff("supervisor");
	for (const shift of (await supervisor.get("/staff/rota")).shifts) await supervisor.post(`/staff/shifts/${shift.id}/remove`, { version: shift.version }); // the demo's
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await program?.stop();
	fs.rmSync(folder, { recursive: true, force: true });
});

async function consoleAt(where, { role = "supervisor", ...options } = {}) {
	const page = await openPage(browser, options);
	const who = program.demo.staff.find((each) => each.role === role);
	await page.goto(program.url + "/console");
	await page.locator("input").first().fill(who.login);
	await page.locator("input[type=password]").fill(who.password);
	await page.locator("form button[type=submit]").click();
	await page.locator(".rail").waitFor();
	await page.goto(`${program.url}/console#/${where}`);
	return page;
}
/** A picture of what a taller window would show: the page scrolls inside its frame. */
async function whole(page, size, name) {
	await page.setViewportSize({ ...sizes[size], height: 1800 });
	await picture(page, name);
	await page.setViewportSize(sizes[size]);
}
const settled = (page) => page.waitForFunction(() => !document.querySelector(".skeleton") && !document.querySelector(".pending"));

test("from the overview; without a rota only the alerts are counted", async () => {
	const page = await consoleAt("numbers");
	await page.getByRole("link", { name: /Alert load/ }).click();
	await page.getByRole("heading", { name: "Alert load" }).waitFor();
	await page.getByText("There is no rota").waitFor();
	await settled(page);
	await accessible(page, "no rota");
	quiet(page);
	await page.context().close();
});

test("a past that is over its budget", async () => {
	const clinician = await program.staff("clinician");
	const me = (await clinician.get("/staff/session")).person;
	const hour = new Date().getUTCHours();
	const clock = (h) => `${String((h + 24) % 24).padStart(2, "0")}:00`;
	await supervisor.post("/staff/shifts", { staff_id: me.id, kind: "in_hours", zone: "UTC", days: "Daily", start: clock(hour - 2), end: clock(hour + 2) }).catch((error) => assert.match(String(error), /201/));
	for (let i = 0; i < 5; i++) {
		const { invite_url, client } = await clinician.post("/staff/clients", { pseudonym: `Maple ${i}`, birth_year: 1988, lang: "en", country: "US" });
		const session = new Session(program, "/api/v1");
		await session.post(`/invites/${invite_url.split("/invite/")[1]}/accept`, { second_fact: "1988", lang: "en" });
		for (const { kind, document } of (await session.get("/client/consents")).items) if (["care", "ai_chat"].includes(kind)) await session.put(`/client/consents/${kind}`, { state: "given", document_version: document.version });
		await session.post("/client/messages", { text: "I have decided to kill myself tonight and I have everything ready.", client_message_id: "m1" });
		const resolve = async (reason) => {
			let alert = (await clinician.get("/staff/alerts?limit=200")).items.find((one) => one.client.id === client.id);
			alert = await clinician.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version });
			if (reason !== "false_alarm") alert = await clinician.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "contacted", note: "" });
			await clinician.post(`/staff/alerts/${alert.id}/resolve`, { version: alert.version, reason, note: "" });
		};
		await resolve(i === 4 ? "false_alarm" : "contacted");
		if (i > 0) continue;
		await session.post("/client/messages", { text: "I will end my life tonight, nobody can stop me.", client_message_id: "m2" });
		await resolve("safety_plan");
	}
	const load = await supervisor.get("/staff/load?days=7");
	assert.ok(load.total.over >= 1 && load.people.repeated >= 1, JSON.stringify(load.total));
});

for (const [size, theme, lang] of [["desktop", "light", "en"], ["desktop", "dark", "en"], ["phone", "light", "es"], ["phone", "dark", "en"]])
	test(`load, precision and a replay: ${size}, ${theme}, ${lang}`, async () => {
		const es = lang === "es";
		const page = await consoleAt("load", { size, theme, lang: es ? "es-ES" : "en-US" });
		await page.locator(".load-figures").waitFor();
		await settled(page);
		await page.locator(".hour[data-over]").nth(1).waitFor(); // beside the one of the key
		assert.ok(await page.locator(".budget-mark[data-over]").count(), "nothing says that the budget is exceeded");
		await accessible(page, `load ${size} ${theme}`);
		await whole(page, size, `console-load-${size}-${theme}`);
		await page.locator(".load select").nth(1).selectOption("concepts");
		await page.locator(".interval").first().waitFor();
		await accessible(page, `by concept ${size} ${theme}`);
		const form = page.locator(".whatif-form");
		await form.locator("select").nth(2).selectOption("4");
		await form.getByRole("button", { name: es ? "Dar menos peso a un concepto" : "Count a concept less" }).click();
		await form.getByLabel(es ? /^Concepto/ : /^Concept/).fill("suicide");
		await form.getByLabel(es ? "Cuenta" : "Counts").selectOption("0");
		await accessible(page, `asking ${size} ${theme}`);
		await form.locator("button[type=submit]").click();
		await page.locator(".versus").waitFor();
		await settled(page);
		await page.locator(".notice.bad").getByText(es ? /resultaron acertadas/ : /turned out right/).waitFor();
		await accessible(page, `replayed ${size} ${theme}`);
		await page.locator("#whatif-title").evaluate((title) => title.scrollIntoView());
		await whole(page, size, `console-what-if-${size}-${theme}`);
		if (size === "desktop" && theme === "light") {
			await page.getByRole("region", { name: "Messages that would be treated otherwise" }).locator("a").first().click();
			await page.locator(".talk").waitFor();
		}
		quiet(page);
		await page.context().close();
	});

test("a pack that is not sound is refused with its place; a sound one is replayed", async () => {
	const page = await consoleAt("load");
	await page.locator(".whatif-form").waitFor();
	const yaml = fs.readFileSync(path.join(root, "packs/policies/chatbot.yaml"), "utf8").replace(/^id: chatbot$/m, "id: trial").replace(/chatbot\./g, "trial.");
	const bad = path.join(folder, "bad.yaml"), good = path.join(folder, "good.yaml");
	fs.writeFileSync(bad, yaml.replace(/^rules:/m, "rulez:"));
	fs.writeFileSync(good, yaml);
	await page.locator("input[type=file]").setInputFiles(bad);
	await page.getByText("Chosen: bad.yaml").waitFor();
	await page.getByRole("button", { name: "Replay" }).click();
	await page.locator(".whatif-form .wrong").getByText(/pack:\d+/).waitFor();
	await accessible(page, "a pack refused");
	await page.locator("input[type=file]").setInputFiles(good);
	await page.getByRole("button", { name: "Replay" }).click();
	await page.getByText("Pack trial").first().waitFor();
	await page.locator(".versus").waitFor();
	quiet(page);
	await page.context().close();
});

test("a replay that is watched and cancelled", async () => {
	const page = await consoleAt("load");
	let state = "running";
	const run = { id: "00000000-0000-7000-8000-000000000001", state, failure: null, progress: 420, started_at: new Date().toISOString(), started_by: null, from: new Date(Date.now() - 28 * 86400e3).toISOString(), to: new Date().toISOString(), change: { policy: null, pack: null, confidence: 0, from_level: 3, caps: [] } };
	await page.route("**/staff/what-if/00000000-0000-7000-8000-000000000001**", (route) => {
		if (route.request().method() === "POST") state = "failed";
		return route.fulfill({ json: { ...run, state, failure: state === "failed" ? "too_many" : null } });
	});
	await page.goto(`${program.url}/console#/load/${run.id}`);
	await page.getByText("Replaying: 42 % of the time").waitFor();
	await accessible(page, "replaying");
	await page.locator(".replaying").screenshot();
	await page.getByRole("button", { name: "Cancel" }).click();
	await page.getByText("Choose fewer days").waitFor();
	await accessible(page, "failed");
	quiet(page);
	await page.context().close();
});

test("loading, error, empty; who may replay", async () => {
	const page = await consoleAt("numbers", { role: "clinician" });
	let answer = "wait";
	await page.route("**/staff/load?**", async (route) => {
		if (answer === "wait") return new Promise(() => {});
		if (answer === "fail") return route.abort();
		const load = await (await route.fetch()).json();
		return route.fulfill({ json: { ...load, total: { ...load.total, alerts: 0, per_hour: 0, over: 0, uncovered: 0 }, hours: [], clinicians: [], people: { clients: 0, episodes: 0, repeated: 0, list: [] }, rules: { items: [], more: false }, concepts: { items: [], more: false } } });
	});
	await page.goto(`${program.url}/console#/load`);
	await page.getByRole("heading", { name: "Alert load" }).waitFor();
	await page.locator(".skeleton").first().waitFor();
	await accessible(page, "loading");
	answer = "fail";
	await page.getByRole("combobox", { name: "How far back" }).selectOption("28");
	await page.getByRole("alert").first().waitFor({ timeout: 30_000 });
	await accessible(page, "not reached");
	answer = "empty";
	await page.getByRole("button", { name: "Try again" }).click();
	await page.getByText("No alerts of level 3 or 4 in this time").waitFor();
	await page.getByText("Nothing to count yet").waitFor();
	await accessible(page, "empty");
	assert.equal(await page.locator(".whatif-form").count(), 0, "a clinician is shown what only others may do");
	quiet(page);
	await page.context().close();
});
