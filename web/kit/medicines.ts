/* What the team was told about medicines, as both apps read it: docs/reference/api.md. A record, no prescription. */
import type { Id, Time } from './api';
import { lang } from './i18n';

export interface MedicineEntry {
  id: Id;
  version: number;
  state: 'active' | 'stopped' | 'superseded' | 'entered_in_error';
  kind: 'started' | 'changed' | 'stopped';
  day: string | null; /* as exact as it was told: YYYY, YYYY-MM, YYYY-MM-DD */
  name: string | null; /* null: erased */
  recognised: string | null;
  dose: string | null;
  frequency: string | null;
  reason: string | null;
  note: string | null;
  told_by: 'client' | 'prescriber' | 'record';
  recorded_by: string | null;
  recorded_at: Time;
  error_reason: string | null;
  error_by: string | null;
  error_at: Time | null;
}

export interface Medicine {
  id: Id;
  state: 'active' | 'stopped' | 'entered_in_error';
  now: MedicineEntry | null;
  entries: MedicineEntry[];
}

export interface Medicines {
  items: Medicine[];
  today: string;
  client_zone: string | null;
}

/* A day as exactly as it was told: it is of a calendar, not a moment, and moves with no time zone. */
export function toldDay(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const at = new Date(Date.UTC(2000, month - 1, date));
  at.setUTCFullYear(year);
  const options: Intl.DateTimeFormatOptions = day.length > 7 ? { day: 'numeric', month: 'long', year: 'numeric' } : day.length > 4 ? { month: 'long', year: 'numeric' } : { year: 'numeric' };
  return new Intl.DateTimeFormat(lang(), { ...options, timeZone: 'UTC' }).format(at);
}

const plain = (text: string): string => text.trim().toLocaleLowerCase();

/* What the packs know it as, when that says more than the name. */
export const knownAs = (entry: MedicineEntry): string | null => (entry.recognised && entry.name && plain(entry.recognised) !== plain(entry.name) ? entry.recognised : null);

/* A medicine that is taken already, under this or its generic name. */
export const takenAlready = (items: readonly Medicine[], name: string): Medicine | undefined =>
  items.find((item) => item.state === 'active' && [item.now?.name, item.now?.recognised].some((each) => each && plain(each) === plain(name)));

export const amountOf = (entry: { dose: string | null; frequency: string | null }): string => [entry.dose, entry.frequency].filter(Boolean).join(', ');
