import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Alert, AlertDetail, Role, StaffConversation, Verdict } from '../kit/api';
import { lang } from '../kit/i18n';
import { IconCheck } from '../kit/icons';
import { Ago, Button, Deadline, LevelBadge, useErrorText, When } from '../kit/parts';
import { href } from '../kit/route';
import { clockTime } from '../kit/time';
import { OverrideDialog, ReleaseDialog, ResolveDialog, useAlertAct } from './dialogs';
import { FirstMinute, FirstNeeds } from './FirstMinute';
import { useKeys } from './keys';
import { ContactDialog, HandoverDialog } from './Outcome';

type Open = 'contact' | 'handover' | 'resolve' | 'override' | 'release' | null;

function Person({ talk, alert }: { talk: StaffConversation | null; alert: Alert | null }) {
  const { t } = useTranslation();
  const client = talk?.client;
  const name = (code: string, type: 'language' | 'region'): string => {
    try {
      return new Intl.DisplayNames(lang(), { type }).of(code) ?? code;
    } catch {
      return code;
    }
  };
  const pseudonym = client?.pseudonym ?? alert?.client.pseudonym ?? '';
  const real = client?.name ?? alert?.client.name ?? null;
  return (
    <section className="person">
      <h2>{real ?? pseudonym}</h2>
      <dl>
        {real && <div><dt>{t('person.pseudonym')}</dt><dd>{pseudonym}</dd></div>}
        {client && <div><dt>{t('person.language')}</dt><dd>{name(client.lang, 'language')}</dd></div>}
        {client && <div><dt>{t('person.country')}</dt><dd>{name(client.country, 'region')}</dd></div>}
        {client?.last_message_at && <div><dt>{t('person.last')}</dt><dd><Ago at={client.last_message_at} /></dd></div>}
      </dl>
    </section>
  );
}

/* The way from detection to contact, as it truly stands. */
function Steps({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const steps: [string, string | null][] = [['detected', alert.created_at], ['acknowledged', alert.acknowledged_at], ['contacted', alert.contacted_at], ['resolved', alert.resolved_at]];
  return (
    <ol className="steps">
      {steps.map(([id, at]) => (
        <li key={id} data-done={at !== null || undefined}>
          <i>{at !== null && <IconCheck />}</i>
          <span>{t(`step.${id}`)}{at ? <span className="quiet"> <When at={at} /></span> : null}</span>
        </li>
      ))}
    </ol>
  );
}

function Clock({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  if (alert.state === 'resolved') return <p className="big-clock">{t('alert.state.resolved')}</p>;
  if (!alert.deadline_at) return <p className="big-clock">{t('alert.no_clock')}</p>;
  return (
    <p className="big-clock">
      <span>{t(`alert.to.${alert.deadline_kind ?? 'acknowledge'}`)}</span>
      <Deadline at={alert.deadline_at} />
      {alert.escalation_step > 0 && <span className="quiet">{t('alert.escalated', { count: alert.escalation_step })}</span>}
    </p>
  );
}

function Action({ id, keyName, primary, onPress, busy }: { id: string; keyName: string; primary?: boolean; onPress: () => void; busy?: boolean }) {
  const { t } = useTranslation();
  return (
    <li className="action">
      <Button look={primary ? 'primary' : 'outline'} isPending={busy} onPress={onPress} aria-describedby={'does-' + id} aria-keyshortcuts={keyName || undefined}>
        {t(`decide.${id}`)}
        {keyName && <kbd aria-hidden="true">{keyName}</kbd>}
      </Button>
      <p id={'does-' + id} className="quiet">{t(`decide.${id}_does`)}</p>
    </li>
  );
}

function Earlier({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  if (!alert.history || alert.history.length === 0) return null;
  return (
    <section className="earlier">
      <h3>{t('decide.earlier')}</h3>
      <ul>{alert.history.map((each) => <li key={each.id}><a href={href('today', each.id)}><LevelBadge level={each.level} bare /> <span>{each.reason}</span> <span className="quiet"><When at={each.created_at} /> · {t(`alert.state.${each.state}`)}</span></a></li>)}</ul>
    </section>
  );
}

const verdictOf = (alert: Alert | null, talk: StaffConversation | null): Verdict | null => talk?.messages.find((message) => message.id === alert?.message_id)?.verdict ?? [...(talk?.messages ?? [])].reverse().find((message) => message.role === 'client' && message.verdict)?.verdict ?? null;

export function Decide({ alert, talk, role, me }: { alert: AlertDetail | null; talk: StaffConversation | null; role: Role; me: string }) {
  return (
    <div className="decide">
      {alert && <AlertPart alert={alert} talk={talk} role={role} me={me} />}
      {!alert && talk && <TalkPart talk={talk} role={role} />}
      <Person talk={talk} alert={alert} />
      {alert && <Earlier alert={alert} />}
    </div>
  );
}

function TalkPart({ talk, role }: { talk: StaffConversation; role: Role }) {
  const [open, setOpen] = useState<Open>(null);
  const clinical = role !== 'coach' && role !== 'compliance';
  if (!clinical || talk.conversation.state !== 'held') return null;
  return (
    <>
      <ul className="actions-list"><Action id="release" keyName="" onPress={() => setOpen('release')} /></ul>
      {open === 'release' && <ReleaseDialog talk={talk} onClose={() => setOpen(null)} />}
    </>
  );
}

function AlertPart({ alert, talk, role, me }: { alert: AlertDetail; talk: StaffConversation | null; role: Role; me: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [open, setOpen] = useState<Open>(null);
  const act = useAlertAct(alert);
  const verdict = verdictOf(alert, talk);
  const clinical = role !== 'coach' && role !== 'compliance';
  const done = alert.state === 'resolved';
  const waits = alert.state === 'open';
  const next = waits ? 'acknowledge' : alert.contacted_at ? 'resolve' : 'contact';
  const run = (action: 'acknowledge' | 'take'): void => {
    if (clinical && !done && !act.isPending) act.mutate({ action });
  };
  const show = (which: Open): void => {
    if (clinical && (!done || which === 'override' || which === 'release')) setOpen(which);
  };
  useKeys({ a: () => waits && run('acknowledge'), t: () => run('take'), c: () => show('contact'), r: () => show('resolve'), h: () => alert.owner && show('handover'), o: () => verdict && show('override') });

  const actions: ReactNode[] = [];
  if (clinical && !done) {
    if (waits) actions.push(<Action key="a" id="acknowledge" keyName="a" primary={next === 'acknowledge'} busy={act.isPending && act.variables.action === 'acknowledge'} onPress={() => run('acknowledge')} />);
    if (!alert.contacted_at) actions.push(<Action key="c" id="contact" keyName="c" primary={next === 'contact'} onPress={() => show('contact')} />);
    actions.push(<Action key="r" id="resolve" keyName="r" primary={next === 'resolve'} onPress={() => show('resolve')} />);
    if (alert.state !== 'taken') actions.push(<Action key="t" id="take" keyName="t" busy={act.isPending && act.variables.action === 'take'} onPress={() => run('take')} />);
  }
  if (clinical && !done && alert.owner && (alert.owner.id === me || role === 'supervisor')) actions.push(<Action key="h" id="handover" keyName="h" onPress={() => show('handover')} />);
  if (clinical && verdict) actions.push(<Action key="o" id="override" keyName="o" onPress={() => show('override')} />);
  if (clinical && talk?.conversation.state === 'held') actions.push(<Action key="l" id="release" keyName="" onPress={() => show('release')} />);

  return (
    <>
      <section className="alert-card">
        <LevelBadge level={alert.level} />
        <p className="alert-reason">{alert.reason}</p>
        <Clock alert={alert} />
        {alert.owner && <p className="quiet">{t('alert.owner', { name: alert.owner.name })}</p>}
      </section>
      <FirstNeeds alert={alert} me={me} clinical={clinical} />
      <p className="saved" role="status">{act.isSuccess ? <>{t('decide.saved', { time: clockTime(new Date(act.submittedAt).toISOString()) })} <a href={href('journal', alert.id)}>{t('decide.in_journal')}</a></> : null}</p>
      {act.isError && <p className="wrong" role="alert">{errorText(act.error)}</p>}
      <ul className="actions-list">{actions}</ul>
      <FirstMinute alert={alert} clinical={clinical} />
      <Steps alert={alert} />
      {open === 'contact' && <ContactDialog alert={alert} onClose={() => setOpen(null)} />}
      {open === 'handover' && <HandoverDialog alert={alert} onClose={() => setOpen(null)} />}
      {open === 'resolve' && <ResolveDialog alert={alert} onClose={() => setOpen(null)} />}
      {open === 'override' && verdict && talk && <OverrideDialog verdict={verdict} conversationId={talk.conversation.id} onClose={() => setOpen(null)} />}
      {open === 'release' && talk && <ReleaseDialog talk={talk} onClose={() => setOpen(null)} />}
    </>
  );
}
