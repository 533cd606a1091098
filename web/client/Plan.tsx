/* The safety plan: read it, write it one heading a screen, share it or not, keep a copy on this phone, print it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, get, put } from '../kit/api';
import { headings, type Heading, type Plan as PlanRow, type PlanData, type Sections } from '../kit/courses';
import { failed } from '../kit/failed';
import { lang } from '../kit/i18n';
import { IconBack } from '../kit/icons';
import { Button, Failed, Field, Skeleton, Switch, useErrorText, When } from '../kit/parts';
import { go, href } from '../kit/route';
import { CopyPart, OfflinePlan } from './PlanCopy';
import { copyState, keepOpen } from './planCopy';
import './plan.css';

const LINES_MAX = 20;
const LINE_BYTES = 500;

export function usePlan() {
  return useQuery({ queryKey: ['plan'], queryFn: () => get<PlanData>('/client/safety-plan') });
}

const empty = (): Sections => Object.fromEntries(headings.map((each) => [each, [] as string[]])) as Sections;
const count = (sections: Sections): number => headings.reduce((sum, each) => sum + sections[each].length, 0);

/* The headings with their lines, also on paper and in the copy. */
export function PlanText({ sections, all }: { sections: Sections; all?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="plan-text">
      {headings.filter((each) => all || sections[each].length > 0).map((heading) => (
        <section key={heading} aria-labelledby={'plan-' + heading}>
          <h2 id={'plan-' + heading}>{t(`plan.${heading}.title`)}</h2>
          {sections[heading].length > 0 ? <ul>{sections[heading].map((line, index) => <li key={index}>{line}</li>)}</ul> : <p className="quiet">{t('plan.nothing')}</p>}
        </section>
      ))}
    </div>
  );
}

function Sharing({ plan }: { plan: PlanRow }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const share = useMutation({
    mutationFn: (shared: boolean) => put<PlanData>('/client/safety-plan/sharing', { shared }),
    onSuccess: (data) => {
      queries.setQueryData(['plan'], data);
      return queries.invalidateQueries({ queryKey: ['home'] });
    },
  });
  return (
    <section className="no-print" aria-labelledby="sharing-title">
      <h2 id="sharing-title">{t('plan.sharing')}</h2>
      <p>{t(plan.shared ? 'plan.is_shared' : 'plan.is_private')}</p>
      <Switch on={plan.shared} onChange={(shared) => share.mutate(shared)}>{t('plan.share')}</Switch>
      {share.isError && <p className="wrong" role="alert">{errorText(share.error)}</p>}
    </section>
  );
}

function Earlier({ data }: { data: PlanData }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number | null>(null);
  const older = data.history.filter((each) => each.number !== data.plan?.number);
  const shown = older.find((each) => each.number === open);
  if (older.length === 0) return null;
  return (
    <section className="no-print wide" aria-labelledby="earlier-title">
      <h2 id="earlier-title">{t('plan.earlier')}</h2>
      <ul className="versions">
        {older.map((each) => (
          <li key={each.number}>
            <Button look="plain" className="back" aria-expanded={open === each.number} onPress={() => setOpen(open === each.number ? null : each.number)}><When at={each.changed_at} /></Button>
            {shown?.number === each.number && <div className="full-text plan-older">{headings.filter((heading) => shown.sections[heading].length > 0).map((heading) => <div key={heading}><h3>{t(`plan.${heading}.title`)}</h3><ul>{shown.sections[heading].map((line, index) => <li key={index}>{line}</li>)}</ul></div>)}</div>}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Plan({ onHelp }: { onHelp: () => void }) {
  const { t } = useTranslation();
  const query = usePlan();
  const plan = query.data?.plan ?? null;
  useEffect(() => {
    if (plan && copyState() === 'open') keepOpen({ sections: plan.sections, number: plan.number });
  }, [plan]);
  if (query.isPending) return <div className="page"><Skeleton rows={7} /></div>;
  if (failed(query)) {
    if (query.error instanceof ApiError && query.error.status === 0 && copyState() !== 'none') return <OfflinePlan />;
    return <div className="page"><h1>{t('plan.title')}</h1><Failed error={query.error} onRetry={() => void query.refetch()} /></div>;
  }
  if (!plan)
    return (
      <div className="page plan">
        <h1>{t('plan.title')}</h1>
        <p>{t('plan.intro')}</p>
        <p>{t('plan.intro_private')}</p>
        <p className="notice">{t('plan.not_help')}</p>
        <a className="button primary" href={href('plan', 'edit', headings[0])}>{t('plan.begin')}</a>
        <Button look="outline" onPress={onHelp}>{t('help.button')}</Button>
      </div>
    );
  return (
    <div className="page plan">
      <h1>{t('plan.title')}</h1>
      <p className="quiet">{t(plan.state === 'draft' ? 'plan.draft' : 'plan.active')} <When at={plan.changed_at} /></p>
      {plan.state === 'draft' && <p className="notice no-print">{t('plan.draft_body')}</p>}
      <div className="next-actions no-print">
        <a className="button primary" href={href('plan', 'edit', headings[0])}>{t(plan.state === 'draft' ? 'plan.go_on' : 'plan.change')}</a>
        <a className="button outline" href={`/api/v1/client/safety-plan.pdf?lang=${lang()}`} download="plan.pdf">{t('plan.pdf')}</a>
        <Button look="outline" onPress={() => print()}>{t('plan.print')}</Button>
      </div>
      <PlanText sections={plan.sections} all />
      <Sharing plan={plan} />
      <CopyPart plan={plan} />
      <Earlier data={query.data} />
      <p className="only-print">{t('plan.printed', { day: new Date().toLocaleDateString(lang(), { dateStyle: 'long' }) })}</p>
    </div>
  );
}

/* ---- writing ---- */

/* What is being written, while the app is open: going back and forth between headings loses nothing. Never on the disk. */
let working: { number: number; sections: Sections } | null = null;

function Lines({ heading, lines, wrong, onChange }: { heading: Heading; lines: string[]; wrong: boolean; onChange: (lines: string[]) => void }) {
  const { t } = useTranslation();
  const shown = lines.length > 0 ? lines : [''];
  const set = (index: number, value: string): void => onChange(shown.map((line, at) => (at === index ? value : line)));
  return (
    <div className="lines">
      {shown.map((line, index) => (
        <div key={index} className="line">
          <Field label={t('plan.line', { number: index + 1 })} value={line} onChange={(value) => set(index, value)} wrong={wrong && new TextEncoder().encode(line).length > LINE_BYTES ? t('plan.too_long') : null} autoComplete="off" name={`${heading}-${index}`} />
          {shown.length > 1 && <Button look="plain" className="remove" aria-label={t('plan.remove_line', { number: index + 1 })} onPress={() => onChange(shown.filter((_, at) => at !== index))}>{t('plan.remove')}</Button>}
        </div>
      ))}
      {shown.length < LINES_MAX && <Button look="outline" onPress={() => onChange([...shown, ''])}>{t('plan.add')}</Button>}
    </div>
  );
}

function Editor({ data, heading }: { data: PlanData; heading: Heading }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [sections, setSections] = useState<Sections>(working?.sections ?? data.plan?.sections ?? empty());
  const [wrong, setWrong] = useState(false);
  const base = working?.number ?? data.plan?.number ?? 0;
  const step = headings.indexOf(heading);
  const last = step === headings.length - 1;
  const change = (lines: string[]): void => {
    const next = { ...sections, [heading]: lines };
    setSections(next);
    working = { number: base, sections: next };
  };
  const save = useMutation({
    mutationFn: ({ state, number }: { state: 'draft' | 'active'; number: number }) => put<PlanData>('/client/safety-plan', { state, number, shared: data.plan?.shared ?? false, sections }),
    onSuccess: (saved) => {
      working = null;
      queries.setQueryData(['plan'], saved);
      void queries.invalidateQueries({ queryKey: ['home'] });
      go(href('plan'));
    },
  });
  const clean: Sections = Object.fromEntries(headings.map((each) => [each, sections[each].filter((line) => line.trim())])) as Sections;
  const good = sections[heading].every((line) => new TextEncoder().encode(line).length <= LINE_BYTES);
  const move = (to: number): void => {
    setWrong(!good);
    if (good) go(href('plan', 'edit', headings[to] ?? headings[0]));
  };
  const keep = (state: 'draft' | 'active', number = base): void => {
    setWrong(!good);
    if (good) save.mutate({ state, number });
  };
  const conflict = save.error instanceof ApiError && save.error.status === 409;
  const state = data.plan?.state === 'active' && count(clean) > 0 ? 'active' : 'draft';
  return (
    <div className="page plan" key={heading}>
      <p className="kicker">{t('plan.step', { step: step + 1, count: headings.length })}</p>
      <h1>{t(`plan.${heading}.title`)}</h1>
      <p>{t(`plan.${heading}.ask`)}</p>
      <p className="quiet">{t(`plan.${heading}.hint`)}</p>
      <Lines heading={heading} lines={sections[heading]} wrong={wrong} onChange={change} />
      {conflict && (
        <div className="notice bad waiting-part" role="alert">
          <p>{t('plan.conflict')}</p>
          <Button small onPress={() => void get<PlanData>('/client/safety-plan').then((fresh) => { if (working) working.number = fresh.plan?.number ?? 0; keep('draft', fresh.plan?.number ?? 0); }).catch(() => undefined)}>{t('plan.keep_mine')}</Button>
          <Button small onPress={() => { working = null; void queries.invalidateQueries({ queryKey: ['plan'] }); go(href('plan')); }}>{t('plan.take_other')}</Button>
        </div>
      )}
      {save.isError && !conflict && <p className="wrong" role="alert">{save.error instanceof ApiError && save.error.status === 0 ? t('plan.offline_save') : errorText(save.error)}</p>}
      {last ? <Button look="primary" isPending={save.isPending} isDisabled={count(clean) === 0} onPress={() => keep('active')}>{t('plan.save')}</Button> : <Button look="primary" onPress={() => move(step + 1)}>{t('plan.next')}</Button>}
      <div className="even">
        <Button look="outline" onPress={() => (step === 0 ? go(href('plan')) : move(step - 1))}><IconBack />{t('checkin.back')}</Button>
        <Button look="outline" isPending={save.isPending} onPress={() => keep(state)}>{t('plan.stop')}</Button>
      </div>
    </div>
  );
}

export function PlanEditor({ heading }: { heading: string }) {
  const query = usePlan();
  if (query.isPending) return <div className="page"><Skeleton rows={5} /></div>;
  if (failed(query)) return <div className="page"><Failed error={query.error} onRetry={() => void query.refetch()} /></div>;
  return <Editor key={heading} data={query.data} heading={headings.find((each) => each === heading) ?? headings[0]} />;
}
