/* What the API says of people in a client's chat. By hand from docs/reference/api.md. */
import type { Person } from './alerts';
import type { Id, Time } from './api';

export interface Presence {
  id: Id;
  conversation_id: Id;
  client: { id: Id; pseudonym: string | null; name: string | null };
  person: Person;
  since: Time;
  seen_at: Time;
  waiting_at: Time | null;
  asked: Person | null;
  asked_by: Person | null;
  asked_at: Time | null;
}

export interface Visit {
  id: Id;
  person: Person | null;
  from: Time;
  how: 'joined' | 'handed_over' | 'instead';
  in_place_of: Person | null;
  to: Time | null;
  end: 'handed_back' | 'handed_over' | 'replaced' | 'off_duty' | 'unanswered' | 'quiet' | null;
  ended_by: Person | null;
  reason: string | null;
}
