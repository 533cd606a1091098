/* One client: who, what stands now, and everything that happened, newest first. Printed, it is the client summary. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, type Client, type Page, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { lang, word } from '../kit/i18n';
import { IconBack } from '../kit/icons';
import { Ago, Button, Empty, Failed, LevelBadge, Select, Skeleton, When } from '../kit/parts';
import { href } from '../kit/route';
import { longDay } from '../kit/time';
import { ClientCourses } from './ClientCourses';
import { TeamFacts } from './ClientTeam';
import { Measures } from './Measures';
import { MedicinesOf, useToldMedicine } from './Medicines';
import { Refer } from './Refer';
import './client_page.css';

export interface Moment {
  kind: string;
  id: string;
  at: string;
  state: string | null;
  about: Record<string, unknown>;
}

const text = (moment: Moment, key: string): string => (typeof moment.about[key] === 'string' ? (moment.about[key] as string) : '');

/* What one row says in words; kinds that this version does not know are told by their name and state. */
function useTold(): (moment: Moment) => string {
  const { t } = useTranslation();
  const medicine = useToldMedicine();
  return (moment) => {
    if (moment.kind === 'medication_statement') return medicine(moment.about);
    if (moment.kind === 'consent') return t('client_page.told.consent', { kind: word('client_page.consent', text(moment, 'kind')), decision: word('client_page.decision', text(moment, 'decision')), version: text(moment, 'document_version') });
    const own = `client_page.told.${moment.kind}`;
    const said = t(own, { ...moment.about, defaultValue: '' });
    return said || word('client_page.kind', moment.kind);
  };
}

function where(moment: Moment): string | null {
  if (moment.kind === 'alert') return href('today', moment.id);
  if (moment.kind === 'review') return href('reviews', moment.id);
  return null;
}

function Row({ moment }: { moment: Moment }) {
  const told = useTold();
  const to = where(moment);
  const words = told(moment);
  const level = moment.about['level'];
  return (
    <li className="moment" data-kind={moment.kind}>
      <span className="moment-kind">{word('client_page.kind', moment.kind)}</span>
      <span className="moment-what">
        {moment.kind === 'alert' && typeof level === 'number' && level >= 0 && level <= 4 && <LevelBadge level={level as 0 | 1 | 2 | 3 | 4} bare />}
        {to ? <a href={to}>{words}</a> : words}
        {moment.state && <span className="tag">{word(`client_page.state.${moment.kind}`, moment.state)}</span>}
      </span>
      <span className="quiet"><When at={moment.at} /></span>
    </li>
  );
}

export function Timeline({ clientId }: { clientId: string }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState('all');
  const query = useInfiniteQuery({
    queryKey: ['timeline', clientId],
    queryFn: ({ pageParam }) => get<Page<Moment>>(`/staff/clients/${clientId}/timeline?limit=50${pageParam ? `&after=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  const moments = query.data?.pages.flatMap((page) => page.items) ?? [];
  const kinds = [...new Set(moments.map((moment) => moment.kind))];
  const shown = moments.filter((moment) => kind === 'all' || moment.kind === kind);
  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <div className="sheet-head">
        <h2 id="timeline-title">{t('client_page.timeline')}</h2>
        {kinds.length > 1 && <Select quiet label={t('client_page.filter')} value={kind} options={[{ id: 'all', label: t('client_page.all') }, ...kinds.map((id) => ({ id, label: word('client_page.kind', id) }))]} onChange={setKind} />}
      </div>
      <p className="quiet">{t('client_page.timeline_hint')}</p>
      {query.isPending && <Skeleton rows={5} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && moments.length === 0 && !query.hasNextPage && <Empty title={t('client_page.empty_title')}><p>{t('client_page.empty_body')}</p></Empty>}
      <ol className="moments">
        {shown.map((moment, index) => [
          index === 0 || longDay(shown[index - 1]?.at ?? '') !== longDay(moment.at) ? <li key={'d' + moment.id} className="day-line">{longDay(moment.at)}</li> : null,
          <Row key={moment.kind + moment.id} moment={moment} />,
        ])}
      </ol>
      {query.hasNextPage && <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>{t('client_page.more')}</Button>}
      {query.isSuccess && !query.hasNextPage && moments.length > 0 && <p className="quiet">{t('client_page.end')}</p>}
    </section>
  );
}

export function ClientPage({ session, id }: { session: Session; id: string }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['client', id], queryFn: () => get<Client>(`/staff/clients/${id}`) });
  if (query.isPending) return <div className="sheet"><Skeleton rows={8} /></div>;
  if (failed(query)) return <div className="sheet"><a className="button plain" href={href('clients')}><IconBack />{t('client_page.back')}</a><Failed error={query.error} onRetry={() => void query.refetch()} /></div>;
  const client = query.data;
  const name = (code: string, type: 'language' | 'region'): string => {
    try {
      return new Intl.DisplayNames(lang(), { type }).of(code) ?? code;
    } catch {
      return code;
    }
  };
  const clinical = session.role === 'clinician' || session.role === 'supervisor';
  const mayTalk = session.role !== 'compliance' && session.role !== 'admin';
  return (
    <div className="sheet client-page">
      <a className="button plain no-print" href={href('clients')}><IconBack />{t('client_page.back')}</a>
      <div className="sheet-head">
        <h1>{client.name ?? client.pseudonym}</h1>
        {client.name && <span className="quiet">{client.pseudonym}</span>}
        <span className="tag">{word('client.is', client.state)}</span>
        <span className="grow" />
        {client.conversation_id && mayTalk && <a className="button outline no-print" href={href('conversation', client.conversation_id)}>{t('client_page.talk')}</a>}
        {session.role !== 'admin' && <a className="button outline no-print" href={href('consents', id)}>{t('consents.open')}</a>}
        {mayTalk && <a className="button outline no-print" href={`/api/v1/staff/clients/${id}/summary.pdf?lang=${lang()}`} download="client-summary.pdf">{t('client_page.pdf')}</a>}
        {clinical && <Refer clientId={id} />}
        <Button className="no-print" onPress={() => print()}>{t('client_page.print')}</Button>
      </div>
      <section aria-labelledby="summary-title">
        <h2 id="summary-title" className="hidden-visually">{t('client_page.summary')}</h2>
        <dl className="facts">
          <div><dt>{t('client_page.alerts_open')}</dt><dd>{client.open_alerts ? client.open_alerts : t('client_page.none_open')}</dd></div>
          <div><dt>{t('person.last')}</dt><dd>{client.last_message_at ? <Ago at={client.last_message_at} /> : t('client.never')}</dd></div>
          <div><dt>{t('client_page.since')}</dt><dd><When at={client.created_at} /></dd></div>
          <div><dt>{t('person.language')}</dt><dd>{name(client.lang, 'language')}</dd></div>
          <div><dt>{t('person.country')}</dt><dd>{name(client.country.slice(0, 2), 'region')}</dd></div>
          <TeamFacts client={client} mayChange={clinical || session.role === 'admin'} />
        </dl>
      </section>
      {mayTalk && <Measures clientId={id} language={client.lang} mayRead={clinical} />}
      {clinical && <MedicinesOf clientId={id} />}
      {mayTalk && <ClientCourses clientId={id} />}
      <Timeline clientId={id} />
      <p className="only-print">{t('client_page.printed', { at: new Date().toLocaleString(lang()), name: session.person.name ?? '' })}</p>
    </div>
  );
}
