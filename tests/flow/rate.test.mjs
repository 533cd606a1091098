// rate.test.mjs: a key that asks too often: 429 with Retry-After, plain and streamed alike, after the message was screened and recorded; whoever is in danger is answered all the same.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI from "openai";
import { Clinic } from "./clinic.mjs";
import { Upstream } from "./harness.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
let clinic, upstream, clinician, made = 0;

before(async () => {
	upstream = await Upstream.start((request, reply) => (request.json.stream ? reply.stream(["Good ", "to hear."]) : reply.plain("Good to hear.")));
	clinic = await Clinic.open({ roles: ["clinician"], upstream: upstream.url, settings: "gateway: {requests_per_minute: 20}\n" });
	clinician = await clinic.staff("clinician");
});
after(async () => {
	await clinic?.close();
	await upstream?.stop();
});

const product = () => /^key: (hw_\S+)$/m.exec(clinic.run("product", "new", "--config", clinic.config, "--name", "web", "--reach", "identified", "--consent-attested", "yes"))[1];
const user = (content) => ({ role: "user", content });
function ask(key, text, { stream = false, name = `rate-${++made}`, headers = {} } = {}) {
	const body = { model: "default", stream, messages: [user(text)] };
	return fetch(`${clinic.url}/v1/chat/completions`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${key}`, "x-heedwell-client": name, "x-heedwell-conversation": name, ...headers }, body: JSON.stringify(body) });
}
/** A key that has just used up what it has. */
async function spent() {
	const key = product();
	for (let i = 0; i < 40; i++) {
		const answer = await ask(key, "Good morning.");
		await answer.text();
		if (answer.status === 429) return key;
	}
	throw new Error("no limit");
}
const recorded = async (text) => {
	const found = (await clinician.get("/staff/clients?limit=200")).items.filter((one) => one.conversation_id);
	const all = (await Promise.all(found.map(async (one) => (await clinician.get(`/staff/conversations/${one.conversation_id}`)).messages))).flat();
	return all.filter((one) => one.text === text);
};

for (const stream of [false, true]) {
	const kind = stream ? "streamed" : "plain";
	test(`${kind}: over the limit it is 429 with Retry-After, no model is asked, and the message is in the record with its verdict`, async () => {
		const key = await spent(), asked = upstream.requests.length, text = `The garden was ${kind} today.`;
		const answer = await ask(key, text, { stream });
		assert.equal(answer.status, 429);
		const seconds = Number(answer.headers.get("retry-after"));
		assert.ok(seconds >= 1 && seconds <= 4, `Retry-After: ${answer.headers.get("retry-after")}, of 20 a minute`);
		assert.equal(answer.headers.get("x-should-retry"), "true");
		assert.match(answer.headers.get("content-type"), /application\/json/);
		const { error } = await answer.json();
		assert.deepEqual([error.code, error.type, error.param], ["rate_limited", "rate_limit_error", null]);
		assert.equal(upstream.requests.length, asked);
		const [message, ...more] = await recorded(text);
		assert.ok(message?.verdict && !more.length);
	});

	test(`${kind}: in danger the answer is help, whatever the limit, and a person is called`, async () => {
		const key = await spent(), asked = upstream.requests.length, name = `danger-${kind}`;
		const answer = await ask(key, RISK, { stream, name });
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.get("x-heedwell-alert"), "1");
		assert.match(await answer.text(), /988/);
		const next = await ask(key, "Are you there?", { stream, name });
		assert.deepEqual([next.status, next.headers.get("x-heedwell-speaker")], [200, "script"], "a held conversation is answered too");
		await next.text();
		assert.equal(upstream.requests.length, asked);
	});

	test(`${kind}: an ordinary client waits, asks again, and is answered once`, async () => {
		const key = await spent(), name = `again-${kind}`;
		const client = new OpenAI({ apiKey: key, baseURL: `${clinic.url}/v1`, maxRetries: 3, defaultHeaders: { "x-heedwell-client": name, "x-heedwell-conversation": name } });
		const text = `Tea was ${kind} and warm.`, body = { model: "default", stream, messages: [user(text)] };
		const answer = await client.chat.completions.create(body);
		let said = "";
		if (stream) for await (const chunk of answer) said += chunk.choices[0]?.delta?.content ?? "";
		else said = answer.choices[0].message.content;
		assert.equal(said, "Good to hear.");
		assert.equal((await recorded(text)).length, 1, "one event");
		const once = new OpenAI({ apiKey: await spent(), baseURL: `${clinic.url}/v1`, maxRetries: 0 });
		await assert.rejects(once.chat.completions.create(body), (thrown) => thrown instanceof OpenAI.RateLimitError && thrown.code === "rate_limited");
	});
}
