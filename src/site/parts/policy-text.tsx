/** A policy's blocks as a page: each statement has its clause's id as anchor and mark. */
import type { ReactNode } from 'react';
import type { Block, Inline, Statement } from '../../control/policy/index.ts';

interface PolicyTextProps {
  readonly blocks: readonly Block[];
  /** What stands where the text says `{{name}}`. */
  readonly parts: Readonly<Record<string, ReactNode>>;
  /** Around a statement that is clauses; left out: its words alone. */
  readonly mark?: Mark | null;
}

type Mark = (clauses: readonly string[], words: ReactNode) => ReactNode;

export function PolicyText({ blocks, parts, mark = null }: PolicyTextProps) {
  return blocks.map((block, at) => {
    // The blocks of a published version never change their order.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    return <BlockView key={at} block={block} parts={parts} mark={mark} />;
  });
}

type BlockViewProps = Required<Omit<PolicyTextProps, 'blocks'>> & { readonly block: Block };

function BlockView({ block, parts, mark }: BlockViewProps) {
  const said = ({ clauses, text }: Statement) => {
    const words = <Words text={text} parts={parts} />;
    return clauses.length > 0 && mark !== null ? mark(clauses, words) : words;
  };
  switch (block.kind) {
    case 'heading':
      return <h2 id={block.anchor}>{block.text}</h2>;
    case 'paragraph':
      return (
        <Paragraph within={mark === null ? 'p' : 'div'} id={block.clauses[0] ?? null}>
          <Marks clauses={block.clauses} />
          {said(block)}
        </Paragraph>
      );
    case 'list':
      return (
        <ul>
          {block.items.map((item) => (
            <li key={keyOf(item)} className="statement" id={item.clauses[0]}>
              <Marks clauses={item.clauses} />
              {said(item)}
            </li>
          ))}
        </ul>
      );
    case 'part':
      return parts[block.name];
  }
}

/** What is put around a statement may be more than a paragraph can hold. */
function Paragraph({
  within: Tag,
  id,
  children,
}: {
  within: 'p' | 'div';
  id: string | null;
  children: ReactNode;
}) {
  return id === null ? (
    <Tag>{children}</Tag>
  ) : (
    <Tag className="statement" id={id}>
      {children}
    </Tag>
  );
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
