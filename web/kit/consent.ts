/* Consent and identity as the server tells them (docs/reference/api.md). */
import type { Consent, Id, Time } from './api';

export interface Place {
  country: string;
  place: string | null; /* where they live: US-IL, ES */
  here: string | null; /* where they say they are now */
  whereabouts: string | null;
  callback: string | null;
  asked_at: Time | null;
  declined: boolean;
  emergency: string;
  contact_unsafe: boolean;
}

export const questions = ['ethnicity', 'gender', 'orientation', 'disability', 'home_language', 'area'] as const;
export type Question = (typeof questions)[number];
export interface Demographics {
  answers: Record<Question, string | null>;
  declined: Question[];
}

export interface Look {
  at: Time;
  action: string; /* view | export | update | ... */
  what: string; /* message, consent, ... */
  name: string | null;
  role: string;
  own: boolean;
}

export type RequestKind = 'erasure' | 'correction' | 'leave';
export interface DataRequest {
  id: Id;
  version: number;
  kind: RequestKind;
  state: 'open' | 'done' | 'refused' | 'taken_back';
  note: string | null;
  created_at: Time;
  due_at: Time;
  late: boolean;
  answer: string | null;
  decided_by: string | null;
  decided_at: Time | null;
  client?: { id: Id; pseudonym: string; state: string; legal_hold: boolean }; /* for staff */
}

export interface Law {
  id: string;
  place: string;
  text: string;
  source: string;
  certainty: 'V' | 'K' | '!';
  from: string | null;
}

export interface Guardian {
  id: Id;
  state: 'active' | 'ended';
  kind: 'parental_consent' | 'view' | 'notice';
  guardian: string;
  verified: string;
  reason: string;
  by: string | null;
  at: Time;
}

export interface ConsentPanelData {
  consents: Consent[];
  history: { kind: string; state: string; version: string; hash: string | null; lang: string | null; /* none of a decision that was made elsewhere */ source: string; channel: string | null; at: Time }[];
  rules: {
    bot: 'none' | 'administrative' | 'therapeutic';
    families_off: boolean;
    at_start: boolean;
    every_minutes: number;
    away_days: number;
    break_minutes: number;
    self_consent_from: number;
    parental_under: number;
    retain_years: number;
    counsel: boolean;
  };
  laws: Law[];
  place: Place;
  age: number; /* 0 unknown */
  may_consent: boolean;
  consents_from: number;
  legal_hold: boolean;
  legal_hold_reason: string | null; /* for compliance */
  guardians: Guardian[] | null;
}
