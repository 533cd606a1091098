/* What the past would have been under other thresholds or another policy: asked, watched, cancelled, read. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get, post, type Session } from '../kit/api';
import { failed } from '../kit/failed';
import { lang } from '../kit/i18n';
import type { WhatIf, WhatIfBrief, WhatIfExample, WhatIfs } from '../kit/load';
import { Button, Empty, Failed, Field, LevelBadge, Select, Skeleton, useErrorText, When } from '../kit/parts';
import { go, href } from '../kit/route';
import { Mark, number, percent } from './Load';

/* ---- asking ---- */

interface Cap {
  concept: string;
  level: string;
}

function PackFile({ onText, name }: { onText: (text: string, name: string) => void; name: string }) {
  const { t } = useTranslation();
  return (
    <label className="pack-file wide">
      <span className="label">{t('whatif.pack')}</span>
      <span className="hint">{t('whatif.pack_hint')}</span>
      <input
        type="file"
        accept=".yaml,.yml"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (!file) onText('', '');
          else void file.text().then((text) => onText(text, file.name));
        }}
      />
      {name && <span className="quiet">{t('whatif.pack_chosen', { name })}</span>}
    </label>
  );
}

function Caps({ caps, onChange }: { caps: Cap[]; onChange: (caps: Cap[]) => void }) {
  const { t } = useTranslation();
  const set = (at: number, change: Partial<Cap>): void => onChange(caps.map((cap, index) => (index === at ? { ...cap, ...change } : cap)));
  return (
    <div className="wide caps">
      {caps.length > 0 && (
        <ul className="caps">
          {caps.map((cap, index) => (
            <li key={index}>
              <Field label={t('whatif.cap_concept')} value={cap.concept} onChange={(concept) => set(index, { concept })} maxLength={90} />
              <Select label={t('whatif.cap_level')} value={cap.level} onChange={(level) => set(index, { level })} options={['0', '1', '2', '3'].map((id) => ({ id, label: t('whatif.at_most', { level: id }) }))} />
              <Button onPress={() => onChange(caps.filter((_, at) => at !== index))}>{t('whatif.cap_remove')}</Button>
            </li>
          ))}
        </ul>
      )}
      {caps.length < 16 && <Button className="start" look="plain" onPress={() => onChange([...caps, { concept: '', level: '2' }])}>{t('whatif.cap_add')}</Button>}
    </div>
  );
}

function Ask({ all, onStarted }: { all: WhatIfs; onStarted: (id: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [days, setDays] = useState('28');
  const [policy, setPolicy] = useState('');
  const [level, setLevel] = useState('0');
  const [confidence, setConfidence] = useState('');
  const [caps, setCaps] = useState<Cap[]>([]);
  const [pack, setPack] = useState({ text: '', name: '' });
  const share = confidence.trim() === '' ? 0 : Number(confidence.replace(',', '.'));
  const wrongShare = Number.isNaN(share) || share < 0 || share > 100;
  const act = useMutation({
    mutationFn: () => post<WhatIfBrief>('/staff/what-if', { days: Number(days), from_level: Number(level), confidence: Math.round(share * 10), caps: caps.filter((cap) => cap.concept.trim()).map((cap) => ({ concept: cap.concept.trim(), level: Number(cap.level) })), ...(policy ? { policy } : {}), ...(pack.text ? { pack: pack.text } : {}) }),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ['what-if'] });
      onStarted(run.id);
    },
  });
  return (
    <form className="whatif-form" onSubmit={(event) => (event.preventDefault(), !wrongShare && act.mutate())}>
      <Select label={t('whatif.days')} value={days} onChange={setDays} options={['7', '28', '92'].map((id) => ({ id, label: t('load.last', { count: Number(id) }) }))} />
      <Select label={t('whatif.policy')} value={policy} onChange={setPolicy} options={[{ id: '', label: t('whatif.policy_same') }, ...all.policies.filter((each) => each.id !== all.current).map((each) => ({ id: each.id, label: each.name }))]} />
      <Select label={t('whatif.from_level')} value={level} onChange={setLevel} options={['0', '1', '2', '3', '4'].map((id) => ({ id, label: t(id === '0' ? 'whatif.level_policy' : 'whatif.level_from', { level: id }) }))} />
      <Field label={t('whatif.confidence')} hint={t('whatif.confidence_hint')} value={confidence} onChange={setConfidence} inputMode="numeric" maxLength={5} wrong={wrongShare ? t('whatif.confidence_wrong') : null} />
      <Caps caps={caps} onChange={setCaps} />
      <PackFile name={pack.name} onText={(text, name) => setPack({ text, name })} />
      {act.isError && <p className="wrong wide" role="alert">{errorText(act.error)}</p>}
      <div className="wide"><Button type="submit" look="primary" isPending={act.isPending} isDisabled={wrongShare}>{t('whatif.start')}</Button></div>
    </form>
  );
}

/* ---- reading ---- */

function Difference({ name, before, after, digits = 0 }: { name: string; before: number | null; after: number | null; digits?: number }) {
  const { t } = useTranslation();
  const change = before !== null && after !== null ? after - before : null;
  return (
    <div>
      <dt>{name}</dt>
      <dd><b>{number(before, digits)} → {number(after, digits)}</b></dd>
      {change !== null && <dd className="quiet">{change === 0 ? t('whatif.same') : t(change < 0 ? 'whatif.fewer' : 'whatif.more', { count: Math.abs(change), shown: number(Math.abs(change), digits) })}</dd>}
    </div>
  );
}

function Examples({ list }: { list: WhatIfExample[] }) {
  const { t } = useTranslation();
  if (list.length === 0) return null;
  return (
    <>
      <h3>{t('whatif.examples')}</h3>
      <div className="table-wrap" tabIndex={0} role="region" aria-label={t('whatif.examples')}>
        <table>
          <thead><tr><th scope="col">{t('load.who')}</th><th scope="col">{t('whatif.when')}</th><th scope="col">{t('whatif.found')}</th><th scope="col">{t('whatif.change')}</th><th scope="col">{t('whatif.ended')}</th></tr></thead>
          <tbody>
            {list.map((one) => (
              <tr key={one.message_id}>
                <th scope="row">{one.client ? <a href={href('conversation', one.conversation_id)}>{one.client.name ?? one.client.pseudonym}</a> : <span className="mono quiet">{one.message_id.slice(-6)}</span>}</th>
                <td><When at={one.at} /></td>
                <td><LevelBadge level={one.level_before} bare /> <span className="mono quiet">{one.concept}</span></td>
                <td>{one.before && !one.after ? t('whatif.not_raised', { priority: one.before }) : t('whatif.newly_raised', { priority: one.after })}</td>
                <td>{one.before ? t(`load.end.${one.end}`) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Rules({ rules }: { rules: NonNullable<WhatIf['rules']> }) {
  const { t } = useTranslation();
  const changed = rules.filter((rule) => rule.before !== rule.after).sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  if (changed.length === 0) return <p>{t('whatif.rules_same')}</p>;
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={t('whatif.rules')}>
      <table>
        <thead><tr><th scope="col">{t('load.by_rule')}</th><th scope="col" className="num">{t('whatif.now')}</th><th scope="col" className="num">{t('whatif.then')}</th><th scope="col" className="num">{t('whatif.difference')}</th></tr></thead>
        <tbody>{changed.map((rule) => <tr key={rule.id}><th scope="row">{rule.text && <span className="rule-text">{rule.text}</span>}<span className="mono quiet">{rule.id}</span></th><td className="num">{number(rule.before)}</td><td className="num">{number(rule.after)}</td><td className="num">{rule.after > rule.before ? '+' : '−'}{number(Math.abs(rule.after - rule.before))}</td></tr>)}</tbody>
      </table>
    </div>
  );
}

function Result({ run }: { run: WhatIf }) {
  const { t } = useTranslation();
  const { before, after, lost_by: by, budget = 2, messages = 0 } = run;
  if (!before || !after || !by) return null;
  const over = after.per_hour !== null && after.per_hour > budget;
  const agreement = messages > 0 ? (run.agree ?? 0) / messages : null;
  return (
    <div className="block">
      {run.state === 'cancelled' && <p className="notice warn">{t('whatif.part')}</p>}
      {by.true > 0 && <p className="notice bad" role="alert">{t('whatif.lost_true', { count: by.true })}</p>}
      {(run.lost ?? 0) > 0 && by.true === 0 && <p className="notice warn">{t('whatif.lost', { count: run.lost, false: by.false, open: by.open + by.unclear })}</p>}
      {(run.lost ?? 0) === 0 && (run.gained ?? 0) === 0 && <p className="notice">{t('whatif.nothing')}</p>}
      <dl className="versus">
        <Difference name={t('whatif.alerts')} before={before.alerts} after={after.alerts} />
        <Difference name={t('whatif.high')} before={before.high} after={after.high} />
        <Difference name={t('load.each_hour')} before={before.per_hour} after={after.per_hour} digits={2} />
        <Difference name={t('whatif.hours_over')} before={before.over} after={after.over} />
      </dl>
      {after.per_hour !== null && <p><Mark over={over}>{t(over ? 'whatif.over' : 'whatif.within', { budget })}</Mark></p>}
      {agreement !== null && <p className={agreement < 0.9 ? 'notice warn' : 'quiet'}>{t('whatif.agreement', { share: percent(agreement), of: number(messages), real: number(run.real_alerts) })}{(run.left_out ?? 0) > 0 && ` ${t('whatif.left_out', { count: run.left_out })}`}</p>}
      <h3>{t('whatif.rules')}</h3>
      <Rules rules={run.rules ?? []} />
      <Examples list={run.examples ?? []} />
    </div>
  );
}

function changeWords(t: (key: string, values?: Record<string, unknown>) => string, run: WhatIfBrief, current: string): string {
  const { policy, pack, confidence, from_level, caps } = run.change;
  const words = [
    pack ? t('whatif.said_pack', { pack }) : policy && policy !== current ? t('whatif.said_policy', { policy }) : '',
    from_level > 0 ? t('whatif.said_level', { level: from_level }) : '',
    confidence > 0 ? t('whatif.said_confidence', { share: percent(confidence / 1000) }) : '',
    ...caps.map((cap) => t('whatif.said_cap', { concept: cap.concept, level: cap.level })),
  ].filter(Boolean);
  return words.length > 0 ? words.join('; ') : t('whatif.said_nothing');
}

function Run({ id, current }: { id: string; current: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ['what-if', id, lang()], queryFn: () => get<WhatIf>(`/staff/what-if/${id}?lang=${lang()}`), refetchInterval: (running) => (running.state.data?.state === 'running' ? 400 : false), retry: false });
  const cancel = useMutation({ mutationFn: () => post<WhatIfBrief>(`/staff/what-if/${id}/cancel`, {}), onSettled: () => void queries.invalidateQueries({ queryKey: ['what-if'] }) });
  if (query.isPending) return <Skeleton rows={4} />;
  if (failed(query)) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  const run = query.data;
  const done = Math.round(run.progress / 10);
  return (
    <div className="block" aria-live="polite">
      <p><strong>{changeWords(t, run, current)}</strong> <span className="quiet"><When at={run.from} /> – <When at={run.to} /></span></p>
      {run.state === 'running' && (
        <div className="replaying">
          <label htmlFor="replaying">{t('whatif.running', { share: done })}</label>
          <progress id="replaying" max={1000} value={run.progress} />
          <Button isPending={cancel.isPending} onPress={() => cancel.mutate()}>{t('kit.cancel')}</Button>
        </div>
      )}
      {run.state === 'failed' && <p className="notice bad" role="alert">{t(run.failure === 'too_many' ? 'whatif.too_many' : 'whatif.unread')}</p>}
      {(run.state === 'done' || run.state === 'cancelled') && <Result run={run} />}
    </div>
  );
}

export function WhatIfPart({ session, selected }: { session: Session; selected: string | null }) {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ['what-if'], queryFn: () => get<WhatIfs>('/staff/what-if'), staleTime: 10_000 });
  return (
    <section className="block" aria-labelledby="whatif-title">
      <h2 id="whatif-title">{t('whatif.title')}</h2>
      <p>{t('whatif.body')}</p>
      {query.isPending && <Skeleton rows={3} />}
      {query.isError && <Failed error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <>
          <Ask all={query.data} onStarted={(id) => go(href('load', id))} />
          {selected ? <Run key={selected} id={selected} current={query.data.current} /> : query.data.items.length === 0 && <Empty title={t('whatif.empty_title')}><p>{t('whatif.empty_body')}</p></Empty>}
          {query.data.items.some((run) => run.id !== selected) && (
            <>
              <h3>{t('whatif.earlier')}</h3>
              <ul className="block">{query.data.items.filter((run) => run.id !== selected).map((run) => <li key={run.id}><a href={href('load', run.id)}>{changeWords(t, run, query.data.current)}</a> <span className="quiet">{t(`whatif.state.${run.state}`)} · <When at={run.started_at} />{run.started_by && run.started_by !== session.person.name ? ` · ${run.started_by}` : ''}</span></li>)}</ul>
            </>
          )}
        </>
      )}
    </section>
  );
}
