/** Somebody whose account is going to be deleted sees this and nothing else. */
import { redirect } from 'react-router';
import { dayOf } from '../../parts/format.ts';
import { signedIn } from '../../session.ts';
import type { Route } from './+types/leaving.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deletion } = await signedIn(request, context, { whileDeleted: true });
  if (deletion === null) throw redirect('/console');
  return { on: new Date(deletion.dueAt).toISOString().slice(0, 10) };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Your account is going to be deleted – Kept' }];

export default function Leaving({ loaderData: { on } }: Route.ComponentProps) {
  return (
    <div className="form-page stack">
      <h1>Your account is going to be deleted</h1>
      <p className="lead">
        On {dayOf(on)} everything that names you is gone. Until then it can be taken back.
      </p>
      <p>
        Your keys are off. To keep the account, or to take your data with you, write to the operator of this
        site.
      </p>
      <form method="post" action="/sign-out">
        <button className="button second" type="submit">
          Sign out
        </button>
      </form>
    </div>
  );
}
