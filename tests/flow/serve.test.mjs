// serve.test.mjs: the program as an operator runs it: key, programme and people from the command line, sign-in with a second factor, back-off after wrong
// tries; and the clocks of an alert, on a test clock: they run out, escalate, survive kill -9, and stop when somebody acknowledges and makes contact.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { binary, freePort, Session, sleep, turnClock } from "./harness.mjs";

const start = "2026-03-02T14:00:00Z"; // a Monday
let folder, config, port, server, log = "", people = {}, key;

function heedwell(...args) {
	const run = spawnSync(binary, args, { encoding: "utf8" });
	return { status: run.status, text: run.stdout + run.stderr };
}

/** RFC 6238 over RFC 4226: six digits of HMAC-SHA-1. */
function code(secret, seconds) {
	const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
	const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
	const mac = crypto.createHmac("sha1", bytes).update(counter).digest();
	const at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function person(text) {
	const [, login, password, secret] = /login: (\S+)\npassword: (\S+)\nauthenticator: otpauth:\/\/totp\/Heedwell:\S+\?secret=([A-Z2-7]+)&/.exec(text) ?? [];
	assert.ok(secret, text);
	return { login, password, secret };
}

async function serve(at) {
	fs.writeFileSync(config, `listen: 127.0.0.1:${port}\ndatabase: sqlite:${folder}/heedwell.db\nkey_file: ${folder}/heedwell.key\nbuiltin:\n  word_delay_ms: 0\ntest_clock: ${at}\n`);
	server = spawn(binary, ["serve", "--config", config], { stdio: ["ignore", "ignore", "pipe"] });
	server.stderr.on("data", (bytes) => (log += bytes));
	server.gone = new Promise((resolve) => server.once("exit", (status, signal) => resolve({ status, signal })));
	for (let i = 0; i < 1200; i++) {
		if (await fetch(`http://127.0.0.1:${port}/api/v1/health`).then((r) => r.ok, () => false)) return;
		await sleep(25);
	}
	throw new Error("not ready\n" + log);
}

let now = new Date(start).getTime() / 1000;
async function advance(seconds) {
	now = (await turnClock(`http://127.0.0.1:${port}`, seconds)) / 1000;
}

const session = () => new Session({ url: `http://127.0.0.1:${port}` }, "/api/v1");
async function login(who, expect, body = {}) {
	const fresh = session();
	const answer = await fresh.call("POST", "/staff/login", { login: who.login, password: who.password, totp: code(who.secret, now), ...body }, { expect });
	return { fresh, answer };
}

before(async () => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-serve-"));
	config = path.join(folder, "heedwell.yaml");
	port = await freePort();
	fs.writeFileSync(config, `listen: 127.0.0.1:${port}\ndatabase: sqlite:${folder}/heedwell.db\nkey_file: ${folder}/heedwell.key\n`);
});
after(async () => {
	if (server?.exitCode === null) {
		server.kill("SIGTERM");
		assert.deepEqual(await server.gone, { status: 0, signal: null });
	}
	assert.ok(!/Sanitizer|runtime error/.test(log), log.slice(-4000));
	fs.rmSync(folder, { recursive: true, force: true });
});

test("from nothing to a programme with people, each step saying what is wrong", () => {
	assert.match(heedwell("staff", "add", "--config", config, "--login", "a", "--name", "A", "--role", "admin").text, /key/i); // no key file yet
	assert.equal(heedwell("key", "new", `${folder}/heedwell.key`).status, 0);
	assert.match(heedwell("staff", "add", "--config", config, "--login", "a", "--name", "A", "--role", "admin").text, /no programme yet/);
	fs.writeFileSync(`${folder}/cover.json`, JSON.stringify({ hours: [{ days: "Mon-Fri", from: "08:00", to: "18:00" }], on_call: [{ days: "Daily", from: "18:00", to: "08:00" }] }));
	const make = (...more) => heedwell("programme", "new", "--config", config, "--name", "Riverside", "--country", "ES", "--language", "es", ...more);
	assert.match(make("--mode", "chatbot", "--time-zone", "Europe/Nowhere").text, /Nowhere/);
	assert.match(make("--mode", "oracle", "--time-zone", "Europe/Madrid", "--cover", `${folder}/cover.json`).text, /oracle|mode/);
	const made = make("--mode", "chatbot", "--time-zone", "Europe/Madrid", "--cover", `${folder}/cover.json`);
	assert.equal(made.status, 0, made.text);
	assert.match(made.text, /Mon-Fri 08:00-18:00.*Europe\/Madrid/);
	assert.match(heedwell("programme", "list", "--config", config).text, /chatbot +Riverside/);
	for (const [login, role] of [["nadia", "clinician"], ["oscar", "supervisor"], ["root", "admin"]]) {
		const run = heedwell("staff", "add", "--config", config, "--login", login, "--name", login, "--role", role);
		assert.equal(run.status, 0, run.text);
		people[role] = person(run.text);
	}
	assert.match(heedwell("staff", "add", "--config", config, "--login", "NADIA", "--name", "x", "--role", "coach").text, /has it already/);
	assert.match(heedwell("staff", "add", "--config", config, "--login", "x", "--name", "x", "--role", "wizard").text, /role/);
	assert.equal(heedwell("staff", "add", "--config", config, "--login", "x").status, 2);
	const bytes = fs.readFileSync(`${folder}/heedwell.db`);
	for (const who of Object.values(people)) assert.ok(!bytes.includes(who.password) && !bytes.includes(who.secret), "a secret stands in the database as it is");
});

test("sign-in needs the second factor; a code works once; wrong tries are held off for longer and longer", async () => {
	await serve(start);
	const who = people.clinician;
	assert.equal((await login(who, 401, { totp: undefined })).answer.error.code, "totp_required");
	assert.equal((await login(who, 401, { totp: "000000" })).answer.error.code, "bad_login");
	const { fresh } = await login(who, 200);
	await fresh.get("/staff/alerts");
	assert.equal((await login(who, 401)).answer.error.code, "bad_login"); // the same code again
	await advance(60);
	await login(who, 200); // a good one sets the count back
	for (let i = 0; i < 5; i++) assert.equal((await login(who, 401, { password: "wrong-wrong" })).answer.error.code, "bad_login");
	const first = (await login(who, 429)).answer.error;
	assert.equal(first.code, "locked");
	assert.ok(first.retry_after_seconds > 30 && first.retry_after_seconds <= 61, `${first.retry_after_seconds} s`);
	await advance(61);
	assert.equal((await login(who, 401, { password: "wrong-wrong" })).answer.error.code, "bad_login");
	const second = (await login(who, 429)).answer.error;
	assert.ok(second.retry_after_seconds > 90 && second.retry_after_seconds <= 121, `${second.retry_after_seconds} s`);
	await advance(121);
	await login(who, 200);
});

test("an alert that nobody acknowledges is marked and goes up, also across kill -9; then the clock of contact runs", async () => {
	const admin = (await login(people.admin, 200)).fresh;
	key = (await admin.post("/staff/api-keys", { name: "clinic web", reach: "identified" }, { expect: 201 })).secret;
	const ask = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
		method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${key}`, "x-heedwell-client": "c1", "x-heedwell-conversation": "t1" },
		body: JSON.stringify({ model: "default", messages: [{ role: "user", content: "Esta noche voy a matarme, ya lo tengo decidido." }] }),
	});
	assert.equal(ask.status, 200);
	let supervisor = (await login(people.supervisor, 200)).fresh;
	const read = async () => (await supervisor.get("/staff/alerts?state=open,acknowledged,taken,contacted&limit=10")).items;
	let [alert] = await read();
	assert.equal(alert.priority, 1);
	assert.equal(alert.missed, false);
	assert.equal((new Date(alert.deadline_at) - new Date(alert.created_at)) / 60000, 5);
	await advance(4 * 60 + 50);
	[alert] = await read();
	assert.equal(alert.missed, false, "missed before its time");
	await advance(20);
	[alert] = await read();
	assert.equal(alert.missed, true, "nobody noticed that the clock ran out");
	assert.equal(alert.escalation_step, 1);
	assert.equal(alert.state, "open");
	// Killed while the second clock runs; it runs out while nothing runs, and is noticed at the start.
	server.kill("SIGKILL");
	await server.gone;
	now += 600;
	await serve(new Date(now * 1000).toISOString());
	await advance(0);
	supervisor = (await login(people.supervisor, 200)).fresh;
	[alert] = await read();
	assert.equal(alert.escalation_step, 2, "the job did not survive the crash");
	assert.equal((await read()).length, 1, "one alert became two");
	// Acknowledged: now the clock of contact.
	alert = await supervisor.post(`/staff/alerts/${alert.id}/acknowledge`, { version: alert.version });
	assert.equal(alert.deadline_kind, "contact");
	const until = (new Date(alert.deadline_at).getTime() / 1000 - now) / 60;
	assert.ok(until > 14 && until <= 15.1, `${until} min`);
	await advance(16 * 60);
	[alert] = await read();
	assert.equal(alert.escalation_step, 3, "the clock of contact ran out unseen");
	alert = await supervisor.post(`/staff/alerts/${alert.id}/contact`, { version: alert.version, outcome: "contacted" });
	assert.equal(alert.deadline_kind, null);
	await advance(48 * 3600);
	supervisor = (await login(people.supervisor, 200)).fresh; // sessions ended meanwhile
	[alert] = await read();
	assert.equal(alert.escalation_step, 3, "a clock goes on after contact");
	alert = await supervisor.post(`/staff/alerts/${alert.id}/resolve`, { version: alert.version, reason: "safety_plan" });
	assert.equal(alert.state, "resolved");
	assert.deepEqual(await read(), []);
});

test("an invite ends after seven days, and after five wrong facts", async () => {
	const admin = (await login(people.admin, 200)).fresh;
	const invite = async (pseudonym) => (await admin.post("/staff/clients", { pseudonym, birth_year: 1984, lang: "es", country: "ES" }, { expect: 201 })).invite_url.split("/invite/")[1];
	const accept = async (token, second_fact, expect) => (await session().post(`/invites/${token}/accept`, { second_fact, lang: "es" }, { expect })).error?.code;
	const late = await invite("Late"), guessed = await invite("Guessed"), good = await invite("Good");
	for (let i = 0; i < 5; i++) assert.equal(await accept(guessed, "1990", 401), "wrong_fact");
	assert.notEqual(await accept(guessed, "1984", 401), undefined, "opened after five wrong facts");
	await advance(6 * 86400);
	assert.equal(await accept(good, "1984", 200), undefined);
	assert.equal(await accept(good, "1984", 401), "used");
	await advance(86400 + 60);
	assert.equal(await accept(late, "1984", 401), "expired");
});

test("somebody added while it runs can sign in, with name and role", async () => {
	const run = heedwell("staff", "add", "--config", config, "--login", "pia.lund", "--name", "Pia Lund", "--role", "clinician");
	assert.equal(run.status, 0, run.text);
	const { fresh, answer } = await login(person(run.text), 200);
	assert.equal(answer.person.name, "Pia Lund");
	assert.equal(answer.role, "clinician");
	await fresh.get("/staff/alerts");
});

test("a reset gives a new password and a new secret; a suspended person does not get in", async () => {
	const old = people.clinician;
	server.kill("SIGTERM");
	assert.deepEqual(await server.gone, { status: 0, signal: null });
	people.clinician = person(heedwell("staff", "reset", "--config", config, "--login", old.login).text);
	assert.equal(heedwell("staff", "suspend", "--config", config, "--login", "oscar").status, 0);
	assert.match(heedwell("staff", "suspend", "--config", config, "--login", "oscar").text, /not active/);
	assert.match(heedwell("staff", "reset", "--config", config, "--login", "nobody").text, /nobody of that login/);
	now += 300;
	await serve(new Date(now * 1000).toISOString());
	assert.equal((await login(old, 401)).answer.error.code, "bad_login");
	await login(people.clinician, 200);
	assert.equal((await login(people.supervisor, 401)).answer.error.code, "bad_login");
	// All of it is in the journal, the setup's own acts too, and verifies.
	execFileSync(binary, ["audit", "export", "--database", `sqlite:${folder}/heedwell.db`, "--key-file", `${folder}/heedwell.key`, `${folder}/main.jsonl`], { stdio: "pipe" });
	execFileSync(binary, ["audit", "export", "--database", `sqlite:${folder}/heedwell.db`, "--key-file", `${folder}/heedwell.key`, "--node", "setup", `${folder}/setup.jsonl`], { stdio: "pipe" });
	for (const file of ["main", "setup"]) execFileSync(binary, ["audit", "verify", `${folder}/${file}.jsonl`], { stdio: "pipe" });
	const setup = fs.readFileSync(`${folder}/setup.jsonl`, "utf8");
	for (const what of ["setup.programme", "setup.staff", "setup.reset"]) assert.ok(setup.includes(what), what);
	assert.ok(!setup.includes(people.clinician.password));
});
