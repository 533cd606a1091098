/* Why a piece of text is underlined: concept, context, what fired, how sure, by which versions; and was it right. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { post, type Finding, type Mark, type Verdict } from '../kit/api';
import { word } from '../kit/i18n';
import { LevelBadge, useErrorText } from '../kit/parts';

const flags = ['negated', 'uncertain', 'hypothetical', 'question', 'quoted', 'idiom'] as const;

export function contextWords(finding: Finding): string[] {
  const context = finding.context;
  const found = flags.filter((flag) => context[flag]).map((flag) => word('why.flag', flag));
  if (context.time && context.time !== 'unstated') found.push(word('why.time', context.time));
  if (context.experiencer) found.push(word('why.who', context.experiencer));
  return found;
}

function Marks({ finding, conversationId }: { finding: Finding; conversationId: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const mark = useMutation({
    mutationFn: (value: Mark) => post<Finding>(`/staff/findings/${finding.id}/mark`, { mark: value }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['conversation', conversationId] }),
  });
  const current = mark.variables ?? finding.mark;
  return (
    <div className="marks">
      <p id={'mark-' + finding.id}>{t('why.mark')}</p>
      <ToggleButtonGroup className="segments" aria-labelledby={'mark-' + finding.id} selectionMode="single" selectedKeys={current ? [current] : []} onSelectionChange={(keys) => [...keys][0] && mark.mutate([...keys][0] as Mark)}>
        {(['right', 'wrong', 'unsure'] as const).map((id) => <ToggleButton key={id} id={id} className="segment">{t(`why.${id}`)}</ToggleButton>)}
      </ToggleButtonGroup>
      <p role="status" className="quiet">{mark.isSuccess ? t('why.saved') : ''}</p>
      {mark.isError && <p className="wrong" role="alert">{errorText(mark.error)}</p>}
    </div>
  );
}

function OneFinding({ finding, verdict, conversationId, mayMark }: { finding: Finding; verdict: Verdict; conversationId: string; mayMark: boolean }) {
  const { t } = useTranslation();
  const context = contextWords(finding);
  return (
    <section className="why-one">
      <h3>{finding.why || word('concept', finding.concept)}</h3>
      <LevelBadge level={finding.level} />
      <dl>
        <div><dt>{t('why.concept')}</dt><dd><span className="mono">{finding.concept}</span></dd></div>
        <div><dt>{t('why.context')}</dt><dd>{context.length > 0 ? context.join(', ') : t('why.no_context')}</dd></div>
        {finding.base_level !== undefined && finding.base_level !== finding.level && <div><dt>{t('why.before')}</dt><dd>{t('why.base', { from: finding.base_level, to: finding.level })}</dd></div>}
        <div><dt>{t('why.source')}</dt><dd>{word('why.stage', finding.source)}{finding.phrase ? <> <span className="mono">{finding.phrase}</span></> : null}</dd></div>
        {finding.confidence !== undefined && <div><dt>{t('why.confidence')}</dt><dd>{t('why.percent', { percent: Math.round(finding.confidence / 10) })}</dd></div>}
        <div><dt>{t('why.versions')}</dt><dd><span className="mono">{verdict.engine}</span> · <span className="mono">{verdict.packs}</span></dd></div>
      </dl>
      {mayMark && <Marks finding={finding} conversationId={conversationId} />}
    </section>
  );
}

export function Why({ findings, verdict, conversationId, mayMark }: { findings: Finding[]; verdict: Verdict; conversationId: string; mayMark: boolean }) {
  return <div className="why">{findings.map((finding) => <OneFinding key={finding.id} finding={finding} verdict={verdict} conversationId={conversationId} mayMark={mayMark} />)}</div>;
}
