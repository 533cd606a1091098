/* A fault of ours in one page is said where the page would be; what stands around it (the way to other pages, "help now")
 * stays. Nothing of the page's content goes anywhere: not to a log, not to a server. */
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './parts';

function Broken({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation();
  return (
    <section className="broken" role="alert">
      <h1>{t('kit.error.broken_title')}</h1>
      <p>{t('kit.error.broken_body')}</p>
      <Button look="primary" onPress={onRetry}>{t('kit.retry')}</Button>
    </section>
  );
}

/** `at`: the page's name; another page begins anew. */
export class Boundary extends Component<{ at: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate(before: { at: string }): void {
    if (before.at !== this.props.at && this.state.failed) this.setState({ failed: false });
  }

  override render(): ReactNode {
    return this.state.failed ? <Broken onRetry={() => this.setState({ failed: false })} /> : this.props.children;
  }
}
