/** The record, for whoever audits: how far it is published, and how it is checked without asking us. */
import { CodeBlock } from '../../parts/code-block.tsx';
import { count } from '../../parts/format.ts';
import { answered } from '../../session.ts';
import type { Route } from './+types/record.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({
    ...(await parts.desk.record(caller)),
    siteUrl: parts.siteUrl,
  }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Record – Desk – Kept' }];

export default function RecordPage({ loaderData }: Route.ComponentProps) {
  const { size, verifierKey, checkpoint, siteUrl } = loaderData;
  return (
    <div className="stack">
      <h1>The record</h1>
      <p className="lead">
        Consents, erasures, looks at a person’s data and changes of roles are entered here before they are
        acknowledged. That nothing was altered since can be checked without trusting anybody here.
      </p>
      <dl className="facts">
        <dt>Entries published</dt>
        <dd>{count(size)}, empty ones among them</dd>
        <dt>Verifier key</dt>
        <dd>
          <code className="breaks">{verifierKey}</code>
        </dd>
        <dt>For readers of tlog-tiles</dt>
        <dd>
          <code className="breaks">{siteUrl}/record/</code>
        </dd>
      </dl>
      <h2>Newest checkpoint</h2>
      {checkpoint === null ? (
        <p>None is signed yet. The first comes within an hour of the start.</p>
      ) : (
        <CodeBlock label="Newest checkpoint" code={checkpoint.trim()} />
      )}
      <p>
        As files: <a href="/record/checkpoint">the checkpoint</a>, <a href="/record/verifier-key">the key</a>.
      </p>
      <h2>Check it</h2>
      <p>
        Ask the operator for the openings (<code>kept record openings</code>): of each entry its kind, its
        time and the role of who acted, never its content. Then, on a machine of your own:
      </p>
      <CodeBlock
        label="Checking the openings"
        code="kept record verify --openings FILE --key KEY --log FOLDER"
      />
      <p>
        Each opening is computed anew and held against the published tree; the first that is wrong is named.
      </p>
    </div>
  );
}
