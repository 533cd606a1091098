import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { put, type Consent } from '../kit/api';
import { failed } from '../kit/failed';
import { lang } from '../kit/i18n';
import { Button, Failed, Skeleton, useErrorText } from '../kit/parts';
import { go } from '../kit/route';
import { useConsents } from './About';

export function useDecide() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ consent, state }: { consent: Consent; state: 'given' | 'refused' | 'withdrawn' }) => put<Consent>(`/client/consents/${consent.kind}?lang=${lang()}`, { state, document_version: consent.document.version, document_hash: consent.document.hash }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['consents'] }),
  });
}

/* level: one below the heading that it stands under. */
export function FullText({ consent, level }: { consent: Consent; level: number }) {
  const { t } = useTranslation();
  return (
    <Disclosure className="disclosure">
      <Heading level={level}>
        <AriaButton slot="trigger" className="button plain">
          {t('consent.full')}
        </AriaButton>
      </Heading>
      <DisclosurePanel>
        <p className="prewrap full-text">{consent.document.full}</p>
        <p className="quiet">{t('consent.version', { version: consent.document.version })}</p>
      </DisclosurePanel>
    </Disclosure>
  );
}

/* One question a screen. Nothing is ticked beforehand, and "not now" is as large as "yes". */
export function Consents() {
  const { t } = useTranslation();
  const consents = useConsents();
  const decide = useDecide();
  const errorText = useErrorText();
  const [step, setStep] = useState(0);
  const [asked, setAsked] = useState<string[] | null>(null);
  if (consents.isPending) return <Skeleton rows={6} />;
  if (failed(consents)) return <div className="page"><Failed error={consents.error} onRetry={() => void consents.refetch()} /></div>;
  /* What has not been answered; when all has, all of it, to be looked through. Kept from the first look on, so that no step moves. */
  const start = consents.data.filter((each) => each.ask !== 'when_used' || each.asked_again);
  const open = start.filter((each) => each.state === 'unasked');
  const kinds = asked ?? (open.length > 0 ? open : start).map((each) => each.kind as string);
  if (!asked) setAsked(kinds);
  const consent = consents.data.find((each) => each.kind === kinds[step]);
  if (!consent) return <Done all={consents.data} />;
  const answer = (state: 'given' | 'refused'): void => decide.mutate({ consent, state }, { onSuccess: () => setStep(step + 1) });
  return (
    <div className="page" key={consent.kind}>
      <p className="kicker">{t('consent.progress', { step: step + 1, count: kinds.length })}</p>
      <h1>{consent.document.title}</h1>
      {consent.asked_again && <p className="notice">{t('consent.asked_again')}</p>}
      <p className="prewrap">{consent.document.short}</p>
      <FullText consent={consent} level={2} />
      {consent.state !== 'unasked' && <p className="quiet">{t(`consent.now_${consent.state}`)}</p>}
      {decide.isError && <p className="wrong" role="alert">{errorText(decide.error)}</p>}
      <div className="even">
        <Button look="outline" isPending={decide.isPending} onPress={() => answer('given')}>
          {t('consent.yes')}
        </Button>
        <Button look="outline" isPending={decide.isPending} onPress={() => answer('refused')}>
          {t('consent.no')}
        </Button>
      </div>
      <p className="quiet">{t('consent.change_later')}</p>
      <Button look="plain" className="back" onPress={() => (step === 0 ? go('#/about') : setStep(step - 1))}>
        {t('consent.back')}
      </Button>
    </div>
  );
}

function Done({ all }: { all: Consent[] }) {
  const { t } = useTranslation();
  const given = (kind: string): boolean => all.some((consent) => consent.kind === kind && consent.state === 'given');
  const key = !given('care') ? 'no_care' : given('ai_chat') ? 'all' : 'no_ai';
  return (
    <div className="page">
      <h1>{t('consent.done_title')}</h1>
      <p>{t(`consent.done_${key}`)}</p>
      <Button look="primary" onPress={() => go('#/chat')}>
        {t('about.next_chat')}
      </Button>
      {given('care') && (
        <Button look="outline" onPress={() => go('#/intake')}>
          {t('intake.nav')}
        </Button>
      )}
      <Button look="plain" onPress={() => go('#/data')}>
        {t('nav.data')}
      </Button>
    </div>
  );
}
