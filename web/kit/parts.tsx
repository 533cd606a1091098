/* The kit: the few parts that both apps are made of, on React Aria's accessible ones. */
import { useEffect, useState, type ReactNode } from 'react';
import {
  Button as AriaButton,
  Dialog as AriaDialog,
  FieldError,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  Radio,
  RadioGroup,
  Switch as AriaSwitch,
  Text,
  TextArea,
  TextField,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ApiError, type Level } from './api';
import { ago, dayTime, due, exact, useNow } from './time';

/* ---- buttons and fields ---- */

type Look = 'primary' | 'danger' | 'plain' | 'outline';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style'> {
  look?: Look;
  small?: boolean;
  className?: string;
}

/* While its work is under way a button keeps focus and does nothing more; the page says in words when it is done. */
export function Button({ look, small, className = '', isPending, onPress, ...rest }: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      onPress={isPending ? undefined : onPress}
      aria-disabled={isPending || undefined}
      className={['button', look, small && 'small', isPending && 'pending', className].filter(Boolean).join(' ')}
    />
  );
}

export interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  wrong?: string | null;
  type?: string;
  inputMode?: 'numeric' | 'text';
  autoComplete?: string;
  maxLength?: number;
  rows?: number;
  required?: boolean;
  autoFocus?: boolean;
  name?: string;
}

export function Field({ label, hint, wrong, rows, required, inputMode, autoComplete, maxLength, ...rest }: FieldProps) {
  return (
    <TextField {...rest} className="field" isInvalid={Boolean(wrong)} isRequired={required} validationBehavior="aria">
      <Label>{label}</Label>
      {hint && <Text slot="description" className="hint">{hint}</Text>}
      {rows ? <TextArea rows={rows} maxLength={maxLength} /> : <Input inputMode={inputMode} autoComplete={autoComplete} maxLength={maxLength} />}
      {wrong && <FieldError className="wrong">{wrong}</FieldError>}
    </TextField>
  );
}

export interface Option {
  id: string;
  label: ReactNode;
  why?: string;
}

export function Choices({ label, options, value, onChange, hint, narrow }: { label: string; options: readonly Option[]; value: string | null; onChange: (id: string) => void; hint?: string; narrow?: boolean }) {
  return (
    <RadioGroup className={narrow ? 'choices narrow' : 'choices'} value={value} onChange={onChange}>
      <Label className="label">{label}</Label>
      {hint && <Text slot="description" className="hint">{hint}</Text>}
      {options.map((option) => (
        <Radio key={option.id} value={option.id} className="choice">
          <span>
            <span>{option.label}</span>
            {option.why && <span className="why">{option.why}</span>}
          </span>
        </Radio>
      ))}
    </RadioGroup>
  );
}

export function Switch({ children, on, onChange }: { children: ReactNode; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <AriaSwitch className="switch" isSelected={on} onChange={onChange}>
      <span className="track" />
      {children}
    </AriaSwitch>
  );
}

export function Select({ label, value, options, onChange, quiet }: { label: string; value: string; options: readonly { id: string; label: string }[]; onChange: (id: string) => void; quiet?: boolean }) {
  return (
    <label className="field">
      <span className={quiet ? 'hidden-visually' : 'label'}>{label}</span>
      <select className="native-select" value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.id} value={option.id}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/* ---- dialogs ---- */

export function Dialog({ title, open, onClose, children, role }: { title: string; open: boolean; onClose: () => void; children: ReactNode; role?: 'alertdialog' }) {
  return (
    <ModalOverlay className="veil" isOpen={open} onOpenChange={(next) => !next && onClose()} isDismissable>
      <Modal className="modal">
        <AriaDialog className="dialog" role={role ?? 'dialog'}>
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/* ---- states of a list or page ---- */

export function Skeleton({ rows = 6 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="skeleton" role="status" aria-label={t('kit.loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children}
    </div>
  );
}

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('kit.error.other');
    if (error.status === 0) return t('kit.error.not_reached');
    if (error.status === 401) return t('kit.error.unauthorized');
    if (error.status === 403) return t('kit.error.forbidden');
    if (error.status === 409 && error.code === 'conflict') return t('kit.error.conflict');
    return error.message || t('kit.error.other');
  };
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation();
  const text = useErrorText();
  return (
    <div className="state" role="alert">
      <p className="state-title">{t('kit.error.title')}</p>
      <p>{text(error)}</p>
      {onRetry && <Button onPress={onRetry}>{t('kit.retry')}</Button>}
    </div>
  );
}

/* ---- level: number, word and shape; colour only adds ---- */

const shapes: Record<Level, ReactNode> = {
  0: <circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="3 2.6" />,
  1: <circle cx="12" cy="12" r="9" fill="none" stroke="currentColor" strokeWidth="2" />,
  2: <rect x="4.6" y="4.6" width="14.8" height="14.8" rx="1.5" fill="none" stroke="currentColor" strokeWidth="2" transform="rotate(45 12 12) scale(0.98)" />,
  3: <path d="M12 1.8 23 21H1z" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" />,
  4: <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" />,
};

export function LevelShape({ level }: { level: Level }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      {shapes[level]}
      <text x="12" y={level === 3 ? 18.6 : 16.6} fill="currentColor">
        {level}
      </text>
    </svg>
  );
}

export function LevelBadge({ level, bare }: { level: Level; bare?: boolean }) {
  const { t } = useTranslation();
  const name = t(`kit.level.${level}`);
  return (
    <span className={`level level-${level}${bare ? ' bare' : ''}`} role="img" aria-label={t('kit.level.label', { level, word: name })}>
      <LevelShape level={level} />
      <span>{name}</span>
    </span>
  );
}

/* ---- time ---- */

export function Deadline({ at }: { at: string }) {
  const state = due(at, useNow());
  return (
    <time className={`clock ${state.tone}`} dateTime={at} title={exact(at)}>
      {state.words}
    </time>
  );
}

export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exact(at)}>
      {ago(at, now)}
    </time>
  );
}

export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={exact(at)}>
      {dayTime(at)}
    </time>
  );
}

/* ---- connection ---- */

export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    addEventListener('online', update);
    addEventListener('offline', update);
    return () => {
      removeEventListener('online', update);
      removeEventListener('offline', update);
    };
  }, []);
  return online;
}
