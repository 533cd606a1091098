/* What the team was told about a client's medicines: noted down, changed, stopped, marked as wrong. A record: nothing here prescribes or
 * advises, and the page says so. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post } from '../kit/api';
import { word } from '../kit/i18n';
import { amountOf, knownAs, takenAlready, toldDay, type Medicine, type MedicineEntry, type Medicines } from '../kit/medicines';
import { Button, Dialog, Failed, Field, Select, Skeleton, useErrorText, When } from '../kit/parts';
import './medicines.css';

type Verb = 'start' | 'change' | 'stop' | 'error';

interface Told {
  name: string;
  dose: string;
  frequency: string;
  reason: string;
  note: string;
  told_by: string;
  exact: 'day' | 'month' | 'year' | 'unknown';
  day: string;
}

const tellers = ['client', 'prescriber', 'record'] as const;

const toldOf = (entry: MedicineEntry | null, today: string): Told => ({ name: '', dose: entry?.dose ?? '', frequency: entry?.frequency ?? '', reason: '', note: '', told_by: '', exact: 'day', day: today });

const lengths = { day: 10, month: 7, year: 4, unknown: 0 } as const;

function SinceWhen({ told, set, today }: { told: Told; set: (change: Partial<Told>) => void; today: string }) {
  const { t } = useTranslation();
  const exact = (next: Told['exact']): void => set({ exact: next, day: (told.day || today).slice(0, lengths[next]) + (next === 'day' ? today.slice((told.day || today).length) : '') });
  return (
    <div className="medicine-pair">
      <Select label={t('medicines.exact')} value={told.exact} onChange={(next) => exact(next as Told['exact'])} options={(['day', 'month', 'year', 'unknown'] as const).map((id) => ({ id, label: t(`medicines.exactly.${id}`) }))} />
      {told.exact === 'day' && <Field label={t('medicines.day')} type="date" value={told.day} onChange={(day) => set({ day })} required />}
      {told.exact === 'month' && <Field label={t('medicines.month')} hint={t('medicines.month_hint')} value={told.day} onChange={(day) => set({ day })} maxLength={7} required />}
      {told.exact === 'year' && <Field label={t('medicines.year')} inputMode="numeric" value={told.day} onChange={(day) => set({ day })} maxLength={4} required />}
    </div>
  );
}

function Act({ clientId, verb, entry, known, onClose }: { clientId: string; verb: Verb; entry: MedicineEntry | null; known: Medicines; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [told, setTold] = useState(() => toldOf(verb === 'change' ? entry : null, known.today));
  const set = (change: Partial<Told>): void => setTold((old) => ({ ...old, ...change }));
  const save = useMutation({
    mutationFn: () => {
      const { exact, ...body } = told;
      const where = `/staff/clients/${clientId}/medications`;
      return post<Medicines>(entry ? `${where}/${entry.id}/${verb}` : where, { ...body, day: exact === 'unknown' ? '' : told.day, ...(entry ? { version: entry.version } : {}) });
    },
    onSuccess: (now) => {
      queries.setQueryData(['medicines', clientId], now);
      void queries.invalidateQueries({ queryKey: ['timeline', clientId] });
      void queries.invalidateQueries({ queryKey: ['measures', clientId] });
      onClose();
    },
  });
  const twice = verb === 'start' ? takenAlready(known.items, told.name) : undefined;
  const whole = verb === 'error' && entry?.kind === 'started';
  const missing = (verb === 'start' && !told.name.trim()) || (verb === 'error' ? !told.reason.trim() : !told.told_by || (told.exact !== 'unknown' && told.day.length !== lengths[told.exact]));
  return (
    <Dialog title={t(`medicines.title.${verb}`, { name: entry?.name ?? '' })} open onClose={onClose}>
      {verb === 'error' ? <p>{t(whole ? 'medicines.error_whole' : 'medicines.error_body')}</p> : <p className="quiet">{t('medicines.readable')}</p>}
      {verb === 'start' && <Field label={t('medicines.name')} hint={t('medicines.name_hint')} value={told.name} onChange={(name) => set({ name })} maxLength={200} required />}
      {twice && <p className="notice" role="status">{t('medicines.twice', { name: twice.now?.name ?? '' })}</p>}
      {(verb === 'start' || verb === 'change') && (
        <div className="medicine-pair">
          <Field label={t('medicines.dose')} hint={t('medicines.as_told')} value={told.dose} onChange={(dose) => set({ dose })} maxLength={200} />
          <Field label={t('medicines.frequency')} hint={t('medicines.frequency_hint')} value={told.frequency} onChange={(frequency) => set({ frequency })} maxLength={200} />
        </div>
      )}
      {verb !== 'error' && <SinceWhen told={told} set={set} today={known.today} />}
      {verb !== 'error' && <Select label={t('medicines.told_by')} value={told.told_by} onChange={(told_by) => set({ told_by })} options={[{ id: '', label: t('medicines.choose') }, ...tellers.map((id) => ({ id, label: t(`medicines.teller.${id}`) }))]} />}
      <Field label={t(verb === 'error' ? 'medicines.what_was_wrong' : `medicines.reason.${verb}`)} value={told.reason} onChange={(reason) => set({ reason })} rows={2} maxLength={1000} required={verb === 'error'} />
      {verb !== 'error' && <Field label={t('medicines.note')} value={told.note} onChange={(note) => set({ note })} rows={2} maxLength={2000} />}
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look={verb === 'error' ? 'danger' : 'primary'} isDisabled={missing} isPending={save.isPending} onPress={() => save.mutate()}>{t(`medicines.save.${verb}`)}</Button>
      </div>
    </Dialog>
  );
}

const useSince = (): ((entry: MedicineEntry) => string) => {
  const { t } = useTranslation();
  return (entry) => t(entry.day ? `medicines.since.${entry.kind}` : `medicines.since_unknown.${entry.kind}`, { day: entry.day ? toldDay(entry.day) : '' });
};

function Entry({ entry, onError }: { entry: MedicineEntry; onError: () => void }) {
  const { t } = useTranslation();
  const since = useSince();
  const wrong = entry.state === 'entered_in_error';
  return (
    <li className="medicine-entry" data-state={entry.state}>
      <p>{since(entry)}{entry.kind !== 'stopped' && amountOf(entry) ? `: ${amountOf(entry)}` : ''}{wrong && <> <span className="tag">{t('medicines.state.entered_in_error')}</span></>}</p>
      {entry.reason && <p className="prewrap">{entry.reason}</p>}
      {entry.note && <p className="prewrap">{entry.note}</p>}
      <p className="quiet">{t(`medicines.from.${entry.told_by}`)} {t('medicines.noted', { name: entry.recorded_by ?? '' })} <When at={entry.recorded_at} /></p>
      {wrong && <p className="quiet">{t('medicines.error_said', { name: entry.error_by ?? '', reason: entry.error_reason ?? '' })}</p>}
      {!wrong && <Button small look="plain" className="no-print" aria-label={t('medicines.error_of', { what: since(entry) })} onPress={onError}>{t('medicines.error')}</Button>}
    </li>
  );
}

function One({ medicine, onAct }: { medicine: Medicine; onAct: (verb: Verb, entry: MedicineEntry) => void }) {
  const { t } = useTranslation();
  const since = useSince();
  const entry = medicine.now ?? medicine.entries[0];
  if (!entry) return null;
  const name = entry.name ?? t('medicines.erased'), known = knownAs(entry);
  return (
    <li className="medicine" data-state={medicine.state}>
      <div className="medicine-head">
        <h3>{name}</h3>
        {known && <span className="quiet">{known}</span>}
        {medicine.state !== 'active' && <span className="tag">{t(`medicines.state.${medicine.state}`)}</span>}
      </div>
      {medicine.now && medicine.state === 'active' && <p className="medicine-amount">{amountOf(entry) || t('medicines.no_amount')}</p>}
      {medicine.now && <p>{since(entry)}. <span className="quiet">{t(`medicines.from.${entry.told_by}`)}</span></p>}
      {medicine.state === 'active' && (
        <div className="medicine-acts no-print">
          <Button small aria-label={t('medicines.change_of', { name })} onPress={() => onAct('change', entry)}>{t('medicines.change')}</Button>
          <Button small aria-label={t('medicines.stop_of', { name })} onPress={() => onAct('stop', entry)}>{t('medicines.stop')}</Button>
        </div>
      )}
      <details className="medicine-past">
        <summary>{t('medicines.entries', { count: medicine.entries.length })}</summary>
        <ol>{medicine.entries.map((each) => <Entry key={each.id} entry={each} onError={() => onAct('error', each)} />)}</ol>
      </details>
    </li>
  );
}

export function MedicinesOf({ clientId }: { clientId: string }) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<{ verb: Verb; entry: MedicineEntry | null } | null>(null);
  const query = useQuery({ queryKey: ['medicines', clientId], queryFn: () => get<Medicines>(`/staff/clients/${clientId}/medications`) });
  const items = query.data?.items ?? [];
  const now = items.filter((item) => item.state === 'active'), past = items.filter((item) => item.state !== 'active');
  const list = (which: Medicine[]) => <ul className="medicine-list">{which.map((medicine) => <One key={medicine.id} medicine={medicine} onAct={(verb, entry) => setDoing({ verb, entry })} />)}</ul>;
  return (
    <section className="medicines" aria-labelledby="medicines-title">
      <div className="sheet-head">
        <h2 id="medicines-title">{t('medicines.heading')}</h2>
        <Button className="no-print" isDisabled={!query.isSuccess} onPress={() => setDoing({ verb: 'start', entry: null })}>{t('medicines.add')}</Button>
      </div>
      <p className="quiet">{t('medicines.what')}</p>
      {query.isPending && <Skeleton rows={2} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && now.length === 0 && <p>{t(past.length ? 'medicines.none_now' : 'medicines.none')}</p>}
      {now.length > 0 && list(now)}
      {past.length > 0 && (
        <details className="medicine-over">
          <summary>{t('medicines.over', { count: past.length })}</summary>
          {list(past)}
        </details>
      )}
      {doing && query.data && <Act clientId={clientId} verb={doing.verb} entry={doing.entry} known={query.data} onClose={() => setDoing(null)} />}
    </section>
  );
}

/* The line of the timeline. */
export function useToldMedicine(): (about: Record<string, unknown>) => string {
  const { t } = useTranslation();
  return (about) => {
    const text = (key: string): string => (typeof about[key] === 'string' ? (about[key] as string) : '');
    const name = text('name') || t('medicines.erased'), amount = amountOf({ dose: text('dose') || null, frequency: text('frequency') || null });
    return t(text('day') ? 'medicines.line_day' : 'medicines.line', { name, what: word('medicines.kind', text('kind')), amount: amount && text('kind') !== 'stopped' ? `, ${amount}` : '', day: text('day') ? toldDay(text('day')) : '' });
  };
}
