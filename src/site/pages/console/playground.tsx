/**
 * Trying models in the browser. The browser asks the gateway itself, with a key that ends within minutes; control makes
 * the key and never sees what is said (INFER-1).
 */
import type { ShownModel } from '../../../control/models/index.ts';
import { siteContext } from '../../context.ts';
import '../../design/playground.css';
import { count, dollars } from '../../parts/format.ts';
import { useIsPriced } from '../../parts/priced.ts';
import { Playground, type PlaygroundModel } from '../../playground/playground.tsx';
import { demandConfirmed, memberOf, signedIn } from '../../session.ts';
import type { Route } from './+types/playground.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await memberOf(context, params.account, 'use_models');
  const { parts } = context.get(siteContext);
  demandConfirmed(request, who, parts.console.playgroundWithinMs);
  return {
    account: params.account,
    base: `${parts.apiUrl}/v1`,
    models: parts
      .models()
      .filter(({ kind }) => kind === 'chat')
      .map(inWords),
  };
}

const inWords = ({ name, price, context }: ShownModel): PlaygroundModel => ({
  name,
  facts: [
    ...(price === null
      ? []
      : [`${dollars(price.promptUsd)} in, ${dollars(price.completionUsd)} out for a million tokens`]),
    `${price === null ? 'C' : 'c'}ontext of ${count(context)} tokens.`,
  ].join('; '),
});

export const handle = { interactive: true };
export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Playground – Kept' }];

export default function PlaygroundPage({ loaderData: { account, base, models } }: Route.ComponentProps) {
  const [first, ...others] = models;
  const isPriced = useIsPriced();
  return (
    <div className="stack">
      <h1>Playground</h1>
      <p className="lead">
        What you write goes from your browser straight to the gateway. This site never sees it, and this page
        keeps nothing: close or reload it, and the conversation is gone.
      </p>
      {first === undefined ? (
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
            Answers {isPriced ? 'are charged to' : 'count for'} this account like any request. The page asks
            with a key of its own, which ends within five minutes and has limits of its own.{' '}
            <a href="/docs/data">How what you send is treated</a>
          </p>
        </>
      )}
    </div>
  );
}
