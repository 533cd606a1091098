import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type About as AboutText, type Consent, type Page } from '../kit/api';
import { failed } from '../kit/failed';
import { lang } from '../kit/i18n';
import { Button, Failed, Skeleton } from '../kit/parts';
import { go } from '../kit/route';
import { clockTime, longDay } from '../kit/time';

export function useConsents() {
  return useQuery({ queryKey: ['consents', lang()], queryFn: async () => listOf(await get<Page<Consent> | Consent[]>(`/client/consents?lang=${lang()}`)) });
}

const listOf = (answer: Page<Consent> | Consent[]): Consent[] => (Array.isArray(answer) ? answer : answer.items);

/* Who of the team is there now, and until when. Nothing until it is known. */
export function CoverNow() {
  const about = useAbout();
  return about.data ? <Cover cover={about.data.cover} /> : null;
}

function useAbout() {
  return useQuery({ queryKey: ['about', lang()], queryFn: () => get<AboutText>(`/client/about?lang=${lang()}`) });
}

function Cover({ cover }: { cover: AboutText['cover'] }) {
  const { t } = useTranslation();
  if (!cover.until) return <p className="notice">{t(`about.cover_${cover.state}`)}</p>;
  /* "Until nine" is nine today: another day is named, as somebody may wait for it. */
  const today = longDay(cover.until) === longDay(new Date().toISOString());
  return <p className="notice">{t(`about.cover_${cover.state}_until${today ? '' : '_day'}`, { day: longDay(cover.until), time: clockTime(cover.until) })}</p>;
}

/* The first screen: what this is, who can read it, and what happens in danger, by day and by night. */
export function About({ programme }: { programme: string }) {
  const { t } = useTranslation();
  const about = useAbout();
  const consents = useConsents();
  if (about.isPending) return <Skeleton rows={9} />;
  if (failed(about)) return <div className="page"><Failed error={about.error} onRetry={() => void about.refetch()} /></div>;
  const unasked = consents.data?.some((consent) => consent.state === 'unasked') ?? false;
  return (
    <div className="page">
      <p className="kicker">{programme}</p>
      <h1>{t('about.title')}</h1>
      <dl className="answers">
        <div>
          <dt>{t('about.what')}</dt>
          <dd className="prewrap">{about.data.what_is_ai}</dd>
        </div>
        <div>
          <dt>{t('about.who')}</dt>
          <dd className="prewrap">{about.data.who_can_read}</dd>
        </div>
        <div>
          <dt>{t('about.danger')}</dt>
          <dd>
            <p className="day-night"><strong>{t('about.day')}</strong> {about.data.danger_day}</p>
            <p className="day-night"><strong>{t('about.night')}</strong> {about.data.danger_night}</p>
            <Cover cover={about.data.cover} />
          </dd>
        </div>
      </dl>
      <p>{t('exit.about')}</p>
      <Button look="primary" onPress={() => go(unasked ? '#/consents' : '#/chat')}>
        {unasked ? t('about.next_consents') : t('about.next_chat')}
      </Button>
    </div>
  );
}
