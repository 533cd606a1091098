/* Small parts that several pages of the client app share. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { post } from '../kit/api';
import type { Enrolment, Homework } from '../kit/courses';
import { dropWaiting, flushOutbox, useWaiting } from '../kit/outbox';
import { Button, useErrorText, useOnline } from '../kit/parts';
import { dayTime } from '../kit/time';

/* What has not reached the team yet, said plainly; the same words wherever it stands. */
export function WaitingNotice({ about }: { about?: string }) {
  const { t } = useTranslation();
  const online = useOnline();
  const items = useWaiting().filter((item) => !about || item.about === about);
  const waiting = items.filter((item) => !item.refused);
  const refused = items.filter((item) => item.refused);
  if (items.length === 0) return null;
  return (
    <div className="waiting" role="status">
      {waiting.length > 0 && (
        <div className="notice warn waiting-part">
          <p><strong>{t('waiting.title', { count: waiting.length })}</strong> {t('waiting.body')}</p>
          {online && <Button small onPress={() => void flushOutbox()}>{t('waiting.now')}</Button>}
        </div>
      )}
      {refused.map((item) => (
        <div key={item.id} className="notice bad waiting-part">
          <p>{t('waiting.refused', { at: dayTime(item.made_at) })}</p>
          <Button small onPress={() => void dropWaiting(item.id)}>{t('waiting.drop')}</Button>
        </div>
      ))}
    </div>
  );
}

export function HomeworkDone({ homework }: { homework: Homework }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const done = useMutation({
    mutationFn: () => post<Enrolment>(`/client/homework/${homework.id}/done`),
    onSuccess: () => Promise.all([queries.invalidateQueries({ queryKey: ['home'] }), queries.invalidateQueries({ queryKey: ['lesson'] })]),
  });
  return (
    <>
      <Button look="primary" isPending={done.isPending} onPress={() => done.mutate()}>{t('lesson.homework_done')}</Button>
      {done.isError && <p className="wrong" role="alert">{errorText(done.error)}</p>}
    </>
  );
}
