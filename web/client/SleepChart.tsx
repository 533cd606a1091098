/* The share of the time in bed that was slept, night by night, with a mark where a medicine began, changed or ended: sleep depends on it. The
 * list below it, and the line under it, say the same in words. */
import { useTranslation } from 'react-i18next';
import type { Entry } from '../kit/courses';
import { toldDay, type MedicineEntry } from '../kit/medicines';
import { day } from '../kit/time';
import { useMedicines } from './Medicines';

const WIDTH = 320;
const HEIGHT = 96;
const NIGHTS = 14;

/* The calendar day of a moment where this device is. */
const dateOf = (at: string): string => {
  const time = new Date(at);
  return `${time.getFullYear()}-${String(time.getMonth() + 1).padStart(2, '0')}-${String(time.getDate()).padStart(2, '0')}`;
};

export function SleepChart({ entries }: { entries: Entry[] }) {
  const { t } = useTranslation();
  const medicines = useMedicines();
  const nights = entries.filter((entry) => entry.computed?.['efficiency_percent'] !== undefined).slice(0, NIGHTS).reverse();
  const first = nights[0];
  const last = nights[nights.length - 1];
  if (nights.length < 2 || !first || !last) return null;
  const step = WIDTH / NIGHTS;
  const at = (entry: Entry): string => day(entry.written_at ?? entry.received_at);
  const dates = nights.map((night) => dateOf(night.written_at ?? night.received_at));
  /* Only what is known to the day and lies among these nights; before the first night that came on that day or later. */
  const marks = (medicines.data?.items ?? [])
    .flatMap((item) => item.entries)
    .filter((entry): entry is MedicineEntry & { day: string } => entry.state !== 'entered_in_error' && entry.day?.length === 10 && entry.day >= (dates[0] ?? '') && entry.day <= (dates.at(-1) ?? ''))
    .sort((a, b) => a.day.localeCompare(b.day));
  const said = marks.map((entry) => t(`lesson.medicine_${entry.kind}`, { name: entry.name ?? '', day: toldDay(entry.day) }));
  return (
    <figure className="nights">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('lesson.nights_label', { count: nights.length, first: first.computed?.['efficiency_percent'], last: last.computed?.['efficiency_percent'] })}>
        <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {nights.map((night, index) => {
          const percent = night.computed?.['efficiency_percent'] ?? 0;
          const height = Math.max(2, (percent / 100) * (HEIGHT - 18));
          return (
            <g key={night.id}>
              <rect x={index * step + 3} y={HEIGHT - height} width={step - 6} height={height} rx="2" />
              <text x={index * step + step / 2} y={HEIGHT - height - 4}>{percent}</text>
            </g>
          );
        })}
        {marks.map((entry, index) => {
          const x = dates.findIndex((date) => date >= entry.day) * step + 0.5;
          return (
            <g key={entry.id} className="medicine-mark">
              <title>{said[index]}</title>
              <line x1={x} x2={x} y1="0" y2={HEIGHT} />
              <path d="M-3.5-4.5h7L0 4.5z" transform={`translate(${Math.max(x, 4)} 5)`} />
            </g>
          );
        })}
      </svg>
      <figcaption>{t('lesson.nights', { from: at(first), to: at(last) })}{said.length > 0 && <> {t('lesson.nights_medicine', { what: said.join('; ') })}.</>}</figcaption>
    </figure>
  );
}
