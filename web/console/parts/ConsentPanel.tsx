/* What a client has agreed to, whose law counts and why, who may decide for them: for the client's page. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, put, type Role } from '../../kit/api';
import type { ConsentPanelData } from '../../kit/consent';
import { failed } from '../../kit/failed';
import { lang, languageNames, languages, word } from '../../kit/i18n';
import { Button, Choices, Dialog, Failed, Field, Select, Skeleton, useErrorText, When } from '../../kit/parts';
import './consent.css';

const keyOf = (clientId: string): string[] => ['consent-panel', clientId];

function useAct(clientId: string, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: { method: 'post' | 'put'; path: string; body: unknown }) => (method === 'post' ? post : put)<ConsentPanelData>(`/staff/clients/${clientId}/${path}`, body),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keyOf(clientId) });
      onDone?.();
    },
  });
}

/* How sure a rule is, in a word and a sign. */
export function Certainty({ of }: { of: 'V' | 'K' | '!' }) {
  const { t } = useTranslation();
  return <span className="certainty" data-of={of}>{t(`consents.certainty.${of === '!' ? 'open' : of}`)}</span>;
}

function RecordConsent({ clientId, data, onClose }: { clientId: string; data: ConsentPanelData; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [kind, setKind] = useState<string>(data.consents[0]?.kind ?? 'care');
  const [state, setState] = useState<string | null>(null);
  const [channel, setChannel] = useState<string | null>(null);
  const [language, setLanguage] = useState<string>(lang());
  const act = useAct(clientId, onClose);
  const shown = data.consents.find((each) => each.kind === kind);
  return (
    <Dialog title={t('consents.record')} open onClose={onClose}>
      <p>{t('consents.record_body')}</p>
      <Select label={t('consents.kind')} value={kind} options={data.consents.map((each) => ({ id: each.kind, label: each.document.title }))} onChange={setKind} />
      <Select label={t('kit.language')} value={language} options={languages.map((id) => ({ id, label: languageNames[id] }))} onChange={setLanguage} />
      <Choices narrow label={t('consents.said')} value={state} onChange={setState} options={(['given', 'refused', 'withdrawn'] as const).map((id) => ({ id, label: t(`consents.is.${id}`) }))} />
      <Choices narrow label={t('consents.how')} value={channel} onChange={setChannel} options={(['paper', 'spoken'] as const).map((id) => ({ id, label: t(`consents.channel.${id}`) }))} />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!state || !channel} isPending={act.isPending} onPress={() => act.mutate({ method: 'post', path: 'consents', body: { kind, state, channel, lang: language, document_version: shown?.document.version } })}>{t('consents.save')}</Button>
      </div>
    </Dialog>
  );
}

function RecordGuardian({ clientId, onClose }: { clientId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [kind, setKind] = useState<string | null>(null);
  const [guardian, setGuardian] = useState('');
  const [verified, setVerified] = useState('document');
  const [reason, setReason] = useState('');
  const act = useAct(clientId, onClose);
  return (
    <Dialog title={t('consents.guardian_new')} open onClose={onClose}>
      <p>{t('consents.guardian_body')}</p>
      <Choices label={t('consents.guardian_what')} value={kind} onChange={setKind} options={(['parental_consent', 'view', 'notice'] as const).map((id) => ({ id, label: t(`consents.guardian.${id}`), why: t(`consents.guardian.${id}_why`) }))} />
      <Field label={t('consents.guardian_who')} value={guardian} onChange={setGuardian} maxLength={100} required />
      <Select label={t('consents.verified')} value={verified} options={(['document', 'in_person', 'video', 'court_order'] as const).map((id) => ({ id, label: t(`consents.way.${id}`) }))} onChange={setVerified} />
      <Field label={t('consents.reason')} value={reason} onChange={setReason} rows={3} maxLength={1000} required />
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="primary" isDisabled={!kind || !guardian.trim() || !reason.trim()} isPending={act.isPending} onPress={() => act.mutate({ method: 'post', path: 'guardian', body: { kind, guardian, verified, reason } })}>{t('consents.save')}</Button>
      </div>
    </Dialog>
  );
}

function Law({ data }: { data: ConsentPanelData }) {
  const { t } = useTranslation();
  return (
    <section className="block">
      <h3>{t('consents.law')}</h3>
      <p className={data.rules.bot === 'therapeutic' ? undefined : 'notice warn'}>{t(`consents.bot.${data.rules.bot}`)}{data.rules.families_off && ` ${t('consents.families_off')}`}</p>
      <div className="table-wrap" tabIndex={0} role="region" aria-label={t('consents.law')}>
        <table>
          <thead><tr><th scope="col">{t('consents.where')}</th><th scope="col">{t('consents.rule')}</th><th scope="col">{t('consents.source')}</th><th scope="col">{t('consents.sure')}</th></tr></thead>
          <tbody>
            {data.laws.map((law) => (
              <tr key={law.id}>
                <th scope="row">{law.place === 'any' ? t('consents.everywhere') : law.place}</th>
                <td>{law.text}</td>
                <td className="quiet">{law.source}{law.from && <><br />{t('consents.from', { day: law.from })}</>}</td>
                <td><Certainty of={law.certainty} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Who({ clientId, data, role, onRecord }: { clientId: string; data: ConsentPanelData; role: Role; onRecord: () => void }) {
  const { t } = useTranslation();
  const clinical = role === 'clinician' || role === 'supervisor';
  const end = useAct(clientId);
  const hold = useAct(clientId);
  const [holding, setHolding] = useState(false);
  const [why, setWhy] = useState('');
  const errorText = useErrorText();
  const age = data.age > 0 ? t('consents.age', { age: data.age }) : t('consents.age_unknown');
  return (
    <section className="block">
      <h3>{t('consents.who')}</h3>
      <p className={data.may_consent ? undefined : 'notice warn'}>{age} {t(data.may_consent ? 'consents.may' : 'consents.may_not', { from: data.consents_from })}</p>
      {data.age > 0 && data.age < 18 && <p className="quiet">{t('consents.no_guardian')}</p>}
      {data.guardians && data.guardians.length > 0 && (
        <ul className="guardians">
          {data.guardians.map((each) => (
            <li key={each.id}>
              <p><strong>{t(`consents.guardian.${each.kind}`)}</strong> {each.guardian} · {t(`consents.way.${each.verified}`)}{each.state === 'ended' && ` · ${t('consents.ended')}`}</p>
              <p>{each.reason}</p>
              <p className="quiet">{each.by} · <When at={each.at} /></p>
              {clinical && each.state === 'active' && <Button small isPending={end.isPending} onPress={() => end.mutate({ method: 'post', path: `guardian/${each.id}/end`, body: {} })}>{t('consents.end')}</Button>}
            </li>
          ))}
        </ul>
      )}
      {end.isError && <p className="wrong" role="alert">{errorText(end.error)}</p>}
      <div className="panel-actions">
        {clinical && <Button onPress={onRecord}>{t('consents.guardian_new')}</Button>}
        {role === 'compliance' && <Button onPress={() => setHolding(true)}>{t(data.legal_hold ? 'consents.hold_end' : 'consents.hold_set')}</Button>}
      </div>
      {data.legal_hold && <p className="notice">{t('consents.held')}{data.legal_hold_reason && ` ${data.legal_hold_reason}`}</p>}
      {holding && (
        <Dialog title={t(data.legal_hold ? 'consents.hold_end' : 'consents.hold_set')} open onClose={() => setHolding(false)}>
          <p>{t(data.legal_hold ? 'consents.hold_end_body' : 'consents.hold_set_body')}</p>
          <Field label={t('consents.hold_reason')} value={why} onChange={setWhy} rows={2} maxLength={400} required autoFocus />
          {hold.isError && <p className="wrong" role="alert">{errorText(hold.error)}</p>}
          <div className="actions">
            <Button onPress={() => setHolding(false)}>{t('kit.cancel')}</Button>
            <Button look="primary" isDisabled={!why.trim()} isPending={hold.isPending} onPress={() => hold.mutate({ method: 'put', path: 'legal-hold', body: { legal_hold: !data.legal_hold, reason: why.trim() } }, { onSuccess: () => (setHolding(false), setWhy('')) })}>{t(data.legal_hold ? 'consents.hold_end' : 'consents.hold_set')}</Button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function Where({ clientId, data, role }: { clientId: string; data: ConsentPanelData; role: Role }) {
  const { t } = useTranslation();
  const [place, setPlace] = useState(data.place.place ?? '');
  const act = useAct(clientId);
  const errorText = useErrorText();
  const clinical = role === 'clinician' || role === 'supervisor';
  const said = data.place.declined ? t('consents.place_declined') : data.place.asked_at ? [data.place.here, data.place.whereabouts, data.place.callback].filter(Boolean).join(' · ') : t('consents.place_unasked');
  return (
    <section className="block">
      <h3>{t('consents.place')}</h3>
      {data.place.contact_unsafe && <p className="notice bad">{t('consents.unsafe')}</p>}
      <p>{t('consents.here')} {said || t('consents.place_unasked')}. {t('consents.emergency', { number: data.place.emergency })}</p>
      {clinical && (
        <form className="place-row" onSubmit={(event) => (event.preventDefault(), act.mutate({ method: 'put', path: 'place', body: { place: place.trim().toUpperCase() } }))}>
          <Field label={t('consents.lives')} hint={t('consents.lives_hint')} value={place} onChange={setPlace} maxLength={6} autoComplete="off" />
          <Button type="submit" isPending={act.isPending}>{t('consents.save')}</Button>
        </form>
      )}
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      {act.isSuccess && <p role="status" className="quiet">{t('consents.saved')}</p>}
    </section>
  );
}

export function ConsentPanel({ clientId, role }: { clientId: string; role: Role }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: [...keyOf(clientId), lang()], queryFn: () => get<ConsentPanelData>(`/staff/clients/${clientId}/consents?lang=${lang()}`) });
  const [recording, setRecording] = useState<'consent' | 'guardian' | null>(null);
  if (query.isPending) return <Skeleton rows={8} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const data = query.data;
  const carer = role === 'clinician' || role === 'supervisor' || role === 'coach';
  return (
    <div className="consent-panel">
      <section className="block">
        <h3>{t('consents.agreed')}</h3>
        <ul className="consent-grid">
          {data.consents.map((each) => (
            <li key={each.kind} data-state={each.asked_again ? 'again' : each.state}>
              <strong>{word('consents.kinds', each.kind)}</strong>
              <span className="consent-is">{t(`consents.is.${each.asked_again ? 'again' : each.state}`)}</span>
              <span className="quiet">{each.changed_at ? <When at={each.changed_at} /> : t('consents.never')}{each.required_by_law && ` · ${t('consents.required')}`}</span>
            </li>
          ))}
        </ul>
        {carer && <Button onPress={() => setRecording('consent')}>{t('consents.record')}</Button>}
        {data.history.length > 0 && (
          <details className="history">
            <summary>{t('consents.history', { count: data.history.length })}</summary>
            <div className="table-wrap" tabIndex={0} role="region" aria-label={t('consents.history', { count: data.history.length })}>
              <table>
                <thead><tr><th scope="col">{t('consents.when')}</th><th scope="col">{t('consents.kind')}</th><th scope="col">{t('consents.said')}</th><th scope="col">{t('consents.text')}</th><th scope="col">{t('consents.how')}</th></tr></thead>
                <tbody>
                  {data.history.map((row) => (
                    <tr key={row.at + row.kind}>
                      <td><When at={row.at} /></td>
                      <td>{word('consents.kinds', row.kind)}</td>
                      <td>{word('consents.is', row.state)}</td>
                      <td>{[row.version, row.lang].filter(Boolean).join(' · ')}{row.hash && <> · <code title={row.hash}>{row.hash.slice(0, 10)}</code></>}</td>
                      <td>{word('consents.channel', row.channel ?? 'screen')}{row.source !== 'app' && ` · ${word('consents.by', row.source)}`}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        )}
      </section>
      <Who clientId={clientId} data={data} role={role} onRecord={() => setRecording('guardian')} />
      <Where key={data.place.place ?? ''} clientId={clientId} data={data} role={role} />
      <Law data={data} />
      {recording === 'consent' && <RecordConsent clientId={clientId} data={data} onClose={() => setRecording(null)} />}
      {recording === 'guardian' && <RecordGuardian clientId={clientId} onClose={() => setRecording(null)} />}
    </div>
  );
}
