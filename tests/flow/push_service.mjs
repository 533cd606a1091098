// push_service.mjs: a push service and browsers for tests, on loopback: takes what RFC 8030 says, holds the sender's proof against RFC 8292, and opens the body as the
// browser would (RFC 8291), with Node's crypto alone. What does not verify or open is an error of the test that asks.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import http from "node:http";

const hkdf = (key, salt, info, length) => Buffer.from(crypto.hkdfSync("sha256", key, salt, info, length));
const text = (bytes) => Buffer.from(bytes).toString("base64url");

/** A browser's half of a subscription. */
export class Browser {
	constructor(service, name) {
		this.ecdh = crypto.createECDH("prime256v1");
		this.ecdh.generateKeys();
		this.auth = crypto.randomBytes(16);
		this.name = name;
		this.path = `/push/${crypto.randomBytes(24).toString("base64url")}`;
		this.endpoint = service.url + this.path;
		this.notes = [];
	}

	/** What the console's page would send. */
	get body() {
		return { endpoint: this.endpoint, p256dh: text(this.ecdh.getPublicKey()), auth: text(this.auth), label: this.name };
	}

	open(body) {
		const salt = body.subarray(0, 16), size = body.readUInt32BE(16), idLength = body[20], sender = body.subarray(21, 21 + idLength);
		assert.equal(idLength, 65);
		assert.ok(body.length - 86 <= size, "more than one record");
		const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.ecdh.getPublicKey(), sender]);
		const key = hkdf(this.ecdh.computeSecret(sender), this.auth, info, 32);
		const cipher = crypto.createDecipheriv("aes-128-gcm", hkdf(key, salt, "Content-Encoding: aes128gcm\0", 16), hkdf(key, salt, "Content-Encoding: nonce\0", 12));
		cipher.setAuthTag(body.subarray(body.length - 16));
		const plain = Buffer.concat([cipher.update(body.subarray(86, body.length - 16)), cipher.final()]);
		let end = plain.length;
		while (plain[end - 1] === 0) end--;
		assert.equal(plain[end - 1], 2, "no delimiter");
		return plain.subarray(0, end - 1).toString("utf8");
	}
}

export class PushService {
	/** now(): seconds, of the program's clock. */
	static async start(now) {
		const service = new PushService();
		Object.assign(service, { now, calls: [], browsers: new Map(), answer: { status: 201 }, key: null });
		service.server = http.createServer((request, response) => {
			const pieces = [];
			request.on("data", (bytes) => pieces.push(bytes));
			request.on("end", () => {
				const call = { path: request.url, method: request.method, headers: request.headers, body: Buffer.concat(pieces) };
				service.calls.push(call);
				const { status, headers = {} } = typeof service.answer === "function" ? service.answer(call) : service.answer;
				response.writeHead(status, headers);
				response.end("nothing that is of interest");
			});
		});
		await new Promise((resolve) => service.server.listen(0, "127.0.0.1", resolve));
		service.host = `127.0.0.1:${service.server.address().port}`;
		service.url = `http://${service.host}`;
		return service;
	}

	stop() {
		return new Promise((resolve) => {
			this.server.close(resolve);
			this.server.closeAllConnections?.();
		});
	}

	browser(name = "Test browser") {
		const browser = new Browser(this, name);
		this.browsers.set(browser.path, browser);
		return browser;
	}

	of(browser) {
		return this.calls.filter((call) => call.path === browser.path);
	}

	/** Everything about a call that a push service and a browser look at; the text that is shown, as JSON. */
	read(call, { key }) {
		const browser = this.browsers.get(call.path);
		assert.ok(browser, "an address that nobody subscribed");
		assert.equal(call.method, "POST");
		assert.equal(call.headers["content-encoding"], "aes128gcm");
		assert.match(call.headers.ttl, /^\d+$/);
		const [, token, public_key] = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), k=([\w-]+)$/.exec(call.headers.authorization) ?? assert.fail(call.headers.authorization);
		assert.equal(public_key, key);
		const [head, claims, signature] = token.split("."), raw = Buffer.from(public_key, "base64url");
		const jwk = { kty: "EC", crv: "P-256", x: text(raw.subarray(1, 33)), y: text(raw.subarray(33)) };
		assert.ok(crypto.verify("sha256", `${head}.${claims}`, { key: crypto.createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")), "a proof that does not verify");
		assert.deepEqual(JSON.parse(Buffer.from(head, "base64url")), { typ: "JWT", alg: "ES256" });
		const said = JSON.parse(Buffer.from(claims, "base64url"));
		assert.equal(said.aud, this.url);
		assert.ok(said.exp > this.now() && said.exp <= this.now() + 24 * 3600, "RFC 8292: at most a day");
		return { said, ttl: Number(call.headers.ttl), urgency: call.headers.urgency, text: browser.open(call.body), json: JSON.parse(browser.open(call.body)) };
	}
}
