// hidden.test.mjs: a request to the gateway has more places for words than the content of its messages. Whatever a client's words may hide in is read before a model is asked: unknown
// members and their names, however deep, in the request, in a message, in a part of its content, in what a tool brought. What products send every day is not held up by it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Program, Upstream } from "./harness.mjs";

const RISK = "I have decided to end my life tonight.";
let program, upstream, clinician, made = 0;

before(async () => {
	upstream = await Upstream.start((request, reply) => reply.plain("Good to hear."));
	program = await Program.start({ upstream: upstream.url });
	clinician = await program.staff("clinician");
});
after(async () => {
	await program?.stop();
	await upstream?.stop();
});

const user = (more = {}) => ({ role: "user", content: "hi", ...more });
const called = { role: "assistant", content: null, tool_calls: [{ id: "1", type: "function", function: { name: "x", arguments: "{}" } }] };
const places = {
	"a member of the request": { messages: [user()], note: RISK },
	"deep in a member of the request": { messages: [user()], metadata: { a: [{ b: RISK }] } },
	"the name of a member of the request": { messages: [user()], [RISK]: 1 },
	"a member of a message": { messages: [user({ note: RISK })] },
	"deep in a member of a message": { messages: [user({ note: { deep: ["", { er: RISK }] } })] },
	"the name of a member of a message": { messages: [user({ [RISK]: 1 })] },
	"a name deep in a message": { messages: [user({ note: { [RISK]: null } })] },
	"beside the text of a part": { messages: [user({ content: [{ type: "text", text: "hi", extra: { deep: RISK } }] })] },
	"a refusal in a part that is text": { messages: [user({ content: [{ type: "text", text: "hi", refusal: RISK }] })] },
	"what a tool brought": { messages: [user(), called, { role: "tool", tool_call_id: "1", content: RISK }] },
	"beside what a tool brought": { messages: [user(), called, { role: "tool", tool_call_id: "1", content: "fine", more: [RISK] }] },
};

for (const [place, body] of Object.entries(places))
	test(`danger in ${place} calls a person, and no model is asked`, async () => {
		const asked = upstream.requests.length, alerts = async () => (await clinician.get("/staff/alerts?limit=100")).items.length, before = await alerts();
		const answer = await program.chat({ model: "default", ...body }, { client: `hidden-${++made}` });
		assert.equal(answer.status, 200);
		assert.notEqual(answer.json.choices[0].message.content, "Good to hear.");
		assert.equal(upstream.requests.length, asked, "a model was asked");
		assert.equal(await alerts(), before + 1, "nobody was called");
	});

test("everyday members go on to the model as they came", async () => {
	const body = { temperature: 0.3, max_tokens: 200, top_p: 0.9, seed: 7, logprobs: false, stop: ["END"], metadata: { room: "blue", tags: ["web", "evening"] }, messages: [user({ name: "ada", content: [{ type: "text", text: "hello there", cache_control: { type: "ephemeral" } }] })] };
	const answer = await program.chat({ model: "default", ...body }, { client: "everyday" });
	assert.equal(answer.json.choices[0].message.content, "Good to hear.");
	const { model, ...rest } = upstream.requests.at(-1).json;
	assert.ok(model);
	assert.deepEqual(rest, body);
});
