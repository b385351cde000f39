/** Whoever reads the mail of an address says whether it was them who asked. Opening the page does nothing. */
import { siteContext } from '../../context.ts';
import { linkHeaders, linkLoader } from '../../link-page.tsx';
import { FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/prove-request.ts';

export async function loader(args: Route.LoaderArgs) {
  const { parts } = args.context.get(siteContext);
  const { token } = linkLoader(args);
  const { searchParams } = new URL(args.request.url);
  return { token, disowned: searchParams.has('disowned'), asked: await parts.requests.lookAtProof(token) };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token = '', answer }, site) => {
    const { requests } = site.parts;
    if (answer === 'me') return goOn(site, `/privacy/requests/${await requests.prove(token)}`);
    await requests.disown(token);
    return goOn(site, '/privacy/requests/prove?disowned');
  });

export const headers: Route.HeadersFunction = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'Was it you? – Kept' }];

type Asked = NonNullable<Route.ComponentProps['loaderData']['asked']>;

const WHO = {
  themselves: ({ asked }: Asked) => ({
    title: 'Was it you?',
    lead: `Somebody asked us ${asked}, and named this address.`,
  }),
  agent: ({ asked, agent }: Asked) => ({
    title: 'Did you let them ask?',
    lead: `${agent} asked us ${asked}, in your name, and named this address.`,
  }),
};

export default function ProveRequest({ loaderData, actionData }: Route.ComponentProps) {
  const { token, disowned, asked } = loaderData;
  if (disowned)
    return (
      <FormPage
        title="Nothing was done"
        lead="The request is gone. Whoever made it learns nothing about you."
      >
        <p>
          If somebody tries to get at your account, look at your sign-ins on the{' '}
          <a href="/console/security">security page</a>.
        </p>
      </FormPage>
    );
  if (asked === null)
    return (
      <FormPage title="This link is over" lead="It was used already, has ended, or was never one of ours.">
        <Problem refused={actionData} />
        <p>
          <a href="/privacy/requests">Ask again</a>, and another is sent.
        </p>
      </FormPage>
    );
  return (
    <FormPage {...WHO[asked.agent === null ? 'themselves' : 'agent'](asked)}>
      <Problem refused={actionData} />
      {asked.isDeletion && (
        <p className="note warn">
          This deletes the account with everything in it. The next page says until when you can take it back.
        </p>
      )}
      <form method="post">
        <input type="hidden" name="token" value={token} />
        <p className="actions">
          <button
            className={asked.isDeletion ? 'button bad' : 'button'}
            type="submit"
            name="answer"
            value="me"
          >
            {asked.agent === null ? 'It was me: go on' : 'I let them: go on'}
          </button>
          <button className="button second" type="submit" name="answer" value="not_me">
            {asked.agent === null ? 'It was not me' : 'I did not let them'}
          </button>
        </p>
      </form>
    </FormPage>
  );
}
