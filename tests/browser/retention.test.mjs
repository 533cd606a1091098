// Retention in real pages: nothing is on, periods are filled in and saved, what would go is counted, looked at and switched on, then off; an administrator reads. Axe on each state, desktop and phone, light and dark;
// and a legal hold with its reason on a client's page.
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

async function at(role, where, look, there = ".retention") {
	const page = await openPage(browser, look);
	await signIn(page, program, role, where);
	await page.locator(there).waitFor();
	return page;
}

for (const [size, theme] of [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]])
	test(`nothing is set: ${size}, ${theme}`, async () => {
		const page = await at("compliance", "admin/retention", { size, theme });
		await page.getByText("Off. No periods are set: everything is kept.").waitFor();
		await accessible(page, `retention unset ${size} ${theme}`);
		await picture(page, `console-settings-retention-${size}-${theme}`);
		quiet(page);
		await page.context().close();
	});

test("filled in, counted, looked at, switched on, switched off", async () => {
	const page = await at("compliance", "admin/retention", {});
	const save = page.getByRole("button", { name: "Save the periods" });
	assert.equal(await save.isDisabled(), true);
	await page.getByLabel("Chat: how long").fill("soon");
	assert.equal(await save.isDisabled(), true);
	await page.getByLabel("Chat: how long").fill("20");
	await page.getByLabel("Chat: in").selectOption("days");
	await save.click();
	await page.locator(".wrong").getByText(/at least 184 days/).waitFor();
	await accessible(page, "retention refused");
	await page.getByRole("button", { name: "Fill in what is proposed" }).click();
	await save.click();
	await page.getByText("Off. Nothing is deleted.").waitFor();
	assert.equal(await page.getByRole("button", { name: "Switch on" }).isDisabled(), true, "not before a count");
	await page.getByRole("button", { name: "Count what would go" }).click();
	await page.getByText("Count: nothing was deleted").waitFor();
	await page.getByText("Done").waitFor();
	await accessible(page, "retention counted");
	await page.getByRole("button", { name: "Switch on" }).click();
	await page.getByRole("alertdialog").getByText("Would go").waitFor();
	await accessible(page, "retention confirm");
	await picture(page, "console-retention-confirm-desktop-light");
	await page.getByRole("alertdialog").getByRole("button", { name: "Switch on" }).click();
	await page.getByText(/On, switched on by Owen Sato/).waitFor();
	await accessible(page, "retention on");
	await picture(page, "console-retention-on-desktop-light");
	assert.equal((await (await program.staff("compliance")).get("/staff/retention")).schedule.state, "on");
	await page.getByRole("button", { name: "Switch off" }).click();
	await page.getByText("Off. Nothing is deleted.").waitFor();
	quiet(page);
	await page.context().close();
	const reader = await at("admin", "admin/retention", {});
	await reader.getByText("Somebody of compliance can change this.").waitFor();
	assert.equal(await reader.getByRole("button", { name: "Count what would go" }).count(), 0);
	await accessible(reader, "retention read only");
	quiet(reader);
	await reader.context().close();
});

test("a legal hold says why", async () => {
	const [client] = (await (await program.staff("compliance")).get("/staff/clients?limit=5")).items;
	const page = await at("compliance", `consents/${client.id}`, {}, ".panel-actions");
	await page.getByRole("button", { name: "Set a legal hold" }).click();
	const dialog = page.getByRole("dialog");
	assert.equal(await dialog.getByRole("button", { name: "Set a legal hold" }).isDisabled(), true);
	await dialog.getByLabel("Why?").fill("A court asks for it.");
	await accessible(page, "legal hold dialog");
	await dialog.getByRole("button", { name: "Set a legal hold" }).click();
	await page.getByText("nothing of it is erased. A court asks for it.").waitFor();
	await accessible(page, "legal hold set");
	quiet(page);
	await page.context().close();
});
