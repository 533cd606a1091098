import { useTranslation } from 'react-i18next';
import { languageNames, languages, setLang, lang, type Lang } from '../kit/i18n';
import { Select } from '../kit/parts';
import { setTheme, useTheme, type Theme } from '../kit/theme';

export function LanguageAndTheme() {
  const { t } = useTranslation();
  const theme = useTheme();
  return (
    <div className="settings">
      <Select label={t('kit.language')} value={lang()} options={languages.map((id) => ({ id, label: languageNames[id] }))} onChange={(id) => void setLang(id as Lang)} />
      <Select
        label={t('kit.theme')}
        value={theme}
        options={(['system', 'light', 'dark'] as const).map((id) => ({ id, label: t(`kit.theme_${id}`) }))}
        onChange={(id) => setTheme(id as Theme)}
      />
    </div>
  );
}
