// The main job on the real program, in real pages: a client's message, an alert on a page that is already open, acknowledgement, contact, resolution, and the
// journal's export verified with `heedwell audit verify`. Both apps, axe on the states they pass, pictures when HEEDWELL_PICTURES is set.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { binary, Program, root } from "../flow/harness.mjs";
import { accessible, consent, launch, openPage, picture, quiet } from "./browser.mjs";

let program, browser, client, clinician;

before(async () => {
	program = await Program.start();
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

const person = (role) => program.demo.staff.find((each) => each.role === role);

async function signIn(page, who) {
	await page.goto(program.url + "/console");
	await page.getByLabel("Login").fill(who.login);
	await page.getByLabel("Password").fill(who.password);
	await page.getByRole("button", { name: "Sign in" }).click();
	await page.locator("#queue-title").waitFor();
}

async function enter(page, link) {
	await page.goto(link);
	await page.getByLabel(/year you were born/).fill(String(program.demo.second_fact));
	await page.getByRole("button", { name: "Continue" }).click();
	await consent(page);
	await page.getByLabel("Your message").waitFor();
}

async function say(page, text) {
	await page.getByLabel("Your message").fill(text);
	await page.locator(".composer button").click();
}

test("a clinician has the console open, a client comes by the link", async () => {
	clinician = await openPage(browser, { size: "desktop" });
	await signIn(clinician, person("clinician"));
	await accessible(clinician, "console, nothing waits");
	client = await openPage(browser, { size: "phone" });
	await enter(client, program.demo.client_links[0]);
	await say(client, "Hello, I had a long week and slept badly.");
	await client.locator(".message.assistant .bubble").first().waitFor();
	await accessible(client, "chat");
	await picture(client, "journey-client-phone-light");
});

test("a message in danger is an alert on the open page, and the client reads approved words at once", async () => {
	await clinician.evaluate(() => {
		globalThis.seen = new Promise((resolve) => new MutationObserver(() => {
			if (/suicid|end their life|kill/i.test(document.querySelector(".queue-pane")?.textContent ?? "")) resolve(Date.now());
		}).observe(document.body, { subtree: true, childList: true, characterData: true }));
	});
	const sent = Date.now();
	await say(client, "I have decided to kill myself tonight.");
	const at = await Promise.race([clinician.evaluate(() => globalThis.seen), new Promise((_, reject) => setTimeout(() => reject(new Error("no alert within 15 s")), 15_000))]);
	console.log(`alert on the open page ${at - sent} ms after the tap`);
	await client.locator(".message.script .bubble").first().waitFor();
	assert.match(await client.locator(".message.script").first().textContent(), /988/);
	await client.getByText(/sent to the team|Nobody has opened it yet/i).first().waitFor();
	await accessible(client, "in danger");
	await picture(client, "journey-client-danger-phone-light");
	await accessible(clinician, "console, an alert came");
});

test("acknowledge, contact, resolve, each said back by the server", async () => {
	await clinician.locator(".queue-pane a, .queue-pane [role=row], .queue-pane button").filter({ hasText: /Heron|Ada/ }).first().click();
	await clinician.locator(".decide-pane").getByRole("button", { name: /Acknowledge/ }).waitFor();
	await clinician.locator(".talk-pane .finding").first().waitFor();
	await accessible(clinician, "alert open");
	await clinician.locator(".decide-pane").getByRole("button", { name: /Acknowledge/ }).click();
	await client.getByText(/has seen/i).first().waitFor();
	await clinician.locator(".decide-pane").getByRole("button", { name: /Record contact/ }).click();
	await clinician.getByRole("dialog").getByText("Reached the person").click();
	await clinician.getByRole("button", { name: "Save contact" }).click();
	await clinician.getByRole("dialog").waitFor({ state: "detached" });
	await clinician.locator(".decide-pane").getByRole("button", { name: /Resolve/ }).click();
	await clinician.getByRole("dialog").getByText("Spoke with the person").click();
	await accessible(clinician, "resolve dialog");
	await clinician.getByRole("dialog").getByRole("button", { name: "Resolve" }).click();
	await clinician.getByRole("dialog").waitFor({ state: "detached" });
	await clinician.locator(".decide-pane").getByText("Resolved").first().waitFor();
	quiet(clinician);
});

test("the journal of it verifies", async () => {
	const compliance = await program.staff("compliance");
	const text = await compliance.call("GET", "/staff/journal/export");
	const file = path.join(program.folder, "export.jsonl");
	fs.writeFileSync(file, typeof text === "string" ? text : JSON.stringify(text));
	execFileSync(binary, ["audit", "verify", file], { cwd: root, stdio: "pipe" });
	const page = await openPage(browser, { theme: "dark" });
	await signIn(page, person("supervisor"));
	await page.goto(program.url + "/console#/journal");
	await page.getByText("alert").first().waitFor();
	await accessible(page, "journal");
	await page.context().close();
});
