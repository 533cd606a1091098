/* The triage board: who waits, most urgent first, then who has waited longest; one person with why something is recommended; and the decision, which is a person's. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, type Breach, type Referral, type ReferralDetail, type TriageChoice, type TriageMeasures, type TriagePriority, type TriageRules } from '../kit/api';
import { lang } from '../kit/i18n';
import { IconAlert, IconBack, IconCheck, IconClock } from '../kit/icons';
import { Ago, Button, Choices, Deadline, Dialog, Empty, Failed, Field, LevelBadge, Select, Skeleton, useErrorText, When } from '../kit/parts';
import { href } from '../kit/route';
import { useSettled } from '../kit/settled';
import { usePages, VirtualList } from '../kit/VirtualList';
import { failed } from '../kit/failed';
import { BoardFilter, boardPath, everybody, isNarrowed, type BoardQuery } from './BoardFilter';
import './board.css';
import './triage.css';

const priorities = ['A', 'B', 'C', 'D', 'E', 'F', 'G'] as const;

/* Letter, word and a bar as long as it is urgent: colour only adds. */
export function PriorityBadge({ priority, bare }: { priority: TriagePriority; bare?: boolean }) {
  const { t } = useTranslation();
  const rank = 7 - priorities.indexOf(priority);
  return (
    <span className={`priority priority-${priority}`} role="img" aria-label={t('triage.priority.label', { letter: priority, word: t(`triage.priority.${priority}`) })}>
      <svg viewBox="0 0 30 8" aria-hidden="true"><path d={`M1 4h${rank * 4}`} stroke="currentColor" strokeWidth="5" strokeLinecap="butt" /><path d="M1 4h28" stroke="currentColor" strokeWidth="1" /></svg>
      <b>{priority}</b>
      {!bare && <span>{t(`triage.priority.${priority}`)}</span>}
    </span>
  );
}

function Breaches({ breaches }: { breaches: Breach[] }) {
  const { t } = useTranslation();
  if (breaches.length === 0) return null;
  return <span className="breach"><IconAlert />{breaches.map((breach) => t(`triage.breach.${breach}`)).join(', ')}</span>;
}

function Pair({ choice }: { choice: TriageChoice | null }) {
  const { t } = useTranslation();
  return <>{choice?.priority ? t('triage.pair', { priority: choice.priority, step: choice.step ?? '-' }) : '–'}</>;
}

const nameOf = (row: Referral): string => row.client.name ?? row.client.pseudonym;

function Row({ row }: { row: Referral }) {
  const { t } = useTranslation();
  const clock = row.undecided && row.respond_by ? row.respond_by : row.next_contact_at;
  return (
    <div className="triage-row">
      <PriorityBadge priority={row.priority} bare />
      <strong>{nameOf(row)}</strong>
      <span className="triage-choice">{row.undecided ? t('triage.undecided') : <><IconCheck /><Pair choice={row.decided} /></>}</span>
      <span className="quiet">{row.level >= 2 && <LevelBadge level={row.level} bare />} {t(`triage.state.${row.state}`)}{row.open_alerts > 0 && ` · ${t('triage.open_alerts', { count: row.open_alerts })}`}</span>
      <span className="quiet triage-choice">{row.recommended?.priority && <>{t('triage.recommended_short')} <Pair choice={row.recommended} /></>}</span>
      <span className="triage-clock">{row.breaches.length > 0 ? <Breaches breaches={row.breaches} /> : clock ? <><IconClock /><Deadline at={clock} /></> : <span className="quiet">{t('triage.no_clock')}</span>}</span>
      <span className="quiet triage-choice">{t('triage.waits')} <Ago at={row.received_at} /></span>
    </div>
  );
}

/* ---- what people do ---- */

type Verb = 'decide' | 'contact' | 'promise' | 'offer' | 'start' | 'refer-out' | 'receipt' | 'close';

function useAct(row: Referral, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, body }: { verb: Verb; body?: Record<string, unknown> }) => post<Referral>(`/staff/triage/${row.id}/${verb}`, { version: row.version, ...body }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['triage'] });
      onDone();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) void queries.invalidateQueries({ queryKey: ['triage', 'one', row.id] });
    },
  });
}

/* A local time from a field of the browser, as the server wants it; null while it is none. */
function asTime(local: string): string | null {
  const date = new Date(local);
  return local && !Number.isNaN(date.getTime()) ? date.toISOString() : null;
}

function TimeField({ label, hint, value, onChange }: { label: string; hint?: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="field">
      <span className="label">{label}</span>
      {hint && <span className="hint">{hint}</span>}
      <input type="datetime-local" value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function Decide({ row, onDone }: { row: ReferralDetail; onDone: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [priority, setPriority] = useState<string>(row.decided?.priority ?? row.recommended?.priority ?? row.priority);
  const [step, setStep] = useState(String(row.decided?.step ?? row.recommended?.step ?? 2));
  const [to, setTo] = useState('waiting');
  const [reason, setReason] = useState('');
  const act = useAct(row, onDone);
  const differs = priority !== row.recommended?.priority || Number(step) !== row.recommended?.step;
  const lowers = row.recommended?.priority != null && row.recommended.priority <= 'C' && priority > row.recommended.priority;
  return (
    <form className="triage-decide" onSubmit={(event) => (event.preventDefault(), act.mutate({ verb: 'decide', body: { priority, step: Number(step), to, reason: reason.trim() } }))}>
      <h3>{t('triage.decide.title')}</h3>
      <Choices narrow label={t('triage.decide.priority')} value={priority} onChange={setPriority} options={priorities.map((id) => ({ id, label: <PriorityBadge priority={id} />, why: id === row.recommended?.priority ? t('triage.decide.is_recommended') : undefined }))} />
      <div className="in-row fields">
        <Select label={t('triage.decide.step')} value={step} onChange={setStep} options={['1', '2', '3', '4'].map((id) => ({ id, label: t(`triage.step.${id}`) }))} />
        <Select label={t('triage.decide.to')} value={to} onChange={setTo} options={['waiting', 'assess'].map((id) => ({ id, label: t(`triage.state.${id}`) }))} />
      </div>
      {Number(step) === 2 && row.guided === false && <p className="notice warn">{t('triage.decide.not_guided')}</p>}
      {lowers && <p className="notice warn">{t('triage.decide.lowers')}</p>}
      <Field label={t(differs ? 'triage.decide.reason_needed' : 'triage.decide.reason')} value={reason} onChange={setReason} rows={2} maxLength={2000} required={differs} />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions"><Button type="submit" look="primary" isDisabled={differs && !reason.trim()} isPending={act.isPending}>{t(differs ? 'triage.decide.override' : 'triage.decide.confirm')}</Button></div>
    </form>
  );
}

/* What needs a time, a name or a reason is asked for in a dialog that says what it will do. */
function Ask({ row, verb, onClose }: { row: Referral; verb: Verb; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [at, setAt] = useState('');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const act = useAct(row, onClose);
  const wantsTime = verb === 'contact' || verb === 'promise' || verb === 'offer', needsTime = wantsTime && verb !== 'contact';
  const wantsReason = verb === 'refer-out' || verb === 'receipt' || verb === 'close', needsReason = wantsReason && verb !== 'receipt';
  const ready = (!needsTime || asTime(at)) && (!needsReason || reason.trim()) && (verb !== 'refer-out' || text.trim());
  const body = { ...(wantsTime ? { at: asTime(at) } : {}), ...(verb === 'refer-out' ? { text: text.trim() } : {}), ...(wantsReason ? { reason: reason.trim() } : {}) };
  return (
    <Dialog title={t(`triage.act.${verb}`)} open onClose={onClose}>
      <p>{t(`triage.does.${verb}`, { name: nameOf(row) })}</p>
      {wantsTime && <TimeField label={t(`triage.at.${verb}`)} hint={t('triage.at.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })} value={at} onChange={setAt} />}
      {verb === 'refer-out' && <Field label={t('triage.out.to')} value={text} onChange={setText} maxLength={250} required />}
      {wantsReason && <Field label={t(`triage.why.${verb}`)} value={reason} onChange={setReason} rows={3} maxLength={2000} required={needsReason} />}
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look={verb === 'close' ? 'danger' : 'primary'} isDisabled={!ready} isPending={act.isPending} onPress={() => act.mutate({ verb, body })}>{t(`triage.act.${verb}`)}</Button>
      </div>
    </Dialog>
  );
}

function verbsOf(row: Referral): Verb[] {
  if (row.state === 'closed') return [];
  if (row.state === 'referred_out') return [...(row.out_received_at ? [] : (['receipt'] as Verb[])), 'contact', 'close'];
  const care: Verb[] = row.undecided || row.state === 'in_care' || row.state === 'received' ? [] : ['offer', 'start'];
  return ['contact', 'promise', ...(care.filter((verb) => verb === 'start' || row.state !== 'received')), 'refer-out', 'close'];
}

/* ---- one person ---- */

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ row }: { row: ReferralDetail }) {
  const { t } = useTranslation();
  return (
    <dl className="triage-facts">
      <Fact term={t('triage.state.label')}>{t(`triage.state.${row.state}`)}</Fact>
      <Fact term={t('triage.received')}><When at={row.received_at} /></Fact>
      {row.undecided && row.respond_by && <Fact term={t('triage.respond_by')}><Deadline at={row.respond_by} /></Fact>}
      <Fact term={t('triage.next_contact')}>{row.next_contact_at ? <><When at={row.next_contact_at} /> <span className="quiet"><Deadline at={row.next_contact_at} /></span></> : t('triage.no_promise')}</Fact>
      {row.appointment_at && <Fact term={t('triage.appointment')}><When at={row.appointment_at} /></Fact>}
      {row.last_contact_at && <Fact term={t('triage.last_contact')}><When at={row.last_contact_at} /></Fact>}
      {row.started_at && <Fact term={t('triage.started')}><When at={row.started_at} /></Fact>}
      {row.out_to && <Fact term={t('triage.out.label')}>{row.out_to}{row.out_received_at ? <span className="quiet"> · {t('triage.out.confirmed')} <When at={row.out_received_at} /></span> : row.out_due_at && <span className="quiet"> · {t('triage.out.due')} <Deadline at={row.out_due_at} /></span>}</Fact>}
      {row.decided_by && <Fact term={t('triage.decided_by')}>{row.decided_by}{row.decided && <> · <Pair choice={row.decided} /></>}</Fact>}
    </dl>
  );
}

/* Why, with how sure each figure is: nobody should take a number for more than it is. */
function Why({ row }: { row: ReferralDetail }) {
  const { t } = useTranslation();
  const scores = Object.entries(row.inputs?.scores ?? {});
  return (
    <section className="block" aria-labelledby="why-title">
      <h3 id="why-title">{t('triage.why_title')}</h3>
      {row.recommended ? (
        <>
          <p className="recommended"><PriorityBadge priority={row.recommended.priority ?? 'A'} /> <span>{t(`triage.step.${row.recommended.step ?? 1}`)}</span></p>
          <p className="quiet">{t('triage.why_is')}</p>
        </>
      ) : <p className="quiet">{t('triage.no_recommendation')}</p>}
      <ul className="reasons">
        {row.reasons.map((reason) => (
          <li key={reason.id}>
            <span>{reason.text}</span>
            <span className="certainty" title={reason.source ?? ''}>{t(`triage.certainty.${reason.certainty === '!' ? 'X' : (reason.certainty ?? 'K')}`)}<span className="quiet"> {reason.source}</span></span>
          </li>
        ))}
      </ul>
      <p className="quiet">{scores.length > 0 ? scores.map(([id, total]) => `${id.toUpperCase()} ${total}`).join(' · ') : t('triage.no_scores')}{row.inputs && row.inputs.age > 0 && ` · ${t('triage.age', { age: row.inputs.age })}`}{row.rules && ` · ${row.rules}`}</p>
      {row.override_reason && <p><strong>{t('triage.overridden')}</strong> <span className="prewrap">{row.override_reason}</span></p>}
    </section>
  );
}

function Answers({ row }: { row: ReferralDetail }) {
  const { t } = useTranslation();
  if (!row.intake) return <section className="block"><h3>{t('triage.answers')}</h3><p className="quiet">{t('triage.no_intake')}</p><p className="prewrap">{row.priority_reason}</p></section>;
  return (
    <section className="block" aria-labelledby="answers-title">
      <h3 id="answers-title">{t('triage.answers')}</h3>
      <p className="quiet">{t('triage.answers_as', { lang: row.intake.language.toUpperCase() })} {row.intake.finished_at && <When at={row.intake.finished_at} />}</p>
      <dl className="answers-list">
        {row.intake.answers.map((answer) => (
          <div key={answer.step} data-level={answer.level || undefined}>
            <dt>{answer.question}</dt>
            <dd className="prewrap">{answer.answer ?? t('triage.left_out')}{answer.level >= 2 && <> <LevelBadge level={answer.level as 2 | 3 | 4} bare /></>}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Detail({ id }: { id: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<Verb | null>(null);
  const [again, setAgain] = useState(false);
  const [saved, setSaved] = useState(false);
  const query = useQuery({ queryKey: ['triage', 'one', id, lang()], queryFn: () => get<ReferralDetail>(`/staff/triage/${id}?lang=${lang()}`), staleTime: 10_000 });
  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const row = query.data;
  const done = (): void => {
    setSaved(true);
    setAgain(false);
    setAsking(null);
  };
  return (
    <article className="triage-detail">
      <div className="sheet-head">
        <h2>{nameOf(row)}</h2>
        <a href={href('clients', row.client.id)}>{t('triage.open_client')}</a>
      </div>
      <p className="triage-marks"><PriorityBadge priority={row.priority} />{row.level >= 1 && <LevelBadge level={row.level} />}<Breaches breaches={row.breaches} /></p>
      {row.client.contact_unsafe && <p className="notice warn"><IconAlert /> {t('triage.contact_unsafe')}</p>}
      <p role="status" className={saved ? 'notice' : ''}>{saved && t('triage.saved')}</p>
      <Facts row={row} />
      {(row.undecided || again) && row.state !== 'closed' && row.state !== 'referred_out' ? <Decide key={row.version} row={row} onDone={done} /> : null}
      {row.state !== 'closed' && (
        <div className="actions wrap">
          {!row.undecided && !again && row.state !== 'referred_out' && <Button look="outline" onPress={() => setAgain(true)}>{t('triage.decide.again')}</Button>}
          {verbsOf(row).map((verb) => <Button key={verb} look="outline" onPress={() => (setSaved(false), setAsking(verb))}>{t(`triage.act.${verb}`)}</Button>)}
        </div>
      )}
      <Why row={row} />
      <Answers row={row} />
      {asking && <Ask row={row} verb={asking} onClose={() => (setAsking(null), setSaved(true))} />}
    </article>
  );
}

/* ---- how well it goes ---- */

function Share({ name, count, of, good }: { name: string; count: number; of: number; good?: string }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt>{name}{good && <span className="quiet"> {good}</span>}</dt>
      <dd>{of > 0 ? <><b>{Math.round((100 * count) / of)} %</b> <span className="quiet">{t('triage.measure.of', { count, of })}</span></> : <span className="quiet">{t('triage.measure.none')}</span>}</dd>
    </div>
  );
}

function Measures() {
  const { t } = useTranslation();
  const [days, setDays] = useState('90');
  const query = useQuery({ queryKey: ['triage', 'measures', days], queryFn: () => get<TriageMeasures>(`/staff/triage/measures?days=${days}`) });
  const rules = useQuery({ queryKey: ['triage', 'rules', lang()], queryFn: () => get<TriageRules>(`/staff/triage/rules?lang=${lang()}`), staleTime: Infinity });
  const span = (minutes: number | null): string => (minutes === null ? '–' : minutes < 120 ? t('triage.measure.minutes', { count: minutes }) : minutes < 2880 ? t('triage.measure.hours', { count: Math.round(minutes / 60) }) : t('triage.measure.days', { count: Math.round(minutes / 1440) }));
  const m = query.data;
  return (
    <div className="triage-detail">
      <div className="sheet-head">
        <h2>{t('triage.measure.title')}</h2>
        <Select quiet label={t('triage.measure.span')} value={days} onChange={setDays} options={['30', '90', '366'].map((id) => ({ id, label: t('triage.measure.last', { count: Number(id) }) }))} />
      </div>
      {query.isPending && <Skeleton rows={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {m && (
        <>
          {m.capped && <p className="notice warn">{t('triage.measure.capped')}</p>}
          <dl className="triage-measures">
            <div><dt>{t('triage.measure.received')}</dt><dd><b>{m.received}</b></dd></div>
            <div><dt>{t('triage.measure.time')}</dt><dd><b>{span(m.time_to_decision_minutes.median)}</b> <span className="quiet">{t('triage.measure.p90', { span: span(m.time_to_decision_minutes.p90), of: m.time_to_decision_minutes.of })}</span></dd></div>
            <Share name={t('triage.measure.in_time')} {...m.decided_in_time} />
            <Share name={t('triage.measure.agreed')} {...m.agreed_priority} />
            <Share name={t('triage.measure.agreed_step')} {...m.agreed_step} />
            <Share name={t('triage.measure.more_urgent')} {...m.decided_more_urgent} />
            <Share name={t('triage.measure.less_urgent')} {...m.decided_less_urgent} />
            <Share name={t('triage.measure.false_alarms')} {...m.false_alarms} />
            <Share name={t('triage.measure.urgent_missed')} {...m.urgent_missed} />
            <Share name={t('triage.measure.start_target')} good={t('triage.measure.aim', { count: 75 })} {...m.started_in_target} />
            <Share name={t('triage.measure.start_limit')} good={t('triage.measure.aim', { count: 95 })} {...m.started_in_limit} />
            <Share name={t('triage.measure.with_breach')} {...m.with_breach} />
            <Share name={t('triage.measure.out_confirmed')} {...m.out_confirmed} />
          </dl>
        </>
      )}
      {rules.data && (
        <details className="block">
          <summary>{t('triage.rules_title', { version: rules.data.version })}</summary>
          <div className="table-wrap" tabIndex={0} role="region" aria-label={t('triage.clocks')}>
            <table>
              <thead><tr><th scope="col">{t('triage.decide.priority')}</th><th scope="col">{t('triage.clock')}</th><th scope="col">{t('triage.how_sure')}</th><th scope="col">{t('triage.source')}</th></tr></thead>
              <tbody>{rules.data.priorities.map((each) => <tr key={each.id}><th scope="row"><PriorityBadge priority={each.id as TriagePriority} /></th><td>{span(each.minutes)}{each.set_here && ` (${t('triage.set_here')})`}</td><td>{t(`triage.certainty.${each.certainty === '!' ? 'X' : each.certainty}`)}</td><td>{each.source}</td></tr>)}</tbody>
            </table>
          </div>
        </details>
      )}
    </div>
  );
}

/* ---- the page ---- */

export function Triage({ selected }: { selected: string | null }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<BoardQuery>(everybody);
  const asked = boardPath({ ...filter, search: useSettled(filter.search, 200) });
  const query = usePages<Referral>(['triage', 'board', asked], `/staff/triage?limit=50${asked}`);
  const all = !isNarrowed(filter);
  return (
    <div className="today two triage" data-step={selected ? 'talk' : 'queue'}>
      <section className="pane queue-pane" aria-labelledby="triage-title">
        <div className="pane-head"><h1 id="triage-title">{t('nav.triage')}</h1><a className="button plain small" href={href('triage', 'measures')}>{t('triage.measure.open')}</a></div>
        <BoardFilter value={filter} onChange={setFilter} />
        <VirtualList label={t('triage.board')} query={query} rowHeight={92} selected={selected} hrefOf={(row) => href('triage', row.id)} textOf={(row) => `${row.priority} ${nameOf(row)}, ${t(`triage.state.${row.state}`)}`} row={(row) => <Row row={row} />}
          empty={<Empty title={t(all ? 'triage.empty_title' : 'triage.none_title')}><p>{t(all ? 'triage.empty_body' : 'triage.none_body')}</p></Empty>} />
      </section>
      <section className="pane talk-pane" aria-label={t('triage.one')}>
        <div className="phone-bar"><h1 className="hidden-visually">{t('triage.one')}</h1><a className="button plain" href={href('triage')}><IconBack />{t('triage.to_board')}</a></div>
        {selected === 'measures' ? <Measures /> : selected ? <Detail key={selected} id={selected} /> : <Empty title={t('triage.pick_title')}><p>{t('triage.pick_body')}</p></Empty>}
      </section>
    </div>
  );
}
