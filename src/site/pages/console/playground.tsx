/**
 * Trying models in the browser. The browser asks the gateway itself, with a key that ends within minutes; control makes
 * the key and never sees what is said (INFER-1).
 */
import { data } from 'react-router';
import type { ShownModel } from '../../../control/models/index.ts';
import { siteContext } from '../../context.ts';
import '../../design/playground.css';
import { Field, Problem } from '../../parts/form.tsx';
import { count, dollars } from '../../parts/format.ts';
import { Playground, type PlaygroundModel } from '../../playground/playground.tsx';
import { carryOut, goOn, memberOf, signedIn } from '../../session.ts';
import type { Route } from './+types/playground.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const { confirmedMsAgo, ways } = await signedIn(request, context);
  await memberOf(context, params.account, 'use_models');
  const { parts } = context.get(siteContext);
  return {
    account: params.account,
    base: `${parts.apiUrl}/v1`,
    models: parts
      .models()
      .filter(({ kind }) => kind === 'chat')
      .map(inWords),
    tooOld: confirmedMsAgo > parts.console.playgroundWithinMs,
    hasPassword: ways.password,
  };
}

const inWords = ({ name, promptUsd, completionUsd, context }: ShownModel): PlaygroundModel => ({
  name,
  facts: `${dollars(promptUsd)} in, ${dollars(completionUsd)} out for a million tokens; context of ${count(context)} tokens.`,
});

/** The form that confirms who it is; what is said to a model never comes here. */
export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ password }, site) => {
    await memberOf(args.context, args.params.account, 'use_models');
    if (password === undefined) throw data(null, { status: 400 });
    await site.parts.signIn.confirmItIsYou(site.caller, { password });
    return goOn(site, `/console/${args.params.account}/playground`);
  });

export const handle = { interactive: true };
export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Playground – Kept' }];

export default function PlaygroundPage({ loaderData, actionData }: Route.ComponentProps) {
  const { account, base, models, tooOld, hasPassword } = loaderData;
  const [first, ...others] = models;
  return (
    <div className="stack">
      <h1>Playground</h1>
      <p className="lead">
        What you write goes from your browser straight to the gateway. This site never sees it, and this page
        keeps nothing: close or reload it, and the conversation is gone.
      </p>
      {tooOld ? (
        <Confirm hasPassword={hasPassword} refused={actionData} />
      ) : first === undefined ? (
        <p className="note warn" role="status">
          No engine offers a model for chat at the moment. Reload this page in a while.
        </p>
      ) : (
        <>
          <noscript>
            <p className="note warn">
              This page needs JavaScript, as the only one of this site: your browser itself speaks to the
              gateway, so that we never see what you write. Without it, take the request below to a terminal.
            </p>
          </noscript>
          <Playground account={account} base={base} models={[first, ...others]} />
          <p className="help">
            Answers are charged to this account like any request. The page asks with a key of its own, which
            ends within five minutes and has limits of its own.{' '}
            <a href="/docs/data">How what you send is treated</a>
          </p>
        </>
      )}
    </div>
  );
}

function Confirm({
  hasPassword,
  refused,
}: {
  hasPassword: boolean;
  refused: Route.ComponentProps['actionData'];
}) {
  return (
    <section className="form-page stack" aria-labelledby="confirm">
      <h2 id="confirm">Confirm that it is you</h2>
      <p>You signed in a while ago, and what is asked here costs money.</p>
      <Problem refused={refused} />
      {hasPassword ? (
        <form method="post">
          <Field name="password" label="Password" type="password" autoComplete="current-password" required />
          <button className="button" type="submit">
            Confirm
          </button>
        </form>
      ) : (
        <form method="post" action="/sign-out">
          <p>Sign out, then in again with your passkey.</p>
          <button className="button" type="submit">
            Sign out
          </button>
        </form>
      )}
    </section>
  );
}
