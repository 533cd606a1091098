// clinic.mjs: a programme as an operator sets it up from the command line (place, mode, packs of one's own), on a test clock, with people who sign in with
// their second factor and clients who come by an invite. For tests of what depends on place, age, texts and hours.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { dropDatabase, newDatabase } from "./database.mjs";
import { binary, eventually, freePort, root, Session, sleep, turnClock } from "./harness.mjs";

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

/** A copy of the repository's packs that a test may change. */
export function copyPacks() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-packs-"));
	fs.cpSync(path.join(root, "packs"), folder, { recursive: true });
	return folder;
}

export class Clinic {
	/** options: jurisdiction, country, language, mode, packs (folder), roles, start, settings (more lines of the configuration), upstream (URL), database (URL). */
	static async open(options = {}) {
		const clinic = new Clinic();
		clinic.options = { country: "US", language: "en", mode: "chatbot", roles: ["clinician", "compliance", "admin", "coach", "supervisor"], start: "2026-11-28T15:00:00Z", ...options };
		clinic.folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-clinic-"));
		clinic.database = newDatabase(clinic.folder);
		clinic.config = path.join(clinic.folder, "heedwell.yaml");
		clinic.port = await freePort();
		clinic.log = "";
		clinic.now = new Date(clinic.options.start).getTime() / 1000;
		clinic.write();
		clinic.run("key", "new", `${clinic.folder}/heedwell.key`);
		fs.writeFileSync(`${clinic.folder}/cover.json`, JSON.stringify({ hours: [{ days: "Daily", from: "00:00", to: "24:00" }], on_call: [] }));
		const { jurisdiction, country, language, mode } = clinic.options;
		clinic.run("programme", "new", "--config", clinic.config, "--name", "Riverside", "--country", country, "--language", language, "--mode", mode, "--time-zone", "America/Chicago", "--cover", `${clinic.folder}/cover.json`, ...(jurisdiction ? ["--jurisdiction", jurisdiction] : []));
		clinic.people = {};
		for (const role of clinic.options.roles) {
			const text = clinic.run("staff", "add", "--config", clinic.config, "--login", role, "--name", `The ${role}`, "--role", role);
			const [, login, password, secret] = /login: (\S+)\npassword: (\S+)\nauthenticator: otpauth:\/\/totp\/Heedwell:\S+\?secret=([A-Z2-7]+)&/.exec(text) ?? [];
			clinic.people[role] = { login, password, secret };
		}
		await clinic.start();
		return clinic;
	}

	run(...args) {
		const run = spawnSync(binary, args, { encoding: "utf8", cwd: root, env: { ...process.env, ...(this.options.packs ? { HEEDWELL_PACKS: this.options.packs } : {}) } });
		assert.equal(run.status, 0, `heedwell ${args[0]} ${args[1]}: ${run.stdout}${run.stderr}`);
		return run.stdout + run.stderr;
	}

	write() {
		const at = new Date(this.now * 1000).toISOString().replace(/\.\d+Z$/, "Z");
		const upstream = this.options.upstream ? `upstream:\n  url: ${this.options.upstream}\n` : "builtin:\n  word_delay_ms: 0\n";
		const web = path.join(root, "web/dist");
		const apps = fs.existsSync(path.join(web, "index.html")) ? `web_root: ${web}\n` : "";
		fs.writeFileSync(this.config, `${apps}listen: 127.0.0.1:${this.port}\ndatabase: ${this.database}\nkey_file: ${this.folder}/heedwell.key\n${upstream}${this.options.settings ?? ""}test_clock: ${at}\n`);
	}

	async start() {
		this.write();
		this.server = spawn(binary, ["serve", "--config", this.config], { cwd: root, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...(this.options.packs ? { HEEDWELL_PACKS: this.options.packs } : {}) } });
		this.server.stderr.on("data", (bytes) => (this.log += bytes));
		this.gone = new Promise((resolve) => this.server.once("exit", (status, signal) => resolve({ status, signal })));
		this.url = `http://127.0.0.1:${this.port}`;
		for (let i = 0; i < 4000; i++) {
			if (await fetch(`${this.url}/api/v1/health`).then((r) => r.ok, () => false)) return;
			if (this.server.exitCode !== null) break;
			await sleep(25);
		}
		throw new Error("not ready\n" + this.log);
	}

	async kill() {
		this.server.kill("SIGKILL");
		await this.gone;
	}

	async stop() {
		this.server.kill("SIGTERM");
		const end = await this.gone;
		assert.ok(!/Sanitizer|runtime error/.test(this.log), this.log.slice(-4000));
		assert.deepEqual(end, { status: 0, signal: null }, this.log.slice(-2000));
	}

	async close() {
		if (this.server?.exitCode === null && this.server.signalCode === null) await this.stop();
		fs.rmSync(this.folder, { recursive: true, force: true });
		dropDatabase(this.database);
	}

	async advance(seconds) {
		this.now = (await turnClock(this.url, seconds)) / 1000;
	}

	session() {
		return new Session(this, "/api/v1");
	}

	async staff(role) {
		const who = this.people[role], session = this.session();
		await this.advance(31); // a code works once
		await session.post("/staff/login", { login: who.login, password: who.password, totp: code(who.secret, this.now) });
		return session;
	}

	/** A new client of the clinician, who has opened the invite; session.clientId. */
	async client(by, { year = 1990, country = "US", place, lang = "en", pseudonym = `P${crypto.randomInt(1e9)}`, agree = ["care", "ai_chat"] } = {}) {
		const made = await by.post("/staff/clients", { pseudonym, birth_year: year, lang, country, ...(place ? { place } : {}) });
		const session = this.session();
		await session.post(`/invites/${made.invite_url.split("/invite/")[1]}/accept`, { second_fact: String(year), lang });
		session.clientId = made.client.id;
		for (const kind of agree) await session.put(`/client/consents/${kind}`, { state: "given", document_version: (await consentOf(session, kind)).document.version });
		return session;
	}
}

export async function consentOf(session, kind) {
	return (await session.get("/client/consents")).items.find((one) => one.kind === kind);
}

/** Sends a message and waits for the reply; returns {message, reply, conversation}. */
export async function say(session, text) {
	const id = crypto.randomUUID();
	const { message } = await session.post("/client/messages", { text, client_message_id: id }, { expect: 202 });
	return eventually(async () => {
		const conversation = await session.get("/client/conversation");
		const at = conversation.messages.findIndex((one) => one.id === message.id);
		const reply = conversation.messages.slice(at + 1).find((one) => one.role !== "client" && !(one.safe_text ?? "").startsWith("notice.") && one.state !== "checking" && one.state !== "streaming");
		return at >= 0 && reply && { message, reply, conversation };
	}, "a reply");
}

export const notices = (conversation) => conversation.messages.filter((one) => (one.safe_text ?? "").startsWith("notice."));
