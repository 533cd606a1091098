/* How alerts reach me outside this page: addresses, quiet hours, and the test that each shift begins with. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channels, Delivery } from '../kit/alerts';
import { get, post, put, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { languageNames, languages } from '../kit/i18n';
import { IconCheck } from '../kit/icons';
import { Ago, Button, Failed, Field, Select, Skeleton, useErrorText } from '../kit/parts';
import { href } from '../kit/route';
import { Push } from './Push';
import './alerts.css';

function Mine({ mine }: { mine: Channels }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [form, setForm] = useState({ email: mine.email ?? '', phone: mine.phone ?? '', lang: mine.lang ?? 'en', time_zone: mine.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone, quiet_from: mine.quiet_from ?? '', quiet_to: mine.quiet_to ?? '' });
  const set = (key: keyof typeof form) => (value: string): void => setForm({ ...form, [key]: value });
  const save = useMutation({ mutationFn: () => put<Channels>('/staff/channels', form), onSuccess: (next) => queries.setQueryData(['channels'], next) });
  return (
    <section className="block">
      <h2>{t('channel.mine')}</h2>
      <form onSubmit={(event) => (event.preventDefault(), save.mutate())} className="channel-form">
        <Field label={t('channel.email_address')} hint={t(mine.configured.email ? 'channel.email_hint' : 'channel.email_off')} value={form.email} onChange={set('email')} type="email" maxLength={254} autoComplete="email" />
        <Field label={t('channel.phone')} hint={t(mine.configured.webhook ? 'channel.phone_hint' : 'channel.phone_off')} value={form.phone} onChange={set('phone')} type="tel" maxLength={40} autoComplete="tel" />
        <div className="in-row fields">
          <Field label={t('channel.quiet_from')} value={form.quiet_from} onChange={set('quiet_from')} type="time" />
          <Field label={t('channel.quiet_to')} value={form.quiet_to} onChange={set('quiet_to')} type="time" />
        </div>
        <p className="quiet">{t('channel.quiet_hint')}</p>
        <Field label={t('rota.zone')} value={form.time_zone} onChange={set('time_zone')} maxLength={63} />
        <Select label={t('kit.language')} value={form.lang} options={languages.map((id) => ({ id, label: languageNames[id] }))} onChange={set('lang')} />
        {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
        <div className="actions start"><Button type="submit" isPending={save.isPending}>{t('channel.save')}</Button> <span role="status" className="quiet">{save.isSuccess ? t('channel.saved') : ''}</span></div>
      </form>
    </section>
  );
}

/* Its state may change without anybody's doing: it is sent, or the device says that it arrived. */
const underWay = (one: Delivery): boolean => one.state === 'queued' || (one.channel === 'push' && one.state === 'sent' && Date.now() - Date.parse(one.created_at) < 120_000);

function Tested({ one }: { one: Delivery }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const channel = one.device ? t('channel.push_on', { label: one.device }) : t(`channel.${one.channel}`);
  const act = useMutation({ mutationFn: () => post<Channels>(`/staff/deliveries/${one.id}/confirm`), onSuccess: (next) => queries.setQueryData(['channels'], next) });
  return (
    <li>
      <b>{channel}</b>
      <span>{t(`channel.state.${one.state}`)}{one.failure && one.state !== 'acknowledged' ? <span className="wrong"> {one.failure}</span> : null}</span>
      {one.state === 'acknowledged' ? <IconCheck /> : one.state !== 'failed' && <Button small isPending={act.isPending} onPress={() => act.mutate()} aria-label={t('channel.arrived', { channel })}>{t('channel.arrived_here')}</Button>}
      {act.isError && <span className="wrong" role="alert">{errorText(act.error)}</span>}
    </li>
  );
}

export function ChannelsPage({ session }: { session: Session }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const query = useQuery({ queryKey: ['channels'], queryFn: () => get<Channels>('/staff/channels'), refetchInterval: (state) => (state.state.data?.test.some(underWay) ? 2_000 : false) });
  const test = useMutation({ mutationFn: () => post<Channels>('/staff/channels/test'), onSuccess: (next) => queries.setQueryData(['channels'], next) });
  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const mine = query.data;
  return (
    <div className="sheet channels">
      <div className="sheet-head"><h1>{t('channel.title')}</h1><a href={href('rota')}>{t('nav.rota')}</a></div>
      <section className="block">
        <h2>{t('channel.test')}</h2>
        <p>{t('channel.test_body', { name: session.person.name ?? '' })}</p>
        <p className={mine.tested_at ? undefined : 'notice warn'}>{mine.tested_at ? <>{t('channel.tested')} <Ago at={mine.tested_at} /></> : t('channel.untested')}</p>
        <div className="actions start"><Button look="primary" isPending={test.isPending} onPress={() => test.mutate()}>{t('channel.test_now')}</Button></div>
        {test.isError && <p className="wrong" role="alert">{errorText(test.error)}</p>}
        {mine.test.length > 0 && <ul className="channel-tests">{mine.test.map((one) => <Tested key={one.id} one={one} />)}</ul>}
      </section>
      <Push />
      <Mine mine={mine} />
    </div>
  );
}
