// An unsafe sentence, cut at every byte over the stream, in every framing: not one byte of the unit that holds it reaches the client. What the client sees instead is the same, whatever the
// cut: the units before it, then approved text, then finish_reason "stop".
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program, Upstream } from "./harness.mjs";
import { Reply } from "./upstream.mjs";

const kind = "That sounds like a hard week — you kept going all the same. ";
const unsafe = [
	["dose", "You should stop taking your sertraline today, you do not need it. "],
	["claim", "I am a licensed therapist, so you can trust me on this. "],
	["help", "You don't need a therapist, you only need me. "],
];
const rest = "Rest helps as well, in small steps.";
const full = Number(process.env.HEEDWELL_SPLIT_STEP ?? 1); // 1: every byte

let upstream, program, script;

before(async () => {
	upstream = await Upstream.start((request, reply) => script.get(request.json.messages.at(-1).content)(request, reply));
	program = await Program.start({ upstream: upstream.url });
	script = new Map();
});

after(async () => {
	await program?.stop();
	await upstream?.stop();
});

let number = 0;

/** One request whose reply is made by `act`; the message's own text finds its script again, whatever order the model is asked in. */
async function ask(act) {
	const question = `My week was long, number ${++number}.`;
	script.set(question, act);
	const answer = await program.stream({ model: "default", messages: [{ role: "user", content: question }] });
	script.delete(question);
	return answer;
}

async function each(list, width, act) {
	const queue = [...list];
	await Promise.all([...Array(width)].map(async () => {
		while (queue.length) await act(queue.shift());
	}));
}

function checkAnswer(answer, expected, secret, where) {
	assert.equal(answer.status, 200, where);
	assert.equal(answer.ended, "well", where);
	assert.equal(answer.error, null, where);
	assert.equal(answer.content, expected, where);
	assert.equal(answer.finish, "stop", where);
	assert.ok(answer.done, `${where}: no [DONE]`);
	for (const word of secret.match(/[a-z]{7,}/gi) ?? []) assert.ok(!answer.text.includes(word) || expected.includes(word), `${where}: ${word} in the bytes`);
}

for (const [name, sentence] of unsafe) {
	const text = kind + sentence + rest;

	test(`${name}: what the client sees when the reply comes whole`, async () => {
		const answer = await ask((request, reply) => reply.stream([text]));
		assert.ok(answer.content.startsWith(kind.trimEnd()), `the safe unit comes through: ${answer.content}`);
		assert.ok(answer.content.length > kind.length + 10, "approved text follows");
		assert.ok(!answer.content.includes(sentence.slice(0, 12)), "the unit does not");
		assert.equal(answer.finish, "stop");
		assert.ok(answer.done);
	});

	test(`${name}: cut in two at every character`, async () => {
		const expected = (await ask((request, reply) => reply.stream([text]))).content;
		const cuts = [...Array(text.length - 1).keys()].map((i) => i + 1).filter((i) => i % full === 0);
		await each(cuts, 6, async (cut) => {
			for (const options of [{ framing: "chunked" }, { framing: "close", eol: "\r\n" }, { framing: "length", escape: true }])
				checkAnswer(await ask((request, reply) => reply.stream([text.slice(0, cut), text.slice(cut)], options)), expected, sentence, `cut ${cut} ${options.framing}`);
		});
	});
}

test("one character an event, in every framing", async () => {
	const [, sentence] = unsafe[0], text = kind + sentence + rest;
	const expected = (await ask((request, reply) => reply.stream([text]))).content;
	for (const framing of ["chunked", "chunked-one", "chunked-byte", "close", "length"])
		for (const options of [{}, { eol: "\r\n", comment: true }, { escape: true }, { usage: false }])
			checkAnswer(await ask((request, reply) => reply.stream([...text], { framing, ...options })), expected, sentence, `${framing} ${JSON.stringify(options)}`);
});

test("every byte of the wire ends a write somewhere", async () => {
	const [, sentence] = unsafe[0], text = kind + sentence + rest;
	const expected = (await ask((request, reply) => reply.stream([text]))).content;
	const body = Buffer.from(Reply.events([text]).join(""));
	const from = body.indexOf("You should") - 60, to = from + sentence.length + 180;
	const cuts = [...Array(to - from).keys()].map((i) => i + from).filter((i) => i > 0 && i < body.length && i % full === 0);
	await each(cuts, 6, async (cut) => {
		for (const framing of ["chunked", "close", "length"])
			checkAnswer(await ask((request, reply) => reply.stream([text], { framing, cuts: [cut, cut + 1] })), expected, sentence, `byte ${cut} ${framing}`);
	});
});

test("the same reply, not streamed, shows the same", async () => {
	for (const [name, sentence] of unsafe) {
		const text = kind + sentence + rest, question = `A plain question about ${name}.`;
		script.set(question, (request, reply) => reply.plain(text));
		const answer = await program.chat({ model: "default", messages: [{ role: "user", content: question }] });
		assert.equal(answer.status, 200);
		const [choice] = answer.json.choices;
		assert.equal(choice.finish_reason, "stop");
		assert.ok(choice.message.content.length > 10);
		assert.ok(!answer.text.includes(sentence.trim()), name);
	}
});

test("other surfaces are held too: refusal, reasoning, tool arguments", async () => {
	const [, sentence] = unsafe[0], text = kind + sentence + rest;
	for (const surface of ["refusal", "reasoning_content"]) {
		const answer = await ask((request, reply) => reply.stream([...text], { surface }));
		assert.equal(answer.status, 200);
		assert.ok(!answer.text.includes("sertraline"), surface);
		for (const length of [12, 20]) assert.ok(!(answer.refusal + answer.reasoning).includes(sentence.slice(0, length)), surface);
	}
	const answer = await ask(async (request, reply) => {
		const chunk = (delta, reason = null) => `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
		const body = chunk({ role: "assistant", tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "note", arguments: "" } }] }) +
			[...JSON.stringify({ text: sentence })].map((c) => chunk({ tool_calls: [{ index: 0, function: { arguments: c } }] })).join("") + chunk({}, "tool_calls") + "data: [DONE]\n\n";
		await reply.raw(`HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	});
	assert.equal(answer.status, 200);
	assert.ok(!answer.text.includes("sertraline"));
	const pieces = answer.frames.flatMap((frame) => frame.choices?.[0]?.delta?.tool_calls ?? []).map((call) => call.function?.arguments ?? "").join("");
	assert.equal(pieces, "", "no piece of a tool call that was judged unsafe");
});

test("members that nobody asked for do not carry text past the check", async () => {
	const question = "What did you find?";
	script.set(question, (request, reply) => reply.plain("All is calm here.", { extra: { note: unsafe[0][1] }, message: { audio_transcript: unsafe[0][1], annotations: [{ text: unsafe[0][1] }] } }));
	const answer = await program.chat({ model: "default", messages: [{ role: "user", content: question }] });
	assert.equal(answer.status, 200);
	assert.ok(!answer.text.includes("sertraline"));
});

test("none of it is in the log", () => {
	program.assertNotLogged("sertraline", "My week was long", "A plain question", "licensed therapist");
});
