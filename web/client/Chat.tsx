import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, Message, Session } from '../kit/api';
import { failed } from '../kit/failed';
import { IconCheck, IconClock, IconPerson, IconSend, IconShield } from '../kit/icons';
import { word } from '../kit/i18n';
import { Button, Failed, Skeleton, useErrorText, useOnline } from '../kit/parts';
import { clockTime, exact, longDay } from '../kit/time';
import { useConversation, useOutbox, type Outgoing } from './conversation';
import { useHelp } from './help';
import { ChatCheckin } from './ChatCheckin';
import { HelpLines } from './HelpNow';
import { AskPlace } from './Place';
import './presence.css';

/* Who speaks: said in every message that is not the client's own. */
function Author({ message }: { message: Message }) {
  const { t } = useTranslation();
  const name = message.author?.name;
  if (message.role === 'staff') return <p className="author person">{name ?? t('chat.person')} <span>{message.author ? word('role', message.author.role) : ''}</span>{message.ai_assisted && <b className="assisted">{t('chat.assisted_tag')}</b>}</p>;
  if (message.safe_text?.startsWith('notice.')) return <p className="author"><b>{t('chat.notice_tag')}</b> <span>{t('chat.notice')}</span></p>;
  if (message.ai_assisted && name) return <p className="author"><b>{t('chat.assisted_tag')}</b> <span>{t('chat.assisted', { name })}</span></p>;
  if (message.role === 'script') return <p className="author"><b>{t('chat.script_tag')}</b> <span>{t('chat.script')}</span></p>;
  return <p className="author"><b>{t('chat.ai_tag')}</b> <span>{t('chat.ai')}</span></p>;
}

function StateLine({ message }: { message: Message }) {
  const { t } = useTranslation();
  const own = message.role === 'client';
  if (own && message.state === 'checking') return <p className="message-state"><IconClock />{t('chat.own_checking')}</p>;
  if (own && message.state === 'sent') return <p className="message-state"><IconCheck />{t('chat.own_sent')}</p>;
  if (own) return null;
  if (message.state === 'checking') return <p className="message-state" aria-live="off"><IconClock />{t('chat.reply_checking')}</p>;
  if (message.state === 'interrupted') return <p className="message-state">{t('chat.interrupted')}</p>;
  if (message.safe_text === 'person.answers') return <p className="message-state"><IconPerson />{t('chat.person_came')}</p>;
  if (message.state === 'released') return <p className="message-state"><IconCheck />{t('chat.released')}</p>;
  if (message.state === 'replaced' || (message.changed_by_safety && message.state !== 'held')) return <p className="message-state"><IconShield />{t('chat.replaced')}</p>;
  return null;
}

function Held({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.state !== 'held') return null;
  return (
    <div className="held">
      <p><strong>{t('chat.held_title')}</strong></p>
      <p>{message.held?.expected_wait_text || t('chat.held_wait_unknown')}</p>
      <p>{t('chat.held_meanwhile')}</p>
    </div>
  );
}

/* A person has come into the chat, or gone: not a message of anybody's. */
const isLine = (message: Message): boolean => message.role === 'script' && ['person.joined', 'person.in_place_of', 'person.left', 'person.left_people', 'person.gone_quiet'].includes(message.safe_text ?? '');

function PersonLine({ message }: { message: Message }) {
  return (
    <li className="person-line" id={'m-' + message.id}>
      <IconPerson />
      <span>{message.text}</span>
      <time dateTime={message.created_at} title={exact(message.created_at)}>{clockTime(message.created_at)}</time>
    </li>
  );
}

function Bubble({ message }: { message: Message }) {
  const { t } = useTranslation();
  const own = message.role === 'client';
  const held = message.state === 'held';
  return (
    <li className={`message ${message.role}`} id={'m-' + message.id}>
      {own ? <span className="hidden-visually">{t('chat.you')}</span> : <Author message={message} />}
      {message.text && !(held && !message.text.trim()) && <p className="bubble prewrap" data-state={message.state}>{message.text}</p>}
      <Held message={message} />
      <StateLine message={message} />
      <time className="message-time" dateTime={message.created_at} title={exact(message.created_at)}>{clockTime(message.created_at)}</time>
    </li>
  );
}

function Pending({ item, onRetry, onDiscard }: { item: Outgoing; onRetry: () => void; onDiscard: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <li className="message client pending">
      <span className="hidden-visually">{t('chat.you')}</span>
      <p className="bubble prewrap">{item.text}</p>
      <p className="message-state" role="status">{item.status === 'failed' ? `${t('chat.failed')} ${errorText(item.problem)}` : t(`chat.${item.status}`)}</p>
      {item.status !== 'sending' && (
        <div className="even">
          <Button small onPress={onRetry}>{t('kit.retry')}</Button>
          <Button small look="plain" onPress={onDiscard}>{t('chat.discard')}</Button>
        </div>
      )}
    </li>
  );
}

/* After a reply to risk: first the ways to get help now, then the true state, never more than is so. */
function Safety({ conversation, country }: { conversation: Conversation; country: string }) {
  const { t } = useTranslation();
  const help = useHelp(country);
  const state = conversation.alert_state;
  if (state === null) return null;
  return (
    <li className="safety">
      <h2>{t('safety.title')}</h2>
      <HelpLines help={help.data} country={country} />
      <p className="safety-state" role="status">
        {state === 'seen' && conversation.alert_person ? t('safety.seen_by', { name: conversation.alert_person }) : t(`safety.${state}`)}
      </p>
    </li>
  );
}

/* Whose turn it is to answer, above the box in which the client writes. */
function Speaker({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { person, speaker } = conversation;
  if (person) return <p className="speaker person"><IconPerson /><span>{t('chat.person_since', { name: person.name, role: word('role', person.role) })}</span></p>;
  if (conversation.state === 'held') return <p className="speaker">{conversation.held_reason_text || t('chat.with_held')}</p>;
  return <p className="speaker">{t(speaker === 'model' ? 'chat.with_model' : speaker === 'reviewed' ? 'chat.with_reviewed' : speaker === 'people' ? 'chat.with_people' : 'chat.with_script')}</p>;
}

function Composer({ onSend, to }: { onSend: (text: string) => void; to: string | null }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.blockSize = 'auto';
    area.style.blockSize = Math.min(area.scrollHeight + 2, 192) + 'px';
  }, [text]);
  const submit = (): void => {
    if (!text.trim()) return;
    onSend(text.trim());
    setText('');
    box.current?.focus();
  };
  return (
    <form className="composer" onSubmit={(event) => (event.preventDefault(), submit())}>
      <label className="hidden-visually" htmlFor="composer">{t('chat.label')}</label>
      <textarea
        id="composer"
        ref={box}
        rows={1}
        value={text}
        maxLength={8000}
        autoComplete="off"
        placeholder={to ? t('chat.write_to', { name: to }) : t('chat.placeholder')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || matchMedia('(pointer: coarse)').matches) return;
          event.preventDefault();
          submit();
        }}
      />
      <Button type="submit" look="primary" className="icon-only" aria-label={t('chat.send')}>
        <IconSend />
      </Button>
    </form>
  );
}

/* Says a finished reply once to a screen reader; the pieces of a streamed one stay quiet. */
function useSpoken(messages: Message[]): string {
  const { t } = useTranslation();
  const last = messages[messages.length - 1];
  const [first] = useState(last?.id);
  if (!last || last.id === first || last.role === 'client' || last.state === 'checking') return '';
  if (isLine(last)) return last.text;
  const who = last.role === 'staff' ? (last.author?.name ?? t('chat.person')) : last.role === 'script' ? t('chat.script_tag') : t('chat.ai_tag');
  return `${who}: ${last.text}`;
}

export function Chat({ session, country, onEnd, onHelp }: { session: Session; country: string; onEnd: () => void; onHelp: () => void }) {
  const { t } = useTranslation();
  const online = useOnline();
  const { query, stream } = useConversation(onEnd);
  const messages = query.data?.messages ?? [];
  const outbox = useOutbox((id) => messages.some((message) => message.client_message_id === id));
  const spoken = useSpoken(messages);
  const [asked, setAsked] = useState(false); /* a questionnaire is being answered: one thing at a time */
  const end = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  const length = messages.reduce((sum, message) => sum + message.text.length + message.state.length, 0) + outbox.items.length + (query.data?.alert_state ? 1 : 0);

  useEffect(() => {
    const watch = (): void => {
      near.current = document.documentElement.scrollHeight - innerHeight - scrollY < 160;
    };
    addEventListener('scroll', watch, { passive: true });
    return () => removeEventListener('scroll', watch);
  }, []);
  useEffect(() => {
    if (near.current) end.current?.scrollIntoView({ block: 'end' });
  }, [length]);

  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <div className="page"><Failed error={query.error} onRetry={() => void query.refetch()} /></div>;
  const conversation = query.data;
  const send = (text: string): void => {
    near.current = true;
    outbox.send(text);
  };
  return (
    <div className="chat">
      <h1 className="hidden-visually">{t('nav.chat')}</h1>
      <p className="kicker chat-kicker">{session.programme.name}</p>
      {messages.length === 0 && outbox.items.length === 0 && (
        <div className="state">
          <h2>{t('chat.empty_title')}</h2>
          <p>{t('chat.empty_body')}</p>
        </div>
      )}
      <ol className="messages">{messages.map((message, index) => [dayLine(messages[index - 1], message), isLine(message) ? <PersonLine key={message.id} message={message} /> : <Bubble key={message.id} message={message} />])}
        {outbox.items.map((item) => <Pending key={item.id} item={item} onRetry={() => void outbox.attempt(item)} onDiscard={() => outbox.discard(item.id)} />)}
        <Safety conversation={conversation} country={country} />
      </ol>
      <ChatCheckin onHelp={onHelp} onOpen={setAsked} />
      <p className="hidden-visually" aria-live="polite">{spoken}</p>
      <div className="chat-foot">
        {(!online || stream === 'lost') && <p className="notice warn" role="status">{online ? t('chat.reconnecting') : t('chat.offline')}</p>}
        {!asked && <AskPlace />}
        <Speaker conversation={conversation} />
        {conversation.state === 'closed' ? <p className="notice">{t('chat.closed')}</p> : <Composer onSend={send} to={conversation.person?.name ?? null} />}
      </div>
      <div ref={end} />
    </div>
  );
}

function dayLine(before: Message | undefined, message: Message) {
  const today = longDay(message.created_at);
  if (before && longDay(before.created_at) === today) return null;
  return <li key={'day-' + message.id} className="day-line"><span>{today}</span></li>;
}
