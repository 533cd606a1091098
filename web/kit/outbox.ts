/* What could not be sent yet: kept in IndexedDB, sealed (seal.ts), sent later in order, exactly once (each body carries the id that the server knows it by).
 * Items belong to the person who wrote them: with somebody else signed in they stay. Quick exit and signing out remove the whole box. */
import { useSyncExternalStore } from 'react';
import { ApiError, post, put } from './api';
import { forgetKey, seal, unseal, type Sealed } from './seal';

export interface Waiting {
  id: string; /* the submission id that is in the body too */
  person: string;
  method?: 'POST' | 'PUT'; /* POST when nothing is said */
  path: string;
  body: Record<string, unknown>;
  about: string; /* what it belongs to, so that a page can show its own */
  made_at: string;
  refused: string | null; /* code with which the server refused it; it is not tried again */
}

/* As it lies on the device. */
interface Kept {
  id: string;
  sealed: Sealed;
}

export const WAITING_MAX = 500;
const name = 'outbox';
const store = 'items';
let items: readonly Waiting[] = [];
let person: string | null = null;
let database: Promise<IDBDatabase> | null = null;
const listeners = new Set<() => void>();

function open(): Promise<IDBDatabase> {
  database ??= new Promise((done, failed) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(store, { keyPath: 'id' });
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
    asked.onerror = () => failed(asked.error ?? new Error('no storage'));
  });
  database.catch(() => (database = null));
  return database;
}

async function work<T>(mode: IDBTransactionMode, act: (objects: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction(store, mode);
  const request = act(transaction.objectStore(store));
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => failed(transaction.error ?? new Error('no storage'));
  });
}

async function keep(item: Waiting): Promise<void> {
  const kept: Kept = { id: item.id, sealed: await seal(item) };
  await work('readwrite', (objects) => objects.put(kept));
}

const send = <T>(item: Pick<Waiting, 'method' | 'path' | 'body'>): Promise<T> => (item.method === 'PUT' ? put<T>(item.path, item.body) : post<T>(item.path, item.body));

async function reload(): Promise<void> {
  const kept = await work<Kept[]>('readonly', (objects) => objects.getAll() as IDBRequest<Kept[]>).catch((): Kept[] => []);
  const opened = await Promise.all(kept.map((each) => unseal<Waiting>(each.sealed).catch(() => null))); /* under another key: nobody can read it */
  const all = opened.filter((each): each is Waiting => each !== null);
  items = all.filter((item) => item.person === person).sort((a, b) => a.made_at.localeCompare(b.made_at));
  listeners.forEach((each) => each());
}

/* One at a time, also over several tabs: the lock is the browser's where it has one. */
async function alone(act: () => Promise<void>): Promise<void> {
  if ('locks' in navigator) await navigator.locks.request('outbox', { ifAvailable: true }, async (lock) => { if (lock) await act(); });
  else await act();
}

let sending = false;

async function sendOne(item: Waiting): Promise<boolean> {
  try {
    await send(item);
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 0 || status === 401 || status === 403 || status === 429 || status >= 500) return false;
    await keep({ ...item, refused: error instanceof ApiError ? error.code : 'refused' });
    return true;
  }
  await work('readwrite', (objects) => objects.delete(item.id));
  return true;
}

/* Sends what waits, oldest first; stops at the first that does not reach the server. What is refused stays, marked, for the person to see. */
export async function flushOutbox(): Promise<void> {
  if (sending || person === null) return;
  sending = true;
  try {
    await alone(async () => {
      await reload();
      for (const item of items) if (!item.refused && !(await sendOne(item))) break;
    });
  } catch {
    /* no storage: nothing waits */
  } finally {
    sending = false;
    await reload();
  }
}

async function tryOrKeep<T>(item: Omit<Waiting, 'person' | 'made_at' | 'refused'>, made_at: string): Promise<T | null> {
  const behind = (): boolean => items.some((each) => each.about === item.about && !each.refused);
  if (behind()) await flushOutbox();
  try {
    /* Behind what waits of the same thing: a correction must not arrive before what it corrects. */
    if (behind()) throw new ApiError(0, 'not_reached', '');
    return await send<T>(item);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) throw error;
    if (person === null || items.length >= WAITING_MAX) throw error;
    const kept: Waiting = { ...item, person, made_at, refused: null };
    try {
      await keep(kept);
    } catch {
      throw error;
    }
    await reload();
    return null;
  }
}

let newest = 0;
/* Later than every one before, also within one millisecond: the order in which things were said. */
function nextMoment(): string {
  newest = Math.max(Date.now(), newest + 1);
  return new Date(newest).toISOString();
}

const lines = new Map<string, Promise<unknown>>();

/* Tries at once; what does not reach the server is kept. Returns the answer, or null when it waits. Throws what the server refuses, and
 * when it can be kept nowhere. Of one thing each waits for the one before it. */
export function sendOrKeep<T>(item: Omit<Waiting, 'person' | 'made_at' | 'refused'>): Promise<T | null> {
  const made_at = nextMoment(), before = lines.get(item.about) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(() => tryOrKeep<T>(item, made_at));
  lines.set(item.about, mine);
  const settled = (): void => void (lines.get(item.about) === mine && lines.delete(item.about));
  mine.then(settled, settled);
  return mine;
}

export async function dropWaiting(id: string): Promise<void> {
  await work('readwrite', (objects) => objects.delete(id)).catch(() => undefined);
  await reload();
}

/* Whose box it is from now on; null: nobody's. Called when the session is known. */
export function outboxOf(next: string | null): void {
  if (person === next) return;
  person = next;
  void reload().then(flushOutbox);
}

export function clearOutbox(): Promise<void> {
  items = [];
  void forgetKey();
  const closing = database;
  database = null;
  return new Promise((done) => {
    void closing?.then((open_) => open_.close()).catch(() => undefined);
    if (!('indexedDB' in globalThis)) return done();
    const asked = indexedDB.deleteDatabase(name);
    asked.onsuccess = asked.onerror = asked.onblocked = () => done();
  });
}

export const waitingNow = (): readonly Waiting[] => items;

export function useWaiting(): readonly Waiting[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => items);
}

/* Tries again when there is a connection, when the page is looked at again, and every half minute. Returns what stops it. */
export function keepSending(): () => void {
  const again = (): void => void flushOutbox();
  const timer = setInterval(() => items.length > 0 && again(), 30_000);
  addEventListener('online', again);
  document.addEventListener('visibilitychange', again);
  return () => {
    clearInterval(timer);
    removeEventListener('online', again);
    document.removeEventListener('visibilitychange', again);
  };
}
