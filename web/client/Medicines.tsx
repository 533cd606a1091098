/* What the team has noted about one's medicines, to be read: by whom it was told, since when, what changed. Nothing here advises. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../kit/api';
import { amountOf, knownAs, toldDay, type Medicine, type MedicineEntry, type Medicines } from '../kit/medicines';
import { Failed, Skeleton, When } from '../kit/parts';
import './medicines.css';

export const useMedicines = () => useQuery({ queryKey: ['medicines'], queryFn: () => get<Medicines>('/client/medications') });

const useSince = (): ((entry: MedicineEntry) => string) => {
  const { t } = useTranslation();
  return (entry) => t(entry.day ? `medicines.${entry.kind}` : `medicines.${entry.kind}_unknown`, { day: entry.day ? toldDay(entry.day) : '' });
};

function Entry({ entry }: { entry: MedicineEntry }) {
  const { t } = useTranslation();
  const since = useSince();
  const wrong = entry.state === 'entered_in_error';
  const amount = entry.kind === 'stopped' ? '' : amountOf(entry);
  return (
    <li data-state={entry.state}>
      <p><span className="said">{since(entry)}{amount && `: ${amount}`}</span></p>
      {wrong && <p><strong>{t('medicines.was_wrong')}</strong> {entry.error_reason}</p>}
      {entry.reason && <p className="prewrap">{entry.reason}</p>}
      {entry.note && <p className="prewrap">{entry.note}</p>}
      <p className="quiet">{t(`medicines.from.${entry.told_by}`)} {t('medicines.noted', { name: entry.recorded_by ?? '' })} <When at={entry.recorded_at} /></p>
    </li>
  );
}

function One({ medicine }: { medicine: Medicine }) {
  const { t } = useTranslation();
  const since = useSince();
  const entry = medicine.now ?? medicine.entries[0];
  if (!entry) return null;
  const known = knownAs(entry);
  return (
    <li className="medicine">
      <h3>{entry.name} {known && <span className="quiet">{known}</span>}</h3>
      {medicine.state === 'active' && amountOf(entry) && <p>{amountOf(entry)}</p>}
      <p>{medicine.now ? since(medicine.now) : t('medicines.was_wrong')}</p>
      <details>
        <summary>{t('medicines.all')}</summary>
        <ol>{medicine.entries.map((each) => <Entry key={each.id} entry={each} />)}</ol>
      </details>
    </li>
  );
}

export function MyMedicines() {
  const { t } = useTranslation();
  const query = useMedicines();
  const items = query.data?.items ?? [];
  return (
    <section>
      <h2>{t('medicines.title')}</h2>
      <p>{t('medicines.body')}</p>
      {query.isPending && <Skeleton rows={2} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <p className="quiet">{t('medicines.none')}</p>}
      {items.length > 0 && (
        <>
          <ul className="my-medicines">{items.map((medicine) => <One key={medicine.id} medicine={medicine} />)}</ul>
          <p className="quiet">{t('medicines.correct')}</p>
        </>
      )}
    </section>
  );
}
