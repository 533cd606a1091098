// lists.mjs: the console's lists with ten thousand clients on SQLite: clients by page, by search and by filter, and the triage board, each page over HTTP, beside the same page
// as plain SQL on the same file. The program opens sealed fields, journals that the rows were seen, and writes JSON; the SQL does none of it, so it is a floor and no rival.
// Environment: BENCH_CLIENTS (10000), BENCH_PAGES (20) of each kind.
import { execFileSync } from "node:child_process";
import { Program } from "../tests/flow/harness.mjs";

const clients = Number(process.env.BENCH_CLIENTS ?? 10000), pages = Number(process.env.BENCH_PAGES ?? 20);
const program = await Program.start();
try {
	const staff = await program.staff("clinician");
	const names = ["Fern", "Heather", "Moss", "Íñigo", "Clover", "Rowan", "Sage", "Thistle", "Reed", "Alder"];
	const priorities = ["B", "C", "D", "D", "E", "E", "E", "E", "F", "G"];
	const began = performance.now();
	for (let at = 0; at < clients; at += 50) // fifty at a time: the store commits them in groups
		await Promise.all(Array.from({ length: Math.min(50, clients - at) }, async (_, k) => {
			const n = at + k;
			const { client } = await staff.post("/staff/clients", { pseudonym: `${names[n % 10]} ${n}`, name: `Person ${n % 977} Number`, birth_year: 1980, lang: "en", country: "US" });
			await staff.post(`/staff/clients/${client.id}/referral`, { source: "gp", priority: priorities[n % 10], step: 1 + (n % 4), reason: "letter" });
		}));
	console.log(`${clients} clients with a referral each, made in ${((performance.now() - began) / 1000).toFixed(0)} s; pages of 50, ms`);

	const sql = (query) => execFileSync("python3", ["-c", `
import sqlite3, sys, time
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
db.execute(sys.argv[2]).fetchall()
times = []
for i in range(int(sys.argv[3])):
    start = time.perf_counter(); rows = db.execute(sys.argv[2]).fetchall(); times.append((time.perf_counter() - start) * 1000)
times.sort(); print(f"{times[len(times)//2]:.2f} {times[-1]:.2f} {len(rows)}")`, program.database, query, String(pages)], { encoding: "utf8" }).trim().split(" ");

	async function measure(name, path, query) {
		const times = [];
		let next = "", rows = 0;
		for (let i = 0; i < pages; i++) {
			const start = performance.now();
			const page = await staff.get(path + (next ? `&after=${encodeURIComponent(next)}` : ""));
			times.push(performance.now() - start);
			rows = Math.max(rows, page.items.length);
			next = page.next ?? "";
		}
		times.sort((a, b) => a - b);
		const [median, worst] = query ? sql(query) : ["-", "-"];
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
	const start = performance.now();
	const measures = await staff.get("/staff/triage/measures?days=90");
	console.log(`measures over ${measures.received} referrals: ${(performance.now() - start).toFixed(0)} ms`);
} finally {
	await program.stop();
}
