// push.test.mjs: notifications on a person's devices, on the real program and the real service worker. A browser of tests has no push service behind it: what the
// browser asks of one is stood in for (a subscription at the push service of tests/flow/push_service.mjs, with keys of its own), and what the program then sends there
// is opened and handed to the service worker by the browser's own debugging door. Permission is given by the browser context.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { PushService } from "../flow/push_service.mjs";
import { eventually } from "../flow/harness.mjs";
import { Served } from "../flow/served.mjs";
import { accessible, launch, openPage, picture, quiet, root } from "./browser.mjs";

const RISK = "I have decided to kill myself tonight and I have everything ready.";
const looks = [["desktop", "light"], ["desktop", "dark"], ["phone", "light"], ["phone", "dark"]];
let it, service, browser;

before(async () => {
	service = await PushService.start(() => it.now);
	it = await Served.start({
		start: "2026-11-30T09:00:00Z", people: { anna: "clinician", sara: "supervisor" },
		config: `web_root: ${path.join(root, "web/dist")}\npush:\n  hosts: ["${service.host}"]\n  contact: mailto:ops@clinic.example\n`,
	});
	browser = await launch();
});
after(async () => {
	await browser?.close();
	await it?.stop();
	await service?.stop();
});

/** What a browser asks of its push service, answered by ours. `will`: what it does next time; kept over reloads. */
function standIn(device) {
	const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
	const subscription = {
		endpoint: device.endpoint,
		getKey: (name) => bytes(device[name]),
		toJSON: () => ({ endpoint: device.endpoint, expirationTime: null, keys: { p256dh: device.p256dh, auth: device.auth } }),
		unsubscribe: async () => (localStorage.removeItem("subscribed"), true),
	};
	PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? subscription : null);
	PushManager.prototype.subscribe = async (options) => {
		if (localStorage.getItem("will") === "fail") throw new DOMException("Registration failed - push service error", "AbortError");
		if (!options.userVisibleOnly || options.applicationServerKey.length !== 87) throw new Error("subscribed in another way than was meant");
		localStorage.setItem("subscribed", "yes");
		return subscription;
	};
}

/** Somebody's console in a browser of its own. device: of the push service; leave: whether notifications are allowed. */
async function consoleOf(login, { device = service.browser("x"), leave = true, where = "channels", ...options } = {}) {
	const session = await it.sign(login);
	const page = await openPage(browser, { workers: "allow", ...options });
	const context = page.context();
	if (leave) await context.grantPermissions(["notifications"], { origin: it.url });
	await context.addCookies([...session.cookies].map(([name, value]) => ({ name, value, url: it.url })));
	await page.addInitScript(standIn, device.body);
	await page.goto(`${it.url}/console#/${where}`);
	await page.locator(".rail").waitFor();
	return { page, session, device };
}
const settled = (page) => page.waitForFunction(() => !document.querySelector(".skeleton") && !document.querySelector(".pending"));
const turnOn = async (page) => {
	await page.getByRole("button", { name: "Notify me on this device" }).click();
	await page.getByText("This device is on.").waitFor();
};
/** What the program sent to this device last, given to its service worker. Twice where the first is not seen by `look` within three
 * seconds: Chromium's door for tests drops a message that comes while the worker is being started; the same tag is the same notification. */
async function deliver(page, device, look, what) {
	for (const last of [false, true]) {
		await hand(page, device);
		const result = await eventually(look, what, { seconds: last ? 60 : 3 }).catch((error) => {
			if (last) throw error;
		});
		if (result) return result;
	}
}
async function hand(page, device) {
	const door = await page.context().newCDPSession(page);
	const found = new Promise((resolve) => door.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
		const one = registrations.find((each) => each.scopeURL.endsWith("/console") && !each.isDeleted);
		if (one) resolve(one.registrationId);
	}));
	await door.send("ServiceWorker.enable");
	await door.send("ServiceWorker.deliverPushMessage", { origin: it.url, registrationId: await found, data: device.open(service.of(device).at(-1).body) });
}
const shown = (page) => page.evaluate(async () => (await (await navigator.serviceWorker.getRegistration("/console")).getNotifications()).map(({ title, body, tag, lang, requireInteraction }) => ({ title, body, tag, lang, requireInteraction })));

test("on in this browser, a test that arrives by itself, an alert that opens from its notification, off again", async () => {
	const { page, session, device } = await consoleOf("anna");
	await page.getByRole("heading", { name: "Notifications on your devices" }).waitFor();
	const name = page.getByLabel("Name of this device");
	assert.match(await name.inputValue(), /Chrome, Linux/);
	await name.fill("Desk at the clinic");
	await turnOn(page);
	await page.locator(".push-devices").getByText("Desk at the clinic").waitFor();
	await page.getByText("this device", { exact: true }).waitFor();
	// It is this device after a reload too.
	await page.reload();
	await page.getByText("this device", { exact: true }).waitFor();
	await page.getByRole("button", { name: "Send a test" }).click();
	await page.getByRole("button", { name: "It arrived: Notification, Desk at the clinic" }).waitFor();
	await eventually(() => service.of(device).length === 1, "no test was sent");
	const [note] = await deliver(page, device, async () => ((await shown(page)).length ? shown(page) : null), "nothing is shown");
	assert.deepEqual([note.title, note.tag, note.lang, note.requireInteraction], ["Heedwell: test", "/channels", "en", false]);
	// The service worker has said so, and the page shows it without being loaded anew.
	await page.locator(".channel-tests li", { hasText: "Desk at the clinic" }).getByText("arrived", { exact: true }).waitFor();
	await page.getByRole("button", { name: "It arrived: Notification, Desk at the clinic" }).click();
	await page.getByRole("button", { name: "It arrived: Console" }).click();
	await page.getByText("Last test that passed").waitFor();
	// An alert.
	await it.say(RISK, "c1");
	await eventually(() => service.of(device).length === 2, "no call was sent");
	const call = await deliver(page, device, async () => (await shown(page)).find((one) => one.tag.startsWith("/today/")), "the call is not shown");
	assert.equal(call.title, "Heedwell: someone needs you");
	assert.match(call.body, /^Level 4\. Answer within \d minutes\./);
	assert.equal(call.requireInteraction, true);
	const [alert] = (await session.get("/staff/alerts?limit=5")).items;
	assert.equal(call.tag, `/today/${alert.id}`);
	// Somebody takes it: the notification says so, in its place and quietly.
	await session.post(`/staff/alerts/${alert.id}/take`, { version: alert.version });
	await eventually(() => service.of(device).length === 3, "the device is not told");
	const answered = await deliver(page, device, async () => (await shown(page)).find((one) => one.title === "Heedwell: answered"), "it still calls");
	assert.deepEqual([answered.tag, answered.requireInteraction, (await shown(page)).filter((one) => one.tag === call.tag).length], [call.tag, false, 1]);
	const worker = page.context().serviceWorkers().find((each) => each.url().endsWith("/console-sw.js"));
	await worker.evaluate(async (tag) => {
		const [notification] = await self.registration.getNotifications({ tag });
		self.dispatchEvent(new NotificationEvent("notificationclick", { notification })); // made by a script: it may not wait, but does its work
	}, call.tag).catch(() => undefined);
	await page.waitForURL(`**/console#/today/${alert.id}`);
	await eventually(async () => !(await shown(page)).some((one) => one.tag === call.tag), "what is looked at still stands among the notifications");
	const rows = (await session.get(`/staff/alerts/${alert.id}/deliveries`)).items.filter((row) => row.channel === "push");
	assert.deepEqual(rows.map((row) => [row.state, row.device]), [["delivered", "Desk at the clinic"], ["acknowledged", "Desk at the clinic"]]);
	// Off is off, also in the browser.
	await page.goto(`${it.url}/console#/channels`);
	await page.getByRole("button", { name: "Turn off: Desk at the clinic" }).click();
	await page.getByRole("button", { name: "Notify me on this device" }).waitFor();
	assert.equal(await page.evaluate(() => localStorage.getItem("subscribed")), null);
	assert.deepEqual((await session.get("/staff/push")).devices, []);
	// The browser changes its address by itself: the same device, at the new one.
	const moved = service.browser("moved"), { devices: [first] } = await session.post("/staff/push/devices", { ...device.body, label: "Desk at the clinic" });
	await worker.evaluate(([old, body]) => {
		PushManager.prototype.subscribe = async () => ({ toJSON: () => ({ endpoint: body.endpoint, keys: { p256dh: body.p256dh, auth: body.auth } }) });
		self.dispatchEvent(Object.assign(new ExtendableEvent("pushsubscriptionchange"), { oldSubscription: { endpoint: old } }));
	}, [device.endpoint, moved.body]).catch(() => undefined);
	await eventually(async () => {
		const { devices } = await session.get("/staff/push");
		return devices.length === 1 && devices[0].id !== first.id && devices[0].label === "Desk at the clinic";
	}, "the new address is not told");
	quiet(page);
	await page.context().close();
});

test("refused leave, no push service, a push service that may not be called: each says what to do", async () => {
	const refused = await consoleOf("anna", { leave: false });
	await refused.page.evaluate(() => (Notification.requestPermission = async () => "default"));
	await refused.page.getByRole("button", { name: "Notify me on this device" }).click().catch(() => undefined);
	await refused.page.getByText("was not given leave").or(refused.page.getByText("are blocked in")).first().waitFor();
	await accessible(refused.page, "leave refused");
	await refused.page.context().close();
	const blocked = await consoleOf("anna", { leave: false });
	await blocked.page.addInitScript(() => Object.defineProperty(Notification, "permission", { get: () => "denied" }));
	await blocked.page.reload();
	await blocked.page.getByText("are blocked in the browser's settings").waitFor();
	await accessible(blocked.page, "blocked");
	await picture(blocked.page, "console-push-blocked-desktop-light");
	await blocked.page.context().close();
	const none = await consoleOf("anna");
	await none.page.addInitScript(() => delete globalThis.PushManager);
	await none.page.reload();
	await none.page.getByText("This browser cannot be notified.").waitFor();
	await none.page.context().close();
	const { page } = await consoleOf("anna");
	await page.evaluate(() => localStorage.setItem("will", "fail"));
	await page.getByRole("button", { name: "Notify me on this device" }).click();
	await page.getByText("did not reach its push service").waitFor();
	await accessible(page, "no push service");
	await page.evaluate(() => localStorage.removeItem("will"));
	const elsewhere = Object.assign(service.browser("y"), { endpoint: "https://push.example/x" });
	const other = await consoleOf("anna", { device: elsewhere });
	await other.page.getByRole("button", { name: "Notify me on this device" }).click();
	await other.page.getByText("may not call this browser's push service").waitFor();
	assert.equal(await other.page.evaluate(() => localStorage.getItem("subscribed")), null, "the browser stays subscribed for nobody");
	await accessible(other.page, "a host that is not listed");
	for (const one of [page, other.page]) {
		quiet(one);
		await one.context().close();
	}
});

for (const [size, theme] of looks)
	test(`devices on the page of channels, ${size}, ${theme}`, async () => {
		const { page, session, device } = await consoleOf("sara", { size, theme });
		for (const one of (await session.get("/staff/push")).devices.filter((each) => each.state === "active")) await session.post(`/staff/push/devices/${one.id}/remove`, {});
		await page.reload();
		await page.getByRole("button", { name: "Notify me on this device" }).waitFor();
		await settled(page);
		await accessible(page, `off ${size} ${theme}`);
		await picture(page, `console-push-off-${size}-${theme}`, { fullPage: size === "phone" });
		await page.getByLabel("Name of this device").fill(size === "phone" ? "My phone" : "Desk at the clinic");
		await turnOn(page);
		// Another one, and one that its push service has given up.
		await session.post("/staff/push/devices", service.browser("Tablet of the night shift").body);
		if (!(await session.get("/staff/push")).devices.some((one) => one.state === "ended")) {
			const lost = service.browser("Old phone");
			await session.post("/staff/push/devices", lost.body);
			service.answer = (call) => ({ status: call.path === lost.path ? 410 : 201 });
			await session.post("/staff/channels/test", {});
			await eventually(async () => (await session.get("/staff/push")).devices.some((one) => one.state === "ended"), "it is still called");
			service.answer = { status: 201 };
		}
		const before = service.of(device).length;
		await page.getByRole("button", { name: "Send a test" }).click();
		await eventually(() => service.of(device).length > before, "no test");
		await deliver(page, device, () => page.locator(".channel-tests").getByText("arrived", { exact: true }).count(), "it did not arrive");
		await page.reload();
		await page.getByText("Stopped taking notifications").waitFor();
		await page.getByText("Last test: arrived").waitFor();
		await settled(page);
		await accessible(page, `on ${size} ${theme}`);
		await picture(page, `console-push-on-${size}-${theme}`, { fullPage: true });
		quiet(page);
		await page.context().close();
	});

test("in Spanish, and where nothing is set up on the server", async () => {
	const { page } = await consoleOf("anna", { lang: "es-ES" });
	await page.getByRole("heading", { name: "Notificaciones en tus dispositivos" }).waitFor();
	await page.getByRole("button", { name: "Avísame en este dispositivo" }).waitFor();
	await accessible(page, "en español");
	await page.context().close();
	it.options.config = it.options.config.replace(/push:[^]*/, "");
	await it.crash(60);
	const off = await consoleOf("anna");
	await off.page.getByText("Notifications are not set up on this server.").waitFor();
	await accessible(off.page, "not set up");
	quiet(off.page);
	await off.page.context().close();
});
