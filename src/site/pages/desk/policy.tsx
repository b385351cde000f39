/** What is published of each text, what waits for its day, and where a version is published. */
import type { ShownVersion } from '../../../control/publishing/index.ts';
import { DOCUMENT_PATHS, DOCUMENT_WORDS, titled } from '../../parts/documents.ts';
import { Problem } from '../../parts/form.tsx';
import { Day, Moment } from '../../parts/moment.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/policy.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({
    texts: await parts.publishing.desk.list(caller),
    publishes: (await parts.desk.staff(caller)).may.publish,
  }));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ document = '', version = '' }, site) => {
    await site.parts.publishing.desk.withdraw(site.caller, document, version);
    return goOn(site, '/desk/policy');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Policy and terms – Desk – Kept' }];

export default function Policy({ loaderData: { texts, publishes }, actionData }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Policy and terms</h1>
      <p className="lead">
        A text of the repository is a draft until somebody publishes it here or by command. What is
        significant is told to everybody, and holds after the notice period.
      </p>
      <Problem refused={actionData} />
      {texts.map(({ document, versions }) => (
        <section className="stack" key={document}>
          <h2>{titled(DOCUMENT_WORDS[document])}</h2>
          {publishes && (
            <p>
              <a className="button second" href={`/desk/policy/${document}`}>
                Publish a version of the {DOCUMENT_WORDS[document]}
              </a>
            </p>
          )}
          <ul className="lines">
            {versions.map((version) => (
              <li className="card" key={version.version}>
                <One publishes={publishes} {...version} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const STATES = { holds: 'holds now', held: 'earlier', waits: 'waits', withdrawn: 'withdrawn' } as const;

function One({ publishes, ...shown }: ShownVersion & { publishes: boolean }) {
  const { document, version, state, summary, significant, why, updated, holdsAt } = shown;
  return (
    <>
      <p className="card-title">
        <a href={`${DOCUMENT_PATHS[document]}/versions/${version}`}>
          {titled(DOCUMENT_WORDS[document])}, version {version}
        </a>{' '}
        <span className={state === 'holds' ? 'tag good' : 'tag'}>{STATES[state]}</span>
      </p>
      <p>{summary}</p>
      <p className="quiet">
        Published on <Day date={updated} />, {significant ? 'significant' : 'not significant'}: {why}
      </p>
      {state === 'waits' && (
        <form method="post" className="stack">
          <p>
            Holds from <Moment iso={holdsAt} /> (UTC) on.
            {publishes && ' Withdrawn before then, it never holds, and whoever was told is told of that.'}
          </p>
          {publishes && (
            <p>
              <input type="hidden" name="document" value={document} />
              <button className="button bad" type="submit" name="version" value={version}>
                Withdraw version {version} of the {DOCUMENT_WORDS[document]}
              </button>
            </p>
          )}
        </form>
      )}
    </>
  );
}
