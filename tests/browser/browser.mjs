// browser.mjs: Chromium for the tests of the two apps: pages that report what a person could not see (script errors, blocked
// content), axe on a page as it stands, pictures for the documentation, and the stand-in server of web/dev.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = path.join(root, "docs/screenshots");

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const sizes = { desktop: { width: 1366, height: 820 }, phone: { width: 390, height: 844 }, small: { width: 320, height: 640 } };

export function launch() {
	return chromium.launch({ executablePath: process.env.HEEDWELL_CHROMIUM ?? "/usr/bin/chromium", args: flags });
}

/** A page in a fresh profile. What went wrong in it is kept in page.troubles, and expected to be empty by `quiet`. */
export async function openPage(browser, { size = "desktop", theme = "light", lang = "en-US", workers = "block", touch = size !== "desktop", contrast, motion = "reduce", zone, state } = {}) {
	const context = await browser.newContext({
		viewport: sizes[size], colorScheme: theme, locale: lang, serviceWorkers: workers, reducedMotion: motion, hasTouch: touch, isMobile: touch, forcedColors: contrast, timezoneId: zone, storageState: state,
	});
	const page = await context.newPage();
	await slowly(context, page);
	page.troubles = [];
	page.on("pageerror", (error) => page.troubles.push("script: " + error.message));
	page.on("console", (message) => {
		if (message.type() !== "error" && message.type() !== "warning") return;
		if (/Failed to load resource/.test(message.text())) return; // answers such as 401 before sign-in are part of the play
		if (/Service Worker registration blocked/.test(message.text())) return;
		page.troubles.push(`${message.type()}: ${message.text()}`);
	});
	page.setDefaultTimeout(30_000);
	return page;
}

/** With HEEDWELL_SLOW=6 the page's script runs at a sixth of its speed: what a test only finds because a fast machine had finished in time fails then. */
async function slowly(context, page) {
	if (process.env.HEEDWELL_SLOW) await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: Number(process.env.HEEDWELL_SLOW) });
}

export function quiet(page) {
	assert.deepEqual(page.troubles, [], "the page complained");
}

/** With HEEDWELL_LOOKS, every page that axe is asked about is also kept as a picture in build/looks, to be looked at: every page and state that the tests
 * know, in each theme and width. */
const looks = path.join(root, "build/looks");
let looked = 0;
async function keepLook(page, what) {
	if (!process.env.HEEDWELL_LOOKS) return;
	fs.mkdirSync(looks, { recursive: true });
	const file = path.basename(process.argv[1] ?? "page", ".test.mjs"), { width } = page.viewportSize();
	const theme = (await page.evaluate(() => document.documentElement.dataset.theme)) === "dark" ? "dark" : "light";
	const name = `${file}-${String(++looked).padStart(3, "0")}-${what.replace(/[^\p{L}\d]+/gu, "_")}-${width}-${theme}`;
	await page.screenshot({ path: path.join(looks, name.slice(0, 150) + ".png"), fullPage: true });
}

/** Axe over the page as it is now, with what WCAG 2.2 AA asks and the best practices; and nothing wider than the window. */
export async function accessible(page, what) {
	await page.locator("h1").first().waitFor({ state: "attached" }).catch(() => undefined); // not there at all: axe says so
	await page.waitForTimeout(50);
	await keepLook(page, what);
	if (!(await page.evaluate(() => Boolean(globalThis.axe)))) await page.evaluate(axeSource + ";0");
	const result = await page.evaluate(() =>
		globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] }));
	const found = result.violations.map((each) => `${each.id}: ${each.help}: ${each.nodes.map((node) => node.target.join(" ") + " " + node.html.slice(0, 160) + " " + (node.any[0]?.message ?? "")).join(" | ")}`);
	assert.deepEqual(found, [], `axe, ${what}`);
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `${what}: ${over} px wider than the window`);
}

/** A picture for docs/screenshots, written only when HEEDWELL_PICTURES is set: pictures differ in a few pixels from machine to machine. */
export async function picture(page, name, options = {}) {
	if (!process.env.HEEDWELL_PICTURES) return;
	fs.mkdirSync(pictures, { recursive: true });
	await page.screenshot({ path: path.join(pictures, name + ".png"), ...options });
}

/** web/dev/server.mjs on a free port. */
export async function standIn() {
	const child = spawn(process.execPath, [path.join(root, "web/dev/server.mjs"), "0"], { stdio: ["ignore", "pipe", "inherit"] });
	const url = await new Promise((resolve, reject) => {
		let text = "";
		child.once("exit", (code) => reject(new Error(`the stand-in server ended: ${code}`)));
		child.stdout.on("data", (bytes) => {
			text += bytes;
			const found = /http:\/\/[\d.]+:\d+/.exec(text);
			if (found) resolve(found[0]);
		});
	});
	return {
		url,
		stop: () => new Promise((done) => {
			child.removeAllListeners("exit");
			child.once("exit", done);
			child.kill("SIGTERM");
		}),
	};
}

/** From the welcome of a client to the chat: yes to care and to the AI, no to the rest; what was answered before is not asked. */
export async function consent(page) {
	await page.getByRole("button", { name: "Next: your choices" }).click();
	for (let asked = 0; asked < 12; asked++) {
		const title = await page.getByRole("heading", { level: 1 }).textContent();
		if (await page.getByRole("button", { name: "Go to the chat" }).count()) break;
		await page.getByRole("button", { name: /care|AI/.test(title) ? "Yes, I agree" : "Not now" }).click();
		await page.waitForFunction((old) => document.querySelector("h1")?.textContent !== old, title);
	}
	await page.getByRole("button", { name: "Go to the chat" }).click();
}

/** The question of the first conversation on the page; "" when none is. */
export const intakeQuestion = (page) => page.evaluate(() => document.querySelector(".intake #intake-question")?.textContent ?? "");

/** Presses a button of the first conversation that leads on, and waits until another question, or none, is there and nothing is under way. */
export async function intakeNext(page, name = "Next") {
	const before = await intakeQuestion(page);
	await page.getByRole("button", { name, exact: true }).click();
	await page.waitForFunction((old) => document.querySelector(".intake") && (document.querySelector("#intake-question")?.textContent ?? "") !== old && !document.querySelector(".pending"), before);
}

/** Somebody of the demo's team, by role, signed in to the console on its own page. Then the page `where`, if one is named. */
export async function signIn(page, program, role = "clinician", where) {
	const who = program.demo.staff.find((each) => each.role === role);
	await page.goto(program.url + "/console");
	await page.getByLabel("Login").fill(who.login);
	await page.getByLabel("Password").fill(who.password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await page.locator(".rail").waitFor();
	if (where) await page.goto(`${program.url}/console#/${where}`);
}
