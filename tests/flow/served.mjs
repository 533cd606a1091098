// served.mjs: `heedwell serve` on a clock that the test turns: a programme made by the command line, its people signed in with their second factor, an
// integrator's key. For whatever has a deadline.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { dropDatabase, newDatabase } from "./database.mjs";
import { binary, freePort, Session, sleep, turnClock } from "./harness.mjs";

function totp(secret, seconds) {
	let bits = "";
	for (const letter of secret) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
	const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2))), counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)));
	const mac = crypto.createHmac("sha1", bytes).update(counter).digest();
	const at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export class Served {
	/** options: start (RFC 3339), cover (object), zone, country, language, people ({login: role}), config (more lines of YAML). */
	static async start(options) {
		const served = new Served();
		served.options = { zone: "Europe/Madrid", country: "ES", language: "en", people: {}, config: "", ...options };
		served.folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-served-"));
		served.database = newDatabase(served.folder);
		served.file = path.join(served.folder, "heedwell.yaml");
		served.port = await freePort();
		served.url = `http://127.0.0.1:${served.port}`;
		served.log = "";
		served.now = new Date(options.start).getTime() / 1000;
		served.people = {};
		served.write();
		served.make();
		await served.run();
		return served;
	}

	write() {
		const at = new Date(this.now * 1000).toISOString();
		fs.writeFileSync(this.file, `listen: 127.0.0.1:${this.port}\ndatabase: ${this.database}\nkey_file: ${this.folder}/heedwell.key\nbuiltin:\n  word_delay_ms: 0\ntest_clock: ${at}\n${this.options.config}`);
	}

	tool(...args) {
		const run = spawnSync(binary, args, { encoding: "utf8" });
		assert.equal(run.status, 0, `${args.join(" ")}\n${run.stdout}${run.stderr}`);
		return run.stdout + run.stderr;
	}

	make() {
		const { zone, country, language, people, cover, settings } = this.options;
		this.tool("key", "new", `${this.folder}/heedwell.key`);
		fs.writeFileSync(`${this.folder}/cover.json`, JSON.stringify(cover ?? { hours: [{ days: "Daily", from: "00:00", to: "24:00" }] }));
		fs.writeFileSync(`${this.folder}/settings.json`, JSON.stringify(settings ?? {}));
		this.tool("programme", "new", "--config", this.file, "--name", "Riverside", "--country", country, "--language", language, "--mode", "chatbot", "--time-zone", zone, "--cover", `${this.folder}/cover.json`, "--settings", `${this.folder}/settings.json`);
		for (const [login, role] of Object.entries({ root: "admin", ...people })) {
			const text = this.tool("staff", "add", "--config", this.file, "--login", login, "--name", login[0].toUpperCase() + login.slice(1), "--role", role);
			const [, , password, secret] = /login: (\S+)\npassword: (\S+)\nauthenticator: otpauth:\/\/totp\/Heedwell:\S+\?secret=([A-Z2-7]+)&/.exec(text) ?? [];
			assert.ok(secret, text);
			this.people[login] = { login, password, secret, role };
		}
	}

	async run() {
		this.write();
		this.child = spawn(binary, ["serve", "--config", this.file], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...this.options.env } });
		this.child.stderr.on("data", (bytes) => (this.log += bytes));
		this.gone = new Promise((resolve) => this.child.once("exit", (status, signal) => resolve({ status, signal })));
		for (let i = 0; i < 1200; i++) {
			if (await fetch(`${this.url}/api/v1/health`).then((r) => r.ok, () => false)) return;
			await sleep(25);
		}
		throw new Error(`not ready\n${this.log}`);
	}

	/** Killed as by a loss of power; starts again `seconds` later. */
	async crash(seconds = 0) {
		this.child.kill("SIGKILL");
		await this.gone;
		this.now += seconds;
		await this.run();
		await this.advance(0);
	}

	async stop() {
		if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
		const end = await this.gone;
		fs.rmSync(this.folder, { recursive: true, force: true });
		dropDatabase(this.database);
		assert.ok(!/Sanitizer|runtime error:/.test(this.log), `sanitizer report:\n${this.log.slice(-8000)}`);
		assert.deepEqual(end, { status: 0, signal: null }, this.log.slice(-4000));
	}

	async advance(seconds) {
		this.now = (await turnClock(this.url, seconds)) / 1000;
	}

	/** Turns the clock in steps until that time, so that what falls due on the way is done on the way. */
	async until(time, step = 3600) {
		const end = new Date(time).getTime() / 1000;
		assert.ok(end >= this.now, `${time} is past`);
		while (this.now < end) await this.advance(Math.min(step, Math.ceil(end - this.now)));
	}

	async sign(login) {
		const who = this.people[login];
		if (who.step === Math.floor(this.now / 30)) await this.advance(30); // a code works once
		who.step = Math.floor(this.now / 30);
		const session = new Session({ url: this.url }, "/api/v1");
		const answer = await session.post("/staff/login", { login, password: who.password, totp: totp(who.secret, this.now) });
		session.id = answer.person.id;
		return session;
	}

	/** A message of an integrator's client; the key is made when first needed. */
	async say(text, client, conversation = client) {
		if (!this.key) this.key = (await (await this.sign("root")).post("/staff/api-keys", { name: "web", reach: "identified" }, { expect: 201 })).secret;
		const response = await fetch(`${this.url}/v1/chat/completions`, {
			method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${this.key}`, "x-heedwell-client": client, "x-heedwell-conversation": conversation },
			body: JSON.stringify({ model: "default", messages: [{ role: "user", content: text }] }),
		});
		assert.equal(response.status, 200);
		return response.json();
	}

	/** Somebody who uses the client app: a session, and the client's row. */
	async client(pseudonym, more = {}) {
		const admin = await this.sign("root");
		const made = await admin.post("/staff/clients", { pseudonym, birth_year: 1984, lang: this.options.language, country: this.options.country, ...more }, { expect: 201 });
		const session = new Session({ url: this.url }, "/api/v1");
		await session.post(`/invites/${made.invite_url.split("/invite/")[1]}/accept`, { second_fact: "1984", lang: this.options.language });
		session.client = made.client;
		return session;
	}
}
