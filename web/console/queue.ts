/* The queue's order. Rows never move under the pointer: a new row waits until it is asked for, a changed one stays where
 * it is; only priority 1 breaks in, on top. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { get, type Alert, type Page } from '../kit/api';

export type Filter = 'mine' | 'team' | 'all';

const active = 'open,acknowledged,taken,contacted';

function before(a: Alert, b: Alert): number {
  const [x, y] = [a.deadline_at ?? '9', b.deadline_at ?? '9'];
  return x < y ? -1 : x > y ? 1 : b.level - a.level || (a.created_at < b.created_at ? 1 : -1);
}

const fits = (alert: Alert, filter: Filter, me: string): boolean => (filter === 'mine' ? alert.owner?.id === me : true);

function holds(alert: Alert, search: string): boolean {
  const text = `${alert.client.pseudonym} ${alert.client.name ?? ''} ${alert.reason} ${alert.concepts.join(' ')}`.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((part) => text.includes(part));
}

export function useQueue(filter: Filter, search: string, me: string) {
  const query = useQuery({
    queryKey: ['alerts', filter === 'all' ? 'all' : 'active'],
    queryFn: () => get<Page<Alert>>(`/staff/alerts?limit=200&state=${active}${filter === 'all' ? ',resolved' : ''}`),
    staleTime: 30_000,
  });
  const [order, setOrder] = useState<string[] | null>(null);
  const byId = useMemo(() => new Map(query.data?.items.map((alert) => [alert.id, alert])), [query.data]);
  const wanted = useMemo(() => [...byId.values()].filter((alert) => fits(alert, filter, me)), [byId, filter, me]);

  const refresh = useCallback(() => setOrder([...wanted].filter((alert) => filter === 'all' || alert.state !== 'resolved').sort(before).map((alert) => alert.id)), [wanted, filter]);

  useEffect(() => setOrder(null), [filter]);
  useEffect(() => {
    if (!query.data) return;
    setOrder((old) => {
      if (old === null) return [...wanted].filter((alert) => filter === 'all' || alert.state !== 'resolved').sort(before).map((alert) => alert.id);
      const urgent = wanted.filter((alert) => alert.priority === 1 && alert.state === 'open' && !old.includes(alert.id)).map((alert) => alert.id);
      return urgent.length > 0 ? [...urgent, ...old] : old;
    });
  }, [query.data, wanted, filter]);

  const shown = (order ?? []).map((id) => byId.get(id)).filter((alert) => alert !== undefined);
  const waiting = order === null ? 0 : wanted.filter((alert) => !order.includes(alert.id) && (filter === 'all' || alert.state !== 'resolved')).length;
  const rows = search.trim() ? shown.filter((alert) => holds(alert, search)) : shown;
  return { query, rows, waiting, refresh };
}
