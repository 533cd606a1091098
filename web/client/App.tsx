import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Boundary } from '../kit/Boundary';
import { post, setCsrf } from '../kit/api';
import { changeSession } from '../kit/forget';
import { IconHelp, IconLeave, IconMenu } from '../kit/icons';
import { Button, Failed, Skeleton } from '../kit/parts';
import { go, href, useRoute } from '../kit/route';
import { About } from './About';
import { quickExit } from './exit';
import { guessCountry, keepHelp } from './help';
import { HelpNow } from './HelpNow';
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
const MyData = lazy(() => import('./MyData').then((m) => ({ default: m.MyData })));

function Top({ signedIn, onHelp, onLogout }: { signedIn: boolean; onHelp: () => void; onLogout: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="top">
      {signedIn ? (
        <MenuTrigger>
          <Button look="plain" className="icon-only" aria-label={t('nav.menu')}>
            <IconMenu />
          </Button>
          <Popover className="popover menu-popover" placement="bottom start">
            <Menu className="menu" aria-label={t('nav.menu')} onAction={(key) => (key === 'logout' ? onLogout() : go(href(String(key))))}>
              <MenuItem id="chat" className="menu-item">{t('nav.chat')}</MenuItem>
              <MenuItem id="checkins" className="menu-item">{t('checkin.nav')}</MenuItem>
              <MenuItem id="intake" className="menu-item">{t('intake.nav')}</MenuItem>
              <MenuItem id="about" className="menu-item">{t('nav.about')}</MenuItem>
              <MenuItem id="data" className="menu-item">{t('nav.data')}</MenuItem>
              <MenuItem id="logout" className="menu-item">{t('nav.logout')}</MenuItem>
            </Menu>
          </Popover>
        </MenuTrigger>
      ) : (
        <span />
      )}
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

function Welcome({ ended }: { ended: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <h1>{t('welcome.title')}</h1>
      {ended && <p className="notice" role="status">{t('welcome.ended')}</p>}
      <p>{t('welcome.body')}</p>
      <p>{t('welcome.help')}</p>
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
  const [country, setCountry] = useState(guessCountry());
  const programmeCountry = session.data?.programme.country;

  const here = usePlace(Boolean(session.data)).data?.here ?? null;

  useEffect(() => {
    const next = here ? here.slice(0, 2) : guessCountry(programmeCountry);
    setCountry(next);
    keepHelp(queries, next);
  }, [here, programmeCountry, queries]);

  const page = route[0] ?? '';
  useEffect(() => {
    document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [page]);

  const signOut = (): void => {
    setCsrf(null);
    changeSession(queries, null);
    setEnded(true);
    go('#/', true);
  };
  const logout = async (): Promise<void> => {
    await post('/client/logout').catch(() => undefined);
    signOut();
  };

  return (
    <>
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>
        {t('nav.skip')}
      </a>
      <Top signedIn={Boolean(session.data)} onHelp={() => setHelp(true)} onLogout={() => void logout()} />
      <main id="main" tabIndex={-1} className={page === 'chat' ? 'chat-main' : undefined}>
        <Boundary at={page}><Suspense fallback={<Skeleton />}>{body()}</Suspense></Boundary>
      </main>
      <HelpNow open={help || page === 'help'} country={country} onCountry={setCountry} onClose={() => (setHelp(false), page === 'help' && go('#/', true))} />
    </>
  );

  function body(): ReactNode {
    if (page === 'invite' && route[1]) return <Invite token={route[1]} />;
    if (session.isPending) return <Skeleton />;
    if (session.isError) return <div className="page"><Failed error={session.error} onRetry={() => void session.refetch()} /><p>{t('welcome.help')}</p></div>;
    if (!session.data) return <Welcome ended={ended} />;
    if (page === 'consents') return <Consents />;
    if (page === 'chat') return <Chat session={session.data} country={country} onEnd={signOut} />;
    if (page === 'checkins') return <Checkins />;
    if (page === 'checkin' && route[1]) return <Checkin key={route[1]} taskId={route[1]} onHelp={() => setHelp(true)} />;
    if (page === 'intake') return <Intake country={country} />;
    if (page === 'data') return <MyData />;
    if (page === 'place') return <PlacePage />;
    if (page === 'about-me') return <AboutMe />;
    return <About programme={session.data.programme.name} />;
  }
}
