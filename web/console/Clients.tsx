import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, type Client, type Session } from '../kit/api';
import { languageNames, languages, lang, word } from '../kit/i18n';
import { Ago, Button, Dialog, Empty, Field, Select, useErrorText } from '../kit/parts';
import { href } from '../kit/route';
import { useSettled } from '../kit/settled';
import { usePages, VirtualList } from '../kit/VirtualList';
import './triage.css';

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

const states = ['', 'invited', 'active', 'paused', 'ended', 'erased'] as const;

function Row({ client }: { client: Client }) {
  const { t } = useTranslation();
  return (
    <div className="client-row">
      <span><strong>{client.name ?? client.pseudonym}</strong>{client.name && <span className="quiet"> {client.pseudonym}</span>}</span>
      <span>{word('client.is', client.state)}{client.approve_replies && <span className="quiet"> · {t('client.approved')}</span>}</span>
      <span>{t('client.alerts_count', { count: client.open_alerts ?? 0 })}</span>
      <span className="quiet">{client.last_message_at ? <Ago at={client.last_message_at} /> : t('client.never')}</span>
      <span className="quiet">{client.lang}</span>
    </div>
  );
}

export function Clients({ session }: { session: Session; selected: string | null }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  const asked = useSettled(search.trim(), 200);
  const query = usePages<Client>(['clients', asked, state], `/staff/clients?limit=50${asked ? `&search=${encodeURIComponent(asked)}` : ''}${state ? `&state=${state}` : ''}`);
  const mayAdd = session.role === 'clinician' || session.role === 'supervisor' || session.role === 'admin';
  const narrowed = asked !== '' || state !== '';
  return (
    <div className="sheet clients">
      <div className="sheet-head">
        <h1>{t('nav.clients')}</h1>
        <input className="search" type="search" value={search} maxLength={100} placeholder={t('client.search')} aria-label={t('client.search')} onChange={(event) => setSearch(event.target.value)} />
        <Select quiet label={t('client.state')} value={state} onChange={setState} options={states.map((id) => ({ id, label: id ? word('client.is', id) : t('client.all_states') }))} />
        {mayAdd && <Button look="primary" onPress={() => setAdding(true)}>{t('client.new')}</Button>}
      </div>
      <div className="client-row client-head" aria-hidden="true"><span>{t('client.person')}</span><span>{t('client.state')}</span><span>{t('client.alerts')}</span><span>{t('client.last')}</span><span>{t('kit.language')}</span></div>
      <VirtualList label={t('nav.clients')} query={query} rowHeight={56} hrefOf={(client) => href('clients', client.id)} textOf={(client) => `${client.name ?? ''} ${client.pseudonym}`.trim()} row={(client) => <Row client={client} />}
        empty={<Empty title={t(narrowed ? 'queue.none_found' : 'client.empty_title')}><p>{t(narrowed ? 'queue.none_found_body' : 'client.empty_body')}</p></Empty>} />
      {adding && <NewClient session={session} onClose={() => setAdding(false)} />}
    </div>
  );
}
