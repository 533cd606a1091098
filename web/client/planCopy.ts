/* The copy of a safety plan on this phone, for when there is no connection: only when asked for. With a PIN it is sealed (PBKDF2, AES-GCM);
 * without one whoever holds the phone can read it. Quick exit and signing out remove it. */
import type { Sections } from '../kit/courses';
import { recall, remember } from '../kit/storage';

const key = 'plan-copy';
const ROUNDS = 600_000;
export const PIN_MIN = 4;

interface Sealed {
  v: 1;
  salt: string;
  iv: string;
  text: string;
}

interface Open {
  v: 1;
  sections: Sections;
  number: number;
}

export interface Copy {
  sections: Sections;
  number: number;
}

const toText = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const toBytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

function read(): Sealed | Open | null {
  try {
    return JSON.parse(recall(key) ?? 'null') as Sealed | Open | null;
  } catch {
    return null;
  }
}

export type CopyState = 'none' | 'sealed' | 'open';

export function copyState(): CopyState {
  const kept = read();
  if (!kept) return 'none';
  return 'salt' in kept ? 'sealed' : 'open';
}

/* Sealing needs WebCrypto, which browsers give to secure pages only. */
export const canSeal = (): boolean => typeof crypto !== 'undefined' && 'subtle' in crypto;

async function keyOf(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const raw = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }, raw, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

export async function keepSealed(copy: Copy, pin: string): Promise<void> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(pin, salt), new TextEncoder().encode(JSON.stringify(copy)));
  remember(key, JSON.stringify({ v: 1, salt: toText(salt), iv: toText(iv), text: toText(new Uint8Array(text)) } satisfies Sealed));
}

export function keepOpen(copy: Copy): void {
  remember(key, JSON.stringify({ v: 1, ...copy } satisfies Open));
}

export const removeCopy = (): void => remember(key, null);

export function readOpen(): Copy | null {
  const kept = read();
  return kept && 'sections' in kept ? kept : null;
}

/* null: the PIN is not the one. */
export async function readSealed(pin: string): Promise<Copy | null> {
  const kept = read();
  if (!kept || !('salt' in kept)) return null;
  try {
    const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: toBytes(kept.iv) }, await keyOf(pin, toBytes(kept.salt)), toBytes(kept.text));
    return JSON.parse(new TextDecoder().decode(text)) as Copy;
  } catch {
    return null;
  }
}
