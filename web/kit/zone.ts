/* Time zones as people name them, and times as a clock on the wall there shows them. */
import { lang } from './i18n';

export const deviceZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/* "America/Argentina/Buenos_Aires" is "Buenos Aires" to those who live there. */
export const zoneCity = (zone: string): string => (zone.split('/').pop() ?? zone).replaceAll('_', ' ');

/* All that this browser knows, with the one that is set now, whatever it is called. */
export function zones(...also: readonly string[]): string[] {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  return [...new Set([...known, 'UTC', ...also.filter(Boolean)])].sort((a, b) => a.localeCompare(b));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/* The reader's own English (time.ts does the same). */
const locale = (): string => (lang() === 'en' ? navigator.languages.find((tag) => tag.startsWith('en')) ?? 'en' : lang());

function format(at: string, zone: string, asked: Intl.DateTimeFormatOptions): string {
  const far = 'day' in asked && new Date(at).getUTCFullYear() !== new Date().getUTCFullYear();
  const options = far ? { ...asked, year: 'numeric' as const } : asked;
  const key = locale() + zone + JSON.stringify(options);
  let found = formats.get(key);
  try {
    if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone })));
    return found.format(new Date(at));
  } catch {
    return at; /* a zone that this browser does not know: the moment itself */
  }
}

export const longIn = (at: string, zone: string): string => format(at, zone, { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' });
export const shortIn = (at: string, zone: string): string => format(at, zone, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
export const clockIn = (at: string, zone: string): string => format(at, zone, { hour: '2-digit', minute: '2-digit' });
/* "18:30" as the reader writes times. */
export const clockTimeOf = (time: string): string => clockIn(`2024-01-01T${time}:00Z`, 'UTC');
/* The same moment, the same clock: no need to name the zone. */
export const sameClock = (at: string, one: string, other: string): boolean => shortIn(at, one) === shortIn(at, other);
/* The local date there, YYYY-MM-DD. */
export const dateIn = (at: string | number, zone: string): string => {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at));
  } catch {
    return new Date(at).toISOString().slice(0, 10);
  }
};
