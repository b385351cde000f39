/** Whoever reads the mail of an address says that it was not them who showed something. Opening the page does nothing. */
import { siteContext } from '../../context.ts';
import { linkHeaders, linkLoader } from '../../link-page.tsx';
import { FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/not-me.ts';

export async function loader(args: Route.LoaderArgs) {
  const { parts } = args.context.get(siteContext);
  const { token } = linkLoader(args);
  const { searchParams } = new URL(args.request.url);
  return { token, stopped: searchParams.has('stopped'), asked: await parts.requests.lookAtStop(token) };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token = '' }, site) => {
    await site.parts.requests.stop(token);
    return goOn(site, '/privacy/requests/not-me?stopped');
  });

export const headers: Route.HeadersFunction = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'Was it not you? – Kept' }];

export default function NotMe({ loaderData, actionData }: Route.ComponentProps) {
  const { token, stopped, asked } = loaderData;
  if (stopped)
    return (
      <FormPage title="It is stopped" lead="What was shown counts no more, and nothing further is done.">
        <p>
          Somebody has something of yours. <a href="/console/security">Look at your sign-ins</a>, make new
          recovery codes, and revoke any API key that may be in other hands.
        </p>
      </FormPage>
    );
  if (asked === null)
    return (
      <FormPage title="This link is over" lead="It was used already, or the request is over.">
        <Problem refused={actionData} />
      </FormPage>
    );
  return (
    <FormPage
      title="Was it not you?"
      lead={`Somebody asked us ${asked.asked}, and showed something of yours instead of this mailbox.`}
    >
      <Problem refused={actionData} />
      {asked.isDone && (
        <p className="note warn">
          It is done already. What can be undone is undone, and nothing more is given to anybody.
        </p>
      )}
      <form method="post">
        <input type="hidden" name="token" value={token} />
        <button className="button bad" type="submit">
          It was not me: stop it
        </button>
      </form>
      <p className="quiet">If it was you, close this page: nothing happens.</p>
    </FormPage>
  );
}
