/* Another person, or nobody: what was fetched for the one before goes from memory at once. */
import type { QueryClient } from '@tanstack/react-query';
import type { Session } from './api';

let changes = 0;

/* A question about the session that was under way was asked as somebody else: its answer must not take the place of this one, so it is
 * cancelled, and the session is set once more when that is done (cancelling brings back what was there before the question). */
export function changeSession(queries: QueryClient, session: Session | null): void {
  const mine = ++changes;
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'help' });
  queries.setQueryData(['session'], session);
  void queries.cancelQueries({ queryKey: ['session'] }).then(() => {
    if (mine === changes) queries.setQueryData(['session'], session);
  });
}
