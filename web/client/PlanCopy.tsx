/* The plan without a connection: the copy on this phone, made only when asked for. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../kit/courses';
import { Button, Dialog, Field } from '../kit/parts';
import { canSeal, copyState, keepOpen, keepSealed, PIN_MIN, readOpen, readSealed, removeCopy, type Copy } from './planCopy';
import { PlanText } from './Plan';

function KeepDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const copy: Copy = { sections: plan.sections, number: plan.number };
  const short = pin.length < PIN_MIN;
  const seal = (): void => {
    setTried(true);
    if (short || pin !== again) return;
    setBusy(true);
    void keepSealed(copy, pin).then(onClose).finally(() => setBusy(false));
  };
  return (
    <Dialog title={t('plan.copy_title')} open onClose={onClose}>
      {canSeal() ? (
        <form className="pin-form" onSubmit={(event) => (event.preventDefault(), seal())}>
          <p>{t('plan.copy_pin_body')}</p>
          <Field label={t('plan.pin')} hint={t('plan.pin_hint')} type="password" inputMode="numeric" autoComplete="off" value={pin} onChange={setPin} maxLength={32} wrong={tried && short ? t('plan.pin_short', { count: PIN_MIN }) : null} />
          <Field label={t('plan.pin_again')} type="password" inputMode="numeric" autoComplete="off" value={again} onChange={setAgain} maxLength={32} wrong={tried && !short && pin !== again ? t('plan.pin_differs') : null} />
          <Button type="submit" look="primary" isPending={busy}>{t('plan.copy_with_pin')}</Button>
        </form>
      ) : (
        <p>{t('plan.copy_no_seal')}</p>
      )}
      <p className="quiet">{t('plan.copy_open_body')}</p>
      <div className="actions">
        <Button onPress={onClose}>{t('kit.cancel')}</Button>
        <Button look="danger" onPress={() => (keepOpen(copy), onClose())}>{t('plan.copy_open')}</Button>
      </div>
    </Dialog>
  );
}

export function CopyPart({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [state, setState] = useState(copyState());
  return (
    <section className="no-print" aria-labelledby="copy-title">
      <h2 id="copy-title">{t('plan.copy')}</h2>
      <p>{t(`plan.copy_is_${state}`)}</p>
      <div className="next-actions">
        <Button look="outline" onPress={() => setAsking(true)}>{t(state === 'none' ? 'plan.copy_make' : 'plan.copy_renew')}</Button>
        {state !== 'none' && <Button look="plain" onPress={() => (removeCopy(), setState('none'))}>{t('plan.copy_remove')}</Button>}
      </div>
      {asking && <KeepDialog plan={plan} onClose={() => (setAsking(false), setState(copyState()))} />}
    </section>
  );
}

/* Shown when the plan cannot be fetched, and to somebody who is signed out on a phone that holds a copy. */
export function OfflinePlan() {
  const { t } = useTranslation();
  const [copy, setCopy] = useState<Copy | null>(readOpen());
  const [pin, setPin] = useState('');
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const open = (): void => {
    setBusy(true);
    void readSealed(pin).then((found) => {
      setBusy(false);
      setWrong(!found);
      setPin('');
      if (found) setCopy(found);
    });
  };
  return (
    <div className="page plan">
      <h1>{t('plan.title')}</h1>
      <p className="quiet">{t('plan.copy_shown')}</p>
      {copy ? (
        <PlanText sections={copy.sections} />
      ) : (
        <form className="pin-form" onSubmit={(event) => (event.preventDefault(), busy || open())}>
          <Field label={t('plan.pin_ask')} type="password" inputMode="numeric" autoComplete="off" value={pin} onChange={setPin} maxLength={32} wrong={wrong ? t('plan.pin_wrong') : null} />
          <Button type="submit" look="primary" isPending={busy} isDisabled={!pin}>{t('plan.pin_open')}</Button>
        </form>
      )}
    </div>
  );
}
