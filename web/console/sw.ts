/* The service worker of the console. It keeps nothing and answers no request: it shows what calls a member of staff while no page is
 * open (src/care/delivery_push.c has what comes), tells the server that it was shown, and opens the alert. */
export {};
declare const self: ServiceWorkerGlobalScope;

interface Note {
  v: 1;
  kind: 'alert' | 'chat' | 'test' | 'answered';
  delivery: string;
  token: string; /* proves to the server that this browser had it */
  open: string; /* after the "#" of the console */
  tag?: string; /* of what has no address of its own */
  priority: number;
  lang: string;
  title: string;
  body: string;
}

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/* Null when it is not understood: something is shown all the same, a call must not be lost. */
function read(data: PushMessageData | null): Note | null {
  try {
    const note = data?.json() as Note;
    return note.v === 1 && typeof note.title === 'string' && typeof note.body === 'string' && /^\/[\w/-]*$/.test(note.open) ? note : null;
  } catch {
    return null;
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/* 409: the push service is quicker with us than with its answer to the server. No session is needed. */
async function arrived(note: Note): Promise<void> {
  for (const pause of [0, 1_000, 4_000, 10_000]) {
    await wait(pause);
    try {
      const answer = await fetch('/api/v1/hooks/push', {
        method: 'POST',
        credentials: 'omit',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ delivery: note.delivery, token: note.token }),
      });
      if (answer.status !== 409 && answer.status < 500) return;
    } catch {
      // Not reached: once more.
    }
  }
}

async function show(note: Note | null): Promise<void> {
  const spanish = self.navigator.language.startsWith('es');
  const options: NotificationOptions & { renotify?: boolean } = {
    body: note?.body ?? (spanish ? 'Abre la consola.' : 'Open the console.'),
    lang: note?.lang ?? (spanish ? 'es' : 'en'),
    icon: '/console-192.png',
    badge: '/console-badge.png',
    tag: note?.tag ?? note?.open ?? '/today', /* one alert is one notification, however often it calls */
    renotify: note?.kind !== 'answered',
    silent: note?.kind === 'answered', /* takes the place of the call without a sound */
    requireInteraction: note?.kind === 'alert' && note.priority <= 1,
    data: { open: note?.open ?? '/today' },
  };
  await self.registration.showNotification(note?.title ?? (spanish ? 'Heedwell: algo te necesita' : 'Heedwell: something needs you'), options);
}

self.addEventListener('push', (event) => {
  const note = read(event.data);
  event.waitUntil(show(note).then(() => (note ? arrived(note) : undefined)));
});

async function open(place: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const page = pages.find((each) => /^\/console\/?$/.test(new URL(each.url).pathname));
  if (!page) {
    await self.clients.openWindow('/console#' + place);
    return;
  }
  page.postMessage({ open: place });
  await page.focus().catch(() => undefined);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const place = (event.notification.data as { open?: string } | null)?.open ?? '/today';
  event.waitUntil(open(place));
});

/* As push.ts makes it. */
async function markOf(endpoint: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(endpoint)));
  return btoa(String.fromCharCode(...hash.subarray(0, 12))).replace(/\+/g, '-').replace(/\//g, '_');
}

/* The browser has changed its address: the old one is dead. It is told where the person is signed in; else the server hears of it from the
 * push service, and the page says that the device has ended. */
async function subscribeAnew(old: string | undefined): Promise<void> {
  const session = (await (await fetch('/api/v1/staff/session', { credentials: 'same-origin' })).json()) as { csrf?: string };
  const state = (await (await fetch('/api/v1/staff/push', { credentials: 'same-origin' })).json()) as { key?: string | null; devices?: { id: string; label: string; mark: string | null }[] };
  if (!session.csrf || !state.key) return;
  const mark = old && (await markOf(old));
  const before = state.devices?.find((each) => mark && each.mark === mark);
  const label = before?.label ?? (self.navigator.language.startsWith('es') ? 'Este navegador' : 'This browser');
  const subscription = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: state.key });
  const { endpoint, keys } = subscription.toJSON();
  const csrf = session.csrf;
  const send = (path: string, body: unknown): Promise<Response> =>
    fetch('/api/v1/staff/push/devices' + path, { method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }, body: JSON.stringify(body) });
  if (before) await send(`/${before.id}/remove`, {});
  await send('', { endpoint, p256dh: keys?.['p256dh'], auth: keys?.['auth'], label });
}

self.addEventListener('pushsubscriptionchange', (event) => {
  const { oldSubscription } = event as ExtendableEvent & { oldSubscription?: PushSubscription | null };
  (event as ExtendableEvent).waitUntil(subscribeAnew(oldSubscription?.endpoint).catch(() => undefined));
});
