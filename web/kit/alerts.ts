/* What the API says of calling people: outcomes, hand-over, the rota, channels, the first minute. By hand from docs/reference/api.md. */
import type { Alert, Id, Time } from './api';

export interface Person {
  id: Id;
  name: string;
  role?: string;
}

/* An alert as it is since calls have a chain. */
export interface CalledAlert extends Alert {
  kind?: string;
  about?: 'client' | 'other_person';
  attempts?: number;
  handover_to?: Person | null;
  handover_by?: Person | null;
  handover_at?: Time | null;
  undelivered?: boolean;
  exhausted_at?: Time | null;
}

export const outcomes = ['contacted', 'no_answer', 'welfare_check', 'emergency_services', 'duty_to_warn', 'safeguarding_report', 'no_action', 'other'] as const;
export type Outcome = (typeof outcomes)[number];

export interface OutcomeRow {
  id: Id;
  version: number;
  at: Time;
  by: Person | null;
  outcome: Outcome;
  attempt: number;
  note: string | null;
  next_at: Time | null;
  opinion_by: Person | null;
  report: { duty: string | null; basis: string | null; agency: string | null; made: boolean; made_at: Time | null; due_at: Time | null } | null;
}

export interface Delivery {
  id: Id;
  staff: Person | null;
  channel: 'console' | 'email' | 'webhook' | 'push';
  device?: string | null; /* of a push of one's own: the name one gave it */
  purpose: 'alert' | 'escalation' | 'handover' | 'test' | 'answered' | 'takeover';
  state: 'queued' | 'sent' | 'delivered' | 'acknowledged' | 'failed' | 'cancelled';
  step: number;
  attempts: number;
  created_at: Time;
  next_at: Time | null;
  sent_at: Time | null;
  delivered_at: Time | null;
  acknowledged_at: Time | null;
  receipt: string | null;
  failure: string | null;
}

export interface Duty {
  id: string;
  outcome: 'duty_to_warn' | 'safeguarding_report';
  place: string;
  title: string;
  basis: string;
  agency: string;
  due_minutes: number;
  source: string;
  certainty: 'V' | 'K' | '!';
}

export interface Step {
  id: string;
  text: string;
}

export interface Minute {
  protective: { concept: string; why: string; at: Time; message_id: Id | null }[];
  history: { alerts: number; high: number; open: number; last_at: Time | null; last_outcome: string | null; more: boolean };
  safety: { contact_unsafe: boolean; shared_device: boolean; partner_violence: boolean; partner_violence_said: boolean };
  contact: {
    glass_open: boolean;
    whereabouts: string | null;
    whereabouts_at: Time | null;
    callback: string | null;
    declined: boolean;
    contacts: { name?: string; relation?: string; phone?: string }[];
    phone: string | null;
    address: string | null;
    legal_name: string | null;
    birth_date: string | null;
    hidden: number;
  };
  emergency: { country: string | null; number: string | null; source: string | null; verified_at: string | null; assumed: boolean };
  place: string | null;
  playbook: { id: string; title: string; steps: Step[]; avoid: Step[]; close: string; pack: string; review: string } | null;
  duties: Duty[];
  plan: { shared: boolean; at: Time; sections?: unknown } | null;
  clinician: Person | null;
  coach: Person | null;
}

export type Cover = 'none' | 'on_call' | 'in_hours';
export interface Shift {
  id: Id;
  version: number;
  staff: Person | null;
  kind: 'in_hours' | 'on_call';
  zone: string;
  days: string | null;
  date: string | null;
  start: string;
  end: string;
  valid_from: string | null;
  valid_until: string | null;
  except: string[] | null;
}
export interface Rota {
  now: Time;
  from: Time;
  to: Time;
  zone: string;
  hours: string;
  cover: Cover;
  cover_until: Time | null;
  in_use: boolean;
  shifts: Shift[];
  spans: { shift_id: Id; staff: Person | null; kind: 'in_hours' | 'on_call'; from: Time; to: Time; tested: boolean }[];
  gaps: { from: Time; to: Time; promised: Cover; have: Cover }[];
  chain: { to: 'on_duty' | 'on_call' | 'supervisors' | 'person'; minutes: number; now: Person[] }[];
}
export interface TeamMember extends Person {
  on_duty: boolean;
  shift: Cover;
  may_answer: boolean;
}
export interface DutyState {
  on_duty: boolean;
  owned_count: number;
  owned: Id[];
}
export interface Channels {
  email: string | null;
  phone: string | null;
  lang: string | null;
  time_zone: string | null;
  quiet_from: string | null;
  quiet_to: string | null;
  configured: { console: boolean; email: boolean; webhook: boolean; push?: boolean };
  tested_at: Time | null;
  shift: Cover;
  test: Delivery[];
}
