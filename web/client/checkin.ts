/* Check-ins: what the server says of them, and the small box of answers that wait for a connection. The box holds ids and numbers,
 * never a person's words; quick exit empties it with everything else on this device. */
import { ApiError, post, put } from '../kit/api';
import { newId, recall, remember } from '../kit/storage';

export interface Task {
  id: string;
  instrument: string;
  title: string | null;
  about: string | null;
  state: 'due' | 'started' | 'done';
  late: boolean;
  due_at: string;
}

export interface Question {
  id: string;
  text: string;
  min: number;
  max: number;
  optional: boolean;
  not_applicable: boolean;
  choices: { value: number; text: string }[];
  shown_if: string[];
  shown_if_value: number;
  shown_if_unanswered: boolean;
}

export interface Answer {
  kind: 'given' | 'declined' | 'not_applicable';
  value: number | null;
}

export interface Opened {
  response: { id: string; state: 'in_progress' | 'completed'; submitted_at: string | null };
  form: { id: string; title: string; stem: string | null; author: string | null; ends: [string | null, string | null]; questions: Question[]; help: { item: string; from: number; to: number; level: number }[] };
  answers: Record<string, Answer>;
}

export interface Help {
  title: string;
  body: string;
}

export interface Saved {
  saved: boolean;
  level: number;
  help: Help | null;
}

export interface Receipt {
  receipt: { received_at: string };
  level: number;
  help: Help | null;
}

/* The same rule as the server's: what is not asked counts for nothing. */
export function isShown(questions: Question[], answers: Record<string, Answer>, question: Question): boolean {
  if (question.shown_if.length === 0) return true;
  return question.shown_if.some((id) => {
    const other = questions.find((each) => each.id === id);
    if (!other || !isShown(questions, answers, other)) return false;
    const answer = answers[id];
    return answer?.kind === 'given' ? answer.value === question.shown_if_value : question.shown_if_unanswered;
  });
}

interface Waiting {
  path: string;
  body: Record<string, unknown>;
}

const box = 'answers-waiting';

function read(): Waiting[] {
  try {
    const kept = JSON.parse(recall(box) ?? '[]') as Waiting[];
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

const write = (waiting: Waiting[]): void => remember(box, waiting.length ? JSON.stringify(waiting) : null);
export const waitingCount = (): number => read().length;

/* Sends what waits, in order; stops at the first that does not reach the server. What the server refuses is dropped: it would be refused again. */
export async function flush(): Promise<void> {
  for (let waiting = read(); waiting.length > 0; waiting = read()) {
    const first = waiting[0];
    if (!first) return;
    try {
      await put(first.path, first.body);
    } catch (error) {
      if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) return;
    }
    write(read().slice(1));
  }
}

/* Saved at once, or kept until there is a connection (null). Its id goes with it, so that sending twice stores it once. */
export async function saveAnswer(responseId: string, item: string, answer: Answer): Promise<Saved | null> {
  const path = `/client/responses/${responseId}/answers/${item}`;
  const body = {
    submission: newId(),
    answered_at: new Date().toISOString(),
    ...(answer.kind === 'given' ? { value: answer.value } : answer.kind === 'declined' ? { declined: true } : { not_applicable: true }),
  };
  await flush();
  if (waitingCount() === 0) {
    try {
      return await put<Saved>(path, body);
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) throw error;
    }
  }
  write([...read(), { path, body }]);
  return null;
}

export async function sendAll(responseId: string): Promise<Receipt> {
  const submitted = new Date().toISOString();
  await flush();
  if (waitingCount() > 0) throw new ApiError(0, 'not_reached', '');
  return post<Receipt>(`/client/responses/${responseId}/submit`, { submitted_at: submitted });
}
