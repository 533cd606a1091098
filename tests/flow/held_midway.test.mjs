// held_midway.test.mjs: a client writes again, in danger, while the model is still answering the message before: of that answer nothing more is shown.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Reply, Upstream } from "./upstream.mjs";
import { Program } from "./harness.mjs";

const first = "It sounds as if Sunday with your brother stayed with you all week. ", second = "Perhaps you could tell him how the jokes land. ", third = "He may not know.";
let upstream, program, go, asked;

before(async () => {
	const waits = new Promise((resolve) => (go = resolve));
	let told;
	asked = new Promise((resolve) => (told = resolve));
	upstream = await Upstream.start(async (request, reply) => {
		const events = Reply.events([first, second, third]);
		await reply.raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + events[0] + events[1] + events[2]);
		told();
		await waits;
		// The second sentence is whole only now; the program may have closed the connection by now; that is as good.
		await reply.raw(events.slice(3).join("")).catch(() => {});
		reply.end();
	});
	program = await Program.start({ upstream: upstream.url });
});
after(async () => {
	await program?.stop();
	await upstream?.stop();
});

test("the reply under way ends with approved text; the model's other sentences are never shown", async () => {
	const ids = { client: "midway-1", conversation: "midway-1-a" };
	const calm = { role: "user", content: "My brother made jokes about me at lunch on Sunday and I laughed along." };
	let shown;
	const sawFirst = new Promise((resolve) => (shown = resolve));
	const stream = program.stream({ model: "default", messages: [calm] }, { ...ids, onBytes: (bytes) => bytes.includes("Sunday with your brother") && shown() });
	await asked;
	await sawFirst;
	const danger = await program.chat({ model: "default", messages: [calm, { role: "user", content: "I have decided. I am going to kill myself tonight." }] }, ids);
	assert.equal(danger.status, 200);
	assert.equal(upstream.requests.length, 1, "the model was asked about a message at level 4");
	go();
	const end = await stream;
	assert.equal(end.ended, "well");
	assert.equal(end.finish, "stop");
	assert.ok(end.done);
	assert.ok(end.content.startsWith(first.trim()), end.content);
	assert.ok(!end.content.includes("jokes land") && !end.content.includes("may not know"), end.content);
	assert.match(end.content, /prepared texts/);
});

test("the record says so: the first reply is replaced, the conversation is held, one alert", async () => {
	const clinician = await program.staff("clinician");
	const [alert] = (await clinician.get("/staff/alerts?state=open&limit=10")).items;
	assert.equal(alert.priority, 1);
	const { conversation, messages } = await clinician.get(`/staff/conversations/${alert.conversation_id}`);
	assert.equal(conversation.state, "held");
	const reply = messages.find((message) => message.role === "assistant" && message.text.startsWith(first.trim()));
	assert.equal(reply.state, "replaced");
	assert.ok(!reply.text.includes("jokes land"));
});
