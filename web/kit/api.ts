/* The HTTP API of the two apps as types, and one small way to call it. Written by hand from docs/reference/api.md;
 * nothing here guesses: a member that the server may leave out is optional, one that may be empty is `| null`. */

export type Id = string;
export type Time = string; /* RFC 3339, UTC */
export type Level = 0 | 1 | 2 | 3 | 4;
export type Priority = 1 | 2 | 3 | 4;
export type Role = 'client' | 'coach' | 'clinician' | 'supervisor' | 'compliance' | 'admin';

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Session {
  csrf: string;
  role: Role;
  person: { id: Id; name: string | null; pseudonym: string | null };
  programme: { id: Id; name: string; mode: string; country: string };
  expires_at: Time;
}

export interface Health {
  status: string;
  version: string;
  mode: 'demo' | 'live';
  clock: 'system' | 'test';
}

export interface HelpLine {
  name: string;
  channel: string; /* call | text | chat | emergency */
  value: string;
  hours: string | null;
  languages: string[];
  audience: string | null;
  source: string | null;
  verified_at: string | null;
  keyword?: string | null; /* what to text, where the line asks for a word */
}

export interface Help {
  country: string;
  emergency: { number: string } | null;
  lines: HelpLine[];
  text: { title: string; body: string };
}

export interface Invite {
  state: 'open' | 'used' | 'expired';
  second_fact: string;
  programme: { name: string; mode: string };
  lang: string;
}

/* ---- client ---- */

export interface About {
  who_can_read: string;
  what_is_ai: string;
  danger_day: string;
  danger_night: string;
  cover: { state: 'in_hours' | 'on_call' | 'none'; until: Time | null };
}

export type ConsentKind = 'care' | 'ai_chat' | 'ai_drafting' | 'data_sharing' | 'model_training' | 'sensors' | 'translation' | 'recording' | 'ai_supplementary';
export type ConsentState = 'given' | 'refused' | 'withdrawn' | 'unasked';

export interface Consent {
  kind: ConsentKind;
  state: ConsentState;
  document: { version: number | string; hash: string; title: string; short: string; full: string };
  changed_at: Time | null;
  ask?: 'at_start' | 'when_used';
  asked_again?: boolean; /* agreed to an earlier text that has changed in what matters */
  text_changed?: boolean;
  required_by_law?: boolean;
}

export type MessageState = 'sent' | 'checking' | 'answered' | 'held' | 'replaced' | 'interrupted' | 'released';

export interface Message {
  id: Id;
  client_message_id: Id | null;
  role: 'client' | 'assistant' | 'staff' | 'script';
  author: { name: string; role: string } | null;
  ai: boolean;
  ai_assisted?: boolean; /* a program and a person wrote it */
  safe_text?: string | null; /* key of approved words */
  text: string;
  state: MessageState;
  changed_by_safety: boolean;
  held: { id: Id; expected_wait_text: string } | null;
  created_at: Time;
}

export interface ConversationState {
  id: Id;
  state: 'open' | 'held' | 'closed';
  held_reason_text: string | null;
  speaker: 'model' | 'script' | 'person' | 'people' | 'approved' | 'reviewed';
  person: { name: string; role: string } | null;
  alert_state: null | 'sent' | 'seen' | 'nobody_yet';
  alert_person: string | null;
}

export interface Conversation extends ConversationState {
  messages: Message[];
}

/* The first conversation. */
export interface IntakeStep {
  id: string;
  ask: 'text' | 'choice' | 'choices' | 'instrument';
  topic: string;
  text: string;
  hint: string | null;
  instrument: string | null;
  optional: boolean;
  choices: { id: string; text: string }[];
  answer: IntakeAnswer | null;
}
export type IntakeAnswer = { text?: string; choice?: string; choices?: string[]; skipped?: true; done?: true };

export interface IntakeView {
  intake: { id: Id | null; version: number; state: 'started' | 'completed' | 'abandoned' | null; lang: string; step: string | null; done: number; all: number; steps: IntakeStep[]; level: Level };
  path: { state: ReferralState; undecided: boolean; respond_by: Time | null; late: boolean; next_contact_at: Time | null; missed: boolean; appointment_at: Time | null; out_to: string | null } | null;
  said?: string | null; /* approved words to the answer just given */
}

/* ---- staff ---- */

export type ReferralState = 'received' | 'assess' | 'waiting' | 'offered' | 'in_care' | 'referred_out' | 'closed';
export type TriagePriority = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G';
export type Breach = 'respond' | 'contact' | 'start' | 'limit' | 'second' | 'receipt';
export interface TriageChoice {
  priority: TriagePriority | null;
  step: number | null;
}

export interface Referral {
  id: Id;
  version: number;
  client: { id: Id; pseudonym: string; name: string | null; contact_unsafe: boolean };
  state: ReferralState;
  source: string;
  priority: TriagePriority;
  level: Level;
  undecided: boolean;
  breached: boolean;
  breaches: Breach[];
  breach_count: number;
  recommended: TriageChoice | null;
  decided: TriageChoice | null;
  decided_by: string | null;
  open_alerts: number;
  received_at: Time;
  respond_by: Time | null;
  next_contact_at: Time | null;
  appointment_at: Time | null;
  last_contact_at: Time | null;
  decided_at: Time | null;
  started_at: Time | null;
  second_contact_at: Time | null;
  out_sent_at: Time | null;
  out_due_at: Time | null;
  out_received_at: Time | null;
  closed_at: Time | null;
}

export interface TriageReason {
  id: string;
  text: string;
  certainty: 'V' | 'K' | '!' | null;
  source: string | null;
}

export interface ReferralDetail extends Referral {
  priority_reason: string | null;
  override_reason: string | null;
  out_to: string | null;
  out_note: string | null;
  closed_reason: string | null;
  rules: string | null;
  against: TriageChoice | null;
  guided: boolean | null;
  reasons: TriageReason[];
  inputs: { level: number; age: number; scores: Record<string, number>; marks: { id: string; text: string; level: number }[] } | null;
  intake: { id: Id; language: string; pack: string; started_at: Time; finished_at: Time | null; answers: { step: string; topic: string; question: string; answer: string | null; level: number }[] } | null;
}

export interface Part {
  count: number;
  of: number;
}
export interface TriageMeasures {
  days: number;
  received: number;
  capped: boolean;
  time_to_decision_minutes: { median: number | null; p90: number | null; of: number };
  decided_in_time: Part;
  undecided: Part;
  agreed_priority: Part;
  agreed_step: Part;
  decided_more_urgent: Part;
  decided_less_urgent: Part;
  false_alarms: Part;
  urgent_missed: Part;
  started_in_target: Part;
  started_in_limit: Part;
  with_breach: Part;
  out_confirmed: Part;
  open_breaches: Record<Breach, Part>;
}
export interface TriageRules {
  version: string;
  priorities: { id: string; minutes: number; certainty: string; source: string; set_here: boolean }[];
  clocks: { id: string; minutes: number; certainty: string; source: string; set_here: boolean }[];
  rules: TriageReason[];
}

export interface FindingContext {
  negated?: boolean;
  uncertain?: boolean;
  hypothetical?: boolean;
  question?: boolean;
  quoted?: boolean;
  idiom?: boolean;
  time?: 'unstated' | 'now' | 'recent' | 'past' | 'future';
  experiencer?: 'self' | 'other' | 'character' | 'possible_self';
}

export type Mark = 'right' | 'wrong' | 'unsure';

export interface Finding {
  id: Id;
  concept: string;
  level: Level;
  base_level?: Level;
  start: number; /* UTF-8 bytes of the message's text */
  end: number;
  turn?: number;
  context: FindingContext;
  source: string;
  confidence?: number; /* per mille */
  phrase?: string | null;
  why: string;
  mark: Mark | null;
}

export interface Verdict {
  id: Id;
  level: Level | null;
  levels: Record<string, number>;
  time_frame: string;
  experiencer: string;
  lang: string;
  findings: Finding[];
  override: { level: Level; reason: string; by: string; at: Time; countersigned_by: string | null } | null;
  engine: string;
  packs: string;
}

export interface Decision {
  action: 'allow' | 'annotate' | 'review' | 'replace' | 'block';
  speaker: string;
  alert: Priority | null;
  rules: string[];
}

export type AlertState = 'open' | 'acknowledged' | 'taken' | 'contacted' | 'resolved';

export interface Alert {
  id: Id;
  version: number;
  priority: Priority;
  level: Level;
  state: AlertState;
  client: { id: Id; pseudonym: string; name: string | null };
  conversation_id: Id;
  message_id: Id | null;
  reason: string;
  concepts: string[];
  created_at: Time;
  deadline_at: Time | null;
  deadline_kind: 'acknowledge' | 'contact' | null;
  missed: boolean;
  escalation_step: number;
  owner: { id: Id; name: string } | null;
  acknowledged_at: Time | null;
  contacted_at: Time | null;
  resolved_at: Time | null;
  events: number;
}

export type ResolveReason = 'contacted' | 'safety_plan' | 'false_alarm' | 'referred' | 'other';

export interface Client {
  id: Id;
  pseudonym: string;
  name: string | null;
  lang: string;
  country: string;
  state: string;
  created_at: Time;
  conversation_id?: Id | null;
  last_message_at?: Time | null;
  open_alerts?: number;
  approve_replies?: boolean;
  team?: { coach: { id: Id; name: string; role?: string } | null; clinician: { id: Id; name: string; role?: string } | null };
}

/* An alert with what a person needs to decide: the client, and the client's earlier alerts. */
export interface AlertDetail extends Alert {
  history: Alert[];
}

export interface Review {
  id: Id;
  version: number;
  state: 'pending' | 'approved' | 'edited' | 'rejected' | 'expired';
  client: { id: Id; pseudonym: string; name: string | null };
  conversation_id: Id;
  message_id: Id;
  original: string; /* what the model wrote */
  shown: string | null; /* what the client sees, or will see */
  reason: string; /* why it was held, in words */
  created_at: Time;
  deadline_at: Time | null;
  decided_by: string | null;
  decided_at: Time | null;
}

export interface StaffMessage extends Message {
  verdict: Verdict | null;
  decision: Decision | null;
  original: string | null; /* the model's own text where it differs from what was shown */
  review: Review | null;
}

export interface StaffConversation {
  conversation: ConversationState;
  client: Client;
  messages: StaffMessage[];
  alerts: Alert[];
}

export interface JournalEntry {
  index: number;
  time: Time;
  actor: string;
  action: string;
  resource: string;
  resource_id: Id;
  reason: string | null;
  hash: string;
}

export interface Overview {
  open_by_priority: Record<'1' | '2' | '3' | '4', number>;
  missed_deadlines: number;
  cover: { state: 'in_hours' | 'on_call' | 'none'; until: Time | null };
  held_replies: number;
  by_release: { release: string; messages: number | null; replaced_per_1000: number | null; held_per_1000: number | null; overridden_per_1000: number | null }[];
}

export interface ApiKey {
  id: Id;
  name: string;
  version: number;
  reach: 'identified' | 'callback' | 'anonymous';
  instructions: boolean; /* the product may bring system and developer messages */
  consent_attested: boolean;
  prefix: string;
  secret?: string; /* only in the answer that made it */
  created_at: Time;
  revoked_at: Time | null;
  last_used_at: Time | null;
}

export interface Release {
  id: Id;
  version: number;
  name: string;
  model: string;
  policy: string;
  packs: string;
  engine: string;
  state: 'draft' | 'current' | 'retired';
  created_at: Time;
  promoted_at: Time | null;
}

export interface Policy {
  preset: string;
  name: string;
  rules: { id: string; text: string }[];
  cover_hours: string;
}

/* ---- calling ---- */

export class ApiError extends Error {
  constructor(
    readonly status: number, /* 0: the server was not reached */
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly body: unknown = null,
  ) {
    super(message);
  }
}

const base = '/api/v1';
let csrf: string | null = null;

export function setCsrf(token: string | null): void {
  csrf = token;
}

export function getCsrf(): string | null {
  return csrf;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function failure(status: number, body: unknown): ApiError {
  const error = (body as { error?: { code?: string; message?: string; field?: string | null } } | null)?.error;
  return new ApiError(status, error?.code ?? `http_${status}`, error?.message ?? '', error?.field ?? null, body);
}

/* One request. Throws ApiError only; status 0 means that no answer came (offline, server down, or 20 s passed). */
export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrf) headers['X-CSRF-Token'] = csrf;
  let response: Response;
  try {
    response = await fetch(base + path, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
  } catch {
    throw new ApiError(0, 'not_reached', '');
  }
  const answer = await readBody(response);
  if (!response.ok) throw failure(response.status, answer);
  return answer as T;
}

export const get = <T>(path: string): Promise<T> => call<T>('GET', path);
export const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body);
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, body);
export const del = <T>(path: string): Promise<T> => call<T>('DELETE', path);
