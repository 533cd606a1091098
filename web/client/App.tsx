import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useLayoutEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Boundary } from '../kit/Boundary';
import { post, setCsrf } from '../kit/api';
import { failed } from '../kit/failed';
import { changeSession } from '../kit/forget';
import { IconHelp, IconLeave } from '../kit/icons';
import { clearOutbox, flushOutbox, keepSending, outboxOf, useWaiting } from '../kit/outbox';
import { Button, Dialog, Failed, Skeleton } from '../kit/parts';
import { go, href, useRoute } from '../kit/route';
import { About, useConsents } from './About';
import { forgetOffline, quickExit } from './exit';
import { guessCountry, keepHelp } from './help';
import { HelpNow } from './HelpNow';
import { keepSession } from './keep';
import { useNews } from './live';
import { Nav } from './Nav';
import { copyState, removeCopy } from './planCopy';
import { usePlace } from './place';
import { LanguageAndTheme } from './Settings';
import { useSession } from './session';

const Invite = lazy(() => import('./Invite').then((m) => ({ default: m.Invite })));
const Consents = lazy(() => import('./Consents').then((m) => ({ default: m.Consents })));
const Chat = lazy(() => import('./Chat').then((m) => ({ default: m.Chat })));
const PlacePage = lazy(() => import('./Place').then((m) => ({ default: m.PlacePage })));
const AboutMe = lazy(() => import('./AboutMe').then((m) => ({ default: m.AboutMe })));
const Checkins = lazy(() => import('./Checkins').then((m) => ({ default: m.Checkins })));
const Checkin = lazy(() => import('./Checkins').then((m) => ({ default: m.Checkin })));
const Intake = lazy(() => import('./Intake').then((m) => ({ default: m.Intake })));
const Home = lazy(() => import('./Home').then((m) => ({ default: m.Home })));
const Modules = lazy(() => import('./Modules').then((m) => ({ default: m.Modules })));
const ModulePage = lazy(() => import('./Modules').then((m) => ({ default: m.ModulePage })));
const Lesson = lazy(() => import('./Lesson').then((m) => ({ default: m.Lesson })));
const Plan = lazy(() => import('./Plan').then((m) => ({ default: m.Plan })));
const PlanEditor = lazy(() => import('./Plan').then((m) => ({ default: m.PlanEditor })));
const OfflinePlan = lazy(() => import('./PlanCopy').then((m) => ({ default: m.OfflinePlan })));
const MyData = lazy(() => import('./MyData').then((m) => ({ default: m.MyData })));

function Top({ programme, onHelp }: { programme: string | null; onHelp: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="top">
      {programme ? <a className="button plain icon-only top-home" href={href('home')} aria-label={t('way.home')}><img src="/icon.svg" alt="" width="28" height="28" /></a> : <span />}
      <div className="top-actions">
        <Button look="outline" onPress={() => void quickExit()} aria-describedby="exit-hint">
          <IconLeave />
          {t('exit.button')}
        </Button>
        <span id="exit-hint" className="hidden-visually">
          {t('exit.hint')}
        </span>
        <Button look="primary" onPress={onHelp}>
          <IconHelp />
          {t('help.button')}
        </Button>
      </div>
    </header>
  );
}

/* The first place: what is to be agreed to first, else home. */
function Start({ programme, home }: { programme: string; home: ReactNode }) {
  const consents = useConsents();
  if (consents.isPending) return <Skeleton />;
  return consents.data?.some((consent) => consent.state === 'unasked') ? <About programme={programme} /> : home;
}

/* Answers that would be lost by signing out are named first. */
function LeaveDialog({ count, onLeave, onStay }: { count: number; onLeave: () => void; onStay: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('waiting.leave_title')} open onClose={onStay} role="alertdialog">
      <p>{t('waiting.leave_body', { count })}</p>
      <div className="actions">
        <Button onPress={onStay}>{t('waiting.stay')}</Button>
        <Button look="danger" onPress={onLeave}>{t('waiting.leave')}</Button>
      </div>
    </Dialog>
  );
}

function Welcome({ ended }: { ended: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <h1>{t('welcome.title')}</h1>
      {ended && <p className="notice" role="status">{t('welcome.ended')}</p>}
      <p>{t('welcome.body')}</p>
      <p>{t('welcome.help')}</p>
      {copyState() !== 'none' && <a className="button outline" href={href('plan')}>{t('plan.open_copy')}</a>}
      <LanguageAndTheme />
    </div>
  );
}

export function App() {
  const { t } = useTranslation();
  const route = useRoute();
  const queries = useQueryClient();
  const session = useSession();
  const [help, setHelp] = useState(false);
  const [ended, setEnded] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const waiting = useWaiting().length;
  const [country, setCountry] = useState(guessCountry());
  const programmeCountry = session.data?.programme.country;

  const here = usePlace(Boolean(session.data)).data?.here ?? null;

  useEffect(() => {
    const next = here ? here.slice(0, 2) : guessCountry(programmeCountry);
    setCountry(next);
    keepHelp(queries, next);
  }, [here, programmeCountry, queries]);

  /* Whose answers wait here: known when the session is, also from the kept copy of it while offline. */
  const personId = session.data?.person.id ?? null;
  useEffect(() => outboxOf(personId), [personId]);
  useEffect(() => keepSession(personId), [personId]);
  useEffect(keepSending, []);

  const page = route[0] ?? '';
  useLayoutEffect(() => {
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [page, route[1], route[2]]);

  const signOut = (): void => {
    setCsrf(null);
    changeSession(queries, null);
    setEnded(true);
    go('#/', true);
  };
  useNews(Boolean(session.data), signOut);
  const logout = async (): Promise<void> => {
    setLeaving(false);
    await post('/client/logout').catch(() => undefined);
    removeCopy();
    await Promise.all([clearOutbox(), forgetOffline()]);
    signOut();
  };
  const askLogout = (): void => {
    if (waiting === 0) void logout();
    else void flushOutbox().then(() => setLeaving(true));
  };

  return (
    <>
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>
        {t('nav.skip')}
      </a>
      <Top programme={session.data?.programme.name ?? null} onHelp={() => setHelp(true)} />
      {session.data && page !== 'invite' && page !== 'consents' && <Nav page={page || 'home'} />}
      <main id="main" tabIndex={-1} className={page === 'chat' ? 'chat-main' : undefined}>
        <Boundary at={page}><Suspense fallback={<Skeleton />}>{body()}</Suspense></Boundary>
      </main>
      {leaving && <LeaveDialog count={waiting} onLeave={() => void logout()} onStay={() => setLeaving(false)} />}
      <HelpNow open={help || page === 'help'} country={country} onCountry={setCountry} onClose={() => (setHelp(false), page === 'help' && go('#/', true))} />
    </>
  );

  function body(): ReactNode {
    if (page === 'invite' && route[1]) return <Invite token={route[1]} />;
    if (session.isPending) return <Skeleton />;
    if (failed(session) && page === 'plan' && copyState() !== 'none') return <OfflinePlan />;
    if (failed(session)) return <div className="page"><Failed error={session.error} onRetry={() => void session.refetch()} /><p>{t('welcome.help')}</p></div>;
    if (!session.data && page === 'plan' && copyState() !== 'none') return <OfflinePlan />;
    if (!session.data) return <Welcome ended={ended} />;
    if (page === 'consents') return <Consents />;
    if (page === 'chat') return <Chat session={session.data} country={country} onEnd={signOut} onHelp={() => setHelp(true)} />;
    if (page === 'checkins') return <Checkins />;
    if (page === 'checkin' && route[1]) return <Checkin key={route[1]} taskId={route[1]} onHelp={() => setHelp(true)} />;
    if (page === 'intake') return <Intake country={country} />;
    if (page === 'data') return <MyData />;
    if (page === 'place') return <PlacePage />;
    if (page === 'about-me') return <AboutMe />;
    if (page === 'modules' && route[1]) return <ModulePage id={route[1]} />;
    if (page === 'modules') return <Modules />;
    if (page === 'lesson' && route[1] && route[2]) return <Lesson key={route[1] + route[2]} enrolmentId={route[1]} lessonId={route[2]} onHelp={() => setHelp(true)} />;
    if (page === 'plan' && route[1] === 'edit') return <PlanEditor heading={route[2] ?? ''} />;
    if (page === 'plan') return <Plan onHelp={() => setHelp(true)} />;
    if (page === 'about') return <About programme={session.data.programme.name} />;
    const home = <Home session={session.data} onHelp={() => setHelp(true)} onLogout={askLogout} />;
    return page === 'home' ? home : <Start programme={session.data.programme.name} home={home} />;
  }
}
