/* The first conversation: one question a screen, said as in a chat; left and gone on with at any time; afterwards what happens next, and no more than is so. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';
import { Checkbox, CheckboxGroup, Label, Text } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, type IntakeAnswer, type IntakeStep, type IntakeView } from '../kit/api';
import { failed } from '../kit/failed';
import { IconBack, IconCheck } from '../kit/icons';
import { lang } from '../kit/i18n';
import { Button, Choices, Failed, Field, Skeleton, useErrorText, useOnline } from '../kit/parts';
import { go, href } from '../kit/route';
import { dayTime } from '../kit/time';
import { CoverNow } from './About';
import { useHelp } from './help';
import { HelpLines } from './HelpNow';
import { useTasks } from './Checkins';
import './intake.css';

const key = (): unknown[] => ['intake', lang()];

/* An id of the answer, so that it counts once however often it is sent. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return 'i-' + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* An answer of before in words, as the client gave it. */
function wordsOf(step: IntakeStep, skipped: string): string {
  const answer = step.answer;
  if (!answer || answer.skipped) return skipped;
  if (answer.text) return answer.text;
  const chosen = new Set(answer.choices ?? (answer.choice ? [answer.choice] : []));
  return step.choices.filter((choice) => chosen.has(choice.id)).map((choice) => choice.text).join('; ') || '✓';
}

function Several({ step, value, onChange }: { step: IntakeStep; value: string[]; onChange: (ids: string[]) => void }) {
  return (
    <CheckboxGroup className="choices" value={value} onChange={onChange} aria-labelledby="intake-question">
      <Label className="hidden-visually">{step.text}</Label>
      {step.hint && <Text slot="description" className="hint">{step.hint}</Text>}
      {step.choices.map((choice) => (
        <Checkbox key={choice.id} value={choice.id} className="choice square"><span>{choice.text}</span></Checkbox>
      ))}
    </CheckboxGroup>
  );
}

function Question({ step, busy, onAnswer }: { step: IntakeStep; busy: boolean; onAnswer: (answer: IntakeAnswer) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(step.answer?.text ?? '');
  const [one, setOne] = useState<string | null>(step.answer?.choice ?? null);
  const [several, setSeveral] = useState<string[]>(step.answer?.choices ?? []);
  const waiting = useTasks().data?.waiting.find((task) => task.instrument === step.instrument);
  const ready = step.ask === 'text' ? text.trim() !== '' : step.ask === 'choice' ? one !== null : step.ask === 'choices' ? several.length > 0 : true;
  const send = (): void => {
    if (step.ask === 'text') onAnswer({ text: text.trim() });
    else if (step.ask === 'choice') onAnswer({ choice: one ?? '' });
    else if (step.ask === 'choices') onAnswer({ choices: several });
    else onAnswer({ done: true });
  };
  return (
    <form className="intake-answer" onSubmit={(event) => (event.preventDefault(), ready && !busy && send())}>
      {step.ask === 'text' && <Field label={t('intake.your_words')} hint={step.hint ?? undefined} value={text} onChange={setText} rows={4} maxLength={1900} />}
      {step.ask === 'choice' && <Choices label={t('intake.choose_one')} hint={step.hint ?? undefined} value={one} onChange={setOne} options={step.choices.map((choice) => ({ id: choice.id, label: choice.text }))} />}
      {step.ask === 'choices' && <Several step={step} value={several} onChange={setSeveral} />}
      {step.ask === 'instrument' && (
        <>
          {step.hint && <p>{step.hint}</p>}
          <Button look={waiting ? 'primary' : 'outline'} onPress={() => go(waiting ? href('checkin', waiting.id) : href('checkins'))}>{t('intake.to_questions')}</Button>
        </>
      )}
      <div className="intake-go">
        <Button type="submit" look={waiting ? 'outline' : 'primary'} isDisabled={!ready} isPending={busy}>{t(step.ask === 'instrument' ? 'intake.questions_done' : 'intake.next')}</Button>
        {step.optional && <Button look="plain" isDisabled={busy} onPress={() => onAnswer({ skipped: true })}>{t(step.ask === 'instrument' ? 'intake.later' : 'intake.skip')}</Button>}
      </div>
    </form>
  );
}

/* What the team's approved words say to an answer that may be serious, and the ways to get help now. The questions wait. */
function Said({ words, serious, country, onOn }: { words: string; serious: boolean; country: string; onOn: () => void }) {
  const { t } = useTranslation();
  const help = useHelp(country);
  const head = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => head.current?.focus(), []);
  return (
    <div className="page intake">
      <h1 ref={head} tabIndex={-1}>{t(serious ? 'intake.first_you' : 'intake.thank_you')}</h1>
      <p className="intake-bubble prewrap">{words}</p>
      {serious && <div className="safety"><h2>{t('safety.title')}</h2><HelpLines help={help.data} country={country} /></div>}
      <Button look="primary" onPress={() => go('#/chat')}>{t('intake.to_chat')}</Button>
      <Button look="outline" onPress={onOn}>{t('intake.go_on')}</Button>
      <p className="quiet">{t('intake.kept')}</p>
    </div>
  );
}

/* What is true now, in the order in which people ask it: what happens, by when, and what if it does not. */
function After({ view, country, onAgain }: { view: IntakeView; country: string; onAgain: () => void }) {
  const { t } = useTranslation();
  const path = view.path;
  const help = useHelp(country);
  if (!path) return <div className="page intake"><h1>{t('intake.after.title')}</h1><p>{t('intake.after.nothing')}</p></div>;
  const lines: string[] = [];
  if (path.state === 'received' || (path.undecided && path.state !== 'closed')) {
    lines.push(t('intake.after.reading'));
    if (path.respond_by) lines.push(path.late ? t('intake.after.late', { time: dayTime(path.respond_by) }) : t('intake.after.by', { time: dayTime(path.respond_by) }));
  } else lines.push(t(`intake.after.${path.state}`, { to: path.out_to ?? '' }));
  if (path.appointment_at && path.state === 'offered') lines.push(t('intake.after.appointment', { time: dayTime(path.appointment_at) }));
  else if (path.next_contact_at) lines.push(t(path.missed ? 'intake.after.missed' : 'intake.after.contact', { time: dayTime(path.next_contact_at) }));
  else if (path.state !== 'closed') lines.push(t('intake.after.no_time'));
  return (
    <div className="page intake">
      <p className="kicker">{t('intake.nav')}</p>
      <h1>{t('intake.after.title')}</h1>
      <ul className="intake-next">{lines.map((line) => <li key={line}>{line}</li>)}</ul>
      <p className="notice">{t('intake.after.meanwhile')}</p>
      {view.intake.level >= 2 && <div className="safety"><h2>{t('safety.title')}</h2><HelpLines help={help.data} country={country} /></div>}
      <Button look="primary" onPress={() => go('#/chat')}>{t('intake.to_chat')}</Button>
      {path.state === 'closed' && <Button look="outline" onPress={onAgain}>{t('intake.again')}</Button>}
    </div>
  );
}

function Begin({ busy, left, onBegin }: { busy: boolean; left: boolean; onBegin: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="page intake">
      <p className="kicker">{t('intake.nav')}</p>
      <h1>{t('intake.begin.title')}</h1>
      {left && <p className="notice">{t('intake.begin.left')}</p>}
      <p>{t('intake.begin.what')}</p>
      <p>{t('intake.begin.who')}</p>
      <p>{t('intake.begin.danger')}</p>
      <CoverNow />
      <Button look="primary" isPending={busy} onPress={onBegin}>{t('intake.begin.go')}</Button>
    </div>
  );
}

/* Everything is answered: look it over, then send. */
function Check({ steps, busy, problem, onChange, onSend }: { steps: IntakeStep[]; busy: boolean; problem: string | null; onChange: (id: string) => void; onSend: () => void }) {
  const { t } = useTranslation();
  const head = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => head.current?.focus(), []);
  return (
    <div className="page intake">
      <p className="kicker">{t('intake.nav')}</p>
      <h1 ref={head} tabIndex={-1}>{t('intake.check.title')}</h1>
      <p>{t('intake.check.body')}</p>
      <dl className="intake-summary">
        {steps.map((step) => (
          <div key={step.id}>
            <dt>{step.text}</dt>
            <dd className="prewrap">{wordsOf(step, t('intake.skipped'))}</dd>
            <dd><Button small look="plain" aria-label={t('intake.check.change_of', { question: step.text })} onPress={() => onChange(step.id)}>{t('intake.check.change')}</Button></dd>
          </div>
        ))}
      </dl>
      {problem && <p className="wrong" role="alert">{problem}</p>}
      <Button look="primary" isPending={busy} onPress={onSend}>{t('intake.check.send')}</Button>
    </div>
  );
}

export function Intake({ country }: { country: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const online = useOnline();
  const errorText = useErrorText();
  const [at, setAt] = useState<string | null>(null); /* a step gone back to; null: the one that comes */
  const [pause, setPause] = useState<{ words: string; serious: boolean } | null>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const query = useQuery({ queryKey: key(), queryFn: () => get<IntakeView>(`/client/intake?lang=${lang()}`), refetchOnWindowFocus: true });
  const keep = (view: IntakeView): void => void queries.setQueryData(key(), view);
  const begin = useMutation({ mutationFn: () => post<IntakeView>(`/client/intake?lang=${lang()}`), onSuccess: keep });
  const finish = useMutation({ mutationFn: () => post<IntakeView>(`/client/intake/finish?lang=${lang()}`), onSuccess: keep });
  const sending = useRef<{ of: string; id: string }>({ of: '', id: '' });
  const send = useMutation({
    mutationFn: ({ step, answer }: { step: string; answer: IntakeAnswer }) => {
      const of = step + JSON.stringify(answer);
      if (sending.current.of !== of) sending.current = { of, id: newId() }; /* the same answer again keeps its id */
      return post<IntakeView>(`/client/intake/answer?lang=${lang()}`, { step, version: query.data?.intake.version, client_message_id: sending.current.id, answer });
    },
    onSuccess: (view) => {
      sending.current = { of: '', id: '' };
      keep(view);
      setAt(null);
      if (view.said) setPause({ words: view.said, serious: view.intake.level >= 3 });
      void queries.invalidateQueries({ queryKey: ['conversation'] });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409 && error.code !== 'not_answered') void query.refetch();
    },
  });
  const intake = query.data?.intake;
  const step = intake?.steps.find((each) => each.id === (at ?? intake.step)) ?? null;
  const stepId = step?.id;
  useLayoutEffect(() => {
    head.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [stepId]);

  if (query.isPending) return <Skeleton rows={5} />;
  if (failed(query)) return <div className="page"><Failed error={query.error} onRetry={() => void query.refetch()} /></div>;
  if (pause) return <Said {...pause} country={country} onOn={() => setPause(null)} />;
  if (!intake || intake.state === null || (intake.state === 'abandoned' && !query.data.path)) return <Begin busy={begin.isPending} left={intake?.state === 'abandoned'} onBegin={() => begin.mutate()} />;
  if (intake.state !== 'started') return <After view={query.data} country={country} onAgain={() => begin.mutate()} />;
  if (!step) return <Check steps={intake.steps} busy={finish.isPending} problem={finish.isError ? errorText(finish.error) : null} onChange={setAt} onSend={() => finish.mutate()} />;
  const index = intake.steps.indexOf(step);
  const before = intake.steps[index - 1];
  const left = intake.all - intake.done;
  return (
    <div className="page intake">
      <p className="kicker">{at !== null ? t('intake.changing') : left > 1 ? t('intake.left', { count: left }) : t('intake.last')}</p>
      {before && <p className="intake-before"><span className="hidden-visually">{t('intake.you_said')}</span><span className="prewrap">{wordsOf(before, t('intake.skipped'))}</span></p>}
      <h1 id="intake-question" ref={head} tabIndex={-1} className="intake-bubble">{step.text}</h1>
      <Question key={step.id + intake.version} step={step} busy={send.isPending} onAnswer={(answer) => send.mutate({ step: step.id, answer })} />
      {!online && <p className="notice warn" role="status">{t('intake.offline')}</p>}
      {send.isError && <p className="wrong" role="alert">{send.error instanceof ApiError && send.error.code === 'not_answered' ? t('intake.not_answered') : errorText(send.error)}</p>}
      <div className="intake-foot">
        {before && <Button look="plain" onPress={() => setAt(before.id)}><IconBack />{t('intake.back')}</Button>}
        {at !== null && <Button look="plain" onPress={() => setAt(null)}>{t('intake.to_next')}</Button>}
        <p className="quiet"><IconCheck />{t('intake.saved')}</p>
      </div>
    </div>
  );
}
