// harness.mjs: starts the real program on a free loopback port with a database of its own and, if wanted, a scripted model; speaks to it as staff, as a
// client app, and as an integrator's product. What the program writes to its log is kept: texts that a test sent must never be in it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { dropDatabase, newDatabase, onPostgres } from "./database.mjs";
import { sleep, Upstream } from "./upstream.mjs";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = process.env.HEEDWELL_BINARY ?? path.join(root, "build/heedwell");
export { sleep, Upstream };

/** Turns a program's test clock and waits until what fell due by that is done. Its time afterwards, in milliseconds. */
export async function turnClock(url, seconds) {
	const answer = await fetch(`${url}/test/clock`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ advance_seconds: seconds }) });
	assert.equal(answer.status, 200);
	const { now, settled } = await answer.json();
	assert.ok(settled, "what fell due is not done within half a minute");
	return new Date(now).getTime();
}

/** What `look` gives once it gives something: asked again and again for at most `seconds`. They are there for what never comes; a busy machine can stand still for many of them. */
export async function eventually(look, what, { seconds = 60 } = {}) {
	for (const end = performance.now() + seconds * 1000; ; ) {
		const found = await look();
		if (found) return found;
		if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
		await sleep(25);
	}
}

export class Program {
	/** options: upstream (URL), database (file or URL; default: a new file), folder (kept), seed, env, args. */
	static async start(options = {}) {
		const program = new Program();
		program.options = options;
		program.folder = options.folder ?? fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-test-"));
		program.database = options.database ?? (onPostgres ? newDatabase(program.folder) : path.join(program.folder, "heedwell.db"));
		program.keepFolder = options.folder !== undefined;
		program.demoFile = path.join(program.folder, "demo.json");
		program.log = "";
		await program.run();
		return program;
	}

	/** Runs (again) over the same folder and database. */
	async run() {
		const started = Date.now();
		const env = {
			...process.env,
			HEEDWELL_LISTEN: `127.0.0.1:${this.port ?? 0}`,
			HEEDWELL_DATABASE: this.database,
			HEEDWELL_KEY_FILE: path.join(this.folder, "heedwell.key"),
			HEEDWELL_DEMO_FILE: this.demoFile,
			HEEDWELL_DEMO_SEED: this.options.seed ?? "bare",
			...this.options.env,
		};
		if (this.options.upstream) env.HEEDWELL_UPSTREAM = this.options.upstream;
		const before = fs.existsSync(this.demoFile) ? fs.statSync(this.demoFile, { bigint: true }).mtimeNs : -1n;
		this.child = spawn(binary, ["demo", ...(this.options.args ?? [])], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
		this.exited = new Promise((resolve) => this.child.once("exit", (code, signal) => resolve({ code, signal })));
		this.child.stdout.on("data", (bytes) => (this.log += bytes));
		this.child.stderr.on("data", (bytes) => (this.log += bytes));
		let gone;
		this.exited.then((end) => (gone = end));
		const limit = Number(process.env.HEEDWELL_START_LIMIT_S ?? 120) * 1000;
		for (;;) {
			if (gone) throw new Error(`heedwell ended at start: ${JSON.stringify(gone)}\n${this.log}`);
			if (Date.now() - started > limit) {
				this.child.kill("SIGKILL");
				throw new Error(`heedwell not ready after ${limit} ms\n${this.log}`);
			}
			if (fs.existsSync(this.demoFile) && fs.statSync(this.demoFile, { bigint: true }).mtimeNs > before) break;
			await sleep(10);
		}
		this.demo = JSON.parse(fs.readFileSync(this.demoFile, "utf8"));
		this.url = this.demo.url.replace(/\/$/, "");
		this.gateway = this.demo.gateway.replace(/\/$/, "");
		this.port = Number(new URL(this.url).port);
		this.started_ms = Date.now() - started;
	}

	/** SIGTERM, then: it must end by itself, with status 0, and without a word from a sanitizer. */
	async stop() {
		if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
		let timer;
		const end = await Promise.race([this.exited, new Promise((resolve) => (timer = setTimeout(resolve, 20000)))]);
		clearTimeout(timer); // or the test's process waits for it
		if (!end) {
			this.child.kill("SIGKILL");
			await this.exited;
		}
		if (!this.keepFolder) {
			fs.rmSync(this.folder, { recursive: true, force: true });
			if (!this.options.database) dropDatabase(this.database);
		}
		this.checkLog();
		assert.ok(end, `did not stop within 20 s of SIGTERM\n${this.log.slice(-2000)}`);
		assert.equal(end.code, 0, `exit ${JSON.stringify(end)}\n${this.log.slice(-4000)}`);
	}

	async kill() {
		this.child.kill("SIGKILL");
		await this.exited;
	}

	checkLog() {
		assert.ok(!/Sanitizer|runtime error:/.test(this.log), `sanitizer report:\n${this.log.slice(-8000)}`);
	}

	/** None of these texts may stand in anything that the program printed. */
	assertNotLogged(...texts) {
		for (const text of texts) assert.ok(!this.log.includes(text), "a client's text is in the log");
	}

	/** POST to the gateway as an integrator's product would. Returns status, headers, json. */
	async chat(body, { client, conversation, key = this.demo.api_key, headers = {}, path: where = "/chat/completions", signal } = {}) {
		const response = await fetch(this.gateway + where, {
			method: "POST",
			headers: {
				"content-type": "application/json", authorization: `Bearer ${key}`,
				...(client ? { "x-heedwell-client": client } : {}), ...(conversation ? { "x-heedwell-conversation": conversation } : {}), ...headers,
			},
			body: typeof body === "string" ? body : JSON.stringify(body),
			signal,
		});
		const text = await response.text();
		let json;
		try {
			json = JSON.parse(text);
		} catch {
			// A stream, or not JSON: the test looks at text.
		}
		return { status: response.status, headers: response.headers, text, json };
	}

	/** The same as a stream, all bytes as they came: {status, headers, bytes, pieces, ended: well or cut}. */
	stream(body, { client, conversation, key = this.demo.api_key, headers = {}, onBytes } = {}) {
		const payload = JSON.stringify({ ...body, stream: true });
		return new Promise((resolve, reject) => {
			const request = http.request(this.gateway + "/chat/completions", {
				method: "POST", agent: false,
				headers: {
					"content-type": "application/json", authorization: `Bearer ${key}`, "content-length": Buffer.byteLength(payload),
					...(client ? { "x-heedwell-client": client } : {}), ...(conversation ? { "x-heedwell-conversation": conversation } : {}), ...headers,
				},
			}, (response) => {
				const pieces = [];
				const finish = (ended) => {
					const text = Buffer.concat(pieces).toString("utf8");
					resolve({ status: response.statusCode, headers: response.headers, text, pieces, ended, ...readStream(text) });
				};
				response.on("data", (bytes) => {
					pieces.push(bytes);
					onBytes?.(bytes, request);
				});
				response.on("end", () => finish(response.complete ? "well" : "cut"));
				response.on("error", () => finish("cut"));
			});
			request.on("error", reject);
			request.end(payload);
		});
	}

	/** Bytes to the listener, and all that came back until it closed or fell silent. */
	rawRequest(bytes, { silence_ms = 1500 } = {}) {
		return new Promise((resolve, reject) => {
			const socket = net.connect(this.port, "127.0.0.1");
			let answer = "";
			const finish = () => {
				socket.destroy();
				resolve(answer);
			};
			socket.setTimeout(silence_ms, finish);
			socket.on("connect", () => socket.write(bytes));
			socket.on("data", (data) => (answer += data.toString("latin1")));
			socket.on("close", finish);
			socket.on("error", (error) => (error.code === "ECONNRESET" || error.code === "EPIPE" ? finish() : reject(error)));
		});
	}

	async staff(role = "clinician") {
		const person = this.demo.staff.find((one) => one.role === role);
		assert.ok(person, `the demo has no ${role}`);
		const session = new Session(this, "/api/v1");
		await session.post("/staff/login", { login: person.login, password: person.password });
		return session;
	}

	/** A client of the client app, by the next unused invite link. */
	async client() {
		this.usedLinks = (this.usedLinks ?? 0) + 1;
		const link = this.demo.client_links[this.usedLinks - 1];
		assert.ok(link, "no invite link is left");
		const token = link.split("/invite/")[1];
		const session = new Session(this, "/api/v1");
		await session.post(`/invites/${token}/accept`, { second_fact: String(this.demo.second_fact ?? link.second_fact), lang: "en" });
		return session;
	}
}

/** A port of this machine that nothing listens on now. */
export async function freePort() {
	const socket = net.createServer();
	await new Promise((resolve) => socket.listen(0, "127.0.0.1", resolve));
	const { port } = socket.address();
	await new Promise((resolve) => socket.close(resolve));
	return port;
}

/** Text of a completion stream: frames, content by surface, finish reason, error, whether [DONE] came. */
export function readStream(text) {
	const result = { frames: [], content: "", refusal: "", reasoning: "", finish: null, done: false, error: null };
	for (const block of text.split(/\r?\n\r?\n/)) {
		const data = block.split(/\r?\n/).filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
		if (!data) continue;
		if (data === "[DONE]") {
			result.done = true;
			continue;
		}
		const frame = JSON.parse(data);
		result.frames.push(frame);
		if (frame.error) result.error = frame.error;
		for (const choice of frame.choices ?? []) {
			result.content += choice.delta?.content ?? "";
			result.refusal += choice.delta?.refusal ?? "";
			result.reasoning += choice.delta?.reasoning_content ?? choice.delta?.reasoning ?? "";
			if (choice.finish_reason) result.finish = choice.finish_reason;
		}
	}
	return result;
}

/** A logged-in person of the two apps: cookie and CSRF token kept as a browser would. */
export class Session {
	constructor(program, base) {
		this.program = program;
		this.base = program.url + base;
		this.cookies = new Map();
	}

	async call(method, where, body, { expect } = {}) {
		const response = await fetch(this.base + where, {
			method,
			headers: {
				...(body === undefined ? {} : { "content-type": "application/json" }),
				...(this.cookies.size ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") } : {}),
				...(this.csrf && method !== "GET" ? { "x-csrf-token": this.csrf } : {}),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		for (const cookie of response.headers.getSetCookie?.() ?? [response.headers.get("set-cookie")].filter(Boolean)) {
			const [name, value] = cookie.split(";")[0].split("=");
			this.cookies.set(name, value);
		}
		const text = await response.text();
		let json;
		try {
			json = JSON.parse(text);
		} catch {
			// Exports and checkpoints are text.
		}
		if (json?.csrf) this.csrf = json.csrf;
		const wanted = expect ?? (response.ok ? response.status : 200);
		assert.equal(response.status, wanted, `${method} ${where}: ${response.status} ${text.slice(0, 400)}`);
		return json ?? text;
	}

	get(where, options) {
		return this.call("GET", where, undefined, options);
	}

	post(where, body = {}, options) {
		return this.call("POST", where, body, options);
	}

	put(where, body, options) {
		return this.call("PUT", where, body, options);
	}

	/** Server-sent events as an async list: {id, event, data, at}; close() ends it. */
	events(where = "/staff/stream", { lastId } = {}) {
		const url = new URL(this.base + where);
		const list = [];
		const waiters = new Set();
		const request = http.request(url, {
			agent: false,
			headers: { accept: "text/event-stream", cookie: [...this.cookies].map(([n, v]) => `${n}=${v}`).join("; "), ...(lastId ? { "last-event-id": lastId } : {}) },
		});
		const stream = { list, status: 0, close: () => request.destroy() };
		stream.open = new Promise((resolve, reject) => {
			request.on("error", reject);
			request.on("response", (response) => {
				stream.status = response.statusCode;
				resolve(response.statusCode);
				let text = "";
				response.setEncoding("utf8");
				response.on("error", () => {});
				response.on("data", (data) => {
					text += data;
					for (let cut; (cut = text.indexOf("\n\n")) >= 0; text = text.slice(cut + 2)) {
						const event = { id: null, event: "message", data: "", at: performance.now() };
						for (const line of text.slice(0, cut).split("\n")) {
							const [name, ...rest] = line.split(":");
							const value = rest.join(":").replace(/^ /, "");
							if (name === "id") event.id = value;
							if (name === "event") event.event = value;
							if (name === "data") event.data += (event.data ? "\n" : "") + value;
						}
						if (!event.data && !event.id) continue;
						try {
							event.json = JSON.parse(event.data);
						} catch {
							// Not every event carries JSON.
						}
						list.push(event);
						for (const waiter of waiters) waiter();
					}
				});
			});
		});
		stream.open.catch(() => {});
		request.end();
		/** The first event, new or already there, that `matches`. */
		stream.wait = (matches, limit_ms = 5000) => new Promise((resolve, reject) => {
			const look = () => {
				const found = list.find(matches);
				if (!found) return;
				waiters.delete(look);
				clearTimeout(timer);
				resolve(found);
			};
			const timer = setTimeout(() => {
				waiters.delete(look);
				reject(new Error(`no such event within ${limit_ms} ms; had: ${list.map((e) => e.event).join(", ")}`));
			}, limit_ms);
			waiters.add(look);
			look();
		});
		return stream;
	}
}

/** Starts program and upstream for a test file; both end with it. */
export async function setUp(t, handler, options = {}) {
	const upstream = handler ? await Upstream.start(handler) : null;
	const program = await Program.start({ ...options, upstream: upstream?.url });
	t.after?.(async () => {
		await program.stop();
		await upstream?.stop();
	});
	return { program, upstream };
}

/** Where data that is not in the repository may be; null when it is not here. */
export function dataFile(name) {
	const folder = process.env.HEEDWELL_DATA ?? path.resolve(root, "../shared/data");
	for (const candidate of [folder, path.resolve(root, "../../shared/data")]) {
		const file = path.join(candidate, name);
		if (fs.existsSync(file)) return file;
	}
	return null;
}
