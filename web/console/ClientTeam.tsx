/* Whose client somebody is: the coach and the responsible clinician, and the dialog that changes them. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person, TeamMember } from '../kit/alerts';
import { put, type Client, type Role } from '../kit/api';
import { Button, Dialog, Failed, Select, Skeleton, useErrorText } from '../kit/parts';
import { useTeam } from './Outcome';

const clinical: readonly Role[] = ['clinician', 'supervisor'];
const carers: readonly Role[] = ['coach', ...clinical];

function Pick({ label, hint, people, value, onChange }: { label: string; hint: string; people: TeamMember[]; value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const options = [{ id: 'nobody', label: t('client_page.nobody') }, ...people.map((one) => ({ id: one.id, label: `${one.name ?? ''} · ${t(`role.${one.role}`)}` }))];
  return (
    <div className="team-pick">
      <Select label={label} value={options.some((option) => option.id === value) ? value : 'nobody'} onChange={onChange} options={options} />
      <p className="quiet">{hint}</p>
    </div>
  );
}

export function TeamDialog({ client, onClose }: { client: Client; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const people = useTeam();
  const [coach, setCoach] = useState(client.team?.coach?.id ?? 'nobody');
  const [clinician, setClinician] = useState(client.team?.clinician?.id ?? 'nobody');
  const id = (picked: string): string | null => (picked === 'nobody' ? null : picked);
  const save = useMutation({
    mutationFn: () => put(`/staff/clients/${client.id}/team`, { coach_id: id(coach), clinician_id: id(clinician) }),
    onSuccess: async () => {
      await Promise.all([['client', client.id], ['coach'], ['clients'], ['minute'], ['timeline', client.id]].map((queryKey) => queries.invalidateQueries({ queryKey })));
      onClose();
    },
  });
  const of = (roles: readonly Role[]): TeamMember[] => (people.data?.items ?? []).filter((one) => one.role && roles.includes(one.role as Role)).sort((a, b) => roles.indexOf(a.role as Role) - roles.indexOf(b.role as Role) || (a.name ?? '').localeCompare(b.name ?? ''));
  return (
    <Dialog title={t('client_page.team_title')} open onClose={onClose}>
      {people.isPending && <Skeleton rows={4} />}
      {people.isError && <Failed error={people.error} onRetry={() => void people.refetch()} />}
      {people.isSuccess && (
        <>
          <Pick label={t('client_page.coach')} hint={t('client_page.coach_hint')} people={of(carers)} value={coach} onChange={setCoach} />
          <Pick label={t('client_page.clinician')} hint={t('client_page.clinician_hint')} people={of(clinical)} value={clinician} onChange={setClinician} />
        </>
      )}
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!people.isSuccess} isPending={save.isPending} onPress={() => save.mutate()}>{t('client_page.team_save')}</Button>
      </div>
    </Dialog>
  );
}

export function TeamFacts({ client, mayChange }: { client: Client; mayChange: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const name = (one: Person | null | undefined): string => one?.name ?? t('client_page.nobody');
  return (
    <>
      <div><dt>{t('client_page.coach')}</dt><dd>{name(client.team?.coach)}</dd></div>
      <div><dt>{t('client_page.clinician')}</dt><dd>{name(client.team?.clinician)}</dd></div>
      {mayChange && <div className="no-print"><dt className="hidden-visually">{t('client_page.team_title')}</dt><dd><Button small onPress={() => setOpen(true)}>{t('client_page.team_change')}</Button></dd></div>}
      {open && <TeamDialog client={client} onClose={() => setOpen(false)} />}
    </>
  );
}
