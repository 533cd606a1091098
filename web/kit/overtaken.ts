/* An answer that news has overtaken. What the server tells a page is put into the query cache; if the same thing is just being read, the answer
 * may be older than the news, and would hide it until somebody asks again. So a query that is changed, or marked as out of date, while it is
 * being read is read once more when the answer is there. */
import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';

/* For the life of the page. The cache tells what happened in order, though a moment later: what a query is doing is followed here, not asked of it. */
export function rereadOvertaken(queries: QueryClient): void {
  const reading = new WeakSet<Query>();
  const overtaken = new WeakSet<Query>();
  queries.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated') return;
    const { query, action } = event;
    const put = action.type === 'success' && action.manual === true;
    if (action.type === 'fetch') {
      reading.add(query);
    } else if (put || action.type === 'invalidate') {
      if (reading.has(query)) overtaken.add(query);
    } else if (action.type === 'success' || action.type === 'error') {
      reading.delete(query);
      if (overtaken.delete(query)) void queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
  });
}

/* Changes what was read; what is only now being read for the first time is read once more instead. */
export function putNews<T>(queries: QueryClient, queryKey: QueryKey, change: (old: T) => T): void {
  queries.setQueriesData<T>({ queryKey }, (old) => old && change(old));
  void queries.invalidateQueries({ queryKey, predicate: (query) => query.state.data === undefined });
}
