/* The service worker of the client app: it keeps the app's own files and the last "help now" answers, so that help opens
 * offline and with the server down. Of one
 * person it keeps the session's answer, home and the lessons they opened, so that a course can be read without a network; never what they
 * wrote. The session's end, signing out and quick exit remove that. */
export {};
declare const self: ServiceWorkerGlobalScope;

const files = __FILES__ as unknown as string[];
const shell = 'shell-__VERSION__';
const help = 'help';
const own = 'own';

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(shell);
      await cache.addAll(['/', '/icon.svg', '/icon-192.png', '/manifest.webmanifest', ...files]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== shell && name !== help && name !== own) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

async function page(request: Request): Promise<Response> {
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(4_000) });
    if (fresh.ok) return fresh;
    return (await caches.match('/')) ?? fresh;
  } catch {
    return (await caches.match('/')) ?? Response.error();
  }
}

async function helpNow(request: Request): Promise<Response> {
  const cache = await caches.open(help);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(3_000) });
    if (fresh.ok) await cache.put(request, fresh.clone());
    else return (await cache.match(request)) ?? fresh;
    return fresh;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}

const ofPerson = /^\/api\/v1\/client\/(session|home|enrolments\/[\w-]+\/lessons\/[\w-]+)$/;
const OWN_MAX = 120; /* lessons in two languages, and some more */

async function ownPage(request: Request): Promise<Response> {
  const cache = await caches.open(own);
  try {
    const fresh = await fetch(request, { signal: AbortSignal.timeout(6_000) });
    if (fresh.ok) {
      await cache.put(request, fresh.clone());
      const kept = await cache.keys();
      for (const old of kept.slice(0, Math.max(0, kept.length - OWN_MAX))) await cache.delete(old);
    } else if (fresh.status === 401) await caches.delete(own);
    else if (fresh.status >= 500) return (await cache.match(request)) ?? fresh;
    return fresh;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === '/api/v1/help') event.respondWith(helpNow(request));
  else if (ofPerson.test(url.pathname)) event.respondWith(ownPage(request));
  else if (request.mode === 'navigate' && url.pathname === '/') event.respondWith(page(request));
  else if (files.includes(url.pathname) || url.pathname === '/manifest.webmanifest' || /^\/icon[\w-]*\.(svg|png)$/.test(url.pathname)) event.respondWith(caches.match(request, { ignoreSearch: true }).then((kept) => kept ?? fetch(request)));
});
