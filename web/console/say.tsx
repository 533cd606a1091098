/* Writing to a client: the text is screened before it goes out; what is found is shown, and the writer decides. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ApiError, post } from '../kit/api';
import type { Found } from '../kit/courses';
import { word } from '../kit/i18n';

interface Said {
  found: Found[];
}

export function useSay(conversationId: string, onSent: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ text, allTheSame }: { text: string; allTheSame: boolean }) => post<Said>(`/staff/conversations/${conversationId}/messages`, { text, unless_found: !allTheSame }),
    onSuccess: () => {
      onSent();
      return queries.invalidateQueries({ queryKey: ['conversation', conversationId] });
    },
  });
}

export function foundIn(error: unknown): Found[] | null {
  return error instanceof ApiError && error.code === 'look_again' ? (error.body as Said).found : null;
}

export function LookAgain({ found, text }: { found: Found[]; text: string }) {
  const { t } = useTranslation();
  const bytes = new TextEncoder().encode(text);
  const said = (one: Found): string => new TextDecoder().decode(bytes.slice(one.start, one.end));
  return (
    <div className="notice warn look-again" role="alert">
      <p><strong>{t('say.look_again')}</strong></p>
      <ul>{found.map((one, index) => <li key={index}>{one.end > one.start && <q>{said(one)}</q>} {word('say.concept', one.concept.split('.')[0] ?? '')}: {one.why}</li>)}</ul>
    </div>
  );
}
