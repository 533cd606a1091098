/* What came of an alert: the outcome with what its kind needs; a report with basis and agency; hand-over to a named person; breaking the glass. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { outcomes, type CalledAlert, type Duty, type Minute, type Outcome, type TeamMember } from '../kit/alerts';
import { get, post, put, type Alert, type Page } from '../kit/api';
import { lang } from '../kit/i18n';
import { Button, Choices, Dialog, Field, Select, Switch, useErrorText } from '../kit/parts';
import { putAlert } from './live';
import './alerts.css';

export const useMinute = (id: string) => useQuery({ queryKey: ['minute', id, lang()], queryFn: () => get<Minute>(`/staff/alerts/${id}/first-minute?lang=${lang()}`), staleTime: 30_000 });
export const useTeam = () => useQuery({ queryKey: ['team'], queryFn: () => get<Page<TeamMember>>('/staff/team'), staleTime: 30_000 });

/* An act on an alert, taken into every list that shows it. */
export function useCall(alert: Alert, path: string, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Record<string, unknown>) => post<Alert>(`/staff/alerts/${alert.id}/${path}`, { version: alert.version, ...body }),
    onSuccess: (row) => {
      putAlert(queries, row);
      for (const key of [['alert', alert.id], ['outcomes', alert.id], ['deliveries', alert.id], ['duty'], ['conversation', alert.conversation_id], ['journal']]) void queries.invalidateQueries({ queryKey: key });
      onDone?.();
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['alert', alert.id] }),
  });
}

/* A number key picks the option of that number. */
function useDigits(ids: readonly string[], pick: (id: string) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target;
      if (target instanceof HTMLElement && (/^(TEXTAREA|SELECT)$/.test(target.tagName) || (target instanceof HTMLInputElement && target.type !== 'radio'))) return;
      const id = ids[Number(event.key) - 1];
      if (id !== undefined) pick(id);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

function Report({ duties, duty, onDuty, basis, onBasis, agency, onAgency, made, onMade }: { duties: Duty[]; duty: string; onDuty: (id: string) => void; basis: string; onBasis: (text: string) => void; agency: string; onAgency: (text: string) => void; made: boolean | null; onMade: (made: boolean) => void }) {
  const { t } = useTranslation();
  const chosen = duties.find((each) => each.id === duty);
  return (
    <>
      <Select label={t('outcome.duty')} value={duty} options={[{ id: '', label: t('outcome.duty_none') }, ...duties.map((each) => ({ id: each.id, label: `${each.title} (${each.place === '*' ? t('outcome.everywhere') : each.place})` }))]} onChange={onDuty} />
      {chosen && <p className="quiet">{t(`outcome.certainty.${chosen.certainty}`)} {t('outcome.source', { source: chosen.source })}</p>}
      <Field label={t('outcome.basis')} value={basis} onChange={onBasis} rows={2} maxLength={1000} required />
      <Field label={t('outcome.agency')} value={agency} onChange={onAgency} maxLength={500} required />
      <Choices narrow label={t('outcome.made_ask')} value={made === null ? null : made ? 'yes' : 'no'} onChange={(id) => onMade(id === 'yes')} options={[{ id: 'yes', label: t('outcome.made') }, { id: 'no', label: t('outcome.not_made'), why: t('outcome.not_made_why') }]} />
    </>
  );
}

const numbered = (index: number, text: string) => <><kbd aria-hidden="true">{index + 1}</kbd> {text}</>;

export function ContactDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const minute = useMinute(alert.id);
  const team = useTeam();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [note, setNote] = useState('');
  const [duty, setDuty] = useState('');
  const [basis, setBasis] = useState('');
  const [agency, setAgency] = useState('');
  const [made, setMade] = useState<boolean | null>(null);
  const [opinion, setOpinion] = useState('');
  const act = useCall(alert, 'contact', onClose);
  const pick = (id: string): void => setOutcome(id as Outcome);
  useDigits(outcomes, pick);
  const report = outcome === 'duty_to_warn' || outcome === 'safeguarding_report';
  const needsNote = outcome === 'other' || outcome === 'no_action';
  const missing = !outcome || (needsNote && !note.trim()) || (report && (!basis.trim() || !agency.trim() || made === null));
  const duties = (minute.data?.duties ?? []).filter((each) => each.outcome === outcome);
  const chooseDuty = (id: string): void => {
    const chosen = duties.find((each) => each.id === id);
    setDuty(id);
    if (chosen) {
      setBasis(chosen.basis);
      setAgency(chosen.agency);
    }
  };
  return (
    <Dialog title={t('contact.title')} open onClose={onClose}>
      <p>{t('outcome.body')}</p>
      <Choices label={t('contact.outcome')} value={outcome} onChange={pick} options={outcomes.map((id, index) => ({ id, label: numbered(index, t(`outcome.${id}`)) }))} />
      {outcome === 'no_answer' && <p className="notice">{t('outcome.no_answer_does')}</p>}
      {report && <Report duties={duties} duty={duty} onDuty={chooseDuty} basis={basis} onBasis={setBasis} agency={agency} onAgency={setAgency} made={made} onMade={setMade} />}
      {report && <Select label={t('outcome.opinion')} value={opinion} options={[{ id: '', label: t('outcome.opinion_none') }, ...(team.data?.items ?? []).filter((each) => each.may_answer).map((each) => ({ id: each.id, label: each.name }))]} onChange={setOpinion} />}
      {report && <p className="quiet">{t('outcome.opinion_free')}</p>}
      <Field label={t('dialog.note')} hint={t(needsNote ? 'outcome.note_needed' : 'dialog.note_hint')} value={note} onChange={setNote} rows={2} maxLength={4000} />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={missing} isPending={act.isPending} onPress={() => act.mutate({ outcome, note, ...(report ? { duty, basis, agency, made } : {}), ...(report && opinion ? { opinion_by: opinion } : {}) })}>{t('contact.save')}</Button>
      </div>
    </Dialog>
  );
}

export function HandoverDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const team = useTeam();
  const [to, setTo] = useState<string | null>(null);
  const act = useCall(alert, 'handover', onClose);
  const people = (team.data?.items ?? []).filter((each) => each.may_answer && each.id !== alert.owner?.id);
  return (
    <Dialog title={t('handover.title')} open onClose={onClose}>
      <p>{t('handover.body')}</p>
      {team.isError && <p className="wrong" role="alert">{errorText(team.error)}</p>}
      {team.data && people.length === 0 && <p className="notice warn">{t('handover.nobody')}</p>}
      <Choices label={t('handover.to')} value={to} onChange={setTo} options={people.map((each) => ({ id: each.id, label: each.name, why: `${t(`role.${each.role ?? 'clinician'}`)} · ${t(`rota.shift.${each.shift}`)}` }))} />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!to} isPending={act.isPending} onPress={() => act.mutate({ to })}>{t('handover.ask')}</Button>
      </div>
    </Dialog>
  );
}

/* Somebody is asked to take it over: what that means for each of the two. */
export function Handover({ alert, me }: { alert: CalledAlert; me: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const accept = useCall(alert, 'handover/accept');
  const decline = useCall(alert, 'handover/decline');
  if (!alert.handover_to || alert.state === 'resolved') return null;
  const mine = alert.handover_to.id === me;
  const error = accept.error ?? decline.error;
  return (
    <div className="notice warn handover" role={mine ? 'alert' : undefined}>
      <div>
        <p>{t(mine ? 'handover.asked_you' : 'handover.waiting', { to: alert.handover_to.name, by: alert.handover_by?.name ?? alert.owner?.name ?? '' })}</p>
        {error && <p className="wrong">{errorText(error)}</p>}
        <div className="actions start">
          {mine && <Button look="primary" isPending={accept.isPending} onPress={() => accept.mutate({})}>{t('handover.accept')}</Button>}
          <Button isPending={decline.isPending} onPress={() => decline.mutate({})}>{t(mine ? 'handover.decline' : 'handover.withdraw')}</Button>
        </div>
      </div>
    </div>
  );
}

export function GlassDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: () => post<Minute>(`/staff/alerts/${alert.id}/break-glass`, { reason: reason.trim() }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['minute', alert.id] });
      onClose();
    },
  });
  return (
    <Dialog title={t('glass.title')} open onClose={onClose}>
      <p>{t('glass.body')}</p>
      <Field label={t('glass.reason')} hint={t('glass.hint')} value={reason} onChange={setReason} rows={3} maxLength={1000} required />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="danger" isDisabled={reason.trim().length < 10} isPending={act.isPending} onPress={() => act.mutate()}>{t('glass.open')}</Button>
      </div>
    </Dialog>
  );
}

/* The flags that say how this person may be contacted. */
export function SafetyDialog({ alert, minute, onClose }: { alert: Alert; minute: Minute; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [flags, setFlags] = useState({ contact_unsafe: minute.safety.contact_unsafe, shared_device: minute.safety.shared_device, partner_violence: minute.safety.partner_violence });
  const act = useMutation({
    mutationFn: () => put(`/staff/clients/${alert.client.id}/contact-safety`, flags),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['minute', alert.id] });
      void queries.invalidateQueries({ queryKey: ['conversation', alert.conversation_id] });
      onClose();
    },
  });
  return (
    <Dialog title={t('safety.title')} open onClose={onClose}>
      {(['contact_unsafe', 'shared_device', 'partner_violence'] as const).map((id) => <Switch key={id} on={flags[id]} onChange={(on) => setFlags({ ...flags, [id]: on })}>{t(`safety.${id}`)}</Switch>)}
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isPending={act.isPending} onPress={() => act.mutate()}>{t('safety.save')}</Button>
      </div>
    </Dialog>
  );
}
