/**
 * What the link of an invitation opens: which account, who invites, which role. Whoever is not signed in is led to where
 * they can be, and back. Opening it uses nothing up; accepting and declining are forms.
 */
import { data } from 'react-router';
import { siteContext } from '../../context.ts';
import { linkHeaders, linkLoader } from '../../link-page.tsx';
import { FormPage, Problem } from '../../parts/form.tsx';
import { momentOf } from '../../parts/format.ts';
import { useRoles } from '../../parts/roles.tsx';
import { joinPage } from '../../places.ts';
import { carryOut, goOn, leadingTo, signedIn } from '../../session.ts';
import type { Route } from './+types/join.ts';

export async function loader(args: Route.LoaderArgs) {
  const { context, request } = args;
  const { parts, who: asks, refused } = context.get(siteContext);
  const { token } = linkLoader(args);
  const declined = new URL(request.url).searchParams.has('declined');
  if (declined) return { token, declined, seen: null, email: null, mode: parts.signIn.mode };
  // Whoever is signed in answers first what is still asked of them.
  const who = (await asks()) === null ? null : await signedIn(request, context);
  const seen = await parts.console.joining.look(token, who);
  const page = { token, declined, seen, email: who?.email ?? null, mode: parts.signIn.mode };
  return seen === null && !refused ? data(page, { status: 410 }) : page;
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token = '', answer, never }, site) => {
    const { joining } = site.parts.console;
    if (answer === 'accept') {
      const account = await joining.accept(site.caller, token);
      return goOn(site, `/console/${account}`);
    }
    await joining.decline(site.caller, token, never === 'yes');
    return goOn(site, '/join?declined');
  });

export const headers: Route.HeadersFunction = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'An invitation – Kept' }];

export default function Join({ loaderData, actionData }: Route.ComponentProps) {
  const { seen, declined } = loaderData;
  const roles = useRoles();
  if (declined)
    return (
      <FormPage title="Declined" lead="The invitation is gone, and your address with it.">
        <p>Whoever sent it sees that it is open no more, and nothing else.</p>
      </FormPage>
    );
  if (seen === null)
    return (
      <FormPage
        title="This invitation is over"
        lead="It was used, taken back or has ended. Ask whoever invited you for another."
      >
        <Problem refused={actionData} />
      </FormPage>
    );
  return (
    <FormPage title="An invitation" lead={<>To share the account “{seen.name}”.</>}>
      <Problem refused={actionData} />
      <dl className="facts">
        <dt>From</dt>
        <dd className="breaks">
          {seen.inviter.name} ({seen.inviter.email})
        </dd>
        <dt>Your role</dt>
        <dd>
          {roles[seen.role].name}. {roles[seen.role].may}
        </dd>
        <dt>Until</dt>
        <dd>{momentOf(seen.until)} (UTC)</dd>
      </dl>
      <Answers {...loaderData} seen={seen} />
    </FormPage>
  );
}

type Loaded = Route.ComponentProps['loaderData'];
type Seen = NonNullable<Loaded['seen']>;

function Answers({ token, seen, email, mode }: Loaded & { seen: Seen }) {
  const next = joinPage(token);
  switch (seen.you) {
    case 'member_already':
      return (
        <p>
          You belong to this account already. <a href={`/console/${seen.account}`}>Open it</a>
        </p>
      );
    case 'invited':
      return (
        <>
          <p>Its members will see your name and your address. You can leave it at any time.</p>
          <form method="post">
            <input type="hidden" name="token" value={token} />
            <button className="button" type="submit" name="answer" value="accept">
              Accept
            </button>
          </form>
          <Decline token={token} />
        </>
      );
    case 'somebody_else':
      return (
        <>
          <p className="note warn">
            It went to another address than yours, {email}, so you cannot accept it. Sign out and come back
            with the address that it was sent to, or ask {seen.inviter.email} to invite {email}.
          </p>
          <form method="post" action="/sign-out">
            <button className="button second" type="submit">
              Sign out
            </button>
          </form>
        </>
      );
    default:
      return (
        <>
          <p>To accept, sign in with the address that the invitation was sent to. You come back here.</p>
          <p className="actions">
            <a className="button" href={leadingTo('/sign-in', next)}>
              Sign in
            </a>
            {mode !== 'closed' && (
              <a className="button second" href={leadingTo('/sign-up', next)}>
                Sign up
              </a>
            )}
          </p>
          <Decline token={token} />
        </>
      );
  }
}

const Decline = ({ token }: { token: string }) => (
  <details className="stack">
    <summary>Decline</summary>
    <form method="post">
      <input type="hidden" name="token" value={token} />
      <label className="box-line">
        <input type="checkbox" name="never" value="yes" />
        <span>
          Send no invitations to this address any more, from anybody.
          <br />
          <span className="help">
            For that a keyed hash of it stays, for up to three years or until you sign up by yourself.
          </span>
        </span>
      </label>
      <button className="button second" type="submit" name="answer" value="decline">
        Decline
      </button>
    </form>
  </details>
);
