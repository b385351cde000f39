/** Sign-ins that are open, and ending them. */
import { siteContext } from '../../context.ts';
import { Problem } from '../../parts/form.tsx';
import { dayOf } from '../../parts/format.ts';
import { carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/security.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { email } = await signedIn(request, context);
  const { parts, caller } = context.get(siteContext);
  return {
    email,
    sessions: await parts.signIn.listSessions(caller),
    mails: await parts.signIn.mailOf(caller),
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ end }, site) => {
    const { signIn } = site.parts;
    if (end === 'others') await signIn.endOtherSessions(site.caller);
    else await signIn.endSession(site.caller, end ?? '');
    return goOn(site, '/console/security');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Security – Kept' }];

export default function Security({ loaderData: { email, sessions }, actionData }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Security</h1>
      <Problem refused={actionData} />
      <h2>Where you are signed in</h2>
      <p className="quiet">As {email}.</p>
      <div className="table">
        <table>
          <thead>
            <tr>
              <th scope="col">Browser</th>
              <th scope="col">Network</th>
              <th scope="col">Signed in</th>
              <th scope="col">Last used</th>
              <th scope="col">
                <span className="unseen">End it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.id}>
                <th scope="row">
                  {session.browser}, {session.system}
                </th>
                <td>{session.network ?? 'unknown'}</td>
                <td>{dayOf(session.signed_in_on)}</td>
                <td>{dayOf(session.last_used_on)}</td>
                <td>
                  {session.current ? <span className="tag good">this one</span> : <End id={session.id} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sessions.length > 1 && (
        <form method="post">
          <button className="button second" type="submit" name="end" value="others">
            End all others
          </button>
        </form>
      )}
    </div>
  );
}

const End = ({ id }: { id: string }) => (
  <form method="post">
    <button className="plain-button" type="submit" name="end" value={id}>
      End it
    </button>
  </form>
);
