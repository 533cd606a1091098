import { useState } from 'react';
import { Heading, Dialog as AriaDialog, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Help, HelpLine } from '../kit/api';
import { lang } from '../kit/i18n';
import { IconAlert, IconCall, IconChat, IconHelp, IconText } from '../kit/icons';
import { Button, Select, Skeleton } from '../kit/parts';
import { remember } from '../kit/storage';
import { bestLines, countries, emergencyNumber, lineHref, useHelp, wayOf } from './help';

const icons = { call: IconCall, text: IconText, chat: IconChat };

function LineLink({ line }: { line: HelpLine }) {
  const { t } = useTranslation();
  const way = wayOf(line);
  const Icon = icons[way];
  const target = way === 'chat' ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  const value = way === 'chat' ? line.value.replace(/^https?:\/\/(www\.)?|\/$/g, '') : line.value;
  return (
    <li>
      <a className="help-line" href={lineHref(line)} {...target}>
        <Icon />
        <span>
          <strong>{way === 'text' && line.keyword ? t('help.text_word', { word: line.keyword, value }) : t(`help.${way}`, { value })}</strong>
          <span className="help-name">{line.name}</span>
          <span className="help-detail">
            {[line.hours, line.languages.map((code) => new Intl.DisplayNames(lang(), { type: 'language' }).of(code)).join(', '), line.audience && line.audience !== 'general' ? t(`help.audience.${line.audience}`, line.audience.replaceAll('_', ' ')) : null].filter(Boolean).join(' · ')}
          </span>
        </span>
      </a>
    </li>
  );
}

/* The emergency number and the best two lines; used in the panel and, in a conversation, under a reply to risk. */
export function HelpLines({ help, country }: { help: Help | undefined; country: string }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const { best, more } = bestLines(help?.lines ?? []);
  const emergency = help?.emergency?.number ?? emergencyNumber(country);
  return (
    <ul className="help-lines">
      {best.map((line) => (
        <LineLink key={line.name + line.channel + line.value} line={line} />
      ))}
      <li>
        <a className="help-line emergency" href={'tel:' + emergency}>
          <IconAlert />
          <span>
            <strong>{t('help.emergency', { value: emergency })}</strong>
            <span className="help-name">{t('help.emergency_when')}</span>
          </span>
        </a>
      </li>
      {all && more.map((line) => <LineLink key={line.name + line.channel + line.value} line={line} />)}
      {more.length > 0 && !all && (
        <li>
          <Button look="plain" onPress={() => setAll(true)}>
            {t('help.more', { count: more.length })}
          </Button>
        </li>
      )}
    </ul>
  );
}

export function HelpNow({ open, country, onCountry, onClose }: { open: boolean; country: string; onCountry: (country: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const help = useHelp(country);
  const names = new Intl.DisplayNames(lang(), { type: 'region' });
  const options = countries.map((id) => ({ id: id as string, label: names.of(id) ?? id })).sort((a, b) => a.label.localeCompare(b.label, lang()));
  return (
    <ModalOverlay className="veil" isOpen={open} onOpenChange={(next) => !next && onClose()} isDismissable>
      <Modal className="modal">
        <AriaDialog className="dialog help-panel">
          <div className="help-head">
            <IconHelp />
            <Heading slot="title" level={2}>
              {help.data?.text.title || t('help.title')}
            </Heading>
            <Button look="plain" onPress={onClose}>
              {t('kit.close')}
            </Button>
          </div>
          <p className="prewrap">{help.data?.text.body || t('help.body')}</p>
          {help.isPending ? <Skeleton rows={3} /> : null}
          {help.isError && (
            <p className="notice warn" role="status">
              {t('help.no_directory')}
            </p>
          )}
          <HelpLines help={help.data} country={country} />
          <Select
            label={t('help.country')}
            value={country}
            options={options}
            onChange={(id) => {
              remember('country', id);
              onCountry(id);
            }}
          />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
