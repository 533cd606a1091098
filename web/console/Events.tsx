/* What happened beside the scores: marks on the charts, and the same as a list. A mark is a shape and a word, never a colour alone. */
import { useTranslation } from 'react-i18next';
import { lang, word } from '../kit/i18n';
import { toldDay } from '../kit/medicines';
import { When } from '../kit/parts';

export interface Happened {
  kind: string;
  at: string;
  level: number;
  detail: string | null;
  id: string;
  day?: string; /* of what is known to the day alone */
}

const glyphs: Partial<Record<string, string>> = { alert: 'M0-5 5 4-5 4z', decision: 'M0-5 5 0 0 5-5 0z', care_started: 'M-4-4h8v8h-8z', module: 'M-4.5-4.5 4.5 0-4.5 4.5z', module_ended: 'M4.5-4.5-4.5 0 4.5 4.5z', medication_started: 'M-2-5h4v3h3v4h-3v3h-4v-3h-3v-4h3z', medication_changed: 'M-2-5h4v3h3v4h-3v3h-4v-3h-3v-4h3z', medication_stopped: 'M-5-2h10v4h-10z' };
const other = 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0';
const APART = 14; /* closer than this they are one mark with a number */

function useTold(): (event: Happened) => string {
  const { t } = useTranslation();
  return (event) => {
    return t(`measures.event.${event.kind}`, { detail: event.detail ?? '', level: event.level, defaultValue: word('measures.event', event.kind) });
  };
}

const shortDay = (event: Happened): string => (event.day ? toldDay(event.day) : new Date(event.at).toLocaleDateString(lang(), { day: 'numeric', month: 'short', year: '2-digit' }));

export function Marks({ events, x, top, bottom }: { events: readonly Happened[]; x: (at: number) => number; top: number; bottom: number }) {
  const told = useTold();
  const groups: { at: number; events: Happened[] }[] = [];
  for (const event of [...events].sort((a, b) => a.at.localeCompare(b.at))) {
    const at = x(Date.parse(event.at)), last = groups.at(-1);
    if (last && at - last.at < APART) last.events.push(event);
    else groups.push({ at, events: [event] });
  }
  return (
    <g className="happened">
      {groups.map((group) => (
        <g key={group.events[0]?.id ?? group.at} transform={`translate(${group.at} 0)`}>
          <title>{group.events.map((event) => `${shortDay(event)}: ${told(event)}`).join('\n')}</title>
          <line className="happened-line" y1={top} y2={bottom} />
          {group.events.length === 1 ? <path className="happened-mark" transform={`translate(0 ${bottom})`} d={glyphs[group.events[0]?.kind ?? ''] ?? other} /> : (
            <>
              <circle className="happened-mark" cy={bottom} r="7" />
              <text className="happened-count" y={bottom + 3.5} textAnchor="middle">{group.events.length}</text>
            </>
          )}
        </g>
      ))}
    </g>
  );
}

export function EventList({ events, more }: { events: readonly Happened[]; more: boolean }) {
  const { t } = useTranslation();
  const told = useTold();
  if (events.length === 0) return null;
  const shown = [...events].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <details className="event-list">
      <summary>{t('measures.events', { count: events.length })}</summary>
      <ul>
        {shown.map((event) => (
          <li key={event.kind + event.id}>
            <svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"><path className="happened-mark" d={glyphs[event.kind] ?? other} /></svg>
            <span>{told(event)}</span> <span className="quiet">{event.day ? <time dateTime={event.day}>{toldDay(event.day)}</time> : <When at={event.at} />}</span>
          </li>
        ))}
      </ul>
      {more && <p className="quiet">{t('measures.events_more')}</p>}
    </details>
  );
}
