// gateway.mjs: the gateway with everything on (screening both ways, journal, durable record) against nginx proxy_pass in the same run, and the delay that it adds to one
// caller. The model is an nginx that answers from memory, so that the peer's best case is what we stand beside. One worker for each nginx: the gateway has one loop
// thread. Rounds alternate; what is printed is the median ratio and its range.
// Environment: BENCH_ROUNDS (5), BENCH_SECONDS (5) a round, BENCH_CONNECTIONS (64), BENCH_DATABASE (as HEEDWELL_DATABASE).
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { freePort, Program, sleep } from "../tests/flow/harness.mjs";

const rounds = Number(process.env.BENCH_ROUNDS ?? 5), seconds = Number(process.env.BENCH_SECONDS ?? 5), connections = Number(process.env.BENCH_CONNECTIONS ?? 64);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "heedwell-bench-"));

const reply = JSON.stringify({
	id: "chatcmpl-bench", object: "chat.completion", created: 1700000000, model: "bench",
	choices: [{ index: 0, message: { role: "assistant", content: "It sounds as if the week has been heavy, and that you kept going all the same. What helped a little, even for a moment? We can look at one small step for tomorrow, if you like." }, finish_reason: "stop" }],
	usage: { prompt_tokens: 60, completion_tokens: 40, total_tokens: 100 },
});
const event = (delta, reason) => `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1700000000, model: "bench", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
const words = JSON.parse(reply).choices[0].message.content.split(/(?<= )/);
const stream = event({ role: "assistant", content: "" }, null) + words.map((word) => event({ content: word }, null)).join("") + event({}, "stop") + "data: [DONE]\n\n";

async function startNginx() {
	const model = await freePort(), proxy = await freePort();
	fs.writeFileSync(path.join(folder, "stream.sse"), stream);
	const conf = (name, http) => {
		const file = path.join(folder, `${name}.conf`);
		fs.writeFileSync(file, `worker_processes 1; daemon off; pid ${folder}/${name}.pid; error_log stderr crit; ${process.getuid() === 0 ? "user root;" : ""}
events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; keepalive_timeout 600; client_body_temp_path ${folder}/${name}-b; proxy_temp_path ${folder}/${name}-p;
fastcgi_temp_path ${folder}/${name}-f; uwsgi_temp_path ${folder}/${name}-u; scgi_temp_path ${folder}/${name}-s;
${http} }`);
		return spawn("nginx", ["-c", file, "-p", folder, "-e", "stderr"], { stdio: ["ignore", "ignore", "inherit"] });
	};
	const processes = [
		conf("model", `server { listen 127.0.0.1:${model} backlog=4096; default_type application/json;
location / { client_max_body_size 8m; return 200 '${reply}'; } }`),
		conf("proxy", `upstream model { server 127.0.0.1:${model}; keepalive 256; keepalive_requests 100000000; }
server { listen 127.0.0.1:${proxy} backlog=4096; location / { client_max_body_size 8m; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://model; } }`),
	];
	for (const port of [model, proxy])
		for (let tries = 0; tries < 200; tries++) {
			const open = await new Promise((resolve) => {
				const socket = net.connect(port, "127.0.0.1", () => resolve(true));
				socket.on("error", () => resolve(false));
				socket.on("close", () => {});
				setTimeout(() => socket.destroy(), 50);
			});
			if (open) break;
			await sleep(20);
		}
	return { model: `http://127.0.0.1:${model}/v1`, proxy: `http://127.0.0.1:${proxy}/v1`, stop: () => processes.forEach((one) => one.kill("SIGTERM")) };
}

/** A wrk script: 64 different harmless messages of about 300 bytes, each its own conversation, as an ordinary client sends them. */
function writeScript(key) {
	const openings = ["Work was long today", "I slept badly again", "My sister came to visit", "I tried the breathing exercise", "The flat is a mess", "I cooked for the first time in weeks", "We argued about money", "I went for a walk"];
	const middles = ["and I kept thinking about what we said last time", "but I noticed that I was less tense than before", "and then I just sat on the sofa and watched something", "which was harder than I had thought it would be"];
	const ends = ["How do people keep a routine when the days all feel the same to them and nothing seems to move forward much?", "I wrote three lines in the diary as you suggested and I would like to talk about what I wrote there on Monday."];
	const bodies = [];
	for (const a of openings) for (const b of middles) for (const c of ends)
		bodies.push(JSON.stringify({ model: "default", messages: [{ role: "user", content: `${a}, ${b}. It was all right in the end, I suppose, though I am still a bit tired from it. ${c}` }] }));
	const file = path.join(folder, "chat.lua");
	fs.writeFileSync(file, `wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer ${key}"
local bodies = {
${bodies.map((body) => `  [==[${body}]==],`).join("\n")}
}
local n = 0
request = function()
  n = n + 1
  return wrk.format(nil, nil, nil, bodies[n % #bodies + 1])
end
done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
`);
	return { file, bytes: Buffer.byteLength(JSON.parse(bodies[0]).messages[0].content) };
}

function wrk(url, script, c, duration) {
	return new Promise((resolve, reject) => {
		execFile("wrk", ["-t1", `-c${c}`, `-d${duration}s`, "--timeout", "10s", "-s", script, url + "/chat/completions"], (error, stdout) => {
			const found = /^RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$/m.exec(stdout);
			if (error || !found) return reject(error ?? new Error(stdout));
			const [requests, us, p50, p99, status, failed] = found.slice(1).map(Number);
			resolve({ rate: requests / (us / 1e6), p50_us: p50, p99_us: p99, refused: status, failed });
		});
	});
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const range = (list, digits) => `${Math.min(...list).toFixed(digits)}-${Math.max(...list).toFixed(digits)}`;
const cpu = (pid) => {
	const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
	return (Number(stat[11]) + Number(stat[12])) / 100;
};
const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

const nginx = await startNginx();
let program;
try {
	program = await Program.start({ upstream: nginx.model, database: process.env.BENCH_DATABASE });
	const script = writeScript(program.demo.api_key), pid = program.child.pid;
	console.log(`message ${script.bytes} bytes; ready after ${program.started_ms} ms (with seeding), ${rss(pid).toFixed(0)} MB`);
	await wrk(program.gateway, script.file, connections, 1); // both warm
	await wrk(nginx.proxy, script.file, connections, 1);

	const peers = [], ours = [], latencies = [], cpus = [];
	let refused = 0, failed = 0;
	for (let round = 0; round < rounds; round++) {
		peers.push((await wrk(nginx.proxy, script.file, connections, seconds)).rate);
		const before = cpu(pid);
		const mine = await wrk(program.gateway, script.file, connections, seconds);
		cpus.push(((cpu(pid) - before) / (mine.rate * seconds)) * 1e6);
		ours.push(mine.rate);
		latencies.push(mine.p99_us / 1000);
		refused += mine.refused;
		failed += mine.failed;
	}
	const ratios = ours.map((rate, i) => rate / peers[i]);
	console.log(`c=${connections}: nginx proxy_pass ${median(peers).toFixed(0)}/s (${range(peers, 0)}), heedwell ${median(ours).toFixed(0)}/s (${range(ours, 0)}), p99 ${median(latencies).toFixed(1)} ms, ${median(cpus).toFixed(0)} us processor time a request`);
	console.log(`c=${connections}: ratio ${median(ratios).toFixed(3)} (${range(ratios, 3)} over ${rounds} rounds of ${seconds} s)`);

	const added = [], addedPeer = [];
	for (let round = 0; round < rounds; round++) {
		const direct = (await wrk(nginx.model, script.file, 1, Math.max(2, Math.round(seconds / 2)))).p50_us;
		addedPeer.push(((await wrk(nginx.proxy, script.file, 1, Math.max(2, Math.round(seconds / 2)))).p50_us - direct) / 1000);
		const mine = await wrk(program.gateway, script.file, 1, Math.max(2, Math.round(seconds / 2)));
		added.push((mine.p50_us - direct) / 1000);
		refused += mine.refused;
		failed += mine.failed;
	}
	console.log(`c=1: added p50 ${median(added).toFixed(3)} ms (${range(added, 3)}); nginx proxy_pass adds ${median(addedPeer).toFixed(3)} ms (${range(addedPeer, 3)})`);
	console.log(`after the run: ${rss(pid).toFixed(0)} MB; ${refused} answers were not 2xx, ${failed} failed`);
	if (failed || refused) process.exitCode = 1;
} finally {
	await program?.stop();
	nginx.stop();
	fs.rmSync(folder, { recursive: true, force: true });
}
