/* A word diff of two short texts (longest common subsequence), for "what the model wrote" against "what was shown". */

export interface Change {
  kind: 'same' | 'gone' | 'come';
  text: string;
}

const words = (text: string): string[] => text.match(/\s+|[^\s]+/g) ?? [];
const limit = 1200; /* words; longer texts are shown as one removal and one addition */

export function diff(before: string, after: string): Change[] {
  const a = words(before);
  const b = words(after);
  if (a.length > limit || b.length > limit) return whole(before, after);
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i * width + j] = a[i] === b[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  return walk(a, b, table, width);
}

function whole(before: string, after: string): Change[] {
  const changes: Change[] = [{ kind: 'gone', text: before }, { kind: 'come', text: after }];
  return changes.filter((change) => change.text !== '');
}

function walk(a: string[], b: string[], table: Uint16Array, width: number): Change[] {
  const changes: Change[] = [];
  const push = (kind: Change['kind'], text: string): void => {
    const last = changes[changes.length - 1];
    if (last && last.kind === kind) last.text += text;
    else changes.push({ kind, text });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y) {
      push('same', x);
      i += 1;
      j += 1;
    } else if (x !== undefined && (y === undefined || (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))) {
      push('gone', x);
      i += 1;
    } else if (y !== undefined) {
      push('come', y);
      j += 1;
    }
  }
  return changes;
}

/* How much the two have in common, 0-1: below a third a diff is noise, and the two stand side by side instead. */
export function likeness(changes: Change[]): number {
  const size = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).reduce((sum, change) => sum + change.text.trim().length, 0);
  const same = size('same');
  return same / Math.max(1, same + Math.max(size('gone'), size('come')));
}
