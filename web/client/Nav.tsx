/* The way around: a bar at the foot of a phone, a column at the side of a wide page. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconAsk, IconChat, IconCourse, IconHome, IconPlan } from '../kit/icons';
import { href } from '../kit/route';
import './nav.css';

const places = [
  { id: 'home', icon: IconHome, of: ['home', 'data', 'place', 'about-me', 'about', 'intake'] },
  { id: 'chat', icon: IconChat, of: ['chat'] },
  { id: 'checkins', icon: IconAsk, of: ['checkins', 'checkin'] },
  { id: 'modules', icon: IconCourse, of: ['modules', 'lesson', 'entries'] },
  { id: 'plan', icon: IconPlan, of: ['plan'] },
] as const;

export function Nav({ page, children }: { page: string; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <nav className="places" aria-label={t('way.label')}>
      <ul>
        {places.map(({ id, icon: Icon, of }) => (
          <li key={id}>
            <a href={href(id)} aria-current={page === id ? 'page' : (of as readonly string[]).includes(page) ? 'true' : undefined}>
              <Icon />
              <span>{t(`way.${id}`)}</span>
            </a>
          </li>
        ))}
      </ul>
      {children}
    </nav>
  );
}
