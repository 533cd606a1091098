/* What the triage board shows: several filters at once. The ones that are set are said in words and cleared with one button. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lang, languages } from '../kit/i18n';
import { Button, Select } from '../kit/parts';

const priorities = ['A', 'B', 'C', 'D', 'E', 'F', 'G'] as const;
const states = ['received', 'assess', 'waiting', 'offered', 'in_care', 'referred_out', 'closed'] as const;
/* Languages of help lines and packs first; a programme may have clients of others. */
const spoken = [...languages, 'ar', 'ca', 'de', 'eu', 'fr', 'gl', 'it', 'pl', 'pt', 'ro', 'ru', 'uk', 'ur', 'zh'] as const;

export interface BoardQuery {
  search: string;
  only: string;
  priority: string;
  state: string;
  language: string;
}

export const everybody: BoardQuery = { search: '', only: '', priority: '', state: '', language: '' };
export const isNarrowed = (query: BoardQuery): boolean => Object.values(query).some((value: string) => value.trim() !== '');
export const boardPath = (query: BoardQuery): string => Object.entries(query).map(([key, value]: [string, string]) => (value.trim() ? `&${key}=${encodeURIComponent(value.trim())}` : '')).join('');

function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(lang(), { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}

export function BoardFilter({ value, onChange }: { value: BoardQuery; onChange: (next: BoardQuery) => void }) {
  const { t } = useTranslation();
  const set = (change: Partial<BoardQuery>): void => onChange({ ...value, ...change });
  const behind = [value.priority, value.state, value.language].filter(Boolean).length;
  const [open, setOpen] = useState(behind > 0);
  const clear = isNarrowed(value) && <Button small look="plain" className="board-clear" onPress={() => onChange(everybody)}>{t('board.clear')}</Button>;
  return (
    <div className="board-filter" role="search" aria-label={t('board.label')}>
      <input className="search" type="search" value={value.search} maxLength={100} placeholder={t('board.search')} aria-label={t('board.search')} onChange={(event) => set({ search: event.target.value })} />
      <div className="board-line">
        <Select label={t('triage.filter.label')} quiet value={value.only || 'all'} onChange={(only) => set({ only: only === 'all' ? '' : only })} options={['all', 'undecided', 'breached'].map((id) => ({ id, label: t(`triage.filter.${id}`) }))} />
        <Button small look="outline" aria-expanded={open} aria-controls="board-more" onPress={() => setOpen(!open)}>{behind > 0 ? t('board.more_set', { count: behind }) : t('board.more')}</Button>
      </div>
      <div id="board-more" className="board-more" hidden={!open}>
        <Select label={t('triage.decide.priority')} value={value.priority} onChange={(priority) => set({ priority })} options={[{ id: '', label: t('board.any') }, ...priorities.map((id) => ({ id, label: `${id}: ${t(`triage.priority.${id}`)}` }))]} />
        <Select label={t('triage.state.label')} value={value.state} onChange={(state) => set({ state })} options={[{ id: '', label: t('board.any_open') }, ...states.map((id) => ({ id, label: t(`triage.state.${id}`) }))]} />
        <Select label={t('kit.language')} value={value.language} onChange={(language) => set({ language })} options={[{ id: '', label: t('board.any') }, ...spoken.map((id) => ({ id, label: languageName(id) }))]} />
        {open && clear}
      </div>
      {!open && clear}
    </div>
  );
}
