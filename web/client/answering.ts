/* Answering a form, on its own page or in the chat: answers as they stand, which questions they show, help by the form's own rule, saving and sending. */
import { useMutation, useQuery, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../kit/api';
import { lang } from '../kit/i18n';
import { isShown, saveAnswer, sendAll, type Answer, type Help, type Opened, type Question, type Receipt, type Saved } from './checkin';

/* `where` tells the two apart: what was answered at one place is read anew at the other. */
export function useOpened(taskId: string, where: 'page' | 'chat'): UseQueryResult<Opened> {
  return useQuery({ queryKey: ['checkin', where, taskId, lang()], queryFn: () => post<Opened>(`/client/questionnaires/${taskId}/open?lang=${lang()}`), staleTime: Infinity, gcTime: 0 });
}

interface Answering {
  answers: Record<string, Answer>;
  shown: Question[];
  help: { said: Help | null } | null;
  hideHelp: () => void;
  give: (item: string, answer: Answer) => void;
  save: UseMutationResult<Saved | null, Error, { item: string; answer: Answer }>;
  send: UseMutationResult<Receipt, Error, void>;
}

export function useAnswering({ form, response, answers: before }: Opened, onSent: (receipt: Receipt) => unknown): Answering {
  const [answers, setAnswers] = useState(before);
  const [help, setHelp] = useState<{ said: Help | null } | null>(null);
  const save = useMutation({ mutationFn: ({ item, answer }: { item: string; answer: Answer }) => saveAnswer(response.id, item, answer) });
  const send = useMutation({
    mutationFn: () => sendAll(response.id),
    onSuccess: (receipt) => {
      if (receipt.level > 0) setHelp({ said: receipt.help });
      return onSent(receipt);
    },
  });
  const give = (item: string, answer: Answer): void => {
    setAnswers({ ...answers, [item]: answer });
    /* Help opens by the form's own rule, before and without the server. */
    const rule = form.help.find((each) => each.item === item && (answer.kind === 'given' ? (answer.value ?? 0) >= each.from && (answer.value ?? 0) <= each.to : true));
    setHelp(rule ? { said: null } : null);
    save.mutate({ item, answer }, { onSuccess: (saved) => { if (saved && saved.level > 0) setHelp({ said: saved.help }); } });
  };
  return { answers, shown: form.questions.filter((question) => isShown(form.questions, answers, question)), help, hideHelp: () => setHelp(null), give, save, send };
}
