/* The questionnaires of the programme, and what is to be known of their wording in a client's language. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../kit/api';

export interface Instrument {
  id: string;
  title: string;
  about: string | null;
  langs: string[];
  own_translations: string[]; /* languages whose wording is Heedwell's own translation */
}

export function useInstruments(): UseQueryResult<{ items: Instrument[] }> {
  return useQuery({ queryKey: ['instruments'], queryFn: () => get<{ items: Instrument[] }>('/staff/instruments'), staleTime: Infinity });
}

/* Beside scores. */
export function OwnTranslation({ of, language }: { of: Pick<Instrument, 'own_translations'>; language: string }) {
  const { t } = useTranslation();
  return of.own_translations.includes(language.slice(0, 2)) ? <p className="notice">{t('measures.own_translation')}</p> : null;
}

/* Where it is asked for. */
export function WordingNotice({ of, language }: { of: Instrument; language: string }) {
  const { t } = useTranslation();
  if (!of.langs.includes(language.slice(0, 2))) return <p className="notice">{t('measures.no_lang')}</p>;
  return <OwnTranslation of={of} language={language} />;
}
