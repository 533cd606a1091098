/* The service worker of the client app: it keeps the app's own files and the last "help now" answers, so that help opens
 * offline and with the server down. It keeps nothing that a person wrote or read, and quick exit removes it. */
export {};
declare const self: ServiceWorkerGlobalScope;

const files = __FILES__ as unknown as string[];
const shell = 'shell-__VERSION__';
const help = 'help';

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(shell);
      await cache.addAll(['/', '/icon.svg', ...files]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (name !== shell && name !== help) await caches.delete(name);
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

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname === '/api/v1/help') event.respondWith(helpNow(request));
  else if (request.mode === 'navigate' && url.pathname === '/') event.respondWith(page(request));
  else if (files.includes(url.pathname)) event.respondWith(caches.match(request, { ignoreSearch: true }).then((kept) => kept ?? fetch(request)));
});
