// The page that `heedwell eval --html` writes: opened from a file, in light and dark, on a desktop, a phone and a small phone, and for print. Axe finds nothing, nothing is
// wider than the window, nothing is fetched and no script runs.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { binary } from "../flow/harness.mjs";
import { accessible, launch, openPage, quiet, root, sizes } from "./browser.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-eval-page-"));
const page = path.join(folder, "page.html");
let browser;

before(async () => {
	const rows = Array.from({ length: 60 }, (_, i) => ({
		id: `page-${i}`, text: i % 3 ? "We planted tomatoes on Sunday." : "I want to kill myself.", labels: [i % 3 ? "none" : "suicide"], severity: i % 3 ? 0 : 2,
		role: "client", lang: "en", source: "a-project-with-a-rather-long-name/and_a_set_of_rows_with_underscores", group: `talk-${i % 5}`, turn: i,
	}));
	const spans = { id: "s", text: "Write to ana@example.org", labels: ["pii:EMAIL_ADDRESS"], orig: '[{"entity_type":"EMAIL_ADDRESS","entity_value":"ana@example.org","start_position":9}]' };
	const reply = { id: "r", text: "That sounds heavy.", role: "assistant", labels: ["therapist_reply"], source: "replies" };
	const data = path.join(folder, "rows.jsonl"), other = path.join(folder, "other.jsonl");
	fs.writeFileSync(data, [...rows, spans, reply].map((row) => JSON.stringify(row) + "\n").join(""));
	fs.writeFileSync(other, rows.map((row, i) => JSON.stringify({ id: row.id, level: i % 2 ? 3 : 0 }) + "\n").join(""));
	execFileSync(binary, ["eval", "--html", page, "--against", other, data], { cwd: root });
	browser = await launch();
});
after(async () => {
	await browser?.close();
	fs.rmSync(folder, { recursive: true });
});

for (const theme of ["light", "dark"])
	for (const size of Object.keys(sizes))
		test(`${theme}, ${size}`, async () => {
			const view = await openPage(browser, { size, theme });
			const asked = [];
			view.on("request", (request) => asked.push(request.url()));
			await view.goto(pathToFileURL(page).href);
			await accessible(view, `${theme}, ${size}`);
			assert.deepEqual(asked, [pathToFileURL(page).href]);
			assert.doesNotMatch(fs.readFileSync(page, "utf8"), /<script/);
			assert.ok(await view.getByText("20 of 20").first().isVisible(), "a share has its counts");
			await view.getByRole("link", { name: "Graded severity" }).click();
			assert.ok(await view.getByRole("heading", { name: "Graded severity" }).first().isVisible());
			quiet(view);
			await view.context().close();
		});

test("print: dark ink on white, no menu, no table cut off", async () => {
	const view = await openPage(browser, { theme: "dark" });
	await view.goto(pathToFileURL(page).href);
	await view.emulateMedia({ media: "print" });
	await view.setViewportSize({ width: 1045, height: 700 }); // A4 on its side, less the margins
	assert.equal(await view.locator("nav").isVisible(), false);
	assert.deepEqual(await view.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]), ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]);
	assert.ok(await view.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1));
	await view.context().close();
});
