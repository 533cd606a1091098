/* Words: one catalogue a language and app, loaded when needed. English and Spanish are each written, not translated. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { recall, remember } from './storage';

export const languages = ['en', 'es'] as const;
export type Lang = (typeof languages)[number];
export const languageNames: Record<Lang, string> = { en: 'English', es: 'Español' };

type Catalogue = Record<string, unknown>;
type Loader = () => Promise<{ default: Catalogue }>;
/* The files of an app's words, as Vite's glob gives them: messages/en.json, messages/en/PART.json. */
export type Loaders = Record<string, () => Promise<unknown>>;

const kitLoaders: Record<Lang, Loader> = {
  en: () => import('./messages/en.json'),
  es: () => import('./messages/es.json'),
};

let appLoaders: Loaders;

export function isLang(value: unknown): value is Lang {
  return value === 'en' || value === 'es';
}

export function lang(): Lang {
  return isLang(i18next.language) ? i18next.language : 'en';
}

/* setLang: whether the person chose it decides whether it is kept on the device. */
export async function setLang(next: Lang, chosen = true): Promise<void> {
  if (chosen) remember('lang', next);
  if (!i18next.hasResourceBundle(next, 'translation')) {
    const files = Object.keys(appLoaders).filter((path) => path.endsWith(`/${next}.json`) || path.includes(`/${next}/`));
    const [kit, ...parts] = await Promise.all([kitLoaders[next](), ...files.map((path) => appLoaders[path]?.() as ReturnType<Loader>)]);
    i18next.addResourceBundle(next, 'translation', { kit: kit.default });
    for (const part of parts) i18next.addResourceBundle(next, 'translation', part.default, true);
  }
  await i18next.changeLanguage(next);
  document.documentElement.lang = next;
}

/* For tests of layout, offered nowhere: ?pseudo=rtl turns the page from right to left, and makes every text of the catalogue longer and bracketed. */
function startPseudo(): void {
  document.documentElement.dir = 'rtl';
  i18next.use({ type: 'postProcessor', name: 'pseudo', process: (text: string) => `⟦${text}${' ~'.repeat(Math.ceil(text.length / 8))}⟧` });
}

export async function startI18n(loaders: Loaders): Promise<void> {
  appLoaders = loaders;
  const pseudo = new URLSearchParams(location.search).get('pseudo') === 'rtl';
  if (pseudo) startPseudo();
  await i18next.use(initReactI18next).init({ lng: 'en', resources: {}, fallbackLng: false, interpolation: { escapeValue: false }, ...(pseudo ? { postProcess: ['pseudo'] } : {}) });
  const kept = recall('lang');
  const wanted = isLang(kept) ? kept : navigator.languages.map((tag) => tag.slice(0, 2)).find(isLang);
  await setLang(wanted ?? 'en', false);
}

/* A key that may be unknown to this version (a new server): the words if there are any, else the id made readable. */
export function word(prefix: string, id: string): string {
  const key = `${prefix}.${id}`;
  return i18next.exists(key) ? i18next.t(key) : id.replaceAll('_', ' ').replaceAll('.', ': ');
}
