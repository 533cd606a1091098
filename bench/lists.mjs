// lists.mjs: the console's lists with ten thousand clients and a million messages: clients by page, by search and by filter, the triage board, alerts, caseload, conversations, timelines
// and the journal, each page over HTTP, beside the same page as plain SQL on the same database. The program opens sealed fields, journals that the rows were seen, and writes JSON; the SQL
// does none of it, so it is a floor and no rival.
// Environment: BENCH_CLIENTS (10000), BENCH_MESSAGES (1000000), BENCH_PAGES (20) of each kind; BENCH_DATABASE: a postgresql:// URL of an empty database instead of a SQLite file
// (then without the SQL beside it).
import { execFileSync } from "node:child_process";
import path from "node:path";
import { Program, root } from "../tests/flow/harness.mjs";

const clients = Number(process.env.BENCH_CLIENTS ?? 10000), messages = Number(process.env.BENCH_MESSAGES ?? 1000000), pages = Number(process.env.BENCH_PAGES ?? 20);
const other = process.env.BENCH_DATABASE;
const program = await Program.start({ database: other });
try {
	let staff = await program.staff("clinician");
	const names = ["Fern", "Heather", "Moss", "Íñigo", "Clover", "Rowan", "Sage", "Thistle", "Reed", "Alder"];
	const priorities = ["B", "C", "D", "D", "E", "E", "E", "E", "F", "G"];
	const began = performance.now(), ids = [];
	for (let at = 0; at < clients; at += 50) // fifty at a time: the store commits them in groups
		await Promise.all(Array.from({ length: Math.min(50, clients - at) }, async (_, k) => {
			const n = at + k;
			const { client } = await staff.post("/staff/clients", { pseudonym: `${names[n % 10]} ${n}`, name: `Person ${n % 977} Number`, birth_year: 1980, lang: "en", country: "US" });
			ids[n] = client.id;
			await staff.post(`/staff/clients/${client.id}/referral`, { source: "gp", priority: priorities[n % 10], step: 1 + (n % 4), reason: "letter" });
		}));
	for (let at = 0; at < 300; at++) { // what is under way at one time: modules, and alerts that nobody has closed
		const id = ids[(at * 31) % clients];
		if (at < 200) await staff.post(`/staff/clients/${id}/modules`, { module: "activity" });
		await staff.post(`/staff/clients/${id}/handover`, { reason: "asks for a person" });
	}
	console.log(`${clients} clients with a referral each, made in ${((performance.now() - began) / 1000).toFixed(0)} s`);
	await program.kill();
	const filling = performance.now();
	execFileSync(path.join(root, "build/release/bench/lists_fill"), [other ?? `sqlite:${program.database}`, path.join(program.folder, "heedwell.key"), String(messages)], { stdio: ["ignore", "inherit", "inherit"] });
	console.log(`${messages} messages, sealed and journalled, in ${((performance.now() - filling) / 1000).toFixed(0)} s`);
	await program.run();
	console.log(`started on it in ${(program.started_ms / 1000).toFixed(1)} s; pages of 50, ms`);
	staff = await program.staff("clinician");

	const sql = (query) => execFileSync("python3", ["-c", `
import sqlite3, sys, time
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
db.execute(sys.argv[2]).fetchall()
times = []
for i in range(int(sys.argv[3])):
    start = time.perf_counter(); rows = db.execute(sys.argv[2]).fetchall(); times.append((time.perf_counter() - start) * 1000)
times.sort(); print(f"{times[len(times)//2]:.2f} {times[-1]:.2f} {len(rows)}")`, program.database, query, String(pages)], { encoding: "utf8" }).trim().split(" ");

	let slowest = 0;
	/** where: a path, or a function of the number of the page; a list goes on from page to page. */
	async function measure(name, where, query, who = staff) {
		const times = [];
		let next = "", rows = 0;
		for (let i = 0; i < pages; i++) {
			const start = performance.now();
			const page = await who.get(typeof where === "string" ? where + (next ? `&after=${encodeURIComponent(next)}` : "") : where(i));
			times.push(performance.now() - start);
			rows = Math.max(rows, (page.items ?? page.messages).length);
			next = page.next ?? "";
		}
		times.sort((a, b) => a - b);
		slowest = Math.max(slowest, times.at(-1));
		const [median, worst] = query && !other ? sql(query) : ["-", "-"];
		console.log(`${name.padEnd(28)} median ${times[times.length >> 1].toFixed(1).padStart(6)}  worst ${times.at(-1).toFixed(1).padStart(6)}  rows ${String(rows).padStart(3)}   plain SQL median ${median}, worst ${worst}`);
	}
	const programme = "(select id from programme limit 1)";
	const board = (where) => `select * from referral where programme_id = ${programme} and active = 1 ${where} order by rank, id limit 50`;
	await measure("clients", "/staff/clients?limit=50", `select * from client where programme_id = ${programme} order by id desc limit 50`);
	await measure("clients, search: fern", "/staff/clients?limit=50&search=fern", `select * from client where programme_id = ${programme} and pseudonym like 'fern%' order by id desc limit 50`);
	await measure("clients, search: inigo 7", "/staff/clients?limit=50&search=inigo%207", `select * from client where programme_id = ${programme} and pseudonym like '%igo 7%' order by id desc limit 50`);
	await measure("clients, search: no one", "/staff/clients?limit=50&search=zzz", `select * from client where programme_id = ${programme} and pseudonym like '%zzz%' order by id desc limit 50`);
	await measure("clients, filter: invited", "/staff/clients?limit=50&state=invited", `select * from client where programme_id = ${programme} and state = 'invited' order by created_at desc, id limit 50`);
	await measure("board", "/staff/triage?limit=50", board(""));
	await measure("board, priority D", "/staff/triage?limit=50&priority=D", board("and priority = 'D'"));
	await measure("board, clocks run out", "/staff/triage?limit=50&only=breached", board("and breached = 1"));
	const some = (await staff.get("/staff/clients?limit=50&search=moss")).items, one = (i) => some[i % some.length];
	const talkOf = `(select id from conversation where client_id = '${some[0].id}' limit 1)`;
	await measure("alerts, open", "/staff/alerts?limit=50&state=open", `select * from alert where programme_id = ${programme} and state = 'open' order by id desc limit 50`);
	await measure("caseload", "/staff/coach?limit=50", `select * from enrolment where programme_id = ${programme} and open = 1 order by id desc limit 50`);
	await measure("conversations", (i) => `/staff/conversations/${one(i).conversation_id}`, `select * from message where programme_id = ${programme} and conversation_id = ${talkOf} order by created_at desc, id limit 100`);
	await measure("timelines", (i) => `/staff/clients/${one(i).id}/timeline?limit=50`);
	await measure("journal", "/staff/journal?limit=50", null, await program.staff("compliance"));
	console.log(`the slowest page of all: ${slowest.toFixed(0)} ms`);
	const start = performance.now();
	const measures = await staff.get("/staff/triage/measures?days=90");
	console.log(`measures over ${measures.received} referrals: ${(performance.now() - start).toFixed(0)} ms`);
} finally {
	await program.stop();
}
