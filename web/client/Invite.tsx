import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ApiError, get, post, setCsrf, type Invite as InviteState, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { changeSession } from '../kit/forget';
import { isLang, lang, setLang } from '../kit/i18n';
import { Button, Failed, Field, Skeleton, useErrorText } from '../kit/parts';
import { recall } from '../kit/storage';
import { go } from '../kit/route';
import { LanguageAndTheme } from './Settings';

export function Invite({ token }: { token: string }) {
  const { t } = useTranslation();
  const invite = useQuery({ queryKey: ['invite', token], queryFn: () => get<InviteState>(`/invites/${encodeURIComponent(token)}`) });
  const offered = invite.data?.lang;
  useEffect(() => {
    if (isLang(offered) && recall('lang') === null) void setLang(offered, false);
  }, [offered]);
  if (invite.isPending) return <Skeleton rows={4} />;
  if (invite.isError && invite.error instanceof ApiError && invite.error.status >= 400 && invite.error.status < 500) return <Closed state="unknown" />;
  if (failed(invite)) return <div className="page"><Failed error={invite.error} onRetry={() => void invite.refetch()} /></div>;
  if (invite.data.state !== 'open') return <Closed state={invite.data.state} />;
  return (
    <div className="page">
      <p className="kicker">{invite.data.programme.name}</p>
      <h1>{t('invite.title')}</h1>
      <p>{t('invite.body')}</p>
      <Accept token={token} />
      <LanguageAndTheme />
    </div>
  );
}

function Closed({ state }: { state: 'used' | 'expired' | 'unknown' }) {
  const { t } = useTranslation();
  return (
    <div className="page">
      <h1>{t(`invite.${state}_title`)}</h1>
      <p>{t(`invite.${state}_body`)}</p>
      <p>{t('welcome.help')}</p>
    </div>
  );
}

function Accept({ token }: { token: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [year, setYear] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const accept = useMutation({
    mutationFn: () => post<Session>(`/invites/${encodeURIComponent(token)}/accept`, { second_fact: year, lang: lang() }),
    onSuccess: (session) => {
      setCsrf(session.csrf);
      changeSession(queries, session);
      go('#/about', true);
    },
    onError: (error) => {
      const refused = error instanceof ApiError && error.status >= 400 && error.status < 500;
      if (refused && (error.status === 410 || /closed|used|expired/.test(error.code))) void queries.invalidateQueries({ queryKey: ['invite', token] });
      setWrong(refused && error.status !== 429 ? t('invite.wrong') : errorText(error));
    },
  });
  const submit = (): void => {
    if (accept.isPending) return;
    if (/^(19|20)\d\d$/.test(year)) accept.mutate();
    else setWrong(t('invite.year_form'));
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label={t('invite.year')} hint={t('invite.year_hint')} value={year} onChange={(value) => (setYear(value.trim()), setWrong(null))} inputMode="numeric" autoComplete="off" maxLength={4} wrong={wrong} required />
      <Button type="submit" look="primary" isPending={accept.isPending}>
        {t('invite.next')}
      </Button>
    </Form>
  );
}
