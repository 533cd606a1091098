// Calls to staff outside the console, against a real SMTP server (Debian's python3-aiosmtpd) and a receiver of webhooks that checks every signature: what is
// sent and what is not, receipts, tries again, all ways failing, quiet hours, loss of power while one is on its way, the test of each shift.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually, sleep } from "./harness.mjs";
import { Served } from "./served.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const python = ["/usr/bin/python3", "python3"].find((name) => {
	try {
		execFileSync(name, ["-c", "import aiosmtpd"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
});
const skip = python ? false : "python3-aiosmtpd is not here";
const RISK = "I have decided to kill myself tonight and I have everything ready.";
const WORDS = ["kill myself", "everything ready", "Heron", "Ada Lovegood", "want to die"];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-delivery-"));
const ends = [];
after(async () => {
	for (const end of ends.reverse()) await end();
	fs.rmSync(folder, { recursive: true, force: true });
});

class Mailbox {
	static async start(...args) {
		const box = new Mailbox();
		box.mails = [];
		box.child = spawn(python, [path.join(here, "smtp_server.py"), ...args], { stdio: ["pipe", "pipe", "inherit"] });
		ends.push(() => box.child.kill());
		box.waiters = [];
		readline.createInterface({ input: box.child.stdout }).on("line", (line) => {
			const said = JSON.parse(line);
			if ("port" in said) box.port = said.port;
			if ("data" in said) box.mails.push({ ...said, text: Buffer.from(said.data.split("\r\n\r\n")[1] ?? "", "base64").toString("utf8") });
			box.mode = said.mode ?? box.mode;
		});
		await eventually(() => box.port, "the SMTP server starts");
		return box;
	}

	async set(mode) {
		this.child.stdin.write(`${mode}\n`);
		await eventually(() => this.mode === mode, `the SMTP server is ${mode}`);
	}
}

class Hook {
	static async start(secret) {
		const hook = new Hook();
		hook.secret = secret;
		hook.calls = [];
		hook.status = 202;
		hook.server = http.createServer((request, response) => {
			const pieces = [];
			request.on("data", (bytes) => pieces.push(bytes));
			request.on("end", async () => {
				const body = Buffer.concat(pieces).toString("utf8"), id = request.headers["webhook-id"], at = request.headers["webhook-timestamp"];
				const wanted = `v1,${crypto.createHmac("sha256", secret).update(`${id}.${at}.${body}`).digest("base64")}`;
				hook.calls.push({ id, at: Number(at), body, json: JSON.parse(body), good: request.headers["webhook-signature"] === wanted });
				if (hook.hold) await hook.hold;
				response.writeHead(hook.status, { "content-type": "application/json" });
				response.end(JSON.stringify({ id: `prov-${hook.calls.length}` }));
			});
		});
		await new Promise((resolve) => hook.server.listen(0, "127.0.0.1", resolve));
		hook.url = `http://127.0.0.1:${hook.server.address().port}/hook`;
		ends.push(() => new Promise((resolve) => {
			hook.server.close(resolve);
			hook.server.closeAllConnections?.();
		}));
		return hook;
	}
}

const secret = "a secret of the provider, long enough";
async function start({ mail, hook, mailLines = "  tls: none\n", ...options }) {
	fs.writeFileSync(path.join(folder, "secret"), secret + "\n", { mode: 0o600 });
	fs.writeFileSync(path.join(folder, "password"), "mail-pass\n", { mode: 0o600 });
	const it = await Served.start({
		start: "2026-11-30T09:00:00Z", people: { anna: "clinician", sara: "supervisor" }, ...options,
		config: `console_url: https://heedwell.example/\n`
			+ (mail ? `mail:\n  url: smtp://localhost:${mail.port}\n  from: alerts@heedwell.example\n${mailLines}` : "")
			+ (hook ? `webhook:\n  url: ${hook.url}\n  secret_file: ${folder}/secret\n` : ""),
	});
	ends.push(() => it.stop());
	return it;
}
const address = (login) => ({ email: `${login}@clinic.example`, phone: "+34 600 000 001", lang: "en", time_zone: "Europe/Madrid" });
const newest = async (session) => (await session.get("/staff/alerts?limit=50")).items.sort((a, b) => b.created_at.localeCompare(a.created_at))[0];
const sent = async (session, alert) => (await session.get(`/staff/alerts/${alert.id}/deliveries?limit=100`)).items;

test("an alert goes out by mail and webhook, with receipts; nothing that is sent names the client or holds a word of theirs", { skip }, async () => {
	const mail = await Mailbox.start(), hook = await Hook.start(secret);
	const it = await start({ mail, hook });
	const anna = await it.sign("anna");
	await anna.put("/staff/channels", address("anna"));
	const client = await it.client("Heron", { name: "Ada Lovegood" });
	await client.post("/client/messages", { text: RISK, client_message_id: "m1" });
	const alert = await newest(anna);
	await eventually(() => mail.mails.length >= 1 && hook.calls.length >= 2, "nothing was sent"); // the hook also for Sara, who has no address
	const [message] = mail.mails;
	assert.deepEqual(message.to, ["anna@clinic.example"]);
	assert.equal(message.from, "alerts@heedwell.example");
	assert.match(message.text, /level 4/);
	assert.match(message.text, /5 minutes/);
	assert.ok(message.text.includes(`https://heedwell.example/console#/today/${alert.id}`));
	assert.match(message.data, /^Date: Mon, 30 Nov 2026 09:0\d:\d\d \+0000/m);
	for (const call of hook.calls) {
		assert.ok(call.good, "a signature that does not match");
		assert.ok(Math.abs(call.at - it.now) < 60);
		assert.deepEqual(Object.keys(call.json.data).sort(), ["alert_id", "delivery_id", "due_at", "language", "level", "phone", "priority", "purpose", "staff_id", "step", "url"]);
		assert.equal(call.json.data.delivery_id, call.id);
		assert.equal(call.json.type, "alert.call");
	}
	assert.equal(hook.calls.find((call) => call.json.data.staff_id === anna.id).json.data.phone, "+34 600 000 001");
	const everything = JSON.stringify([mail.mails, hook.calls]);
	for (const word of [...WORDS, client.client.id, alert.conversation_id]) assert.ok(!everything.includes(word), "something of the client left the house");
	let rows = await eventually(async () => {
		const list = await sent(anna, alert);
		return list.length && list.every((row) => row.state === "sent") ? list : null;
	}, "receipts are missing");
	const of = (channel, name = "Anna") => rows.find((row) => row.channel === channel && row.staff.name === name);
	assert.match(of("email").receipt, /^250 .*T1/);
	assert.match(of("webhook").receipt, /^HTTP 202 prov-\d$/);
	assert.equal(of("email", "Sara"), undefined);
	// The provider says that it arrived; nobody else may.
	const tell = async (body, { key = secret, at = Math.floor(it.now), signature } = {}) => {
		const text = JSON.stringify(body), id = "r1";
		const mac = crypto.createHmac("sha256", key).update(`${id}.${at}.${text}`).digest("base64");
		return (await fetch(`${it.url}/api/v1/hooks/receipt`, { method: "POST", body: text, headers: { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": String(at), "webhook-signature": signature ?? `v1,${mac}` } })).status;
	};
	const receipt = { delivery_id: of("webhook").id, state: "delivered" };
	assert.equal(await tell(receipt, { key: "another secret, just as long" }), 401);
	assert.equal(await tell(receipt, { at: Math.floor(it.now) - 400 }), 401);
	assert.equal(await tell(receipt, { signature: "" }), 401);
	assert.equal(await tell({ ...receipt, state: "eaten" }), 400);
	assert.equal(await tell(receipt), 200);
	assert.equal(await tell(receipt), 200, "said twice");
	// The console of Anna shows it, and she takes it: what was sent to her is answered.
	await anna.post(`/staff/alerts/${alert.id}/seen`, {});
	rows = await sent(anna, alert);
	assert.equal(of("console").state, "delivered");
	assert.equal(of("webhook").state, "delivered");
	await anna.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	rows = await eventually(async () => {
		const list = await sent(anna, alert);
		return list.filter((row) => row.staff.name === "Anna").every((row) => row.state === "acknowledged") ? list : null;
	}, "an answer is not noted");
	assert.equal(of("webhook", "Sara").state, "sent");
	for (const word of [...WORDS, "anna@clinic.example", "600 000 001"]) assert.ok(!it.log.includes(word), "in the log");
});

test("a server that says later is tried again, ever more slowly; who answers meanwhile ends it", { skip }, async () => {
	const mail = await Mailbox.start();
	const it = await start({ mail });
	const anna = await it.sign("anna");
	await anna.put("/staff/channels", address("anna"));
	await mail.set("later");
	await it.say(RISK, "c1");
	const alert = await newest(anna);
	const row = async () => (await sent(anna, alert)).find((one) => one.channel === "email");
	await eventually(async () => (await row()).attempts === 1, "no first try");
	assert.match((await row()).failure, /^SMTP 451$/, "an address may stand in what a server says");
	for (const [seconds, attempts] of [[6, 2], [16, 3], [31, 4]]) {
		await it.advance(seconds);
		await eventually(async () => (await row()).attempts === attempts, `try ${attempts} is missing`);
	}
	assert.equal((await row()).state, "queued");
	await mail.set("take");
	await it.advance(61);
	await eventually(async () => (await row()).state === "sent", "not sent at last");
	assert.equal((await row()).attempts, 5);
	assert.equal(mail.mails.length, 1);
	// A second one: she takes the alert before it could be sent, so it is not sent any more.
	await mail.set("later");
	await it.say(RISK, "c2");
	const second = (await anna.get("/staff/alerts?limit=50")).items.find((one) => one.id !== alert.id);
	await eventually(async () => (await sent(anna, second)).find((one) => one.channel === "email").attempts === 1, "no try");
	await anna.post(`/staff/alerts/${second.id}/take`, { version: second.version });
	await mail.set("take");
	await it.advance(10);
	await sleep(300);
	assert.equal(mail.mails.length, 1, "called for what was taken already");
	assert.notEqual((await sent(anna, second)).find((one) => one.channel === "email").state, "queued");
});

test("when every way fails the alert says so, and the chain moves on at once, once round at most", { skip }, async () => {
	const mail = await Mailbox.start(), hook = await Hook.start(secret);
	const it = await start({ mail, hook, people: { anna: "clinician", sara: "supervisor", ines: "supervisor" }, settings: { chain: [{ to: "on_duty" }, { to: "supervisors" }] } });
	const anna = await it.sign("anna");
	await anna.put("/staff/channels", address("anna"));
	await mail.set("refuse");
	hook.status = 410;
	await it.say(RISK, "c1");
	let alert = await eventually(async () => {
		const now = await newest(anna);
		return now.undelivered && now.escalation_step >= 1 ? now : null;
	}, "it waits for a clock although nobody can be reached");
	await sleep(1500);
	alert = await newest(anna);
	assert.equal(alert.missed, true);
	assert.ok(alert.escalation_step <= 2, `it goes round and round: ${alert.escalation_step}`);
	const rows = await sent(anna, alert);
	assert.ok(rows.filter((row) => row.channel !== "console").every((row) => row.state === "failed" && row.attempts === 1), "final refusals are not tried again");
	assert.match(it.log, /delivery\.all_failed/);
	alert = await anna.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	assert.equal(alert.undelivered, false);
});

test("a provider that says afterwards that nothing arrived is a way that failed", async () => {
	const hook = await Hook.start(secret);
	const it = await start({ hook, settings: { chain: [{ to: "on_duty" }, { to: "supervisors" }] } });
	const anna = await it.sign("anna");
	await it.say(RISK, "c1");
	const alert = await newest(anna);
	const rows = await eventually(async () => {
		const list = (await sent(anna, alert)).filter((row) => row.channel === "webhook");
		return list.length && list.every((row) => row.state === "sent") ? list : null;
	}, "not sent");
	assert.equal((await newest(anna)).undelivered, false);
	for (const row of rows) {
		const at = Math.floor(it.now), text = JSON.stringify({ delivery_id: row.id, state: "failed" });
		const mac = crypto.createHmac("sha256", secret).update(`r-${row.id}.${at}.${text}`).digest("base64");
		const answer = await fetch(`${it.url}/api/v1/hooks/receipt`, { method: "POST", body: text, headers: { "content-type": "application/json", "webhook-id": `r-${row.id}`, "webhook-timestamp": String(at), "webhook-signature": `v1,${mac}` } });
		assert.equal(answer.status, 200);
	}
	const moved = await eventually(async () => {
		const now = await newest(anna);
		return now.undelivered && now.escalation_step >= 1 ? now : null;
	}, "it waits for a clock although nobody was reached");
	assert.equal(moved.missed, true);
});

test("STARTTLS and a sign-in; a certificate that is not trusted, or no TLS at all, and nothing is sent", { skip }, async () => {
	const cert = path.join(folder, "cert.pem"), key = path.join(folder, "key.pem");
	execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "3650", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], { stdio: "ignore" });
	const mail = await Mailbox.start("--tls", cert, key, "--login", "heedwell", "mail-pass"), plain = await Mailbox.start();
	const login = `  user: heedwell\n  password_file: ${folder}/password\n`;
	for (const [box, lines, taken] of [[mail, `${login}  ca_file: ${cert}\n`, true], [mail, login, false], [plain, "", false]]) {
		const before = box.mails.length;
		const it = await start({ mail: box, mailLines: lines });
		const anna = await it.sign("anna");
		await anna.put("/staff/channels", address("anna"));
		await it.say(RISK, "c1");
		const alert = await newest(anna);
		const row = await eventually(async () => (await sent(anna, alert)).find((one) => one.channel === "email" && one.attempts === 1), "no try");
		assert.equal(row.state, taken ? "sent" : "queued", row.failure);
		assert.equal(box.mails.length, before + (taken ? 1 : 0));
		if (taken) assert.ok(box.mails.at(-1).tls && box.mails.at(-1).login);
		assert.ok(!it.log.includes("mail-pass"));
	}
});

test("a loss of power while one is on its way loses none", { skip }, async () => {
	const hook = await Hook.start(secret);
	const it = await start({ hook, people: { anna: "clinician" } });
	let release;
	hook.hold = new Promise((resolve) => (release = resolve));
	await it.say(RISK, "c1");
	await eventually(() => hook.calls.length === 1, "not sent");
	await it.crash(1);
	hook.hold = null;
	release();
	await eventually(() => hook.calls.length >= 2, "forgotten");
	assert.equal(hook.calls[0].id, hook.calls[1].id, "the receiver knows a repetition by its id");
	const anna = await it.sign("anna");
	await eventually(async () => (await sent(anna, await newest(anna))).find((row) => row.channel === "webhook").state === "sent", "no receipt");
});

test("quiet hours hold back everything but the top priority, until they end", { skip }, async () => {
	const hook = await Hook.start(secret);
	const it = await start({ hook, start: "2026-11-30T22:30:00Z", people: { anna: "clinician" }, settings: { acknowledge_minutes: { 2: 1440 } } });
	const anna = await it.sign("anna");
	await anna.put("/staff/channels", { ...address("anna"), quiet_from: "22:00", quiet_to: "07:00" });
	await it.say("I want to die and I do not know whom to tell.", "c1");
	const calm = await newest(anna);
	assert.equal(calm.priority, 2);
	await sleep(400);
	assert.equal(hook.calls.length, 0, "called in quiet hours");
	const [row] = (await sent(anna, calm)).filter((one) => one.channel === "webhook");
	assert.equal(row.next_at, "2026-12-01T06:00:00.000Z");
	assert.equal((await sent(anna, calm)).find((one) => one.channel === "console").state, "sent", "the page is told at once");
	await it.say(RISK, "c2");
	await eventually(() => hook.calls.length === 1, "the top priority was silenced");
	assert.equal(hook.calls[0].json.data.priority, 1);
	await it.until("2026-12-01T05:59:00Z");
	assert.ok(!hook.calls.some((call) => call.json.data.priority === 2));
	await it.until("2026-12-01T06:00:05Z");
	await eventually(() => hook.calls.some((call) => call.json.data.priority === 2), "forgotten after the quiet hours");
});

test("the test of a shift: each channel, confirmed by the one it was for; a shift without one is shown", { skip }, async () => {
	const mail = await Mailbox.start(), hook = await Hook.start(secret);
	const it = await start({ mail, hook });
	const anna = await it.sign("anna"), sara = await it.sign("sara");
	await sara.post("/staff/shifts", { staff_id: anna.id, kind: "in_hours", start: "09:00", end: "17:00", days: "Daily", zone: "Europe/Madrid" });
	const today = async () => (await sara.get("/staff/rota?days=1")).spans.find((span) => span.staff.name === "Anna");
	assert.equal((await today()).tested, false);
	const refused = async (change, about) => assert.match((await anna.put("/staff/channels", { ...address("anna"), ...change }, { expect: 400 })).error.message, about);
	await refused({ email: "anna@a@b" }, /email/);
	await refused({ email: "a@b\r\nBcc: x@y" }, /email/);
	await refused({ phone: "call me" }, /phone/);
	await refused({ quiet_from: "22:00" }, /quiet/);
	await refused({ quiet_from: "22:00", quiet_to: "7" }, /quiet/);
	await refused({ time_zone: "Mars/Olympus" }, /time_zone/);
	await anna.put("/staff/channels", address("anna"));
	let mine = await anna.post("/staff/channels/test", {});
	assert.deepEqual(mine.test.map((one) => one.channel).sort(), ["console", "email", "webhook"]);
	await eventually(() => mail.mails.length === 1 && hook.calls.length === 1, "no test was sent");
	await eventually(async () => (await anna.get("/staff/channels")).test.every((one) => one.state === "sent"), "no receipts"); // they are written a moment later
	assert.match(mail.mails[0].text, /test that you asked for/);
	assert.equal(hook.calls[0].json.type, "channel.test");
	await sara.post(`/staff/deliveries/${mine.test[0].id}/confirm`, {}, { expect: 404 });
	for (const [i, one] of mine.test.entries()) {
		mine = await anna.post(`/staff/deliveries/${one.id}/confirm`, {});
		assert.equal(Boolean(mine.tested_at), i === 2, "passed only when all have arrived");
	}
	await anna.post(`/staff/deliveries/${mine.test[0].id}/confirm`, {}, { expect: 409 }).catch(() => {});
	assert.equal((await today()).tested, true);
	// Another address is an untested one; and tomorrow's shift asks anew.
	await it.until("2026-12-01T08:30:00Z");
	assert.equal((await (await it.sign("sara")).get("/staff/rota?days=1")).spans.find((span) => span.staff.name === "Anna" && new Date(span.to) > new Date(it.now * 1000)).tested, false);
});

test("the question to take over a chat reaches the person asked outside the console; nothing of the client is in it; it is withdrawn when it is settled", { skip }, async () => {
	const mail = await Mailbox.start(), hook = await Hook.start(secret);
	const it = await start({ mail, hook });
	const anna = await it.sign("anna"), sara = await it.sign("sara");
	for (const [login, session] of [["anna", anna], ["sara", sara]]) await session.put("/staff/channels", address(login));
	const client = await it.client("Heron", { name: "Ada Lovegood" });
	await client.put("/client/consents/care", { state: "given", document_version: (await client.get("/client/consents")).items.find((one) => one.kind === "care").document.version });
	await client.post("/client/messages", { text: "Hello, I had a long week.", client_message_id: "m1" });
	const chat = (await client.get("/client/conversation")).id;
	await anna.post(`/staff/conversations/${chat}/join`);
	await anna.post(`/staff/conversations/${chat}/handover`, { to: sara.id });
	await eventually(() => mail.mails.length && hook.calls.length, "nothing was sent");
	assert.deepEqual([mail.mails.length, mail.mails[0].to], [1, ["sara@clinic.example"]], "one person is asked");
	assert.match(mail.mails[0].text, /take over a chat/);
	assert.match(mail.mails[0].text, /10 minutes/);
	assert.ok(mail.mails[0].text.includes("https://heedwell.example/console#/today."));
	const [call] = hook.calls;
	assert.ok(call.good);
	assert.deepEqual([call.json.type, call.json.data.purpose, call.json.data.priority, call.json.data.staff_id], ["chat.call", "takeover", 2, sara.id]);
	assert.deepEqual(Object.keys(call.json.data).sort(), ["delivery_id", "due_at", "language", "level", "phone", "priority", "purpose", "staff_id", "step", "url"]);
	const everything = JSON.stringify([mail.mails, hook.calls]);
	for (const word of [...WORDS, "long week", client.client.id, chat]) assert.ok(!everything.includes(word), "something of the client left the house");
	await sara.post(`/staff/conversations/${chat}/handover/accept`);
	// Asked while one's quiet hours hold: kept back, and never sent once somebody else is asked, or the top priority breaks in.
	await anna.put("/staff/channels", { ...address("anna"), quiet_from: "08:00", quiet_to: "20:00" });
	await sara.post(`/staff/conversations/${chat}/handover`, { to: anna.id });
	await sleep(400);
	assert.equal(hook.calls.length, 1, "called in quiet hours");
	await sara.post(`/staff/conversations/${chat}/handover/decline`);
	await it.until("2026-11-30T20:30:00Z");
	assert.equal(hook.calls.filter((one) => one.json.type === "chat.call").length, 1, "a question that was taken back went out");
	const [again, her] = [await it.sign("anna"), await it.sign("sara")];
	await again.put("/staff/channels", { ...address("anna"), quiet_from: "08:00", quiet_to: "07:00" });
	await client.post("/client/messages", { text: RISK, client_message_id: "m2" });
	const now = (await her.get("/staff/presence")).items;
	if (!now.length) await her.post(`/staff/conversations/${chat}/join`);
	await her.post(`/staff/conversations/${chat}/handover`, { to: anna.id });
	const urgent = await eventually(() => hook.calls.find((one) => one.json.type === "chat.call" && one.json.data.staff_id === anna.id), "the top priority is never silenced");
	assert.equal(urgent.json.data.priority, 1);
});

test("the one who asked for a hand-over of the chat and was answered: what still waits is dropped, what was sent is marked", { skip }, async () => {
	const hook = await Hook.start(secret), it = await start({ hook });
	const anna = await it.sign("anna"), sara = await it.sign("sara");
	await sara.put("/staff/channels", address("sara"));
	const client = await it.client("Heron");
	await client.post("/client/messages", { text: "Hello.", client_message_id: "m1" });
	const chat = (await client.get("/client/conversation")).id;
	await anna.post(`/staff/conversations/${chat}/join`);
	hook.status = 503;
	await anna.post(`/staff/conversations/${chat}/handover`, { to: sara.id });
	await eventually(() => hook.calls.length === 1, "nothing was sent");
	await it.crash(1);
	await sara.post(`/staff/conversations/${chat}/handover/decline`);
	hook.status = 202;
	await sleep(300); // one that was on its way when she answered, on a slow machine
	const sent = hook.calls.length;
	await it.advance(600);
	await it.advance(600);
	assert.equal(hook.calls.length, sent, "it was sent again after the answer");
});
