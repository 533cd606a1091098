/* Check-ins: what the server says of them, and answers that wait for a connection in the outbox, sealed; quick exit empties it with everything
 * else on this device. */
import { ApiError, post } from '../kit/api';
import { flushOutbox, sendOrKeep, waitingNow } from '../kit/outbox';
import { newId } from '../kit/storage';

export interface Task {
  id: string;
  instrument: string;
  title: string | null;
  about: string | null;
  state: 'due' | 'started' | 'done';
  late: boolean;
  due_at: string;
  closes_at: string | null;
  zone: string | null;
}

/* The next one of each schedule; `at` is when it opens. */
export interface Next {
  at: string;
  zone: string;
  instrument: string;
  about: string | null;
}

export interface Tasks {
  waiting: Task[];
  done: Task[];
  next: Next[];
  time_zone: string | null;
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

/* What one filling-in waits with in the box of things not sent yet. */
const about = (responseId: string): string => `checkin/${responseId}`;
const waits = (item: { about: string; refused: string | null }): boolean => item.about.startsWith('checkin/') && !item.refused;
export const waitingCount = (): number => waitingNow().filter(waits).length;

/* Saved at once, or kept until there is a connection (null). Its id goes with it, so that sending twice stores it once. */
export async function saveAnswer(responseId: string, item: string, answer: Answer): Promise<Saved | null> {
  const submission = newId();
  const body = {
    submission,
    answered_at: new Date().toISOString(),
    ...(answer.kind === 'given' ? { value: answer.value } : answer.kind === 'declined' ? { declined: true } : { not_applicable: true }),
  };
  return sendOrKeep<Saved>({ id: submission, method: 'PUT', path: `/client/responses/${responseId}/answers/${item}`, about: about(responseId), body });
}

export async function sendAll(responseId: string): Promise<Receipt> {
  const submitted = new Date().toISOString();
  if (waitingCount() > 0) await flushOutbox();
  if (waitingCount() > 0) throw new ApiError(0, 'not_reached', '');
  return post<Receipt>(`/client/responses/${responseId}/submit`, { submitted_at: submitted });
}
