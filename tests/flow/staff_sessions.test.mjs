// staff_sessions.test.mjs: somebody who is suspended, reset or given another role is out at once: with the next request, on open pages, in a request under way, at a sign-in under way; off
// duty, out of the chat, and their alerts go to others; also when nothing ran at that moment. And pages of clients and of sessions that ended otherwise.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import net from "node:net";
import { after, before, test } from "node:test";
import { Clinic, say } from "./clinic.mjs";
import { binary, eventually, root, sleep } from "./harness.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
let clinic, supervisor;

before(async () => {
	clinic = await Clinic.open();
	supervisor = await clinic.staff("supervisor");
	await supervisor.post("/staff/duty", { on_duty: true });
});
after(() => clinic?.close());

const change = (what, login, ...more) => clinic.run("staff", what, "--config", clinic.config, "--login", login, ...more);
const cookie = (session) => [...session.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
const openAlert = async (client) => (await supervisor.get("/staff/alerts?state=open")).items.find((one) => one.client.id === client.clientId);
const alertOf = async (id) => supervisor.get(`/staff/alerts/${id}`);

/** A stream's events, and whether the server has closed it. */
async function page(session) {
	const stream = session.events("/staff/stream");
	assert.equal(await stream.open, 200);
	return stream;
}

test("suspended: out with the next request, in every browser; the page is told and closed; signing in is refused until restored, and then anew", async () => {
	const [first, second] = [await clinic.staff("clinician"), await clinic.staff("clinician")];
	const open = await page(first), others = await page(supervisor);
	change("suspend", "clinician");
	for (const session of [first, second]) assert.equal((await session.get("/staff/alerts", { expect: 401 })).error.code, "unauthorized");
	await open.wait((event) => event.event === "session_end", 20_000);
	assert.ok(!others.list.some((event) => event.event === "session_end"), "a colleague's page was closed");
	await assert.rejects(clinic.staff("clinician"), /401/);
	change("restore", "clinician");
	await first.get("/staff/alerts", { expect: 401 });
	await (await clinic.staff("clinician")).get("/staff/alerts");
	open.close();
	others.close();
});

test("a new password or another role ends what was open, and the role holds from the next sign-in", async () => {
	const coach = await clinic.staff("coach");
	change("role", "coach", "--role", "compliance");
	await coach.get("/staff/session", { expect: 401 });
	const changed = await clinic.staff("coach");
	assert.equal((await changed.get("/staff/session")).role, "compliance");
	await changed.get("/staff/requests");
	await changed.get("/staff/alerts", { expect: 403 });
	change("role", "coach", "--role", "coach");
	await changed.get("/staff/requests", { expect: 401 });
	const text = change("reset", "admin"), admin = clinic.people.admin;
	const [, password, secret] = /password: (\S+)\nauthenticator: \S+\?secret=([A-Z2-7]+)&/.exec(text);
	await assert.rejects(clinic.staff("admin"), /401/);
	Object.assign(admin, { password, secret });
	await (await clinic.staff("admin")).get("/staff/programme");
});

test("a request under way: the head came before, the body after", async () => {
	const clinician = await clinic.staff("clinician"), client = await clinic.client(clinician);
	await say(client, RISK);
	const alert = await openAlert(client), body = JSON.stringify({ version: alert.version });
	const socket = net.connect(clinic.port, "127.0.0.1");
	let answer = "";
	socket.on("data", (bytes) => (answer += bytes));
	socket.write(`POST /api/v1/staff/alerts/${alert.id}/acknowledge HTTP/1.1\r\nHost: x\r\nCookie: ${cookie(clinician)}\r\nX-CSRF-Token: ${clinician.csrf}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 3)}`);
	await sleep(300);
	change("suspend", "clinician");
	socket.write(body.slice(3));
	await eventually(() => answer.includes("\r\n\r\n"), "no answer");
	socket.destroy();
	assert.match(answer, /^HTTP\/1\.1 401 /);
	assert.equal((await alertOf(alert.id)).state, "open", "what a suspended person asked was done");
	change("restore", "clinician");
});

test("a sign-in under way: no session outlives the suspension, whichever came first", async () => {
	for (let i = 0; i < 6; i++) {
		const suspended = new Promise((resolve) => {
			const child = spawn(binary, ["staff", "suspend", "--config", clinic.config, "--login", "clinician"], { cwd: root, stdio: "ignore" });
			child.on("exit", resolve);
		});
		await sleep(i * 15);
		const session = await clinic.staff("clinician").catch(() => null);
		assert.equal(await suspended, 0);
		if (session) await session.get("/staff/alerts", { expect: 401 });
		change("restore", "clinician");
	}
});

test("who is suspended is off duty and out of the chat, and what they had seen goes to others", async () => {
	const clinician = await clinic.staff("clinician"), me = (await clinician.get("/staff/session")).person;
	await clinician.post("/staff/duty", { on_duty: true });
	const client = await clinic.client(clinician), other = await clinic.client(clinician);
	const { conversation } = await say(other, "Hello, I had a long week at work.");
	await say(client, RISK);
	const alert = await openAlert(client);
	await clinician.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version });
	await clinician.post(`/staff/conversations/${conversation.id}/join`);
	change("suspend", "clinician");
	await eventually(async () => (await alertOf(alert.id)).state === "open", "nobody has the alert");
	assert.equal((await alertOf(alert.id)).owner, null);
	await eventually(async () => (await supervisor.get("/staff/presence")).items.length === 0, "still said to be there");
	assert.equal((await other.get("/client/conversation")).person, null);
	const people = (await supervisor.get("/staff/rota")).people ?? [];
	assert.ok(!people.some((one) => one.id === me.id && one.on_duty), "still on duty");
	change("restore", "clinician");
	const again = await clinic.staff("clinician");
	assert.equal((await again.get("/staff/duty")).on_duty, false);
});

test("suspended while nothing ran: the alert does not stay with them", async () => {
	const clinician = await clinic.staff("clinician"), client = await clinic.client(clinician);
	await clinician.post("/staff/duty", { on_duty: true });
	await say(client, RISK);
	const alert = await openAlert(client);
	await clinician.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version });
	await clinic.kill();
	change("suspend", "clinician");
	await clinic.start();
	await clinician.get("/staff/alerts", { expect: 401 });
	await eventually(async () => (await alertOf(alert.id)).state === "open", "nobody has the alert");
	change("restore", "clinician");
});

test("signed out: that browser's page is closed, not the other one's; an erased client's page is closed", async () => {
	const [first, second] = [await clinic.staff("clinician"), await clinic.staff("clinician")];
	const one = await page(first), two = await page(second);
	await first.post("/staff/logout");
	await one.wait((event) => event.event === "session_end");
	const client = await clinic.client(second), stream = client.events("/client/stream");
	await stream.open;
	const compliance = await clinic.staff("compliance");
	await compliance.post(`/staff/clients/${client.clientId}/erase`, { reason: "Asked for it" });
	await stream.wait((event) => event.event === "session_end");
	await client.get("/client/session", { expect: 401 });
	assert.ok(!two.list.some((event) => event.event === "session_end"));
	for (const each of [one, two, stream]) each.close();
});

test("a page is closed when its session has run out", async () => {
	const session = await clinic.staff("coach"), open = await page(session);
	await clinic.advance(12 * 3600 + 60);
	await session.get("/staff/session", { expect: 401 });
	await open.wait((event) => event.event === "session_end", 40_000); // at the next ping
	open.close();
});
