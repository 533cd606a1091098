// One person's way through a programme, in real pages: the invite, consent, the first conversation, a questionnaire whose ninth answer calls somebody, acknowledgement, contact and end of the alert, the triage
// decision, a course and its coach's word, the questionnaire again, the chart that shows a recovery, the export of one's own data, erasure.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, consent, intakeNext, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

let program, browser, page, desk, clinician, compliance, person, conversation;

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
	await page.locator("#intake-question").waitFor();
	for (let i = 0; i < 40; i++) {
		await page.waitForFunction(() => !document.querySelector(".pending") && !document.querySelector(".skeleton"));
		if (!(await page.locator("#intake-question").count())) break;
		let name = "Next";
		if (await page.getByRole("button", { name: "Later" }).count()) name = "Later";
		else if (await page.locator(".intake textarea").count()) {
			if (await page.getByRole("button", { name: "Leave this one out" }).count()) name = "Leave this one out";
			else await page.locator(".intake textarea").fill("I have slept badly for weeks and worry about work.");
		} else {
			const asked = await page.locator("#intake-question").textContent();
			await page.locator(".intake .choice").filter({ hasText: /What would make it easier/.test(asked) ? "Evenings" : "" }).first().click();
		}
		await intakeNext(page, name);
	}
	await page.getByRole("button", { name: "Send to the team" }).click();
	await page.getByRole("heading", { name: "What happens next" }).waitFor();
	quiet(page);
});

/** A person of the team, signed in to the console. */
async function deskOf(role) {
	const desk = await openPage(browser, { size: "desktop" });
	await signIn(desk, program, role);
	return desk;
}
const closed = (desk) => desk.getByRole("dialog").waitFor({ state: "detached" });

test("the ninth answer calls somebody; acknowledged, contacted, resolved, and the conversation is released", async () => {
	desk = await deskOf("clinician");
	await answerPhq(["More than half the days", "More than half the days", "More than half the days", "More than half the days", "Several days", "More than half the days", "More than half the days", "Several days", "Several days"]);
	const [alert] = (await clinician.get("/staff/alerts?limit=100&state=open")).items.filter((one) => one.client.id === person.id && /item q9/.test(one.reason));
	assert.ok(alert, "no alert");
	await desk.locator(".new-bar").click(); // it came to the open page by itself
	await desk.locator(`[data-row][data-id="${alert.id}"]`).click();
	await desk.locator(".decide-pane").getByRole("button", { name: /Acknowledge/ }).click();
	await desk.locator(".decide-pane .saved").getByText(/Saved at/).waitFor();
	await desk.locator(".decide-pane").getByRole("button", { name: "Record contact" }).click();
	await desk.keyboard.press("1");
	await desk.getByLabel(/Note/).fill("Spoke for ten minutes.");
	await desk.getByRole("button", { name: "Save contact" }).click();
	await closed(desk);
	await desk.locator(".decide-pane").getByRole("button", { name: /Resolve/ }).click();
	await desk.keyboard.press("1");
	await desk.getByLabel(/Note/).fill("Plan made together.");
	await desk.getByRole("dialog").getByRole("button", { name: "Resolve" }).click();
	await closed(desk);
	const now = await clinician.get(`/staff/alerts/${alert.id}`);
	assert.equal(now.state, "resolved");
	assert.ok(now.contacted_at, "no contact was recorded");
});

test("a clinician decides on the recommendation, gives a coach and a module", async () => {
	const referral = (await clinician.get("/staff/triage?limit=200")).items.find((one) => one.client.id === person.id);
	assert.ok(referral, "no referral on the board");
	await desk.goto(`${program.url}/console#/triage/${referral.id}`);
	await desk.getByRole("button", { name: "Confirm", exact: true }).click();
	await desk.getByText("Saved.").waitFor();
	assert.ok((await clinician.get(`/staff/triage/${referral.id}`)).decided, "not decided");
	await desk.goto(`${program.url}/console#/clients/${person.id}`);
	await desk.getByRole("button", { name: "Change", exact: true }).click();
	const coach = desk.getByRole("dialog").getByRole("combobox", { name: "Coach", exact: true });
	await coach.selectOption({ label: await coach.locator("option").filter({ hasText: "Coach" }).first().textContent() });
	await accessible(desk, "who is there for them");
	await picture(desk, "console-client-team-desktop-light");
	await desk.getByRole("dialog").getByRole("button", { name: "Save", exact: true }).click();
	await closed(desk);
	await desk.getByRole("button", { name: "Give a course" }).click();
	await desk.getByRole("dialog").getByRole("combobox").selectOption("activity");
	await desk.getByRole("button", { name: "Give it" }).click();
	await closed(desk);
	await desk.locator(".enrolment").waitFor();
});

test("the first lesson on the phone; the coach sees it and writes; the answer is read on the phone", async () => {
	await page.goto(`${program.url}/#/modules`);
	await page.locator(".course-card a").click();
	await page.getByRole("button", { name: "Begin this course" }).click();
	await page.getByLabel(/What do you do less/).fill("Playing the guitar with my sister");
	await page.getByRole("radiogroup", { name: /How is your mood/ }).locator(".number").nth(5).click();
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByText("You have named your circle").waitFor();
	const coach = await deskOf("coach");
	await coach.goto(`${program.url}/console#/clients/${person.id}`);
	await coach.locator(".client-courses").getByText("Playing the guitar").waitFor();
	await coach.getByRole("button", { name: "Send a word" }).click();
	await coach.getByLabel("The message").fill("Hello Noor, good that you wrote about the guitar. When could you two play this week?");
	await coach.getByRole("button", { name: "Send", exact: true }).click();
	await closed(coach);
	await page.goto(`${program.url}/#/chat`);
	await page.getByText("When could you two play this week").first().waitFor();
	await page.locator(".message.staff").getByText(program.demo.staff.find((each) => each.role === "coach").name).first().waitFor();
	quiet(coach);
	await coach.context().close();
});

test("the questionnaire again: the chart in the console shows the recovery", async () => {
	await answerPhq(["Several days", "Several days", "Not at all", "Several days", "Not at all", "Not at all", "Several days", "Not at all", "Not at all"]);
	await desk.goto(`${program.url}/console#/clients/${person.id}`);
	await desk.locator("[data-chart=phq-9]").waitFor();
	assert.match(await desk.locator(".change-said").first().textContent(), /Better: from 15 to 4/);
	await accessible(desk, "the client's page after it all");
	await desk.locator("[data-chart=phq-9]").scrollIntoViewIfNeeded();
	await picture(desk, "walk-client-page-desktop-light");
	quiet(desk);
	await desk.context().close();
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
