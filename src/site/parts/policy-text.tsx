/** A policy's blocks as a page: each statement has its clause's id as anchor and mark. */
import type { ReactNode } from 'react';
import type { Block, Inline, Statement } from '../../control/policy/index.ts';

/** `parts`: what stands where the text says `{{name}}`. */
export function PolicyText({
  blocks,
  parts,
}: {
  blocks: readonly Block[];
  parts: Readonly<Record<string, ReactNode>>;
}) {
  return blocks.map((block, at) => {
    // The blocks of a published version never change their order.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    return <BlockView key={at} block={block} parts={parts} />;
  });
}

function BlockView({ block, parts }: { block: Block; parts: Readonly<Record<string, ReactNode>> }) {
  switch (block.kind) {
    case 'heading':
      return <h2 id={block.anchor}>{block.text}</h2>;
    case 'paragraph':
      return (
        <p className={block.clauses.length > 0 ? 'statement' : undefined} id={block.clauses[0]}>
          <Marks clauses={block.clauses} />
          <Words text={block.text} parts={parts} />
        </p>
      );
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={keyOf(item)} className="statement" id={item.clauses[0]}>
              <Marks clauses={item.clauses} />
              <Words text={item.text} parts={parts} />
            </li>
          ))}
        </ul>
      );
    case 'part':
      return parts[block.name];
  }
}

const keyOf = ({ clauses, text }: Statement): string => clauses.join() || JSON.stringify(text);

const Marks = ({ clauses }: { clauses: readonly string[] }) =>
  clauses.map((clause) => (
    <a key={clause} className="mark" href={`#${clause}`} title={`Link to ${clause}`}>
      {clause}
    </a>
  ));

function Words({
  text,
  parts,
}: {
  text: readonly Inline[];
  parts: Readonly<Record<string, ReactNode>>;
}): ReactNode {
  return text.map((inline, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: a sentence never changes the order of its words
    return <Word key={at} inline={inline} parts={parts} />;
  });
}

function Word({ inline, parts }: { inline: Inline; parts: Readonly<Record<string, ReactNode>> }): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return (
        <strong>
          <Words text={inline.inside} parts={parts} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <Words text={inline.inside} parts={parts} />
        </em>
      );
    case 'link':
      return (
        <a href={inline.to}>
          <Words text={inline.inside} parts={parts} />
        </a>
      );
  }
}
