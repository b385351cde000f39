/** What of theirs ends, changes or is due, and the address by which their calendar reads it (PROVIDE-2). */
import { Problem } from '../../parts/form.tsx';
import { Day, Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/dates.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  await signedIn(request, context);
  return answered(context, ({ parts, caller }) => parts.dates.mine(caller));
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ do: what }, site) => {
    const { dates } = site.parts;
    if (what === 'make') return { feed: await dates.makeFeed(site.caller) };
    await dates.endFeed(site.caller);
    return goOn(site, '/console/dates');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Your dates – Kept' }];

export default function Dates({ loaderData, actionData }: Route.ComponentProps) {
  const { coming, feedSince } = loaderData;
  const refused = actionData !== undefined && 'problem' in actionData ? actionData : undefined;
  const feed = actionData !== undefined && 'feed' in actionData ? actionData.feed : null;
  return (
    <div className="stack">
      <h1>Your dates</h1>
      <p className="lead">
        What ends or renews by itself, and until when we answer you. Its people get a mail 14 days, 3 days and
        1 day before.
      </p>
      <Problem refused={refused} />
      {coming.length === 0 ? <p>Nothing of yours ends or is due.</p> : <Coming coming={coming} />}

      <h2 id="calendar">In your calendar</h2>
      {feed !== null && <NewFeed feed={feed} />}
      <Feed since={feedSince} />
    </div>
  );
}

const Coming = ({ coming }: { coming: Route.ComponentProps['loaderData']['coming'] }) => (
  <WideTable label="Dates that are coming">
    <thead>
      <tr>
        <th scope="col">When (UTC)</th>
        <th scope="col">What</th>
      </tr>
    </thead>
    <tbody>
      {coming.map(({ uid, at, what, url }) => (
        <tr key={uid}>
          <th scope="row">
            <Moment iso={at} />
          </th>
          <td>
            <a href={url}>{what}</a>
          </td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);

const NewFeed = ({ feed }: { feed: string }) => (
  <div className="note" role="status">
    <p>
      This is the address. It is shown this once: subscribe to it in your calendar, and keep it to yourself.
    </p>
    <p>
      <code className="breaks">{feed}</code>
    </p>
  </div>
);

function Feed({ since }: { since: string | null }) {
  return (
    <>
      <p>
        Calendar programs can read these dates at an address of your own. Whoever has it reads them too, with
        the names of your keys, and so does a calendar service that you give it to.
        {since !== null && (
          <>
            {' '}
            There is one since <Day date={since.slice(0, 10)} />.
          </>
        )}
      </p>
      <form method="post" className="actions">
        <button className={since === null ? 'button' : 'button second'} type="submit" name="do" value="make">
          {since === null ? 'Make an address' : 'Make another one; the earlier one ends'}
        </button>
        {since !== null && (
          <button className="button bad" type="submit" name="do" value="end">
            Take it back
          </button>
        )}
      </form>
    </>
  );
}
