/* The conversation as the client's page keeps it: one query, changed by the stream; and what was typed but not yet taken. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { ApiError, get, post, type Conversation, type ConversationState, type Message } from '../kit/api';
import { newId } from '../kit/storage';
import { openStream, type StreamState } from '../kit/stream';
import { clientEvents } from './live';

const key = ['conversation'] as const;

/* Ids are made in order (UUID version 7): news of a reply may come before the answer to the message that it replies to. */
function inOrder(messages: Message[]): Message[] {
  return messages.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function upsert(messages: Message[], next: Message): Message[] {
  const at = messages.findIndex((message) => message.id === next.id || (next.client_message_id !== null && message.client_message_id === next.client_message_id));
  return at < 0 ? inOrder([...messages, next]) : messages.map((message, index) => (index === at ? next : message));
}

function append(messages: Message[], id: string, text: string): Message[] {
  if (messages.some((message) => message.id === id)) return messages.map((message) => (message.id === id ? { ...message, text: message.text + text } : message));
  const begun: Message = { id, client_message_id: null, role: 'assistant', author: null, ai: true, text, state: 'checking', changed_by_safety: false, held: null, created_at: new Date().toISOString() };
  return inOrder([...messages, begun]);
}

export function useConversation(onEnd: () => void) {
  const queries = useQueryClient();
  const query = useQuery({ queryKey: key, queryFn: () => get<Conversation>('/client/conversation'), staleTime: Infinity });
  const [stream, setStream] = useState<StreamState>('connecting');
  const ready = query.isSuccess;

  useEffect(() => {
    if (!ready) return undefined;
    const change = (with_: (old: Conversation) => Conversation): void => {
      queries.setQueryData<Conversation>(key, (old) => old && with_(old));
    };
    return openStream({
      path: '/client/stream',
      events: clientEvents,
      onState: (state) => {
        if (state === 'live') void queries.invalidateQueries({ queryKey: key }); /* what came between the reading and the stream, or while another tab handed it on */
        setStream(state);
      },
      onEvent: (event, data) => {
        if (event === 'session_end') onEnd();
        if (data === null || typeof data !== 'object') return;
        if (event === 'message') change((old) => ({ ...old, messages: upsert(old.messages, data as Message) }));
        if (event === 'state') change((old) => ({ ...old, ...(data as ConversationState), messages: old.messages }));
        if (event === 'delta') {
          const { message_id, text } = data as { message_id: string; text: string };
          change((old) => ({ ...old, messages: append(old.messages, message_id, text) }));
        }
      },
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- onEnd only clears; a new one each render must not reopen the stream
  }, [ready, queries]);
  return { query, stream };
}

export interface Outgoing {
  id: string;
  text: string;
  status: 'sending' | 'waiting' | 'failed';
  problem: unknown;
}

/* Messages on their way. A message keeps its id through every attempt, so that the server stores it once. */
export function useOutbox(taken: (id: string) => boolean) {
  const queries = useQueryClient();
  const [items, setItems] = useState<Outgoing[]>([]);

  const attempt = useCallback(
    async (item: Outgoing): Promise<void> => {
      const update = (changes: Partial<Outgoing>): void => setItems((all) => all.map((each) => (each.id === item.id ? { ...each, ...changes } : each)));
      update({ status: 'sending', problem: null });
      try {
        const answer = await post<{ message: Message }>('/client/messages', { text: item.text, client_message_id: item.id });
        queries.setQueryData<Conversation>(key, (old) => old && { ...old, messages: upsert(old.messages, answer.message) });
        setItems((all) => all.filter((each) => each.id !== item.id));
      } catch (problem) {
        update({ status: problem instanceof ApiError && problem.status === 0 ? 'waiting' : 'failed', problem });
      }
    },
    [queries],
  );

  const send = (text: string): void => {
    const item: Outgoing = { id: newId(), text, status: 'sending', problem: null };
    setItems((all) => [...all, item]);
    void attempt(item);
  };
  const discard = (id: string): void => setItems((all) => all.filter((each) => each.id !== id));

  /* What waits for the network goes out in order when it is back, and is tried every ten seconds besides. */
  useEffect(() => {
    const waiting = items.filter((item) => item.status === 'waiting');
    if (waiting.length === 0) return undefined;
    const again = (): void => {
      void (async () => {
        for (const item of waiting) await attempt(item);
      })();
    };
    const timer = setInterval(again, 10_000);
    addEventListener('online', again);
    return () => {
      clearInterval(timer);
      removeEventListener('online', again);
    };
  }, [items, attempt]);

  return { items: items.filter((item) => !taken(item.id)), send, attempt, discard };
}
