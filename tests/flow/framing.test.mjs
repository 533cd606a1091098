// Framing: what could be read as two requests is refused, and the connection is closed after it; nothing behind it is answered. Limits: body, headers, depth; a refused body is drained, so that the
// client sees the answer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program } from "./harness.mjs";

let program;
before(async () => (program = await Program.start()));
after(() => program?.stop());

const smuggled = "GET /api/v1/health?smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const count = (answer) => (answer.match(/HTTP\/1\.1 \d\d\d /g) ?? []).length;
const post = (headers, body) => `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${program.demo.api_key}\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`;

const cases = {
	"Content-Length with Transfer-Encoding": () => post(`Content-Length: 5\r\nTransfer-Encoding: chunked`, `0\r\n\r\n${smuggled}`),
	"Transfer-Encoding with Content-Length": () => post(`Transfer-Encoding: chunked\r\nContent-Length: ${smuggled.length + 5}`, `0\r\n\r\n${smuggled}`),
	"two Content-Lengths": () => post(`Content-Length: 0\r\nContent-Length: ${smuggled.length}`, smuggled),
	"two equal Content-Lengths": () => post("Content-Length: 2\r\nContent-Length: 2", `{}${smuggled}`),
	"a list of lengths": () => post("Content-Length: 2, 2", `{}${smuggled}`),
	"a signed length": () => post("Content-Length: +2", `{}${smuggled}`),
	"a hexadecimal length": () => post("Content-Length: 0x2", `{}${smuggled}`),
	"gzip, chunked": () => post("Transfer-Encoding: gzip, chunked", `0\r\n\r\n${smuggled}`),
	"chunked, identity": () => post("Transfer-Encoding: chunked, identity", `0\r\n\r\n${smuggled}`),
	"two Transfer-Encodings": () => post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", `0\r\n\r\n${smuggled}`),
	"xchunked": () => post("Transfer-Encoding: xchunked", `0\r\n\r\n${smuggled}`),
	"white space before the colon": () => post("Content-Length : 2", `{}${smuggled}`),
	"white space in a name": () => post("Content- Length: 2", `{}${smuggled}`),
	"a folded header": () => post("X-A: b\r\n Content-Length: 2\r\nContent-Length: 2", `{}${smuggled}`),
	"a coded body": () => post("Content-Encoding: gzip\r\nContent-Length: 2", `{}${smuggled}`),
	"a bad chunk size": () => post("Transfer-Encoding: chunked", `zz\r\n{}\r\n0\r\n\r\n${smuggled}`),
};

for (const [name, bytes] of Object.entries(cases)) {
	test(`refused: ${name}`, async () => {
		const answer = await program.rawRequest(bytes());
		assert.ok(!answer.includes('"status":"ok"'), "the second request was answered");
		// The HTTP library refuses a bad length itself, and writes that one head twice before it closes (docs/internals/http.md).
		const twice = /^(HTTP\/1\.1 400 [^]*?Connection: close\r\n[^]*?\r\n\r\n)\1/.test(answer);
		assert.ok(count(answer) <= (twice ? 2 : 1), answer.slice(0, 400));
		if (answer) assert.match(answer, /^HTTP\/1\.[01] (4\d\d|501) /);
	});
}

test("ordinary keep-alive and pipelining still work", async () => {
	const answer = await program.rawRequest(`GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
	assert.equal(count(answer), 2);
	assert.equal(answer.match(/"status":"ok"/g).length, 2);
});

test("a chunked body is read", async () => {
	const body = JSON.stringify({ model: "default", messages: [{ role: "user", content: "Good morning." }] });
	const answer = await program.rawRequest(post("Transfer-Encoding: chunked\r\nConnection: close", `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`), { silence_ms: 5000 });
	assert.match(answer, /^HTTP\/1\.1 200 /);
});

test("a body over the limit is refused, and the client sees why", async () => {
	const body = JSON.stringify({ model: "default", messages: [{ role: "user", content: "x".repeat(5 << 20) }] });
	const answer = await program.chat(body);
	assert.equal(answer.status, 413);
	assert.ok(answer.json.error.message);
});

test("deep JSON, bad JSON, duplicate keys, no text: a clear 400", async () => {
	const bad = ["", "{", "[]", "null", `{"messages":${"[".repeat(2000)}${"]".repeat(2000)}}`, '{"model":"default","messages":[],"messages":[{"role":"user","content":"x"}]}',
		'{"model":"default","messages":[]}', '{"model":"default","messages":[{"role":"user"}]}', '{"model":"default","messages":"hello"}', '{"model":"default","messages":[{"role":"wizard","content":"x"}]}',
		'{"model":"default","messages":[{"role":"user","content":"\\q"}]}', '{"model":"default","messages":[{"role":"user","content":"x"}]} trailing'];
	for (const body of bad) {
		const answer = await program.chat(body);
		assert.equal(answer.status, 400, `${body.slice(0, 60)}: ${answer.status}`);
		assert.ok(answer.json.error.message, body.slice(0, 60));
	}
});

test("too many and too large headers", async () => {
	const many = [...Array(3000).keys()].map((i) => `X-H-${i}: y`).join("\r\n");
	for (const headers of [many, `X-Big: ${"y".repeat(200000)}`]) {
		const answer = await program.rawRequest(`GET /api/v1/health HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
		assert.ok(!answer.includes('"status":"ok"'));
		if (answer) assert.match(answer, /^HTTP\/1\.[01] 4\d\d /);
	}
});

test("odd but lawful text passes: lone surrogates, NUL, big numbers", async () => {
	const answer = await program.chat('{"model":"default","messages":[{"role":"user","content":"cut emoji \\ud83d and \\u0000 nul"}],"seed":18446744073709551616,"temperature":1E400}');
	assert.equal(answer.status, 200, answer.text);
});
