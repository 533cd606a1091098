/* A person in the client's chat: who is there, joining, handing over to a colleague who accepts, handing back with a reason. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, type Page, type Role, type Session, type StaffConversation } from '../kit/api';
import { failed } from '../kit/failed';
import { word } from '../kit/i18n';
import { IconPerson } from '../kit/icons';
import { Ago, Button, Choices, Dialog, Failed, Field, Skeleton, useErrorText, When } from '../kit/parts';
import type { Presence, Visit } from '../kit/presence';
import { href } from '../kit/route';
import { useTeam } from './Outcome';
import './presence.css';

const carers: readonly string[] = ['coach', 'clinician', 'supervisor'];
export const mayBeThere = (role: Role): boolean => carers.includes(role);

export function usePresence(role: Role) {
  return useQuery({ queryKey: ['presence'], queryFn: () => get<Page<Presence>>('/staff/presence'), staleTime: 15_000, refetchInterval: 60_000, enabled: mayBeThere(role) });
}

const nameOf = (presence: Presence): string => presence.client.name ?? presence.client.pseudonym ?? '';

function useAct(conversationId: string, path: string, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<string, unknown>) => post<{ presence: Presence | null }>(`/staff/conversations/${conversationId}/${path}`, body),
    onSuccess: () => onDone?.(),
    onSettled: () => {
      for (const key of [['presence'], ['people', conversationId], ['conversation', conversationId]]) void queries.invalidateQueries({ queryKey: key });
    },
  });
}

function usePresenceError(): (error: unknown) => string {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (error) => (error instanceof ApiError && ['somebody_there', 'nobody_there', 'nobody_asked', 'elsewhere', 'closed', 'handover_to'].includes(error.code) ? t(`presence.error.${error.code}`) : errorText(error));
}

/* ---- dialogs ---- */

function HandBack({ talk, name, onClose }: { talk: StaffConversation; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const wrong = usePresenceError();
  const [reason, setReason] = useState('');
  const act = useAct(talk.conversation.id, 'leave', onClose);
  return (
    <Dialog title={t('presence.back_title')} open onClose={onClose}>
      <p>{t(talk.conversation.state === 'held' ? 'presence.back_held' : 'presence.back_open', { name })}</p>
      <Field label={t('presence.back_reason')} hint={t('presence.back_hint')} value={reason} onChange={setReason} rows={3} maxLength={1500} required autoFocus />
      {act.isError && <p className="wrong" role="alert">{wrong(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!reason.trim()} isPending={act.isPending} onPress={() => act.mutate({ reason: reason.trim() })}>{t('presence.back_do')}</Button>
      </div>
    </Dialog>
  );
}

function HandOver({ talk, presence, onClose }: { talk: StaffConversation; presence: Presence; onClose: () => void }) {
  const { t } = useTranslation();
  const wrong = usePresenceError();
  const team = useTeam();
  const [to, setTo] = useState<string | null>(null);
  const act = useAct(talk.conversation.id, 'handover', onClose);
  const people = (team.data?.items ?? []).filter((each) => each.may_answer && each.id !== presence.person.id);
  return (
    <Dialog title={t('presence.over_title')} open onClose={onClose}>
      <p>{t('presence.over_body')}</p>
      {team.isPending && <Skeleton rows={3} />}
      {team.isError && <p className="wrong" role="alert">{wrong(team.error)}</p>}
      {team.data && people.length === 0 && <p className="notice warn">{t('handover.nobody')}</p>}
      {people.length > 0 && <Choices label={t('handover.to')} value={to} onChange={setTo} options={people.map((each) => ({ id: each.id, label: each.name, why: `${word('role', each.role ?? '')} · ${t(`rota.shift.${each.shift}`)}` }))} />}
      {act.isError && <p className="wrong" role="alert">{wrong(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!to} isPending={act.isPending} onPress={() => act.mutate({ to })}>{t('handover.ask')}</Button>
      </div>
    </Dialog>
  );
}

function StepIn({ talk, presence, onClose }: { talk: StaffConversation; presence: Presence; onClose: () => void }) {
  const { t } = useTranslation();
  const wrong = usePresenceError();
  const act = useAct(talk.conversation.id, 'join', onClose);
  return (
    <Dialog title={t('presence.instead_title', { name: presence.person.name })} open onClose={onClose}>
      <p>{t('presence.instead_body', { name: presence.person.name })}</p>
      {act.isError && <p className="wrong" role="alert">{wrong(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isPending={act.isPending} onPress={() => act.mutate({ instead: true })}>{t('presence.instead_do')}</Button>
      </div>
    </Dialog>
  );
}

/* ---- who was there ---- */

function Visits({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['people', conversationId], queryFn: () => get<Page<Visit>>(`/staff/conversations/${conversationId}/people?limit=100`), staleTime: 15_000 });
  if (query.isPending) return <Skeleton rows={2} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) return <p className="quiet">{t('presence.visits_none')}</p>;
  return (
    <ul>
      {query.data.items.map((visit) => (
        <li key={visit.id}>
          <strong>{visit.person?.name ?? t('talk.staff')}</strong> {visit.in_place_of && t('presence.in_place_of', { name: visit.in_place_of.name })} <When at={visit.from} />{visit.to ? <> – <When at={visit.to} /></> : ` – ${t('presence.now')}`}
          {visit.end && <span> · {t(`presence.end.${visit.end}`)}{visit.ended_by && visit.ended_by.id !== visit.person?.id ? ` (${visit.ended_by.name})` : ''}</span>}
          {visit.reason && <p className="prewrap">{visit.reason}</p>}
        </li>
      ))}
    </ul>
  );
}

/* ---- the bar above the conversation ---- */

type Open = 'back' | 'over' | 'instead' | null;

function Words({ talk, presence, mine }: { talk: StaffConversation; presence: Presence | null; mine: boolean }) {
  const { t } = useTranslation();
  const speaker = talk.conversation.speaker;
  if (!presence) return <p><span>{t(talk.conversation.state === 'held' ? 'presence.nobody_held' : speaker === 'people' ? 'presence.nobody_people' : 'presence.nobody_open')}</span></p>;
  return (
    <p>
      <IconPerson />
      <span>
        <strong>{mine ? t('presence.you') : t('presence.other', { name: presence.person.name, role: word('role', presence.person.role ?? '') })}</strong> <span className="quiet">{t('presence.since')} <When at={presence.since} />.</span>
        {presence.waiting_at && <span className="presence-waits"> {t(mine ? 'presence.waits_you' : 'presence.waits')} <Ago at={presence.waiting_at} />.</span>}
        {presence.asked && <span> {t(mine ? 'presence.asked_by_you' : 'presence.asked', { name: presence.asked.name })}</span>}
      </span>
    </p>
  );
}

export function PresenceBar({ talk, session }: { talk: StaffConversation; session: Session }) {
  const { t } = useTranslation();
  const wrong = usePresenceError();
  const query = usePresence(session.role);
  const [open, setOpen] = useState<Open>(null);
  const [history, setHistory] = useState(false);
  const id = talk.conversation.id;
  const join = useAct(id, 'join');
  const accept = useAct(id, 'handover/accept');
  const decline = useAct(id, 'handover/decline');
  if (!mayBeThere(session.role) || talk.conversation.state === 'closed') return null;
  const presence = query.data?.items.find((each) => each.conversation_id === id) ?? null;
  const mine = presence?.person.id === session.person.id;
  const asksMe = presence?.asked?.id === session.person.id;
  const clinical = session.role !== 'coach';
  const error = join.error ?? accept.error ?? decline.error;
  const close = (): void => setOpen(null);
  return (
    <section className="presence" data-who={mine ? 'me' : presence ? 'other' : 'nobody'} aria-label={t('presence.label')}>
      <div className="presence-head">
        <Words talk={talk} presence={presence} mine={mine} />
        <div className="presence-acts">
          {query.isPending ? null : !presence && <Button small look="primary" isPending={join.isPending} onPress={() => join.mutate({})}>{t('presence.join')}</Button>}
          {asksMe && <Button small look="primary" isPending={accept.isPending} onPress={() => accept.mutate({})}>{t('presence.accept')}</Button>}
          {presence?.asked && (asksMe || mine || session.role === 'supervisor') && <Button small isPending={decline.isPending} onPress={() => decline.mutate({})}>{t(asksMe ? 'presence.decline' : 'presence.withdraw')}</Button>}
          {presence && (mine || session.role === 'supervisor') && !asksMe && <Button small onPress={() => setOpen('over')}>{t('presence.over')}</Button>}
          {mine && <Button small onPress={() => setOpen('back')}>{t('presence.back')}</Button>}
          {presence && !mine && !asksMe && clinical && <Button small onPress={() => setOpen('instead')}>{t('presence.instead')}</Button>}
          <Button small look="plain" aria-expanded={history} aria-controls={history ? 'presence-visits' : undefined} onPress={() => setHistory(!history)}>{t('presence.visits')}</Button>
        </div>
      </div>
      {error && <p className="wrong" role="alert">{wrong(error)}</p>}
      {history && <div className="presence-visits" id="presence-visits"><Visits conversationId={id} /></div>}
      {open === 'back' && presence && <HandBack talk={talk} name={nameOf(presence)} onClose={close} />}
      {open === 'over' && presence && <HandOver talk={talk} presence={presence} onClose={close} />}
      {open === 'instead' && presence && <StepIn talk={talk} presence={presence} onClose={close} />}
    </section>
  );
}

/* ---- the strip that goes along from page to page ---- */

export function WithYou({ session, here }: { session: Session; here: string | null }) {
  const { t } = useTranslation();
  const query = usePresence(session.role);
  const me = session.person.id;
  const rows = (query.data?.items ?? []).filter((each) => (each.person.id === me || each.asked?.id === me) && each.conversation_id !== here);
  if (rows.length === 0) return null;
  return (
    <section className="with-you" aria-label={t('presence.with_you')}>
      <ul>
        {rows.map((each) => (
          <li key={each.id}>
            <a href={href('conversation', each.conversation_id)}>{nameOf(each)}</a>
            <span className="quiet">
              {each.asked?.id === me ? t('presence.asks_you', { name: each.asked_by?.name ?? each.person.name }) : each.waiting_at ? <span className="presence-waits">{t('presence.waits_you')} <Ago at={each.waiting_at} /></span> : t('presence.you_are_there')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
