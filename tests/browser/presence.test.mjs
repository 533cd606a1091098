// presence.test.mjs: a person comes into the client's chat, in two real pages at once: the client's, which names them and tells when they go, and the console's, with joining, handing over
// between two windows, stepping in and handing back. Axe on every state; desktop and phone, light and dark, English and Spanish.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program, Session } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet } from "./browser.mjs";

let program, browser, clinician, made = 0;

before(async () => {
	program = await Program.start();
	clinician = await program.staff("clinician");
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

/** A client with a page open on the chat: {page, session, chat}. */
async function someone(look = {}, lang = "en") {
	const { invite_url, client } = await clinician.post("/staff/clients", { pseudonym: `Rowan ${++made}`, birth_year: 1988, lang, country: lang === "es" ? "ES" : "US" });
	const session = new Session(program, "/api/v1");
	await session.post(`/invites/${invite_url.split("/invite/")[1]}/accept`, { second_fact: "1988", lang });
	for (const { kind, document } of (await session.get("/client/consents")).items)
		if (["care", "ai_chat"].includes(kind)) await session.put(`/client/consents/${kind}`, { state: "given", document_version: document.version });
	await session.post("/client/messages", { text: lang === "es" ? "Hola, hoy ha sido un día largo." : "Hello, today was a long day.", client_message_id: "m1" });
	const page = await openPage(browser, { ...look, lang: lang === "es" ? "es-ES" : "en-US" });
	await page.context().addCookies([...session.cookies].map(([name, value]) => ({ name, value, url: program.url })));
	await page.goto(program.url + "/#/chat");
	await page.locator(".composer").waitFor();
	await page.locator(".message.assistant, .message.script").first().waitFor();
	return { page, session, client, chat: (await session.get("/client/conversation")).id };
}

async function consoleAt(where, { role = "clinician", ...options } = {}) {
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
const bar = (page) => page.locator(".presence");
const settled = (page) => page.waitForFunction(() => !document.querySelector(".skeleton") && !document.querySelector(".pending"));

for (const [size, theme, lang] of [["desktop", "light", "en"], ["desktop", "dark", "en"], ["phone", "light", "es"], ["phone", "dark", "en"]])
	test(`joined, written to, handed back: ${size}, ${theme}, ${lang}`, async () => {
		const { page: client, chat } = await someone({ size, theme }, lang);
		const staff = await consoleAt(`conversation/${chat}`, { size, theme, lang: lang === "es" ? "es-ES" : "en-US" });
		await bar(staff).getByRole("button").first().waitFor();
		await settled(staff);
		await accessible(staff, `nobody there ${size} ${theme}`);
		await picture(staff, `console-presence-nobody-${size}-${theme}`);
		await bar(staff).getByRole("button").first().click();
		await staff.locator(".presence[data-who=me]").waitFor();
		await client.locator(".speaker.person").waitFor();
		const name = (await clinician.get("/staff/session")).person.name;
		assert.ok((await client.locator(".speaker.person").textContent()).includes(name), "the client does not read who it is");
		assert.ok((await client.locator(".person-line").textContent()).includes(name));
		assert.ok((await client.locator("#composer").getAttribute("placeholder")).includes(name));
		const replies = await client.locator(".message.assistant, .message.script").count();
		await client.locator("#composer").fill(lang === "es" ? "¿Eres una persona de verdad?" : "Are you a real person?");
		await client.locator(".composer button").click();
		await staff.locator(".presence-waits").first().waitFor({ timeout: 3000 });
		await staff.locator(".line.client").getByText(lang === "es" ? "de verdad" : "real person").waitFor();
		await accessible(staff, `somebody waits ${size} ${theme}`);
		await staff.locator("#reply").fill(lang === "es" ? "Sí. Te leo, estoy aquí." : "Yes. I read you, and I am here.");
		await staff.locator(".reply button[type=submit]").click();
		await client.locator(".message.staff").waitFor();
		await staff.locator(".presence-waits").waitFor({ state: "detached" });
		assert.equal(await client.locator(".message.assistant, .message.script").count(), replies, "a program spoke beside the person");
		await accessible(client, `a person is there ${size} ${theme}`);
		await picture(client, `client-presence-${size}-${theme}`);
		await picture(staff, `console-presence-joined-${size}-${theme}`);
		const history = bar(staff).getByRole("button", { name: lang === "es" ? "Quién ha estado aquí" : "Who was here" });
		await history.click();
		await bar(staff).locator(".presence-visits li").first().waitFor();
		await accessible(staff, `who was here ${size} ${theme}`);
		await history.click();
		await bar(staff).getByRole("button", { name: lang === "es" ? "Devolver al programa" : "Hand back to the programme" }).click();
		const dialog = staff.getByRole("dialog");
		await dialog.waitFor();
		const back = dialog.getByRole("button", { name: lang === "es" ? "Devolver" : "Hand back", exact: true });
		assert.equal(await back.isDisabled(), true, "a hand-back needs a reason");
		await accessible(staff, `handing back ${size} ${theme}`);
		await dialog.getByRole("textbox").fill("We agreed to speak on Monday.");
		await picture(staff, `console-presence-back-${size}-${theme}`);
		await back.click();
		await dialog.waitFor({ state: "detached" });
		await client.locator(".speaker.person").waitFor({ state: "detached" });
		assert.equal(await client.locator(".person-line").count(), 2);
		await accessible(client, `the person has left ${size} ${theme}`);
		await client.locator("#composer").fill(lang === "es" ? "Gracias." : "Thank you.");
		await client.locator(".composer button").click();
		await client.locator(".message.assistant, .message.script").nth(replies).waitFor();
		await picture(client, `client-presence-left-${size}-${theme}`);
		for (const page of [client, staff]) {
			quiet(page);
			await page.context().close();
		}
	});

for (const [size, theme] of [["desktop", "light"], ["phone", "dark"]])
	test(`handed over between two windows, stepped in for: ${size}, ${theme}`, async () => {
		const { page: client, chat } = await someone({ size, theme });
		const names = {};
		for (const role of ["clinician", "supervisor"]) names[role] = (await (await program.staff(role)).get("/staff/session")).person.name;
		const giver = await consoleAt(`conversation/${chat}`, { size, theme });
		const taker = await consoleAt("rota", { role: "supervisor", size, theme });
		await bar(giver).getByRole("button", { name: "Join the chat" }).click();
		await giver.locator(".presence[data-who=me]").waitFor();
		await bar(giver).getByRole("button", { name: "Hand over to…" }).click();
		await giver.getByRole("dialog").getByRole("radio").first().waitFor();
		await accessible(giver, `handing over ${size} ${theme}`);
		await giver.getByRole("radio", { name: new RegExp(names.supervisor) }).check({ force: true });
		await picture(giver, `console-presence-over-${size}-${theme}`);
		await giver.getByRole("button", { name: "Ask them to take it" }).click();
		await giver.getByRole("dialog").waitFor({ state: "detached" });
		await bar(giver).getByText("You are there until they accept").waitFor();
		await taker.locator(".with-you").getByText("asks you to take over this chat").waitFor();
		await settled(taker);
		await accessible(taker, `asked, on another page ${size} ${theme}`);
		await picture(taker, `console-presence-asked-${size}-${theme}`);
		await taker.locator(".with-you a").first().click();
		await bar(taker).getByRole("button", { name: "Take over" }).click();
		await taker.locator(".presence[data-who=me]").waitFor();
		await client.locator(".speaker.person").getByText(names.supervisor).waitFor();
		await giver.locator(".presence[data-who=other]").waitFor();
		await accessible(giver, `a colleague is there ${size} ${theme}`);
		await bar(giver).getByRole("button", { name: "Step in" }).click();
		await giver.getByRole("dialog").getByRole("button", { name: "Step in" }).waitFor();
		await accessible(giver, `stepping in ${size} ${theme}`);
		await giver.getByRole("dialog").getByRole("button", { name: "Step in" }).click();
		await giver.locator(".presence[data-who=me]").waitFor();
		await client.locator(".speaker.person").getByText(names.clinician).waitFor();
		await taker.locator(".presence[data-who=other]").waitFor();
		assert.equal(await client.locator(".person-line").count(), 3);
		await accessible(client, `three lines ${size} ${theme}`);
		for (const page of [client, giver, taker]) {
			quiet(page);
			await page.context().close();
		}
	});

test("danger while a person is there: help at once beside it; the pause outlasts the person, and is not lifted while somebody is there", async () => {
	const { page: client, chat } = await someone({ size: "phone" });
	const staff = await consoleAt(`conversation/${chat}`);
	await bar(staff).getByRole("button", { name: "Join the chat" }).click();
	await client.locator(".speaker.person").waitFor();
	await client.locator("#composer").fill("I have decided to kill myself tonight and I have everything ready.");
	await client.locator(".composer button").click();
	await client.locator(".safety").waitFor();
	await client.locator(".message.script").getByText("Your message goes to").waitFor();
	await accessible(client, "help beside the person");
	await picture(client, "client-presence-danger-phone-light");
	await staff.getByRole("button", { name: "Let the AI speak again" }).click();
	await staff.getByText("Hand it back first.").waitFor();
	await accessible(staff, "not released while somebody is there");
	await staff.keyboard.press("Escape");
	await bar(staff).getByRole("button", { name: "Hand back to the programme" }).click();
	await staff.getByText("The AI stays paused").waitFor();
	for (const page of [client, staff]) {
		quiet(page);
		await page.context().close();
	}
});
