// One person's way through a programme, in real pages: the invite, consent, the first conversation, a questionnaire whose ninth answer calls somebody, acknowledgement, contact and end of the alert, the triage
// decision, a word from the team, the questionnaire again, the chart that shows a recovery, the export of one's own data, erasure.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, consent, launch, openPage, picture, quiet } from "./browser.mjs";

let program, browser, page, clinician, compliance, person, conversation;

before(async () => {
	program = await Program.start();
	browser = await launch();
	clinician = await program.staff("clinician");
	compliance = await program.staff("compliance");
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

async function answerPhq(words) {
	const task = await clinician.post(`/staff/clients/${person.id}/questionnaires`, { instrument: "phq-9" });
	await page.goto(`${program.url}/#/checkins`);
	await page.goto(`${program.url}/#/checkin/${task.id}`);
	for (let at = 1; at <= 9; at++) {
		await page.getByText(`Question ${at} of 10`).waitFor();
		await page.getByText(words[at - 1], { exact: true }).click();
		await page.getByText(/^Saved$/).waitFor();
		await page.getByRole("button", { name: "Next", exact: true }).click();
	}
	await page.getByText("Question 10 of 10").waitFor();
	await page.getByText("Somewhat difficult", { exact: true }).click();
	await page.getByText(/^Saved$/).waitFor();
	await page.getByRole("button", { name: "Next", exact: true }).click();
	await page.getByRole("button", { name: "Send" }).click();
	await page.getByRole("heading", { name: /It is with your team/ }).waitFor();
}

test("from the invite to the first conversation", async () => {
	const made = await clinician.post("/staff/clients", { pseudonym: "Alder", name: "Noor", birth_year: 1991, lang: "en", country: "US" });
	person = made.client;
	page = await openPage(browser, { size: "phone" });
	await page.goto(program.url + made.invite_url);
	await page.getByLabel(/year you were born/).fill("1991");
	await page.getByRole("button", { name: "Continue" }).click();
	await consent(page);
	await page.getByLabel("Your message").fill("Hello, I am new here and a bit nervous.");
	await page.locator(".composer button").click();
	await page.locator(".message.assistant .bubble").first().waitFor();
	conversation = (await page.evaluate(async () => (await (await fetch("/api/v1/client/conversation")).json()).id));
});

test("the intake, answered on the phone, makes a referral with a recommendation", async () => {
	await page.goto(`${program.url}/#/intake`);
	await page.getByRole("button", { name: "Begin" }).click();
	for (let i = 0; i < 40; i++) {
		await page.waitForFunction(() => !document.querySelector(".pending") && !document.querySelector(".skeleton"));
		if (!(await page.locator("#intake-question").count())) break;
		const html = await page.locator(".intake").innerHTML();
		let name = "Next";
		if (await page.getByRole("button", { name: "Later" }).count()) name = "Later";
		else if (await page.locator(".intake textarea").count()) {
			if (await page.getByRole("button", { name: "Leave this one out" }).count()) name = "Leave this one out";
			else await page.locator(".intake textarea").fill("I have slept badly for weeks and worry about work.");
		} else {
			const asked = await page.locator("#intake-question").textContent();
			await page.locator(".intake .choice").filter({ hasText: /What would make it easier/.test(asked) ? "Evenings" : "" }).first().click();
		}
		await page.getByRole("button", { name, exact: true }).click();
		await page.waitForFunction((old) => document.querySelector(".intake") && document.querySelector(".intake").innerHTML !== old && !document.querySelector(".pending"), html);
	}
	await page.getByRole("button", { name: "Send to the team" }).click();
	await page.getByRole("heading", { name: "What happens next" }).waitFor();
	quiet(page);
});

test("the ninth answer calls somebody; acknowledged, contacted, resolved, and the conversation is released", async () => {
	await answerPhq(["More than half the days", "More than half the days", "More than half the days", "More than half the days", "Several days", "More than half the days", "More than half the days", "Several days", "Several days"]);
	const [alert] = (await clinician.get("/staff/alerts?limit=100&state=open")).items.filter((one) => one.client.id === person.id && /item q9/.test(one.reason));
	assert.ok(alert, "no alert");
	let now = await clinician.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version });
	now = await clinician.post(`/staff/alerts/${alert.id}/contact`, { version: now.version, outcome: "contacted", note: "Spoke for ten minutes." });
	now = await clinician.post(`/staff/alerts/${alert.id}/resolve`, { version: now.version, reason: "contacted", note: "Plan made together." });
	assert.equal(now.state, "resolved");
});

test("a clinician decides on the recommendation; somebody from the team writes", async () => {
	const { items } = await clinician.get("/staff/triage?limit=200");
	const referral = items.find((one) => one.client?.id === person.id || one.client_id === person.id);
	assert.ok(referral, "no referral on the board");
	await clinician.post(`/staff/triage/${referral.id}/decide`, { version: referral.version, priority: referral.recommended?.priority ?? referral.recommended_priority ?? "E", step: referral.recommended?.step ?? referral.recommended_step ?? 2, to: "waiting", reason: "As recommended, after the call." });
	await clinician.post(`/staff/conversations/${conversation}/messages`, { text: "Hello Noor, I will write to you on Thursday about your week." });
	await page.goto(`${program.url}/#/chat`);
	await page.getByText("I will write to you on Thursday").first().waitFor();
});

test("the questionnaire again: the chart in the console shows the recovery", async () => {
	await answerPhq(["Several days", "Several days", "Not at all", "Several days", "Not at all", "Not at all", "Several days", "Not at all", "Not at all"]);
	const console_ = await openPage(browser, { size: "desktop" });
	const who = program.demo.staff.find((each) => each.role === "clinician");
	await console_.goto(program.url + "/console");
	await console_.getByLabel("Login").fill(who.login);
	await console_.getByLabel("Password").fill(who.password);
	await console_.getByRole("button", { name: "Sign in" }).click();
	await console_.locator(".rail").waitFor();
	await console_.goto(`${program.url}/console#/clients/${person.id}`);
	await console_.locator("[data-chart=phq-9]").waitFor();
	assert.match(await console_.locator(".change-said").first().textContent(), /Better: from 15 to 4/);
	await accessible(console_, "the client's page after it all");
	await picture(console_, "walk-client-page-desktop-light", { fullPage: true });
	quiet(console_);
	await console_.context().close();
});

test("one's own data is taken along; erasure ends it", async () => {
	await page.goto(`${program.url}/#/data`);
	const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save a copy" }).click()]);
	const data = JSON.parse(fs.readFileSync(await download.path(), "utf8"));
	assert.ok(data.messages.some((one) => /nervous/.test(one.text)));
	await compliance.post(`/staff/clients/${person.id}/erase`, { reason: "asked for it" });
	const after_ = await clinician.get(`/staff/conversations/${conversation}`, { expect: 200 });
	assert.ok(!JSON.stringify(after_).includes("nervous"), "words are left");
	await page.context().close();
});
