import { useQuery } from '@tanstack/react-query';
import { Autocomplete, Dialog, Input, Menu, MenuItem, Modal, ModalOverlay, SearchField, useFilter } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { get, type Alert, type Client, type Page, type Session } from '../kit/api';
import { LevelBadge } from '../kit/parts';
import { go, href } from '../kit/route';
import { allowed, places } from './Shell';

interface Entry {
  id: string;
  text: string;
  level?: Alert['level'];
  run: () => void;
}

export function Palette({ session, alerts, onClose, onHelp }: { session: Session; alerts: Alert[]; onClose: () => void; onHelp: () => void }) {
  const { t } = useTranslation();
  const { contains } = useFilter({ sensitivity: 'base' });
  const clients = useQuery({ queryKey: ['clients'], queryFn: () => get<Page<Client>>('/staff/clients?limit=200'), staleTime: 60_000 });
  const mayRead = session.role !== 'compliance' && session.role !== 'admin';
  const entries: Entry[] = [
    ...places.filter((place) => allowed(place.roles, session.role)).map((place) => ({ id: 'go-' + place.id, text: t(`nav.${place.id}`), run: () => go(href(place.id)) })),
    { id: 'keys', text: t('keys.title'), run: onHelp },
    ...alerts.map((alert) => ({ id: alert.id, text: `${alert.client.name ?? alert.client.pseudonym}: ${alert.reason}`, level: alert.level, run: () => go(href('today', alert.id)) })),
    ...(mayRead ? (clients.data?.items ?? []) : []).filter((client) => client.conversation_id).map((client) => ({ id: 'c-' + client.id, text: t('palette.talk', { name: client.name ?? client.pseudonym }), run: () => go(href('conversation', client.conversation_id ?? '')) })),
  ];
  return (
    <ModalOverlay className="veil top" isOpen onOpenChange={(open) => !open && onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="palette" aria-label={t('nav.palette')}>
          <Autocomplete filter={contains}>
            <SearchField autoFocus aria-label={t('palette.search')} className="palette-search"><Input placeholder={t('palette.search')} /></SearchField>
            <Menu
              className="menu"
              aria-label={t('nav.palette')}
              items={entries}
              renderEmptyState={() => <p className="quiet palette-none">{t('queue.none_found')}</p>}
              onAction={(key) => {
                onClose();
                entries.find((entry) => entry.id === key)?.run();
              }}
            >
              {(entry) => <MenuItem id={entry.id} textValue={entry.text} className="menu-item">{entry.level !== undefined && <LevelBadge level={entry.level} />}<span>{entry.text}</span></MenuItem>}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
