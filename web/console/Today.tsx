/* Today: what needs me on the left, what was said in the middle, the person and the decision on the right. On a phone the
 * three are steps of one path. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError, get, type AlertDetail, type Session, type StaffConversation } from '../kit/api';
import { IconBack } from '../kit/icons';
import { Empty, Failed, Skeleton } from '../kit/parts';
import { href } from '../kit/route';
import { Decide } from './Decide';
import { Queue } from './Queue';
import { Talk } from './Talk';

export function useTalk(id: string | null) {
  return useQuery({ queryKey: ['conversation', id], queryFn: () => get<StaffConversation>(`/staff/conversations/${id}`), enabled: id !== null, staleTime: 2_000 });
}

export function Today({ session, alertId, conversationId, step }: { session: Session; alertId: string | null; conversationId: string | null; step: 'queue' | 'talk' | 'decide' }) {
  const { t } = useTranslation();
  const alert = useQuery({ queryKey: ['alert', alertId], queryFn: () => get<AlertDetail>(`/staff/alerts/${alertId}`), enabled: alertId !== null, staleTime: 2_000 });
  const talk = useTalk(conversationId ?? alert.data?.conversation_id ?? null);
  const chosen = alertId !== null || conversationId !== null;
  const gone = alert.error instanceof ApiError && alert.error.status === 404;
  return (
    <div className="today" data-step={step}>
      <section className="pane queue-pane" aria-labelledby="queue-title"><Queue session={session} selected={alertId} /></section>
      <section className="pane talk-pane" aria-label={t('talk.label')}>
        <div className="phone-bar">
          <h1 className="hidden-visually">{t('talk.label')}</h1>
          <a className="button plain" href={href('today')}><IconBack />{t('today.to_queue')}</a>
          {alertId && <a className="button primary" href={href('today', alertId, 'decide')}>{t('today.to_decide')}</a>}
        </div>
        {!chosen && <Empty title={t('today.nothing_title')}><p>{t('today.nothing_body')}</p></Empty>}
        {chosen && talk.isError && <Failed error={talk.error} onRetry={() => void talk.refetch()} />}
        {chosen && alert.isError && !gone && <Failed error={alert.error} onRetry={() => void alert.refetch()} />}
        {gone && <Empty title={t('today.gone_title')}><p>{t('today.gone_body')}</p></Empty>}
        {chosen && !talk.data && !talk.isError && !alert.isError && <Skeleton rows={9} />}
        {talk.data && <Talk key={talk.data.conversation.id} talk={talk.data} focusMessage={alert.data?.message_id ?? null} session={session} />}
      </section>
      <section className="pane decide-pane" aria-label={t('decide.label')}>
        <div className="phone-bar"><h1 className="hidden-visually">{t('decide.label')}</h1>{alertId && <a className="button plain" href={href('today', alertId)}><IconBack />{t('today.to_talk')}</a>}</div>
        {chosen && (alert.data || talk.data) ? <Decide key={alertId ?? conversationId} alert={alert.data ?? null} talk={talk.data ?? null} role={session.role} me={session.person.id} /> : chosen && !alert.isError ? <Skeleton rows={6} /> : null}
      </section>
    </div>
  );
}
