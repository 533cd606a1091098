/* Notifications on a person's own devices: on and off in this browser, and what was last sent to each. A part of the page of channels. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get } from '../kit/api';
import { failed } from '../kit/failed';
import { Ago, Button, Failed, Field, Skeleton, useErrorText } from '../kit/parts';
import { ability, markHere, nameOfThis, PushError, turnOff, turnOn, type PushDevice, type PushState } from './push';
import './push.css';

const LABEL_MAX = 40; /* the server takes 120 bytes */

function usePushErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (error) => {
    if (error instanceof PushError) return t(`push.error.${error.reason}`);
    if (error instanceof ApiError && error.code === 'too_many_devices') return t('push.error.too_many');
    if (error instanceof ApiError && error.status === 400 && error.message.startsWith('push_device.endpoint')) return t('push.error.host');
    return errorText(error);
  };
}

/* In words: what is known of the last call there. */
function Last({ last }: { last: PushDevice['last'] }) {
  const { t } = useTranslation();
  if (!last) return <span className="quiet">{t('push.never')}</span>;
  return (
    <span className={last.state === 'failed' ? 'wrong' : 'quiet'}>
      {t(last.purpose === 'test' ? 'push.last_test' : 'push.last_call')} {t(`channel.state.${last.state}`)}{last.state === 'failed' && last.failure ? ` (${last.failure})` : ''}, <Ago at={last.at} />
    </span>
  );
}

function Device({ device, here }: { device: PushDevice; here: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = usePushErrorText();
  const off = useMutation({
    mutationFn: () => turnOff(device, here),
    onSuccess: (next) => (queries.setQueryData(['push'], next), void queries.invalidateQueries({ queryKey: ['push-here'] })),
  });
  const ended = device.state === 'ended';
  return (
    <li data-state={device.state}>
      <div className="push-name">
        <b>{device.label}</b>
        {here && <span className="push-here">{t('push.here')}</span>}
      </div>
      <div className="push-what">
        {ended ? <span className="wrong">{t('push.ended')} {device.ended_at && <Ago at={device.ended_at} />}. {t('push.ended_do')}</span> : <Last last={device.last} />}
        {off.isError && <span className="wrong" role="alert">{errorText(off.error)}</span>}
      </div>
      {!ended && <Button small isPending={off.isPending} onPress={() => off.mutate()} aria-label={t('push.off_of', { label: device.label })}>{t('push.off')}</Button>}
    </li>
  );
}

function TurnOn({ state }: { state: PushState }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = usePushErrorText();
  const [label, setLabel] = useState(nameOfThis() || t('push.this_browser'));
  const on = useMutation({
    mutationFn: () => turnOn(state.key ?? '', label.trim()),
    onSuccess: (next) => {
      queries.setQueryData(['push'], next);
      void queries.invalidateQueries({ queryKey: ['push-here'] });
      void queries.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  return (
    <form className="channel-form" onSubmit={(event) => (event.preventDefault(), on.mutate())}>
      <Field label={t('push.label')} hint={t('push.label_hint')} value={label} onChange={setLabel} maxLength={LABEL_MAX} autoComplete="off" required />
      {on.isError && <p className="wrong" role="alert">{errorText(on.error)}</p>}
      <div className="actions start"><Button type="submit" look="primary" isPending={on.isPending} isDisabled={!label.trim()}>{t('push.on')}</Button></div>
    </form>
  );
}

/* Why it cannot be turned on here, or the way to do it. */
function Here({ state, onHere }: { state: PushState; onHere: boolean }) {
  const { t } = useTranslation();
  const can = ability();
  if (onHere) return <p role="status">{t('push.is_on')}</p>;
  if (!state.on) return <p className="quiet">{t('push.off_server')}</p>;
  if (can !== 'yes') return <p className="notice warn">{t(`push.cannot.${can}`)}</p>;
  return <TurnOn state={state} />;
}

export function Push() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['push'], queryFn: () => get<PushState>('/staff/push'), refetchInterval: 15_000 });
  const here = useQuery({ queryKey: ['push-here'], queryFn: markHere, staleTime: 0 });
  if (query.isPending || here.isPending) return <section className="block"><h2>{t('push.title')}</h2><Skeleton rows={2} /></section>;
  if (failed(query)) return <section className="block"><h2>{t('push.title')}</h2><Failed error={query.error} onRetry={() => void query.refetch()} /></section>;
  const state = query.data;
  const isHere = (device: PushDevice): boolean => device.state === 'active' && device.mark !== null && device.mark === here.data;
  return (
    <section className="block push">
      <h2>{t('push.title')}</h2>
      {state.on && <p>{t('push.body')}</p>}
      <Here state={state} onHere={state.on && state.devices.some(isHere)} />
      {state.devices.length > 0 && (
        <>
          <h3 id="push-devices">{t('push.devices')}</h3>
          <ul className="push-devices" aria-labelledby="push-devices">{state.devices.map((device) => <Device key={device.id} device={device} here={isHere(device)} />)}</ul>
        </>
      )}
    </section>
  );
}
