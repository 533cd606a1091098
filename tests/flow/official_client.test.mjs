// The official `openai` client, as an integrator would use it, with two default headers: plain, streamed, blocked. It never throws for a decision of policy.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { Program, Upstream } from "./harness.mjs";

let upstream, program, answer;
const seen = [];

before(async () => {
	upstream = await Upstream.start(async (request, reply) => {
		seen.push(request.json);
		await answer(request, reply);
	});
	program = await Program.start({ upstream: upstream.url });
	answer = (request, reply) => (request.json.stream ? reply.stream(["Hello ", "there. ", "How was ", "the week?"]) : reply.plain("Hello there. How was the week?"));
});

after(async () => {
	await program?.stop();
	await upstream?.stop();
});

const open = (client = "c-1", conversation, key = program.demo.api_key) => new OpenAI({
	apiKey: key, baseURL: program.gateway, maxRetries: 0,
	defaultHeaders: { "X-Heedwell-Client": client, ...(conversation ? { "X-Heedwell-Conversation": conversation } : {}) },
});
const ask = (text, more = {}) => ({ model: "default", messages: [{ role: "user", content: text }], ...more });

test("models", async () => {
	const list = [];
	for await (const model of await open().models.list()) list.push(model.id);
	assert.ok(list.length >= 1);
	assert.ok(list.includes("default"));
});

test("a plain completion", async () => {
	const completion = await open("plain-1").chat.completions.create(ask("Good morning."));
	assert.equal(completion.choices[0].message.content, "Hello there. How was the week?");
	assert.equal(completion.choices[0].message.role, "assistant");
	assert.equal(completion.choices[0].finish_reason, "stop");
	assert.equal(completion.object, "chat.completion");
	assert.equal(completion.usage.total_tokens, 8);
});

test("a streamed completion, its usage and its helper events", async () => {
	let text = "", finish;
	const stream = await open("stream-1").chat.completions.create(ask("Good evening.", { stream: true, stream_options: { include_usage: true } }));
	for await (const chunk of stream) {
		text += chunk.choices[0]?.delta?.content ?? "";
		finish = chunk.choices[0]?.finish_reason ?? finish;
	}
	assert.equal(text, "Hello there. How was the week?");
	assert.equal(finish, "stop");
	const final = await open("stream-2").chat.completions.stream(ask("Good night.")).finalChatCompletion();
	assert.equal(final.choices[0].message.content, "Hello there. How was the week?");
});

test("a reply that is blocked is a normal reply", async () => {
	const bad = "You should stop taking your sertraline today.";
	answer = (request, reply) => (request.json.stream ? reply.stream([...bad]) : reply.plain(bad));
	const plain = await open("blocked-1").chat.completions.create(ask("What do you think?"));
	assert.equal(plain.choices[0].finish_reason, "stop");
	assert.ok(plain.choices[0].message.content.length > 20);
	assert.ok(!plain.choices[0].message.content.includes("sertraline"));
	let text = "", finish;
	for await (const chunk of await open("blocked-2").chat.completions.create(ask("What do you think?", { stream: true }))) {
		text += chunk.choices[0]?.delta?.content ?? "";
		finish = chunk.choices[0]?.finish_reason ?? finish;
	}
	assert.equal(finish, "stop");
	assert.ok(text.length > 20 && !text.includes("sertraline"));
	await open("blocked-3").chat.completions.stream(ask("What do you think?")).finalChatCompletion();
	answer = (request, reply) => (request.json.stream ? reply.stream(["Good."]) : reply.plain("Good."));
});

test("a disclosure is answered by approved words; the model is not asked", async () => {
	const before = seen.length;
	for (const stream of [false, true]) {
		const client = open(`risk-${stream}`);
		const message = ask("I am going to kill myself tonight. I have written the letters.", { stream });
		let text = "";
		if (stream)
			for await (const chunk of await client.chat.completions.create(message)) text += chunk.choices[0]?.delta?.content ?? "";
		else text = (await client.chat.completions.create(message)).choices[0].message.content;
		assert.ok(text.length > 40, text);
	}
	assert.equal(seen.length, before, "from level 3 no model speaks");
});

test("unknown members go through to the model, and history is what was sent", async () => {
	const messages = [{ role: "system", content: "Be brief." }, { role: "user", content: "One." }, { role: "assistant", content: "Good." }, { role: "user", content: "Two." }];
	await open("fields-1", undefined, program.demo.operator_key).chat.completions.create({ model: "default", messages, temperature: 0.25, seed: 7, some_new_member: { deep: [1, 2.5e10, "x"] } });
	const sent = seen.at(-1);
	assert.equal(sent.temperature, 0.25);
	assert.equal(sent.seed, 7);
	assert.deepEqual(sent.some_new_member, { deep: [1, 2.5e10, "x"] });
	assert.deepEqual(sent.messages.slice(-3), messages.slice(-3));
});

test("errors have the shape that the client knows", async () => {
	const system = { model: "default", messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "Hello." }] };
	await assert.rejects(open("errors-1").chat.completions.create(system), (error) => error instanceof OpenAI.BadRequestError && error.code === "client_system_role");
	await assert.rejects(new OpenAI({ apiKey: "wrong", baseURL: program.gateway, maxRetries: 0 }).chat.completions.create(ask("Hello.")), (error) => error instanceof OpenAI.AuthenticationError);
	await assert.rejects(open().chat.completions.create(ask("Hello.", { n: 2 })), (error) => error instanceof OpenAI.BadRequestError && /n\b/.test(error.message));
	await assert.rejects(open().chat.completions.create({ model: "default" }), (error) => error instanceof OpenAI.BadRequestError);
	await assert.rejects(open().chat.completions.create({ model: "no-such-model", messages: [{ role: "user", content: "Hi" }] }), (error) => [400, 404].includes(error.status));
});

test("moderations are answered by us", async () => {
	const result = await open("mod-1").moderations.create({ input: ["I want to kill myself", "I baked bread"] });
	assert.equal(result.results.length, 2);
	assert.equal(result.results[0].flagged, true);
	assert.equal(result.results[1].flagged, false);
});

test("none of it is in the log", () => program.assertNotLogged("sertraline", "written the letters", "baked bread"));
