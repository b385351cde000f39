/** Around every page of the desk: only staff gets in, and sees what their looking means. */
import { data, Outlet } from 'react-router';
import { siteContext } from '../../context.ts';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/layout.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { parts, caller } = context.get(siteContext);
  try {
    return { ...(await parts.desk.staff(caller)), refused: null };
  } catch (error) {
    const problem = parts.problemOf(error);
    if (problem === null) throw error;
    if (problem.code !== 'second_factor_missing') throw data(null, { status: problem.status });
    return { role: null, refused: problem.message };
  }
}

export default function Desk({ loaderData: { role, refused } }: Route.ComponentProps) {
  if (refused !== null)
    return (
      <div className="form-page stack">
        <h1>Desk</h1>
        <p className="note bad">{refused}</p>
        <p>
          <a href="/console/security">To the security page</a>
        </p>
      </div>
    );
  return (
    <div className="stack">
      <p className="quiet">
        <a href="/desk">Desk</a> · {role}. Numbers are shown as they are. Whoever looks at a person’s data
        gives a reason; the look goes into the record, and the person sees it.
      </p>
      <Outlet />
    </div>
  );
}
