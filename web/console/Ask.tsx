/* A questionnaire asked for by hand: which, until when, and when it opens. One that asks about danger waits until somebody reads the answers,
 * unless a clinician says that they read them now. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, post } from '../kit/api';
import { word } from '../kit/i18n';
import { Button, Dialog, Failed, Select, Skeleton, useErrorText, When } from '../kit/parts';
import { useInstruments, WordingNotice } from './instruments';
import { TwoClocks, type Occurrence } from './Schedules';

export type Asked = Occurrence & { version: number; due_at: string; source: string; zone: string | null; opens_at: string | null; read_by: string | null };

interface Opening {
  asks_about_danger: boolean;
  opens_now: boolean;
  opens_at: string | null; /* null and not now: nobody is there before it is due */
  why: string | null;
  zone: string;
}

export const isWaiting = (task: Asked): boolean => task.state === 'due' || task.state === 'started' || task.state === 'planned';

const dueIn = (days: string): string => new Date(Date.now() + Number(days) * 86_400_000).toISOString();

function WhenOpen({ opening, byMe }: { opening: Opening; byMe: boolean }) {
  const { t } = useTranslation();
  if (!opening.asks_about_danger) return null;
  if (opening.opens_now) return <p className="notice">{t('ask.now')}</p>;
  if (byMe) return <p className="notice">{t('ask.by_me')}</p>;
  return (
    <div className="notice ask-when">
      <p><strong>{opening.opens_at ? <>{t('ask.opens')} <TwoClocks at={opening.opens_at} zone={opening.zone} />{t('ask.opens_when')}</> : t('ask.never')}</strong></p>
      <p>{word('ask.why', opening.why ?? 'no_cover')}{opening.opens_at ? '' : ` ${t('ask.never_do')}`}</p>
    </div>
  );
}

function ReadByMe({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <label className="check">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      <span>{t('ask.read_by_me')} <span className="quiet">{t('ask.read_by_me_hint')}</span></span>
    </label>
  );
}

export function AskDialog({ clientId, language, mayRead, onClose }: { clientId: string; language: string; mayRead: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [instrument, setInstrument] = useState('phq-9');
  const [days, setDays] = useState('7');
  const [byMe, setByMe] = useState(false);
  const list = useInstruments();
  const items = list.data?.items ?? [];
  const chosen = items.find((each) => each.id === instrument);
  const askable = Boolean(chosen?.langs.length);
  const opening = useQuery({ queryKey: ['ask-opening', clientId, instrument, days], queryFn: () => post<Opening>(`/staff/clients/${clientId}/questionnaires/preview`, { instrument, due_at: dueIn(days) }), enabled: askable, gcTime: 0, retry: false });
  const waits = opening.data?.asks_about_danger && !opening.data.opens_now;
  const ask = useMutation({
    mutationFn: () => post(`/staff/clients/${clientId}/questionnaires`, { instrument, due_at: dueIn(days), ...(waits && byMe ? { read_by_me: true } : {}) }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['measures', clientId] });
      void queries.invalidateQueries({ queryKey: ['timeline', clientId] });
      onClose();
    },
    onError: () => void opening.refetch(),
  });
  const nobody = ask.error instanceof ApiError && ask.error.code === 'nobody_before_due';
  return (
    <Dialog title={t('measures.assign')} open onClose={onClose}>
      {list.isPending && <Skeleton rows={2} />}
      {list.isError && <Failed error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && (
        <>
          <Select label={t('measures.instrument')} value={instrument} options={items.map((each) => ({ id: each.id, label: each.langs.length ? `${each.title} · ${each.about ?? ''}` : `${each.title} · ${t('measures.no_text')}` }))} onChange={setInstrument} />
          <Select label={t('measures.due_in')} value={days} options={['1', '2', '7', '14', '28'].map((id) => ({ id, label: t('measures.days', { count: Number(id) }) }))} onChange={setDays} />
          {chosen && !askable && <p className="notice">{t('measures.no_text_why')}</p>}
          {askable && chosen && <WordingNotice of={chosen} language={language} />}
          <div aria-live="polite" className="ask-opening">
            {askable && opening.isPending && <Skeleton rows={1} />}
            {opening.isError && <p className="wrong">{errorText(opening.error)}</p>}
            {askable && opening.data && <WhenOpen opening={opening.data} byMe={byMe} />}
          </div>
          {askable && waits && mayRead && <ReadByMe on={byMe} onChange={setByMe} />}
        </>
      )}
      {ask.isError && <p className="wrong" role="alert">{nobody ? t('ask.never') : errorText(ask.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!opening.isSuccess || !askable || Boolean(waits && !opening.data?.opens_at && !byMe)} isPending={ask.isPending} onPress={() => ask.mutate()}>{t('measures.ask')}</Button>
      </div>
    </Dialog>
  );
}

function OpenNow({ clientId, task, onClose }: { clientId: string; task: Asked; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const open = useMutation({
    mutationFn: () => post(`/staff/questionnaires/${task.id}/read-by-me`, { version: task.version }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['measures', clientId] });
      void queries.invalidateQueries({ queryKey: ['timeline', clientId] });
    },
    onSuccess: onClose,
  });
  return (
    <Dialog title={t('ask.open_title', { title: task.title ?? task.instrument })} open onClose={onClose} role="alertdialog">
      <p>{t('ask.open_body')}</p>
      {open.isError && <p className="wrong" role="alert">{errorText(open.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isPending={open.isPending} onPress={() => open.mutate()}>{t('ask.open_yes')}</Button>
      </div>
    </Dialog>
  );
}

function Waiting({ task, onOpen }: { task: Asked; onOpen: (() => void) | null }) {
  const { t } = useTranslation();
  const title = task.title ?? task.instrument;
  if (task.state === 'planned')
    return (
      <li>
        {title} <span className="tag">{t('ask.planned')}</span> <span className="quiet">{t('ask.planned_opens')} {task.opens_at && <When at={task.opens_at} />}{t('ask.opens_when')}</span>
        {onOpen && <> <Button small className="no-print" aria-label={t('ask.open_of', { title })} onPress={onOpen}>{t('ask.open')}</Button></>}
      </li>
    );
  return (
    <li>
      {title} <span className="tag">{t(task.late ? 'measures.late' : `measures.task.${task.state}`)}</span> <span className="quiet">{t('measures.due')} {task.closes_at && task.zone ? <TwoClocks at={task.closes_at} zone={task.zone} /> : <When at={task.due_at} />}{task.read_by ? `. ${t('ask.read_by', { name: task.read_by })}` : ''}</span>
    </li>
  );
}

export function WaitingTasks({ clientId, tasks, mayRead }: { clientId: string; tasks: Asked[]; mayRead: boolean }) {
  const [opening, setOpening] = useState<Asked | null>(null);
  if (tasks.length === 0) return null;
  return (
    <>
      <ul className="waiting-tasks">{tasks.map((task) => <Waiting key={task.id} task={task} onOpen={mayRead ? () => setOpening(task) : null} />)}</ul>
      {opening && <OpenNow clientId={clientId} task={opening} onClose={() => setOpening(null)} />}
    </>
  );
}
