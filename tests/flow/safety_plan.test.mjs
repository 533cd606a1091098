// safety_plan.test.mjs: a client's own plan: drafts, versions kept, two devices, bounds; read by the team only while it is shared, and a plan that is not shared leaves no view in the journal.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "./harness.mjs";

let program, client, clinician, me;
const sections = { signs: ["I stop answering messages"], alone: ["Shower", "  Music  ", ""], reasons: ["My dog"] };

before(async () => {
	program = await Program.start();
	client = await program.client();
	me = (await client.get("/client/session")).person.id;
	clinician = await program.staff("clinician");
});
after(async () => program?.stop());

/** A PDF, whole from its first to its last line. */
async function pdf(session, where, status) {
	const response = await fetch(`${program.url}/api/v1${where}`, { headers: { cookie: [...session.cookies].map(([name, value]) => `${name}=${value}`).join("; ") } });
	assert.equal(response.status, status, where);
	if (status !== 200) return response;
	assert.equal(response.headers.get("content-type"), "application/pdf");
	assert.equal(response.headers.get("cache-control"), "no-store");
	const bytes = Buffer.from(await response.arrayBuffer());
	assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
	assert.ok(bytes.length > 1500 && bytes.subarray(-32).toString("latin1").includes("%%EOF"));
	return response;
}

test("there is none at first; an empty one cannot be active; a draft is kept", async () => {
	assert.deepEqual(await client.get("/client/safety-plan"), { plan: null, history: [] });
	await client.put("/client/safety-plan", { state: "active", number: 0, shared: false, sections: {} }, { expect: 400 });
	await client.put("/client/safety-plan/sharing", { shared: true }, { expect: 404 });
	const { plan } = await client.put("/client/safety-plan", { state: "draft", number: 0, shared: false, sections });
	assert.equal(plan.number, 1);
	assert.deepEqual(plan.sections.alone, ["Shower", "Music"]);
	assert.deepEqual(Object.keys(plan.sections).sort(), ["alone", "lines", "people", "places", "reasons", "safer", "signs"]);
	assert.equal((await client.get("/client/home")).next.kind, "plan");
});

test("bounds: lines, lengths, headings; the words are not in the error", async () => {
	for (const wrong of [{ other: [] }, { signs: "x" }, { signs: [1] }, { signs: ["x".repeat(501)] }, { signs: Array(21).fill("private thing") }, []]) {
		const refused = await client.put("/client/safety-plan", { state: "draft", number: 1, shared: false, sections: wrong }, { expect: 400 });
		assert.ok(!JSON.stringify(refused).includes("private thing"));
	}
	await client.put("/client/safety-plan", { state: "draft", number: 1, sections }, { expect: 400 });
});

test("a change is a new version and the old one is kept; a device that did not see it is told", async () => {
	const { plan, history } = await client.put("/client/safety-plan", { state: "active", number: 1, shared: false, sections: { ...sections, people: ["My sister"] } });
	assert.equal(plan.number, 2);
	assert.equal(plan.state, "active");
	assert.equal(history.length, 2);
	assert.deepEqual(history[1].sections.people, []);
	await client.put("/client/safety-plan", { state: "active", number: 1, shared: false, sections }, { expect: 409 });
	const race = await Promise.all([1, 2].map(() => client.put("/client/safety-plan", { state: "active", number: 2, shared: false, sections }, {}).then(() => "saved", () => "refused")));
	assert.deepEqual(race.sort(), ["refused", "saved"]);
	assert.notEqual((await client.get("/client/home")).next.kind, "plan");
});

test("the team reads it only while it is shared; taking that back acts at once", async () => {
	assert.deepEqual(await clinician.get(`/staff/clients/${me}/safety-plan`), { shared: false, plan: null });
	const compliance = await program.staff("compliance");
	const views = async () => (await compliance.get("/staff/journal?limit=200")).items.filter((one) => one.action === "view" && one.resource === "safety_plan").length;
	assert.equal(await views(), 0, "looking whether it is shared is no look at it");
	await client.put("/client/safety-plan/sharing", { shared: true });
	const seen = await clinician.get(`/staff/clients/${me}/safety-plan`);
	assert.deepEqual(seen.plan.sections.reasons, ["My dog"]);
	assert.ok(await views() + (await compliance.get("/staff/journal?limit=200")).items.filter((one) => one.action === "view").length > 0, "a look is in the journal");
	await pdf(clinician, `/staff/clients/${me}/safety-plan.pdf`, 200);
	await client.put("/client/safety-plan/sharing", { shared: false });
	await pdf(clinician, `/staff/clients/${me}/safety-plan.pdf`, 404);
	await pdf(compliance, `/staff/clients/${me}/safety-plan.pdf`, 403);
	const own = await pdf(client, "/client/safety-plan.pdf?lang=es", 200);
	assert.match(own.headers.get("content-disposition"), /^attachment; filename="plan.pdf"$/);
	assert.deepEqual(await clinician.get(`/staff/clients/${me}/safety-plan`), { shared: false, plan: null });
	await compliance.get(`/staff/clients/${me}/safety-plan`, { expect: 403 });
	program.assertNotLogged("My dog", "I stop answering messages");
});
