// summary.test.mjs: one client on a page for the record, from the demo's own story: true to the record, in two languages, without the client's words,
// and only for those who care for the client.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "./harness.mjs";

let program, clinician, compliance, clients;
before(async () => {
	program = await Program.start({ seed: "full" });
	clinician = await program.staff("clinician");
	compliance = await program.staff("compliance");
	clients = (await clinician.get("/staff/clients?limit=100")).items;
});
after(async () => program.stop());

test("totals, alerts, courses and the way into care are those of the record", async () => {
	let dosed = 0, scored = 0, alerted = 0, taught = 0, referred = 0;
	for (const client of clients) {
		const { text } = await clinician.get(`/staff/clients/${client.id}/summary?lang=en`);
		assert.match(text, /^Summary for the record\n/);
		assert.ok(text.includes(client.pseudonym), text);
		const { series } = await clinician.get(`/staff/clients/${client.id}/measures`);
		for (const one of series.filter((each) => each.scored && each.points.some((point) => point.total !== null))) {
			const whole = one.points.filter((point) => point.total !== null), total = (point) => (one.tenths ? (point.total / 10).toFixed(1) : String(point.total));
			const line = text.split("\n").find((each) => each.startsWith(`- ${one.title}: `));
			assert.ok(line?.includes(`: ${total(whole[0])}`) && line.includes(`: ${total(whole.at(-1))}`), `${one.title}: ${line}`);
			if (one.change) assert.match(line, { better: /reliably better/, worse: /reliably worse/, none: /no reliable change/, unknown: /cannot be judged/ }[one.change.is]);
			scored++;
		}
		const modules = await clinician.get(`/staff/clients/${client.id}/modules`);
		for (const one of modules.enrolments) {
			assert.ok(text.includes(`, ${one.lessons_done}/${one.lesson_count}`), one.module.title);
			taught++;
		}
		for (const one of (await clinician.get(`/staff/clients/${client.id}/medications`)).items.filter((each) => each.state === "active")) {
			assert.ok(text.includes(`- ${one.now.name}`), one.now.name);
			dosed++;
		}
		if (/\n- \d{4}-\d\d-\d\d \d\d:\d\d, urgency [2-4]: /.test(text)) alerted++;
		if (/Priority \(A is the most urgent\): [A-G]/.test(text)) referred++;
	}
	assert.ok(dosed >= 2 && scored >= 5 && alerted >= 5 && taught >= 2 && referred >= 3, JSON.stringify({ dosed, scored, alerted, taught, referred }));
});

test("none of the client's words; in Spanish; not for those who only look after the rules", async () => {
	const client = clients.find((each) => each.open_alerts > 0);
	const conversation = (await clinician.get(`/staff/clients/${client.id}`)).conversation_id;
	const messages = (await clinician.get(`/staff/conversations/${conversation}`)).messages.filter((each) => each.role === "client");
	const { text } = await clinician.get(`/staff/clients/${client.id}/summary?lang=es`);
	assert.match(text, /^Resumen para el expediente\n/);
	assert.ok(messages.length > 0);
	for (const one of messages) if (one.text.length > 12) assert.ok(!text.includes(one.text), "a client's words in the summary");
	await compliance.get(`/staff/clients/${client.id}/summary`, { expect: 403 });
	await clinician.get("/staff/clients/00000000-0000-4000-8000-000000000000/summary", { expect: 404 });
	const response = await fetch(`${program.url}/api/v1/staff/clients/${client.id}/summary.pdf`, { headers: { cookie: [...clinician.cookies].map(([name, value]) => `${name}=${value}`).join("; ") } });
	assert.equal(response.headers.get("content-type"), "application/pdf");
	assert.ok((await response.arrayBuffer()).byteLength > 1500);
});
