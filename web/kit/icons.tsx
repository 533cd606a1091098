/* A handful of drawn icons, 24 units, one stroke. All are decoration: the words beside them carry the meaning. */
import type { ReactNode } from 'react';

const icon = (path: ReactNode) =>
  function Icon() {
    return (
      <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        {path}
      </svg>
    );
  };

export const IconHelp = icon(<><circle cx="12" cy="12" r="9" /><circle cx="12" cy="12" r="3.5" /><path d="m5.6 5.6 3.9 3.9M14.5 14.5l3.9 3.9M18.4 5.6l-3.9 3.9M9.5 14.5l-3.9 3.9" /></>);
export const IconLeave = icon(<><path d="M14 4h5v16h-5" /><path d="M4 12h10M10 8l4 4-4 4" /></>);
export const IconCall = icon(<path d="M6 3h3l2 5-2.5 1.7a12 12 0 0 0 5.8 5.8L16 13l5 2v3a3 3 0 0 1-3.2 3A16 16 0 0 1 3 6.2 3 3 0 0 1 6 3z" />);
export const IconText = icon(<><path d="M4 5h16v11H10l-5 4v-4H4z" /><path d="M8 9h8M8 12h5" /></>);
export const IconChat = icon(<><path d="M3 5h12v8H9l-4 3v-3H3z" /><path d="M18 9h3v8h-2v3l-4-3h-4v-1" /></>);
export const IconAlert = icon(<><path d="M12 3 2.5 20h19z" /><path d="M12 10v4M12 17v.01" /></>);
export const IconSend = icon(<path d="M4 12 20 4l-5 16-3.5-6.5z" />);
export const IconMenu = icon(<path d="M4 7h16M4 12h16M4 17h16" />);
export const IconCheck = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const IconClock = icon(<><circle cx="12" cy="12" r="9" /><path d="M12 7v5l3.5 2" /></>);
export const IconPerson = icon(<><circle cx="12" cy="8" r="4" /><path d="M4.5 20a7.5 7.5 0 0 1 15 0" /></>);
export const IconSearch = icon(<><circle cx="11" cy="11" r="6.5" /><path d="m16 16 4.5 4.5" /></>);
export const IconBack = icon(<path d="M14.5 5 8 12l6.5 7" />);
export const IconSound = icon(<><path d="M4 9.5h3.5L12 6v12l-4.5-3.5H4z" /><path d="M15.5 9a4.5 4.5 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" /></>);
export const IconMute = icon(<><path d="M4 9.5h3.5L12 6v12l-4.5-3.5H4z" /><path d="m16 9.5 5 5M21 9.5l-5 5" /></>);
export const IconShield = icon(<path d="M12 3 5 6v5.5c0 4.5 3 8 7 9.5 4-1.5 7-5 7-9.5V6z" />);
export const IconToday = icon(<><path d="M4 12h4l2.5 5 4-11 2.5 6h3" /></>);
export const IconTriage = icon(<><path d="M4 5h16M4 12h11M4 19h6" /><path d="M18 11v8M15 16l3 3 3-3" /></>);
export const IconReview = icon(<><path d="M5 4h10l4 4v12H5z" /><path d="m8.5 13.5 2.5 2.5 4.5-5" /></>);
export const IconClients = icon(<><circle cx="9" cy="8.5" r="3.5" /><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M16 5.4a3.5 3.5 0 0 1 0 6.4M18.2 14.2a6.5 6.5 0 0 1 3.3 5.3" /></>);
export const IconJournal = icon(<><path d="M6 3h13v18H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z" /><path d="M8 3v18M11.5 8H16M11.5 12H16" /></>);
export const IconNumbers = icon(<path d="M5 20v-7M12 20V4M19 20v-10" />);
export const IconSettings = icon(<path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5" />);
export const IconKey = icon(<><circle cx="8" cy="15" r="4.5" /><path d="m11.5 11.5 8-8M16 7l3 3" /></>);
export const IconHome = icon(<><path d="M4 11.5 12 4l8 7.5" /><path d="M6 10v10h12V10" /><path d="M10 20v-5h4v5" /></>);
export const IconAsk = icon(<><rect x="4.5" y="3.5" width="15" height="17" rx="2" /><path d="m8 9 1.5 1.5L12 8M14.5 9.5h1.5M8 15l1.5 1.5L12 14M14.5 15.5h1.5" /></>);
export const IconCourse = icon(<><path d="M12 7C10 5.3 7 4.800 3.500 5v13c3.500-.2 6.500.3 8.500 2 2-1.700 5-2.200 8.500-2V5c-3.500-.2-6.500.3-8.500 2zM12 7v13" /></>);
export const IconPlan = icon(<><path d="M12 20.500 4.800 13.300a4.700 4.700 0 0 1 0-6.600 4.700 4.700 0 0 1 6.600 0l.6.6.6-.6a4.700 4.700 0 0 1 6.600 6.600z" /></>);
export const IconForward = icon(<path d="m9.500 5 6.500 7-6.500 7" />);
