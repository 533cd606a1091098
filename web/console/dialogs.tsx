/* The decisions that need a reason. Each says what it will do, waits for the server, and says "saved". */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, post, type Alert, type Level, type ResolveReason, type StaffConversation, type Verdict } from '../kit/api';
import { Button, Choices, Dialog, Field, LevelBadge, useErrorText } from '../kit/parts';
import { putAlert } from './live';

/* A number key picks the option of that number, so that a common reason is one key away. */
function useDigits(ids: readonly string[], pick: (id: string) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target;
      if (target instanceof HTMLElement && (/^TEXTAREA$/.test(target.tagName) || (target instanceof HTMLInputElement && target.type !== 'radio'))) return;
      const id = ids[Number(event.key) - 1];
      if (id !== undefined) pick(id);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
}

const numbered = (index: number, text: string) => (
  <>
    <kbd aria-hidden="true">{index + 1}</kbd> {text}
  </>
);

export function useAlertAct(alert: Alert, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ action, body }: { action: 'acknowledge' | 'take' | 'contact' | 'resolve'; body?: Record<string, unknown> }) => post<Alert>(`/staff/alerts/${alert.id}/${action}`, { version: alert.version, ...body }),
    onSuccess: (row) => {
      putAlert(queries, row);
      void queries.invalidateQueries({ queryKey: ['alert', alert.id] });
      void queries.invalidateQueries({ queryKey: ['conversation', alert.conversation_id] });
      void queries.invalidateQueries({ queryKey: ['journal'] });
      onDone?.();
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.status !== 409) return;
      void queries.invalidateQueries({ queryKey: ['alert', alert.id] });
      void queries.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
}

const reasons = ['contacted', 'safety_plan', 'false_alarm', 'referred', 'other'] as const satisfies readonly ResolveReason[];

export function ResolveDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const act = useAlertAct(alert, onClose);
  const contactFirst = alert.priority <= 2 && !alert.contacted_at && reason !== null && reason !== 'false_alarm';
  const missing = reason === 'other' && !note.trim();
  const refused = act.error instanceof ApiError && act.error.code === 'contact_first';
  useDigits(reasons, setReason);
  return (
    <Dialog title={t('resolve.title')} open onClose={onClose}>
      <p>{t('resolve.body')}</p>
      <Choices label={t('resolve.reason')} value={reason} onChange={setReason} options={reasons.map((id, index) => ({ id, label: numbered(index, t(`resolve.${id}`)) }))} />
      <Field label={t('dialog.note')} hint={t(reason === 'other' ? 'dialog.note_needed' : 'dialog.note_hint')} value={note} onChange={setNote} rows={2} maxLength={2000} />
      {(contactFirst || refused) && <p className="notice warn">{t('resolve.contact_first')}</p>}
      {act.isError && !refused && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!reason || missing || contactFirst} isPending={act.isPending} onPress={() => act.mutate({ action: 'resolve', body: { reason, note } })}>{t('resolve.save')}</Button>
      </div>
    </Dialog>
  );
}

const levels = [0, 1, 2, 3, 4] as const;
const overrideReasons = ['false_alarm', 'understated', 'context', 'other'] as const;

export function OverrideDialog({ verdict, conversationId, onClose }: { verdict: Verdict; conversationId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [level, setLevel] = useState<Level | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const current = verdict.override?.level ?? verdict.level;
  const act = useMutation({
    mutationFn: () => post<Verdict>(`/staff/verdicts/${verdict.id}/override`, { level, reason, note }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['conversation', conversationId] });
      onClose();
    },
  });
  const lowering = level !== null && current !== null && current >= 3 && level < current;
  return (
    <Dialog title={t('override.title')} open onClose={onClose}>
      <p>{t('override.body')}</p>
      <Choices narrow label={t('override.level')} value={level === null ? null : String(level)} onChange={(id) => setLevel(Number(id) as Level)} options={levels.filter((each) => each !== current).map((each) => ({ id: String(each), label: <LevelBadge level={each} /> }))} />
      <Choices narrow label={t('override.reason')} value={reason} onChange={setReason} options={overrideReasons.map((id) => ({ id, label: t(`override.${id}`) }))} />
      <Field label={t('dialog.note')} hint={t(reason === 'other' ? 'dialog.note_needed' : 'dialog.note_hint')} value={note} onChange={setNote} rows={2} maxLength={2000} />
      {lowering && <p className="notice warn">{t('override.countersign')}</p>}
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={level === null || !reason || (reason === 'other' && !note.trim())} isPending={act.isPending} onPress={() => act.mutate()}>{t('override.save')}</Button>
      </div>
    </Dialog>
  );
}

export function ReleaseDialog({ talk, onClose }: { talk: StaffConversation; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: () => post(`/staff/conversations/${talk.conversation.id}/release`, { reason: reason.trim() }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['conversation', talk.conversation.id] });
      onClose();
    },
  });
  return (
    <Dialog title={t('release.title')} open onClose={onClose}>
      <p>{t('release.body', { name: talk.client.name ?? talk.client.pseudonym })}</p>
      {talk.conversation.person && <p className="notice warn">{t('presence.handback_first')}</p>}
      <Field label={t('release.reason')} value={reason} onChange={setReason} rows={2} maxLength={2000} required />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!reason.trim() || talk.conversation.person !== null} isPending={act.isPending} onPress={() => act.mutate()}>{t('release.save')}</Button>
      </div>
    </Dialog>
  );
}
