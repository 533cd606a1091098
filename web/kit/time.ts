/* Clocks in words. One ticking store for the whole page, so that ten thousand clocks cost one timer. */
import { useSyncExternalStore } from 'react';
import i18next from 'i18next';
import { lang } from './i18n';

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, 5_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return i18next.t('kit.time.seconds', { count: Math.max(1, Math.floor(ms / 1000)) });
  if (minutes < 60) return i18next.t('kit.time.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return i18next.t('kit.time.hours', { hours, minutes: minutes % 60 });
  return i18next.t('kit.time.days', { count: Math.floor(hours / 24) });
}

export interface Due {
  words: string;
  tone: 'calm' | 'soon' | 'missed';
}

export function due(deadline: string, at: number): Due {
  const left = Date.parse(deadline) - at;
  if (left < 0) return { words: i18next.t('kit.time.late', { span: span(-left) }), tone: 'missed' };
  return { words: i18next.t('kit.time.left', { span: span(left) }), tone: left < 5 * 60_000 ? 'soon' : 'calm' };
}

export function ago(time: string, at: number): string {
  const passed = at - Date.parse(time);
  if (passed < 45_000) return i18next.t('kit.time.now');
  if (passed > 6 * 86_400_000) return day(time);
  return i18next.t('kit.time.ago', { span: span(passed) });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(time: string, options: Intl.DateTimeFormatOptions): string {
  const key = lang() + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(lang() === 'en' ? navigator.languages.find((tag) => tag.startsWith('en')) ?? 'en' : 'es', options);
    formats.set(key, found);
  }
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : found.format(date);
}

export const exact = (time: string): string => format(time, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' });
export const clockTime = (time: string): string => format(time, { hour: '2-digit', minute: '2-digit' });
export const day = (time: string): string => format(time, { weekday: 'short', day: 'numeric', month: 'short' });
export const dayTime = (time: string): string => format(time, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
export const longDay = (time: string): string => format(time, { weekday: 'long', day: 'numeric', month: 'long' });
