/* To have one's data erased or put right, or to leave: asked here, answered by a person, with what was done and what was not. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, type Page } from '../kit/api';
import type { DataRequest, RequestKind } from '../kit/consent';
import { ApiError } from '../kit/api';
import { Button, Dialog, Failed, Field, Skeleton, useErrorText, When } from '../kit/parts';
import { longDay } from '../kit/time';
import './consent.css';

const kinds = ['correction', 'leave', 'erasure'] as const;

function Ask({ kind, onClose }: { kind: RequestKind; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [note, setNote] = useState('');
  const ask = useMutation({
    mutationFn: () => post<DataRequest>('/client/requests', { kind, ...(note.trim() ? { note: note.trim() } : {}) }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['requests'] });
      void queries.invalidateQueries({ queryKey: ['consents'] });
      onClose();
    },
  });
  return (
    <Dialog title={t(`request.${kind}`)} open onClose={onClose}>
      <p>{t(`request.${kind}_body`)}</p>
      <Field label={t('request.note')} value={note} onChange={setNote} rows={3} maxLength={1000} />
      {ask.isError && <p className="wrong" role="alert">{ask.error instanceof ApiError && ask.error.code === 'already_asked' ? t('request.already') : errorText(ask.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look={kind === 'correction' ? 'primary' : 'danger'} isPending={ask.isPending} onPress={() => ask.mutate()}>{t(`request.${kind}_send`)}</Button>
      </div>
    </Dialog>
  );
}

function Row({ row }: { row: DataRequest }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const back = useMutation({ mutationFn: () => post<DataRequest>(`/client/requests/${row.id}/take-back`), onSuccess: () => queries.invalidateQueries({ queryKey: ['requests'] }) });
  return (
    <li className="request">
      <p><strong>{t(`request.${row.kind}`)}</strong> <span className="quiet"><When at={row.created_at} /></span></p>
      <p>{t(`request.is_${row.state}`, { day: longDay(row.due_at), name: row.decided_by ?? '' })}</p>
      {row.answer && <blockquote className="prewrap">{row.answer}</blockquote>}
      <p className="quiet mono">{t('request.receipt', { id: row.id.slice(-12) })}</p>
      {row.state === 'open' && <Button small isPending={back.isPending} onPress={() => back.mutate()}>{t('request.take_back')}</Button>}
    </li>
  );
}

export function Requests() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['requests'], queryFn: () => get<Page<DataRequest>>('/client/requests') });
  const [asking, setAsking] = useState<RequestKind | null>(null);
  return (
    <section>
      <h2>{t('request.title')}</h2>
      <p>{t('request.body')}</p>
      {query.isPending && <Skeleton rows={2} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {(query.data?.items.length ?? 0) > 0 && <ul className="requests">{query.data?.items.map((row) => <Row key={row.id} row={row} />)}</ul>}
      <div className="request-ways">
        {kinds.map((kind) => <Button key={kind} look="outline" onPress={() => setAsking(kind)}>{t(`request.${kind}`)}</Button>)}
      </div>
      {asking && <Ask kind={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}
