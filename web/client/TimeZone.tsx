/* Where the client's clock is: asked once, asked again when the device is somewhere else, changed whenever they like. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { put } from '../kit/api';
import { Button, Select, useErrorText } from '../kit/parts';
import { recall, remember } from '../kit/storage';
import { deviceZone, longIn, sameClock, zoneCity, zones } from '../kit/zone';
import type { Next } from './checkin';
import { useTasks } from './Checkins';
import './zone.css';

function useSetZone() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (zone: string) => put<{ time_zone: string }>('/client/time-zone', { time_zone: zone }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['questionnaires'] }),
  });
}

/* A day and a time as the client's own clock shows them; the zone is named when this device's clock shows another. */
export function NextAt({ next }: { next: Next }) {
  const { t } = useTranslation();
  const here = deviceZone();
  return (
    <time dateTime={next.at}>
      {longIn(next.at, next.zone)}
      {!sameClock(next.at, next.zone, here) && <span className="zone-name"> {t('zone.city_time', { city: zoneCity(next.zone) })}</span>}
    </time>
  );
}

function Choose({ zone, onDone }: { zone: string; onDone: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const set = useSetZone();
  const [chosen, setChosen] = useState(zone);
  return (
    <div className="zone-choose">
      <Select label={t('zone.label')} value={chosen} options={zones(zone, deviceZone()).map((id) => ({ id, label: id.replaceAll('_', ' ') }))} onChange={setChosen} />
      {set.isError && <p className="wrong" role="alert">{errorText(set.error)}</p>}
      <div className="even">
        <Button look="primary" isPending={set.isPending} onPress={() => set.mutate(chosen, { onSuccess: onDone })}>{t('zone.save')}</Button>
        <Button look="outline" onPress={onDone}>{t('kit.cancel')}</Button>
      </div>
    </div>
  );
}

/* Nothing is taken from the device without a yes. A no is kept for this place, and asked again in another. */
export function AskZone({ confirmed }: { confirmed: string | null }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const set = useSetZone();
  const here = deviceZone();
  const [kept, setKept] = useState(recall('zone-kept'));
  const [choosing, setChoosing] = useState(false);
  const city = zoneCity(here);
  if (confirmed === here || (confirmed && kept === here)) return null;
  if (choosing) return <section className="zone-card" aria-labelledby="zone-title"><h2 id="zone-title">{t('zone.title')}</h2><Choose zone={confirmed || here} onDone={() => setChoosing(false)} /></section>;
  const keep = (): void => {
    remember('zone-kept', here);
    setKept(here);
  };
  return (
    <section className="zone-card" aria-labelledby="zone-title">
      <h2 id="zone-title">{t('zone.title')}</h2>
      <p>{confirmed ? t('zone.moved', { city, old: zoneCity(confirmed) }) : t('zone.ask', { city })}</p>
      {set.isError && <p className="wrong" role="alert">{errorText(set.error)}</p>}
      <div className="zone-actions">
        <Button look="primary" isPending={set.isPending} onPress={() => set.mutate(here)}>{confirmed ? t('zone.use', { city }) : t('zone.yes')}</Button>
        {confirmed && <Button look="outline" onPress={keep}>{t('zone.keep', { city: zoneCity(confirmed) })}</Button>}
        <Button look="plain" onPress={() => setChoosing(true)}>{t('zone.other')}</Button>
      </div>
    </section>
  );
}

export function ZoneSection() {
  const { t } = useTranslation();
  const tasks = useTasks();
  const [choosing, setChoosing] = useState(false);
  if (!tasks.data) return null;
  const zone = tasks.data.time_zone;
  return (
    <section>
      <h2>{t('zone.title')}</h2>
      <p>{zone ? t('zone.now', { city: zoneCity(zone) }) : t('zone.unsaid')}</p>
      {choosing ? <Choose zone={zone || deviceZone()} onDone={() => setChoosing(false)} /> : <Button onPress={() => setChoosing(true)}>{t('zone.change')}</Button>}
    </section>
  );
}
