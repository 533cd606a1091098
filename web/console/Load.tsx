/* How much the alerts ask of the team, beside a budget; how often rules were right; and what would have been otherwise. */
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { get, type Session } from '../kit/api';
import { lang } from '../kit/i18n';
import { IconAlert, IconCheck } from '../kit/icons';
import type { Load, LoadHour, Tally } from '../kit/load';
import { Button, Empty, Failed, Select, Skeleton } from '../kit/parts';
import { href } from '../kit/route';
import './load.css';
import { WhatIfPart } from './WhatIf';

export const number = (value: number | null | undefined, digits = 0): string => (value == null ? '–' : value.toLocaleString(lang(), { maximumFractionDigits: digits }));
export const percent = (value: number): string => value.toLocaleString(lang(), { style: 'percent', maximumFractionDigits: 0 });

/* In words and with a shape; colour only adds. */
export function Mark({ over, children }: { over: boolean; children: ReactNode }) {
  return <span className="budget-mark" data-over={over || undefined}>{over ? <IconAlert /> : <IconCheck />}{children}</span>;
}

/* ---- figures ---- */

function Figures({ load }: { load: Load }) {
  const { t } = useTranslation();
  const { total, budget } = load;
  const over = total.per_hour !== null && total.per_hour > budget.per_hour;
  return (
    <ul className="load-figures">
      <li><b>{number(total.alerts)}</b><span>{t('load.alerts', { all: number(total.all_levels) })}</span></li>
      <li><b>{number(total.hours, 1)}</b><span>{t('load.clinician_hours')}</span></li>
      <li><b>{number(total.per_hour, 2)}</b><span>{t('load.per_hour', { budget: budget.per_hour })}</span>{total.per_hour !== null && <Mark over={over}>{t(over ? 'load.over' : 'load.within')}</Mark>}</li>
      <li><b>{number(total.over)}</b><span>{t('load.hours_over', { of: number(total.of_hours) })}</span></li>
      <li><b>{number(total.uncovered)}</b><span>{t('load.hours_uncovered')}</span></li>
    </ul>
  );
}

/* ---- hour by hour, in the programme's own time ---- */

interface Day {
  id: string;
  name: string;
  hours: (LoadHour | undefined)[];
}

function days(load: Load): Day[] {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: load.zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' });
  const name = new Intl.DateTimeFormat(lang(), { timeZone: load.zone, weekday: 'short', day: 'numeric', month: 'short' });
  const list: Day[] = [];
  for (const hour of load.hours) {
    const at = new Date(hour.from);
    const part = Object.fromEntries(parts.formatToParts(at).map((each) => [each.type, each.value]));
    const id = `${part['year']}-${part['month']}-${part['day']}`;
    let day = list.at(-1);
    if (day?.id !== id) list.push((day = { id, name: name.format(at), hours: Array.from({ length: 24 }) }));
    const place = Number(part['hour']);
    const twice = day.hours[place]; /* the hour that comes twice when the clocks go back */
    day.hours[place] = twice ? { from: twice.from, alerts: twice.alerts + hour.alerts, minutes: twice.minutes + hour.minutes, over: twice.over || hour.over } : hour;
  }
  return list.filter((day) => day.hours.some((hour) => hour && hour.alerts > 0));
}

function Hour({ hour, at }: { hour: LoadHour | undefined; at: string }) {
  const { t } = useTranslation();
  const alerts = hour?.alerts ?? 0;
  const uncovered = alerts > 0 && hour?.minutes === 0;
  const words = alerts === 0 ? null : t(hour?.over ? 'load.cell_over' : uncovered ? 'load.cell_uncovered' : 'load.cell', { count: alerts, hours: number((hour?.minutes ?? 0) / 60, 1) });
  return (
    <td>
      <span className="hour" title={words ? `${at}: ${words}` : undefined} data-staffed={(hour?.minutes ?? 0) > 0 || undefined} data-alerts={alerts > 0 || undefined} data-over={hour?.over || undefined} data-uncovered={uncovered || undefined}>
        <span aria-hidden={words !== null}>{alerts > 0 ? alerts : ''}</span>
        {words && <span className="hidden-visually">{words}</span>}
      </span>
    </td>
  );
}

function Hours({ load }: { load: Load }) {
  const { t } = useTranslation();
  const list = days(load);
  const clock = (hour: number): string => String(hour).padStart(2, '0');
  return (
    <section className="block">
      <h2>{t('load.hours_title')}</h2>
      <p className="quiet">{t('load.hours_body', { zone: load.zone })}</p>
      <ul className="load-key" aria-label={t('load.key')}>
        <li><span className="hour" data-alerts="" aria-hidden="true">1</span>{t('load.key_alerts')}</li>
        <li><span className="hour" data-alerts="" data-over="" aria-hidden="true">5</span>{t('load.key_over')}</li>
        <li><span className="hour" data-alerts="" data-uncovered="" aria-hidden="true">1</span>{t('load.key_uncovered')}</li>
        <li><span className="hour" data-staffed="" aria-hidden="true" />{t('load.key_staffed')}</li>
      </ul>
      <div className="table-wrap" tabIndex={0} role="region" aria-label={t('load.hours_title')}>
        <table className="load-grid">
          <thead><tr><th scope="col"><span className="hidden-visually">{t('load.day')}</span></th>{Array.from({ length: 24 }, (_, hour) => <th key={hour} scope="col">{clock(hour)}</th>)}</tr></thead>
          <tbody>{list.map((day) => <tr key={day.id}><th scope="row">{day.name}</th>{day.hours.map((hour, place) => <Hour key={place} hour={hour} at={`${day.name}, ${clock(place)}:00`} />)}</tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}

/* ---- by clinician, by person ---- */

function Clinicians({ load }: { load: Load }) {
  const { t } = useTranslation();
  if (load.clinicians.length === 0) return null;
  const rows = [...load.clinicians].sort((a, b) => b.alerts - a.alerts);
  return (
    <section className="block">
      <h2>{t('load.clinicians')}</h2>
      <p className="quiet">{t('load.clinicians_body')}</p>
      <div className="table-wrap" tabIndex={0} role="region" aria-label={t('load.clinicians')}>
        <table>
          <thead><tr><th scope="col">{t('load.who')}</th><th scope="col" className="num">{t('load.seen_first')}</th><th scope="col" className="num">{t('load.on_rota')}</th><th scope="col" className="num">{t('load.each_hour')}</th><th scope="col">{t('load.budget')}</th></tr></thead>
          <tbody>{rows.map((row, index) => <tr key={row.person?.id ?? index}><th scope="row">{row.person?.name ?? t('talk.staff')}</th><td className="num">{number(row.alerts)}</td><td className="num">{number(row.hours, 1)}</td><td className="num">{number(row.per_hour, 2)}</td><td>{row.per_hour === null ? <span className="quiet">{t('load.not_on_rota')}</span> : <Mark over={row.over}>{t(row.over ? 'load.over' : 'load.within')}</Mark>}</td></tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}

function People({ load }: { load: Load }) {
  const { t } = useTranslation();
  const { people, budget } = load;
  return (
    <section className="block">
      <h2>{t('load.people')}</h2>
      <p>{t('load.people_body', { hours: number(budget.episode_minutes / 60, 1) })}</p>
      <p><Mark over={people.repeated > 0}>{people.repeated > 0 ? t('load.repeated', { count: people.repeated, of: number(people.episodes), clients: number(people.clients) }) : t('load.repeated_none', { of: number(people.episodes), clients: number(people.clients) })}</Mark></p>
      {people.list === null && people.repeated > 0 && <p className="quiet">{t('load.people_hidden')}</p>}
      {people.list && people.list.length > 0 && (
        <div className="table-wrap" tabIndex={0} role="region" aria-label={t('load.people')}>
          <table>
            <thead><tr><th scope="col">{t('load.who')}</th><th scope="col" className="num">{t('load.most')}</th><th scope="col" className="num">{t('load.all_alerts')}</th><th scope="col" className="num">{t('load.episodes')}</th></tr></thead>
            <tbody>{people.list.map((row) => <tr key={row.client.id}><th scope="row"><a href={href('clients', row.client.id)}>{row.client.name ?? row.client.pseudonym ?? ''}</a></th><td className="num">{row.most}</td><td className="num">{row.alerts}</td><td className="num">{row.episodes}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/* ---- how often right ---- */

function Interval({ share, low, high }: { share: number; low: number; high: number }) {
  return (
    <svg className="interval" viewBox="0 0 120 14" aria-hidden="true">
      <rect x="0" y="5" width="120" height="4" rx="2" />
      <rect x={low * 120} y="4" width={Math.max(2, (high - low) * 120)} height="6" rx="3" fill="currentColor" opacity="0.45" />
      <circle cx={share * 120} cy="7" r="5" fill="currentColor" />
    </svg>
  );
}

function Precision({ load }: { load: Load }) {
  const { t } = useTranslation();
  const [which, setWhich] = useState<'rules' | 'concepts'>('rules');
  const [all, setAll] = useState(false);
  const { items, more } = load[which];
  const shown = all ? items : items.slice(0, 12);
  const row = (tally: Tally) => (
    <tr key={tally.id}>
      <th scope="row">{tally.text && <span className="rule-text">{tally.text}</span>}<span className="mono quiet">{tally.id}</span></th>
      <td className="num">{number(tally.alerts)}</td>
      <td className="num">{number(tally.true)}</td>
      <td className="num">{number(tally.false)}</td>
      <td className="num">{number(tally.unclear)}</td>
      <td className="num">{number(tally.open)}</td>
      <td>{tally.precision ? <><Interval {...tally.precision} /><span className="precision-words">{t('load.precision_words', { share: percent(tally.precision.share), low: percent(tally.precision.low), high: percent(tally.precision.high), of: number(tally.precision.of) })}</span></> : <span className="quiet">{t('load.precision_none')}</span>}</td>
    </tr>
  );
  return (
    <section className="block">
      <div className="sheet-head">
        <h2>{t('load.precision')}</h2>
        <Select quiet label={t('load.precision_by')} value={which} onChange={(id) => (setWhich(id === 'rules' ? 'rules' : 'concepts'), setAll(false))} options={[{ id: 'rules', label: t('load.by_rule') }, { id: 'concepts', label: t('load.by_concept') }]} />
      </div>
      <p className="quiet">{t('load.precision_body')}</p>
      {items.length === 0 ? <Empty title={t('load.precision_empty')}><p>{t('load.precision_empty_body')}</p></Empty> : (
        <div className="table-wrap" tabIndex={0} role="region" aria-label={t('load.precision')}>
          <table>
            <thead><tr><th scope="col">{t(which === 'rules' ? 'load.by_rule' : 'load.by_concept')}</th><th scope="col" className="num">{t('load.all_alerts')}</th><th scope="col" className="num">{t('load.end.true')}</th><th scope="col" className="num">{t('load.end.false')}</th><th scope="col" className="num">{t('load.end.unclear')}</th><th scope="col" className="num">{t('load.end.open')}</th><th scope="col">{t('load.precision_head')}</th></tr></thead>
            <tbody>{shown.map(row)}</tbody>
          </table>
        </div>
      )}
      {items.length > shown.length && <Button onPress={() => setAll(true)}>{t('load.show_all', { count: items.length })}</Button>}
      {more && <p className="notice warn">{t('load.more')}</p>}
    </section>
  );
}

/* ---- the page ---- */

const spans = ['1', '7', '28', '92'] as const;

export function LoadPage({ session, run }: { session: Session; run: string | null }) {
  const { t } = useTranslation();
  const [span, setSpan] = useState<string>('7');
  const query = useQuery({ queryKey: ['load', span, lang()], queryFn: () => get<Load>(`/staff/load?days=${span}&lang=${lang()}`), staleTime: 60_000 });
  const load = query.data;
  return (
    <div className="sheet load">
      <div className="sheet-head">
        <h1>{t('nav.load')}</h1>
        <Select quiet label={t('load.span')} value={span} onChange={setSpan} options={spans.map((id) => ({ id, label: t('load.last', { count: Number(id) }) }))} />
      </div>
      <p>{t('load.body')}</p>
      {query.isPending && <Skeleton rows={8} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {load && (
        <>
          {!load.rota && <p className="notice warn">{t('load.no_rota')} <a href={href('rota')}>{t('nav.rota')}</a></p>}
          <Figures load={load} />
          {load.total.alerts === 0 ? <Empty title={t('load.empty_title')}><p>{t('load.empty_body')}</p></Empty> : <Hours load={load} />}
          <Clinicians load={load} />
          {load.total.alerts > 0 && <People load={load} />}
          <Precision key={span} load={load} />
        </>
      )}
      {['supervisor', 'compliance', 'admin'].includes(session.role) && <WhatIfPart session={session} selected={run} />}
    </div>
  );
}
