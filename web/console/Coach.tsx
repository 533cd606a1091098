/* A coach's work: who is late, who may be about to stop and why, what a review is due for; a word to send, a review to write. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, type Client, type Page, type Session } from '../kit/api';
import type { CoachPage, CoachRow } from '../kit/courses';
import { failed } from '../kit/failed';
import { word } from '../kit/i18n';
import { Ago, Button, Choices, Dialog, Empty, Failed, Field, Select, Skeleton, useErrorText } from '../kit/parts';
import { href } from '../kit/route';
import { foundIn, LookAgain, useSay } from './say';
import './coach.css';

type Show = 'all' | 'risk' | 'late' | 'review' | 'flags';
const shows: readonly Show[] = ['all', 'risk', 'late', 'review', 'flags'];
const weight = (row: CoachRow): number => (row.risk?.grade === 'high' ? 8 : row.risk?.grade === 'some' ? 4 : 0) + (row.flags.length > 0 ? 3 : 0) + (row.late ? 2 : 0) + (row.review_due ? 1 : 0);

function matches(row: CoachRow, show: Show): boolean {
  if (show === 'risk') return row.risk !== null && row.risk.grade !== 'low';
  if (show === 'late') return row.late;
  if (show === 'review') return row.review_due;
  return show === 'flags' ? row.flags.length > 0 : true;
}

export const nameOf = (client: { name: string | null; pseudonym: string }): string => client.name ?? client.pseudonym;

/* ---- a review ---- */

export function ReviewDialog({ client, onClose }: { client: CoachRow['client']; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [track, setTrack] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const missing = track === 'off' && !note.trim();
  const save = useMutation({
    mutationFn: () => post(`/staff/clients/${client.id}/coach-reviews`, { on_track: track === 'on', note: note.trim() }),
    onSuccess: async () => {
      await Promise.all([queries.invalidateQueries({ queryKey: ['coach'] }), queries.invalidateQueries({ queryKey: ['client-courses', client.id] })]);
      onClose();
    },
  });
  return (
    <Dialog title={t('coach.review_title', { name: nameOf(client) })} open onClose={onClose}>
      <Choices label={t('coach.review_ask')} options={[{ id: 'on', label: t('coach.on_track') }, { id: 'off', label: t('coach.not_on_track'), why: t('coach.not_on_track_why') }]} value={track} onChange={setTrack} />
      <Field label={t('coach.note')} hint={t('coach.note_hint')} value={note} onChange={setNote} rows={3} maxLength={2000} wrong={tried && missing ? t('coach.note_missing') : null} />
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!track} isPending={save.isPending} onPress={() => (missing ? setTried(true) : save.mutate())}>{t('coach.review_save')}</Button>
      </div>
    </Dialog>
  );
}

/* ---- a word ---- */

function WordForm({ client, conversationId, suggested, onClose }: { client: CoachRow['client']; conversationId: string; suggested: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const nudges = useQuery({ queryKey: ['nudges', client.id], queryFn: () => get<Page<{ id: string; text: string }>>(`/staff/clients/${client.id}/nudges`) });
  const [picked, setPicked] = useState<string | null>(null);
  const [text, setText] = useState('');
  const say = useSay(conversationId, onClose);
  const found = foundIn(say.error);
  const change = (next: string): void => {
    setText(next);
    if (say.isError) say.reset();
  };
  if (nudges.isPending) return <Skeleton rows={5} />;
  if (failed(nudges)) return <Failed error={nudges.error} onRetry={() => void nudges.refetch()} />;
  const items = [...nudges.data.items].sort((a, b) => Number(suggested.includes(b.id)) - Number(suggested.includes(a.id)));
  return (
    <form className="word-form" onSubmit={(event) => (event.preventDefault(), text.trim() && !say.isPending && say.mutate({ text: text.trim(), allTheSame: false }))}>
      <div className="word-list">
        <Choices label={t('coach.words')} hint={t('coach.words_hint')} options={items.map((item) => ({ id: item.id, label: word('coach.nudge', item.id), why: suggested.includes(item.id) ? t('coach.fits') : undefined }))} value={picked} onChange={(id) => (setPicked(id), change(items.find((item) => item.id === id)?.text ?? ''))} narrow />
      </div>
      <Field label={t('coach.message')} value={text} onChange={change} rows={5} maxLength={4000} />
      {found && <LookAgain found={found} text={text.trim()} />}
      {say.isError && !found && <p className="wrong" role="alert">{errorText(say.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        {found && <Button look="danger" isPending={say.isPending} onPress={() => say.mutate({ text: text.trim(), allTheSame: true })}>{t('say.all_the_same')}</Button>}
        <Button type="submit" look="primary" isDisabled={!text.trim() || found !== null} isPending={say.isPending}>{t('talk.send')}</Button>
      </div>
    </form>
  );
}

const fitting: Record<string, string> = { not_begun: 'welcome', quiet: 'quiet', homework: 'homework', falling: 'falling', late: 'late' };

export function WordDialog({ client, reasons, completed, onClose }: { client: CoachRow['client']; reasons: string[]; completed?: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const person = useQuery({ queryKey: ['client', client.id], queryFn: () => get<Client>(`/staff/clients/${client.id}`) });
  const suggested = completed ? ['finished'] : reasons.length > 0 ? reasons.map((reason) => fitting[reason] ?? '') : ['well_done'];
  return (
    <Dialog title={t('coach.word_title', { name: nameOf(client) })} open onClose={onClose}>
      {client.contact_unsafe && <p className="notice warn">{t('coach.unsafe')}</p>}
      {person.isPending && <Skeleton rows={5} />}
      {person.isError && <Failed error={person.error} onRetry={() => void person.refetch()} />}
      {person.data && (person.data.conversation_id ? <WordForm client={client} conversationId={person.data.conversation_id} suggested={suggested} onClose={onClose} /> : <p>{t('coach.no_talk')}</p>)}
    </Dialog>
  );
}

/* ---- hand-over ---- */

export function HandoverDialog({ client, onClose }: { client: CoachRow['client']; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [reason, setReason] = useState('');
  const send = useMutation({
    mutationFn: () => post(`/staff/clients/${client.id}/handover`, { reason: reason.trim() }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['alerts'] });
      onClose();
    },
  });
  return (
    <Dialog title={t('coach.handover')} open onClose={onClose}>
      <p>{t('coach.handover_body')}</p>
      <Field label={t('coach.handover_why')} value={reason} onChange={setReason} rows={2} maxLength={180} required />
      {send.isError && <p className="wrong" role="alert">{errorText(send.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!reason.trim()} isPending={send.isPending} onPress={() => send.mutate()}>{t('coach.handover_send')}</Button>
      </div>
    </Dialog>
  );
}

/* ---- the list ---- */

/* Why somebody may stop, in words with the figures; the grade is a word and a shape, never colour alone. */
export function Risk({ row }: { row: CoachRow }) {
  const { t } = useTranslation();
  if (!row.risk) return null;
  const { facts, risk } = row;
  return (
    <div className="coach-risk">
      <span className={`grade ${risk.grade}`}><i aria-hidden="true" />{t(`coach.grade.${risk.grade}`)}</span>
      {risk.reasons.length > 0 && <ul>{risk.reasons.map((reason) => <li key={reason}>{t(`coach.reason.${reason}`, { ...facts, count: facts.quiet_days, late: facts.late_days, missed: facts.homework_row })}</li>)}</ul>}
    </div>
  );
}

function Row({ row, onReview, onWord }: { row: CoachRow; onReview: () => void; onWord: () => void }) {
  const { t } = useTranslation();
  const { enrolment, client } = row;
  const name = nameOf(client);
  return (
    <li className="coach-row">
      <div className="coach-who">
        <a href={href('clients', client.id)}><strong>{name}</strong></a>
        <span>{enrolment.module.title ?? enrolment.module.id}</span>
        <span className="quiet">{t('coach.lessons', { done: enrolment.lessons_done, all: enrolment.lesson_count })} · {word('coach.state', enrolment.state)}</span>
        <span className="quiet">{enrolment.last_entry_at ? <>{t('coach.last')} <Ago at={enrolment.last_entry_at} /></> : t('coach.nothing')}</span>
      </div>
      <Risk row={row} />
      <div className="coach-flags">
        {row.open_alerts > 0 && <span className="tag strong">{t('coach.alerts', { count: row.open_alerts })}</span>}
        {row.flags.map((flag) => <span key={flag} className="tag strong">{t(`coach.flag.${flag}`)}</span>)}
        {row.late && <span className="tag">{t('coach.late', { count: row.facts.late_days })}</span>}
        {row.review_due && <span className="tag">{t('coach.review_due')}</span>}
      </div>
      <div className="coach-acts">
        <Button small onPress={onReview} aria-label={`${t('coach.review')}: ${name}`}>{t('coach.review')}</Button>
        <Button small onPress={onWord} aria-label={`${t('coach.word')}: ${name}`}>{t('coach.word')}</Button>
      </div>
    </li>
  );
}

export function Coach({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [show, setShow] = useState<Show>('all');
  const [acting, setActing] = useState<{ what: 'review' | 'word'; row: CoachRow } | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['coach'],
    queryFn: ({ pageParam }) => get<CoachPage>(`/staff/coach?limit=100${pageParam ? `&after=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    staleTime: 30_000,
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const off = query.data?.pages[0]?.scores_off;
  const count = (each: Show): number => rows.filter((row) => matches(row, each)).length;
  const shown = rows.filter((row) => matches(row, show)).sort((a, b) => weight(b) - weight(a));
  return (
    <div className="sheet coach">
      <div className="sheet-head">
        <h1>{t('nav.coach')}</h1>
        <Select quiet label={t('coach.show')} value={show} onChange={(id) => setShow(shows.find((each) => each === id) ?? 'all')} options={shows.filter((each) => each !== 'risk' || !off).map((id) => ({ id, label: `${t(`coach.show_${id}`)} (${count(id)})` }))} />
      </div>
      <p className="quiet">{t(session.role === 'coach' ? 'coach.intro_own' : 'coach.intro_all')} {off ? '' : t('coach.rules')}</p>
      {off && <p className="notice">{t('coach.scores_off', { place: off })}</p>}
      {query.isPending && <Skeleton rows={8} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <Empty title={t('coach.empty_title')}><p>{t('coach.empty_body')}</p></Empty>}
      {rows.length > 0 && shown.length === 0 && <Empty title={t('coach.none_title')}><p>{t('coach.none_body')}</p></Empty>}
      <ul className="coach-list">{shown.map((row) => <Row key={row.enrolment.id} row={row} onReview={() => setActing({ what: 'review', row })} onWord={() => setActing({ what: 'word', row })} />)}</ul>
      {query.hasNextPage && <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>{t('client_page.more')}</Button>}
      {acting?.what === 'review' && <ReviewDialog client={acting.row.client} onClose={() => setActing(null)} />}
      {acting?.what === 'word' && <WordDialog client={acting.row.client} reasons={acting.row.risk?.reasons ?? []} onClose={() => setActing(null)} />}
    </div>
  );
}
