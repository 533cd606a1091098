// authz.test.mjs: every route of the API against everybody who may knock. The table below is written by hand and is the rule; the routes are asked of the
// program, so that a new one fails here until somebody has said who may use it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { binary, Program } from "../flow/harness.mjs";

const roles = ["client", "coach", "clinician", "supervisor", "compliance", "admin"];
const staff = roles.slice(1), carers = ["coach", "clinician", "supervisor"], clinical = ["clinician", "supervisor"], everybody = ["anonymous", ...roles];
// Who gets further than the door. {x}: an id of that kind that exists, so that a refusal is about the person and not about the thing.
const table = {
	"GET /health": everybody,
	"GET /help": everybody,
	"GET /messages/{lang}": everybody,
	"POST /staff/login": everybody,
	"GET /invites/{token}": everybody,
	"POST /invites/{token}/accept": everybody,
	"GET /staff/session": staff,
	"POST /staff/logout": staff,
	"GET /client/session": ["client"],
	"POST /client/logout": ["client"],
	"GET /client/about": ["client"],
	"GET /client/consents": ["client"],
	"PUT /client/consents/{kind}": ["client"],
	"GET /client/conversation": ["client"],
	"POST /client/messages": ["client"],
	"GET /client/stream": ["client"],
	"GET /client/data": ["client"],
	"GET /client/place": ["client"],
	"PUT /client/place": ["client"],
	"PUT /client/contact": ["client"],
	"GET /client/demographics": ["client"],
	"PUT /client/demographics": ["client"],
	"GET /client/access": ["client"],
	"GET /client/requests": ["client"],
	"POST /client/requests": ["client"],
	"POST /client/requests/{request}/take-back": ["client"],
	"GET /staff/requests": ["compliance"],
	"POST /staff/requests/{request}/answer": ["compliance"],
	"GET /staff/clients/{client}/consents": [...carers, "compliance"],
	"POST /staff/clients/{client}/consents": carers,
	"PUT /staff/clients/{client}/place": clinical,
	"POST /staff/clients/{client}/guardian": clinical,
	"POST /staff/clients/{client}/guardian/{record}/end": clinical,
	"PUT /staff/clients/{client}/legal-hold": ["compliance"],
	"GET /staff/helplines": staff,
	"PUT /staff/helplines/{line}": [...clinical, "admin"],
	"GET /client/questionnaires": ["client"],
	"POST /client/questionnaires/{questionnaire}/open": ["client"],
	"PUT /client/responses/{response}/answers/{item}": ["client"],
	"POST /client/responses/{response}/submit": ["client"],
	"GET /staff/instruments": carers,
	"GET /staff/clients/{client}/measures": carers,
	"POST /staff/clients/{client}/questionnaires": carers,
	"POST /staff/clients/{client}/questionnaires/preview": carers,
	"POST /staff/questionnaires/{questionnaire}/read-by-me": clinical,
	"GET /client/medications": ["client"],
	"GET /staff/clients/{client}/medications": clinical,
	"POST /staff/clients/{client}/medications": clinical,
	"POST /staff/clients/{client}/medications/{entry}/change": clinical,
	"POST /staff/clients/{client}/medications/{entry}/stop": clinical,
	"POST /staff/clients/{client}/medications/{entry}/error": clinical,
	"PUT /client/time-zone": ["client"],
	"GET /staff/clients/{client}/checkins": carers,
	"POST /staff/clients/{client}/checkins": carers,
	"POST /staff/clients/{client}/checkins/preview": carers,
	"PUT /staff/checkins/{checkin}": carers,
	"POST /staff/checkins/{checkin}/pause": carers,
	"POST /staff/checkins/{checkin}/resume": carers,
	"POST /staff/checkins/{checkin}/end": carers,
	"GET /client/home": ["client"],
	"POST /client/enrolments/{enrolment}/state": ["client"],
	"GET /client/enrolments/{enrolment}/entries": ["client"],
	"GET /client/enrolments/{enrolment}/lessons/{lesson}": ["client"],
	"POST /client/enrolments/{enrolment}/lessons/{lesson}/done": ["client"],
	"POST /client/entries": ["client"],
	"POST /client/homework/{homework}/done": ["client"],
	"GET /client/safety-plan": ["client"],
	"GET /client/safety-plan.pdf": ["client"],
	"PUT /client/safety-plan": ["client"],
	"PUT /client/safety-plan/sharing": ["client"],
	"GET /staff/modules": carers,
	"GET /staff/coach": carers,
	"GET /staff/clients/{client}/modules": carers,
	"POST /staff/clients/{client}/modules": carers,
	"POST /staff/clients/{client}/coach-reviews": carers,
	"POST /staff/clients/{client}/handover": carers,
	"GET /staff/clients/{client}/nudges": carers,
	"PUT /staff/clients/{client}/team": [...clinical, "admin"],
	"GET /staff/programme": staff,
	"PUT /staff/programme": ["admin"],
	"GET /staff/packs": staff,
	"GET /staff/clients/{client}/safety-plan": carers,
	"GET /staff/clients/{client}/safety-plan.pdf": carers,
	"GET /staff/clients/{client}/summary": carers,
	"GET /staff/clients/{client}/summary.pdf": carers,
	"POST /staff/enrolments/{enrolment}/state": carers,
	"GET /staff/alerts": carers,
	"GET /staff/alerts/{alert}": carers,
	"POST /staff/alerts/{alert}/acknowledge": clinical,
	"POST /staff/alerts/{alert}/take": clinical,
	"POST /staff/alerts/{alert}/contact": clinical,
	"POST /staff/alerts/{alert}/resolve": clinical,
	"GET /staff/alerts/{alert}/outcomes": carers,
	"POST /staff/alerts/{alert}/handover": clinical,
	"POST /staff/alerts/{alert}/handover/accept": clinical,
	"POST /staff/alerts/{alert}/handover/decline": clinical,
	"POST /staff/outcomes/{outcome}/made": clinical,
	"POST /hooks/receipt": everybody,
	"GET /staff/alerts/{alert}/first-minute": carers,
	"GET /staff/alerts/{alert}/note": carers,
	"GET /staff/alerts/{alert}/note.pdf": carers,
	"POST /staff/alerts/{alert}/break-glass": clinical,
	"PUT /staff/clients/{client}/contact-safety": clinical,
	"POST /staff/alerts/{alert}/seen": carers,
	"GET /staff/alerts/{alert}/deliveries": carers,
	"GET /staff/channels": staff,
	"PUT /staff/channels": staff,
	"POST /staff/channels/test": staff,
	"POST /staff/deliveries/{delivery}/confirm": staff,
	"GET /staff/push": staff,
	"POST /staff/push/devices": staff,
	"POST /staff/push/devices/{device}/remove": staff,
	"POST /hooks/push": everybody,
	"GET /staff/team": staff,
	"GET /staff/rota": staff,
	"POST /staff/shifts": ["supervisor", "admin"],
	"PUT /staff/shifts/{shift}": ["supervisor", "admin"],
	"POST /staff/shifts/{shift}/remove": ["supervisor", "admin"],
	"GET /staff/duty": carers,
	"POST /staff/duty": carers,
	"GET /staff/conversations/{conversation}": carers,
	"POST /staff/conversations/{conversation}/messages": carers,
	"POST /staff/conversations/{conversation}/release": clinical,
	"GET /staff/load": [...clinical, "compliance", "admin"],
	"GET /staff/what-if": ["supervisor", "compliance", "admin"],
	"POST /staff/what-if": ["supervisor", "compliance", "admin"],
	"GET /staff/what-if/{run}": ["supervisor", "compliance", "admin"],
	"POST /staff/what-if/{run}/cancel": ["supervisor", "compliance", "admin"],
	"GET /staff/presence": carers,
	"GET /staff/conversations/{conversation}/people": carers,
	"POST /staff/conversations/{conversation}/join": carers,
	"POST /staff/conversations/{conversation}/leave": carers,
	"POST /staff/conversations/{conversation}/handover": carers,
	"POST /staff/conversations/{conversation}/handover/accept": carers,
	"POST /staff/conversations/{conversation}/handover/decline": carers,
	"POST /staff/verdicts/{verdict}/override": clinical,
	"POST /staff/verdicts/{verdict}/countersign": clinical,
	"POST /staff/findings/{finding}/mark": clinical,
	"GET /staff/reviews": clinical,
	"POST /staff/reviews/{review}/approve": clinical,
	"POST /staff/reviews/{review}/edit": clinical,
	"POST /staff/reviews/{review}/reject": clinical,
	"GET /staff/stream": staff,
	"GET /staff/clients": [...carers, "compliance"],
	"POST /staff/clients": [...clinical, "admin"],
	"GET /staff/clients/{client}": [...carers, "compliance"],
	"GET /staff/clients/{client}/timeline": [...carers, "compliance"],
	"POST /staff/clients/{client}/erase": ["compliance"],
	"GET /client/intake": ["client"],
	"POST /client/intake": ["client"],
	"POST /client/intake/answer": ["client"],
	"POST /client/intake/finish": ["client"],
	"GET /staff/triage": clinical,
	"GET /staff/triage/measures": [...clinical, "compliance", "admin"],
	"GET /staff/triage/rules": [...clinical, "compliance", "admin"],
	"GET /staff/triage/{referral}": clinical,
	"POST /staff/triage/{referral}/decide": clinical,
	"POST /staff/triage/{referral}/contact": clinical,
	"POST /staff/triage/{referral}/promise": clinical,
	"POST /staff/triage/{referral}/offer": clinical,
	"POST /staff/triage/{referral}/start": clinical,
	"POST /staff/triage/{referral}/refer-out": clinical,
	"POST /staff/triage/{referral}/receipt": clinical,
	"POST /staff/triage/{referral}/close": clinical,
	"GET /staff/clients/{client}/referral": clinical,
	"POST /staff/clients/{client}/referral": clinical,
	"GET /staff/retention": ["compliance", "admin"],
	"PUT /staff/retention": ["compliance"],
	"POST /staff/retention/dry-run": ["compliance"],
	"POST /staff/retention/confirm": ["compliance"],
	"POST /staff/retention/off": ["compliance"],
	"POST /staff/retention/runs/{run}/cancel": ["compliance"],
	"GET /staff/journal": ["supervisor", "compliance", "admin"],
	"GET /staff/journal/checkpoint": staff,
	"GET /staff/journal/export": ["compliance", "admin"],
	"GET /staff/overview": staff,
	"GET /staff/policy": staff,
	"GET /staff/api-keys": ["admin"],
	"POST /staff/api-keys": ["admin"],
	"PUT /staff/api-keys/{key}": ["admin"],
	"DELETE /staff/api-keys/{key}": ["admin"],
	"GET /staff/releases": ["supervisor", "admin"],
	"POST /staff/releases": ["supervisor", "admin"],
	"POST /staff/releases/{release}/promote": ["supervisor", "admin"],
};
const nobody = "00000000-0000-7000-8000-000000000000";
const norm = (path) => path.replace(/\{[^}]+\}/g, "{}");

let program, ids, sessions, kept;

before(async () => {
	program = await Program.start({ seed: "full" });
	sessions = { client: await program.client() };
	for (const role of staff) sessions[role] = await program.staff(role);
	const [alert] = (await sessions.clinician.get("/staff/alerts?state=open&limit=10")).items;
	const detail = await sessions.clinician.get(`/staff/conversations/${alert.conversation_id}`);
	const verdict = detail.messages.map((message) => message.verdict).find((one) => one?.findings.length);
	const [review] = (await sessions.clinician.get("/staff/reviews?state=pending")).items;
	const [release] = (await sessions.admin.get("/staff/releases")).items;
	ids = { alert: alert.id, conversation: alert.conversation_id, verdict: verdict.id, finding: verdict.findings[0].id, review: review.id, client: nobody, questionnaire: nobody, checkin: nobody, response: nobody, item: "q1", key: nobody, outcome: nobody, delivery: nobody, device: nobody, shift: nobody, referral: nobody, release: release.id, request: nobody, run: nobody, record: nobody, entry: nobody, line: "none", lang: "en", kind: "ai_chat", token: "x".repeat(43) };
	kept = await picture();
});
after(async () => program?.stop());

/** What nobody of this test may have changed. */
async function picture() {
	const alert = await sessions.supervisor.get(`/staff/alerts/${ids.alert}`);
	const { conversation } = await sessions.supervisor.get(`/staff/conversations/${ids.conversation}`);
	const reviews = (await sessions.supervisor.get("/staff/reviews?state=pending")).items.length;
	const clients = (await sessions.supervisor.get("/staff/clients?limit=200")).items.length;
	return JSON.stringify([alert.state, alert.version, conversation.state, reviews, clients]);
}

/** One knock: status and error code. Bodies are empty objects, so that who is let in is told what is missing and nothing happens. */
async function knock(route, identity, { csrf = true, bearer } = {}) {
	const [method, path] = route.split(" ");
	const session = sessions[identity];
	const controller = new AbortController();
	const response = await fetch(`${program.url}/api/v1${path.replace(/\{(\w+)\}/g, (_, name) => ids[name])}`, {
		method, signal: controller.signal,
		headers: {
			...(method === "GET" || method === "DELETE" ? {} : { "content-type": "application/json" }),
			...(session ? { cookie: [...session.cookies].map(([name, value]) => `${name}=${value}`).join("; ") } : {}),
			...(session?.csrf && csrf && method !== "GET" ? { "x-csrf-token": session.csrf } : {}),
			...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
		},
		body: method === "GET" || method === "DELETE" ? undefined : "{}",
	});
	let code = null;
	if (/event-stream/.test(response.headers.get("content-type") ?? "")) controller.abort();
	else code = await response.json().then((json) => json?.error?.code ?? null, () => null);
	return { status: response.status, code };
}

const destroys = (route) => /logout/.test(route) || route === "POST /staff/login";

test("the table and the program name the same routes", () => {
	const { paths } = JSON.parse(execFileSync(binary, ["openapi"], { encoding: "utf8" }));
	const theirs = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${norm(path)}`));
	assert.deepEqual(theirs.sort(), Object.keys(table).map(norm).sort());
});

for (const [route, allowed] of Object.entries(table))
	test(`${route}: ${allowed.length === everybody.length ? "everybody" : allowed.join(", ")}`, async () => {
		for (const identity of everybody) {
			if (destroys(route) && allowed.includes(identity)) continue; // of these below
			const { status, code } = await knock(route, identity);
			const who = `${identity}: ${status} ${code}`;
			if (allowed.includes(identity)) {
				// Without a session one is let in to be told what did not match ("expired", "bad_login").
				assert.ok(allowed.includes("anonymous") ? !["unauthorized", "forbidden", "csrf"].includes(code) : status !== 401 && status !== 403, `${who}, should be let in`);
				assert.ok(status < 500, who);
			} else {
				assert.ok(status === 401 || status === 403, `${who}, should be refused`);
				assert.ok(code, `${who}: a refusal without a code`);
			}
		}
	});

test("an API key opens nothing of the apps, and a cookie nothing of the gateway", async () => {
	for (const [route, allowed] of Object.entries(table)) {
		if (allowed.includes("anonymous")) continue;
		const { status } = await knock(route, "nobody", { bearer: program.demo.api_key });
		assert.equal(status, 401, route);
	}
	for (const path of ["/chat/completions", "/moderations", "/models", "/heedwell/held/x"]) {
		const get = path === "/models" || path.includes("held");
		for (const identity of [...roles, "nobody"]) {
			const session = sessions[identity];
			const response = await fetch(program.gateway + path, { method: get ? "GET" : "POST", body: get ? undefined : "{}", headers: { "content-type": "application/json", ...(session ? { cookie: [...session.cookies].map(([n, v]) => `${n}=${v}`).join("; ") } : {}) } });
			assert.equal(response.status, 401, `${path} ${identity}`);
		}
	}
});

test("whatever changes something needs the token of the page, not the cookie alone", async () => {
	for (const [route, allowed] of Object.entries(table)) {
		// A client's log-out is also sent by a page that is closing in haste (quick exit), which can send no header; it can do no more than log out.
		if (route.startsWith("GET ") || allowed.includes("anonymous") || route === "POST /client/logout") continue;
		for (const identity of allowed) {
			const { status, code } = await knock(route, identity, { csrf: false });
			assert.equal(status, 403, `${route} ${identity}`);
			assert.match(code, /csrf/, `${route} ${identity}: ${code}`);
		}
	}
});

test("a coach reads and writes to their own clients only; a client sees nobody else", async () => {
	const other = await sessions.clinician.post("/staff/clients", { pseudonym: "Thistle", birth_year: 1988, lang: "en", country: "US" }); // no coach
	await sessions.coach.get(`/staff/clients/${other.client.id}`, { expect: 403 });
	assert.ok(!(await sessions.coach.get("/staff/clients?limit=200")).items.some((client) => client.id === other.client.id), "in the coach's list");
	// Somebody of the gateway, whom no coach has.
	const known = new Set((await sessions.clinician.get("/staff/alerts?state=open&limit=200")).items.map((one) => one.id));
	const chat = await program.chat({ model: "default", messages: [{ role: "user", content: "I want to die and I do not know whom to tell." }] }, { client: "authz-1", conversation: "authz-1" });
	assert.equal(chat.status, 200);
	const alert = (await sessions.clinician.get("/staff/alerts?state=open&limit=200")).items.find((one) => !known.has(one.id));
	assert.ok(alert, "no alert of the gateway's client");
	for (const where of [`/staff/alerts/${alert.id}`, `/staff/conversations/${alert.conversation_id}`]) await sessions.coach.get(where, { expect: 403 });
	await sessions.coach.post(`/staff/conversations/${alert.conversation_id}/messages`, { text: "hello" }, { expect: 403 });
	const plan = { instrument: "suds", unit: "day", every: 1, time: "10:00", zone: "Europe/Madrid", start: "2100-01-01", window_minutes: 60 };
	const schedule = await sessions.clinician.post(`/staff/clients/${other.client.id}/checkins`, plan);
	await sessions.coach.get(`/staff/clients/${other.client.id}/checkins`, { expect: 403 });
	await sessions.coach.post(`/staff/clients/${other.client.id}/checkins`, plan, { expect: 403 });
	await sessions.coach.post(`/staff/clients/${other.client.id}/checkins/preview`, plan, { expect: 403 });
	await sessions.coach.put(`/staff/checkins/${schedule.id}`, { ...plan, version: schedule.version }, { expect: 403 });
	for (const act of ["pause", "resume", "end"]) await sessions.coach.post(`/staff/checkins/${schedule.id}/${act}`, { version: schedule.version }, { expect: 403 });
	assert.ok(!(await sessions.coach.get("/staff/alerts?state=open&limit=200")).items.some((one) => one.id === alert.id), "in the coach's queue");
	const own = await sessions.client.get("/client/data");
	assert.deepEqual(own.messages, []);
});

test("what was refused, or let in with nothing to say, changed nothing", async () => {
	const now = JSON.parse(await picture()), then = JSON.parse(kept);
	assert.deepEqual(now.slice(0, 4), then.slice(0, 4));
});

test("logging out ends a session at once, everywhere", async () => {
	for (const role of staff) {
		const session = await program.staff(role);
		await session.post("/staff/logout", {});
		await session.get("/staff/session", { expect: 401 });
		await session.get("/staff/overview", { expect: 401 });
	}
	await sessions.client.post("/client/logout", {});
	await sessions.client.get("/client/session", { expect: 401 });
});
