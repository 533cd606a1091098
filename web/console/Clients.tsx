import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, type Client, type Page, type Session } from '../kit/api';
import { languageNames, languages, lang, word } from '../kit/i18n';
import { Ago, Button, Dialog, Empty, Failed, Field, Select, Skeleton, useErrorText } from '../kit/parts';
import { href } from '../kit/route';

const countries = ['US', 'CA', 'MX', 'ES', 'GB', 'IE', 'DE', 'FR', 'AU', 'NZ'] as const;

function NewClient({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [pseudonym, setPseudonym] = useState('');
  const [name, setName] = useState('');
  const [year, setYear] = useState('');
  const [language, setLanguage] = useState<string>(lang());
  const [country, setCountry] = useState<string>(session.programme.country || 'US');
  const [place, setPlace] = useState('');
  const [approve, setApprove] = useState(false);
  const [copied, setCopied] = useState(false);
  const make = useMutation({
    mutationFn: () => post<{ client: Client; invite_url: string }>('/staff/clients', { pseudonym: pseudonym.trim(), ...(name.trim() ? { name: name.trim() } : {}), birth_year: Number(year), lang: language, country, ...(place.trim() ? { place: place.trim().toUpperCase() } : {}), approve_replies: approve }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['clients'] }),
  });
  const regions = new Intl.DisplayNames(lang(), { type: 'region' });
  const link = make.data ? new URL(make.data.invite_url, location.origin).href : '';
  if (make.data)
    return (
      <Dialog title={t('client.made_title')} open onClose={onClose}>
        <p>{t('client.made_body', { name: make.data.client.pseudonym })}</p>
        <p className="secret mono" tabIndex={0}>{link}</p>
        <p role="status" className="quiet">{copied ? t('client.copied') : ''}</p>
        <div className="actions">
          <Button look="primary" onPress={() => void navigator.clipboard.writeText(link).then(() => setCopied(true))}>{t('client.copy')}</Button>
          <Button onPress={onClose}>{t('kit.close')}</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={t('client.new')} open onClose={onClose}>
      <Field label={t('client.pseudonym')} hint={t('client.pseudonym_hint')} value={pseudonym} onChange={setPseudonym} maxLength={80} required />
      <Field label={t('client.name')} value={name} onChange={setName} maxLength={200} autoComplete="off" />
      <Field label={t('client.year')} hint={t('client.year_hint')} value={year} onChange={(value) => setYear(value.replace(/\D/g, ''))} inputMode="numeric" maxLength={4} required />
      <div className="in-row fields">
        <Select label={t('kit.language')} value={language} options={languages.map((id) => ({ id, label: languageNames[id] }))} onChange={setLanguage} />
        <Select label={t('person.country')} value={country} options={[...new Set([session.programme.country, ...countries])].filter(Boolean).map((id) => ({ id, label: regions.of(id.slice(0, 2)) ?? id }))} onChange={setCountry} />
      </div>
      <Field label={t('consents.lives')} hint={t('consents.lives_hint')} value={place} onChange={setPlace} maxLength={6} autoComplete="off" />
      <label className="check"><input type="checkbox" checked={approve} onChange={(event) => setApprove(event.target.checked)} /><span>{t('client.approve')}<small className="quiet">{t('client.approve_hint')}</small></span></label>
      {make.isError && <p className="wrong" role="alert">{errorText(make.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!pseudonym.trim() || !/^(19|20)\d\d$/.test(year)} isPending={make.isPending} onPress={() => make.mutate()}>{t('client.make')}</Button>
      </div>
    </Dialog>
  );
}

export function Clients({ session }: { session: Session; selected: string | null }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const [search, setSearch] = useState('');
  const query = useQuery({ queryKey: ['clients'], queryFn: () => get<Page<Client>>('/staff/clients?limit=200') });
  const mayAdd = session.role === 'clinician' || session.role === 'supervisor' || session.role === 'admin';
  const mayRead = session.role !== 'compliance' && session.role !== 'admin';
  const rows = (query.data?.items ?? []).filter((client) => `${client.pseudonym} ${client.name ?? ''}`.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>{t('nav.clients')}</h1>
        <input className="search" type="search" value={search} placeholder={t('client.search')} aria-label={t('client.search')} onChange={(event) => setSearch(event.target.value)} />
        {mayAdd && <Button look="primary" onPress={() => setAdding(true)}>{t('client.new')}</Button>}
      </div>
      {query.isPending && <Skeleton />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && rows.length === 0 && <Empty title={t(search ? 'queue.none_found' : 'client.empty_title')}><p>{t(search ? 'queue.none_found_body' : 'client.empty_body')}</p></Empty>}
      {rows.length > 0 && (
        <div className="table-wrap" tabIndex={0} role="region" aria-label={t('nav.clients')}>
          <table>
            <thead><tr><th scope="col">{t('client.person')}</th><th scope="col">{t('client.state')}</th><th scope="col">{t('client.alerts')}</th><th scope="col">{t('client.last')}</th><th scope="col">{t('kit.language')}</th>{session.role !== 'admin' && <th scope="col">{t('consents.open')}</th>}</tr></thead>
            <tbody>
              {rows.map((client) => (
                <tr key={client.id}>
                  <th scope="row">{client.conversation_id && mayRead ? <a href={href('conversation', client.conversation_id)}>{client.name ?? client.pseudonym}</a> : (client.name ?? client.pseudonym)}{client.name && <span className="quiet"> {client.pseudonym}</span>}</th>
                  <td>{word('client.is', client.state)}{client.approve_replies && <span className="quiet"> · {t('client.approved')}</span>}</td>
                  <td>{client.open_alerts ?? 0}</td>
                  <td>{client.last_message_at ? <Ago at={client.last_message_at} /> : t('client.never')}</td>
                  <td>{client.lang}</td>
                  {session.role !== 'admin' && <td><a href={href('consents', client.id)} aria-label={`${t('consents.open')}: ${client.name ?? client.pseudonym}`}>{t('consents.open')}</a></td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && <NewClient session={session} onClose={() => setAdding(false)} />}
    </div>
  );
}
