import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type Consent } from '../kit/api';
import { Button, Failed, Skeleton, useErrorText, When } from '../kit/parts';
import { useConsents } from './About';
import { FullText, useDecide } from './Consents';
import { LookedAt } from './Looked';
import { MyMedicines } from './Medicines';
import { AboutMeLink, Contact, PlaceSection } from './Place';
import { Requests } from './Requests';
import { LanguageAndTheme } from './Settings';
import { ZoneSection } from './TimeZone';

function save(data: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'my-data.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function ConsentRow({ consent }: { consent: Consent }) {
  const { t } = useTranslation();
  const decide = useDecide();
  const errorText = useErrorText();
  const given = consent.state === 'given';
  return (
    <li className="consent-row">
      <h3>{consent.document.title}</h3>
      <p className="prewrap">{consent.document.short}</p>
      <p>
        <strong>{t(`consent.now_${consent.state}`)}</strong> {consent.changed_at && <span className="quiet"><When at={consent.changed_at} /></span>}
      </p>
      {consent.asked_again && <p className="notice">{t('consent.asked_again')}</p>}
      {consent.text_changed && !consent.asked_again && given && <p className="quiet">{t('consent.text_changed')}</p>}
      <FullText consent={consent} level={4} />
      {decide.isError && <p className="wrong" role="alert">{errorText(decide.error)}</p>}
      <Button look="outline" isPending={decide.isPending} onPress={() => decide.mutate({ consent, state: given ? 'withdrawn' : 'given' })} aria-label={`${given ? t('consent.withdraw') : t('consent.give')}: ${consent.document.title}`}>
        {given ? t('consent.withdraw') : t('consent.give')}
      </Button>
    </li>
  );
}

type Taken = { [name: string]: unknown };

/* Everything, however many answers it takes: lists of a later answer go behind those of the ones before. */
function joined(whole: Taken, part: Taken): Taken {
  const result: Taken = { ...whole };
  for (const [name, value] of Object.entries(part)) {
    const before = result[name];
    if (Array.isArray(before) && Array.isArray(value)) result[name] = [...(before as unknown[]), ...(value as unknown[])];
    else if (name === 'records' && before) result[name] = joined(before as Taken, value as Taken);
    else if (before === undefined) result[name] = value;
  }
  return result;
}

async function takeAlong(): Promise<Taken> {
  let whole: Taken = {};
  let after: string | null = '';
  while (after !== null) {
    const part: Taken & { next: string | null } = await get(`/client/data${after ? `?after=${encodeURIComponent(after)}` : ''}`);
    after = part.next;
    whole = joined(whole, { ...part, next: undefined });
  }
  delete whole.next;
  return whole;
}

export function MyData() {
  const { t } = useTranslation();
  const consents = useConsents();
  const errorText = useErrorText();
  const exporting = useMutation({ mutationFn: takeAlong, onSuccess: save });
  return (
    <div className="page">
      <h1>{t('data.title')}</h1>
      <section>
        <h2>{t('data.agreed')}</h2>
        <p>{t('data.agreed_body')}</p>
        {consents.isPending && <Skeleton />}
        {consents.isError && <Failed error={consents.error} onRetry={() => void consents.refetch()} />}
        <ul className="consent-list">{consents.data?.map((consent) => <ConsentRow key={consent.kind} consent={consent} />)}</ul>
      </section>
      <PlaceSection />
      <ZoneSection />
      <Contact />
      <MyMedicines />
      <LookedAt />
      <section>
        <h2>{t('data.export')}</h2>
        <p>{t('data.export_body')}</p>
        <Button onPress={() => exporting.mutate()} isPending={exporting.isPending}>
          {t('data.export_button')}
        </Button>
        {exporting.isSuccess && <p role="status">{t('data.export_done')}</p>}
        {exporting.isError && <p className="wrong" role="alert">{errorText(exporting.error)}</p>}
      </section>
      <Requests />
      <AboutMeLink />
      <section>
        <h2>{t('data.device')}</h2>
        <p>{t('data.device_body')}</p>
      </section>
      <section>
        <h2>{t('data.settings')}</h2>
        <LanguageAndTheme />
      </section>
    </div>
  );
}
