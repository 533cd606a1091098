/* Courses and safety plans as both apps read them: docs/reference/api.md. */
import type { Id, Time } from './api';

export type TextNode = string | { t: string; c: TextNode[] };

export interface LessonName {
  id: string;
  title: string;
  minutes: number;
  homework: boolean;
  done?: boolean;
}

export interface Course {
  id: string;
  version: number;
  title: string | null;
  summary?: string;
  review?: string;
  reviewed?: string;
  days?: number;
  lessons: LessonName[];
  figures?: { key: string; value: number; unit: string; source: string; certainty: string }[];
}

export interface Enrolment {
  id: Id;
  version: number;
  state: 'offered' | 'active' | 'paused' | 'completed' | 'stopped';
  module: Course;
  next_lesson: string | null;
  started_at: Time | null;
  due_at: Time | null;
  last_entry_at: Time | null;
  ended_at: Time | null;
  lessons_done: number;
  lesson_count: number;
  entries: number;
  homework_done: number;
  homework_missed: number;
  created_at: Time;
}

export interface Homework {
  id: Id;
  state: 'open' | 'done' | 'missed';
  enrolment_id: Id;
  lesson: string;
  lesson_title: string | null;
  text: TextNode[] | null;
  due_at: Time;
  remind: boolean;
  done_at: Time | null;
}

export interface NextStep {
  kind: 'homework' | 'lesson' | 'begin' | 'resume' | 'plan' | 'chat';
  enrolment_id?: Id;
  lesson?: string;
  homework_id?: Id;
  due_at?: Time | null;
}

export interface HomeData {
  next: NextStep;
  modules: Enrolment[];
  homework: Homework[];
  plan: { state: 'draft' | 'active'; changed_at: Time; shared: boolean } | null;
}

export interface Input {
  id: string;
  kind: 'text' | 'scale' | 'choice' | 'clock' | 'minutes' | 'date';
  required: boolean;
  label: string;
  hint: string | null;
  low: string | null;
  high: string | null;
  min: number;
  max: number;
  options: { id: string; label: string }[];
}

export interface Lesson {
  id: string;
  title: string;
  minutes: number;
  text: TextNode[];
  exercise: { id: string; title: string; intro: TextNode[] | null; repeat: boolean; inputs: Input[] };
  homework: { id: string; text: TextNode[]; days: number } | null;
}

export interface LessonPage {
  enrolment: Enrolment;
  number: number;
  of: number;
  lesson: Lesson;
  homework: Homework | null;
  done: boolean;
}

export type Inputs = Record<string, string | number>;

export interface Entry {
  id: Id;
  submission: string;
  lesson: string;
  exercise: string;
  inputs: Inputs;
  computed: Record<string, number> | null;
  feedback: string | null;
  written_at: Time | null;
  received_at: Time;
}

export interface EntryReceipt {
  entry: Entry;
  feedback: { id: string; text: TextNode[]; next: string | null };
  safety: { help: boolean; alert_state: string | null } | null;
  duplicate: boolean;
}

export const headings = ['signs', 'alone', 'places', 'people', 'lines', 'safer', 'reasons'] as const;
export type Heading = (typeof headings)[number];
export type Sections = Record<Heading, string[]>;

export interface Plan {
  number: number;
  state: 'draft' | 'active';
  sections: Sections;
  shared: boolean;
  changed_at: Time;
}

export interface PlanData {
  plan: Plan | null;
  history: { number: number; changed_at: Time; sections: Sections }[];
}

/* ---- staff ---- */

export interface CoachRow {
  enrolment: Enrolment;
  client: { id: Id; pseudonym: string; name: string | null; lang: string; state: string; contact_unsafe: boolean };
  late: boolean;
  facts: { quiet_days: number; late_days: number; homework_row: number; week: number; week_before: number };
  risk: { grade: 'high' | 'some' | 'low'; score: number; reasons: string[] } | null;
  reviewed_at: Time | null;
  review_due: boolean;
  flags: ('not_on_track' | 'scores_worse' | 'scores_same')[];
  open_alerts: number;
}

export interface CoachPage {
  items: CoachRow[];
  next: string | null;
  scores_off: string | null;
}

export interface StaffEntry extends Entry {
  labels: Record<string, string>;
  title: string | null;
  level: number | null;
}

export interface CoachReview {
  id: Id;
  track: 'on_track' | 'not_on_track';
  note: string | null;
  by: string | null;
  created_at: Time;
}

export interface ClientCourses {
  client: CoachRow['client'];
  enrolments: Enrolment[];
  homework: Homework[];
  entries: StaffEntry[];
  reviews: CoachReview[];
  next_entries: string | null;
}

export interface Found {
  concept: string;
  why: string;
  start: number;
  end: number;
}
