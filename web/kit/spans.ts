/* Findings point at UTF-8 bytes of the writer's own text; the page needs pieces of a JavaScript string. */

export interface Spanned {
  start: number;
  end: number;
}

export interface Piece<T> {
  text: string;
  marks: T[];
}

/* For each UTF-8 byte offset asked for, the index in the string; an offset inside a character rounds down. */
function indexOfByte(text: string, wanted: number[]): Map<number, number> {
  const found = new Map<number, number>();
  const sorted = [...new Set(wanted)].sort((a, b) => a - b);
  let byte = 0;
  let index = 0;
  let next = 0;
  while (next < sorted.length) {
    const target = sorted[next] ?? 0;
    const code = text.codePointAt(index);
    const size = code === undefined ? 0 : code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code === undefined || target < byte + size) {
      found.set(target, index);
      next += 1;
      continue;
    }
    byte += size;
    index += code > 0xffff ? 2 : 1;
  }
  return found;
}

export function pieces<T extends Spanned>(text: string, marks: readonly T[]): Piece<T>[] {
  const real = marks.filter((mark) => mark.end > mark.start);
  if (real.length === 0) return [{ text, marks: [] }];
  const at = indexOfByte(text, real.flatMap((mark) => [mark.start, mark.end]));
  const placed = real.map((mark) => ({ mark, from: at.get(mark.start) ?? 0, to: at.get(mark.end) ?? text.length }));
  const cuts = [...new Set([0, text.length, ...placed.flatMap((each) => [each.from, each.to])])].sort((a, b) => a - b);
  const result: Piece<T>[] = [];
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const from = cuts[i] ?? 0;
    const to = cuts[i + 1] ?? 0;
    result.push({ text: text.slice(from, to), marks: placed.filter((each) => each.from <= from && each.to >= to).map((each) => each.mark) });
  }
  return result.filter((piece) => piece.text !== '');
}
