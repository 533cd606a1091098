// A questionnaire from both sides, in real pages: asked for in the console, answered on a phone one question a screen, also while offline; help opens on the answer about
// harm; the alert and the chart are there for the clinician. Axe on every state, desktop and phone, light and dark, and at 320 px.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, consent, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

let program, browser, clinician, clientId, made = 0;

before(async () => {
	program = await Program.start();
	browser = await launch();
	clinician = await program.staff("clinician");
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

/** A client's page with a session of its own; the first one's id is kept. */
async function clientPage(look) {
	const page = await openPage(browser, look);
	const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: `Person ${++made}`, birth_year: 1990, lang: "en", country: "US" });
	clientId = client.id;
	await page.goto(program.url + invite_url);
	await page.getByLabel(/year you were born/).fill("1990");
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByRole("button", { name: "Next: your choices" }).waitFor();
	return page;
}

async function ask(instrument) {
	return clinician.post(`/staff/clients/${clientId}/questionnaires`, { instrument });
}

async function answer(page, words) {
	await page.getByText(words, { exact: true }).click();
	await page.getByText(/^Saved$/).waitFor();
	await page.getByRole("button", { name: "Next", exact: true }).click();
}

test("answered on a phone, one question a screen, back and correct, help on the answer about harm", async () => {
	const page = await clientPage({ size: "phone" });
	await page.goto(program.url + "/#/checkins");
	await page.getByText("Nothing to answer now").waitFor();
	await accessible(page, "no check-ins");
	await ask("phq-9");
	await page.reload();
	await page.getByText("Low mood over the last two weeks").waitFor();
	await accessible(page, "check-ins");
	await picture(page, "client-checkins-phone-light");
	await page.getByRole("link", { name: /Start/ }).click();
	await page.getByText("Question 1 of 10").waitFor();
	await accessible(page, "a question");
	await picture(page, "client-question-phone-light");
	await answer(page, "Several days");
	await page.getByText("Question 2 of 10").waitFor();
	await page.getByRole("button", { name: "Back" }).click();
	await page.getByText("Question 1 of 10").waitFor();
	await answer(page, "Nearly every day"); // corrected
	for (let at = 2; at <= 8; at++) await answer(page, "Several days");
	await page.getByText("Question 9 of 10").waitFor();
	await page.getByText("Several days", { exact: true }).click();
	await page.getByRole("heading", { name: "You do not have to carry this alone" }).waitFor();
	await accessible(page, "help on the answer");
	await picture(page, "client-question-help-phone-light");
	await page.getByText(/^Saved$/).waitFor();
	const alerts = (await clinician.get("/staff/alerts?limit=50")).items.filter((one) => one.client.id === clientId);
	assert.equal(alerts.length, 1, "the answer called somebody before anything was sent");
	await page.getByRole("button", { name: "Next", exact: true }).click();
	await page.getByRole("button", { name: "I would rather not answer" }).click();
	await page.getByRole("button", { name: "Send" }).click();
	await page.getByRole("heading", { name: /It is with your team/ }).waitFor();
	await accessible(page, "receipt");
	quiet(page);
	await page.context().close();
});

for (const [size, theme] of [["phone", "light"], ["phone", "dark"], ["desktop", "light"], ["desktop", "dark"], ["small", "light"]])
	test(`answered in the chat, ${size}, ${theme}: begun there, gone on with as a form and there again; help on the answer about harm; sent`, async () => {
		const page = await clientPage({ size, theme });
		await consent(page);
		const task = await ask("phq-9");
		await page.reload();
		const card = page.locator(".chat-checkin");
		await card.getByText("Low mood over the last two weeks").waitFor();
		await accessible(page, `asked in the chat ${size} ${theme}`);
		await card.getByRole("button", { name: "Answer here" }).click();
		const choose = async (number, words) => {
			await card.getByText(`Question ${number} of 10`).waitFor();
			await card.locator(".choice").getByText(words, { exact: true }).click();
			await card.getByRole("button", { name: "Answer", exact: true }).click();
		};
		await choose(1, "Several days");
		await card.getByText("Question 2 of 10").waitFor();
		await accessible(page, `a question in the chat ${size} ${theme}`);
		await card.getByRole("button", { name: "Back" }).click();
		await choose(1, "Nearly every day"); // corrected
		await choose(2, "Several days");
		await card.getByText("Question 3 of 10").waitFor();
		await page.goto(`${program.url}/#/checkin/${task.id}`);
		await page.getByText("Question 3 of 10").waitFor();
		await answer(page, "Several days");
		await page.getByText("Question 4 of 10").waitFor();
		await page.goto(`${program.url}/#/chat`);
		await card.getByRole("button", { name: "Go on here" }).click();
		for (let number = 4; number <= 8; number++) await choose(number, "Not at all");
		await choose(9, "Several days");
		await card.getByRole("heading", { name: "You do not have to carry this alone" }).waitFor();
		await accessible(page, `help in the chat ${size} ${theme}`);
		await picture(page, `client-chat-checkin-${size}-${theme}`, { fullPage: true });
		await card.getByText("Question 10 of 10").waitFor();
		await card.getByRole("button", { name: "I would rather not answer" }).click();
		await card.getByRole("button", { name: "Send" }).click();
		await card.getByRole("heading", { name: /It is with your team/ }).waitFor();
		await accessible(page, `receipt in the chat ${size} ${theme}`);
		const { series } = await clinician.get(`/staff/clients/${clientId}/measures`);
		assert.equal(series.find((one) => one.id === "phq-9").points[0].total, 3 + 1 + 1 + 1);
		assert.equal((await clinician.get("/staff/alerts?limit=50")).items.filter((one) => one.client.id === clientId).length, 1);
		quiet(page);
		await page.context().close();
	});

test("resumed elsewhere; offline answers wait on the phone and go out once", async () => {
	const page = await clientPage({ size: "small", theme: "dark" });
	const task = await ask("gad-7");
	await page.goto(`${program.url}/#/checkin/${task.id}`);
	await page.getByText("Question 1 of 7").waitFor();
	await accessible(page, "a question, 320 px, dark");
	await answer(page, "Several days");
	await page.reload();
	await page.getByText("Question 2 of 7").waitFor();
	await page.context().setOffline(true);
	await page.getByText("More than half the days", { exact: true }).click();
	await page.getByText(/Not sent yet/).waitFor();
	await accessible(page, "offline");
	await page.context().setOffline(false);
	await page.getByRole("button", { name: "Next", exact: true }).click();
	for (let at = 3; at <= 7; at++) await answer(page, "Not at all");
	await page.getByRole("button", { name: "Send" }).click();
	await page.getByRole("heading", { name: /It is with your team/ }).waitFor();
	const { series } = await clinician.get(`/staff/clients/${clientId}/measures`);
	assert.equal(series.find((one) => one.id === "gad-7").points[0].total, 3);
	await page.context().close();
});

for (const [size, theme] of [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]])
	test(`the chart in the console, ${size}, ${theme}`, async () => {
		if (!program.charted) {
			const session = await program.client();
			program.charted = (await session.get("/client/session")).person.id;
			for (const values of [[3, 2, 2, 2, 2, 2, 2, 1, 0], [2, 2, 2, 2, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0, 0, 0, 0]]) {
				const task = await clinician.post(`/staff/clients/${program.charted}/questionnaires`, { instrument: "phq-9" });
				const { response, form } = await session.post(`/client/questionnaires/${task.id}/open`);
				for (let i = 0; i < 9; i++) await session.put(`/client/responses/${response.id}/answers/${form.questions[i].id}`, { submission: `${task.id}-${i}`, value: values[i] });
				await session.post(`/client/responses/${response.id}/submit`);
			}
		}
		const page = await openPage(browser, { size, theme });
		await signIn(page, program, "clinician");
		await page.goto(`${program.url}/console#/clients/${program.charted}`);
		await page.locator("[data-chart=phq-9]").waitFor();
		assert.match(await page.locator(".change-said").first().textContent(), /Better: from 16 to 5/);
		await accessible(page, `measures ${size} ${theme}`);
		await picture(page, `console-measures-${size}-${theme}`, { fullPage: true });
		await page.getByRole("button", { name: "Ask for a questionnaire" }).click();
		await page.getByRole("combobox").first().waitFor();
		await accessible(page, `asking ${size} ${theme}`);
		quiet(page);
		await page.context().close();
	});
