import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, type Page, type Review, type StaffConversation } from '../kit/api';
import { failed } from '../kit/failed';
import { IconBack } from '../kit/icons';
import { Ago, Button, Deadline, Empty, Failed, Field, Skeleton, useErrorText } from '../kit/parts';
import { go, href } from '../kit/route';
import { Diff } from './Diff';
import { useKeys } from './keys';

/* What the reply answers: nobody should approve an answer without its question. */
function Asked({ review }: { review: Review }) {
  const { t } = useTranslation();
  const talk = useQuery({ queryKey: ['conversation', review.conversation_id], queryFn: () => get<StaffConversation>(`/staff/conversations/${review.conversation_id}`), staleTime: 5_000 });
  const messages = talk.data?.messages ?? [];
  const at = messages.findIndex((message) => message.id === review.message_id);
  const asked = messages.slice(0, at < 0 ? messages.length : at).reverse().find((message) => message.role === 'client');
  if (failed(talk)) return <Failed error={talk.error} onRetry={() => void talk.refetch()} />;
  if (!asked) return talk.isPending ? <Skeleton rows={1} /> : null;
  return (
    <figure className="asked">
      <figcaption>{t('review.asked')} <Ago at={asked.created_at} /></figcaption>
      <blockquote className="prewrap">{asked.text}</blockquote>
    </figure>
  );
}

function Detail({ review, onDone }: { review: Review; onDone: (state: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [mode, setMode] = useState<'look' | 'edit' | 'reject'>('look');
  const [text, setText] = useState(review.shown ?? review.original);
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: ({ action, body }: { action: 'approve' | 'edit' | 'reject'; body?: Record<string, unknown> }) => post<Review>(`/staff/reviews/${review.id}/${action}`, { version: review.version, ...body }),
    onSuccess: (row) => {
      queries.setQueryData<Page<Review>>(['reviews'], (page) => page && { ...page, items: page.items.filter((item) => item.id !== row.id) });
      void queries.invalidateQueries({ queryKey: ['conversation', review.conversation_id] });
      onDone(row.state);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 409) void queries.invalidateQueries({ queryKey: ['reviews'] });
    },
  });
  useKeys({ a: () => mode === 'look' && decide.mutate({ action: 'approve' }), e: () => setMode('edit'), r: () => setMode('reject') });
  const name = review.client.name ?? review.client.pseudonym;
  return (
    <article className="review">
      <div className="pane-head talk-head">
        <h2>{name}</h2>
        <a href={href('conversation', review.conversation_id)}>{t('review.open_talk')}</a>
      </div>
      <p><strong>{review.reason}</strong></p>
      <p className="quiet">{t('review.held')} <Ago at={review.created_at} />{review.deadline_at && <> · {t('review.until')} <Deadline at={review.deadline_at} /></>}</p>
      <Asked review={review} />
      <Diff original={review.original} shown={mode === 'edit' ? text : review.shown} shownLabel={mode === 'edit' ? t('review.your_text') : review.shown ? t('review.fallback') : undefined} />
      {decide.isError && <p className="wrong" role="alert">{errorText(decide.error)}</p>}
      {mode === 'look' && (
        <ul className="actions-list in-row">
          <li className="action"><Button look="primary" isPending={decide.isPending} onPress={() => decide.mutate({ action: 'approve' })}>{t('review.approve')}<kbd aria-hidden="true">a</kbd></Button><p className="quiet">{t('review.approve_does', { name })}</p></li>
          <li className="action"><Button look="outline" onPress={() => setMode('edit')}>{t('review.edit')}<kbd aria-hidden="true">e</kbd></Button><p className="quiet">{t('review.edit_does', { name })}</p></li>
          <li className="action"><Button look="outline" onPress={() => setMode('reject')}>{t('review.reject')}<kbd aria-hidden="true">r</kbd></Button><p className="quiet">{t('review.reject_does', { name })}</p></li>
        </ul>
      )}
      {mode === 'edit' && (
        <div className="stack">
          <Field label={t('review.your_text')} value={text} onChange={setText} rows={5} maxLength={8000} autoFocus />
          <div className="actions"><Button onPress={() => setMode('look')}>{t('kit.cancel')}</Button><Button look="primary" isDisabled={!text.trim()} isPending={decide.isPending} onPress={() => decide.mutate({ action: 'edit', body: { text: text.trim() } })}>{t('review.send_edit')}</Button></div>
        </div>
      )}
      {mode === 'reject' && (
        <div className="stack">
          <Field label={t('review.reason')} hint={t('review.reason_hint')} value={reason} onChange={setReason} rows={2} maxLength={2000} autoFocus />
          <div className="actions"><Button onPress={() => setMode('look')}>{t('kit.cancel')}</Button><Button look="danger" isDisabled={!reason.trim()} isPending={decide.isPending} onPress={() => decide.mutate({ action: 'reject', body: { reason: reason.trim() } })}>{t('review.send_reject')}</Button></div>
        </div>
      )}
    </article>
  );
}

export function Reviews({ selected }: { selected: string | null }) {
  const { t } = useTranslation();
  const [done, setDone] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const query = useQuery({ queryKey: ['reviews'], queryFn: () => get<Page<Review>>('/staff/reviews?state=pending'), staleTime: 30_000 });
  const rows = query.data?.items.filter((review) => review.state === 'pending') ?? [];
  const current = rows.find((review) => review.id === selected) ?? null;
  const move = (by: number): void => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  return (
    <div className="today two" data-step={selected ? 'talk' : 'queue'}>
      <section className="pane queue-pane" aria-labelledby="reviews-title">
        <div className="pane-head"><h1 id="reviews-title">{t('nav.reviews')}</h1></div>
        {query.isPending && <Skeleton rows={6} />}
        {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
        {query.isSuccess && rows.length === 0 && <Empty title={t('review.empty_title')}><p>{t('review.empty_body')}</p></Empty>}
        <ul className="rows" ref={list}>
          {rows.map((review) => (
            <li key={review.id}>
              <a className="row" data-row data-id={review.id} href={href('reviews', review.id)} aria-current={review.id === selected ? 'true' : undefined}>
                <span className="row-head"><strong>{review.client.name ?? review.client.pseudonym}</strong></span>
                <span className="row-reason">{review.reason}</span>
                <span className="row-foot"><span>{t('review.held')} <Ago at={review.created_at} /></span>{review.deadline_at && <Deadline at={review.deadline_at} />}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section className="pane talk-pane" aria-label={t('review.label')}>
        <div className="phone-bar"><h1 className="hidden-visually">{t('review.label')}</h1><a className="button plain" href={href('reviews')}><IconBack />{t('review.to_list')}</a></div>
        <p role="status" className={done ? 'notice saved-bar' : ''}>{done && <>{t(`review.done_${done}`, t('review.done'))}</>}</p>
        {current ? <Detail key={current.id} review={current} onDone={(state) => (setDone(state), go('#/reviews', true))} /> : query.isSuccess && <Empty title={t(selected && !done ? 'review.gone_title' : 'review.pick_title')}><p>{t(selected && !done ? 'review.gone_body' : 'review.pick_body')}</p></Empty>}
      </section>
    </div>
  );
}
