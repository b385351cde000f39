/** Two versions of a text, word by word: what came is underlined, what went is struck through, and a voice says which. */
import type { ComparedBlock, Comparison } from '../../control/publishing/index.ts';

export function Compared({ blocks }: { blocks: readonly ComparedBlock[] }) {
  const shown = withHeadings(blocks);
  if (shown.length === 0) return <p>The words are the same.</p>;
  return (
    <div className="compared prose">
      <p className="quiet">
        Underlined: <ins>added</ins>. Struck through: <del>taken away</del>. What stays the same is left out.
      </p>
      {shown.map((block, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a comparison never changes its order
        <One key={at} block={block} />
      ))}
    </div>
  );
}

/** What the system does otherwise, which no text says word for word. */
export const SystemChanges = ({ system }: Pick<Comparison, 'system'>) =>
  system.length > 0 && (
    <>
      <h2>What the system does otherwise</h2>
      <ul>
        {system.map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
    </>
  );

/** What differs, each below the heading that it stands under. */
function withHeadings(blocks: readonly ComparedBlock[]): readonly ComparedBlock[] {
  const shown: ComparedBlock[] = [];
  let heading: ComparedBlock | null = null;
  for (const block of blocks) {
    if (block.isHeading) heading = block;
    if (block.kind === 'same') continue;
    if (heading !== null && heading !== block) shown.push(heading);
    shown.push(block);
    heading = null;
  }
  return shown;
}

function One({ block: { kind, isHeading, clauses, words } }: { block: ComparedBlock }) {
  const said = words.map(({ kind: how, text }, at) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: a sentence never changes the order of its words
    return <Words key={at} how={how} text={text} />;
  });
  if (isHeading) return <h3>{said}</h3>;
  const isWhole = kind === 'added' || kind === 'removed';
  return (
    <p className={isWhole ? `whole ${kind}` : undefined}>
      {clauses.length > 0 && (
        <>
          <span className="tag">{clauses.join(', ')}</span>{' '}
        </>
      )}
      {said}
    </p>
  );
}

function Words({ how, text }: { how: 'same' | 'added' | 'removed'; text: string }) {
  if (how === 'same') return text;
  const Mark = how === 'added' ? 'ins' : 'del';
  return (
    <Mark>
      <span className="unseen">{how === 'added' ? ' (added: ' : ' (taken away: '}</span>
      {text}
      <span className="unseen">) </span>
    </Mark>
  );
}
