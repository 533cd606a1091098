/* Home: one next step, then everything else in a quiet list. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, type Session } from '../kit/api';
import type { Enrolment, HomeData, Homework } from '../kit/courses';
import { lang } from '../kit/i18n';
import { IconForward } from '../kit/icons';
import { Button, Failed, Skeleton } from '../kit/parts';
import { Prose } from '../kit/Prose';
import { href } from '../kit/route';
import { longDay } from '../kit/time';
import { longIn } from '../kit/zone';
import { useTasks } from './Checkins';
import { HomeworkDone, WaitingNotice } from './parts';
import './home.css';

export function useHome() {
  return useQuery({ queryKey: ['home', lang()], queryFn: () => get<HomeData>(`/client/home?lang=${lang()}`) });
}

const enrolmentOf = (home: HomeData, id: string | undefined): Enrolment | undefined => home.modules.find((each) => each.id === id);
export const lessonTitle = (enrolment: Enrolment | undefined, id: string | null | undefined): string => enrolment?.module.lessons.find((each) => each.id === id)?.title ?? '';

function Step({ kicker, title, body, to, action }: { kicker: string; title: string; body: string; to: string; action: string }) {
  return (
    <section className="next-step" aria-labelledby="next-title">
      <p className="kicker">{kicker}</p>
      <h2 id="next-title">{title}</h2>
      <p>{body}</p>
      <a className="button primary" href={to}>{action}</a>
    </section>
  );
}

function HomeworkStep({ home, homework }: { home: HomeData; homework: Homework }) {
  const { t } = useTranslation();
  const enrolment = enrolmentOf(home, homework.enrolment_id);
  return (
    <section className="next-step" aria-labelledby="next-title">
      <p className="kicker">{t('home.next')}</p>
      <h2 id="next-title">{t('home.homework_title')}</h2>
      <Prose text={homework.text} />
      <p className="quiet">{t('home.by', { day: longDay(homework.due_at) })} · {enrolment?.module.title}</p>
      <div className="next-actions">
        <HomeworkDone homework={homework} />
        <a className="button outline" href={href('lesson', homework.enrolment_id, homework.lesson)}>{t('home.homework_open')}</a>
      </div>
    </section>
  );
}

function Next({ home }: { home: HomeData }) {
  const { t } = useTranslation();
  const tasks = useTasks();
  const task = tasks.data?.waiting[0];
  const { next } = home;
  const kicker = t('home.next');
  if (task) return <Step kicker={kicker} title={task.about ?? task.title ?? t('checkin.title')} body={t('home.checkin_body')} to={href('checkin', task.id)} action={t(task.state === 'started' ? 'checkin.go_on' : 'home.checkin_open')} />;
  const homework = next.kind === 'homework' ? home.homework.find((each) => each.id === next.homework_id) : undefined;
  if (homework) return <HomeworkStep home={home} homework={homework} />;
  const enrolment = enrolmentOf(home, next.enrolment_id);
  if (enrolment && next.lesson) {
    const minutes = enrolment.module.lessons.find((each) => each.id === next.lesson)?.minutes ?? 10;
    if (next.kind === 'lesson') return <Step kicker={kicker} title={lessonTitle(enrolment, next.lesson)} body={t('home.lesson_body', { course: enrolment.module.title, count: minutes })} to={href('lesson', enrolment.id, next.lesson)} action={t('home.lesson_open')} />;
    return <Step kicker={kicker} title={enrolment.module.title ?? ''} body={enrolment.module.summary ?? ''} to={href('modules', enrolment.id)} action={t(`home.${next.kind}_open`)} />;
  }
  if (next.kind === 'plan') return <Step kicker={kicker} title={t('home.plan_title')} body={t('home.plan_body')} to={href('plan')} action={t(home.plan ? 'home.plan_go_on' : 'home.plan_open')} />;
  return <Step kicker={kicker} title={t('home.chat_title')} body={t('home.chat_body')} to={href('chat')} action={t('home.chat_open')} />;
}

function Row({ to, title, note }: { to: string; title: string; note?: string | null }) {
  return (
    <li>
      <a className="home-row" href={to}>
        <span><strong>{title}</strong>{note && <span className="home-note">{note}</span>}</span>
        <IconForward />
      </a>
    </li>
  );
}

export function Home({ session, onHelp, onLogout }: { session: Session; onHelp: () => void; onLogout: () => void }) {
  const { t } = useTranslation();
  const home = useHome();
  const tasks = useTasks();
  const waiting = tasks.data?.waiting.length ?? 0;
  const next = tasks.data?.next[0];
  const open = home.data?.modules.filter((each) => each.state === 'active' || each.state === 'offered').length ?? 0;
  const plan = home.data?.plan;
  return (
    <div className="page home">
      <p className="kicker">{session.programme.name}</p>
      <h1>{t('home.title')}</h1>
      <WaitingNotice />
      {home.isPending && <Skeleton rows={5} />}
      {home.isError && <Failed error={home.error} onRetry={() => void home.refetch()} />}
      {home.data && <Next home={home.data} />}
      <section className="home-more" aria-labelledby="more-title">
        <h2 id="more-title">{t('home.more')}</h2>
        <ul className="home-list">
          <Row to={href('chat')} title={t('nav.chat')} note={t('home.note_chat')} />
          <Row to={href('checkins')} title={t('checkin.nav')} note={waiting > 0 ? t('home.note_checkins', { count: waiting }) : next ? t('checkin.next_on', { at: longIn(next.at, next.zone) }) : null} />
          <Row to={href('modules')} title={t('way.modules')} note={open > 0 ? t('home.note_modules', { count: open }) : null} />
          <Row to={href('plan')} title={t('plan.title')} note={plan ? t(`home.note_plan_${plan.state}`) : t('home.note_plan_none')} />
          <Row to={href('intake')} title={t('intake.nav')} />
          <Row to={href('data')} title={t('nav.data')} />
          <Row to={href('about')} title={t('nav.about')} />
        </ul>
      </section>
      <div className="home-foot">
        <Button look="outline" onPress={onHelp}>{t('help.button')}</Button>
        <Button look="plain" onPress={onLogout}>{t('nav.logout')}</Button>
      </div>
    </div>
  );
}
