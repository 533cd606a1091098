import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type JournalEntry, type Page, type Session } from '../kit/api';
import { word } from '../kit/i18n';
import { Button, Empty, Failed, Skeleton, When } from '../kit/parts';
import { href } from '../kit/route';

function Checkpoint({ session }: { session: Session }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['journal', 'checkpoint'], queryFn: () => get<string>('/staff/journal/checkpoint') });
  const mayExport = session.role === 'compliance' || session.role === 'admin';
  return (
    <section className="checkpoint">
      <h2>{t('journal.checkpoint')}</h2>
      <p className="quiet">{t('journal.checkpoint_body')}</p>
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <pre className="mono" tabIndex={0} aria-label={t('journal.checkpoint')}>{query.data}</pre>}
      <div className="in-row">
        {query.data && <Button small onPress={() => void navigator.clipboard.writeText(query.data)}>{t('journal.copy')}</Button>}
        {mayExport && <a className="button small" href="/api/v1/staff/journal/export" download>{t('journal.export')}</a>}
      </div>
    </section>
  );
}

export function Journal({ session, about }: { session: Session; about: string | null }) {
  const { t } = useTranslation();
  const mayRead = ['supervisor', 'compliance', 'admin'].includes(session.role);
  const query = useInfiniteQuery({
    queryKey: ['journal', 'entries'],
    queryFn: ({ pageParam }) => get<Page<JournalEntry>>(`/staff/journal?limit=100${pageParam ? `&after=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    enabled: mayRead,
  });
  const rows = (query.data?.pages.flatMap((page) => page.items) ?? []).filter((entry) => about === null || entry.resource_id === about);
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>{t('nav.journal')}</h1>
        {about && <a className="button small" href={href('journal')}>{t('journal.all')}</a>}
      </div>
      <Checkpoint session={session} />
      {!mayRead && <Empty title={t('journal.not_yours')} />}
      {mayRead && query.isPending && <Skeleton />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <Empty title={t('journal.empty_title')}><p>{t('journal.empty_body')}</p></Empty>}
      {rows.length > 0 && (
        <div className="table-wrap" tabIndex={0} role="region" aria-label={t('nav.journal')}>
          <table className="journal">
            <thead><tr><th scope="col">{t('journal.number')}</th><th scope="col">{t('journal.time')}</th><th scope="col">{t('journal.actor')}</th><th scope="col">{t('journal.action')}</th><th scope="col">{t('journal.record')}</th><th scope="col">{t('journal.reason')}</th><th scope="col">{t('journal.hash')}</th></tr></thead>
            <tbody>
              {rows.map((entry) => (
                <tr key={entry.index}>
                  <td className="mono">{entry.index}</td>
                  <td><When at={entry.time} /></td>
                  <td>{entry.actor}</td>
                  <td>{word('journal.does', entry.action)}</td>
                  <td><span>{entry.resource}</span> <span className="mono quiet" title={entry.resource_id}>{entry.resource_id?.slice(-6)}</span></td>
                  <td>{entry.reason ?? ''}</td>
                  <td className="mono" title={entry.hash}>{entry.hash.slice(0, 10)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {query.hasNextPage && <Button isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>{t('journal.more')}</Button>}
    </div>
  );
}
