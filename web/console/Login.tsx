import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ApiError, post, type Session } from '../kit/api';
import { languageNames, languages, lang, setLang, type Lang } from '../kit/i18n';
import { Button, Field, Select, useErrorText } from '../kit/parts';

export function Login({ onDone }: { onDone: (session: Session) => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const signIn = useMutation({
    mutationFn: () => post<Session>('/staff/login', { login, password, ...(totp ? { totp } : {}) }),
    onSuccess: onDone,
    onError: (error) => {
      if (!(error instanceof ApiError)) return setWrong(errorText(error));
      if (error.code === 'totp_required') {
        setNeedsCode(true);
        return setWrong(totp ? t('login.bad_code') : null);
      }
      if (error.code === 'locked' || error.status === 429) return setWrong(t('login.locked', { count: Math.ceil(secondsOf(error) / 60) }));
      return setWrong(error.status === 401 ? t('login.bad') : errorText(error));
    },
  });
  return (
    <main className="login">
      <Form
        className="login-card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!signIn.isPending) signIn.mutate();
        }}
      >
        <img src="/console.svg" alt="" width="40" height="40" />
        <h1>{t('login.title')}</h1>
        {wrong && (
          <p className="notice bad" role="alert">
            {wrong}
          </p>
        )}
        {needsCode ? (
          <Field key="code" label={t('login.code')} hint={t('login.code_hint')} value={totp} onChange={(value) => setTotp(value.replace(/\D/g, ''))} inputMode="numeric" autoComplete="one-time-code" maxLength={6} required autoFocus />
        ) : (
          <>
            <Field label={t('login.login')} value={login} onChange={setLogin} autoComplete="username" required />
            <Field label={t('login.password')} value={password} onChange={setPassword} type="password" autoComplete="current-password" required />
          </>
        )}
        <Button type="submit" look="primary" isPending={signIn.isPending}>
          {needsCode ? t('login.confirm') : t('login.next')}
        </Button>
        {needsCode && (
          <Button look="plain" onPress={() => (setNeedsCode(false), setTotp(''), setWrong(null))}>
            {t('login.back')}
          </Button>
        )}
        <Select quiet label={t('kit.language')} value={lang()} options={languages.map((id) => ({ id, label: languageNames[id] }))} onChange={(id) => void setLang(id as Lang)} />
      </Form>
    </main>
  );
}

function secondsOf(error: ApiError): number {
  const body = error.body as { retry_after_seconds?: number; error?: { retry_after_seconds?: number } } | null;
  return body?.retry_after_seconds ?? body?.error?.retry_after_seconds ?? 60;
}
