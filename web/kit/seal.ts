/* What waits on this device, unreadable to whoever copies its files: AES-GCM under a key that the browser made and never gives out. The key
 * lies in a database of its own; removing that makes all that was sealed under it unreadable. It does not hide anything from somebody
 * who opens this app while it is signed in. Needs a secure origin (https or localhost): without one nothing is kept. */

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

const name = 'seal';
const store = 'keys';
let key: Promise<CryptoKey> | null = null;

function database(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(store);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error ?? new Error('no storage'));
  });
}

/* The key that is there, or this one: two tabs that begin at once end with the same. */
async function keyOf(): Promise<CryptoKey> {
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const open = await database();
  try {
    return await new Promise<CryptoKey>((done, failed) => {
      const transaction = open.transaction(store, 'readwrite');
      const keys = transaction.objectStore(store);
      let found: CryptoKey = made;
      const asked = keys.get('key') as IDBRequest<CryptoKey | undefined>;
      asked.onsuccess = () => {
        if (asked.result) found = asked.result;
        else keys.put(made, 'key');
      };
      transaction.oncomplete = () => done(found);
      transaction.onerror = transaction.onabort = () => failed(transaction.error ?? new Error('no storage'));
    });
  } finally {
    open.close();
  }
}

function theKey(): Promise<CryptoKey> {
  key ??= keyOf();
  key.catch(() => (key = null));
  return key;
}

export async function seal(value: unknown): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await theKey(), new TextEncoder().encode(JSON.stringify(value))) };
}

/* Rejects what was sealed under another key or was changed. */
export async function unseal<T>(sealed: Sealed): Promise<T> {
  const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, await theKey(), sealed.data);
  return JSON.parse(new TextDecoder().decode(bytes)) as T;
}

export function forgetKey(): Promise<void> {
  key = null;
  return new Promise((done) => {
    if (!('indexedDB' in globalThis)) return done();
    const asked = indexedDB.deleteDatabase(name);
    asked.onsuccess = asked.onerror = asked.onblocked = () => done();
  });
}
