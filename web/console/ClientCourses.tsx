/* A client's courses on their page: what they work on, what they wrote, reviews, what can be done; and their plan while they share it. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, type Page } from '../kit/api';
import { headings, type ClientCourses as Data, type Course, type Enrolment, type Plan, type StaffEntry } from '../kit/courses';
import { lang, word } from '../kit/i18n';
import { Button, Dialog, Empty, Failed, LevelBadge, Select, Skeleton, useErrorText, When } from '../kit/parts';
import { HandoverDialog, ReviewDialog, WordDialog } from './Coach';
import './coach.css';

function GiveDialog({ clientId, given, onClose }: { clientId: string; given: Enrolment[]; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const courses = useQuery({ queryKey: ['modules'], queryFn: () => get<Page<Course>>('/staff/modules'), staleTime: Infinity });
  const has = new Set(given.filter((each) => ['offered', 'active', 'paused'].includes(each.state)).map((each) => each.module.id));
  const left = courses.data?.items.filter((course) => !has.has(course.id)) ?? [];
  const [picked, setPicked] = useState('');
  const course = left.find((each) => each.id === picked) ?? left[0];
  const give = useMutation({
    mutationFn: () => post(`/staff/clients/${clientId}/modules`, { module: course?.id }),
    onSuccess: async () => {
      await Promise.all([queries.invalidateQueries({ queryKey: ['client-courses', clientId] }), queries.invalidateQueries({ queryKey: ['coach'] })]);
      onClose();
    },
  });
  return (
    <Dialog title={t('courses.give')} open onClose={onClose}>
      {courses.isPending && <Skeleton rows={4} />}
      {courses.isError && <Failed error={courses.error} onRetry={() => void courses.refetch()} />}
      {courses.isSuccess && !course && <p>{t('courses.has_all')}</p>}
      {course && (
        <>
          <Select label={t('courses.which')} value={course.id} onChange={setPicked} options={left.map((each) => ({ id: each.id, label: each.title ?? each.id }))} />
          <p>{course.summary}</p>
          <ol className="lesson-names">{course.lessons.map((lesson) => <li key={lesson.id}>{lesson.title}</li>)}</ol>
          <p className="quiet">{t('courses.version', { version: course.version, reviewed: course.reviewed })} · {word('courses.review', course.review ?? '')}</p>
          {course.figures?.map((figure) => <p key={figure.key} className="quiet">{figure.value} {figure.unit === 'percent' ? '%' : figure.unit}: {figure.source} [{figure.certainty}: {word('courses.certainty', figure.certainty)}]</p>)}
        </>
      )}
      {give.isError && <p className="wrong" role="alert">{errorText(give.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!course} isPending={give.isPending} onPress={() => give.mutate()}>{t('courses.give_button')}</Button>
      </div>
    </Dialog>
  );
}

function One({ enrolment, clientId }: { enrolment: Enrolment; clientId: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const move = useMutation({
    mutationFn: (state: 'active' | 'paused' | 'stopped') => post(`/staff/enrolments/${enrolment.id}/state`, { state, version: enrolment.version }),
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: ['client-courses', clientId] }), queries.invalidateQueries({ queryKey: ['coach'] })]),
  });
  const title = enrolment.module.title ?? enrolment.module.id;
  const act = (state: 'active' | 'paused' | 'stopped') => <Button small isPending={move.isPending} onPress={() => move.mutate(state)} aria-label={`${t(`courses.to_${state}`)}: ${title}`}>{t(`courses.to_${state}`)}</Button>;
  return (
    <li className="enrolment">
      <div>
        <strong>{title}</strong> <span className="tag">{word('coach.state', enrolment.state)}</span>
        <p className="quiet">{t('coach.lessons', { done: enrolment.lessons_done, all: enrolment.lesson_count })} · {t('courses.entries', { count: enrolment.entries })} · {t('courses.homework', { done: enrolment.homework_done, missed: enrolment.homework_missed })}</p>
        {enrolment.state === 'active' && enrolment.due_at && <p className="quiet">{t('courses.due')} <When at={enrolment.due_at} /></p>}
        {move.isError && <p className="wrong" role="alert">{errorText(move.error)}</p>}
      </div>
      <div className="coach-acts no-print">
        {enrolment.state === 'active' && act('paused')}
        {(enrolment.state === 'paused' || enrolment.state === 'offered') && act('active')}
        {['active', 'paused', 'offered'].includes(enrolment.state) && act('stopped')}
      </div>
    </li>
  );
}

function Entry({ entry }: { entry: StaffEntry }) {
  const { t } = useTranslation();
  const computed = Object.entries(entry.computed ?? {});
  return (
    <li className="entry">
      <p className="entry-head"><strong>{entry.title ?? entry.exercise}</strong> <span className="quiet"><When at={entry.written_at ?? entry.received_at} /></span> {entry.level !== null && entry.level >= 2 && <LevelBadge level={entry.level as 2 | 3 | 4} bare />}</p>
      <dl>
        {Object.entries(entry.inputs).map(([id, value]) => <div key={id}><dt>{entry.labels[id] ?? id}</dt><dd className="prewrap">{String(value)}</dd></div>)}
        {computed.map(([id, value]) => <div key={id}><dt>{t(`courses.computed.${id}`)}</dt><dd>{value}</dd></div>)}
      </dl>
    </li>
  );
}

function SharedPlan({ clientId }: { clientId: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const query = useQuery({ queryKey: ['shared-plan', clientId], queryFn: () => get<{ shared: boolean; plan: Plan | null }>(`/staff/clients/${clientId}/safety-plan`), enabled: asked, gcTime: 0, staleTime: 0 });
  const plan = query.data?.plan;
  return (
    <section className="shared-plan" aria-labelledby="shared-plan-title">
      <div className="sheet-head">
        <h2 id="shared-plan-title">{t('courses.plan')}</h2>
        {!asked && <Button small className="no-print" onPress={() => setAsked(true)}>{t('courses.plan_open')}</Button>}
      </div>
      {!asked && <p className="quiet">{t('courses.plan_hint')}</p>}
      {asked && query.isPending && <Skeleton rows={4} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && !plan && <p>{t('courses.plan_not_shared')}</p>}
      {plan && (
        <>
          <p className="quiet">{t(plan.state === 'draft' ? 'courses.plan_draft' : 'courses.plan_active')} <When at={plan.changed_at} /> <a className="button small plain no-print" href={`/api/v1/staff/clients/${clientId}/safety-plan.pdf?lang=${lang()}`} download="plan.pdf">PDF</a></p>
          <dl className="plan-sections">{headings.filter((each) => plan.sections[each].length > 0).map((each) => <div key={each}><dt>{t(`courses.heading.${each}`)}</dt><dd><ul>{plan.sections[each].map((line, index) => <li key={index}>{line}</li>)}</ul></dd></div>)}</dl>
        </>
      )}
    </section>
  );
}

type Acting = 'give' | 'review' | 'word' | 'handover';

export function ClientCourses({ clientId }: { clientId: string }) {
  const { t } = useTranslation();
  const [acting, setActing] = useState<Acting | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['client-courses', clientId],
    queryFn: ({ pageParam }) => get<Data>(`/staff/clients/${clientId}/modules${pageParam ? `?after=${pageParam}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_entries,
  });
  const data = query.data?.pages[0];
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const close = (): void => setActing(null);
  const latest = data?.enrolments[0];
  return (
    <>
      <section className="client-courses" aria-labelledby="courses-title">
        <div className="sheet-head">
          <h2 id="courses-title">{t('courses.title')}</h2>
          {data && (
            <div className="coach-acts no-print">
              <Button small onPress={() => setActing('give')}>{t('courses.give')}</Button>
              <Button small onPress={() => setActing('word')}>{t('coach.word')}</Button>
              <Button small onPress={() => setActing('review')}>{t('coach.review')}</Button>
              <Button small onPress={() => setActing('handover')}>{t('coach.handover')}</Button>
            </div>
          )}
        </div>
        {query.isPending && <Skeleton rows={4} />}
        {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
        {data && data.enrolments.length === 0 && <Empty title={t('courses.empty_title')}><p>{t('courses.empty_body')}</p></Empty>}
        {data && <ul className="enrolments">{data.enrolments.map((enrolment) => <One key={enrolment.id} enrolment={enrolment} clientId={clientId} />)}</ul>}
        {data && data.reviews.length > 0 && (
          <>
            <h3>{t('courses.reviews')}</h3>
            <ul className="reviews-done">{data.reviews.map((review) => <li key={review.id}><span className="tag">{t(review.track === 'on_track' ? 'coach.on_track' : 'coach.not_on_track')}</span> {review.note} <span className="quiet">{review.by} · <When at={review.created_at} /></span></li>)}</ul>
          </>
        )}
        {entries.length > 0 && (
          <>
            <h3>{t('courses.written')}</h3>
            <ol className="entries">{entries.map((entry) => <Entry key={entry.id} entry={entry} />)}</ol>
            {query.hasNextPage && <Button className="no-print" isPending={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>{t('client_page.more')}</Button>}
          </>
        )}
        {data && acting === 'give' && <GiveDialog clientId={clientId} given={data.enrolments} onClose={close} />}
        {data && acting === 'review' && <ReviewDialog client={data.client} onClose={close} />}
        {data && acting === 'handover' && <HandoverDialog client={data.client} onClose={close} />}
        {data && acting === 'word' && <WordDialog client={data.client} reasons={[]} completed={latest?.state === 'completed'} onClose={close} />}
      </section>
      <SharedPlan clientId={clientId} />
    </>
  );
}
