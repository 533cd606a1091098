import { useRef, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Alert, Session } from '../kit/api';
import { IconPerson } from '../kit/icons';
import { Ago, Button, Deadline, Empty, Failed, LevelBadge, Skeleton } from '../kit/parts';
import { href } from '../kit/route';
import { useKeys } from './keys';
import { useQueue, type Filter } from './queue';

function Row({ alert, selected }: { alert: Alert; selected: boolean }) {
  const { t } = useTranslation();
  const done = alert.state === 'resolved';
  return (
    <li>
      <a className="row" href={href('today', alert.id)} data-row data-id={alert.id} data-done={done || undefined} aria-current={selected ? 'true' : undefined}>
        <span className="row-head">
          <strong>{alert.client.name ?? alert.client.pseudonym}</strong>
          <LevelBadge level={alert.level} />
        </span>
        <span className="row-reason">{alert.reason}</span>
        <span className="row-foot">
          {done ? <span>{t('alert.state.resolved')}</span> : alert.deadline_at ? <span>{t(`alert.to.${alert.deadline_kind ?? 'acknowledge'}`)}: <Deadline at={alert.deadline_at} /></span> : <span><Ago at={alert.created_at} /></span>}
          <span className="row-owner">{alert.owner ? <><IconPerson />{alert.owner.name}</> : done ? null : t('alert.no_owner')}</span>
        </span>
        {alert.events > 1 && <span className="row-events">{t('alert.events', { count: alert.events })}</span>}
      </a>
    </li>
  );
}

export function Queue({ session, selected }: { session: Session; selected: string | null }) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>('team');
  const [search, setSearch] = useState('');
  const queue = useQueue(filter, search, session.person.id);
  const list = useRef<HTMLUListElement>(null);
  const box = useRef<HTMLInputElement>(null);

  const move = (by: number): void => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    const from = at >= 0 ? at : links.findIndex((link) => link.dataset['id'] === selected);
    links[Math.min(links.length - 1, Math.max(0, from + by))]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1), '/': () => box.current?.focus(), n: queue.refresh });

  return (
    <>
      <div className="pane-head">
        <h1 id="queue-title">{t('nav.today')}</h1>
        <ToggleButtonGroup className="segments" aria-label={t('queue.filter')} selectionMode="single" disallowEmptySelection selectedKeys={[filter]} onSelectionChange={(keys) => setFilter([...keys][0] as Filter)}>
          {(['mine', 'team', 'all'] as const).map((id) => <ToggleButton key={id} id={id} className="segment">{t(`queue.${id}`)}</ToggleButton>)}
        </ToggleButtonGroup>
        <input ref={box} className="search" type="search" value={search} placeholder={t('queue.search')} aria-label={t('queue.search')} onChange={(event) => setSearch(event.target.value)} onKeyDown={(event) => event.key === 'Escape' && (setSearch(''), box.current?.blur())} />
      </div>
      {queue.waiting > 0 && <Button look="primary" small className="new-bar" onPress={queue.refresh}>{t('queue.new', { count: queue.waiting })}</Button>}
      {queue.query.isPending && <Skeleton rows={9} />}
      {queue.query.isError && <Failed error={queue.query.error} onRetry={() => void queue.query.refetch()} />}
      {queue.query.isSuccess && queue.rows.length === 0 && (
        <Empty title={search ? t('queue.none_found') : t(`queue.empty_${filter}`)}><p>{search ? t('queue.none_found_body') : t('queue.empty_body')}</p></Empty>
      )}
      <ul className="rows" ref={list}>{queue.rows.map((alert) => <Row key={alert.id} alert={alert} selected={alert.id === selected} />)}</ul>
    </>
  );
}
