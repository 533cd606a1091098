/* What the API says of the load of alerts and of replays of the past. By hand from docs/reference/api.md. */
import type { Person } from './alerts';
import type { Id, Level, Time } from './api';

export interface Tally {
  id: string;
  text: string | null;
  alerts: number;
  true: number;
  false: number;
  unclear: number;
  open: number;
  precision: { share: number; low: number; high: number; of: number } | null;
}

export interface LoadHour {
  from: Time;
  alerts: number;
  minutes: number;
  over: boolean;
}

export interface Load {
  days: number;
  from: Time;
  to: Time;
  zone: string;
  rota: boolean;
  budget: { per_hour: number; episode_minutes: number };
  total: { alerts: number; all_levels: number; hours: number | null; per_hour: number | null; over: number; uncovered: number; of_hours: number };
  hours: LoadHour[];
  clinicians: { person: Person | null; alerts: number; hours: number | null; per_hour: number | null; over: boolean }[];
  people: { clients: number; episodes: number; repeated: number; list: { client: { id: Id; pseudonym: string | null; name: string | null }; alerts: number; episodes: number; most: number }[] | null };
  rules: { items: Tally[]; more: boolean };
  concepts: { items: Tally[]; more: boolean };
}

export interface WhatIfSide {
  calls: number;
  alerts: number;
  high: number;
  by_priority: Record<'1' | '2' | '3' | '4', number>;
  per_hour: number | null;
  over: number;
  uncovered: number;
}

export interface WhatIfExample {
  client: { id: Id; pseudonym: string | null; name: string | null } | null;
  conversation_id: Id;
  message_id: Id;
  at: Time;
  before: number;
  after: number;
  level_before: Level;
  level_after: Level;
  concept: string;
  end: 'open' | 'true' | 'false' | 'unclear';
}

export interface WhatIfChange {
  policy: string | null;
  pack: string | null;
  confidence: number;
  from_level: number;
  caps: { concept: string; level: number }[];
}

export interface WhatIfBrief {
  id: Id;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  failure: string | null;
  progress: number;
  started_at: Time;
  started_by: string | null;
  from: Time;
  to: Time;
  change: WhatIfChange;
}

export interface WhatIf extends WhatIfBrief {
  messages?: number;
  left_out?: number;
  agree?: number;
  real_alerts?: number;
  budget?: number;
  clinician_hours?: number | null;
  before?: WhatIfSide;
  after?: WhatIfSide;
  lost?: number;
  gained?: number;
  lost_by?: { true: number; false: number; unclear: number; open: number };
  rules?: { id: string; text: string | null; before: number; after: number }[];
  examples?: WhatIfExample[];
}

export interface WhatIfs {
  items: WhatIfBrief[];
  policies: { id: string; name: string }[];
  current: string;
  budget: number;
}
