/* What must be there when the network is gone is asked for once more when the service worker has taken over: before that it kept nothing. */
import { get } from '../kit/api';

export function keepSession(personId: string | null): (() => void) | undefined {
  if (!personId || !('serviceWorker' in navigator)) return undefined;
  const workers = navigator.serviceWorker;
  const ask = (): void => {
    for (const path of ['/client/session', '/client/home']) void get(path).catch(() => undefined);
  };
  if (workers.controller) {
    ask();
    return undefined;
  }
  workers.addEventListener('controllerchange', ask, { once: true });
  return () => workers.removeEventListener('controllerchange', ask);
}
