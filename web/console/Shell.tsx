import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Boundary } from '../kit/Boundary';
import { get, post, setCsrf, type Alert, type Page, type Review, type Session } from '../kit/api';
import { changeSession } from '../kit/forget';
import { languageNames, languages, lang, setLang } from '../kit/i18n';
import { IconClients, IconClock, IconCourse, IconJournal, IconSettings, IconMute, IconNumbers, IconReview, IconSearch, IconSound, IconToday, IconTriage } from '../kit/icons';
import { Button, Skeleton, useOnline } from '../kit/parts';
import { go, href, useRoute } from '../kit/route';
import { recall, remember } from '../kit/storage';
import { setTheme, useTheme } from '../kit/theme';
import { ago, useNow } from '../kit/time';
import { useKeys } from './keys';
import { closeNotification } from './push';
import { useLive, useSound } from './live';
import { Shortcuts } from './Shortcuts';
import { WithYou } from './Presence';
import { Today } from './Today';

const Reviews = lazy(() => import('./Reviews').then((m) => ({ default: m.Reviews })));
const Clients = lazy(() => import('./Clients').then((m) => ({ default: m.Clients })));
const Coach = lazy(() => import('./Coach').then((m) => ({ default: m.Coach })));
const ConsentPage = lazy(() => import('./ConsentPage').then((m) => ({ default: m.ConsentPage })));
const Requests = lazy(() => import('./Requests').then((m) => ({ default: m.Requests })));
const ClientPage = lazy(() => import('./ClientPage').then((m) => ({ default: m.ClientPage })));
const Triage = lazy(() => import('./Triage').then((m) => ({ default: m.Triage })));
const Rota = lazy(() => import('./Rota').then((m) => ({ default: m.RotaPage })));
const Channels = lazy(() => import('./Channels').then((m) => ({ default: m.ChannelsPage })));
const Journal = lazy(() => import('./Journal').then((m) => ({ default: m.Journal })));
const LoadPage = lazy(() => import('./Load').then((m) => ({ default: m.LoadPage })));
const Numbers = lazy(() => import('./Numbers').then((m) => ({ default: m.Numbers })));
const Admin = lazy(() => import('./Admin').then((m) => ({ default: m.Admin })));
const Palette = lazy(() => import('./Palette').then((m) => ({ default: m.Palette })));

export const places = [
  { id: 'today', icon: IconToday, roles: null },
  { id: 'reviews', icon: IconReview, roles: ['clinician', 'supervisor', 'admin'] },
  { id: 'triage', icon: IconTriage, roles: ['clinician', 'supervisor'] },
  { id: 'coach', icon: IconCourse, roles: ['coach', 'clinician', 'supervisor'] },
  { id: 'clients', icon: IconClients, roles: ['coach', 'clinician', 'supervisor', 'compliance', 'admin'] },
  { id: 'rota', icon: IconClock, roles: null },
  { id: 'requests', icon: IconReview, roles: ['compliance'] },
  { id: 'journal', icon: IconJournal, roles: ['supervisor', 'compliance', 'admin'] },
  { id: 'numbers', icon: IconNumbers, roles: null },
  { id: 'load', icon: IconNumbers, roles: ['clinician', 'supervisor', 'compliance', 'admin'], rail: false }, /* from the overview and the palette */
  { id: 'admin', icon: IconSettings, roles: ['clinician', 'supervisor', 'compliance', 'admin'] },
] as const;

export const allowed = (roles: readonly string[] | null, role: string): boolean => roles === null || roles.includes(role);

function Nav({ session, page, counts }: { session: Session; page: string; counts: Record<string, number> }) {
  const { t } = useTranslation();
  return (
    <nav className="rail-nav" aria-label={t('nav.label')}>
      <ul>
        {places.filter((place) => !('rail' in place) && allowed(place.roles, session.role)).map((place) => {
          const Icon = place.icon;
          const count = counts[place.id] ?? 0;
          return (
            <li key={place.id}>
              <a href={href(place.id)} aria-current={page === place.id ? 'page' : undefined}>
                <Icon />
                <span>{t(`nav.${place.id}`)}</span>
                {count > 0 && <b aria-label={t('nav.waiting', { count })}>{count}</b>}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function initials(name: string | null): string {
  const parts = (name ?? '?').replace(/^(Dr|Dra|Prof)\.?\s+/i, '').split(/\s+/);
  return ((parts[0]?.[0] ?? '') + (parts.length > 1 ? (parts[parts.length - 1]?.[0] ?? '') : '')).toUpperCase();
}

function Me({ session, onSignOut }: { session: Session; onSignOut: () => void }) {
  const { t } = useTranslation();
  const theme = useTheme();
  const [close, setClose] = useState(recall('density') === 'close');
  const act = (key: string): void => {
    const [kind, value] = key.split(':');
    if (kind === 'theme' && (value === 'system' || value === 'light' || value === 'dark')) setTheme(value);
    if (kind === 'lang') void setLang(value === 'es' ? 'es' : 'en');
    if (kind === 'density') {
      setClose(!close);
      remember('density', close ? null : 'close');
      document.documentElement.dataset['density'] = close ? 'open' : 'close';
    }
    if (kind === 'out') onSignOut();
  };
  return (
    <MenuTrigger>
      <Button look="plain" className="me icon-only" aria-label={t('nav.me', { name: session.person.name ?? '' })}>
        <span aria-hidden="true" className="initials" data-text={initials(session.person.name)} />
      </Button>
      <Popover className="popover menu-popover" placement="right bottom">
        <p className="me-name">
          <strong>{session.person.name}</strong>
          <span>{t(`role.${session.role}`)} · {session.programme.name}</span>
        </p>
        <Menu className="menu" aria-label={t('nav.settings')} onAction={(key) => act(String(key))}>
          {(['system', 'light', 'dark'] as const).map((id) => <MenuItem key={id} id={'theme:' + id} className="menu-item">{t('kit.theme')}: {t(`kit.theme_${id}`)}{theme === id ? ' ✓' : ''}</MenuItem>)}
          {languages.map((id) => <MenuItem key={id} id={'lang:' + id} className="menu-item">{languageNames[id]}{lang() === id ? ' ✓' : ''}</MenuItem>)}
          <MenuItem id="density:x" className="menu-item">{t(close ? 'nav.density_open' : 'nav.density_close')}</MenuItem>
          <MenuItem id="out:x" className="menu-item">{t('nav.sign_out')}</MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/* Whether what is on the page is still true: live, or how old it is. */
function Connection({ live }: { live: ReturnType<typeof useLive> }) {
  const { t } = useTranslation();
  const online = useOnline();
  const now = useNow();
  if (online && live.state !== 'lost') return <p className="connection" data-state={live.state}><i /><span>{t(`live.${live.state}`)}</span></p>;
  return (
    <p className="connection" data-state="lost" role="status">
      <i />
      <span>{t(online ? 'live.lost' : 'live.offline', { ago: ago(new Date(live.since).toISOString(), now) })}</span>
    </p>
  );
}

export function Shell({ session }: { session: Session }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const route = useRoute();
  const live = useLive();
  const [sound, setSound] = useSound();
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  const page = route[0] ?? 'today';
  const canReview = session.role !== 'compliance';
  const alerts = useQuery({ queryKey: ['alerts', 'active'], queryFn: () => get<Page<Alert>>('/staff/alerts?limit=200&state=open,acknowledged,taken,contacted'), staleTime: 30_000, enabled: canReview });
  const reviews = useQuery({ queryKey: ['reviews'], queryFn: () => get<Page<Review>>('/staff/reviews?state=pending'), staleTime: 30_000, enabled: canReview && session.role !== 'coach' });
  const open = alerts.data?.items.filter((alert) => alert.state === 'open').length ?? 0;
  const pending = reviews.data?.items.filter((review) => review.state === 'pending').length ?? 0;

  useEffect(() => {
    if (page === 'today' && route[1]) void closeNotification(`/today/${route[1]}`);
  }, [page, route[1]]);
  useKeys({ '?': () => setHelp(true), command: () => setPalette(true) });
  useEffect(() => {
    document.title = `${open > 0 ? `(${open}) ` : ''}${t(`nav.${places.some((place) => place.id === page) ? page : 'today'}`)} · Heedwell`;
  }, [open, page, t]);

  const signOut = (): void => {
    void post('/staff/logout').catch(() => undefined).then(() => {
      setCsrf(null);
      changeSession(queries, null);
      go('#/', true);
    });
  };

  return (
    <div className="shell">
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>{t('nav.skip')}</a>
      <header className="rail">
        <a className="mark" href="#/today" aria-label="Heedwell"><img src="/console.svg" alt="" width="32" height="32" /></a>
        <Nav session={session} page={page} counts={{ today: open, reviews: pending }} />
        <div className="rail-foot">
          <Button look="plain" className="icon-only" aria-label={t('nav.palette')} onPress={() => setPalette(true)}><IconSearch /></Button>
          <Button look="plain" className="icon-only" aria-label={t(sound ? 'nav.sound_off' : 'nav.sound_on')} onPress={() => setSound(!sound)}>{sound ? <IconSound /> : <IconMute />}</Button>
          <Me session={session} onSignOut={signOut} />
          <Connection live={live} />
        </div>
      </header>
      <main id="main" tabIndex={0}><WithYou session={session} here={page === 'conversation' ? (route[1] ?? null) : null} /><Boundary at={route.join('/')}><Suspense fallback={<Skeleton rows={8} />}>{body()}</Suspense></Boundary></main>
      <p className="hidden-visually" aria-live="polite">{live.said.polite}</p>
      <p className="hidden-visually" aria-live="assertive">{live.said.assertive}</p>
      <Shortcuts open={help} onClose={() => setHelp(false)} />
      {palette && <Suspense fallback={null}><Palette session={session} alerts={alerts.data?.items ?? []} onClose={() => setPalette(false)} onHelp={() => setHelp(true)} /></Suspense>}
    </div>
  );

  function body(): ReactNode {
    if (page === 'reviews') return <Reviews selected={route[1] ?? null} />;
    if (page === 'clients' && route[1]) return <ClientPage key={route[1]} session={session} id={route[1]} />;
    if (page === 'clients') return <Clients session={session} selected={route[1] ?? null} />;
    if (page === 'conversation' && route[1]) return <Today session={session} alertId={null} conversationId={route[1]} step="talk" />;
    if (page === 'coach') return <Coach session={session} />;
    if (page === 'consents' && route[1]) return <ConsentPage key={route[1]} clientId={route[1]} session={session} />;
    if (page === 'requests') return <Requests />;
    if (page === 'triage') return <Triage selected={route[1] ?? null} />;
    if (page === 'rota') return <Rota session={session} />;
    if (page === 'channels') return <Channels session={session} />;
    if (page === 'journal') return <Journal session={session} about={route[1] ?? null} />;
    if (page === 'load') return <LoadPage session={session} run={route[1] ?? null} />;
    if (page === 'numbers') return <Numbers session={session} />;
    if (page === 'admin') return <Admin session={session} part={route[1] ?? null} />;
    return <Today session={session} alertId={route[1] ?? null} conversationId={null} step={route[1] ? (route[2] === 'decide' ? 'decide' : 'talk') : 'queue'} />;
  }
}
