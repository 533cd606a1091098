/* Where somebody is now and where to call them back; whether it is safe to contact them. All of it may be left unsaid. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../kit/api';
import type { Place } from '../kit/consent';
import { lang } from '../kit/i18n';
import { Button, Failed, Field, Select, Skeleton, Switch, useErrorText } from '../kit/parts';
import { go } from '../kit/route';
import { countries } from './help';
import './consent.css';
import { usePlace } from './place';

/* States with rules of their own about programs in care. */
const states = ['US-CA', 'US-IL', 'US-ME', 'US-NV', 'US-NY', 'US-UT'] as const;

function useSave() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Partial<Place>) => put<Place>('/client/place', body),
    onSuccess: (place) => queries.setQueryData<Place>(['place'], (old) => ({ ...(old ?? place), ...place })),
  });
}

function placeName(code: string, t: (key: string) => string): string {
  const country = new Intl.DisplayNames(lang(), { type: 'region' }).of(code.slice(0, 2)) ?? code;
  return code.length > 2 ? `${country}: ${t(`place.state.${code.slice(3)}`)}` : country;
}

function usePlaces(): { id: string; label: string }[] {
  const { t } = useTranslation();
  const list = [...countries, ...states].map((id) => ({ id: id as string, label: placeName(id, t) }));
  return list.sort((a, b) => a.label.localeCompare(b.label, lang()));
}

function Form({ place }: { place: Place }) {
  const { t } = useTranslation();
  const save = useSave();
  const errorText = useErrorText();
  const places = usePlaces();
  const [here, setHere] = useState(place.here ?? place.place ?? place.country);
  const [where, setWhere] = useState(place.whereabouts ?? '');
  const [callback, setCallback] = useState(place.callback ?? '');
  const options = places.some((each) => each.id === here) ? places : [{ id: here, label: here }, ...places];
  return (
    <form
      className="place-form"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ here, whereabouts: where.trim(), callback: callback.trim(), declined: false });
      }}
    >
      <Select label={t('place.here')} value={here} options={options} onChange={setHere} />
      <Field label={t('place.where')} hint={t('place.where_hint')} value={where} onChange={setWhere} maxLength={150} autoComplete="off" />
      <Field label={t('place.callback')} hint={t('place.callback_hint')} value={callback} onChange={setCallback} maxLength={40} type="tel" autoComplete="tel" />
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      {save.isSuccess && <p role="status">{t('place.saved', { number: save.data.emergency })}</p>}
      <div className="even">
        <Button type="submit" look="outline" isPending={save.isPending}>{t('place.save')}</Button>
        <Button look="outline" isPending={save.isPending} onPress={() => save.mutate({ here: '', whereabouts: '', callback: '', declined: true }, { onSuccess: () => go('#/chat') })}>{t('place.decline')}</Button>
      </div>
    </form>
  );
}

export function PlacePage() {
  const { t } = useTranslation();
  const place = usePlace();
  return (
    <div className="page">
      <h1>{t('place.title')}</h1>
      <p>{t('place.why')}</p>
      {place.isPending && <Skeleton rows={4} />}
      {place.isError && <Failed error={place.error} onRetry={() => void place.refetch()} />}
      {place.data && <Form place={place.data} />}
      <Button look="plain" onPress={() => go('#/chat')}>{t('about.next_chat')}</Button>
    </div>
  );
}

/* Once, when a conversation starts. */
export function AskPlace() {
  const { t } = useTranslation();
  const place = usePlace();
  const save = useSave();
  if (!place.data || place.data.asked_at) return null;
  return (
    <div className="ask-place" role="group" aria-label={t('place.title')}>
      <p>{t('place.ask')}</p>
      <div className="ask-actions">
        <Button small look="outline" onPress={() => go('#/place')}>{t('place.say')}</Button>
        <Button small look="outline" isPending={save.isPending} onPress={() => save.mutate({ declined: true })}>{t('place.decline')}</Button>
      </div>
    </div>
  );
}

export function PlaceSection() {
  const { t } = useTranslation();
  const place = usePlace();
  if (!place.data) return null;
  const { here, whereabouts, callback } = place.data;
  return (
    <section>
      <h2>{t('place.title')}</h2>
      <p>{here ? t('place.now', { place: placeName(here, t), number: place.data.emergency }) : t('place.unsaid', { number: place.data.emergency })}</p>
      {(whereabouts || callback) && <p className="quiet">{[whereabouts, callback].filter(Boolean).join(' · ')}</p>}
      <Button onPress={() => go('#/place')}>{t('place.change')}</Button>
    </section>
  );
}

export function Contact() {
  const { t } = useTranslation();
  const place = usePlace();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const set = useMutation({
    mutationFn: (contact_unsafe: boolean) => put<{ contact_unsafe: boolean }>('/client/contact', { contact_unsafe }),
    onSuccess: ({ contact_unsafe }) => queries.setQueryData<Place>(['place'], (old) => old && { ...old, contact_unsafe }),
  });
  if (!place.data) return null;
  return (
    <section>
      <h2>{t('contact.title')}</h2>
      <p>{t('contact.body')}</p>
      <Switch on={place.data.contact_unsafe} onChange={(on) => set.mutate(on)}>{t('contact.unsafe')}</Switch>
      <p role="status" className="quiet">{set.isSuccess ? t(place.data.contact_unsafe ? 'contact.now_unsafe' : 'contact.now_safe') : ''}</p>
      {set.isError && <p className="wrong" role="alert">{errorText(set.error)}</p>}
    </section>
  );
}

export function AboutMeLink() {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{t('me.title')}</h2>
      <p>{t('me.short')}</p>
      <Button onPress={() => go('#/about-me')}>{t('me.open')}</Button>
    </section>
  );
}
