/** The data processing agreement of an account: what it accepted, and what an owner can accept now. */
import type { Acceptance } from '../../../control/agreements/index.ts';
import { Problem } from '../../parts/form.tsx';
import { Moment } from '../../parts/moment.tsx';
import { PolicyText } from '../../parts/policy-text.tsx';
import { CONFIRM_PAGE } from '../../places.ts';
import { ask, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/agreement.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { fresh } = await signedIn(request, context);
  const { account } = params;
  const shown = await ask(context, (console, caller) => console.agreement.read(caller, account));
  return { ...shown, fresh, place: `/console/${account}/agreement` };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    const { account } = args.params;
    await site.parts.console.agreement.accept(site.caller, account, form);
    return goOn(site, `/console/${account}/agreement`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Data processing agreement – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];

export default function Agreement({ loaderData, actionData }: Route.ComponentProps) {
  const { now, accepted, place } = loaderData;
  return (
    <div className="stack">
      <h1>{now.title}</h1>
      <p className="lead">
        For whoever sends us data about others. You need it only then; nothing else depends on it.
      </p>
      <Problem refused={actionData} />
      <Accepted accepted={accepted} place={place} />
      <Accepting {...loaderData} />
      <article className="prose">
        <h2>Version {now.version}, with its annexes as they are today</h2>
        <PolicyText blocks={now.blocks} parts={{}} />
      </article>
    </div>
  );
}

const Accepted = ({ accepted, place }: { accepted: readonly Acceptance[]; place: string }) =>
  accepted.length === 0 ? (
    <p className="note">This account has not accepted it.</p>
  ) : (
    <ul className="lines">
      {accepted.map(({ version, at, hash }) => (
        <li className="card" key={version}>
          <p className="card-title">
            Version {version}, accepted <Moment iso={at} /> (UTC)
          </p>
          <p>
            As it was on that day: <a href={`${place}/${version}.html`}>to print</a>, or{' '}
            <a href={`${place}/${version}.md`}>as Markdown</a>
          </p>
          <p className="quiet">
            SHA-256 <code className="breaks">{hash}</code>
          </p>
        </li>
      ))}
    </ul>
  );

function Accepting({ now, accepted, mayAccept, fresh, place }: Loaded) {
  if (accepted.some(({ version }) => version === now.version)) return null;
  if (!mayAccept) return <p className="quiet">An owner of the account can accept it.</p>;
  if (!fresh)
    return (
      <p>
        <a className="button second" href={`${CONFIRM_PAGE}?next=${place}`}>
          Confirm that it is you to accept it
        </a>
      </p>
    );
  return (
    <form method="post" className="form-page">
      <input type="hidden" name="version" value={now.version} />
      <label className="box-line">
        <input type="checkbox" name="accepted" value="yes" required />
        <span>I accept version {now.version} with its annexes, for whoever this account belongs to.</span>
      </label>
      <button className="button" type="submit">
        Accept it
      </button>
    </form>
  );
}
