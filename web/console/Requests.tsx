/* What clients ask of their data, for compliance: the nearest date first; each is answered with what was done, what was not, and why. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, type Page } from '../kit/api';
import type { DataRequest } from '../kit/consent';
import { Button, Deadline, Dialog, Empty, Failed, Field, Select, Skeleton, useErrorText, When } from '../kit/parts';
import { href } from '../kit/route';
import './parts/consent.css';

function Answer({ row, decision, onClose }: { row: DataRequest; decision: 'done' | 'refused'; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [answer, setAnswer] = useState('');
  const act = useMutation({
    mutationFn: () => post<DataRequest>(`/staff/requests/${row.id}/answer`, { decision, answer: answer.trim() }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['data-requests'] });
      onClose();
    },
  });
  const erases = decision === 'done' && row.kind === 'erasure';
  const problem = act.error instanceof ApiError && act.error.code === 'legal_hold' ? t('requests.legal_hold') : act.isError ? errorText(act.error) : null;
  return (
    <Dialog title={t(`requests.${decision}_title`, { name: row.client?.pseudonym ?? '' })} open onClose={onClose} role={erases ? 'alertdialog' : undefined}>
      <p>{t(erases ? 'requests.erase_warning' : row.kind === 'leave' && decision === 'done' ? 'requests.leave_body' : 'requests.answer_body')}</p>
      <Field label={t('requests.answer')} hint={t('requests.answer_hint')} value={answer} onChange={setAnswer} rows={4} maxLength={1500} required />
      {problem && <p className="wrong" role="alert">{problem}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look={erases ? 'danger' : 'primary'} isDisabled={!answer.trim()} isPending={act.isPending} onPress={() => act.mutate()}>{t(erases ? 'requests.erase' : 'requests.send')}</Button>
      </div>
    </Dialog>
  );
}

export function Requests() {
  const { t } = useTranslation();
  const [state, setState] = useState('open');
  const query = useQuery({ queryKey: ['data-requests', state], queryFn: () => get<Page<DataRequest>>(`/staff/requests?state=${state}&limit=200`) });
  const [acting, setActing] = useState<{ row: DataRequest; decision: 'done' | 'refused' } | null>(null);
  return (
    <div className="sheet">
      <div className="sheet-head">
        <h1>{t('nav.requests')}</h1>
        <Select quiet label={t('requests.show')} value={state} options={(['open', 'done', 'refused', 'taken_back'] as const).map((id) => ({ id, label: t(`requests.is.${id}`) }))} onChange={setState} />
      </div>
      {query.isPending && <Skeleton />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && query.data.items.length === 0 && <Empty title={t('requests.empty_title')}><p>{t('requests.empty_body')}</p></Empty>}
      <ul className="request-list">
        {query.data?.items.map((row) => (
          <li key={row.id}>
            <p><strong>{t(`requests.kind.${row.kind}`)}</strong> · {row.client ? <a href={href('consents', row.client.id)}>{row.client.pseudonym}</a> : t('requests.unknown')}{row.client?.legal_hold && ` · ${t('requests.hold')}`}</p>
            {row.note && <blockquote className="prewrap">{row.note}</blockquote>}
            <p className="quiet"><When at={row.created_at} /> {row.state === 'open' && <Deadline at={row.due_at} />}{row.late && <strong> {t('requests.late')}</strong>}</p>
            {row.answer && <p>{row.decided_by}: {row.answer}</p>}
            {row.state === 'open' && (
              <div className="panel-actions">
                <Button look={row.kind === 'erasure' ? 'danger' : 'primary'} onPress={() => setActing({ row, decision: 'done' })}>{t(`requests.do.${row.kind}`)}</Button>
                <Button onPress={() => setActing({ row, decision: 'refused' })}>{t('requests.refuse')}</Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {acting && <Answer row={acting.row} decision={acting.decision} onClose={() => setActing(null)} />}
    </div>
  );
}
