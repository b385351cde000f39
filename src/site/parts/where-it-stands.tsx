/** Where a fact about the law stands, and how we know it; never left out, and small. */
import type { Fact, Known } from '../../control/law/index.ts';

export const EVIDENCE: Readonly<
  Record<Known, { readonly name: string; readonly tone: string; readonly says: string }>
> = {
  text_seen: { name: 'text read', tone: 'good', says: 'We read it in the law’s own text.' },
  secondary: {
    name: 'reported',
    tone: '',
    says: 'Somebody who should know reports it; we did not see the text.',
  },
  unverified: {
    name: 'not checked',
    tone: 'warn',
    says: 'Taken from memory. A lawyer has yet to look it up.',
  },
};

export const Evidence = ({ known }: { known: Known }) => (
  <span className={`tag ${EVIDENCE[known].tone}`.trim()}>{EVIDENCE[known].name}</span>
);

/** `fact` null: no law says it. */
export function WhereItStands({ fact, otherwise }: { fact: Fact | null; otherwise?: string }) {
  if (fact === null) return otherwise === undefined ? null : <p className="where-it-stands">{otherwise}</p>;
  return (
    <p className="where-it-stands">
      {fact.source === undefined ? (
        fact.citation
      ) : (
        <a href={fact.source} rel="noreferrer external">
          {fact.citation}
        </a>
      )}{' '}
      <Evidence known={fact.known} />
    </p>
  );
}
