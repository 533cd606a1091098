/* Check-ins: a list of what waits, then one question a screen. Each answer is saved as it is given. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../kit/api';
import { failed } from '../kit/failed';
import { lang } from '../kit/i18n';
import { flushOutbox, useWaiting } from '../kit/outbox';
import { Button, Choices, Empty, Failed, Skeleton, useErrorText, When } from '../kit/parts';
import { go, href } from '../kit/route';
import { useAnswering, useOpened } from './answering';
import { waitingCount, type Help, type Opened, type Question, type Receipt, type Tasks } from './checkin';
import './checkin.css';
import { AskZone, NextAt } from './TimeZone';

export function useTasks(enabled = true) {
  return useQuery({ queryKey: ['questionnaires', lang()], queryFn: () => get<Tasks>(`/client/questionnaires?lang=${lang()}`), enabled });
}

export function Checkins() {
  const { t } = useTranslation();
  const tasks = useTasks();
  const unsent = useWaiting().some((item) => item.about.startsWith('checkin/') && !item.refused);
  useEffect(() => void flushOutbox(), []);
  if (tasks.isPending) return <div className="page"><Skeleton rows={4} /></div>;
  if (failed(tasks)) return <div className="page"><h1>{t('checkin.title')}</h1><Failed error={tasks.error} onRetry={() => void tasks.refetch()} /></div>;
  return (
    <div className="page">
      <h1>{t('checkin.title')}</h1>
      <p>{t('checkin.intro')}</p>
      {unsent && <p className="notice" role="status">{t('checkin.waiting_sent')}</p>}
      <p className="hidden-visually" role="status">{tasks.data.waiting.length > 0 ? t('checkin.waits', { count: tasks.data.waiting.length }) : ''}</p>
      {tasks.data.waiting.length === 0 && <Empty title={t('checkin.empty_title')}><p>{t('checkin.empty_body')}</p></Empty>}
      {tasks.data.waiting.length > 0 && (
        <section>
          <h2>{t('checkin.waiting')}</h2>
          <ul className="tasks">
            {tasks.data.waiting.map((task) => (
              <li key={task.id} className="task">
                <h3>{task.about ?? task.title}</h3>
                <p className="quiet">{task.title} · {task.late && !task.closes_at ? t('checkin.late') : <>{t('checkin.until')} <When at={task.closes_at ?? task.due_at} /></>}</p>
                <a className="button primary" href={href('checkin', task.id)}>{t(task.state === 'started' ? 'checkin.go_on' : 'checkin.start')}<span className="hidden-visually">: {task.title}</span></a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {tasks.data.next.length > 0 && (
        <section aria-labelledby="next-checkins">
          <h2 id="next-checkins">{t('checkin.next_title')}</h2>
          <p className="quiet">{t('checkin.next_body')}</p>
          <ul className="next-list">{tasks.data.next.slice(0, 5).map((next) => <li key={next.at + next.instrument}><strong>{next.about ?? t('checkin.title')}</strong><NextAt next={next} /></li>)}</ul>
        </section>
      )}
      <AskZone confirmed={tasks.data.time_zone} />
      {tasks.data.done.length > 0 && (
        <section>
          <h2>{t('checkin.done')}</h2>
          <ul className="done-tasks">{tasks.data.done.map((task) => <li key={task.id}>{task.about ?? task.title} <span className="quiet">{task.title}</span></li>)}</ul>
        </section>
      )}
    </div>
  );
}

export function HelpCard({ help, onHelp }: { help: Help | null; onHelp: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="help-card" role="status">
      <h2>{t('checkin.help_title')}</h2>
      <p>{t('checkin.help_body')}</p>
      {help && <p>{help.body}</p>}
      <Button look="primary" onPress={onHelp}>{t('checkin.help_open')}</Button>
    </section>
  );
}

/* A whole number between two ends, where there are no words for each. */
export function Scale({ question, ends, value, onChange }: { question: Question; ends: [string | null, string | null]; value: number | null; onChange: (value: number) => void }) {
  const { t } = useTranslation();
  const shown = value ?? Math.round((question.min + question.max) / 2);
  return (
    <div className="scale">
      <label className="label" htmlFor="scale">{question.text}</label>
      <input id="scale" type="range" min={question.min} max={question.max} value={shown} aria-valuetext={String(shown)} onChange={(event) => onChange(Number(event.target.value))} />
      <p className="scale-ends"><span>{question.min}: {ends[0]}</span><span>{question.max}: {ends[1]}</span></p>
      <p className="scale-value" aria-hidden="true">{t('checkin.value', { value: value ?? '–' })}</p>
    </div>
  );
}

export function Checkin({ taskId, onHelp }: { taskId: string; onHelp: () => void }) {
  const { t } = useTranslation();
  const opened = useOpened(taskId, 'page');
  if (opened.isPending) return <div className="page"><Skeleton rows={5} /></div>;
  if (failed(opened)) return <div className="page"><Failed error={opened.error} onRetry={() => void opened.refetch()} /><a className="button plain" href={href('checkins')}>{t('checkin.to_list')}</a></div>;
  return <Form key={opened.data.response.id} opened={opened.data} onHelp={onHelp} />;
}

function Form({ opened, onHelp }: { opened: Opened; onHelp: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { form, response } = opened;
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const { answers, shown, help, hideHelp, give, save, send } = useAnswering(opened, (data) => {
    setReceipt(data);
    return queries.invalidateQueries({ queryKey: ['questionnaires'] });
  });
  const firstOpen = shown.findIndex((question) => !answers[question.id]);
  const [step, setStep] = useState(firstOpen < 0 ? shown.length : firstOpen);
  const question = shown[step];
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
  }, [step, receipt]);

  if (receipt || response.state === 'completed')
    return (
      <div className="page">
        <h1>{t('checkin.receipt')}</h1>
        {help && <HelpCard help={help.said} onHelp={onHelp} />}
        {receipt && <p>{t('checkin.receipt_at', { at: new Date(receipt.receipt.received_at).toLocaleString(lang(), { dateStyle: 'full', timeStyle: 'short' }) })}</p>}
        <p>{t('checkin.receipt_body')}</p>
        <Button look="primary" onPress={() => go(href('checkins'))}>{t('checkin.to_list')}</Button>
      </div>
    );
  if (!question)
    return (
      <div className="page">
        <h1>{t('checkin.review')}</h1>
        {help && <HelpCard help={help.said} onHelp={onHelp} />}
        <p>{t('checkin.review_body')}</p>
        {send.isError && <p className="wrong" role="alert">{waitingCount() > 0 ? t('checkin.waiting_sent') : errorText(send.error)}</p>}
        <Button look="primary" isPending={send.isPending} onPress={() => send.mutate()}>{t('checkin.send')}</Button>
        <Button look="plain" className="back" onPress={() => setStep(shown.length - 1)}>{t('checkin.back')}</Button>
      </div>
    );
  const answer = answers[question.id];
  const value = answer?.kind === 'given' ? answer.value : null;
  return (
    <div className="page checkin" key={question.id}>
      <p className="kicker">{t('checkin.progress', { step: step + 1, count: shown.length })}</p>
      <h1 className="checkin-title">{form.title}</h1>
      {form.stem && <p className="stem">{form.stem}</p>}
      {question.choices.length > 0 ? (
        <Choices label={question.text} options={question.choices.map((choice) => ({ id: String(choice.value), label: choice.text }))} value={value === null ? null : String(value)} onChange={(id) => give(question.id, { kind: 'given', value: Number(id) })} />
      ) : (
        <Scale question={question} ends={form.ends} value={value} onChange={(next) => give(question.id, { kind: 'given', value: next })} />
      )}
      {help && <HelpCard help={help.said} onHelp={onHelp} />}
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <p className="saved" role="status">{save.isSuccess ? t(save.data === null ? 'checkin.waiting_sent' : 'checkin.saved') : ''}</p>
      <Button look="primary" isDisabled={!answer} onPress={() => { hideHelp(); save.reset(); setStep(step + 1); }}>{t('checkin.next')}</Button>
      <div className="even">
        <Button look="plain" onPress={() => (step === 0 ? go(href('checkins')) : (hideHelp(), setStep(step - 1)))}>{t('checkin.back')}</Button>
        {question.not_applicable && <Button look="plain" onPress={() => { give(question.id, { kind: 'not_applicable', value: null }); setStep(step + 1); }}>{t('checkin.na')}</Button>}
        <Button look="plain" onPress={() => { give(question.id, { kind: 'declined', value: null }); setStep(step + 1); }}>{t('checkin.skip')}</Button>
      </div>
      {form.author && form.author !== 'Heedwell authors' && <p className="quiet">{t('checkin.by', { author: form.author })}</p>}
    </div>
  );
}
