/* Somebody onto the triage board without first questions: by a letter, a call, or what a clinician has seen. Whoever does it decides. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, type Referral } from '../kit/api';
import { Button, Dialog, Field, Select, useErrorText } from '../kit/parts';
import { go, href } from '../kit/route';

const priorities = ['A', 'B', 'C', 'D', 'E', 'F', 'G'] as const;
const sources = ['clinician', 'self', 'gp', 'other'] as const;

function ReferDialog({ clientId, onClose }: { clientId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [source, setSource] = useState<string>('clinician');
  const [priority, setPriority] = useState('');
  const [step, setStep] = useState('');
  const [reason, setReason] = useState('');
  const refer = useMutation({
    mutationFn: () => post<Referral>(`/staff/clients/${clientId}/referral`, { source, priority, step: Number(step), reason: reason.trim() }),
    onSuccess: (row) => {
      void queries.invalidateQueries({ queryKey: ['triage'] });
      void queries.invalidateQueries({ queryKey: ['timeline', clientId] });
      void queries.invalidateQueries({ queryKey: ['open-referral', clientId] });
      go(href('triage', row.id));
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['open-referral', clientId] }),
  });
  const there = refer.error instanceof ApiError && refer.error.status === 409;
  const choose = { id: '', label: t('refer.choose') };
  return (
    <Dialog title={t('refer.title')} open onClose={onClose}>
      <p>{t('refer.body')}</p>
      <Select label={t('refer.source')} value={source} onChange={setSource} options={sources.map((id) => ({ id, label: t(`refer.sources.${id}`) }))} />
      <Select label={t('triage.decide.priority')} value={priority} onChange={setPriority} options={[choose, ...priorities.map((id) => ({ id, label: t('triage.filter.priority', { letter: id, word: t(`triage.priority.${id}`) }) }))]} />
      <Select label={t('triage.decide.step')} value={step} onChange={setStep} options={[choose, ...['1', '2', '3', '4'].map((id) => ({ id, label: t(`triage.step.${id}`) }))]} />
      <Field label={t('refer.reason')} hint={t('refer.reason_hint')} value={reason} onChange={setReason} rows={3} maxLength={2000} required />
      {refer.isError && <p className="wrong" role="alert">{there ? t('refer.already') : errorText(refer.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!priority || !step || !reason.trim()} isPending={refer.isPending} onPress={() => refer.mutate()}>{t('refer.button')}</Button>
      </div>
    </Dialog>
  );
}

export function Refer({ clientId }: { clientId: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const query = useQuery({ queryKey: ['open-referral', clientId], queryFn: () => get<{ referral: Referral | null }>(`/staff/clients/${clientId}/referral`) });
  const there = query.data?.referral;
  if (there && !open) return <a className="button outline no-print" href={href('triage', there.id)}><span>{t('refer.is_open')} <span className="quiet">{t('refer.is_open_as', { state: t(`triage.state.${there.state}`), priority: there.priority })}</span></span></a>;
  return (
    <>
      <Button look="outline" className="no-print" isDisabled={query.isPending} onPress={() => setOpen(true)}>{t('refer.open')}</Button>
      {open && <ReferDialog clientId={clientId} onClose={() => setOpen(false)} />}
    </>
  );
}
