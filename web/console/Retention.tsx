/* How long what is kept: a period for each class, what would go by them, and the switch. Nothing is deleted before somebody of compliance has looked at the
 * numbers and put it on. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, put, type Id, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { Button, Dialog, Empty, Failed, Field, Select, Skeleton, useErrorText, When } from '../kit/parts';
import './retention.css';

interface Period {
  years?: number;
  days?: number;
}
interface Kept {
  id: string;
  period: Period | null;
  proposal: Period;
  least_days: number;
  source: string;
  certainty: string;
}
interface Count {
  due: number;
  gone: number;
  held: number;
  open: number;
}
interface Run {
  id: Id;
  kind: 'dry' | 'real';
  state: 'running' | 'done' | 'cancelled' | 'failed' | 'interrupted';
  edition: number;
  by: string | null;
  started_at: string;
  ended_at: string | null;
  counts: Record<string, Count> | null;
  progress: number;
  failure: string | null;
}
interface Retention {
  schedule: { version: number; state: 'on' | 'off'; edition: number; periods: Record<string, Period>; changed_by: string | null; confirmed_by: string | null; confirmed_at: string | null; next_at: string | null } | null;
  classes: Kept[];
  law_years: number;
  runs: Run[];
}

const key = ['retention'];

function usePeriodText(): (period: Period | null) => string {
  const { t } = useTranslation();
  return (period) => (period?.years ? t('retention.years', { count: period.years }) : period?.days ? t('retention.days', { count: period.days }) : t('retention.kept'));
}

/* ---- Periods ---- */

type Draft = Record<string, { count: string; unit: 'years' | 'days' }>;

const draftOf = (classes: Kept[]): Draft => Object.fromEntries(classes.map((each) => [each.id, { count: String(each.period?.years ?? each.period?.days ?? ''), unit: each.period?.days ? 'days' as const : 'years' as const }]));

function periodsOf(draft: Draft): Record<string, Period> | null {
  const periods: Record<string, Period> = {};
  for (const [id, { count, unit }] of Object.entries(draft)) {
    if (!count.trim()) continue;
    if (!/^[1-9]\d{0,4}$/.test(count.trim())) return null;
    periods[id] = { [unit]: Number(count) };
  }
  return periods;
}

function Periods({ data, mayChange }: { data: Retention; mayChange: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const periodText = usePeriodText();
  const [draft, setDraft] = useState(() => draftOf(data.classes));
  const periods = periodsOf(draft);
  const same = JSON.stringify(periods) === JSON.stringify(periodsOf(draftOf(data.classes)));
  const save = useMutation({
    mutationFn: () => put<Retention>('/staff/retention', { periods, ...(data.schedule ? { version: data.schedule.version } : {}) }),
    onSuccess: (now) => queries.setQueryData(key, now),
  });
  const set = (id: string, change: Partial<Draft[string]>): void => setDraft((old) => ({ ...old, [id]: { ...(old[id] ?? { count: '', unit: 'years' }), ...change } }));
  return (
    <form onSubmit={(event) => (event.preventDefault(), save.mutate())}>
      <h2>{t('retention.periods')}</h2>
      <p className="quiet">{t('retention.periods_hint')}{data.law_years > 0 && ` ${t('retention.law', { count: data.law_years })}`}</p>
      <ul className="retention-classes">
        {data.classes.map((each) => (
          <li key={each.id}>
            <div className="retention-what">
              <h3>{t(`retention.class.${each.id}`)}</h3>
              <p>{t(`retention.about.${each.id}`)}</p>
              <p className="quiet">{t('retention.proposal', { period: periodText(each.proposal), source: t(`retention.source.${each.source}`) })} <abbr title={t('retention.certainty')}>[{each.certainty}]</abbr></p>
            </div>
            {mayChange ? (
              <div className="retention-period">
                <Field label={t('retention.count', { name: t(`retention.class.${each.id}`) })} hint={t('retention.empty_kept')} value={draft[each.id]?.count ?? ''} onChange={(count) => set(each.id, { count })} inputMode="numeric" maxLength={5} autoComplete="off" wrong={draft[each.id]?.count.trim() && !/^[1-9]\d{0,4}$/.test(draft[each.id]?.count.trim() ?? '') ? t('settings.whole') : undefined} />
                <Select label={t('retention.unit', { name: t(`retention.class.${each.id}`) })} value={draft[each.id]?.unit ?? 'years'} onChange={(unit) => set(each.id, { unit: unit === 'days' ? 'days' : 'years' })} options={[{ id: 'years', label: t('retention.unit_years') }, { id: 'days', label: t('retention.unit_days') }]} />
              </div>
            ) : <p><strong>{periodText(each.period)}</strong></p>}
          </li>
        ))}
      </ul>
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      {mayChange && (
        <div className="actions">
          <Button onPress={() => setDraft(Object.fromEntries(data.classes.map((each) => [each.id, { count: String(each.proposal.years ?? each.proposal.days ?? ''), unit: each.proposal.days ? 'days' as const : 'years' as const }])))}>{t('retention.take_proposals')}</Button>
          <Button type="submit" look="primary" isDisabled={!periods || same} isPending={save.isPending}>{t('retention.save')}</Button>
        </div>
      )}
      {mayChange && data.schedule?.state === 'on' && !same && <p className="notice warn">{t('retention.switches_off')}</p>}
    </form>
  );
}

/* ---- Looks ---- */

function Counts({ run }: { run: Run }) {
  const { t } = useTranslation();
  const rows = Object.entries(run.counts ?? {});
  if (!rows.length) return <p className="quiet">{t('retention.nothing_set')}</p>;
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={t('retention.counts')}>
      <table>
        <thead><tr><th scope="col">{t('retention.what')}</th><th scope="col">{t(run.kind === 'dry' ? 'retention.would_go' : 'retention.went')}</th><th scope="col">{t('retention.held')}</th><th scope="col">{t('retention.open')}</th></tr></thead>
        <tbody>{rows.map(([id, count]) => <tr key={id}><th scope="row">{t(`retention.class.${id}`)}<br /><span className="quiet">{t(id === 'care' ? 'retention.in_clients' : 'retention.in_rows')}</span></th><td>{run.kind === 'dry' ? count.due : count.gone}</td><td>{count.held}</td><td>{count.open}</td></tr>)}</tbody>
      </table>
    </div>
  );
}

function Look({ run, mayChange }: { run: Run; mayChange: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const cancel = useMutation({ mutationFn: () => post<Retention>(`/staff/retention/runs/${run.id}/cancel`), onSuccess: (now) => queries.setQueryData(key, now) });
  return (
    <article className="retention-look">
      <h3>{t(`retention.kind.${run.kind}`)}</h3>
      <p role="status">{t(`retention.state.${run.state}`, { failure: run.failure ?? '' })} · <When at={run.ended_at ?? run.started_at} />{run.by && ` · ${run.by}`}</p>
      {run.state === 'running' && (
        <div className="retention-progress">
          <progress value={run.progress} max={1000} aria-label={t('retention.progress')} />
          {mayChange && <Button small isPending={cancel.isPending} onPress={() => cancel.mutate()}>{t('kit.cancel')}</Button>}
        </div>
      )}
      <Counts run={run} />
    </article>
  );
}

/* ---- The switch ---- */

function Confirm({ data, run, onClose }: { data: Retention; run: Run; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const confirm = useMutation({
    mutationFn: () => post<Retention>('/staff/retention/confirm', { run_id: run.id, version: data.schedule?.version }),
    onSuccess: (now) => {
      queries.setQueryData(key, now);
      onClose();
    },
  });
  return (
    <Dialog title={t('retention.confirm_title')} role="alertdialog" open onClose={onClose}>
      <p>{t('retention.confirm_body')}</p>
      <Counts run={run} />
      {confirm.isError && <p className="wrong" role="alert">{confirm.error instanceof ApiError && confirm.error.code === 'dry_run_needed' ? t('retention.dry_run_needed') : errorText(confirm.error)}</p>}
      <div className="actions"><Button onPress={onClose}>{t('kit.cancel')}</Button><Button look="danger" isPending={confirm.isPending} onPress={() => confirm.mutate()}>{t('retention.confirm')}</Button></div>
    </Dialog>
  );
}

function Switch({ data, mayChange }: { data: Retention; mayChange: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [confirming, setConfirming] = useState(false);
  const act = useMutation({ mutationFn: (path: string) => post<Retention>(path), onSuccess: (now) => queries.setQueryData(key, now) });
  const schedule = data.schedule;
  const looked = data.runs.find((run) => run.kind === 'dry' && run.state === 'done' && run.edition === schedule?.edition);
  const busy = data.runs.some((run) => run.state === 'running');
  return (
    <section aria-labelledby="retention-now">
      <h2 id="retention-now">{t('retention.now')}</h2>
      <p className={schedule?.state === 'on' ? 'notice' : undefined}>
        {!schedule ? t('retention.off_unset') : schedule.state === 'on' ? t('retention.on', { name: schedule.confirmed_by ?? '' }) : t('retention.off')}
        {schedule?.confirmed_at && <> <When at={schedule.confirmed_at} />.</>}
        {schedule?.state === 'on' && schedule.next_at && <> {t('retention.next')} <When at={schedule.next_at} />.</>}
      </p>
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      {mayChange && schedule && (
        <div className="actions">
          <Button look="outline" isDisabled={busy} isPending={act.isPending} onPress={() => act.mutate('/staff/retention/dry-run')}>{t('retention.dry_run')}</Button>
          {schedule.state === 'off' && <Button look="danger" isDisabled={!looked} onPress={() => setConfirming(true)}>{t('retention.confirm')}</Button>}
          {schedule.state === 'on' && <Button onPress={() => act.mutate('/staff/retention/off')}>{t('retention.switch_off')}</Button>}
        </div>
      )}
      {mayChange && schedule?.state === 'off' && !looked && <p className="quiet">{t('retention.look_first')}</p>}
      {confirming && looked && <Confirm data={data} run={looked} onClose={() => setConfirming(false)} />}
    </section>
  );
}

export function RetentionPart({ session }: { session: Session }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: key, queryFn: () => get<Retention>('/staff/retention'), refetchInterval: (state) => (state.state.data?.runs.some((run) => run.state === 'running') ? 1_000 : false) });
  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const mayChange = session.role === 'compliance';
  return (
    <section className="block retention">
      <p>{t('retention.intro')}</p>
      {!mayChange && <p className="quiet">{t('retention.read_only')}</p>}
      <Switch data={query.data} mayChange={mayChange} />
      <h2>{t('retention.looks')}</h2>
      {query.data.runs.length === 0 ? <Empty title={t('retention.no_looks')}><p>{t('retention.no_looks_body')}</p></Empty> : query.data.runs.slice(0, 3).map((run) => <Look key={run.id} run={run} mayChange={mayChange} />)}
      <Periods key={query.data.schedule?.edition ?? 0} data={query.data} mayChange={mayChange} />
    </section>
  );
}
