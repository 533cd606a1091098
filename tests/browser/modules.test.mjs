// Courses from both sides, in real pages: given in the console, begun and worked through on a phone, also without a network; what was written waits, visibly, and is stored once; words of danger
// open help at once; the coach's list with its reasons, review, approved words, hand-over. Axe on every state, desktop and phone, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

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

async function someone(look, module) {
	const page = await openPage(browser, look);
	const { client, invite_url } = await clinician.post("/staff/clients", { pseudonym: `Reed ${++made}`, birth_year: 1990, lang: "en", country: "US" });
	if (module) await clinician.post(`/staff/clients/${client.id}/modules`, { module });
	await page.goto(program.url + invite_url);
	await page.getByLabel(/year you were born/).fill("1990");
	await page.getByRole("button", { name: "Continue" }).click();
	await page.getByRole("button", { name: "Next: your choices" }).waitFor();
	page.person = client.id;
	return page;
}

const go = async (page, where) => {
	await page.evaluate((to) => (location.hash = to), where);
	await page.waitForFunction(() => !document.querySelector(".skeleton"));
	await page.locator("main h1").first().waitFor();
};
const pick = (page, group, number) => page.getByRole("radiogroup", { name: group }).locator(".number").nth(number).click();

for (const [size, theme] of [["phone", "light"], ["phone", "dark"], ["desktop", "light"], ["desktop", "dark"], ["small", "light"]])
	test(`a course from the first page to the homework: ${size}, ${theme}`, async () => {
		const page = await someone({ size, theme });
		await go(page, "#/modules");
		await page.getByText("No course yet").waitFor();
		await accessible(page, "no course");
		await clinician.post(`/staff/clients/${page.person}/modules`, { module: "activity" });
		await page.reload();
		await page.locator(".course-card a").waitFor();
		await accessible(page, "courses");
		await page.locator(".course-card a").click();
		await page.getByRole("button", { name: "Begin this course" }).waitFor();
		await accessible(page, "a course");
		await picture(page, `client-course-${size}-${theme}`);
		await page.getByRole("button", { name: "Begin this course" }).click();
		await page.getByRole("heading", { name: "Why doing less feels worse" }).waitFor();
		await accessible(page, "a lesson");
		await picture(page, `client-lesson-${size}-${theme}`, { fullPage: true });
		await page.getByRole("button", { name: "Save", exact: true }).click();
		await page.getByText("Please fill this in first").first().waitFor();
		assert.equal(await page.evaluate(() => document.activeElement?.tagName), "TEXTAREA", "the first gap has the focus");
		await accessible(page, "gaps");
		await page.getByLabel(/What do you do less/).fill("Cooking with my neighbour");
		await pick(page, /How is your mood/, 5);
		await go(page, "#/home");
		await page.goBack();
		assert.equal(await page.getByLabel(/What do you do less/).inputValue(), "Cooking with my neighbour", "a draft is lost by looking elsewhere");
		await page.getByRole("button", { name: "Save", exact: true }).click();
		await page.getByText("You have named your circle").waitFor();
		await page.locator(".written").getByText("Cooking with my neighbour").waitFor();
		await accessible(page, "saved");
		await picture(page, `client-lesson-saved-${size}-${theme}`);
		await page.getByRole("button", { name: "I am done with this lesson" }).click();
		await page.getByText("You have done this lesson").waitFor();
		await accessible(page, "lesson done");
		await page.getByRole("button", { name: "I did it" }).click();
		await page.getByText("You did it.").waitFor();
		await go(page, "#/home");
		await page.locator(".next-step").getByText("A map of your day").waitFor();
		quiet(page);
		await page.context().close();
	});

test("words of danger in an exercise open help at once, and the alert is there", async () => {
	const page = await someone({ size: "phone" }, "activity");
	await go(page, "#/modules");
	await page.locator(".course-card a").click();
	await page.getByRole("button", { name: "Begin this course" }).click();
	await page.getByLabel(/What do you do less/).fill("I am going to kill myself tonight.");
	await pick(page, /How is your mood/, 0);
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByText("You do not have to carry this alone").waitFor();
	await accessible(page, "help");
	await picture(page, "client-lesson-help-phone-light");
	assert.ok((await clinician.get("/staff/alerts?state=open")).items.some((one) => one.client.id === page.person && one.level === 4));
	await page.locator(".said").getByRole("button", { name: "Help now" }).click();
	await page.getByRole("dialog").waitFor();
	quiet(page);
	await page.context().close();
});

test("the diary of sleep: whole numbers, and nights side by side", async () => {
	const page = await someone({ size: "phone" }, "sleep");
	await go(page, "#/modules");
	await page.locator(".course-card a").click();
	await page.getByRole("button", { name: "Begin this course" }).click();
	await page.getByRole("heading", { name: "Last night" }).waitFor();
	for (const [awake, percent] of [["60", "75 %"], ["20", "83 %"]]) {
		const times = page.locator("input[type=time]");
		for (const [at, time] of ["23:00", "06:30", "07:00"].entries()) await times.nth(at).fill(time);
		await page.locator("input[inputmode=numeric]").nth(0).fill("30");
		await page.locator("input[inputmode=numeric]").nth(1).fill(awake);
		await page.getByRole("button", { name: "Save", exact: true }).click();
		await page.locator(".said").getByText(percent).waitFor();
	}
	await page.locator(".nights").waitFor();
	await accessible(page, "diary");
	await picture(page, "client-diary-phone-light", { fullPage: true });
	await page.locator("input[inputmode=numeric]").nth(0).fill("soon");
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByText(/A whole number from/).first().waitFor();
	quiet(page);
	await page.context().close();
});

test("without a network: a lesson that was opened is read, an answer waits, visibly, and is stored once; also after a new start", async () => {
	const page = await someone({ size: "phone", workers: "allow" }, "activity");
	await page.waitForFunction(async () => navigator.serviceWorker?.controller && (await (await caches.open("own")).match("/api/v1/client/session")));
	await go(page, "#/modules");
	await page.locator(".course-card a").click();
	await page.getByRole("button", { name: "Begin this course" }).click();
	await page.getByRole("heading", { name: "Why doing less feels worse" }).waitFor();
	await page.context().setOffline(true);
	await page.reload();
	await page.getByRole("heading", { name: "Why doing less feels worse" }).waitFor();
	await page.getByLabel(/What do you do less/).fill("Singing in the choir");
	await pick(page, /How is your mood/, 6);
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByRole("heading", { name: "Waiting to be sent" }).waitFor();
	await page.getByText("1 answer is waiting to be sent.").waitFor();
	await accessible(page, "waiting");
	await picture(page, "client-lesson-waiting-phone-light");
	await go(page, "#/home");
	await page.getByText("1 answer is waiting to be sent.").waitFor();
	await page.getByRole("button", { name: "Sign out" }).click();
	await page.getByRole("alertdialog").waitFor();
	await accessible(page, "sign out with answers waiting");
	await page.getByRole("button", { name: "Stay here" }).click();
	const other = await page.evaluate(async () => (await (await caches.open("own")).keys()).map((each) => new URL(each.url).pathname));
	assert.ok(other.every((path) => /session$|home$|lessons/.test(path)), "kept more than it says: " + other);
	await page.reload();
	await page.getByText("1 answer is waiting to be sent.").waitFor();
	await page.context().setOffline(false);
	await page.evaluate(() => dispatchEvent(new Event("online")));
	await page.getByText("1 answer is waiting to be sent.").waitFor({ state: "detached" });
	await page.evaluate(() => dispatchEvent(new Event("online")));
	const { entries } = await clinician.get(`/staff/clients/${page.person}/modules`);
	assert.equal(entries.filter((one) => one.inputs.less === "Singing in the choir").length, 1);
	await page.context().close();
});

test("an answer that was sent but whose receipt was lost is stored once", async () => {
	const page = await someone({ size: "phone" }, "activity");
	await go(page, "#/modules");
	await page.locator(".course-card a").click();
	await page.getByRole("button", { name: "Begin this course" }).click();
	await page.getByLabel(/What do you do less/).fill("Long walks");
	await pick(page, /How is your mood/, 6);
	await page.route("**/client/entries*", async (route) => {
		await route.fetch();
		await route.abort();
	}, { times: 1 });
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.getByRole("heading", { name: "Waiting to be sent" }).waitFor();
	await page.getByRole("button", { name: "Try now" }).click();
	await page.getByText("1 answer is waiting to be sent.").waitFor({ state: "detached" });
	const { entries } = await clinician.get(`/staff/clients/${page.person}/modules`);
	assert.equal(entries.filter((one) => one.inputs.less === "Long walks").length, 1);
	await page.context().close();
});

async function consolePage(role, look) {
	const page = await openPage(browser, look);
	await signIn(page, program, role);
	return page;
}

for (const [size, theme] of [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]])
	test(`the coach's page and a client's courses: ${size}, ${theme}`, async () => {
		const session = (program.seen ??= await program.client());
		const me = (await session.get("/client/session")).person.id;
		const given = (await session.get("/client/home")).modules[0] ?? (await coach.post(`/staff/clients/${me}/modules`, { module: "activity" }), (await session.get("/client/home")).modules[0]);
		await session.post("/client/entries", { submission: `console-${size}-${theme}`, enrolment_id: given.id, lesson: "circle", inputs: { less: "Painting", mood: 4 } });
		await session.post("/client/messages", { text: "Hello", client_message_id: crypto.randomUUID() });
		const page = await consolePage("coach", { size, theme });
		await page.goto(`${program.url}/console#/coach`);
		await page.locator(".coach-row").first().waitFor();
		await accessible(page, `coach ${size} ${theme}`);
		await picture(page, `console-coach-${size}-${theme}`);
		await page.getByRole("button", { name: /^Review/ }).first().click();
		await page.getByRole("dialog").waitFor();
		await accessible(page, "review");
		await page.getByRole("dialog").getByText("Not on track", { exact: true }).click();
		await page.getByRole("button", { name: "Save the review" }).click();
		await page.getByText("Say in a few words").waitFor();
		await page.getByLabel(/What you see/).fill("Slower than before, wants smaller steps.");
		await page.getByRole("button", { name: "Save the review" }).click();
		await page.getByRole("dialog").waitFor({ state: "detached" });
		await page.locator(".coach-row").getByText("Not on track").first().waitFor();
		await page.getByRole("button", { name: /^Send a word/ }).first().click();
		await page.getByRole("dialog").waitFor();
		await accessible(page, "words");
		await page.getByRole("dialog").locator(".choice").first().click();
		const box = page.getByLabel("The message");
		assert.match(await box.inputValue(), /Tomás Reid/);
		await box.fill("You can stop taking your medication.");
		await page.getByRole("button", { name: "Send", exact: true }).click();
		await page.getByText("Look at this again").waitFor();
		await accessible(page, "look again");
		await picture(page, `console-coach-look-again-${size}-${theme}`);
		await box.fill("Half a lesson counts too. How was your week?");
		await page.getByRole("button", { name: "Send", exact: true }).click();
		await page.getByRole("dialog").waitFor({ state: "detached" });
		await page.goto(`${program.url}/console#/clients/${me}`);
		await page.locator(".client-courses").waitFor();
		await page.locator(".client-courses").getByText("Painting").first().waitFor();
		await accessible(page, `a client's courses ${size} ${theme}`);
		await picture(page, `console-courses-${size}-${theme}`, { fullPage: true });
		await page.getByRole("button", { name: "Hand over to a clinician" }).click();
		await page.getByRole("dialog").waitFor();
		await accessible(page, "hand-over");
		await page.getByLabel(/Why/).fill("Asks for more than a course.");
		await page.getByRole("button", { name: "Hand over", exact: true }).click();
		await page.getByRole("dialog").waitFor({ state: "detached" });
		assert.ok((await clinician.get("/staff/alerts?state=open")).items.some((one) => one.kind === "request" && /more than a course/.test(one.reason)));
		quiet(page);
		await page.context().close();
	});
