// triage.test.mjs: the first conversation in the client's app and the triage board in the console, on the real program: answered by keyboard and by touch, an answer about risk,
// coming back, the end; the board, a decision, a promise that the client then reads; every page and state with axe, on a desktop and a phone, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program, Session } from "../flow/harness.mjs";
import { accessible, intakeNext, intakeQuestion, launch, openPage, picture, quiet, signIn, sizes } from "./browser.mjs";

let program, browser, clinician;

before(async () => {
	program = await Program.start();
	clinician = await program.staff("clinician");
	browser = await launch();
	for (let i = 0; i < 130; i++) { // more than two pages
		const { client } = await clinician.post("/staff/clients", { pseudonym: `Board ${String(i).padStart(3, "0")}`, name: i % 3 ? `Person ${i}` : undefined, birth_year: 1980, lang: "en", country: "US" });
		await clinician.post(`/staff/clients/${client.id}/referral`, { source: "gp", priority: "CDDEEEFG"[i % 8], step: 1 + (i % 4), reason: "Letter from the doctor" });
	}
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

/** Words of rows in sight that are cut, or run out of their row or into the next. */
const cutWords = (page) => page.evaluate(() => {
	const rows = [...document.querySelectorAll(".virtual-row")].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top), cut = [];
	rows.forEach((row, i) => {
		const box = row.getBoundingClientRect(), next = rows[i + 1]?.getBoundingClientRect();
		if (next && box.bottom > next.top + 1) cut.push(`over the next: ${row.textContent}`);
		for (const each of row.querySelectorAll("*")) {
			const own = each.getBoundingClientRect(), style = getComputedStyle(each);
			if (!own.width || each.closest(".hidden-visually")) continue; // a box of no size of its own
			const clipped = style.overflowX !== "visible" && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
			if (clipped || own.right > box.right + 1 || own.left < box.left - 1 || own.bottom > box.bottom + 1 || own.top < box.top - 1) cut.push(`${each.className || each.tagName}: ${each.textContent}`);
		}
	});
	return cut;
});

for (const lang of ["en-US", "es-ES"])
	test(`nothing in a row of the board, or of the clients, is cut, however narrow: ${lang}`, async () => {
		const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: `Juniper ${lang}`, name: "María del Carmen Fernández-Villaverde Echeverría", birth_year: 1988, lang: "en", country: "US" });
		const session = new Session(program, "/api/v1");
		await session.post(`/invites/${invite_url.split("/invite/")[1]}/accept`, { second_fact: "1988", lang: "en" });
		await session.put("/client/consents/care", { state: "given", document_version: "1" });
		await clinician.post(`/staff/clients/${client.id}/referral`, { source: "gp", priority: "A", step: 4, reason: "Letter from the doctor" });
		await session.post("/client/messages", { text: "I have decided to kill myself tonight and I have everything ready.", client_message_id: `cut-${lang}` }, { expect: 202 });
		const page = await openPage(browser, { size: "small", lang });
		await page.context().addCookies([...clinician.cookies].map(([name, value]) => ({ name, value, url: program.url })));
		for (const size of ["small", "phone", "desktop"])
			for (const where of ["triage", "clients"]) {
				await page.setViewportSize(sizes[size]);
				await page.goto(`${program.url}/console#/${where}`);
				await page.locator(".virtual-row").filter({ hasText: "Echeverría" }).first().waitFor();
				await page.waitForTimeout(200); /* rows are measured */
				assert.deepEqual(await cutWords(page), [], `${where}, ${size}`);
				await accessible(page, `rows of ${where} ${size} ${lang}`);
			}
		quiet(page);
		await page.context().close();
	});

let made = 0;
/** A page of somebody new, signed in, consents given. */
async function clientPage(options, lang = "en") {
	const { invite_url, client } = await clinician.post("/staff/clients", { pseudonym: `Juniper ${++made}`, birth_year: 1988, lang, country: "US" });
	const session = new Session(program, "/api/v1");
	await session.post(`/invites/${invite_url.split("/invite/")[1]}/accept`, { second_fact: "1988", lang });
	for (const kind of ["care", "ai_chat"]) await session.put(`/client/consents/${kind}`, { state: "given", document_version: "1" });
	const page = await openPage(browser, { lang: lang === "es" ? "es-ES" : "en-US", ...options });
	await page.context().addCookies([...session.cookies].map(([name, value]) => ({ name, value, url: program.url })));
	await page.goto(`${program.url}/#/intake`);
	page.person = { id: client.id, session };
	return page;
}

async function consoleAt(where, options) {
	const page = await openPage(browser, options);
	await signIn(page, program, "clinician", where);
	return page;
}

const choose = { life: "I do not have such thoughts", never: "No, never" };
async function answerAll(page, given = {}) {
	for (let i = 0; i < 40; i++) {
		await page.waitForFunction(() => !document.querySelector(".pending") && !document.querySelector(".skeleton"));
		if (!(await page.locator("#intake-question").count())) return;
		const asked = await intakeQuestion(page);
		if (await page.getByRole("button", { name: "Later" }).count()) {
			await intakeNext(page, "Later");
			continue;
		}
		const special = Object.entries(given).find(([text]) => asked.includes(text));
		if (await page.locator(".intake textarea").count()) {
			const skip = page.getByRole("button", { name: "Leave this one out" });
			if (await skip.count()) {
				await intakeNext(page, "Leave this one out");
				continue;
			}
			await page.locator(".intake textarea").fill("I sleep badly since the summer and work is hard.");
		} else await page.locator(".intake .choice").filter({ hasText: special?.[1] ?? (/What would make it easier/.test(asked) ? "Evenings" : "") }).first().click();
		await intakeNext(page);
	}
	assert.fail("the questions do not end");
}

const looks = [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]];

for (const [size, theme] of looks)
	test(`the first conversation, ${size}, ${theme}: begins, goes back, is left and gone on with, is looked over and sent`, async () => {
		const page = await clientPage({ size, theme });
		await page.getByRole("heading", { name: "A few questions" }).waitFor();
		await page.locator(".intake .notice").filter({ hasText: /^Right now / }).waitFor(); // whether somebody of the team is there
		await accessible(page, `intake begins ${size} ${theme}`);
		await page.getByRole("button", { name: "Begin" }).click();
		await page.locator("#intake-question").waitFor();
		assert.equal(await page.getByRole("button", { name: "Next" }).isDisabled(), true);
		await page.locator(".intake textarea").fill("I sleep badly since the summer and work is hard.");
		await accessible(page, `intake text ${size} ${theme}`);
		await intakeNext(page);
		await accessible(page, `intake choice ${size} ${theme}`);
		await picture(page, `client-intake-${size}-${theme}`);
		// Back, the answer is there; forward again.
		await page.getByRole("button", { name: "The question before" }).click();
		assert.match(await page.locator(".intake textarea").inputValue(), /since the summer/);
		await page.getByRole("button", { name: "Go on where I was" }).click();
		const asked = await intakeQuestion(page);
		await page.reload();
		await page.locator("#intake-question").waitFor();
		assert.equal(await intakeQuestion(page), asked, "did not go on where it was");
		await answerAll(page);
		await page.getByRole("heading", { name: "Is this right?" }).waitFor();
		await accessible(page, `intake check ${size} ${theme}`);
		await picture(page, `client-intake-check-${size}-${theme}`, { fullPage: true });
		await page.getByRole("button", { name: "Send to the team" }).click();
		await page.getByRole("heading", { name: "What happens next" }).waitFor();
		await page.getByText("There is no date yet").waitFor();
		await accessible(page, `intake after ${size} ${theme}`);
		await picture(page, `client-intake-after-${size}-${theme}`);
		quiet(page);
		await page.context().close();
	});

test("an answer about risk: approved words, help, the chat; the questions go on when one wants; in Spanish too", async () => {
	const page = await clientPage({ size: "phone" });
	await page.getByRole("button", { name: "Begin" }).click();
	await page.locator("#intake-question").waitFor();
	for (let i = 0; i < 10 && !/do not want to live/.test(await intakeQuestion(page)); i++) {
		if (await page.getByRole("button", { name: "Later" }).count()) {
			await accessible(page, "questions to open or leave for later");
			await intakeNext(page, "Later");
			continue;
		}
		if (await page.locator(".intake textarea").count()) await page.locator(".intake textarea").fill("It is all too much.");
		else await page.locator(".intake .choice").first().click();
		await intakeNext(page);
	}
	await page.locator(".intake .choice").filter({ hasText: "I think about ending my life" }).click();
	await intakeNext(page);
	await page.getByRole("heading", { name: "First, you" }).waitFor();
	await page.locator(".safety .help-line").first().waitFor();
	await accessible(page, "risk in an answer");
	await picture(page, "client-intake-risk-phone-light", { fullPage: true });
	await page.getByRole("button", { name: "Go on with the questions" }).click();
	assert.match(await intakeQuestion(page), /thought about when or how/);
	quiet(page);
	await page.context().close();
	const spanish = await clientPage({ size: "phone", theme: "dark" }, "es");
	await spanish.getByRole("button", { name: "Empezar" }).click();
	await spanish.locator("#intake-question").waitFor();
	assert.match(await intakeQuestion(spanish), /ayud/);
	await accessible(spanish, "intake in Spanish");
	quiet(spanish);
	await spanish.context().close();
});

test("by keyboard alone", async () => {
	const page = await clientPage({});
	await page.getByRole("button", { name: "Begin" }).press("Enter");
	await page.locator(".intake textarea").focus();
	await page.keyboard.type("Work and sleep.");
	await page.getByRole("button", { name: "Next" }).press("Enter");
	await page.waitForFunction(() => /How long/.test(document.querySelector("#intake-question")?.textContent ?? ""));
	assert.equal(await page.evaluate(() => document.activeElement.id), "intake-question", "focus is not at the new question");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Space");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => /in the way/.test(document.querySelector("#intake-question")?.textContent ?? ""));
	quiet(page);
	await page.context().close();
});

for (const [size, theme] of looks)
	test(`the board, one person, the measures, ${size}, ${theme}`, async () => {
		const page = await consoleAt("triage", { size, theme });
		await page.locator(".virtual-row").first().waitFor();
		await accessible(page, `board ${size} ${theme}`);
		await picture(page, `console-triage-${size}-${theme}`);
		await page.getByRole("combobox", { name: "Show" }).selectOption("undecided");
		await page.locator(".virtual-row").first().click();
		await page.locator(".triage-decide").waitFor();
		await page.locator(".answers-list").waitFor();
		await accessible(page, `one referral ${size} ${theme}`);
		await picture(page, `console-triage-one-${size}-${theme}`, size === "phone" ? { fullPage: true } : {});
		await page.goto(`${program.url}/console#/triage/measures`);
		await page.locator(".triage-measures").waitFor();
		await page.locator("summary").click();
		await accessible(page, `measures ${size} ${theme}`);
		await picture(page, `console-triage-measures-${size}-${theme}`);
		await page.goto(`${program.url}/console#/clients`);
		await page.locator(".virtual-row").first().waitFor();
		await accessible(page, `clients ${size} ${theme}`);
		await picture(page, `console-clients-${size}-${theme}`);
		quiet(page);
		await page.context().close();
	});

test("a decision against the recommendation needs its reason; a promise is what the client reads", async () => {
	const client = await clientPage({ size: "phone" });
	await client.getByRole("button", { name: "Begin" }).click();
	await client.locator("#intake-question").waitFor();
	await answerAll(client);
	await client.getByRole("button", { name: "Send to the team" }).click();
	await client.getByText("no program decides", { exact: false }).or(client.getByText("No program decides")).first().waitFor();
	const [row] = (await clinician.get("/staff/triage?only=undecided&limit=200")).items.filter((one) => one.client.id === client.person.id);
	const page = await consoleAt(`triage/${row.id}`, {});
	await page.locator(".triage-decide").waitFor();
	await page.locator(".triage-decide .choice").filter({ hasText: "moderate" }).click();
	assert.equal(await page.getByRole("button", { name: "Decide otherwise" }).isDisabled(), true);
	await page.getByLabel("Why it differs from the recommendation").fill("Works at heights and hardly sleeps.");
	await page.getByRole("button", { name: "Decide otherwise" }).click();
	await page.getByText("Saved.").waitFor();
	await page.getByText("Works at heights").waitFor();
	await page.getByRole("button", { name: "Promise a contact" }).click();
	const at = new Date(Date.now() + 26 * 3600 * 1000), pad = (n) => String(n).padStart(2, "0");
	await page.locator('input[type="datetime-local"]').fill(`${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:00`);
	await accessible(page, "promise dialog");
	await page.getByRole("dialog").getByRole("button", { name: "Promise a contact" }).click();
	await page.getByRole("dialog").waitFor({ state: "detached" });
	await client.reload();
	await client.getByText("they will be in touch by").waitFor();
	await client.getByText("You are on the waiting list").waitFor();
	quiet(page);
	quiet(client);
	await page.context().close();
	await client.context().close();
});

test("a long list holds only the rows in sight, reads on as one scrolls, and is searched at the server", async () => {
	const page = await consoleAt("clients", {});
	await page.locator(".virtual-row").first().waitFor();
	assert.ok(await page.locator(".virtual-row").count() < 60, "all rows are in the document");
	for (let i = 0; i < 40 && !(await page.getByText("Board 000").count()); i++) {
		await page.locator(".virtual-list").evaluate((list) => (list.scrollTop = list.scrollHeight));
		await page.waitForTimeout(100);
	}
	assert.ok(await page.getByText("Board 000").count(), "the end of the list was not reached");
	await page.getByRole("searchbox").fill("board 117");
	await page.waitForFunction(() => document.querySelectorAll(".virtual-row").length === 1);
	assert.match(await page.locator(".virtual-row").textContent(), /Board 117/);
	await page.getByRole("searchbox").fill("zzzz");
	await page.locator(".state").waitFor();
	await accessible(page, "nobody found");
	await page.getByRole("searchbox").fill("");
	await page.locator(".virtual-row").first().waitFor();
	await page.locator(".virtual-row").first().focus();
	await page.keyboard.press("ArrowDown");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => /#\/clients\/.+/.test(location.hash));
	quiet(page);
	await page.context().close();
});
