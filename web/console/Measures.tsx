/* A client's questionnaires: what was asked, and each instrument over time with its bands, its case line and its reliable change;
 * a table says the same, and both can be taken along. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../kit/api';
import { lang, word } from '../kit/i18n';
import { Button, Empty, Failed, Skeleton, When } from '../kit/parts';
import { OwnTranslation } from './instruments';
import { AskDialog, isWaiting, WaitingTasks, type Asked } from './Ask';
import { EventList, Marks, type Happened } from './Events';
import { SchedulesOf } from './Schedules';
import './measures.css';

interface Point {
  id: string;
  state: string;
  submitted_at: string | null;
  total: number | null;
  band: string | null;
  score_state: string | null;
  is_case: boolean;
  level: number;
  missing: number;
  risk_unanswered: boolean;
}

interface Series {
  id: string;
  title: string;
  about: string | null;
  scored: boolean;
  tenths: boolean;
  higher_is_better: boolean;
  max: number;
  points: Point[];
  own_translations: string[];
  bands: { id: string; from: number; to: number; certainty: string }[];
  case: { at: number; certainty: string; source: string | null } | null;
  reliable_change: { points: number; certainty: string; source: string | null } | null;
  change: { first: number; last: number; is: string } | null;
}

interface Measured {
  series: Series[];
  tasks: Asked[];
  events: Happened[];
  events_more: boolean;
  outcome: { outcome: string; case_at_start: boolean; recovered: boolean; reliably_recovered: boolean } | null;
}

const H = 220;
const PAD = { left: 40, right: 16, top: 12, bottom: 28 };

const shownTotal = (series: Series, total: number): string => (series.tenths ? (total / 10).toFixed(1) : String(total));
const day = (at: string): string => new Date(at).toLocaleDateString(lang(), { day: 'numeric', month: 'short', year: '2-digit' });

const BEFORE = 28 * 86_400_000; /* events so long before the first score stand on the chart too */

/* As wide as there is room for, so that the words in it keep their size on a phone. */
function useWidth(): [number, (svg: SVGSVGElement | null) => (() => void) | undefined] {
  const [width, setWidth] = useState(640);
  const watch = useCallback((svg: SVGSVGElement | null) => {
    if (!svg) return undefined;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.round(Math.min(Math.max(entry.contentRect.width, 280), 760))));
    observer.observe(svg);
    return () => observer.disconnect();
  }, []);
  return [width, watch];
}

function Chart({ series, events }: { series: Series; events: readonly Happened[] }) {
  const { t } = useTranslation();
  const [W, watch] = useWidth();
  const points = series.points.filter((point): point is Point & { total: number; submitted_at: string } => point.total !== null && point.submitted_at !== null);
  const times = points.map((point) => Date.parse(point.submitted_at));
  const near = events.filter((event) => Date.parse(event.at) >= Math.min(...times) - BEFORE);
  const all = [...times, ...near.map((event) => Date.parse(event.at))];
  const from = Math.min(...all);
  const span = Math.max(Math.max(...all) - from, 1);
  const x = (at: number): number => PAD.left + ((at - from) / span) * (W - PAD.left - PAD.right) * (all.length > 1 ? 1 : 0);
  const y = (total: number): number => PAD.top + (1 - total / series.max) * (H - PAD.top - PAD.bottom);
  const first = points[0];
  const last = points[points.length - 1];
  if (!first || !last) return <p className="quiet">{t('measures.no_total')}</p>;
  const sign = series.higher_is_better ? 1 : -1;
  const mark = series.reliable_change ? first.total + sign * series.reliable_change.points : null;
  return (
    <svg ref={watch} className="chart" viewBox={`0 0 ${W} ${H}`} role="img" aria-label={t('measures.chart', { title: series.title, count: points.length, first: shownTotal(series, first.total), last: shownTotal(series, last.total) })} data-chart={series.id}>
      {series.bands.map((band, index) => (
        <g key={band.id}>
          <rect className={index % 2 ? 'band odd' : 'band'} x={PAD.left} width={W - PAD.left - PAD.right} y={y(Math.min(band.to + 1, series.max))} height={Math.max(y(band.from) - y(Math.min(band.to + 1, series.max)), 0)} />
          <text className="band-name" x={W - PAD.right - 4} y={y((band.from + band.to) / 2) + 4} textAnchor="end">{word('measures.band', band.id)}</text>
        </g>
      ))}
      {[0, series.max / 2, series.max].map((value) => <text key={value} className="tick" x={PAD.left - 6} y={y(value) + 4} textAnchor="end">{shownTotal(series, Math.round(value))}</text>)}
      {series.case && <line className="case-line" x1={PAD.left} x2={W - PAD.right} y1={y(series.case.at)} y2={y(series.case.at)} />}
      {mark !== null && mark >= 0 && mark <= series.max && points.length > 1 && <line className="change-line" x1={PAD.left} x2={W - PAD.right} y1={y(mark)} y2={y(mark)} />}
      <Marks events={near} x={x} top={PAD.top} bottom={H - PAD.bottom} />
      <polyline className="path" points={points.map((point) => `${x(Date.parse(point.submitted_at))},${y(point.total)}`).join(' ')} />
      {points.map((point) => (
        <circle key={point.id} className={point.level > 0 ? 'dot risk' : 'dot'} cx={x(Date.parse(point.submitted_at))} cy={y(point.total)} r={point.level > 0 ? 6 : 4.5}>
          <title>{`${day(point.submitted_at)}: ${shownTotal(series, point.total)}`}</title>
        </circle>
      ))}
      <text className="tick" x={PAD.left} y={H - 8}>{day(new Date(from).toISOString())}</text>
      {all.length > 1 && <text className="tick" x={W - PAD.right} y={H - 8} textAnchor="end">{day(new Date(from + span).toISOString())}</text>}
    </svg>
  );
}

function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/* Spreadsheets run what begins like a formula: those cells get a quote before them. */
const cell = (value: unknown): string => `"${String(value ?? '').replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;

function csv(series: Series): Blob {
  const rows = series.points.map((point) => [point.submitted_at, point.total, point.band, point.score_state, point.missing, point.level].map(cell).join(','));
  return new Blob([['submitted_at,total,band,score,missing,level', ...rows].join('\r\n') + '\r\n'], { type: 'text/csv' });
}

async function png(id: string): Promise<void> {
  const svg = document.querySelector<SVGSVGElement>(`[data-chart="${id}"]`);
  if (!svg) return;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const W = svg.viewBox.baseVal.width;
  const from = [svg, ...svg.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((node, index) => {
    const style = getComputedStyle(from[index] as Element);
    for (const key of ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size', 'opacity']) node.setAttribute(key, style.getPropertyValue(key));
  });
  copy.setAttribute('width', String(W * 2));
  copy.setAttribute('height', String(H * 2));
  const image = new Image();
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = W * 2;
  canvas.height = H * 2;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.fillStyle = getComputedStyle(document.body).backgroundColor;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0);
  canvas.toBlob((blob) => blob && download(`${id}.png`, blob));
}

function One({ series, events, language }: { series: Series; events: readonly Happened[]; language: string }) {
  const { t } = useTranslation();
  const level = (point: Point): string => (point.risk_unanswered ? t('measures.risk_unanswered') : point.level > 0 ? t('measures.level', { level: point.level }) : '–');
  return (
    <section className="measure" aria-labelledby={`m-${series.id}`}>
      <div className="sheet-head">
        <h3 id={`m-${series.id}`}>{series.title} <span className="quiet">{series.about}</span></h3>
        <Button small look="plain" onPress={() => download(`${series.id}.csv`, csv(series))}>CSV</Button>
        {series.scored && <Button small look="plain" onPress={() => void png(series.id)}>PNG</Button>}
      </div>
      {series.change && <p className="change-said" data-is={series.change.is}>{t(`measures.change.${series.change.is}`, { first: shownTotal(series, series.change.first), last: shownTotal(series, series.change.last), points: series.reliable_change ? shownTotal(series, series.reliable_change.points) : '' })}</p>}
      <OwnTranslation of={series} language={language} />
      {series.scored && <Chart series={series} events={events} />}
      {(series.case || series.reliable_change) && (
        <p className="quiet">
          {series.case && t('measures.case_at', { at: shownTotal(series, series.case.at), source: series.case.source ?? '', certainty: word('measures.certainty', series.case.certainty) })}
          {series.case && series.reliable_change ? ' ' : ''}
          {series.reliable_change && t('measures.change_from', { points: shownTotal(series, series.reliable_change.points), source: series.reliable_change.source ?? '', certainty: word('measures.certainty', series.reliable_change.certainty) })}
        </p>
      )}
      <div className="table-wrap" tabIndex={0} role="region" aria-label={series.title}>
        <table>
          <thead><tr><th scope="col">{t('measures.when')}</th><th scope="col">{t('measures.total')}</th><th scope="col">{t('measures.band_head')}</th><th scope="col">{t('measures.missing')}</th><th scope="col">{t('measures.danger')}</th></tr></thead>
          <tbody>
            {[...series.points].reverse().map((point) => (
              <tr key={point.id}>
                <th scope="row">{point.submitted_at && <When at={point.submitted_at} />}</th>
                <td>{point.total === null ? '–' : shownTotal(series, point.total)}{point.score_state === 'prorated' && <span className="quiet"> {t('measures.prorated')}</span>}</td>
                <td>{point.band ? word('measures.band', point.band) : '–'}</td>
                <td>{point.missing || '–'}</td>
                <td>{level(point)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Measures({ clientId, language, mayRead }: { clientId: string; language: string; mayRead: boolean }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const query = useQuery({ queryKey: ['measures', clientId], queryFn: () => get<Measured>(`/staff/clients/${clientId}/measures`) });
  const waiting = query.data?.tasks.filter(isWaiting) ?? [];
  const outcome = query.data?.outcome;
  return (
    <section className="measures" aria-labelledby="measures-title">
      <div className="sheet-head">
        <h2 id="measures-title">{t('measures.title')}</h2>
        <Button className="no-print" onPress={() => setAsking(true)}>{t('measures.assign')}</Button>
      </div>
      {query.isPending && <Skeleton rows={4} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && query.data.series.length === 0 && waiting.length === 0 && <Empty title={t('measures.empty_title')}><p>{t('measures.empty_body')}</p></Empty>}
      {outcome && <p className="outcome-said"><strong>{t(`measures.outcome.${outcome.outcome}`)}</strong> {outcome.case_at_start ? t(outcome.reliably_recovered ? 'measures.reliably_recovered' : outcome.recovered ? 'measures.recovered' : 'measures.not_recovered') : t('measures.no_case')}</p>}
      <WaitingTasks clientId={clientId} tasks={waiting} mayRead={mayRead} />
      {query.isSuccess && <SchedulesOf clientId={clientId} language={language} past={query.data.tasks.filter((task) => task.schedule_id)} />}
      {query.data?.series.map((series) => <One key={series.id} series={series} events={query.data.events} language={language} />)}
      {query.isSuccess && query.data.series.length > 0 && <EventList events={query.data.events} more={query.data.events_more} />}
      {asking && <AskDialog clientId={clientId} language={language} mayRead={mayRead} onClose={() => setAsking(false)} />}
    </section>
  );
}
