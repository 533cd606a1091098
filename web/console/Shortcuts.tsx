import { useTranslation } from 'react-i18next';
import { Button, Dialog } from '../kit/parts';

const rows = [
  ['j', 'k'], ['Enter'], ['a'], ['t'], ['c'], ['r'], ['o'], ['e'], ['n'], ['/'], ['Ctrl', 'K'], ['?'],
] as const;

export function Shortcuts({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('keys.title')} open={open} onClose={onClose}>
      <dl className="keys">
        {rows.map((keys) => (
          <div key={keys.join('')}>
            <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{t(`keys.${keys.length > 1 ? (keys[0] === 'j' ? 'move' : 'palette') : name(keys[0])}`)}</dd>
          </div>
        ))}
      </dl>
      <div className="actions"><Button onPress={onClose}>{t('kit.close')}</Button></div>
    </Dialog>
  );
}

function name(key: string): string {
  return key === '/' ? 'search' : key === '?' ? 'help' : key === 'Enter' ? 'open' : key;
}
