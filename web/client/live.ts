/* What the server tells a client's pages while one is open, whichever page that is. The chat adds what it needs of the same stream. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { openStream } from '../kit/stream';

/* All of them in each place that opens the stream: the first one to open it listens for all tabs. */
export const clientEvents = ['message', 'delta', 'state', 'session_end', 'questionnaire', 'home', 'intake', 'medication'] as const;

const keys: Partial<Record<string, readonly string[]>> = { questionnaire: ['questionnaires', 'home'], home: ['home'], intake: ['intake'], medication: ['medicines'] };

/* A check-in that was asked for, or a course that was given, is there without reloading. */
export function useNews(signedIn: boolean, onEnd: () => void): void {
  const queries = useQueryClient();
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    if (!signedIn) return undefined;
    const again = (event: string): void => keys[event]?.forEach((key) => void queries.invalidateQueries({ queryKey: [key] }));
    return openStream({
      path: '/client/stream',
      events: clientEvents,
      onState: (state) => {
        if (state === 'live') clientEvents.forEach(again); /* what came before the stream was open was told to nobody */
      },
      onEvent: (event) => (event === 'session_end' ? end.current() : again(event)),
    });
  }, [signedIn, queries]);
}
