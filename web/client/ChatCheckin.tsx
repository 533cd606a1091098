/* A questionnaire in the chat: asked like everything else there, one question after the other, with what was answered above it. The same form, the
 * same answers, the same receipt as on its own page; begun here, it can be gone on with there, and the other way round. */
import { useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { failed } from '../kit/failed';
import { Button, Choices, Failed, Skeleton, useErrorText } from '../kit/parts';
import { href } from '../kit/route';
import { useAnswering, useOpened } from './answering';
import { HelpCard, Scale, useTasks } from './Checkins';
import { waitingCount, type Answer, type Help, type Opened, type Question, type Task } from './checkin';
import './checkin.css';
import './chat_checkin.css';

/* What was answered, in words. */
function wordsOf(question: Question, answer: Answer, skipped: string, notApplicable: string): string {
  if (answer.kind === 'declined') return skipped;
  if (answer.kind === 'not_applicable') return notApplicable;
  return question.choices.find((choice) => choice.value === answer.value)?.text ?? String(answer.value);
}

function Asked({ opened, onHelp, onSent }: { opened: Opened; onHelp: () => void; onSent: (level: number, help: Help | null) => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { form } = opened;
  const [picked, setPicked] = useState<number | null>(null);
  const [at, setAt] = useState<string | null>(null); /* a question gone back to */
  const head = useRef<HTMLDivElement>(null);
  const { answers, shown, help, hideHelp, give, save, send } = useAnswering(opened, (receipt) => onSent(receipt.level, receipt.help));
  const question = shown.find((each) => (at ? each.id === at : !answers[each.id]));
  const above = shown.slice(0, question ? shown.indexOf(question) : shown.length);
  const id = question?.id;
  useLayoutEffect(() => {
    head.current?.focus({ preventScroll: true });
    head.current?.scrollIntoView({ block: 'nearest' });
  }, [id]);

  const answer = (item: string, given: Answer): void => {
    setPicked(null);
    setAt(null);
    give(item, given);
  };
  const back = above[above.length - 1];
  const value = picked ?? (question && answers[question.id]?.kind === 'given' ? (answers[question.id]?.value ?? null) : null);
  return (
    <>
      {form.stem && <p className="stem">{form.stem}</p>}
      {above.length > 0 && (
        <ol className="answered" aria-label={t('checkin.answered')}>
          {above.map((each) => {
            const given = answers[each.id];
            return <li key={each.id}><span>{each.text}</span>{given && <span className="mine">{wordsOf(each, given, t('checkin.skip'), t('checkin.na'))}</span>}</li>;
          })}
        </ol>
      )}
      {help && <HelpCard help={help.said} onHelp={onHelp} />}
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <div ref={head} tabIndex={-1} className="asked-now" aria-label={question ? t('checkin.progress', { step: above.length + 1, count: shown.length }) : t('checkin.review')} role="group">
        {question ? (
          <>
            <p className="kicker">{t('checkin.progress', { step: above.length + 1, count: shown.length })}</p>
            {question.choices.length > 0 ? (
              <Choices label={question.text} options={question.choices.map((choice) => ({ id: String(choice.value), label: choice.text }))} value={value === null ? null : String(value)} onChange={(chosen) => setPicked(Number(chosen))} />
            ) : (
              <Scale question={question} ends={form.ends} value={value} onChange={setPicked} />
            )}
            <div className="asked-go">
              <Button look="primary" isDisabled={value === null} onPress={() => answer(question.id, { kind: 'given', value })}>{t('checkin.answer')}</Button>
              {question.not_applicable && <Button look="plain" onPress={() => answer(question.id, { kind: 'not_applicable', value: null })}>{t('checkin.na')}</Button>}
              <Button look="plain" onPress={() => answer(question.id, { kind: 'declined', value: null })}>{t('checkin.skip')}</Button>
              {back && <Button look="plain" onPress={() => (setPicked(null), hideHelp(), setAt(back.id))}>{t('checkin.back')}</Button>}
            </div>
          </>
        ) : (
          <>
            <p>{t('checkin.review_body')}</p>
            {send.isError && <p className="wrong" role="alert">{waitingCount() > 0 ? t('checkin.waiting_sent') : errorText(send.error)}</p>}
            <div className="asked-go">
              <Button look="primary" isPending={send.isPending} onPress={() => send.mutate()}>{t('checkin.send')}</Button>
              {back && <Button look="plain" onPress={() => setAt(back.id)}>{t('checkin.back')}</Button>}
            </div>
          </>
        )}
      </div>
      {form.author && form.author !== 'Heedwell authors' && <p className="quiet">{t('checkin.by', { author: form.author })}</p>}
    </>
  );
}

function Opening({ task, onHelp, onSent }: { task: Task; onHelp: () => void; onSent: (level: number, help: Help | null) => void }) {
  const opened = useOpened(task.id, 'chat');
  if (opened.isPending) return <Skeleton rows={3} />;
  if (failed(opened)) return <Failed error={opened.error} onRetry={() => void opened.refetch()} />;
  return <Asked key={opened.data.response.id} opened={opened.data} onHelp={onHelp} onSent={onSent} />;
}

/* The first one that waits. Nothing is opened before the client says so. */
export function ChatCheckin({ onHelp, onOpen }: { onHelp: () => void; onOpen: (open: boolean) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const tasks = useTasks();
  const [opened, setOpened] = useState<Task | null>(null);
  const [sent, setSent] = useState<{ level: number; help: Help | null } | null>(null);
  const task = opened ?? tasks.data?.waiting[0];
  if (sent)
    return (
      <section className="chat-checkin" aria-labelledby="chat-checkin">
        <h2 id="chat-checkin">{t('checkin.receipt')}</h2>
        {sent.level > 0 && <HelpCard help={sent.help} onHelp={onHelp} />}
        <p role="status">{t('checkin.receipt_body')}</p>
      </section>
    );
  if (!task) return null;
  return (
    <section className="chat-checkin" aria-labelledby="chat-checkin">
      <h2 id="chat-checkin">{task.about ?? task.title}</h2>
      {opened ? (
        <Opening task={opened} onHelp={onHelp} onSent={(level, help) => {
          setSent({ level, help });
          onOpen(false);
          void queries.invalidateQueries({ queryKey: ['questionnaires'] });
        }} />
      ) : (
        <>
          <p>{t('checkin.in_chat')}</p>
          <div className="asked-go">
            <Button look="primary" onPress={() => (setOpened(task), onOpen(true))}>{t(task.state === 'started' ? 'checkin.go_on_here' : 'checkin.answer_here')}</Button>
            <a className="button plain" href={href('checkin', task.id)}>{t('checkin.as_form')}</a>
          </div>
        </>
      )}
    </section>
  );
}
