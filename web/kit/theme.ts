import { useSyncExternalStore } from 'react';
import { recall, remember } from './storage';

export type Theme = 'system' | 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let chosen: Theme = 'system';

function apply(): void {
  const resolved = chosen === 'system' ? (dark.matches ? 'dark' : 'light') : chosen;
  document.documentElement.dataset['theme'] = resolved;
}

export function startTheme(): void {
  const kept = recall('theme');
  if (kept === 'light' || kept === 'dark') chosen = kept;
  apply();
  dark.addEventListener('change', apply);
}

export function setTheme(theme: Theme): void {
  chosen = theme;
  remember('theme', theme === 'system' ? null : theme);
  apply();
  listeners.forEach((listener) => listener());
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}
