/* A client's recurring check-ins: which, when on whose clock, what comes next and what became of the last ones; set, changed, paused, ended. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, put } from '../kit/api';
import { failed } from '../kit/failed';
import { lang, word } from '../kit/i18n';
import { IconClock } from '../kit/icons';
import { Button, Dialog, Failed, Field, Select, Skeleton, useErrorText } from '../kit/parts';
import { useSettled } from '../kit/settled';
import { clockIn, clockTimeOf, dateIn, deviceZone, sameClock, shortIn, zoneCity, zones } from '../kit/zone';
import { useInstruments, WordingNotice } from './instruments';
import './schedules.css';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const windows = [120, 360, 720, 1440, 2880, 4320, 10080] as const;

export interface Schedule {
  id: string;
  version: number;
  state: 'active' | 'paused' | 'ended';
  instrument: string;
  title: string | null;
  unit: 'day' | 'week';
  every: number;
  days: string | null;
  time: string;
  zone: string;
  start: string;
  end: string | null;
  count: number;
  window_minutes: number;
  follows_client: boolean;
  done: number;
  next_at: string | null;
  opens_at: string | null;
  next: { day: string; at: string }[];
  moved_reason: string | null;
  end_reason: string | null;
  made_by: string | null;
  asks_about_danger: boolean;
}

interface Schedules {
  items: Schedule[];
  more_ended: boolean;
  client_zone: string;
  programme_zone: string;
  now: string;
  read_minutes: number;
}

export interface Occurrence {
  id: string;
  title: string | null;
  instrument: string;
  state: string;
  late: boolean;
  schedule_id: string | null;
  occurrence: string | null;
  planned_at: string | null;
  closes_at: string | null;
  moved_reason: string | null;
  reminder: string | null;
  reminded_at: string | null;
}

const dayName = (index: number, width: 'short' | 'long'): string => new Intl.DateTimeFormat(lang(), { weekday: width, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + index)));

/* "Mon,Thu", "Mon-Fri" or "Daily" as a set. */
function daySet(days: string | null): Set<string> {
  return new Set((days ?? '').split(',').flatMap((part): string[] => {
    const [a, b] = part.trim().split('-');
    if (part.trim() === 'Daily') return [...weekdays];
    const from = weekdays.indexOf(a as (typeof weekdays)[number]), to = b ? weekdays.indexOf(b as (typeof weekdays)[number]) : from;
    return from < 0 || to < 0 ? [] : weekdays.filter((_, index) => (from <= to ? index >= from && index <= to : index >= from || index <= to));
  }));
}

function usePattern(): (schedule: Schedule) => string {
  const { t } = useTranslation();
  return (schedule) => {
    const every = t(`schedules.every_${schedule.unit}`, { count: schedule.every });
    const named = weekdays.flatMap((day, index) => (daySet(schedule.days).has(day) ? [dayName(index, 'long')] : []));
    const days = named.length ? ` ${t('schedules.on_days', { days: new Intl.ListFormat(lang(), { type: 'conjunction' }).format(named) })}` : '';
    return `${every}${days}, ${t('schedules.at_time', { time: clockTimeOf(schedule.time), city: zoneCity(schedule.zone) })}`;
  };
}

/* One moment on the client's clock, and on the reader's own when that shows another time. */
export function TwoClocks({ at, zone }: { at: string; zone: string }) {
  const { t } = useTranslation();
  const here = deviceZone();
  return (
    <time dateTime={at}>
      {shortIn(at, zone)}
      {!sameClock(at, zone, here) && <span className="quiet"> {t('schedules.yours', { time: dateIn(at, zone) === dateIn(at, here) ? clockIn(at, here) : shortIn(at, here) })}</span>}
    </time>
  );
}

function History({ items, zone }: { items: Occurrence[]; zone: string }) {
  const { t } = useTranslation();
  if (items.length === 0) return null;
  return (
    <details className="schedule-past">
      <summary>{t('schedules.past', { count: items.length })}</summary>
      <div className="table-wrap" tabIndex={0} role="region" aria-label={t('schedules.past_label')}>
        <table>
          <thead><tr><th scope="col">{t('schedules.planned')}</th><th scope="col">{t('schedules.became')}</th><th scope="col">{t('schedules.reminder')}</th><th scope="col">{t('schedules.why')}</th></tr></thead>
          <tbody>
            {items.map((each) => (
              <tr key={each.id}>
                <th scope="row">{each.planned_at && <TwoClocks at={each.planned_at} zone={zone} />}</th>
                <td>{word('schedules.state', each.late && each.state !== 'missed' ? 'late' : each.state)}</td>
                <td>{each.reminder ? word('schedules.reminded', each.reminder) : '–'}</td>
                <td>{each.moved_reason ? word('schedules.moved_short', each.moved_reason) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function useActs(clientId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ schedule, act }: { schedule: Schedule; act: 'pause' | 'resume' | 'end' }) => post<Schedule>(`/staff/checkins/${schedule.id}/${act}`, { version: schedule.version }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['schedules', clientId] }),
  });
}

function Coming({ schedule }: { schedule: Schedule }) {
  const { t } = useTranslation();
  if (schedule.state === 'paused') return <p className="quiet">{t('schedules.paused_why')}</p>;
  return (
    <>
      {schedule.moved_reason && schedule.opens_at && (
        <p className="notice"><IconClock /><span>{t(`schedules.moved.${schedule.moved_reason}`)} {t('schedules.opens')} <TwoClocks at={schedule.opens_at} zone={schedule.zone} /></span></p>
      )}
      <p className="schedule-next"><span className="quiet">{t('schedules.next', { city: zoneCity(schedule.zone) })}</span></p>
      <ol className="schedule-dates">{schedule.next.map((date) => <li key={date.day}><TwoClocks at={date.at} zone={schedule.zone} /></li>)}</ol>
    </>
  );
}

function One({ clientId, schedule, past, readMinutes, onChange }: { clientId: string; schedule: Schedule; past: Occurrence[]; readMinutes: number; onChange: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const pattern = usePattern();
  const act = useActs(clientId);
  const [ending, setEnding] = useState(false);
  const title = schedule.title ?? schedule.instrument;
  return (
    <li className="schedule" data-state={schedule.state}>
      <div className="schedule-head">
        <h4>{title}</h4>
        {schedule.state !== 'active' && <span className="tag">{t(`schedules.is.${schedule.state}`)}</span>}
      </div>
      <p>{pattern(schedule)}. <span className="quiet">{t('schedules.open_for', { span: t(`schedules.window.${schedule.window_minutes}`, { defaultValue: t('schedules.minutes', { count: schedule.window_minutes }) }) })}{schedule.follows_client ? ` ${t('schedules.follows')}` : ''}{schedule.end ? ` ${t('schedules.until_day', { day: schedule.end })}` : ''}{schedule.count > 0 ? ` ${t('schedules.of_count', { done: schedule.done, count: schedule.count })}` : ''}</span></p>
      {schedule.asks_about_danger && <p className="quiet">{t('schedules.danger', { count: readMinutes })}</p>}
      <Coming schedule={schedule} />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="schedule-acts no-print">
        <Button small aria-label={t('schedules.change_of', { title })} onPress={onChange}>{t('schedules.change')}</Button>
        {schedule.state === 'active'
          ? <Button small aria-label={t('schedules.pause_of', { title })} isPending={act.isPending} onPress={() => act.mutate({ schedule, act: 'pause' })}>{t('schedules.pause')}</Button>
          : <Button small aria-label={t('schedules.resume_of', { title })} isPending={act.isPending} onPress={() => act.mutate({ schedule, act: 'resume' })}>{t('schedules.resume')}</Button>}
        <Button small look="plain" aria-label={t('schedules.end_of', { title })} onPress={() => setEnding(true)}>{t('schedules.end')}</Button>
      </div>
      <History items={past} zone={schedule.zone} />
      {ending && (
        <Dialog title={t('schedules.end_of', { title })} open onClose={() => setEnding(false)} role="alertdialog">
          <p>{t('schedules.end_body')}</p>
          <div className="actions">
            <Button onPress={() => setEnding(false)}>{t('kit.cancel')}</Button>
            <Button look="danger" isPending={act.isPending} onPress={() => act.mutate({ schedule, act: 'end' }, { onSettled: () => setEnding(false) })}>{t('schedules.end')}</Button>
          </div>
        </Dialog>
      )}
    </li>
  );
}

/* ---- setting one ---- */

interface Plan {
  instrument: string;
  unit: 'day' | 'week';
  every: string;
  days: ReadonlySet<string>;
  time: string;
  zone: string; /* '': the one that the client confirmed, wherever they go */
  start: string;
  ends: 'never' | 'day' | 'count';
  end: string;
  count: string;
  window: string;
}

function planOf(schedule: Schedule | null, known: Schedules): Plan {
  const start = dateIn(Date.parse(known.now) + 86_400_000, known.client_zone || known.programme_zone);
  if (!schedule) return { instrument: 'phq-9', unit: 'week', every: '2', days: new Set(), time: '18:00', zone: known.client_zone ? '' : known.programme_zone, start, ends: 'never', end: '', count: '8', window: '1440' };
  return {
    instrument: schedule.instrument, unit: schedule.unit, every: String(schedule.every), days: daySet(schedule.days), time: schedule.time, zone: schedule.follows_client && known.client_zone ? '' : schedule.zone,
    start: schedule.start, ends: schedule.end ? 'day' : schedule.count > 0 ? 'count' : 'never', end: schedule.end ?? '', count: String(schedule.count || 8), window: String(schedule.window_minutes),
  };
}

const bodyOf = (plan: Plan): Record<string, unknown> => ({
  instrument: plan.instrument, unit: plan.unit, every: Number(plan.every) || 0, time: plan.time, start: plan.start, window_minutes: Number(plan.window),
  ...(plan.unit === 'week' && plan.days.size > 0 ? { days: weekdays.filter((day) => plan.days.has(day)).join(',') } : {}),
  ...(plan.zone ? { zone: plan.zone } : {}),
  ...(plan.ends === 'day' ? { end: plan.end } : plan.ends === 'count' ? { count: Number(plan.count) || -1 } : {}),
});

/* What the server makes of it: the three dates, or what is wrong. */
function Preview({ clientId, plan, zone }: { clientId: string; plan: Plan; zone: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const body = useSettled(JSON.stringify(bodyOf(plan)), 300);
  const query = useQuery({
    queryKey: ['schedule-preview', clientId, body],
    queryFn: () => post<{ next: { day: string; at: string }[] }>(`/staff/clients/${clientId}/checkins/preview`, JSON.parse(body)),
    retry: false,
    gcTime: 0,
  });
  return (
    <div className="schedule-preview" aria-live="polite">
      <h3>{t('schedules.next', { city: zoneCity(zone) })}</h3>
      {query.isPending && <Skeleton rows={3} />}
      {query.isError && <p className="wrong">{errorText(query.error)}</p>}
      {query.isSuccess && <ol className="schedule-dates">{query.data.next.map((date) => <li key={date.day}><TwoClocks at={date.at} zone={zone} /></li>)}</ol>}
    </div>
  );
}

function Repeat({ plan, set }: { plan: Plan; set: (change: Partial<Plan>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="in-row fields">
        <Field label={t('schedules.every')} type="number" inputMode="numeric" value={plan.every} onChange={(every) => set({ every })} required />
        <Select label={t('schedules.unit')} value={plan.unit} options={[{ id: 'day', label: t('schedules.days') }, { id: 'week', label: t('schedules.weeks') }]} onChange={(unit) => set({ unit: unit as Plan['unit'] })} />
      </div>
      {plan.unit === 'week' && (
        <fieldset className="schedule-days">
          <legend>{t('schedules.on')}</legend>
          {weekdays.map((day, index) => (
            <label key={day} className="check"><input type="checkbox" checked={plan.days.has(day)} onChange={(event) => set({ days: new Set(event.target.checked ? [...plan.days, day] : [...plan.days].filter((each) => each !== day)) })} /><span>{dayName(index, 'short')}</span></label>
          ))}
        </fieldset>
      )}
      {plan.unit === 'week' && plan.days.size === 0 && <p className="quiet">{t('schedules.no_days')}</p>}
    </>
  );
}

function Ends({ plan, set }: { plan: Plan; set: (change: Partial<Plan>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Select label={t('schedules.ends')} value={plan.ends} onChange={(ends) => set({ ends: ends as Plan['ends'] })} options={(['never', 'day', 'count'] as const).map((id) => ({ id, label: t(`schedules.ends_${id}`) }))} />
      {plan.ends === 'day' && <Field label={t('schedules.last_day')} type="date" value={plan.end} onChange={(end) => set({ end })} required />}
      {plan.ends === 'count' && <Field label={t('schedules.how_often')} type="number" inputMode="numeric" value={plan.count} onChange={(count) => set({ count })} required />}
    </>
  );
}

function SetDialog({ clientId, language, schedule, known, onClose }: { clientId: string; language: string; schedule: Schedule | null; known: Schedules; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [plan, setPlan] = useState(() => planOf(schedule, known));
  const set = (change: Partial<Plan>): void => setPlan((old) => ({ ...old, ...change }));
  const list = useInstruments();
  const save = useMutation({
    mutationFn: () => (schedule ? put(`/staff/checkins/${schedule.id}`, { ...bodyOf(plan), version: schedule.version }) : post(`/staff/clients/${clientId}/checkins`, bodyOf(plan))),
    onSuccess: () => (void queries.invalidateQueries({ queryKey: ['schedules', clientId] }), onClose()),
  });
  const items = (list.data?.items ?? []).filter((each) => each.langs.length > 0);
  const chosen = items.find((each) => each.id === plan.instrument);
  const zone = plan.zone || known.client_zone;
  const offered = [...(known.client_zone ? [{ id: '', label: t('schedules.zone_client', { city: zoneCity(known.client_zone) }) }] : []), ...zones(known.programme_zone, plan.zone).map((id) => ({ id, label: id.replaceAll('_', ' ') }))];
  return (
    <Dialog title={t(schedule ? 'schedules.change_title' : 'schedules.set')} open onClose={onClose}>
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {schedule ? <p><strong>{schedule.title ?? schedule.instrument}</strong></p> : list.isPending ? <Skeleton rows={1} /> : <Select label={t('measures.instrument')} value={plan.instrument} options={items.map((each) => ({ id: each.id, label: `${each.title} · ${each.about ?? ''}` }))} onChange={(instrument) => set({ instrument })} />}
      {chosen && <WordingNotice of={chosen} language={language} />}
      <Repeat plan={plan} set={set} />
      <div className="in-row fields">
        <Field label={t('schedules.time')} type="time" value={plan.time} onChange={(time) => set({ time })} required />
        <Field label={t('schedules.start')} type="date" value={plan.start} onChange={(start) => set({ start })} required />
      </div>
      <Select label={t('schedules.zone')} value={plan.zone} options={offered} onChange={(next) => set({ zone: next })} />
      {!known.client_zone && <p className="quiet">{t('schedules.zone_unsaid')}</p>}
      <Select label={t('schedules.window_label')} value={plan.window} options={[...new Set([...windows.map(String), plan.window])].map((id) => ({ id, label: t(`schedules.window.${id}`, { defaultValue: t('schedules.minutes', { count: Number(id) }) }) }))} onChange={(window) => set({ window })} />
      <Ends plan={plan} set={set} />
      <Preview clientId={clientId} plan={plan} zone={zone} />
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isPending={save.isPending} isDisabled={!schedule && !chosen} onPress={() => save.mutate()}>{t('schedules.save')}</Button>
      </div>
    </Dialog>
  );
}

export function SchedulesOf({ clientId, language, past }: { clientId: string; language: string; past: Occurrence[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  const query = useQuery({ queryKey: ['schedules', clientId, lang()], queryFn: () => get<Schedules>(`/staff/clients/${clientId}/checkins?lang=${lang()}`) });
  if (query.isPending) return <Skeleton rows={2} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const known = query.data;
  const running = known.items.filter((each) => each.state !== 'ended'), ended = known.items.filter((each) => each.state === 'ended');
  const of = (schedule: Schedule): Occurrence[] => past.filter((each) => each.schedule_id === schedule.id);
  return (
    <section className="schedules" aria-labelledby="schedules-title">
      <div className="sheet-head">
        <h3 id="schedules-title">{t('schedules.title')}</h3>
        <Button className="no-print" onPress={() => setOpen('new')}>{t('schedules.set')}</Button>
      </div>
      <p className="quiet">{known.client_zone ? t('schedules.client_zone', { zone: known.client_zone, time: clockIn(known.now, known.client_zone) }) : t('schedules.client_zone_unsaid', { zone: known.programme_zone })}</p>
      {running.length === 0 && <p>{t('schedules.none')}</p>}
      {running.length > 0 && <ul className="schedule-list">{running.map((schedule) => <One key={schedule.id} clientId={clientId} schedule={schedule} past={of(schedule)} readMinutes={known.read_minutes} onChange={() => setOpen(schedule.id)} />)}</ul>}
      {ended.length > 0 && (
        <details className="schedule-past">
          <summary>{t('schedules.ended', { count: ended.length })}</summary>
          <ul>{ended.map((schedule) => <li key={schedule.id}>{schedule.title ?? schedule.instrument} <span className="quiet">{word('schedules.end_reason', schedule.end_reason ?? 'staff')}</span><History items={of(schedule)} zone={schedule.zone} /></li>)}</ul>
          {known.more_ended && <p className="quiet">{t('schedules.more_ended')}</p>}
        </details>
      )}
      {open && <SetDialog clientId={clientId} language={language} schedule={running.find((each) => each.id === open) ?? null} known={known} onClose={() => setOpen(null)} />}
    </section>
  );
}
