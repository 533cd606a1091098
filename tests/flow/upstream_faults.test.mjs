// A model that is down, slow, cut off or malformed: the client always gets words, never raw output, never silence, and a person in danger is answered all the same.
import assert from "node:assert/strict";
import net from "node:net";
import { after, before, test } from "node:test";
import { Program, sleep, Upstream } from "./harness.mjs";

let upstream, program, answer;

before(async () => {
	upstream = await Upstream.start((request, reply) => answer(request, reply));
	program = await Program.start({ upstream: upstream.url });
});

after(async () => {
	await program?.stop();
	await upstream?.stop();
});

const body = (text) => ({ model: "default", messages: [{ role: "user", content: text }] });
let number = 0;
const calm = () => body(`I had soup for lunch, number ${++number}.`);

/** The breaker may open after failures in a row: a good answer closes it again. */
async function recover() {
	answer = (request, reply) => (request.json.stream ? reply.stream(["Fine."]) : reply.plain("Fine."));
	for (let tries = 0; tries < 80; tries++) {
		const one = await program.chat(calm());
		if (one.status === 200 && one.json.choices[0].message.content === "Fine.") return;
		await sleep(250);
	}
	assert.fail("the model is not asked again after it recovered");
}

const faults = {
	"reset at once": (request, reply) => reply.reset(),
	"closed at once": (request, reply) => reply.end(),
	"status 500 with a secret": (request, reply) => reply.plain("", { status: 500, body: '{"error":{"message":"internal-secret-7"}}' }),
	"status 429": (request, reply) => reply.plain("", { status: 429, body: '{"error":{"message":"slow down"}}' }),
	"status 401": (request, reply) => reply.plain("", { status: 401, body: '{"error":{"message":"bad key internal-secret-7"}}' }),
	"redirect": (request, reply) => reply.raw("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
	"not HTTP": async (request, reply) => {
		await reply.raw("hello, internal-secret-7\r\n\r\n");
		reply.end();
	},
	"not JSON": (request, reply) => reply.plain("", { body: "internal-secret-7" }),
	"half of a JSON": (request, reply) => reply.plain("", { body: '{"choices":[{"index":0,"message":{"role":"assistant","content":"internal-secret-7' }),
	"JSON of another kind": (request, reply) => reply.plain("", { body: '["internal-secret-7"]' }),
	"no choices": (request, reply) => reply.plain("", { body: '{"id":"x","choices":[]}' }),
	"two choices": (request, reply) => reply.plain("", { body: '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"internal-secret-7"},"finish_reason":"stop"}]}' }),
	"content that is a number": (request, reply) => reply.plain("", { body: '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":7},"finish_reason":"stop"}]}' }),
	"duplicate keys": (request, reply) => reply.plain("", { body: '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Fine.","content":"internal-secret-7"},"finish_reason":"stop"}]}' }),
	"length that is not reached": async (request, reply) => {
		await reply.raw('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"internal-secret-7"}}]}');
		reply.end();
	},
	"an empty body": (request, reply) => reply.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"),
};

for (const [name, act] of Object.entries(faults)) {
	test(`${name}: the client gets words or an honest error, never what the model said`, async () => {
		answer = act;
		const plain = await program.chat(calm());
		assert.ok(!plain.text.includes("internal-secret-7"));
		assert.ok(plain.text.length > 0, "never silence");
		if (plain.status === 200) {
			assert.equal(plain.json.choices[0].finish_reason, "stop");
			assert.ok(plain.json.choices[0].message.content.length > 10);
		} else {
			assert.ok([502, 503, 504].includes(plain.status), String(plain.status));
			assert.ok(plain.json.error.message && plain.json.error.type);
		}
		const stream = await program.stream(calm());
		assert.ok(!stream.text.includes("internal-secret-7"));
		assert.ok(stream.content.length > 10 || stream.error || [502, 503, 504].includes(stream.status), "never silence");
	});
	test(`${name}: a person in danger is answered all the same`, async () => {
		answer = act;
		const risk = await program.chat(body("I am going to kill myself tonight."), { client: `fault-${++number}` });
		assert.equal(risk.status, 200);
		assert.ok(risk.json.choices[0].message.content.length > 40);
		await recover();
	});
}

test("a stream that breaks off: what was judged stays, then an error frame, and no [DONE]", async () => {
	for (const how of ["reset", "end"]) {
		answer = async (request, reply) => {
			const { Reply } = await import("./upstream.mjs");
			const events = Reply.events(["First we breathe in. ", "Then we breathe out. ", "And the last part is half a"], { finish: null, done: false });
			await reply.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
			for (const event of events.slice(0, 4)) await reply.raw(`${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
			await sleep(300);
			if (how === "reset") reply.reset();
			else reply.end();
		};
		const stream = await program.stream(calm());
		assert.equal(stream.status, 200);
		assert.ok(stream.content.startsWith("First we breathe in."), stream.content);
		assert.ok(!stream.content.includes("half a"), "a unit that never ended is not shown");
		assert.ok(stream.error, "an error frame");
		assert.equal(stream.done, false, "no [DONE] after a break");
		await recover();
	}
});

test("a stream of junk, of endless events, of a huge line", async () => {
	const bodies = ["data: internal-secret-7\n\n", "data: {\"choices\":\n\n", "internal-secret-7\n\n", `data: {"choices":[{"index":0,"delta":{"content":"${"x".repeat(3 << 20)}"},"finish_reason":null}]}\n\n`];
	for (const bytes of bodies) {
		answer = async (request, reply) => {
			await reply.raw(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n`);
			await reply.raw(bytes).catch(() => {});
			reply.end();
		};
		const stream = await program.stream(calm());
		assert.ok(!stream.text.includes("internal-secret-7") && !stream.text.includes("xxxxxxxx".repeat(100)));
		assert.ok(stream.content.length > 10 || stream.error || stream.status >= 500, "never silence");
		await recover();
	}
});

test("the client leaves: the model's connection is closed within 100 ms, before and after the first token", async () => {
	for (const tokens of [0, 3]) {
		let closed;
		const started = new Promise((resolve) => {
			answer = async (request, reply) => {
				closed = reply.closed;
				if (tokens) await reply.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + `data: {"id":"x","choices":[{"index":0,"delta":{"content":"One sentence here. "},"finish_reason":null}]}\n\n`.repeat(tokens));
				resolve();
				await Promise.race([reply.closed, sleep(10000)]);
			};
		});
		const payload = JSON.stringify({ ...calm(), stream: true });
		const socket = net.connect(program.port, "127.0.0.1");
		socket.on("error", () => {});
		socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${program.demo.api_key}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`);
		await started;
		await sleep(200);
		const left = performance.now();
		socket.destroy();
		const when = await Promise.race([closed, sleep(3000)]);
		assert.ok(when, "the upstream was not closed");
		const limit = process.env.HEEDWELL_SANITIZED ? 400 : 150;
		assert.ok(when - left < limit, `closed after ${(when - left).toFixed(0)} ms`);
		await recover();
	}
});

test("nothing of it is in the log", () => program.assertNotLogged("internal-secret-7", "soup for lunch", "kill myself"));
