/* Words of a course: a small tree of plain nodes becomes elements; there is no markup in it and none is made. */
import { Fragment, type ReactNode } from 'react';
import type { TextNode } from './courses';

function element(node: TextNode, key: number, level: 2 | 3): ReactNode {
  if (typeof node === 'string') return <Fragment key={key}>{node}</Fragment>;
  const inside = node.c.map((each, index) => element(each, index, level));
  const Head = `h${level}` as const;
  if (node.t === 'h') return <Head key={key}>{inside}</Head>;
  if (node.t === 'ul') return <ul key={key}>{inside}</ul>;
  if (node.t === 'ol') return <ol key={key}>{inside}</ol>;
  if (node.t === 'li') return <li key={key}>{inside}</li>;
  if (node.t === 'quote') return <blockquote key={key}>{inside}</blockquote>;
  if (node.t === 'em') return <em key={key}>{inside}</em>;
  if (node.t === 'strong') return <strong key={key}>{inside}</strong>;
  return <p key={key}>{inside}</p>;
}

export function Prose({ text, level = 2 }: { text: TextNode[] | null; level?: 2 | 3 }) {
  return text ? <div className="prose">{text.map((node, index) => element(node, index, level))}</div> : null;
}
