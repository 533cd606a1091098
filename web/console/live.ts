/* What the server tells while the page is open: put into the query cache, said aloud, and, if wanted, sounded. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import i18next from 'i18next';
import type { Alert, Overview, Page, Review } from '../kit/api';
import { changeSession } from '../kit/forget';
import { putNews } from '../kit/overtaken';
import { recall, remember } from '../kit/storage';
import { openStream, type StreamState } from '../kit/stream';

/* ---- a sound for priority 1, off until asked for ---- */
let soundOn = recall('sound') === 'on';
const soundListeners = new Set<() => void>();
let audio: AudioContext | undefined;

export function useSound(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    (listener) => {
      soundListeners.add(listener);
      return () => soundListeners.delete(listener);
    },
    () => soundOn,
  );
  return [
    on,
    (next) => {
      soundOn = next;
      remember('sound', next ? 'on' : null);
      soundListeners.forEach((listener) => listener());
      if (next) chime();
    },
  ];
}

function chime(): void {
  if (!soundOn) return;
  audio ??= new AudioContext();
  const start = audio.currentTime;
  for (const [index, pitch] of [523, 659].entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start + index * 0.22);
    volume.gain.linearRampToValueAtTime(0.18, start + index * 0.22 + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, start + index * 0.22 + 0.5);
    tone.connect(volume).connect(audio.destination);
    tone.start(start + index * 0.22);
    tone.stop(start + index * 0.22 + 0.5);
  }
}

/* ---- live regions ---- */
export interface Said {
  polite: string;
  assertive: string;
}

function upsert<T extends { id: string; version?: number }>(page: Page<T>, row: T): Page<T> {
  const at = page.items.findIndex((item) => item.id === row.id);
  if (at < 0) return { ...page, items: [row, ...page.items] };
  if ((page.items[at]?.version ?? 0) > (row.version ?? 0)) return page;
  return { ...page, items: page.items.map((item, index) => (index === at ? { ...item, ...row } : item)) };
}

export function putAlert(queries: QueryClient, alert: Alert): boolean {
  const before = queries.getQueriesData<Page<Alert>>({ queryKey: ['alerts'] }).some(([, page]) => page?.items.some((item) => item.id === alert.id));
  putNews<Page<Alert>>(queries, ['alerts'], (page) => upsert(page, alert));
  queries.setQueryData<Alert>(['alert', alert.id], (old) => old && { ...old, ...alert });
  return !before;
}

function announce(alert: Alert, fresh: boolean, say: (said: Partial<Said>) => void): void {
  if (!fresh || alert.state === 'resolved') return;
  const text = i18next.t('live.new_alert', { level: alert.level, word: i18next.t(`kit.level.${alert.level}`), person: alert.client.name ?? alert.client.pseudonym, reason: alert.reason });
  if (alert.priority === 1) {
    say({ assertive: text });
    chime();
  } else say({ polite: text });
}

/* What the stream tells of, of that which a page reads as it opens. */
const told = ['alerts', 'alert', 'reviews', 'overview', 'presence', 'conversation', 'triage', 'coach'];

export function useLive(): { state: StreamState; said: Said; since: number } {
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>('connecting');
  const [since, setSince] = useState(Date.now());
  const [said, setSaid] = useState<Said>({ polite: '', assertive: '' });

  useEffect(() => {
    const say = (next: Partial<Said>): void => setSaid((old) => ({ ...old, ...next }));
    const onEvent = (event: string, data: unknown): void => {
      if (data === null || typeof data !== 'object') return;
      if (event === 'session_end') {
        changeSession(queries, null); /* ended elsewhere: nothing that was fetched stays on the page */
      } else if (event === 'alert') {
        const alert = data as Alert;
        announce(alert, putAlert(queries, alert), say);
        void queries.invalidateQueries({ queryKey: ['conversation', alert.conversation_id] });
        void queries.invalidateQueries({ queryKey: ['overview'] });
      } else if (event === 'review') {
        const review = data as Review;
        putNews<Page<Review>>(queries, ['reviews'], (page) => upsert(page, review));
        void queries.invalidateQueries({ queryKey: ['conversation', review.conversation_id] });
        if (review.state === 'pending') say({ polite: i18next.t('live.new_review', { person: review.client.name ?? review.client.pseudonym }) });
      } else if (event === 'message') {
        void queries.invalidateQueries({ queryKey: ['conversation', (data as { conversation_id: string }).conversation_id] });
      } else if (event === 'questionnaire' || event === 'coach') {
        const id = (data as { client_id: string }).client_id;
        for (const queryKey of [['client', id], ['measures', id], ['client-courses', id], ['timeline', id], ['schedules', id], ['coach']]) void queries.invalidateQueries({ queryKey });
      } else if (event === 'medication') {
        const id = (data as { client_id: string }).client_id;
        for (const queryKey of [['medicines', id], ['measures', id], ['timeline', id]]) void queries.invalidateQueries({ queryKey });
      } else if (event === 'presence') {
        void queries.invalidateQueries({ queryKey: ['presence'] });
        void queries.invalidateQueries({ queryKey: ['conversation', (data as { conversation_id: string }).conversation_id] });
      } else if (event === 'overview') {
        void queries.invalidateQueries({ queryKey: ['triage'] });
        void queries.invalidateQueries({ queryKey: ['open-referral'] });
        if ('open_by_priority' in data) queries.setQueryData<Overview>(['overview'], data as Overview);
        else void queries.invalidateQueries({ queryKey: ['overview'] });
      }
    };
    let [opened, lost] = [false, false];
    /* What changed before the stream was open, or while another tab of this browser handed it on, was told to nobody. */
    const onState = (next: StreamState): void => {
      if (next === 'live') void queries.invalidateQueries(opened ? {} : { predicate: (query) => told.includes(String(query.queryKey[0])) });
      if (next === 'live') opened = true;
      if (next === 'lost' && !lost) setSince(Date.now());
      lost = next === 'lost' || (lost && next !== 'live');
      setState(next);
    };
    return openStream({ path: '/staff/stream', events: ['alert', 'review', 'message', 'presence', 'overview', 'questionnaire', 'coach', 'medication', 'session_end', 'ping'], onEvent, onState });
  }, [queries]);
  return { state, said, since };
}
