/* The rota: am I on duty, who is there now, which hours of the week ahead nobody keeps, the week day by day, whom an alert goes to; shifts are added and changed here. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cover, DutyState, Rota, Shift } from '../kit/alerts';
import { ApiError, get, post, put, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { lang } from '../kit/i18n';
import { IconAlert } from '../kit/icons';
import { Button, Choices, Dialog, Empty, Failed, Field, Select, Skeleton, Switch, useErrorText } from '../kit/parts';
import { href } from '../kit/route';
import { useTeam } from './Outcome';
import './alerts.css';

const DAY = 86_400_000;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

const inZone = (time: string | number, zone: string, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(lang(), { ...options, timeZone: zone, hourCycle: 'h23' }).format(new Date(time));
const clock = (time: string, zone: string): string => inZone(time, zone, { hour: '2-digit', minute: '2-digit' });
const dayKey = (time: string | number, zone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(time));

/* The moments at which the seven local days begin; in a zone with summer time they are not all 24 hours long. */
function days(rota: Rota): { key: string; from: number; to: number }[] {
  const found: { key: string; from: number; to: number }[] = [];
  const start = Date.parse(rota.now);
  for (let at = start; found.length < 7; at += DAY / 2) {
    const key = dayKey(at, rota.zone);
    if (found.some((each) => each.key === key)) continue;
    let low = at - DAY, high = at;
    while (high - low > 60_000) {
      const middle = (low + high) / 2;
      if (dayKey(middle, rota.zone) === key) high = middle;
      else low = middle;
    }
    found.push({ key, from: Math.round(high / 60_000) * 60_000, to: 0 });
  }
  found.forEach((each, index) => (each.to = found[index + 1]?.from ?? each.from + DAY));
  return found;
}

function Me({ session }: { session: Session }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const duty = useQuery({ queryKey: ['duty'], queryFn: () => get<DutyState>('/staff/duty'), enabled: session.role !== 'admin' && session.role !== 'compliance' });
  const act = useMutation({
    mutationFn: (on: boolean) => post<DutyState>('/staff/duty', { on_duty: on }),
    onSuccess: (state) => {
      queries.setQueryData(['duty'], state);
      for (const key of ['rota', 'team', 'overview']) void queries.invalidateQueries({ queryKey: [key] });
    },
  });
  if (!duty.data) return null;
  const owned = act.error instanceof ApiError && act.error.code === 'owns_alerts' ? ((act.error.body as DutyState | null)?.owned ?? []) : [];
  return (
    <section className="block rota-me">
      <Switch on={duty.data.on_duty} onChange={(on) => act.mutate(on)}>{t(duty.data.on_duty ? 'rota.on_duty' : 'rota.off_duty')}</Switch>
      <a href={href('channels')}>{t('rota.to_channels')}</a>
      {owned.length > 0 && (
        <div className="notice warn" role="alert">
          <div>
            <p>{t('rota.owns', { count: owned.length })}</p>
            <ul>{owned.map((id, index) => <li key={id}><a href={href('today', id, 'decide')}>{t('rota.owned', { number: index + 1 })}</a></li>)}</ul>
          </div>
        </div>
      )}
      {act.isError && owned.length === 0 && <p className="wrong" role="alert">{errorText(act.error)}</p>}
    </section>
  );
}

/* One day as a bar: where somebody is at work, on call, and where less is kept than was promised. The words below say the same. */
function Bar({ rota, from, to }: { rota: Rota; from: number; to: number }) {
  const piece = (a: string, b: string, kind: string, key: string, y: number, height: number) => {
    const x = Math.max(0, (Date.parse(a) - from) / (to - from)) * 240, end = Math.min(1, (Date.parse(b) - from) / (to - from)) * 240;
    return end > x ? <rect key={key} className={`bar-${kind}`} x={x} y={y} width={end - x} height={height} rx="1.5" /> : null;
  };
  const now = ((Date.parse(rota.now) - from) / (to - from)) * 240;
  return (
    <svg className="rota-bar" viewBox="0 0 240 16" preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" width="240" height="16" rx="2" />
      {rota.spans.map((span, index) => piece(span.from, span.to, span.kind, `s${index}`, span.kind === 'in_hours' ? 1 : 9, 6))}
      {rota.gaps.map((gap, index) => piece(gap.from, gap.to, 'gap', `g${index}`, 0, 16))}
      {now >= 0 && now <= 240 && <path className="bar-now" d={`M${now} 0v16`} />}
    </svg>
  );
}

function Week({ rota, onEdit }: { rota: Rota; onEdit: ((id: string) => void) | null }) {
  const { t } = useTranslation();
  const within = (from: string, to: string, day: { from: number; to: number }): boolean => Date.parse(to) > day.from && Date.parse(from) < day.to;
  /* What of it lies in this day; a gap is said as this day sees it, a shift on its first day as a whole. */
  const times = (from: string, to: string, day: { from: number; to: number }, whole: boolean): string => {
    const before = Date.parse(from) < day.from, after = Date.parse(to) > day.to;
    if (before && Date.parse(to) >= day.to) return t('rota.all_day');
    if (before) return t('rota.until_time', { time: clock(to, rota.zone) });
    return after && !whole ? t('rota.from_time', { time: clock(from, rota.zone) }) : `${clock(from, rota.zone)}–${clock(to, rota.zone)}`;
  };
  return (
    <ol className="rota-week">
      {days(rota).map((day) => {
        const spans = rota.spans.filter((span) => within(span.from, span.to, day)), gaps = rota.gaps.filter((gap) => within(gap.from, gap.to, day));
        return (
          <li key={day.key} className="rota-day">
            <h3>{inZone(day.from + DAY / 4, rota.zone, { weekday: 'long', day: 'numeric', month: 'short' })}</h3>
            <Bar rota={rota} from={day.from} to={day.to} />
            {spans.length === 0 && gaps.length === 0 && <p className="quiet">{t('rota.nobody_promised')}</p>}
            <ul>
              {gaps.map((gap) => (
                <li key={'g' + gap.from} className="rota-gap"><IconAlert /><span><b>{times(gap.from, gap.to, day, false)}</b> {t(`rota.gap.${gap.promised}_${gap.have}`)}</span></li>
              ))}
              {spans.map((span) => (
                <li key={span.shift_id + span.from} data-kind={span.kind}>
                  <span><b>{times(span.from, span.to, day, true)}</b> {span.staff?.name ?? '–'}</span>
                  <span className="quiet">{t(`rota.kind.${span.kind}`)}{Date.parse(span.from) <= Date.parse(rota.now) && Date.parse(span.to) > Date.parse(rota.now) && !span.tested ? ` · ${t('rota.untested')}` : ''}</span>
                  {onEdit && <Button small look="plain" aria-label={t('rota.edit_of', { name: span.staff?.name ?? '', time: clock(span.from, rota.zone) })} onPress={() => onEdit(span.shift_id)}>{t('rota.edit')}</Button>}
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}

function ShiftDialog({ shift, zone, onClose }: { shift: Shift | null; zone: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const team = useTeam();
  const known = new Set((shift?.days ?? 'Mon-Fri').split(',').flatMap((part): string[] => {
    const [a, b] = part.trim().split('-');
    if (part.trim() === 'Daily') return [...weekdays];
    const from = weekdays.indexOf(a as (typeof weekdays)[number]), to = b ? weekdays.indexOf(b as (typeof weekdays)[number]) : from;
    return from < 0 || to < 0 ? [] : weekdays.filter((_, index) => (from <= to ? index >= from && index <= to : index >= from || index <= to));
  }));
  const [staff, setStaff] = useState(shift?.staff?.id ?? '');
  const [kind, setKind] = useState<string>(shift?.kind ?? 'in_hours');
  const [once, setOnce] = useState(shift ? shift.date !== null : false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(known);
  const [date, setDate] = useState(shift?.date ?? '');
  const [start, setStart] = useState(shift?.start ?? '09:00');
  const [end, setEnd] = useState(shift?.end ?? '17:00');
  const [place, setPlace] = useState(shift?.zone ?? zone);
  const [except, setExcept] = useState((shift?.except ?? []).join(', '));
  const people = (team.data?.items ?? []).filter((each) => each.may_answer);
  const done = (): void => {
    for (const key of ['rota', 'team', 'overview', 'alerts']) void queries.invalidateQueries({ queryKey: [key] });
    onClose();
  };
  const body = () => ({
    version: shift?.version ?? 0, staff_id: staff, kind, zone: place.trim(), start, end,
    ...(once ? { date } : { days: weekdays.filter((day) => chosen.has(day)).join(','), valid_from: shift?.valid_from ?? '', valid_until: shift?.valid_until ?? '', except: except.split(/[\s,]+/).filter(Boolean) }),
  });
  const save = useMutation({ mutationFn: () => (shift ? put(`/staff/shifts/${shift.id}`, body()) : post('/staff/shifts', body())), onSuccess: done });
  const remove = useMutation({ mutationFn: () => post(`/staff/shifts/${shift?.id}/remove`, { version: shift?.version }), onSuccess: done });
  const error = save.error ?? remove.error;
  return (
    <Dialog title={t(shift ? 'rota.change' : 'rota.add')} open onClose={onClose}>
      <Select label={t('rota.person')} value={staff} options={[{ id: '', label: t('rota.choose') }, ...people.map((each) => ({ id: each.id, label: each.name }))]} onChange={setStaff} />
      <Choices narrow label={t('rota.what')} value={kind} onChange={setKind} options={[{ id: 'in_hours', label: t('rota.kind.in_hours') }, { id: 'on_call', label: t('rota.kind.on_call') }]} />
      <Choices narrow label={t('rota.when')} value={once ? 'once' : 'weekly'} onChange={(id) => setOnce(id === 'once')} options={[{ id: 'weekly', label: t('rota.weekly') }, { id: 'once', label: t('rota.once') }]} />
      {once ? <Field label={t('rota.date')} type="date" value={date} onChange={setDate} required /> : (
        <fieldset className="rota-days">
          <legend>{t('rota.days')}</legend>
          {weekdays.map((day, index) => (
            <label key={day} className="check"><input type="checkbox" checked={chosen.has(day)} onChange={(event) => setChosen(new Set(event.target.checked ? [...chosen, day] : [...chosen].filter((each) => each !== day)))} /><span>{new Intl.DateTimeFormat(lang(), { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + index)))}</span></label>
          ))}
        </fieldset>
      )}
      <div className="in-row fields">
        <Field label={t('rota.start')} type="time" value={start} onChange={setStart} required />
        <Field label={t('rota.end')} type="time" value={end} onChange={setEnd} required />
      </div>
      {end <= start && <p className="quiet">{t('rota.next_day')}</p>}
      <Field label={t('rota.zone')} hint={t('rota.zone_hint')} value={place} onChange={setPlace} maxLength={63} required />
      {!once && <Field label={t('rota.except')} hint={t('rota.except_hint')} value={except} onChange={setExcept} maxLength={700} />}
      {error && <p className="wrong" role="alert">{errorText(error)}</p>}
      <div className="actions">
        {shift && <Button look="danger" isPending={remove.isPending} onPress={() => remove.mutate()}>{t('rota.remove')}</Button>}
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!staff || !start || !end || (once ? !date : chosen.size === 0)} isPending={save.isPending} onPress={() => save.mutate()}>{t('rota.save')}</Button>
      </div>
    </Dialog>
  );
}

function Now({ rota }: { rota: Rota }) {
  const { t } = useTranslation();
  const words: Record<Cover, string> = { in_hours: t('rota.cover.in_hours'), on_call: t('rota.cover.on_call'), none: t('rota.cover.none') };
  return (
    <section className="block">
      <h2>{t('rota.now')}</h2>
      <p className={rota.cover === 'none' ? 'notice warn' : undefined}>{words[rota.cover]} {rota.cover_until && t('rota.until', { time: inZone(rota.cover_until, rota.zone, { weekday: 'short', hour: '2-digit', minute: '2-digit' }) })}</p>
      <h3>{t('rota.chain')}</h3>
      <ol className="rota-chain">
        {rota.chain.map((step, index) => (
          <li key={index}>
            <b>{t(`rota.to.${step.to}`)}</b> <span>{step.now.length > 0 ? step.now.map((each) => each.name).join(', ') : <span className="quiet">{t('rota.step_empty')}</span>}</span>
            <span className="quiet">{t('rota.step_minutes', { count: step.minutes })}</span>
          </li>
        ))}
      </ol>
      <p className="quiet">{t('rota.chain_end')}</p>
      <p className="quiet">{rota.hours}</p>
    </section>
  );
}

export function RotaPage({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  const query = useQuery({ queryKey: ['rota'], queryFn: () => get<Rota>('/staff/rota?days=8'), refetchInterval: 60_000 });
  const mayEdit = session.role === 'supervisor' || session.role === 'admin';
  if (query.isPending) return <Skeleton rows={9} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const rota = query.data;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div className="sheet rota">
      <div className="sheet-head"><h1>{t('nav.rota')}</h1>{mayEdit && <Button look="primary" onPress={() => setOpen('new')}>{t('rota.add')}</Button>}</div>
      <Me session={session} />
      {rota.gaps.length > 0 && <p className="notice warn" role="status"><IconAlert />{t('rota.gaps', { count: rota.gaps.length })}</p>}
      <Now rota={rota} />
      <section className="block">
        <h2>{t('rota.week')}</h2>
        <p className="quiet">{t('rota.times', { zone: rota.zone })}{here !== rota.zone ? ` ${t('rota.your_zone', { zone: here })}` : ''}</p>
        {rota.in_use ? <Week rota={rota} onEdit={mayEdit ? setOpen : null} /> : <Empty title={t('rota.none_title')}><p>{t('rota.none_body')}</p></Empty>}
      </section>
      {open && <ShiftDialog shift={rota.shifts.find((shift) => shift.id === open) ?? null} zone={rota.zone} onClose={() => setOpen(null)} />}
    </div>
  );
}
