/* What the programme is set to: its hours and clocks, help lines, packs; releases and keys beside them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put, type Page, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { word } from '../kit/i18n';
import { Button, Dialog, Empty, Failed, Field, Select, Skeleton, Switch, useErrorText } from '../kit/parts';
import { useTeam } from './Outcome';
import './settings.css';

/* ---- The programme ---- */

interface Span {
  days: string;
  from: string;
  to: string;
}
interface Cover {
  hours: Span[];
  on_call: Span[];
  closed: string[];
}
interface Step {
  to: 'on_duty' | 'on_call' | 'supervisors' | 'person';
  staff_id?: string;
  minutes?: number;
}
type ByPriority = Record<'1' | '2' | '3' | '4', number | null>;
interface InForce {
  acknowledge_minutes: ByPriority;
  contact_minutes: ByPriority;
  dedupe_minutes: number;
  review_minutes: number;
  countersign_minutes: number;
  checkin_read_minutes: number;
  episode_minutes: number;
  alert_budget: number;
  chain: Step[];
}
interface Programme {
  id: string;
  version: number;
  name: string;
  mode: string;
  policy: string;
  country: string;
  jurisdiction: string | null;
  language: string;
  time_zone: string;
  reach: string;
  cover: Partial<Cover> | null;
  settings: Record<string, unknown> | null;
  in_force: InForce;
}

const priorities = ['1', '2', '3', '4'] as const;
const singles = ['dedupe_minutes', 'review_minutes', 'countersign_minutes', 'checkin_read_minutes', 'episode_minutes', 'alert_budget'] as const;
type Single = (typeof singles)[number];

/* A form's numbers are kept as text until they are sent: what is no number is marked and not sent. */
interface Draft {
  acknowledge: Record<string, string>;
  contact: Record<string, string>;
  single: Record<Single, string>;
  chain: Step[];
  cover: Cover;
  closed: string;
}

const draftOf = ({ in_force, cover }: Programme): Draft => ({
  acknowledge: Object.fromEntries(priorities.map((id) => [id, String(in_force.acknowledge_minutes[id] ?? '')])),
  contact: Object.fromEntries(priorities.map((id) => [id, String(in_force.contact_minutes[id] ?? '')])),
  single: Object.fromEntries(singles.map((id) => [id, String(in_force[id])])) as Record<Single, string>,
  chain: in_force.chain,
  cover: { hours: cover?.hours ?? [], on_call: cover?.on_call ?? [], closed: cover?.closed ?? [] },
  closed: (cover?.closed ?? []).join(', '),
});

const whole = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text.trim());
const numbers = (texts: Record<string, string>): Record<string, number> => Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim()).map(([id, text]) => [id, Number(text)]));

function wrongOf(draft: Draft): string[] {
  return [
    ...priorities.filter((id) => !whole(draft.acknowledge[id] ?? '')).map((id) => `acknowledge ${id}`),
    ...priorities.filter((id) => (draft.contact[id] ?? '').trim() && !whole(draft.contact[id] ?? '')).map((id) => `contact ${id}`),
    ...singles.filter((id) => !whole(draft.single[id])),
  ];
}

function Spans({ label, spans, onChange }: { label: string; spans: Span[]; onChange: (spans: Span[]) => void }) {
  const { t } = useTranslation();
  const set = (index: number, part: Partial<Span>): void => onChange(spans.map((span, at) => (at === index ? { ...span, ...part } : span)));
  return (
    <fieldset className="spans">
      <legend>{label}</legend>
      {spans.length === 0 && <p className="quiet">{t('settings.no_hours')}</p>}
      {spans.map((span, index) => (
        <div className="span-row" key={index}>
          <Field label={t('settings.days')} value={span.days} onChange={(days) => set(index, { days })} maxLength={40} />
          <Field label={t('settings.from')} value={span.from} onChange={(from) => set(index, { from })} maxLength={5} inputMode="numeric" />
          <Field label={t('settings.to')} value={span.to} onChange={(to) => set(index, { to })} maxLength={5} inputMode="numeric" />
          <Button small onPress={() => onChange(spans.filter((_, at) => at !== index))} aria-label={`${t('settings.remove')}: ${label} ${index + 1}`}>{t('settings.remove')}</Button>
        </div>
      ))}
      <Button small onPress={() => onChange([...spans, { days: 'Mon-Fri', from: '09:00', to: '17:00' }])}>{t('settings.add_hours')}</Button>
    </fieldset>
  );
}

function Chain({ steps, onChange }: { steps: Step[]; onChange: (steps: Step[]) => void }) {
  const { t } = useTranslation();
  const team = useTeam();
  const set = (index: number, part: Partial<Step>): void => onChange(steps.map((step, at) => (at === index ? { ...step, ...part } : step)));
  const up = (index: number): void => onChange(steps.map((step, at) => (at === index - 1 ? steps[index] : at === index ? steps[index - 1] : step) as Step));
  const people = (team.data?.items ?? []).filter((one) => one.may_answer);
  return (
    <fieldset className="spans">
      <legend>{t('settings.chain')}</legend>
      <p className="quiet">{t('settings.chain_hint')}</p>
      <ol className="chain-steps">
        {steps.map((step, index) => (
          <li className="span-row" key={index}>
            <Select label={t('settings.step', { number: index + 1 })} value={step.to} onChange={(to) => set(index, { to: to as Step['to'], staff_id: to === 'person' ? people[0]?.id : undefined })} options={(['on_duty', 'on_call', 'supervisors', 'person'] as const).map((id) => ({ id, label: t(`settings.to_${id}`) }))} />
            {step.to === 'person' && <Select label={t('settings.who')} value={step.staff_id ?? ''} onChange={(staff_id) => set(index, { staff_id })} options={people.map((one) => ({ id: one.id, label: one.name }))} />}
            <Field label={t('settings.step_minutes')} value={step.minutes ? String(step.minutes) : ''} onChange={(text) => set(index, { minutes: whole(text) ? Number(text) : undefined })} inputMode="numeric" maxLength={4} />
            {index > 0 && <Button small onPress={() => up(index)} aria-label={t('settings.up_of', { number: index + 1 })}>{t('settings.up')}</Button>}
            {steps.length > 1 && <Button small onPress={() => onChange(steps.filter((_, at) => at !== index))} aria-label={t('settings.remove_step', { number: index + 1 })}>{t('settings.remove')}</Button>}
          </li>
        ))}
      </ol>
      {steps.length < 10 && <Button small onPress={() => onChange([...steps, { to: 'supervisors' }])}>{t('settings.add_step')}</Button>}
    </fieldset>
  );
}

function Facts({ programme }: { programme: Programme }) {
  const { t } = useTranslation();
  const rows: [string, string][] = [['name', programme.name], ['mode', programme.mode], ['policy', programme.policy], ['place', programme.jurisdiction ?? programme.country], ['zone', programme.time_zone], ['reach', t(`key.${programme.reach}`)]];
  return <dl className="settings-facts">{rows.map(([id, value]) => <div key={id}><dt>{t(`settings.fact.${id}`)}</dt><dd>{value}</dd></div>)}</dl>;
}

function ProgrammeForm({ programme, mayChange }: { programme: Programme; mayChange: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [draft, setDraft] = useState(() => draftOf(programme));
  const wrong = wrongOf(draft);
  const save = useMutation({
    mutationFn: () =>
      put<Programme>('/staff/programme', {
        version: programme.version,
        cover: { ...draft.cover, closed: draft.closed.split(/[\s,]+/).filter(Boolean) },
        settings: { acknowledge_minutes: numbers(draft.acknowledge), contact_minutes: numbers(draft.contact), ...numbers(draft.single), chain: draft.chain.map(({ to, staff_id, minutes }) => ({ to, ...(to === 'person' ? { staff_id } : {}), ...(minutes ? { minutes } : {}) })) },
      }),
    onSuccess: async (row) => {
      queries.setQueryData(['programme'], row);
      setDraft(draftOf(row));
      await Promise.all([['rota'], ['policy'], ['load']].map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
  const set = (part: Partial<Draft>): void => {
    save.reset();
    setDraft({ ...draft, ...part });
  };
  const minutes = (kind: 'acknowledge' | 'contact', id: string) => <Field label={t(`settings.${kind}_of`, { priority: id })} value={draft[kind][id] ?? ''} onChange={(text) => set({ [kind]: { ...draft[kind], [id]: text } })} inputMode="numeric" maxLength={5} wrong={wrong.includes(`${kind} ${id}`) ? t('settings.whole') : null} />;
  return (
    <form className="settings-form" onSubmit={(event) => (event.preventDefault(), wrong.length === 0 && save.mutate())}>
      <fieldset disabled={!mayChange} className="plain-set">
        <h2>{t('settings.clocks')}</h2>
        <p className="quiet">{t('settings.clocks_hint')}</p>
        <div className="clock-grid">{priorities.map((id) => <div key={id} className="clock-pair"><strong>{t('settings.priority', { id })}</strong>{minutes('acknowledge', id)}{minutes('contact', id)}</div>)}</div>
        <Chain steps={draft.chain} onChange={(chain) => set({ chain })} />
        <h2>{t('settings.hours')}</h2>
        <p className="quiet">{t('settings.hours_hint', { zone: programme.time_zone })}</p>
        <Spans label={t('settings.in_hours')} spans={draft.cover.hours} onChange={(hours) => set({ cover: { ...draft.cover, hours } })} />
        <Spans label={t('settings.on_call')} spans={draft.cover.on_call} onChange={(on_call) => set({ cover: { ...draft.cover, on_call } })} />
        <Field label={t('settings.closed')} hint={t('settings.closed_hint')} value={draft.closed} onChange={(closed) => set({ closed })} maxLength={2000} />
        <h2>{t('settings.others')}</h2>
        <div className="clock-grid">{singles.map((id) => <Field key={id} label={t(`settings.single.${id}`)} hint={t(`settings.single_hint.${id}`)} value={draft.single[id]} onChange={(text) => set({ single: { ...draft.single, [id]: text } })} inputMode="numeric" maxLength={5} wrong={wrong.includes(id) ? t('settings.whole') : null} />)}</div>
      </fieldset>
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <p role="status">{save.isSuccess ? t('settings.saved') : null}</p>
      {mayChange ? <div className="actions start"><Button look="primary" type="submit" isDisabled={wrong.length > 0} isPending={save.isPending}>{t('settings.save')}</Button></div> : <p className="quiet">{t('settings.read_only')}</p>}
    </form>
  );
}

export function ProgrammePart({ session }: { session: Session }) {
  const query = useQuery({ queryKey: ['programme'], queryFn: () => get<Programme>('/staff/programme') });
  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <section className="block">
      <Facts programme={query.data} />
      <ProgrammeForm key={query.data.version} programme={query.data} mayChange={session.role === 'admin'} />
    </section>
  );
}

/* ---- Help lines ---- */

interface Line {
  id: string;
  name: string;
  channel: string;
  value: string;
  audience: string | null;
  hours: string;
  source: string;
  verified_at: string;
  check_due: boolean;
  down: boolean;
}

const countries = ['US', 'CA', 'GB', 'IE', 'AU', 'NZ', 'AT', 'BD', 'BE', 'BR', 'CH', 'CN', 'DE', 'DK', 'ES', 'FI', 'FR', 'GH', 'HK', 'ID', 'IL', 'IN', 'IT', 'JP', 'KE', 'KR', 'MX', 'NL', 'NO', 'PH', 'PT', 'RU', 'SE', 'ZA'];

function DownDialog({ line, country, onClose }: { line: Line; country: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [note, setNote] = useState('');
  const save = useMutation({
    mutationFn: () => put(`/staff/helplines/${line.id}`, { down: !line.down, note: note.trim() }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['helplines', country] });
      onClose();
    },
  });
  return (
    <Dialog title={t(line.down ? 'settings.line_up_title' : 'settings.line_down_title', { name: line.name })} open onClose={onClose}>
      <p>{t(line.down ? 'settings.line_up_body' : 'settings.line_down_body')}</p>
      <Field label={t('settings.line_note')} value={note} onChange={setNote} rows={2} maxLength={160} required />
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!note.trim()} isPending={save.isPending} onPress={() => save.mutate()}>{t(line.down ? 'settings.line_up' : 'settings.line_down')}</Button>
      </div>
    </Dialog>
  );
}

export function LinesPart({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const own = countries.includes(session.programme.country) ? session.programme.country : 'US';
  const [country, setCountry] = useState(own);
  const [changing, setChanging] = useState<Line | null>(null);
  const names = new Intl.DisplayNames(i18n.language, { type: 'region' });
  const query = useQuery({ queryKey: ['helplines', country], queryFn: () => get<Page<Line> & { check_days: number }>(`/staff/helplines?country=${country}`) });
  const mayChange = ['clinician', 'supervisor', 'admin'].includes(session.role);
  return (
    <section className="block">
      <Select label={t('settings.country')} value={country} onChange={setCountry} options={countries.map((id) => ({ id, label: names.of(id) ?? id })).sort((a, b) => a.label.localeCompare(b.label))} />
      <p className="quiet">{t('settings.lines_hint', { days: query.data?.check_days ?? 90 })}</p>
      {query.isPending && <Skeleton rows={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <Empty title={t('settings.no_lines')} />}
      {query.data && query.data.items.length > 0 && (
        <ul className="lines-list">
          {query.data.items.map((line) => (
            <li key={line.id} data-down={line.down || undefined}>
              <div>
                <strong>{line.name}</strong> <span className="mono">{line.value}</span> {line.down && <span className="tag strong">{t('settings.down')}</span>} {line.check_due && <span className="tag">{t('settings.check_due')}</span>}
                <p className="quiet">{[word('settings.channel', line.channel), line.audience && word('settings.audience', line.audience), line.hours].filter(Boolean).join(' · ')}</p>
                <p className="quiet">{t('settings.line_source', { source: line.source, at: line.verified_at })}</p>
              </div>
              {mayChange && <Button small onPress={() => setChanging(line)} aria-label={`${t(line.down ? 'settings.line_up' : 'settings.line_down')}: ${line.name}`}>{t(line.down ? 'settings.line_up' : 'settings.line_down')}</Button>}
            </li>
          ))}
        </ul>
      )}
      {changing && <DownDialog line={changing} country={country} onClose={() => setChanging(null)} />}
    </section>
  );
}

/* ---- Packs ---- */

interface Pack {
  file: string;
  kind: string;
  id: string;
  version: string | null;
  lang: string | null;
  author: string | null;
  reviewed: string | null;
  verified_at: string | null;
  review: string | null;
  bytes: number;
  hash: string;
}

export function PacksPart() {
  const { t } = useTranslation();
  const [kind, setKind] = useState('all');
  const [unreviewed, setUnreviewed] = useState(false);
  const query = useQuery({ queryKey: ['packs'], queryFn: () => get<{ engine: string; packs: string; items: Pack[] }>('/staff/packs'), staleTime: Infinity });
  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const { items, engine, packs } = query.data;
  const kinds = [...new Set(items.map((pack) => pack.kind))].sort();
  const shown = items.filter((pack) => (kind === 'all' || pack.kind === kind) && (!unreviewed || /\bnot\b/.test(pack.review ?? 'not')));
  return (
    <section className="block">
      <p>{t('settings.packs_run', { engine, packs, count: items.length })}</p>
      <p className="quiet">{t('settings.packs_hint')}</p>
      <div className="packs-filter">
        <Select label={t('settings.kind')} value={kind} onChange={setKind} options={[{ id: 'all', label: t('settings.all_kinds') }, ...kinds.map((id) => ({ id, label: id }))]} />
        <Switch on={unreviewed} onChange={setUnreviewed}>{t('settings.only_unreviewed')}</Switch>
      </div>
      <p role="status" className="quiet">{t('settings.packs_shown', { count: shown.length })}</p>
      {shown.length === 0 ? <Empty title={t('settings.no_packs')} /> : (
        <div className="table-wrap" tabIndex={0} role="region" aria-label={t('settings.packs')}>
          <table>
            <thead><tr><th scope="col">{t('settings.pack')}</th><th scope="col">{t('settings.kind')}</th><th scope="col">{t('settings.version')}</th><th scope="col">{t('settings.review')}</th><th scope="col">{t('settings.hash')}</th></tr></thead>
            <tbody>{shown.map((pack) => <tr key={pack.file}><th scope="row">{pack.id}<br /><span className="quiet">{pack.file}</span></th><td>{pack.kind}</td><td>{pack.version}</td><td>{pack.review}<br /><span className="quiet">{[pack.author, pack.reviewed ?? pack.verified_at].filter(Boolean).join(', ')}</span></td><td className="mono">{pack.hash}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
