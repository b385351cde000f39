/** A version of the privacy policy as a page. */
import type { DataMapCategory } from '../../control/categories.ts';
import type { PolicyDocument } from '../../control/policy/index.ts';
import { Categories } from './categories.tsx';
import { dayOf } from './format.ts';
import { PolicyText } from './policy-text.tsx';

interface Parts {
  readonly policy: PolicyDocument;
  readonly categories: readonly DataMapCategory[];
  /** In the last twelve months. */
  readonly disclosures: number;
}

export function PolicyPage({ policy, categories, disclosures }: Parts) {
  const parts = {
    categories: <Categories categories={categories} />,
    disclosures: <DisclosuresOfTheYear count={disclosures} />,
  };
  return (
    <article className="prose">
      <h1>{policy.title}</h1>
      <p className="when">
        Last updated on <time dateTime={policy.updated}>{dayOf(policy.updated)}</time>, version{' '}
        {policy.version}. <a href="/privacy/versions">All versions</a>
      </p>
      <p>
        <a href="/privacy/rights">Your rights, by where you live</a>
      </p>
      <PolicyText blocks={policy.blocks} parts={parts} />
    </article>
  );
}

function DisclosuresOfTheYear({ count }: { count: number }) {
  return (
    <p>
      In the past twelve months we disclosed personal information to third parties{' '}
      {count === 0 ? 'not once' : count === 1 ? 'once' : `${count} times`}, as counted in the record that
      cannot be altered. Demands of authorities, by half-year:{' '}
      <a href="/privacy/transparency">transparency report</a>.
    </p>
  );
}
