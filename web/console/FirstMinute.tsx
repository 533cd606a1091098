/* What a responder needs in the first minute, in the order of need: may I call, where are they, which number helps there, what do I do, what holds them; then who was
 * called, what came of it, and the note for the chart. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CalledAlert, Delivery, Minute, OutcomeRow } from '../kit/alerts';
import { get, post, type Page } from '../kit/api';
import { lang } from '../kit/i18n';
import { IconAlert, IconCall } from '../kit/icons';
import { Button, Failed, Skeleton, useErrorText, When } from '../kit/parts';
import { GlassDialog, Handover, SafetyDialog, useMinute } from './Outcome';
import './alerts.css';

function Part({ title, children, open }: { title: string; children: ReactNode; open?: boolean }) {
  return (
    <details className="minute-part" open={open}>
      <summary><h3>{title}</h3></summary>
      {children}
    </details>
  );
}

function region(code: string | null): string {
  try {
    return code ? (new Intl.DisplayNames(lang(), { type: 'region' }).of(code) ?? code) : '';
  } catch {
    return code ?? '';
  }
}

function Safety({ minute, mayEdit, onEdit }: { minute: Minute; mayEdit: boolean; onEdit: () => void }) {
  const { t } = useTranslation();
  const flags = (['contact_unsafe', 'partner_violence', 'shared_device'] as const).filter((id) => minute.safety[id]);
  const said = minute.safety.partner_violence_said && !minute.safety.partner_violence;
  return (
    <>
      {(flags.length > 0 || said) && (
        <div className="notice bad minute-safety" role="note">
          <IconAlert />
          <ul>
            {flags.map((id) => <li key={id}>{t(`safety.${id}`)}</li>)}
            {said && <li>{t('safety.said')}</li>}
          </ul>
        </div>
      )}
      {mayEdit && <Button small onPress={onEdit}>{t(flags.length > 0 ? 'safety.change' : 'safety.set')}</Button>}
    </>
  );
}

function Where({ minute, mayOpen, onOpen }: { minute: Minute; mayOpen: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  const { contact } = minute;
  const facts: [string, ReactNode][] = [];
  if (contact.whereabouts) facts.push(['whereabouts', <>{contact.whereabouts} {contact.whereabouts_at && <span className="quiet"><When at={contact.whereabouts_at} /></span>}</>]);
  for (const id of ['callback', 'phone', 'address', 'legal_name', 'birth_date'] as const) if (contact[id]) facts.push([id, contact[id]]);
  return (
    <section className="minute-where">
      <h3>{t('minute.where')}</h3>
      {facts.length > 0 && <dl>{facts.map(([id, value]) => <div key={id}><dt>{t(`minute.${id}`)}</dt><dd>{value}</dd></div>)}</dl>}
      {contact.declined && <p className="quiet">{t('minute.declined')}</p>}
      {contact.contacts.length > 0 && <ul className="minute-people">{contact.contacts.map((each, index) => <li key={index}><b>{each.name}</b> {each.relation} <span className="mono">{each.phone}</span></li>)}</ul>}
      {facts.length === 0 && contact.contacts.length === 0 && <p className="quiet">{t('minute.nothing_shared')}</p>}
      {contact.glass_open && <p className="notice">{t('minute.glass_open')}</p>}
      {mayOpen && !contact.glass_open && contact.hidden > 0 && <Button small onPress={onOpen}>{t('minute.open', { count: contact.hidden })}</Button>}
    </section>
  );
}

function Emergency({ minute }: { minute: Minute }) {
  const { t } = useTranslation();
  const { emergency } = minute;
  return (
    <div className="minute-emergency">
      <p className="minute-number">
        <IconCall />
        <span>{emergency.number ? <><b>{emergency.number}</b> {t('minute.emergency', { country: region(emergency.country) })}</> : t('minute.emergency_unknown', { country: region(emergency.country) })}</span>
      </p>
      <p className="quiet">{emergency.assumed && t('minute.assumed')} {emergency.source && t('minute.checked', { date: emergency.verified_at ?? '', source: emergency.source })}</p>
    </div>
  );
}

function Playbook({ minute }: { minute: Minute }) {
  const { t } = useTranslation();
  const book = minute.playbook;
  if (!book) return null;
  return (
    <Part title={t('minute.playbook', { title: book.title })} open>
      <ol className="minute-steps">{book.steps.map((step) => <li key={step.id}>{step.text}</li>)}</ol>
      <h4>{t('minute.avoid')}</h4>
      <ul className="minute-avoid">{book.avoid.map((step) => <li key={step.id}>{step.text}</li>)}</ul>
      <p><b>{t('minute.close_when')}</b> {book.close}</p>
      <p className="quiet">{book.pack} · {t('minute.review', { review: book.review })}</p>
    </Part>
  );
}

function Duties({ minute }: { minute: Minute }) {
  const { t } = useTranslation();
  if (minute.duties.length === 0) return null;
  return (
    <Part title={t('minute.duties')}>
      <ul className="minute-duties">
        {minute.duties.map((duty) => (
          <li key={duty.id}>
            <b>{duty.title}</b> <span className="tag">{duty.place === '*' ? t('outcome.everywhere') : duty.place}</span>
            <p>{duty.basis}</p>
            <p>{duty.agency}</p>
            <p className="quiet">{duty.due_minutes ? t('minute.due', { hours: Math.round(duty.due_minutes / 60) }) : t('minute.at_once')} · {t(`outcome.certainty.${duty.certainty}`)} {t('outcome.source', { source: duty.source })}</p>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Holds({ minute }: { minute: Minute }) {
  const { t } = useTranslation();
  return (
    <>
      <section>
        <h3>{t('minute.protective')}</h3>
        {minute.protective.length > 0 ? <ul className="minute-protective">{minute.protective.map((each) => <li key={each.concept}>{each.why} <span className="quiet"><When at={each.at} /></span></li>)}</ul> : <p className="quiet">{t('minute.protective_none')}</p>}
      </section>
      <p>{minute.history.alerts > 0 ? t('minute.history', { count: minute.history.alerts, high: minute.history.high }) : t('minute.history_none')}</p>
      <p>{minute.plan ? (minute.plan.shared ? <>{t('minute.plan')} <When at={minute.plan.at} /></> : t('minute.plan_private')) : t('minute.plan_none')}</p>
    </>
  );
}

function Calls({ alert }: { alert: CalledAlert }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['deliveries', alert.id, alert.version], queryFn: () => get<Page<Delivery>>(`/staff/alerts/${alert.id}/deliveries?limit=100`), staleTime: 5_000 });
  const calls = query.data?.items.filter((each) => each.purpose !== 'answered') ?? []; /* that it is answered is told, not called */
  if (calls.length === 0) return null;
  return (
    <Part title={t('minute.calls', { count: calls.length })}>
      <ul className="minute-calls">
        {calls.map((each) => (
          <li key={each.id} data-state={each.state}>
            <span>{each.staff?.name ?? '–'}</span> <span>{t(`channel.${each.channel}`)}</span> <b>{t(`channel.state.${each.state}`)}</b> <span className="quiet"><When at={each.sent_at ?? each.created_at} />{each.failure ? ` · ${each.failure}` : each.receipt && each.channel !== 'console' ? ` · ${each.receipt}` : ''}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Made({ alert, row }: { alert: CalledAlert; row: OutcomeRow }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: () => post(`/staff/outcomes/${row.id}/made`, { version: row.version }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['outcomes', alert.id] }),
  });
  if (!row.report || row.report.made) return null;
  return <p>{row.report.due_at && <>{t('minute.report_due')} <When at={row.report.due_at} /> </>}<Button small isPending={act.isPending} onPress={() => act.mutate()}>{t('minute.report_made')}</Button>{act.isError && <span className="wrong" role="alert">{errorText(act.error)}</span>}</p>;
}

function Outcomes({ alert, mayEdit }: { alert: CalledAlert; mayEdit: boolean }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['outcomes', alert.id, alert.version], queryFn: () => get<Page<OutcomeRow>>(`/staff/alerts/${alert.id}/outcomes?limit=100`), staleTime: 5_000 });
  if (!query.data || query.data.items.length === 0) return null;
  return (
    <section>
      <h3>{t('minute.outcomes')}</h3>
      <ol className="minute-outcomes">
        {query.data.items.map((row) => (
          <li key={row.id}>
            <b>{t(`outcome.${row.outcome}`)}</b> <span className="quiet">{row.by?.name} · <When at={row.at} /></span>
            {row.note && <p>{row.note}</p>}
            {row.report && <p className="quiet">{row.report.basis} · {row.report.agency}</p>}
            {mayEdit && <Made alert={alert} row={row} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Note({ alert }: { alert: CalledAlert }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [said, setSaid] = useState('');
  const copy = (): void => void get<{ text: string }>(`/staff/alerts/${alert.id}/note?lang=${lang()}`).then((note) => navigator.clipboard.writeText(note.text)).then(() => setSaid(t('minute.copied')), (error: unknown) => setSaid(errorText(error)));
  return (
    <section>
      <h3>{t('minute.note')}</h3>
      <div className="actions start">
        <Button small onPress={copy}>{t('minute.copy')}</Button>
        <a className="button small" href={`/api/v1/staff/alerts/${alert.id}/note.pdf?lang=${lang()}`} download="risk-note.pdf">{t('minute.pdf')}</a>
      </div>
      <p role="status" className="quiet">{said}</p>
    </section>
  );
}

/* What comes before any act: is somebody asked to take it, may I call, which number helps there. */
export function FirstNeeds({ alert, me, clinical }: { alert: CalledAlert; me: string; clinical: boolean }) {
  const { t } = useTranslation();
  const query = useMinute(alert.id);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Handover alert={alert} me={me} />
      {alert.state !== 'resolved' && alert.undelivered && <p className="notice bad" role="alert"><IconAlert />{t('minute.undelivered')}</p>}
      {alert.state === 'open' && alert.exhausted_at && <p className="notice bad" role="alert"><IconAlert />{t('minute.exhausted')}</p>}
      {alert.about === 'other_person' && <p className="notice">{t('minute.other_person')}</p>}
      {query.data && <Safety minute={query.data} mayEdit={clinical} onEdit={() => setOpen(true)} />}
      {query.data && <Emergency minute={query.data} />}
      {open && query.data && <SafetyDialog alert={alert} minute={query.data} onClose={() => setOpen(false)} />}
    </>
  );
}

export function FirstMinute({ alert, clinical }: { alert: CalledAlert; clinical: boolean }) {
  const { t } = useTranslation();
  const query = useMinute(alert.id);
  const [open, setOpen] = useState(false);
  const seen = useRef('');
  useEffect(() => {
    if (seen.current === alert.id) return;
    seen.current = alert.id;
    void post(`/staff/alerts/${alert.id}/seen`, {}).catch(() => undefined); /* the page's own receipt; nothing waits for it */
  }, [alert.id]);
  return (
    <section className="minute" aria-labelledby="minute-title">
      <h2 id="minute-title">{t('minute.title')}</h2>
      {query.isPending && <Skeleton rows={6} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <>
          <Playbook minute={query.data} />
          <Where minute={query.data} mayOpen={clinical && alert.state !== 'resolved'} onOpen={() => setOpen(true)} />
          <Holds minute={query.data} />
          <Duties minute={query.data} />
        </>
      )}
      <Outcomes alert={alert} mayEdit={clinical} />
      <Calls alert={alert} />
      {(alert.state === 'resolved' || alert.contacted_at) && <Note alert={alert} />}
      {open && <GlassDialog alert={alert} onClose={() => setOpen(false)} />}
    </section>
  );
}
