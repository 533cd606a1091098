/* Read top-down: are people safe now, is the AI behaving, are we coping. Every number opens the rows behind it. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type Overview, type Policy, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { Empty, Failed, Skeleton } from '../kit/parts';
import { href } from '../kit/route';
import { dayTime } from '../kit/time';

const priorities = ['1', '2', '3', '4'] as const;
const rate = (value: number | null | undefined): string => (value == null ? '–' : value.toFixed(1));

function Rules() {
  const { t } = useTranslation();
  const policy = useQuery({ queryKey: ['policy'], queryFn: () => get<Policy>('/staff/policy'), staleTime: 300_000 });
  if (policy.isPending) return <Skeleton rows={3} />;
  if (failed(policy)) return <Failed error={policy.error} onRetry={() => void policy.refetch()} />;
  return (
    <section className="block">
      <h2>{t('numbers.rules', { name: policy.data.name })}</h2>
      <p>{policy.data.cover_hours}</p>
      <dl className="rules">{policy.data.rules.map((rule) => <div key={rule.id}><dt className="mono">{rule.id}</dt><dd>{rule.text}</dd></div>)}</dl>
    </section>
  );
}

export function Numbers({ session }: { session: Session }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['overview'], queryFn: () => get<Overview>('/staff/overview'), refetchInterval: 60_000 });
  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const numbers = query.data;
  const graded = numbers.by_release.some((row) => row.overridden_per_1000 != null);
  return (
    <div className="sheet">
      <div className="sheet-head"><h1>{t('nav.numbers')}</h1></div>
      <section className="block">
        <h2>{t('numbers.safe')}</h2>
        <ul className="figures">
          {priorities.map((priority) => <li key={priority}><a href={href('today')}><b>{numbers.open_by_priority[priority] ?? 0}</b><span>{t(`numbers.priority_${priority}`)}</span></a></li>)}
          <li><a href={href('today')}><b>{numbers.missed_deadlines}</b><span>{t('numbers.missed')}</span></a></li>
        </ul>
        <p>{t(`numbers.cover_${numbers.cover.state}`)}{numbers.cover.until ? ` ${t('numbers.until', { time: dayTime(numbers.cover.until) })}` : ''}</p>
      </section>
      <section className="block">
        <h2>{t('numbers.ai')}</h2>
        {numbers.by_release.length === 0 ? <Empty title={t('numbers.no_release')} /> : (
          <div className="table-wrap" tabIndex={0} role="region" aria-label={t('numbers.ai')}>
            <table>
              <thead><tr><th scope="col">{t('numbers.release')}</th><th scope="col" className="num">{t('numbers.messages')}</th><th scope="col" className="num">{t('numbers.replaced')}</th><th scope="col" className="num">{t('numbers.held')}</th>{graded && <th scope="col" className="num">{t('numbers.overridden')}</th>}</tr></thead>
              <tbody>{numbers.by_release.map((row) => <tr key={row.release}><th scope="row">{row.release}</th><td className="num">{row.messages ?? '–'}</td><td className="num">{rate(row.replaced_per_1000)}</td><td className="num">{rate(row.held_per_1000)}</td>{graded && <td className="num">{rate(row.overridden_per_1000)}</td>}</tr>)}</tbody>
            </table>
          </div>
        )}
        <p className="quiet">{t('numbers.per')}</p>
      </section>
      <section className="block">
        <h2>{t('numbers.coping')}</h2>
        <ul className="figures"><li><a href={href('reviews')}><b>{numbers.held_replies}</b><span>{t('numbers.waiting')}</span></a></li>{session.role !== 'coach' && <li><a href={href('load')}><b>{t('numbers.load')}</b><span>{t('numbers.load_does')}</span></a></li>}</ul>
      </section>
      <Rules />
    </div>
  );
}
