import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { del, get, post, put, type ApiKey, type Page, type Release, type Session } from '../kit/api';
import { href } from '../kit/route';
import { RetentionPart } from './Retention';
import { LinesPart, PacksPart, ProgrammePart } from './Settings';
import { Ago, Button, Choices, Dialog, Empty, Failed, Field, Skeleton, Switch, useErrorText, When } from '../kit/parts';

const reaches = ['identified', 'callback', 'anonymous'] as const;

function NewKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const [reach, setReach] = useState<string | null>(null);
  const [instructions, setInstructions] = useState(false);
  const make = useMutation({ mutationFn: () => post<ApiKey>('/staff/api-keys', { name: name.trim(), reach, instructions }), onSuccess: () => queries.invalidateQueries({ queryKey: ['api-keys'] }) });
  if (make.data)
    return (
      <Dialog title={t('key.made')} open onClose={onClose}>
        <p>{t('key.made_body')}</p>
        <p className="secret mono" tabIndex={0}>{make.data.secret}</p>
        <div className="actions"><Button look="primary" onPress={() => void navigator.clipboard.writeText(make.data.secret ?? '')}>{t('key.copy')}</Button><Button onPress={onClose}>{t('kit.close')}</Button></div>
      </Dialog>
    );
  return (
    <Dialog title={t('key.new')} open onClose={onClose}>
      <Field label={t('key.name')} hint={t('key.name_hint')} value={name} onChange={setName} maxLength={80} required />
      <Choices label={t('key.reach')} value={reach} onChange={setReach} options={reaches.map((id) => ({ id, label: t(`key.${id}`), why: t(`key.${id}_why`) }))} />
      <Switch on={instructions} onChange={setInstructions}>{t('key.instructions')}</Switch>
      <p className="quiet">{t('key.instructions_why')}</p>
      {make.isError && <p className="wrong" role="alert">{errorText(make.error)}</p>}
      <div className="actions"><Button onPress={onClose}>{t('kit.cancel')}</Button><Button look="primary" isDisabled={!name.trim() || !reach} isPending={make.isPending} onPress={() => make.mutate()}>{t('key.make')}</Button></div>
    </Dialog>
  );
}

function Keys() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [allowing, setAllowing] = useState<ApiKey | null>(null);
  const allow = useMutation({
    mutationFn: (key: ApiKey) => put<ApiKey>(`/staff/api-keys/${key.id}`, { instructions: !key.instructions, version: key.version }),
    onSuccess: () => setAllowing(null),
    onSettled: () => queries.invalidateQueries({ queryKey: ['api-keys'] }),
  });
  const query = useQuery({ queryKey: ['api-keys'], queryFn: () => get<Page<ApiKey>>('/staff/api-keys') });
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => del(`/staff/api-keys/${key.id}`),
    onSuccess: () => {
      setRevoking(null);
      return queries.invalidateQueries({ queryKey: ['api-keys'] });
    },
  });
  return (
    <section className="block">
      <div className="sheet-head"><h2>{t('key.title')}</h2><Button small look="primary" onPress={() => setAdding(true)}>{t('key.new')}</Button></div>
      {query.isPending && <Skeleton rows={3} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <Empty title={t('key.empty')}><p>{t('key.empty_body')}</p></Empty>}
      {query.data && query.data.items.length > 0 && (
        <div className="table-wrap" tabIndex={0} role="region" aria-label={t('key.title')}>
          <table>
            <thead><tr><th scope="col">{t('key.name')}</th><th scope="col">{t('key.reach')}</th><th scope="col">{t('key.instructions_short')}</th><th scope="col">{t('key.prefix')}</th><th scope="col">{t('key.used')}</th><th scope="col"><span className="hidden-visually">{t('key.revoke')}</span></th></tr></thead>
            <tbody>{query.data.items.map((key) => <tr key={key.id}><th scope="row">{key.name}</th><td>{t(`key.${key.reach}`)}</td><td>{t(key.instructions ? 'key.instructions_yes' : 'key.instructions_no')} {!key.revoked_at && <Button small look="outline" onPress={() => setAllowing(key)} aria-label={`${t('key.instructions_change')}: ${key.name}`}>{t('key.instructions_change')}</Button>}</td><td className="mono">{key.prefix}…</td><td>{key.last_used_at ? <Ago at={key.last_used_at} /> : t('client.never')}</td><td>{key.revoked_at ? <>{t('key.revoked')} <When at={key.revoked_at} /></> : <Button small look="danger" onPress={() => setRevoking(key)} aria-label={`${t('key.revoke')}: ${key.name}`}>{t('key.revoke')}</Button>}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      {adding && <NewKey onClose={() => setAdding(false)} />}
      {allowing && (
        <Dialog title={t(allowing.instructions ? 'key.instructions_end' : 'key.instructions_allow', { name: allowing.name })} role="alertdialog" open onClose={() => setAllowing(null)}>
          <p>{t(allowing.instructions ? 'key.instructions_end_body' : 'key.instructions_why')}</p>
          {allow.isError && <p className="wrong" role="alert">{errorText(allow.error)}</p>}
          <div className="actions"><Button onPress={() => setAllowing(null)}>{t('kit.cancel')}</Button><Button look="primary" isPending={allow.isPending} onPress={() => allow.mutate(allowing)}>{t('key.instructions_change')}</Button></div>
        </Dialog>
      )}
      {revoking && (
        <Dialog title={t('key.revoke_title', { name: revoking.name })} role="alertdialog" open onClose={() => setRevoking(null)}>
          <p>{t('key.revoke_body')}</p>
          {revoke.isError && <p className="wrong" role="alert">{errorText(revoke.error)}</p>}
          <div className="actions"><Button onPress={() => setRevoking(null)}>{t('kit.cancel')}</Button><Button look="danger" isPending={revoke.isPending} onPress={() => revoke.mutate(revoking)}>{t('key.revoke')}</Button></div>
        </Dialog>
      )}
    </section>
  );
}

function Releases() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [promoting, setPromoting] = useState<Release | null>(null);
  const query = useQuery({ queryKey: ['releases'], queryFn: () => get<Page<Release>>('/staff/releases') });
  const promote = useMutation({
    mutationFn: (release: Release) => post<Release>(`/staff/releases/${release.id}/promote`, { version: release.version }),
    onSuccess: () => {
      setPromoting(null);
      return queries.invalidateQueries({ queryKey: ['releases'] });
    },
  });
  return (
    <section className="block">
      <h2>{t('releases.title')}</h2>
      <p className="quiet">{t('releases.body')}</p>
      {query.isPending && <Skeleton rows={3} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.items.length === 0 && <Empty title={t('releases.empty')} />}
      {query.data && query.data.items.length > 0 && (
        <div className="table-wrap" tabIndex={0} role="region" aria-label={t('releases.title')}>
          <table>
            <thead><tr><th scope="col">{t('numbers.release')}</th><th scope="col">{t('releases.state')}</th><th scope="col">{t('releases.model')}</th><th scope="col">{t('releases.policy')}</th><th scope="col">{t('releases.packs')}</th><th scope="col">{t('releases.since')}</th><th scope="col"><span className="hidden-visually">{t('releases.promote')}</span></th></tr></thead>
            <tbody>{query.data.items.map((row) => <tr key={row.id}><th scope="row">{row.name}</th><td>{t(`releases.${row.state}`, row.state)}</td><td>{row.model}</td><td>{row.policy}</td><td className="mono">{row.packs}</td><td>{row.promoted_at ? <When at={row.promoted_at} /> : ''}</td><td>{row.state !== 'current' && <Button small look="outline" onPress={() => setPromoting(row)} aria-label={`${t('releases.promote')}: ${row.name}`}>{t('releases.promote')}</Button>}</td></tr>)}</tbody>
          </table>
        </div>
      )}
      {promoting && (
        <Dialog title={t('releases.promote_title', { name: promoting.name })} open onClose={() => setPromoting(null)}>
          <p>{t('releases.promote_body')}</p>
          {promote.isError && <p className="wrong" role="alert">{errorText(promote.error)}</p>}
          <div className="actions"><Button onPress={() => setPromoting(null)}>{t('kit.cancel')}</Button><Button look="primary" isPending={promote.isPending} onPress={() => promote.mutate(promoting)}>{t('releases.promote')}</Button></div>
        </Dialog>
      )}
    </section>
  );
}

const parts = ['programme', 'lines', 'packs', 'retention', 'releases'] as const;

export function Admin({ session, part }: { session: Session; part: string | null }) {
  const { t } = useTranslation();
  const roles: Partial<Record<(typeof parts)[number], readonly string[]>> = { releases: ['supervisor', 'admin'], retention: ['compliance', 'admin'] };
  const mine = parts.filter((id) => roles[id]?.includes(session.role) ?? true);
  const now = mine.find((id) => id === part) ?? 'programme';
  return (
    <div className="sheet">
      <div className="sheet-head"><h1>{t('nav.admin')}</h1></div>
      <nav className="settings-tabs" aria-label={t('settings.tabs')}>{mine.map((id) => <a key={id} href={href('admin', id)} aria-current={id === now ? 'page' : undefined}>{t(`settings.tab.${id}`)}</a>)}</nav>
      {now === 'programme' && <ProgrammePart session={session} />}
      {now === 'lines' && <LinesPart session={session} />}
      {now === 'packs' && <PacksPart />}
      {now === 'retention' && <RetentionPart session={session} />}
      {now === 'releases' && <><Releases />{session.role === 'admin' && <Keys />}</>}
    </div>
  );
}
