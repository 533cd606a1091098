import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { ApiError, get, setCsrf, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { changeSession } from '../kit/forget';
import { Failed, Skeleton } from '../kit/parts';
import { Login } from './Login';
import { listenForOpen } from './push';

const Shell = lazy(() => import('./Shell').then((m) => ({ default: m.Shell })));

export function App() {
  const queries = useQueryClient();
  useEffect(listenForOpen, []);
  const session = useQuery({
    queryKey: ['session'],
    staleTime: Infinity,
    queryFn: async (): Promise<Session | null> => {
      try {
        const found = await get<Session>('/staff/session');
        setCsrf(found.csrf);
        return found;
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return null;
        throw error;
      }
    },
  });
  if (session.isPending) return <Skeleton rows={8} />;
  if (failed(session)) return <Failed error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data)
    return (
      <Login
        onDone={(done) => {
          setCsrf(done.csrf);
          changeSession(queries, done);
        }}
      />
    );
  return (
    <Suspense fallback={<Skeleton rows={8} />}>
      <Shell session={session.data} />
    </Suspense>
  );
}
