/* Single keys, while nobody types and no dialog is open. A later page's keys go before an earlier one's. */
import { useEffect, useRef } from 'react';

export type Keys = Record<string, () => void>;

const stack: { current: Keys }[] = [];

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
  if (!command && (event.ctrlKey || event.metaKey || typing(event.target))) return;
  if (!command && document.querySelector('.veil')) return;
  const name = command ? 'command' : event.key;
  for (let index = stack.length - 1; index >= 0; index -= 1) {
    const action = stack[index]?.current[name];
    if (!action) continue;
    event.preventDefault();
    action();
    return;
  }
}

export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (stack.length === 0) addEventListener('keydown', onKey);
    stack.push(latest);
    return () => {
      stack.splice(stack.indexOf(latest), 1);
      if (stack.length === 0) removeEventListener('keydown', onKey);
    };
  }, []);
}
