/** What somebody agrees to anew, with what is different in it; or they leave with their data (CHANGE-1, SCOPE-2). */
import type { AskedAnew } from '../../control/publishing/index.ts';
import { Compared, SystemChanges } from './compared.tsx';
import { DOCUMENT_PATHS, DOCUMENT_WORDS } from './documents.ts';
import { Moment } from './moment.tsx';

interface NewVersionProps {
  readonly anew: readonly AskedAnew[];
  /** Versions in force. */
  readonly documents: { readonly policy: string; readonly terms: string };
}

export const NewVersion = ({ anew, documents }: NewVersionProps) => (
  <>
    {anew.map((one) => (
      <Changed key={one.document} {...one} />
    ))}
    <form method="post">
      <input type="hidden" name="what" value="agree" />
      <input type="hidden" name="policy" value={documents.policy} />
      <input type="hidden" name="terms" value={documents.terms} />
      {/* Stated when they came, and asked for once. */}
      <input type="hidden" name="adult" value="yes" />
      <button className="button" type="submit" name="agreed" value="yes">
        Agree
      </button>
    </form>
    <section className="stack">
      <h2>Or leave with your data</h2>
      <p>
        Nothing is lost while you decide, and your API keys go on working until you delete your account. Take
        your data with you first.
      </p>
      <p className="actions">
        <a className="button second" href="/console/export">
          Take your data with you
        </a>
        <a className="button second" href="/console/profile/delete">
          Delete the account
        </a>
      </p>
    </section>
  </>
);

const Changed = ({ document, summary, heldSince, comparison }: AskedAnew) => (
  <section className="stack">
    <h2>The {DOCUMENT_WORDS[document]} changed</h2>
    <p>
      {summary} It holds since <Moment iso={heldSince} /> (UTC).
    </p>
    <SystemChanges system={comparison.system} />
    <details open>
      <summary>What is different from the version that you agreed to, word by word</summary>
      <Compared blocks={comparison.blocks} />
    </details>
    <p>
      <a href={`${DOCUMENT_PATHS[document]}/versions/${comparison.to}`}>The whole text</a>
    </p>
  </section>
);
