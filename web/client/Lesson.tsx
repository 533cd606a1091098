/* One lesson: a little text, one exercise, what you wrote before, something to try until next time. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, type Page } from '../kit/api';
import type { Entry, EntryReceipt, Enrolment, Input, Inputs, Lesson as LessonText, LessonPage } from '../kit/courses';
import { lang } from '../kit/i18n';
import { IconBack } from '../kit/icons';
import { sendOrKeep, useWaiting } from '../kit/outbox';
import { Button, Choices, Failed, Field, Skeleton, useErrorText, When } from '../kit/parts';
import { Prose } from '../kit/Prose';
import { failed } from '../kit/failed';
import { href } from '../kit/route';
import { newId } from '../kit/storage';
import { longDay } from '../kit/time';
import { lessonTitle } from './Home';
import { HomeworkDone, WaitingNotice } from './parts';
import { ScaleInput } from './Scale';
import { SleepChart } from './SleepChart';
import './modules.css';

type Draft = Record<string, string>;
const WORDS_MAX = 2000; /* bytes of one answer; the server's bound */

/* What was begun and not saved, while the app is open; never on the disk. */
const drafts = new Map<string, Draft>();

/* What is not answered yet, or not so that it can be sent. */
function wrongOf(input: Input, text: string): 'missing' | 'number' | 'long' | null {
  if (new TextEncoder().encode(text).length > WORDS_MAX) return 'long';
  if (!text.trim()) return input.required ? 'missing' : null;
  if (input.kind !== 'minutes') return null;
  return /^\d{1,4}$/.test(text.trim()) && Number(text) >= input.min && Number(text) <= input.max ? null : 'number';
}

function inputsOf(lesson: LessonText, draft: Draft): Inputs {
  const inputs: Inputs = {};
  for (const input of lesson.exercise.inputs) {
    const text = (draft[input.id] ?? '').trim();
    if (text) inputs[input.id] = input.kind === 'scale' || input.kind === 'minutes' ? Number(text) : text;
  }
  return inputs;
}

function OneInput({ input, value, wrong, onChange }: { input: Input; value: string; wrong: string | null; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const label = input.required ? input.label : `${input.label} ${t('lesson.optional')}`;
  const hint = input.hint ?? undefined;
  if (input.kind === 'scale') return <div className="field"><ScaleInput label={label} low={input.low} high={input.high} min={input.min} max={input.max} value={value} onChange={onChange} />{wrong && <p className="wrong">{wrong}</p>}</div>;
  if (input.kind === 'choice') return <div className="field"><Choices label={label} hint={hint} options={input.options} value={value || null} onChange={onChange} />{wrong && <p className="wrong">{wrong}</p>}</div>;
  if (input.kind === 'clock') return <Field label={label} hint={hint} type="time" value={value} wrong={wrong} onChange={onChange} required={input.required} />;
  if (input.kind === 'date') return <Field label={label} hint={hint} type="date" value={value} wrong={wrong} onChange={onChange} required={input.required} />;
  if (input.kind === 'minutes') return <Field label={label} hint={hint ?? t('lesson.minutes_hint')} inputMode="numeric" value={value} wrong={wrong} onChange={onChange} required={input.required} maxLength={4} />;
  return <Field label={label} hint={hint} value={value} rows={3} wrong={wrong} onChange={onChange} required={input.required} />;
}

function Said({ receipt, enrolment, onHelp }: { receipt: EntryReceipt | 'waiting'; enrolment: Enrolment; onHelp: () => void }) {
  const { t } = useTranslation();
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => ref.current?.focus(), [receipt]);
  if (receipt === 'waiting')
    return (
      <section className="said" tabIndex={-1} ref={ref} role="status">
        <h3>{t('lesson.kept_title')}</h3>
        <p>{t('lesson.kept_body')}</p>
        <Button look="outline" onPress={onHelp}>{t('help.button')}</Button>
      </section>
    );
  const next = receipt.feedback.next;
  return (
    <section className="said" tabIndex={-1} ref={ref} role="status">
      <h3>{t('lesson.saved')}</h3>
      {receipt.safety?.help && (
        <div className="help-card">
          <h3>{t('lesson.help_title')}</h3>
          <p>{t(receipt.safety.alert_state === 'seen' ? 'lesson.help_seen' : receipt.safety.alert_state === 'sent' ? 'lesson.help_sent' : 'lesson.help_nobody')}</p>
          <Button look="primary" onPress={onHelp}>{t('help.button')}</Button>
          <a className="button plain" href={href('chat')}>{t('lesson.help_chat')}</a>
        </div>
      )}
      {Object.keys(receipt.entry.computed ?? {}).length > 0 && <Computed entry={receipt.entry} />}
      <Prose text={receipt.feedback.text} level={3} />
      {next && next !== receipt.entry.lesson && <a href={href('lesson', enrolment.id, next)}>{t('lesson.suggested', { title: lessonTitle(enrolment, next) })}</a>}
    </section>
  );
}

function Computed({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const { efficiency_percent: percent, asleep_minutes: asleep, in_bed_minutes: bed, change } = entry.computed ?? {};
  const hours = (minutes: number): string => t('lesson.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  if (percent !== undefined && asleep !== undefined && bed !== undefined) return <p className="computed"><strong>{percent} %</strong> {t('lesson.sleep', { asleep: hours(asleep), bed: hours(bed) })}</p>;
  if (change !== undefined) return <p className="computed"><strong>{change > 0 ? `+${change}` : change}</strong> {t('lesson.change')}</p>;
  return null;
}

function Exercise({ page, onHelp }: { page: LessonPage; onHelp: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { lesson, enrolment } = page;
  const key = `${enrolment.id}/${lesson.id}`;
  const [draft, setDraft] = useState<Draft>(drafts.get(key) ?? {});
  const [gaps, setGaps] = useState(0); // how often it was sent with something missing
  const submission = useRef(newId());
  const form = useRef<HTMLFormElement>(null);
  const set = (id: string, value: string): void => {
    const next = { ...draft, [id]: value };
    setDraft(next);
    drafts.set(key, next);
  };
  const save = useMutation({
    mutationFn: () => sendOrKeep<EntryReceipt>({ id: submission.current, path: `/client/entries?lang=${lang()}`, about: key, body: { submission: submission.current, enrolment_id: enrolment.id, lesson: lesson.id, inputs: inputsOf(lesson, draft), written_at: new Date().toISOString() } }),
    onSuccess: (answer) => {
      submission.current = newId();
      drafts.delete(key);
      setDraft({});
      setGaps(0);
      if (answer) void Promise.all([queries.invalidateQueries({ queryKey: ['entries', key] }), queries.invalidateQueries({ queryKey: ['home'] })]);
    },
  });
  const wrong = (input: Input): string | null => {
    if (!gaps) return save.error instanceof ApiError && save.error.message.startsWith(input.id + ':') ? t('lesson.wrong_fit') : null;
    const found = wrongOf(input, draft[input.id] ?? '');
    if (found === 'long') return t('lesson.wrong_long');
    return found === 'missing' ? t('lesson.wrong_missing') : found ? t('lesson.wrong_number', { min: input.min, max: input.max }) : null;
  };
  const send = (): void => {
    const bad = lesson.exercise.inputs.some((input) => wrongOf(input, draft[input.id] ?? '') !== null);
    setGaps(bad ? gaps + 1 : 0);
    if (!bad) save.mutate();
  };
  useLayoutEffect(() => {
    if (gaps) form.current?.querySelector<HTMLElement>('[data-wrong] :is(input, textarea)')?.focus();
  }, [gaps]);
  const fits = save.error instanceof ApiError && save.error.status === 400;
  return (
    <section className="exercise" aria-labelledby="exercise-title">
      <h2 id="exercise-title">{lesson.exercise.title}</h2>
      <Prose text={lesson.exercise.intro} level={3} />
      {save.data !== undefined && <Said receipt={save.data ?? 'waiting'} enrolment={enrolment} onHelp={onHelp} />}
      <form ref={form} noValidate onSubmit={(event) => (event.preventDefault(), save.isPending || send())}>
        {lesson.exercise.inputs.map((input) => {
          const found = wrong(input);
          return <div key={input.id} data-wrong={found ? true : undefined}><OneInput input={input} value={draft[input.id] ?? ''} wrong={found} onChange={(value) => set(input.id, value)} /></div>;
        })}
        {save.isError && <p className="wrong" role="alert">{fits ? t('lesson.wrong_fit') : errorText(save.error)}</p>}
        <Button type="submit" look="primary" isPending={save.isPending}>{t('lesson.save')}</Button>
      </form>
    </section>
  );
}

/* An entry as it was written: the question small, the answer plain. */
function Written({ entry, lesson }: { entry: Entry; lesson: LessonText }) {
  const { t } = useTranslation();
  const shown = lesson.exercise.inputs.filter((input) => entry.inputs[input.id] !== undefined);
  const say = (input: Input): string => {
    const value = entry.inputs[input.id] ?? '';
    if (input.kind === 'choice') return input.options.find((option) => option.id === value)?.label ?? String(value);
    if (input.kind === 'scale') return t('lesson.of', { value, max: input.max });
    if (input.kind === 'minutes') return t('lesson.minutes', { count: Number(value) });
    return input.kind === 'date' ? longDay(`${value}T12:00:00`) : String(value);
  };
  return (
    <li className="written">
      <p className="quiet"><When at={entry.written_at ?? entry.received_at} /></p>
      <dl>{shown.map((input) => <div key={input.id}><dt>{input.label}</dt><dd className="prewrap">{say(input)}</dd></div>)}</dl>
      <Computed entry={entry} />
    </li>
  );
}

function Before({ page }: { page: LessonPage }) {
  const { t } = useTranslation();
  const key = `${page.enrolment.id}/${page.lesson.id}`;
  const entries = useInfiniteQuery({
    queryKey: ['entries', key],
    queryFn: ({ pageParam }) => get<Page<Entry>>(`/client/enrolments/${page.enrolment.id}/entries?limit=20&lesson=${page.lesson.id}${pageParam ? `&after=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const items = entries.data?.pages.flatMap((each) => each.items) ?? [];
  if (entries.isError) return <p className="quiet" role="status">{t('lesson.before_offline')}</p>;
  if (items.length === 0 && !entries.hasNextPage) return null;
  return (
    <section className="wide" aria-labelledby="before-title">
      <h2 id="before-title">{t('lesson.before')}</h2>
      <SleepChart entries={items} />
      <ol className="written-list">{items.map((entry) => <Written key={entry.id} entry={entry} lesson={page.lesson} />)}</ol>
      {entries.hasNextPage && <Button look="outline" isPending={entries.isFetchingNextPage} onPress={() => void entries.fetchNextPage()}>{t('lesson.earlier')}</Button>}
    </section>
  );
}

function HomeworkPart({ page }: { page: LessonPage }) {
  const { t } = useTranslation();
  const { homework, lesson } = page;
  if (!lesson.homework) return null;
  return (
    <section className="homework" aria-labelledby="homework-title">
      <h2 id="homework-title">{t('lesson.homework')}</h2>
      <Prose text={lesson.homework.text} level={3} />
      {homework?.state === 'done' && <p role="status"><strong>{t('lesson.homework_is_done')}</strong></p>}
      {homework && homework.state !== 'done' && <p className="quiet">{homework.state === 'open' ? t('home.by', { day: longDay(homework.due_at) }) : t('lesson.homework_missed')}</p>}
      {homework && homework.state !== 'done' && <HomeworkDone homework={homework} />}
    </section>
  );
}

function Finish({ page }: { page: LessonPage }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const { enrolment, lesson } = page;
  const waiting = useWaiting().some((item) => item.about === `${enrolment.id}/${lesson.id}`);
  const done = useMutation({
    mutationFn: () => post<Enrolment>(`/client/enrolments/${enrolment.id}/lessons/${lesson.id}/done`),
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: ['home'] }), queries.invalidateQueries({ queryKey: ['lesson', enrolment.id] })]),
  });
  if (page.done)
    return (
      <section className="wide">
        <p className="notice" role="status">{enrolment.state === 'completed' ? t('course.is_completed') : t('lesson.is_done')}</p>
        <div className="next-actions">
          {enrolment.next_lesson && <a className="button outline" href={href('lesson', enrolment.id, enrolment.next_lesson)}>{t('lesson.next', { title: lessonTitle(enrolment, enrolment.next_lesson) })}</a>}
          <a className="button outline" href={href('home')}>{t('lesson.to_home')}</a>
        </div>
      </section>
    );
  return (
    <section className="wide">
      <p>{t('lesson.finish_body')}</p>
      {done.isError && <p className="wrong" role="alert">{done.error instanceof ApiError && done.error.status === 0 ? t('lesson.finish_offline') : errorText(done.error)}</p>}
      <Button look="outline" isPending={done.isPending} isDisabled={waiting} onPress={() => done.mutate()}>{t('lesson.finish')}</Button>
    </section>
  );
}

export function Lesson({ enrolmentId, lessonId, onHelp }: { enrolmentId: string; lessonId: string; onHelp: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['lesson', enrolmentId, lessonId, lang()], queryFn: () => get<LessonPage>(`/client/enrolments/${enrolmentId}/lessons/${lessonId}?lang=${lang()}`) });
  const back = <a className="button plain back-link" href={href('modules', enrolmentId)}><IconBack />{query.data?.enrolment.module.title ?? t('course.to_list')}</a>;
  if (query.isPending) return <div className="page"><Skeleton rows={8} /></div>;
  if (failed(query))
    return (
      <div className="page">
        {back}
        {query.error instanceof ApiError && query.error.status === 0 ? <div className="state" role="alert"><p className="state-title">{t('lesson.not_here_title')}</p><p>{t('lesson.not_here_body')}</p><Button onPress={() => void query.refetch()}>{t('kit.retry')}</Button></div> : <Failed error={query.error} onRetry={() => void query.refetch()} />}
      </div>
    );
  const page = query.data;
  return (
    <div className="page lesson" key={lessonId}>
      {back}
      <p className="kicker">{t('lesson.kicker', { number: page.number, of: page.of, count: page.lesson.minutes })}</p>
      <h1>{page.lesson.title}</h1>
      <Prose text={page.lesson.text} />
      <WaitingNotice about={`${enrolmentId}/${lessonId}`} />
      <Exercise page={page} onHelp={onHelp} />
      <Before page={page} />
      <HomeworkPart page={page} />
      <Finish page={page} />
    </div>
  );
}
