import { useEffect, useRef, useState } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { type Finding, type Session, type StaffConversation, type StaffMessage, type Verdict } from '../kit/api';
import { word } from '../kit/i18n';
import { IconPerson } from '../kit/icons';
import { Button, Empty, LevelBadge, useErrorText, When } from '../kit/parts';
import { href } from '../kit/route';
import { pieces } from '../kit/spans';
import { longDay } from '../kit/time';
import { Diff } from './Diff';
import { OverrideDialog } from './dialogs';
import { PresenceBar } from './Presence';
import { foundIn, LookAgain, useSay } from './say';
import { Why } from './Why';

interface Shown {
  findings: Finding[];
  verdict: Verdict;
  at: HTMLElement;
}

/* The writer's own words, unaltered; what was found is underlined in place and can be opened. */
function Underlined({ text, verdict, onOpen, open }: { text: string; verdict: Verdict | null; onOpen: (shown: Shown) => void; open: Finding[] | null }) {
  const { t } = useTranslation();
  if (!verdict) return <>{text}</>;
  return (
    <>
      {pieces(text, verdict.findings.filter((finding) => (finding.turn ?? 0) === 0)).map((piece, index) => {
        if (piece.marks.length === 0) return <span key={index}>{piece.text}</span>;
        const level = Math.max(...piece.marks.map((mark) => mark.level));
        const show = (at: HTMLElement): void => onOpen({ findings: piece.marks, verdict, at });
        return (
          <span
            key={index}
            role="button"
            tabIndex={0}
            className={`finding finding-${level}`}
            aria-label={t('talk.finding', { text: piece.text, level, why: piece.marks.map((mark) => mark.why || mark.concept).join(' ') })}
            aria-expanded={piece.marks.some((mark) => open?.some((each) => each.id === mark.id))}
            onClick={(event) => show(event.currentTarget)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              show(event.currentTarget);
            }}
          >
            {piece.text}
          </span>
        );
      })}
    </>
  );
}

function Author({ message }: { message: StaffMessage }) {
  const { t } = useTranslation();
  if (message.role === 'client') return <strong>{t('talk.client')}</strong>;
  if (message.role === 'staff') return <strong>{message.author?.name ?? t('talk.staff')}{message.author ? `, ${word('role', message.author.role)}` : ''}</strong>;
  return <strong>{t(message.role === 'script' ? 'talk.script' : 'talk.ai')}</strong>;
}

/* What was decided about a message, where it was more than "let through". */
function Outcome({ message }: { message: StaffMessage }) {
  const { t } = useTranslation();
  const review = message.review;
  if (review?.state === 'pending') return <p className="outcome"><span className="tag">{t('talk.held')}</span> {review.reason} <a href={href('reviews', review.id)}>{t('talk.to_review')}</a></p>;
  if (review) return <p className="outcome"><span className="tag">{t(`review.state.${review.state}`)}</span> {review.decided_by}</p>;
  if (message.state === 'interrupted') return <p className="outcome"><span className="tag">{t('talk.interrupted')}</span></p>;
  if (message.state === 'replaced' || message.changed_by_safety) return <p className="outcome"><span className="tag">{t('talk.replaced')}</span></p>;
  return null;
}

function VerdictLine({ message, onOpen, onOverride, mayOverride }: { message: StaffMessage; onOpen: (shown: Shown) => void; onOverride: (verdict: Verdict) => void; mayOverride: boolean }) {
  const { t } = useTranslation();
  const verdict = message.verdict;
  if (!verdict) return null;
  const level = verdict.override?.level ?? verdict.level;
  const loose = verdict.findings.filter((finding) => finding.end <= finding.start || (finding.turn ?? 0) !== 0);
  if (level === null) return <p className="verdict"><span className="tag">{t('talk.not_screened')}</span></p>;
  if (level === 0 && verdict.findings.length === 0 && !verdict.override) return null;
  return (
    <p className="verdict">
      <LevelBadge level={level} bare />
      {verdict.override && <span className="quiet">{t('talk.overridden', { from: verdict.level, by: verdict.override.by })}</span>}
      {loose.length > 0 && <Button look="plain" small onPress={(event) => onOpen({ findings: loose, verdict, at: event.target as HTMLElement })}>{t('talk.loose', { count: loose.length })}</Button>}
      {mayOverride && <Button look="plain" small onPress={() => onOverride(verdict)}>{t('decide.override')}</Button>}
    </p>
  );
}

function Reply({ talk }: { talk: StaffConversation }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [text, setText] = useState('');
  const name = talk.client.name ?? talk.client.pseudonym;
  const send = useSay(talk.conversation.id, () => setText(''));
  const found = foundIn(send.error);
  const change = (next: string): void => {
    setText(next);
    if (send.isError) send.reset();
  };
  return (
    <form
      className="reply"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !send.isPending && !found) send.mutate({ text: text.trim(), allTheSame: false });
      }}
    >
      <label htmlFor="reply">{t('talk.reply', { name })}</label>
      <textarea id="reply" rows={2} maxLength={8000} value={text} onChange={(event) => change(event.target.value)} aria-describedby="reply-hint" />
      {found && <LookAgain found={found} text={text.trim()} />}
      <div className="reply-foot">
        <span id="reply-hint" className="quiet">{send.isError && !found ? <span className="wrong" role="alert">{errorText(send.error)}</span> : send.isSuccess && !text ? t('talk.reply_sent') : t('talk.reply_hint')}</span>
        {found && <Button small look="danger" isPending={send.isPending} onPress={() => send.mutate({ text: text.trim(), allTheSame: true })}>{t('say.all_the_same')}</Button>}
        <Button type="submit" small look="primary" isDisabled={!text.trim() || found !== null} isPending={send.isPending}>{t('talk.send')}</Button>
      </div>
    </form>
  );
}

/* Somebody came into the chat or left it, as the client reads it. */
const isLine = (message: StaffMessage): boolean => message.role === 'script' && /^person\.(?!help_now)/.test(message.safe_text ?? '');

export function Talk({ talk, focusMessage, session }: { talk: StaffConversation; focusMessage: string | null; session: Session }) {
  const { t } = useTranslation();
  const role = session.role;
  const [shown, setShown] = useState<Shown | null>(null);
  const [override, setOverride] = useState<Verdict | null>(null);
  const target = useRef<HTMLElement | null>(null);
  const list = useRef<HTMLOListElement>(null);
  const clinical = role === 'clinician' || role === 'supervisor' || role === 'admin';
  const count = talk.messages.length;
  target.current = shown?.at ?? null;

  useEffect(() => {
    const goal = focusMessage ? document.getElementById('s-' + focusMessage) : list.current?.lastElementChild;
    goal?.scrollIntoView({ block: focusMessage ? 'center' : 'end' });
  }, [focusMessage, count]);

  return (
    <div className="talk">
      <div className="pane-head talk-head">
        <h2>{talk.client.name ?? talk.client.pseudonym}</h2>
        <span className="tag">{t(`talk.state.${talk.conversation.person ? 'person' : talk.conversation.state}`, { name: talk.conversation.person?.name })}</span>
      </div>
      <PresenceBar talk={talk} session={session} />
      {count === 0 && <Empty title={t('talk.empty_title')}><p>{t('talk.empty_body')}</p></Empty>}
      <ol className="lines" ref={list} tabIndex={0} aria-label={t('talk.label')}>
        {talk.messages.map((message, index) => [
          index === 0 || longDay(talk.messages[index - 1]?.created_at ?? '') !== longDay(message.created_at) ? <li key={'d' + message.id} className="day-line">{longDay(message.created_at)}</li> : null,
          isLine(message) ? <li key={message.id} id={'s-' + message.id} className="line event"><IconPerson /><span>{message.text}</span> <span className="quiet"><When at={message.created_at} /></span></li> :
          <li key={message.id} id={'s-' + message.id} className={`line ${message.role}`} data-focus={message.id === focusMessage || undefined}>
            <p className="line-head"><Author message={message} /> <span className="quiet"><When at={message.created_at} /></span></p>
            {message.original !== null && message.original !== message.text ? (
              <Diff original={message.original} shown={message.state === 'held' ? null : message.text} />
            ) : (
              <p className="line-text prewrap"><Underlined text={message.text} verdict={message.verdict} open={shown?.findings ?? null} onOpen={setShown} /></p>
            )}
            <VerdictLine message={message} onOpen={setShown} onOverride={setOverride} mayOverride={clinical} />
            <Outcome message={message} />
          </li>,
        ])}
      </ol>
      {talk.conversation.state !== 'closed' && role !== 'compliance' && <Reply talk={talk} />}
      <Popover className="popover" triggerRef={target} isOpen={shown !== null} onOpenChange={(open) => !open && setShown(null)} placement="bottom start">
        <Dialog className="why-dialog" aria-label={t('why.title')}>{shown && <Why findings={fresh(talk, shown.findings)} verdict={shown.verdict} conversationId={talk.conversation.id} mayMark={clinical} />}</Dialog>
      </Popover>
      {override && <OverrideDialog verdict={override} conversationId={talk.conversation.id} onClose={() => setOverride(null)} />}
    </div>
  );
}

/* The findings as they are now: a mark may have been saved since the panel opened. */
function fresh(talk: StaffConversation, findings: Finding[]): Finding[] {
  const all = talk.messages.flatMap((message) => message.verdict?.findings ?? []);
  return findings.map((finding) => all.find((each) => each.id === finding.id) ?? finding);
}
