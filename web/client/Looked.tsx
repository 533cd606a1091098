/* Who looked at what: the journal's entries about this client in plain words, many looks of one person on one day as one. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type Page } from '../kit/api';
import type { Look } from '../kit/consent';
import { word } from '../kit/i18n';
import { Button, Failed, Skeleton } from '../kit/parts';
import { clockTime, longDay } from '../kit/time';
import './consent.css';

interface Visit {
  key: string;
  day: string;
  name: string | null;
  role: string;
  own: boolean;
  last: string;
  first: string;
  things: string[];
  actions: string[];
}

export function visits(looks: Look[]): Visit[] {
  const found = new Map<string, Visit>();
  for (const look of looks) {
    const day = longDay(look.at), key = `${day} ${look.name ?? look.role} ${look.own ? 'own' : ''} ${look.action}`;
    const visit = found.get(key) ?? { key, day, name: look.name, role: look.role, own: look.own, last: look.at, first: look.at, things: [], actions: [look.action] };
    visit.first = look.at;
    if (!visit.things.includes(look.what)) visit.things.push(look.what);
    found.set(key, visit);
  }
  return [...found.values()];
}

export function LookedAt() {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['access'],
    initialPageParam: '',
    queryFn: ({ pageParam }) => get<Page<Look>>(`/client/access${pageParam ? `?after=${pageParam}` : ''}`),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = visits(query.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <section>
      <h2>{t('looked.title')}</h2>
      <p>{t('looked.body')}</p>
      {query.isPending && <Skeleton rows={3} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <p className="quiet">{t('looked.nobody')}</p>}
      <ul className="looked">
        {rows.map((row) => (
          <li key={row.key}>
            <strong>{row.own ? t('looked.you') : (row.name ?? word('role', row.role))}</strong>
            {!row.own && row.name && <span className="quiet"> {word('role', row.role)}</span>}
            <span className="looked-what">{t('looked.did', { action: word('looked.action', row.actions[0] ?? ''), things: row.things.map((each) => word('looked.what', each)).join(', ') })}</span>
            <span className="quiet">{row.day}, {row.first === row.last || clockTime(row.first) === clockTime(row.last) ? clockTime(row.last) : `${clockTime(row.first)}–${clockTime(row.last)}`}</span>
          </li>
        ))}
      </ul>
      {query.hasNextPage && <Button look="plain" isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>{t('looked.more')}</Button>}
    </section>
  );
}
