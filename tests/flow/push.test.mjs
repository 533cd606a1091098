// Web Push to staff, against a push service on loopback that verifies each proof and opens each body: what is sent and what is not, receipts, devices that come and go,
// refusals and waits, addresses that may not be called, what lies on the disk.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { after, test } from "node:test";
import { binary, eventually, sleep } from "./harness.mjs";
import { PushService } from "./push_service.mjs";
import { Served } from "./served.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
const WORDS = ["kill myself", "everything ready", "Heron", "Ada Lovegood", "Anna", "Riverside"];
const ends = [];
after(async () => {
	for (const end of ends.reverse()) await end();
});

async function start(options = {}) {
	let it = null;
	const service = await PushService.start(() => it.now);
	ends.push(() => service.stop());
	const on = `push:\n  hosts: ["${service.host}", "fcm.googleapis.com"]\n  contact: mailto:ops@clinic.example\n`;
	it = await Served.start({ start: "2026-11-30T09:00:00Z", people: { anna: "clinician", sara: "supervisor" }, config: on, ...options });
	ends.push(() => it.stop());
	return { it, service, on };
}
const subscribe = (session, browser, options) => session.post("/staff/push/devices", browser.body, options);
const alerts = async (session) => (await session.get("/staff/alerts?limit=50")).items;
/** The one alert that is not among those known before. */
const newest = async (session, known = []) => (await alerts(session)).find((one) => !known.includes(one.id));
const told = async (session, alert) => (await session.get(`/staff/alerts/${alert.id}/deliveries?limit=100`)).items.filter((row) => row.channel === "push");
const sent = async (session, alert) => (await told(session, alert)).filter((row) => row.purpose !== "answered");
const arrived = async (it, body) => (await fetch(`${it.url}/api/v1/hooks/push`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).status;

test("an alert reaches every device of those who are called, sealed for it alone; the device says that it arrived", async () => {
	const { it, service } = await start();
	const anna = await it.sign("anna"), sara = await it.sign("sara");
	const { key, on, devices } = await anna.get("/staff/push");
	assert.equal(on, true);
	assert.deepEqual(devices, []);
	assert.equal(Buffer.from(key, "base64url").length, 65);
	const phone = service.browser("Anna's phone"), desk = service.browser("Desk");
	await subscribe(anna, phone);
	const mine = await subscribe(anna, desk);
	assert.deepEqual(mine.devices.map((one) => one.label), ["Desk", "Anna's phone"]);
	assert.ok(!JSON.stringify(mine).includes("/push/"), "an address comes out again");
	assert.deepEqual((await sara.get("/staff/push")).devices, [], "devices are their owner's alone");
	const client = await it.client("Heron", { name: "Ada Lovegood" });
	await client.post("/client/messages", { text: RISK, client_message_id: "m1" });
	const alert = await newest(anna);
	await eventually(() => service.calls.length === 2, "not sent");
	const [first] = service.of(phone), [second] = service.of(desk);
	for (const call of [first, second]) {
		const note = service.read(call, { key });
		assert.equal(note.said.sub, "mailto:ops@clinic.example");
		assert.equal(note.urgency, "high");
		assert.ok(note.ttl > 200 && note.ttl <= 300, `kept for ${note.ttl} s: the clock ends in five minutes`);
		assert.deepEqual(Object.keys(note.json).sort(), ["body", "delivery", "kind", "lang", "open", "priority", "title", "token", "v"]);
		assert.equal(note.json.kind, "alert");
		assert.equal(note.json.open, `/today/${alert.id}`);
		assert.equal(note.json.priority, 1);
		assert.match(note.json.body, /Level 4\. Answer within 5 minutes/);
		for (const word of [...WORDS, client.client.id, alert.conversation_id]) {
			assert.ok(!note.text.includes(word), `${word} is shown`);
			assert.ok(!call.body.includes(word) && !JSON.stringify(call.headers).includes(word), `${word} is on the wire`);
		}
		assert.ok(!call.body.includes("Level") && !call.body.includes(alert.id), "not encrypted");
	}
	assert.equal(first.body.length, second.body.length);
	assert.notDeepEqual(first.body.subarray(0, 86), second.body.subarray(0, 86), "salt and key are of one message");
	let rows = await eventually(async () => {
		const list = await sent(anna, alert);
		return list.length === 2 && list.every((row) => row.state === "sent") ? list : null;
	}, "no receipt");
	assert.deepEqual(rows.map((row) => row.device).sort(), ["Anna's phone", "Desk"]);
	assert.ok(rows.every((row) => row.receipt === "HTTP 201" && row.staff.name === "Anna"));
	// Its service worker says that it was shown; nobody else can.
	const { json } = service.read(first, { key });
	assert.equal(await arrived(it, { delivery: json.delivery, token: "A".repeat(22) }), 401);
	assert.equal(await arrived(it, { delivery: json.delivery, token: service.read(second, { key }).json.token }), 401, "the token of another");
	assert.equal(await arrived(it, { delivery: "", token: json.token }), 401);
	assert.equal(await arrived(it, {}), 401);
	assert.equal(await arrived(it, { delivery: json.delivery, token: json.token }), 200);
	assert.equal(await arrived(it, { delivery: json.delivery, token: json.token }), 409, "said already");
	rows = await sent(anna, alert);
	assert.deepEqual(rows.map((row) => row.state).sort(), ["delivered", "sent"]);
	const looked = await anna.get("/staff/push");
	assert.deepEqual(looked.devices.map((one) => one.last.state).sort(), ["delivered", "sent"]);
	await anna.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	await eventually(async () => (await sent(anna, alert)).every((row) => row.state === "acknowledged"), "an answer is not noted");
	assert.ok((await sent(sara, alert)).every((row) => !row.device), "a colleague's device has a name of their own");
	// Each device that shows it is told, once, and no louder than before; that is no call.
	await eventually(() => service.calls.length === 4, "the notifications stay as if nothing had been done");
	for (const device of [phone, desk]) {
		const answer = service.read(service.of(device)[1], { key });
		assert.equal(answer.json.kind, "answered");
		assert.equal(answer.json.open, `/today/${alert.id}`);
		assert.equal(answer.urgency, "normal");
		for (const word of WORDS) assert.ok(!answer.text.includes(word));
	}
	await anna.post(`/staff/alerts/${alert.id}/contact`, { version: (await anna.get(`/staff/alerts/${alert.id}`)).version, outcome: "contacted", note: "spoke" });
	await anna.post(`/staff/alerts/${alert.id}/resolve`, { version: (await anna.get(`/staff/alerts/${alert.id}`)).version, reason: "contacted", note: "" });
	await sleep(400);
	assert.equal(service.calls.length, 4, "told again");
	assert.deepEqual((await anna.get("/staff/push")).devices.map((one) => one.last.state), ["acknowledged", "acknowledged"], "the last call, not the answer");
	for (const word of [...WORDS, phone.path, "ops@clinic.example", phone.body.auth]) assert.ok(!it.log.includes(word), "in the log");
	for (const file of fs.readdirSync(it.folder).filter((name) => name.startsWith("heedwell.db"))) {
		const bytes = fs.readFileSync(`${it.folder}/${file}`);
		for (const secret of [phone.path, phone.body.auth, phone.auth, phone.ecdh.getPublicKey(), "Anna's phone"]) assert.ok(!bytes.includes(secret), `${file} holds a device's keys in clear`);
	}
});

test("the test of a shift: test and alert look the same on the wire; each device is confirmed; their own language", async () => {
	const { it, service } = await start({ people: { anna: "clinician" } });
	const anna = await it.sign("anna");
	await anna.put("/staff/channels", { lang: "es", time_zone: "Europe/Madrid" });
	const { key } = await anna.get("/staff/push"), phone = service.browser("Phone");
	await subscribe(anna, phone);
	let mine = await anna.post("/staff/channels/test", {});
	assert.equal(mine.configured.push, true);
	assert.deepEqual(mine.test.map((one) => one.channel).sort(), ["console", "push"]);
	await eventually(() => service.calls.length === 1, "no test was sent");
	const note = service.read(service.calls[0], { key });
	assert.equal(note.json.kind, "test");
	assert.equal(note.json.open, "/channels");
	assert.equal(note.json.lang, "es");
	assert.match(note.json.title, /prueba/);
	await eventually(async () => (await anna.get("/staff/channels")).test.every((one) => one.state === "sent"), "no receipt"); // it is written a moment later
	for (const one of mine.test) mine = await anna.post(`/staff/deliveries/${one.id}/confirm`, {});
	assert.ok(mine.tested_at);
	await it.say(RISK, "c1");
	await eventually(() => service.calls.length === 2, "not sent");
	assert.equal(service.calls[0].body.length, service.calls[1].body.length, "the length says which is which");
	// A new device is an untested one.
	await subscribe(anna, service.browser("Laptop"));
	assert.equal((await anna.get("/staff/channels")).tested_at, null);
});

test("quiet hours hold a push back like every other call, but not the top priority; what is less urgent says so", async () => {
	const { it, service } = await start({ start: "2026-11-30T22:30:00Z", people: { anna: "clinician" }, settings: { acknowledge_minutes: { 2: 1440 } } });
	const anna = await it.sign("anna"), { key } = await anna.get("/staff/push");
	await anna.put("/staff/channels", { lang: "en", time_zone: "Europe/Madrid", quiet_from: "22:00", quiet_to: "07:00" });
	await subscribe(anna, service.browser());
	await it.say("I want to die and I do not know whom to tell.", "c1");
	await sleep(400);
	assert.equal(service.calls.length, 0, "called in quiet hours");
	await it.say(RISK, "c2");
	await eventually(() => service.calls.length === 1, "the top priority was silenced");
	assert.equal(service.read(service.calls[0], { key }).urgency, "high");
	await it.until("2026-12-01T06:00:05Z");
	const calm = await eventually(() => service.calls.slice(1).map((call) => service.read(call, { key })).find((note) => note.urgency === "normal"), "forgotten after the quiet hours");
	assert.equal(calm.ttl, 4 * 3600, "at most four hours");
	assert.equal(calm.json.priority, 2);
});

test("addresses that may not be called, keys that are none, too many: refused, each with what is wrong", async () => {
	const { it, service } = await start({ people: { anna: "clinician", bert: "coach" } });
	const anna = await it.sign("anna"), bert = await it.sign("bert");
	const good = service.browser("Phone").body;
	const refused = async (change, about) => assert.match((await anna.post("/staff/push/devices", { ...good, ...change }, { expect: 400 })).error.message, about);
	for (const endpoint of ["https://evil.example/push/x", "https://fcm.googleapis.com.evil.example/x", "https://fcm.googleapis.com@evil.example/x", "https://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/x", `https://${service.host}/x`, it.url + "/api/v1/staff/logout", "file:///etc/passwd", "", "x".repeat(2000)]) await refused({ endpoint }, /endpoint/);
	for (const p256dh of ["", "BCVx", good.p256dh.slice(0, -2) + "AA", Buffer.alloc(65).toString("base64url"), good.p256dh + "AA"]) await refused({ p256dh }, /p256dh/);
	for (const auth of ["", "AAAA", "*".repeat(22), Buffer.alloc(17).toString("base64url")]) await refused({ auth }, /auth/);
	for (const label of ["", "  ", "x".repeat(121), "a\nb"]) await refused({ label }, /label/);
	await refused({ label: 7 }, /label/);
	assert.deepEqual((await anna.get("/staff/push")).devices, []);
	assert.equal(service.calls.length, 0);
	const browsers = Array.from({ length: 8 }, (_, i) => service.browser(`Device ${i}`));
	const answers = await Promise.all([...browsers, service.browser("One more"), service.browser("Two more")].map((browser) => subscribe(anna, browser, {}).then(() => true, (error) => /400/.test(error.message) || Promise.reject(error))));
	assert.equal(answers.length, 10);
	const { devices, max } = await anna.get("/staff/push");
	assert.equal(devices.length, max, "also when they come all at once");
	assert.equal((await subscribe(anna, service.browser("Ninth"), { expect: 400 })).error.code, "too_many_devices");
	// One of them again takes its own place; somebody else at the same browser takes it over.
	const known = browsers.find((browser) => devices.some((one) => one.label === browser.name));
	const again = await subscribe(anna, Object.assign(known, { name: "Renamed" }));
	assert.equal(again.devices.length, max);
	assert.equal(again.devices[0].label, "Renamed");
	await subscribe(bert, known);
	assert.equal((await anna.get("/staff/push")).devices.length, max - 1);
	const [his] = (await bert.get("/staff/push")).devices;
	await anna.post(`/staff/push/devices/${his.id}/remove`, {}, { expect: 404 });
	await anna.post("/staff/push/devices/00000000-0000-7000-8000-000000000000/remove", {}, { expect: 404 });
	const left = await bert.post(`/staff/push/devices/${his.id}/remove`, {});
	assert.deepEqual(left.devices, []);
	await bert.post(`/staff/push/devices/${his.id}/remove`, {}, { expect: 409 });
});

test("a device that its push service knows no more is taken off, and its owner and the rota see it; when it was the only way the chain moves on", async () => {
	const { it, service } = await start({ settings: { chain: [{ to: "on_duty" }, { to: "supervisors" }] } });
	const anna = await it.sign("anna"), sara = await it.sign("sara"), phone = service.browser("Phone");
	await subscribe(anna, phone);
	let mine = await anna.post("/staff/channels/test", {});
	for (const one of mine.test) mine = await eventually(() => anna.post(`/staff/deliveries/${one.id}/confirm`, {}).catch(() => null), "not sent");
	assert.ok(mine.tested_at);
	for (const [status, person, browser] of [[410, anna, phone], [404, sara, service.browser("Her phone")]]) {
		if (person === sara) await subscribe(sara, browser);
		service.answer = { status };
		const before = service.of(browser).length;
		const known = (await alerts(anna)).map((one) => one.id);
		await it.say(RISK, `c${status}`);
		const alert = await newest(anna, known);
		const row = await eventually(async () => (await sent(anna, alert)).find((one) => one.state === "failed"), "tried again");
		assert.equal(row.failure, `HTTP ${status}`);
		assert.equal(row.attempts, 1);
		assert.equal(service.of(browser).length, before + 1);
		const [device] = await eventually(async () => {
			const { devices } = await person.get("/staff/push");
			return devices[0].state === "ended" ? devices : null;
		}, "still there");
		assert.ok(device.ended_at);
		assert.equal(device.mark, null);
		assert.equal((await person.get("/staff/channels")).tested_at, null, "it counts as tested");
		service.answer = { status: 201 };
		await it.say(RISK, `d${status}`);
		await sleep(300);
		assert.equal(service.of(browser).length, before + 1, "called although it is gone");
		if (status === 410) {
			const moved = await eventually(async () => {
				const now = await anna.get(`/staff/alerts/${alert.id}`);
				return now.undelivered && now.escalation_step >= 1 ? now : null;
			}, "it waits for a clock although nobody can be reached");
			assert.equal(moved.missed, true);
		}
	}
	// After a month it is not shown any more; what was there and why it ended stands in the journal.
	await it.advance(31 * 86400);
	assert.deepEqual((await (await it.sign("anna")).get("/staff/push")).devices, []);
});

test("too many requests: it waits as long as it is told; a server that is down is tried again; a refusal of the sender is final, and the device stays", async () => {
	const { it, service } = await start({ people: { anna: "clinician" } });
	const anna = await it.sign("anna");
	await subscribe(anna, service.browser("Phone"));
	const wait = async (row) => (new Date(row.next_at) - new Date(it.now * 1000)) / 1000;
	const tried = (alert, attempts) => eventually(async () => {
		const [row] = await sent(anna, alert);
		return row && row.attempts === attempts ? row : null;
	}, `try ${attempts} is missing`);
	service.answer = { status: 429, headers: { "retry-after": "120" } };
	await it.say(RISK, "c1");
	const alert = await newest(anna);
	let row = await tried(alert, 1);
	assert.equal(row.failure, "HTTP 429");
	assert.ok(await wait(row) > 110, "sooner than it was told");
	await it.advance(100);
	assert.equal(service.calls.length, 1);
	service.answer = { status: 503 };
	await it.advance(25);
	row = await tried(alert, 2);
	assert.ok(await wait(row) <= 15);
	service.answer = { status: 307, headers: { location: `${it.url}/api/v1/health` } };
	await it.advance(16);
	row = await tried(alert, 3);
	assert.equal(row.failure, "HTTP 307", "followed elsewhere");
	service.answer = { status: 429, headers: { "retry-after": "999999999" } };
	await it.advance(31);
	row = await tried(alert, 4);
	assert.ok(await wait(row) <= 3600, "a push service can silence a call for ever");
	service.answer = { status: 201 };
	await it.advance(3600);
	await eventually(async () => (await sent(anna, alert)).some((one) => one.state === "sent"), "not sent at last");
	service.answer = { status: 403 };
	await it.say(RISK, "c2");
	const second = await newest(anna, [alert.id]);
	await eventually(async () => (await sent(anna, second)).find((one) => one.state === "failed" && one.failure === "HTTP 403"), "a refusal is not final");
	assert.equal((await anna.get("/staff/push")).devices[0].state, "active");
});

test("a loss of power loses neither a call nor the key; without the operator's leave nothing is called", async () => {
	const { it, service, on } = await start({ people: { anna: "clinician" } });
	const anna = await it.sign("anna"), { key } = await anna.get("/staff/push"), phone = service.browser("Phone");
	await subscribe(anna, phone);
	service.answer = { status: 503 };
	await it.say(RISK, "c1");
	await eventually(() => service.calls.length === 1, "not tried");
	await it.crash(10);
	service.answer = { status: 201 };
	await eventually(() => service.calls.length >= 2, "forgotten");
	const first = service.read(service.calls[0], { key }), second = service.read(service.calls.at(-1), { key });
	assert.equal(first.json.delivery, second.json.delivery, "the browser knows a repetition by its id");
	let again = await it.sign("anna");
	assert.equal((await again.get("/staff/push")).key, key);
	// The host is taken off the list: what waits is refused, not sent.
	it.options.config = on.replace(`"${service.host}", `, "");
	await it.crash(60);
	const before = service.calls.length;
	again = await it.sign("anna");
	const known = (await alerts(again)).map((one) => one.id);
	await it.say(RISK, "c2");
	const alert = await newest(again, known);
	await eventually(async () => (await sent(again, alert)).some((row) => row.state === "failed" && /may not be called any more/.test(row.failure)), "no refusal");
	assert.equal(service.calls.length, before);
	// And when pushes are off altogether.
	it.options.config = "";
	await it.crash(60);
	again = await it.sign("anna");
	const off = await again.get("/staff/push");
	assert.deepEqual([off.on, off.key], [false, null]);
	assert.equal(off.devices.length, 1, "what is kept is shown");
	assert.equal((await subscribe(again, service.browser(), { expect: 400 })).error.code, "push_off");
	assert.equal((await again.get("/staff/channels")).configured.push, false);
	await it.say(RISK, "c3");
	await sleep(300);
	assert.equal(service.calls.length, before);
	await again.post(`/staff/push/devices/${off.devices[0].id}/remove`, {});
});

test("a configuration that could call what it should not is refused at the start", async () => {
	const { it } = await start({ people: {}, config: "" });
	const bad = `${it.folder}/bad.yaml`;
	const check = (lines, clock = "") => {
		fs.writeFileSync(bad, `database: sqlite:${it.folder}/x.db\nkey_file: ${it.folder}/heedwell.key\n${clock}${lines}`);
		const run = spawnSync(binary, ["config", "check", bad], { encoding: "utf8" });
		return [run.status, run.stdout + run.stderr];
	};
	const push = (hosts, contact = "mailto:ops@clinic.example") => `push:\n  hosts: ${hosts}\n${contact ? `  contact: ${contact}\n` : ""}`;
	assert.equal(check(push('[fcm.googleapis.com, "*.push.apple.com"]'))[0], 0, check(push('[fcm.googleapis.com, "*.push.apple.com"]'))[1]);
	for (const hosts of ["[]", '["*"]', '["*.com"]', "[10.0.0.1]", '["127.0.0.1:9000"]', '["https://fcm.googleapis.com"]', '["fcm.googleapis.com:8443"]', "fcm.googleapis.com"]) {
		const [status, said] = check(push(hosts));
		assert.notEqual(status, 0, hosts);
		assert.match(said, /hosts/);
	}
	for (const contact of ["", "ops@clinic.example", "http://clinic.example", "mailto:nobody", '"mailto:a@b\\r\\nX: y"']) {
		const [status, said] = check(push("[fcm.googleapis.com]", contact));
		assert.notEqual(status, 0, contact);
		assert.match(said, /contact/);
	}
	assert.equal(check(push('["127.0.0.1:9000"]'), "test_clock: 2026-11-30T09:00:00Z\n")[0], 0);
});

test("asked to take over a chat: the device of the person asked shows it, and is told when the question is settled", async () => {
	const { it, service } = await start();
	const anna = await it.sign("anna"), sara = await it.sign("sara"), { key } = await sara.get("/staff/push");
	const phone = service.browser("Sara's phone"), other = service.browser("Anna's phone");
	await subscribe(sara, phone);
	await subscribe(anna, other);
	const client = await it.client("Heron", { name: "Ada Lovegood" });
	await client.post("/client/messages", { text: "Hello, I had a long week.", client_message_id: "m1" });
	const chat = (await client.get("/client/conversation")).id;
	await anna.post(`/staff/conversations/${chat}/join`);
	await anna.post(`/staff/conversations/${chat}/handover`, { to: sara.id });
	await eventually(() => service.calls.length === 1, "not sent");
	const note = service.read(service.of(phone)[0], { key });
	assert.deepEqual([note.json.kind, note.json.open, note.json.priority], ["chat", "/today", 2]);
	assert.match(note.json.body, /take over a chat\. Answer within 10 minutes/i);
	for (const word of [...WORDS, "long week", client.client.id, chat]) assert.ok(!note.text.includes(word), `${word} is shown`);
	await sara.post(`/staff/conversations/${chat}/handover/accept`);
	await eventually(() => service.calls.length === 2, "the notification stays");
	const over = service.read(service.of(phone)[1], { key });
	assert.deepEqual([over.json.kind, over.json.tag, over.urgency], ["answered", note.json.tag, "normal"]);
	assert.equal(service.of(other).length, 0, "nobody asked Anna");
	await it.advance(700);
	assert.equal(service.calls.length, 2);
});
