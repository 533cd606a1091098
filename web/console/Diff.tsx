/* What the model wrote against what the client saw: one text with changes where they are alike, else side by side. */
import { useTranslation } from 'react-i18next';
import { diff, likeness, type Change } from '../kit/diff';

function Marked({ changes, without }: { changes: Change[]; without?: 'gone' | 'come' }) {
  return (
    <p className="prewrap">
      {changes.filter((change) => change.kind !== without).map((change, index) => (change.kind === 'gone' ? <del key={index}>{change.text}</del> : change.kind === 'come' ? <ins key={index}>{change.text}</ins> : <span key={index}>{change.text}</span>))}
    </p>
  );
}

export function Diff({ original, shown, shownLabel }: { original: string; shown: string | null; shownLabel?: string }) {
  const { t } = useTranslation();
  const changes = diff(original, shown ?? '');
  const alike = shown !== null && likeness(changes) > 0.34;
  return (
    <div className="diff">
      <figure className="diff-side">
        <figcaption>{t('diff.original')}</figcaption>
        {alike ? <Marked changes={changes} without="come" /> : <p className="prewrap">{original}</p>}
      </figure>
      <figure className="diff-side">
        <figcaption>{shownLabel ?? t('diff.shown')}</figcaption>
        {shown === null ? <p className="quiet">{t('diff.nothing_yet')}</p> : alike ? <Marked changes={changes} without="gone" /> : <p className="prewrap">{shown}</p>}
      </figure>
    </div>
  );
}
