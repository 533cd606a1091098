/* Addresses after the "#": they reach no server log and no referrer, and any plain file server can serve the apps. */
import { useSyncExternalStore } from 'react';

function read(): string {
  return location.hash.replace(/^#\/?/, '');
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useRoute(): string[] {
  return useSyncExternalStore(subscribe, read).split('/').filter(Boolean).map(safeDecode);
}

function safeDecode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const href = (...parts: string[]): string => '#/' + parts.map(encodeURIComponent).join('/');

/* `replace` leaves no entry in the browser's history. */
export function go(path: string, replace = false): void {
  if (replace) {
    history.replaceState(null, '', path);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = path.replace(/^#/, '');
  }
}
