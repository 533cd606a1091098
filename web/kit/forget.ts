import type { QueryClient } from '@tanstack/react-query';
import type { Session } from './api';

/* Another person, or nobody, is signed in now: everything fetched before is dropped, and the page is told. */
export function changeSession(queries: QueryClient, session: Session | null): void {
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' && query.queryKey[0] !== 'help' });
  queries.setQueryData(['session'], session);
}
