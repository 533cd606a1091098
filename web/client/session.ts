import { useQuery } from '@tanstack/react-query';
import { ApiError, get, setCsrf, type Session } from '../kit/api';

/* The client's session; null when there is none. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    staleTime: Infinity,
    queryFn: async (): Promise<Session | null> => {
      try {
        const session = await get<Session>('/client/session');
        setCsrf(session.csrf);
        return session;
      } catch (error) {
        if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return null;
        throw error;
      }
    },
  });
}
