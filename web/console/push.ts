/* Notifications in this browser: whether it can, whether it does, on and off; and what its service worker asks the page to open. */
import { post, type Id, type Time } from '../kit/api';
import type { Delivery } from '../kit/alerts';

export interface PushDevice {
  id: Id;
  label: string;
  mark: string | null;
  state: 'active' | 'ended';
  created_at: Time;
  ended_at: Time | null;
  last: { at: Time; purpose: Delivery['purpose']; state: Delivery['state']; receipt: string | null; failure: string | null } | null;
}

export interface PushState {
  on: boolean;
  key: string | null;
  max: number;
  devices: PushDevice[];
}

/* 'home_screen': Safari on a phone has it only in apps of the home screen. */
export type Ability = 'yes' | 'blocked' | 'home_screen' | 'none';

export function ability(): Ability {
  if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) return Notification.permission === 'denied' ? 'blocked' : 'yes';
  return /iPhone|iPad/.test(navigator.userAgent) ? 'home_screen' : 'none';
}

export class PushError extends Error {
  constructor(readonly reason: 'blocked' | 'not_allowed' | 'no_service') {
    super(reason);
  }
}

const scope = '/console';

async function registration(): Promise<ServiceWorkerRegistration | null> {
  if (ability() === 'none' || ability() === 'home_screen') return null;
  const found = await navigator.serviceWorker.getRegistration(scope);
  return found && new URL(found.scope).pathname === scope ? found : null; /* not the client app's */
}

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

/* As the server marks the address that it never tells: to know this browser among a person's devices. */
export async function markHere(): Promise<string | null> {
  const subscription = await (await registration())?.pushManager.getSubscription();
  if (!subscription) return null;
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(subscription.endpoint));
  return base64url(new Uint8Array(hash).subarray(0, 12));
}

async function activated(found: ServiceWorkerRegistration): Promise<void> {
  const worker = found.installing ?? found.waiting;
  if (found.active || !worker) return;
  await new Promise<void>((resolve) => worker.addEventListener('statechange', () => (worker.state === 'activated' || worker.state === 'redundant' ? resolve() : undefined)));
}

export async function turnOn(key: string, label: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') throw new PushError(ability() === 'blocked' ? 'blocked' : 'not_allowed');
  const found = await navigator.serviceWorker.register('/console-sw.js', { scope });
  await activated(found);
  /* An old address may be dead, or somebody else's who worked here. */
  await (await found.pushManager.getSubscription())?.unsubscribe();
  const subscription = await found.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch(() => {
    throw new PushError('no_service');
  });
  const { endpoint, keys } = subscription.toJSON();
  try {
    return await post<PushState>('/staff/push/devices', { endpoint, p256dh: keys?.['p256dh'], auth: keys?.['auth'], label });
  } catch (error) {
    await subscription.unsubscribe().catch(() => undefined);
    throw error;
  }
}

export async function turnOff(device: PushDevice, here: boolean): Promise<PushState> {
  const next = await post<PushState>(`/staff/push/devices/${device.id}/remove`);
  if (here) await (await (await registration())?.pushManager.getSubscription())?.unsubscribe().catch(() => false);
  return next;
}

/* "Firefox, Linux": a first name for it, which the person may change. */
export function nameOfThis(): string {
  const agent = navigator.userAgent;
  const find = (names: readonly (readonly [RegExp, string])[]): string | null => names.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
  const browser = find([[/Edg(A|iOS)?\//, 'Edge'], [/Firefox\/|FxiOS\//, 'Firefox'], [/OPR\//, 'Opera'], [/Chrom(e|ium)\/|CriOS\//, 'Chrome'], [/Safari\//, 'Safari']]);
  const system = find([[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'Mac'], [/CrOS/, 'ChromeOS'], [/Linux/, 'Linux']]);
  return [browser, system].filter(Boolean).join(', ');
}

/* A notification was clicked: this page goes there. */
export function listenForOpen(): () => void {
  if (!('serviceWorker' in navigator)) return () => undefined;
  const listener = (event: MessageEvent<unknown>): void => {
    const place = (event.data as { open?: unknown } | null)?.open;
    if (typeof place === 'string' && /^\/[\w/-]*$/.test(place)) location.hash = place;
  };
  navigator.serviceWorker.addEventListener('message', listener);
  navigator.serviceWorker.startMessages();
  return () => navigator.serviceWorker.removeEventListener('message', listener);
}

/* What is looked at need not stand among the notifications any more. */
export async function closeNotification(place: string): Promise<void> {
  const found = await registration();
  for (const each of (await found?.getNotifications({ tag: place })) ?? []) each.close();
}
