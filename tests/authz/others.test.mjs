// others.test.mjs: every route that names something of a client, asked for by those who may use it, but about somebody else's client: a coach about a client who is another's, a client about another client. Routes
// and roles are the program's own table (`heedwell openapi`), so that a new route is in here without anybody thinking of it; what a route names is told by its path.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { Program, binary } from "../flow/harness.mjs";

let program, coach, client, supervisor, own, other;
const segments = { clients: "client", alerts: "alert", conversations: "conversation", questionnaires: "task", responses: "response", enrolments: "enrolment", homework: "homework", outcomes: "outcome", deliveries: "delivery", checkins: "schedule", requests: "request" };
// What belongs to nobody's client: the channel's own person, or only people who see every client.
const notOfClients = new Set(["deliveries"]);
// Bodies of those that look at the body before they look at whose it is.
const nobody = "00000000-0000-7000-8000-000000000000";
const bodies = {
	"/client/enrolments/{id}/state": { state: "active", version: 1 }, "/staff/enrolments/{id}/state": { state: "paused", version: 1 },
	"/staff/conversations/{id}/messages": { text: "Hello" }, "/staff/conversations/{id}/handover": { to: nobody },
};

const routes = Object.entries(JSON.parse(execFileSync(binary, ["openapi"], { encoding: "utf8" })).paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, row]) => ({ method: method.toUpperCase(), path, roles: row["x-roles"] ?? [], segment: path.match(/\/([a-z-]+)\/\{id\}/)?.[1] })))
	.filter((route) => route.segment && !notOfClients.has(route.segment));

/** The ids of everything that one client of the story has. */
async function allOf(pseudonym) {
	const clients = (await supervisor.get("/staff/clients?limit=200")).items, found = { client: clients.find((one) => one.pseudonym === pseudonym) };
	const id = found.client.id, ids = { client: id, conversation: found.client.conversation_id };
	const alerts = (await supervisor.get("/staff/alerts?state=resolved&limit=200")).items.filter((one) => one.client.id === id);
	ids.alert = alerts[0]?.id;
	for (const alert of alerts) ids.outcome ??= (await supervisor.get(`/staff/alerts/${alert.id}/outcomes`)).items[0]?.id;
	const measures = await supervisor.get(`/staff/clients/${id}/measures`);
	ids.response = measures.series[0]?.points[0]?.id;
	ids.task = (await supervisor.post(`/staff/clients/${id}/questionnaires`, { instrument: "suds", due_at: new Date(Date.now() + 86_400_000).toISOString() })).id;
	ids.schedule = (await supervisor.post(`/staff/clients/${id}/checkins`, { instrument: "suds", unit: "day", every: 1, time: "10:00", zone: "Europe/Madrid", start: "2100-01-01", window_minutes: 60 })).id;
	if (!(await supervisor.get(`/staff/clients/${id}/modules`)).enrolments.length) await supervisor.post(`/staff/clients/${id}/modules`, { module: "activity" });
	const modules = await supervisor.get(`/staff/clients/${id}/modules`);
	ids.enrolment = modules.enrolments[0].id;
	ids.homework = modules.homework[0]?.id ?? nobody;
	ids.request = nobody; // made by clients alone; another's is unknown to all
	return ids;
}

before(async () => {
	program = await Program.start({ seed: "full" });
	client = await program.client();
	coach = await program.staff("coach");
	supervisor = await program.staff("supervisor");
	[other, own] = [await allOf("Heron"), await allOf("Willow")];
	await supervisor.put(`/staff/clients/${other.client}/team`, { coach_id: null });
});
after(async () => program?.stop());

async function knock(session, { method, path }, ids) {
	const where = path.replace(/\/([a-z-]+)\/\{id\}/, (_, segment) => `/${segment}/${ids[segments[segment]]}`).replace(/\{item\}/g, "q1").replace(/\{(lesson)\}/g, "circle").replace(/\{\w+\}/g, nobody);
	const response = await fetch(program.url + "/api/v1" + where, {
		method,
		headers: { "content-type": "application/json", cookie: [...session.cookies].map(([name, value]) => `${name}=${value}`).join("; "), ...(method === "GET" ? {} : { "x-csrf-token": session.csrf }) },
		body: method === "GET" ? undefined : JSON.stringify(bodies[path] ?? {}),
	});
	return { where, status: response.status, text: await response.text() };
}

test("every id of the path is one that this test knows", () => {
	const known = [...Object.keys(segments), "triage", "verdicts", "findings", "reviews", "shifts", "api-keys", "releases", "what-if", "devices", "helplines"];
	assert.deepEqual(routes.filter((route) => !known.includes(route.segment)).map((route) => route.path), [], "say in this test what the new kind of id is");
});

test("a coach is let in to none of them about a client who is another's, and is told nothing", async () => {
	const asked = routes.filter((route) => route.roles.includes("coach") && segments[route.segment]);
	assert.ok(asked.length >= 25, `${asked.length} routes`);
	const open = [];
	for (const route of asked) {
		assert.ok(other[segments[route.segment]], `nothing to ask ${route.path} about`);
		const { status, text, where } = await knock(coach, route, other);
		if (![403, 404].includes(status) || /Ada|Ruth|quiet since/.test(text)) open.push(`${route.method} ${route.path} (${where}): ${status} ${text.slice(0, 120)}`);
	}
	assert.deepEqual(open, []);
});

test("the same coach reads all of them about an own client", async () => {
	const shut = [];
	for (const route of routes.filter((each) => each.method === "GET" && each.roles.includes("coach") && segments[each.segment])) {
		const { status, text } = await knock(coach, route, own);
		if (status !== 200 && !/no_such|not_found/.test(text)) shut.push(`${route.path}: ${status} ${text.slice(0, 120)}`);
		if (status === 403) shut.push(route.path);
	}
	assert.deepEqual(shut, []);
});

test("a client is let in to nothing of another client", async () => {
	const asked = routes.filter((route) => route.roles.includes("client"));
	assert.ok(asked.length >= 8, `${asked.length} routes`);
	const open = [];
	for (const route of asked) {
		const { status, text } = await knock(client, route, other);
		if (![403, 404].includes(status)) open.push(`${route.method} ${route.path}: ${status} ${text.slice(0, 120)}`);
	}
	assert.deepEqual(open, []);
});
