/* What somebody says about themselves, so that the programme can see whether it is fair. Read by nobody who treats them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, put } from '../kit/api';
import { questions, type Demographics, type Question } from '../kit/consent';
import { Button, Failed, Field, Skeleton, useErrorText } from '../kit/parts';
import { go } from '../kit/route';
import './consent.css';

function Form({ kept }: { kept: Demographics }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [answers, setAnswers] = useState<Partial<Record<Question, string>>>(() => Object.fromEntries(questions.map((id) => [id, kept.answers[id] ?? ''])));
  const [declined, setDeclined] = useState<Question[]>(kept.declined);
  const save = useMutation({
    mutationFn: () => put<Demographics>('/client/demographics', { answers: Object.fromEntries(questions.filter((id) => !declined.includes(id) && answers[id]?.trim()).map((id) => [id, answers[id]?.trim()])), declined }),
    onSuccess: (data) => queries.setQueryData(['demographics'], data),
  });
  return (
    <form className="place-form" onSubmit={(event) => (event.preventDefault(), save.mutate())}>
      {questions.map((id) => {
        const none = declined.includes(id);
        return (
          <fieldset key={id} className="own-words">
            <legend>{t(`me.${id}`)}</legend>
            {!none && <Field label={t('me.own_words')} hint={id === 'area' ? t('me.area_hint') : undefined} value={answers[id] ?? ''} onChange={(text) => setAnswers({ ...answers, [id]: text })} maxLength={100} autoComplete="off" />}
            <label className="check"><input type="checkbox" checked={none} onChange={(event) => setDeclined(event.target.checked ? [...declined, id] : declined.filter((each) => each !== id))} /><span>{t('me.rather_not')}</span></label>
          </fieldset>
        );
      })}
      {save.isError && <p className="wrong" role="alert">{errorText(save.error)}</p>}
      {save.isSuccess && <p role="status">{t('me.saved')}</p>}
      <Button type="submit" look="primary" isPending={save.isPending}>{t('me.save')}</Button>
    </form>
  );
}

export function AboutMe() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['demographics'], queryFn: () => get<Demographics>('/client/demographics') });
  return (
    <div className="page">
      <h1>{t('me.title')}</h1>
      <p>{t('me.why')}</p>
      <p>{t('me.who')}</p>
      {query.isPending && <Skeleton rows={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Form kept={query.data} />}
      <Button look="plain" onPress={() => go('#/data')}>{t('me.back')}</Button>
    </div>
  );
}
