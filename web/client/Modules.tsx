/* Courses: which there are, and one course with its lessons. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../kit/api';
import type { Enrolment } from '../kit/courses';
import { failed } from '../kit/failed';
import { IconBack, IconCheck } from '../kit/icons';
import { Button, Empty, Failed, Skeleton, useErrorText } from '../kit/parts';
import { go, href } from '../kit/route';
import { longDay } from '../kit/time';
import { useHome } from './Home';
import { WaitingNotice } from './parts';
import './modules.css';

/* Lessons done, as a picture beside the words. */
function Progress({ enrolment }: { enrolment: Enrolment }) {
  const { t } = useTranslation();
  const { lessons_done: done, lesson_count: all } = enrolment;
  return (
    <div className="progress">
      <svg viewBox={`0 0 ${all * 20 - 4} 6`} aria-hidden="true" preserveAspectRatio="none">
        {Array.from({ length: all }, (_, index) => <rect key={index} className={index < done ? 'done' : undefined} x={index * 20} width="16" height="6" rx="3" />)}
      </svg>
      <span>{t('course.progress', { done, all })}</span>
    </div>
  );
}

function Card({ enrolment }: { enrolment: Enrolment }) {
  const { t } = useTranslation();
  return (
    <li className="course-card">
      <h3><a href={href('modules', enrolment.id)}>{enrolment.module.title ?? enrolment.module.id}</a></h3>
      <p>{enrolment.module.summary}</p>
      <Progress enrolment={enrolment} />
      {enrolment.state !== 'active' && <p className="quiet">{t(`course.is_${enrolment.state}`)}</p>}
    </li>
  );
}

export function Modules() {
  const { t } = useTranslation();
  const home = useHome();
  const open = home.data?.modules.filter((each) => ['offered', 'active', 'paused'].includes(each.state)) ?? [];
  const over = home.data?.modules.filter((each) => !open.includes(each)) ?? [];
  return (
    <div className="page">
      <h1>{t('way.modules')}</h1>
      <p>{t('course.intro')}</p>
      <WaitingNotice />
      {home.isPending && <Skeleton rows={6} />}
      {home.isError && <Failed error={home.error} onRetry={() => void home.refetch()} />}
      {home.isSuccess && home.data.modules.length === 0 && <Empty title={t('course.empty_title')}><p>{t('course.empty_body')}</p></Empty>}
      {open.length > 0 && <section className="wide"><h2>{t('course.open')}</h2><ul className="course-list">{open.map((each) => <Card key={each.id} enrolment={each} />)}</ul></section>}
      {over.length > 0 && <section className="wide"><h2>{t('course.over')}</h2><ul className="course-list">{over.map((each) => <Card key={each.id} enrolment={each} />)}</ul></section>}
    </div>
  );
}

function useMove(enrolment: Enrolment, to: 'active' | 'paused') {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => post<Enrolment>(`/client/enrolments/${enrolment.id}/state`, { state: to, version: enrolment.version }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['home'] }),
  });
}

function Moves({ enrolment, next }: { enrolment: Enrolment; next: string | null }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const begin = useMove(enrolment, 'active');
  const pause = useMove(enrolment, 'paused');
  const error = begin.error ?? pause.error;
  return (
    <>
      {(enrolment.state === 'offered' || enrolment.state === 'paused') && (
        <Button look="primary" isPending={begin.isPending} onPress={() => begin.mutate(undefined, { onSuccess: () => next && go(href('lesson', enrolment.id, next)) })}>{t(`course.${enrolment.state === 'offered' ? 'begin' : 'resume'}`)}</Button>
      )}
      {enrolment.state === 'active' && next && <a className="button primary" href={href('lesson', enrolment.id, next)}>{t('home.lesson_open')}</a>}
      {enrolment.state === 'active' && <Button look="plain" className="back" isPending={pause.isPending} onPress={() => pause.mutate()}>{t('course.pause')}</Button>}
      {error && <p className="wrong" role="alert">{errorText(error)}</p>}
    </>
  );
}

export function ModulePage({ id }: { id: string }) {
  const { t } = useTranslation();
  const home = useHome();
  if (home.isPending) return <div className="page"><Skeleton rows={7} /></div>;
  if (failed(home)) return <div className="page"><Failed error={home.error} onRetry={() => void home.refetch()} /></div>;
  const enrolment = home.data.modules.find((each) => each.id === id);
  if (!enrolment) return <div className="page"><h1>{t('way.modules')}</h1><Empty title={t('course.gone')} /><a className="button" href={href('modules')}>{t('course.to_list')}</a></div>;
  return (
    <div className="page">
      <a className="button plain back-link" href={href('modules')}><IconBack />{t('course.to_list')}</a>
      <h1>{enrolment.module.title}</h1>
      <p>{enrolment.module.summary}</p>
      <Progress enrolment={enrolment} />
      {enrolment.state === 'paused' && <p className="notice">{t('course.is_paused')}</p>}
      {enrolment.state === 'completed' && <p className="notice">{t('course.is_completed')}</p>}
      <Moves enrolment={enrolment} next={enrolment.next_lesson} />
      <section className="wide">
        <h2>{t('course.lessons')}</h2>
        <ol className="lessons">
          {enrolment.module.lessons.map((lesson, index) => (
            <li key={lesson.id}>
              <a className="lesson-row" href={href('lesson', enrolment.id, lesson.id)} data-next={lesson.id === enrolment.next_lesson || undefined}>
                <span className="lesson-mark" data-done={lesson.done || undefined} aria-hidden="true">{lesson.done ? <IconCheck /> : index + 1}</span>
                <span>
                  <strong>{lesson.title}</strong>
                  <span className="home-note">{lesson.done ? t('course.done') : t('course.minutes', { count: lesson.minutes })}{lesson.id === enrolment.next_lesson ? ` · ${t('course.next')}` : ''}</span>
                </span>
              </a>
            </li>
          ))}
        </ol>
      </section>
      {enrolment.due_at && enrolment.state === 'active' && <p className="quiet">{t('course.due', { day: longDay(enrolment.due_at) })}</p>}
    </div>
  );
}
