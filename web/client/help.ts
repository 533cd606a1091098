/* Help now: the data behind it, and what is shown when even the kept copy is missing. */
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { get, type Help, type HelpLine } from '../kit/api';
import { lang, languages, type Lang } from '../kit/i18n';
import { recall } from '../kit/storage';

export type Way = 'call' | 'text' | 'chat';

export const countries = ['AT', 'AU', 'BD', 'BE', 'BR', 'CA', 'CH', 'CN', 'DE', 'DK', 'ES', 'FI', 'FR', 'GB', 'GH', 'HK', 'ID', 'IE', 'IL', 'IN', 'IT', 'JP', 'KE', 'KR', 'MX', 'NL', 'NO', 'NZ', 'PH', 'PT', 'RU', 'SE', 'US', 'ZA'] as const;

/* Only for the moment in which no directory can be reached and none was kept: the public emergency number. */
const emergencyNumbers: Record<string, string> = {
  AT: '112', AU: '000', BD: '999', BE: '112', BR: '192', CA: '911', CH: '112', CN: '120', DE: '112', DK: '112', ES: '112', FI: '112', FR: '112', GB: '999', GH: '999', HK: '999', ID: '112',
  IE: '112', IL: '101', IN: '112', IT: '112', JP: '119', KE: '999', KR: '119', MX: '911', NL: '112', NO: '113', NZ: '111', PH: '911', PT: '112', RU: '112', SE: '112', US: '911', ZA: '112',
};

export function emergencyNumber(country: string): string {
  return emergencyNumbers[country] ?? '112';
}

export function guessCountry(programmeCountry?: string): string {
  const kept = recall('country');
  if (kept) return kept;
  if (programmeCountry) return programmeCountry.slice(0, 2).toUpperCase();
  const region = navigator.languages.map((tag) => tag.match(/-([A-Z]{2})\b/)?.[1]).find((code) => code !== undefined && code in emergencyNumbers);
  return region ?? 'US';
}

const path = (language: Lang, country: string): string => `/help?lang=${language}&country=${country}`;

export function useHelp(country: string) {
  return useQuery({ queryKey: ['help', lang(), country], queryFn: () => get<Help>(path(lang(), country)), staleTime: 3_600_000, retry: 1 });
}

/* Asked for early, in both languages, so that the kept copy is there before it is needed. */
export function keepHelp(queries: QueryClient, country: string): void {
  for (const language of languages) void queries.prefetchQuery({ queryKey: ['help', language, country], queryFn: () => get<Help>(path(language, country)), staleTime: 60_000 });
}

export function wayOf(line: HelpLine): Way {
  if (line.channel === 'phone' || line.channel === 'call') return 'call';
  return line.channel === 'sms' || line.channel === 'text' ? 'text' : 'chat';
}

const always = (line: HelpLine): boolean => /24\s*\/\s*7|24 h/i.test(line.hours ?? '');
const general = (line: HelpLine): boolean => !line.audience || line.audience === 'general';

function order(lines: HelpLine[]): HelpLine[] {
  const score = (line: HelpLine): number => (general(line) ? 4 : 0) + (always(line) ? 2 : 0) + (line.languages.includes(lang()) ? 1 : 0);
  return lines.map((line, index) => ({ line, index })).sort((a, b) => score(b.line) - score(a.line) || a.index - b.index).map((each) => each.line);
}

/* The best two for this person and hour, one to call and one to write to where there are both; the rest come after "more". */
export function bestLines(all: HelpLine[]): { best: HelpLine[]; more: HelpLine[] } {
  const lines = order(all.filter((line) => line.channel !== 'emergency'));
  const call = lines.find((line) => wayOf(line) === 'call');
  const write = lines.find((line) => wayOf(line) === 'text') ?? lines.find((line) => wayOf(line) === 'chat');
  const best = [call, write].filter((line) => line !== undefined);
  for (const line of lines) if (best.length < 2 && !best.includes(line)) best.push(line);
  return { best, more: lines.filter((line) => !best.includes(line)) };
}

export function lineHref(line: HelpLine): string {
  const number = line.value.replace(/[^\d+*#]/g, '');
  if (wayOf(line) === 'call') return 'tel:' + number;
  if (wayOf(line) === 'text') return 'sms:' + number + (line.keyword ? '?body=' + encodeURIComponent(line.keyword) : '');
  return /^https:\/\//.test(line.value) ? line.value : 'https://' + line.value.replace(/^http:\/\//, '');
}
