// store_fails.test.mjs: the database cannot be written. Nobody gets a model's words then; a person in danger gets the constant safe message; when it works again, so
// does the programme.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { Program, Upstream } from "./harness.mjs";

const words = "It sounds as if the week was long. What helped a little?";
let upstream, program, beforeReply;

before(async () => {
	upstream = await Upstream.start(async (request, reply) => {
		await beforeReply?.();
		return request.json?.stream ? reply.stream([words]) : reply.plain(words);
	});
	program = await Program.start({ upstream: upstream.url });
});
after(async () => {
	await program?.stop();
	await upstream?.stop();
});

/** Another process holds the database's write lock until the answer is called. */
async function lock() {
	const holder = spawn("python3", ["-c", "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute('BEGIN IMMEDIATE')\nprint('held',flush=True)\nsys.stdin.read()\nc.rollback()", program.database], { stdio: ["pipe", "pipe", "inherit"] });
	await new Promise((resolve, reject) => {
		holder.stdout.once("data", resolve);
		holder.once("exit", () => reject(new Error("the lock was not taken")));
	});
	return async () => {
		holder.stdin.end();
		await new Promise((resolve) => holder.once("exit", resolve));
	};
}

const say = (text, more) => program.chat({ model: "default", messages: [{ role: "user", content: text }] }, more);

test("while nothing can be recorded no model speaks, and the answer says where help is", async () => {
	const good = await say("It was a long week.", { client: "s1", conversation: "s1" });
	assert.equal(good.json.choices[0].message.content, words);
	const release = await lock();
	try {
		const started = performance.now(), times = [];
		const timed = (promise) => promise.finally(() => times.push(performance.now() - started));
		const answers = await Promise.all([
			timed(say("And now another one.", { client: "s1", conversation: "s1" })),
			timed(say("I am going to kill myself tonight.", { client: "s2", conversation: "s2" })),
			timed(program.stream({ model: "default", messages: [{ role: "user", content: "It rained all day." }] }, { client: "s3", conversation: "s3" })),
		]);
		console.log(`answered after ${times.map((ms) => (ms / 1000).toFixed(1)).join(", ")} s`);
		// Nobody waited until the store itself gave up.
		assert.equal(program.log.match(/"turn\.store_slow"/g)?.length, 3, program.log.slice(-2000));
		assert.ok(!program.log.includes('"turn.not_recorded"'), "somebody in danger waited for a stuck disk");
		for (const answer of answers) {
			assert.ok(!answer.text.includes("sounds as if"), `a model's words without a record: ${answer.text.slice(0, 300)}`);
			assert.match(answer.text, /988|emergency|help/i);
		}
	} finally {
		await release();
	}
	const again = await say("It works again?", { client: "s1", conversation: "s1" });
	assert.equal(again.status, 200);
	assert.equal(again.json.choices[0].message.content, words);
});

/** The messages of a conversation as its clinician reads them, once there are so many and all are closed. */
async function messagesOf(clinician, id, count, state) {
	for (const until = Date.now() + 20000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
		const { messages } = await clinician.get(`/staff/conversations/${id}`);
		if (messages.length >= count && !messages.some((message) => ["checking", "streaming"].includes(message.state)) && (!state || messages.at(-1).state === state)) return messages;
		assert.ok(Date.now() < until, `the record is not as it should be: ${JSON.stringify(messages.map(({ role, state: is, text }) => ({ role, is, text })))}`);
	}
}
const idOf = (answer) => answer.headers.get("x-heedwell-conversation-id");

test("a record that came too late for its reader is put right: it shows what was shown", async () => {
	const clinician = await program.staff("clinician");
	const answers = [];
	let release = await lock(); // at the first write: a model's reply, and an approved text
	try {
		answers.push(...(await Promise.all([say("It was a grey Monday.", { client: "t1", conversation: "t1" }), say("I am going to kill myself tonight.", { client: "t2", conversation: "t2" })])));
	} finally {
		await release();
	}
	const earlier = await say("It was a grey Tuesday.", { client: "t3", conversation: "t3" });
	let go;
	beforeReply = () => new Promise((resolve) => (go = resolve));
	const late = say("And then it rained.", { client: "t3", conversation: "t3" });
	await messagesOf(clinician, idOf(earlier), 3, "sent");
	release = await lock(); // at the last write: the model's reply is there, and was let through
	try {
		beforeReply = undefined;
		go();
		answers.push(await late);
	} finally {
		await release();
	}
	for (const answer of answers) {
		const shown = answer.json.choices[0].message.content;
		assert.match(shown, /988|emergency/);
		const last = (await messagesOf(clinician, idOf(answer), answer === answers[2] ? 4 : 2, "replaced")).at(-1);
		assert.equal(last.text, shown);
		assert.equal(last.changed_by_safety, true);
	}
	const [alert] = (await clinician.get("/staff/alerts?state=open&limit=50")).items.filter((one) => one.conversation_id === idOf(answers[1]));
	assert.equal(alert?.priority, 1, "the alert was lost");
});

test("what was answered and not recorded is said in the log, without words", () => {
	assert.match(program.log, /"level":"(error|warn)"/);
	program.assertNotLogged("kill myself", "rained all day", "sounds as if");
});
