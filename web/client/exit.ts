/* Quick exit: end the session, clear what this device holds, and put another page in the place of this one. Nothing here
 * waits for the network: the page is blanked first, and the server is told by a beacon that outlives the page. */
import { getCsrf } from '../kit/api';
import { clearOutbox } from '../kit/outbox';

function tellServer(): void {
  const csrf = getCsrf();
  if (!csrf) return;
  navigator.sendBeacon('/api/v1/client/logout', new Blob([JSON.stringify({ csrf })], { type: 'application/json' }));
  fetch('/api/v1/client/logout', { method: 'POST', keepalive: true, credentials: 'same-origin', headers: { 'X-CSRF-Token': csrf, 'Content-Type': 'application/json' }, body: '{}' }).catch(() => undefined);
}

/* What the service worker kept of one person: the session, home and the lessons they opened. */
export async function forgetOffline(): Promise<void> {
  if ('caches' in window) await caches.delete('own').catch(() => false);
}

async function clearDevice(): Promise<void> {
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    /* storage refused: nothing was kept */
  }
  const jobs: Promise<unknown>[] = [clearOutbox()];
  if ('caches' in window) jobs.push(caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name)))));
  if ('serviceWorker' in navigator) jobs.push(navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((each) => each.unregister()))));
  await Promise.race([Promise.allSettled(jobs), new Promise((done) => setTimeout(done, 250))]);
}

function elsewhere(): string {
  const chosen = document.querySelector<HTMLMetaElement>('meta[name="quick-exit"]')?.content;
  return navigator.onLine && chosen ? chosen : 'about:blank';
}

let leaving = false;

export async function quickExit(): Promise<void> {
  if (leaving) return;
  leaving = true;
  document.documentElement.classList.add('left');
  document.title = ' ';
  history.replaceState(null, '', '/');
  tellServer();
  await clearDevice();
  location.replace(elsewhere());
}

/* Esc three times within two seconds. Returns the function that stops listening. */
export function listenForExit(): () => void {
  let presses: number[] = [];
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.repeat) return;
    const now = Date.now();
    presses = [...presses.filter((at) => now - at < 2_000), now];
    if (presses.length >= 3) void quickExit();
  };
  /* Back from another page may bring this one out of the browser's memory as it was: load it afresh instead. */
  const onShow = (event: PageTransitionEvent): void => {
    if (event.persisted && leaving) location.reload();
  };
  addEventListener('keydown', onKey, true);
  addEventListener('pageshow', onShow);
  return () => {
    removeEventListener('keydown', onKey, true);
    removeEventListener('pageshow', onShow);
  };
}
