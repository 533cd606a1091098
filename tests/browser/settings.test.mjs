// The settings in real pages: hours and clocks changed by an administrator and read by everybody, a help line that does not answer, the packs that are in use. Axe on each part, desktop and phone, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "../flow/harness.mjs";
import { accessible, launch, openPage, picture, quiet, signIn } from "./browser.mjs";

let program, browser;

before(async () => {
	program = await Program.start();
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await program?.stop();
});

async function at(role, where, look) {
	const page = await openPage(browser, look);
	await signIn(page, program, role, where);
	await page.locator(".settings-tabs").waitFor();
	await page.waitForFunction(() => !document.querySelector(".skeleton"));
	return page;
}

for (const [size, theme] of [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]])
	test(`every part: ${size}, ${theme}`, async () => {
		const page = await at("admin", "admin", { size, theme });
		for (const [tab, there] of [["Programme", ".clock-grid"], ["Help lines", ".lines-list"], ["Packs", "table"], ["Releases and keys", "table"]]) {
			await page.getByRole("link", { name: tab, exact: true }).click();
			await page.locator(there).first().waitFor();
			await accessible(page, `${tab} ${size} ${theme}`);
			await picture(page, `console-settings-${tab.split(" ")[0].toLowerCase()}-${size}-${theme}`);
		}
		quiet(page);
		await page.context().close();
	});

test("a clock, a step and hours are changed; what is no number cannot be sent; a bad hour is named", async () => {
	const page = await at("admin", "admin", {});
	const clock = page.getByLabel("To acknowledge, priority 1");
	await clock.fill("soon");
	await page.getByText("A whole number of 1 or more").waitFor();
	assert.equal(await page.getByRole("button", { name: "Save", exact: true }).isDisabled(), true);
	await clock.fill("4");
	await page.getByRole("button", { name: "Move step 3 up" }).click();
	await page.getByRole("group", { name: "At work" }).getByLabel("From").first().fill("25:00");
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.locator(".wrong").getByText(/HH:MM/).waitFor();
	await accessible(page, "refused");
	await page.getByRole("group", { name: "At work" }).getByLabel("From").first().fill("06:00");
	await page.getByRole("button", { name: "Save", exact: true }).click();
	await page.locator(".wrong").waitFor({ state: "detached" });
	await page.waitForFunction(() => !document.querySelector(".pending"));
	const now = await (await program.staff("admin")).get("/staff/programme");
	assert.equal(now.in_force.acknowledge_minutes[1], 4);
	assert.deepEqual(now.in_force.chain.map((step) => step.to), ["on_duty", "supervisors", "on_call"]);
	assert.equal(now.cover.hours[0].from, "06:00");
	quiet(page);
	await page.context().close();
});

test("others read and cannot change; a clinician takes a help line out and puts it back", async () => {
	const page = await at("clinician", "admin", {});
	await page.getByText("An administrator can change this.").waitFor();
	assert.equal(await page.getByLabel("To acknowledge, priority 1").isDisabled(), true);
	assert.equal(await page.getByRole("link", { name: "Releases and keys" }).count(), 0);
	await page.getByRole("link", { name: "Help lines" }).click();
	await page.locator(".lines-list li").first().getByRole("button").click();
	await accessible(page, "a line that is down");
	await page.getByLabel("How do you know?").fill("Rang three times, nobody.");
	await page.getByRole("dialog").getByRole("button", { name: "It does not answer" }).click();
	await page.locator(".lines-list li[data-down]").waitFor();
	await accessible(page, "a line is down");
	await page.locator(".lines-list li[data-down]").getByRole("button").click();
	await page.getByLabel("How do you know?").fill("Rang: they answered.");
	await page.getByRole("dialog").getByRole("button", { name: "It answers again" }).click();
	await page.locator(".lines-list li[data-down]").waitFor({ state: "detached" });
	quiet(page);
	await page.context().close();
});
