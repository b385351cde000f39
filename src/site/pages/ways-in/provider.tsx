/**
 * On to a provider. A form of ours leads here and this page leads on, since a form may lead nowhere but to ourselves
 * (`form-action`), whatever redirects a provider follows.
 */
import { FormPage, Problem } from '../../parts/form.tsx';
import { carryOut } from '../../session.ts';
import type { Route } from './+types/provider.ts';

export const action = ({ params, ...args }: Route.ActionArgs) =>
  carryOut(args, [], async ({ wish, next, invitation }, site) => {
    const begun = await site.parts.signIn.beginProvider(site.caller, params.provider, {
      wish,
      ...(next && { next }),
      ...(invitation && { invitation }),
    });
    site.setCookies.push(...begun.setCookies);
    const { providers } = site.parts.signIn;
    return { url: begun.url, name: providers.find(({ id }) => id === params.provider)?.name ?? '' };
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'On to sign in – Kept' }];

export default function Provider({ actionData }: Route.ComponentProps) {
  if (actionData === undefined || 'problem' in actionData) {
    return (
      <FormPage
        title="Sign in"
        {...(actionData === undefined && { lead: 'Choose how, on the page with all of them.' })}
      >
        <Problem refused={actionData} />
        <p>
          <a href="/sign-in">All ways to sign in</a>
        </p>
      </FormPage>
    );
  }
  return (
    <FormPage title={`On to ${actionData.name}`} lead="You sign in there, and come back here.">
      <meta httpEquiv="refresh" content={`0;url=${actionData.url}`} />
      <p>
        <a className="button" href={actionData.url} rel="noreferrer">
          Go on
        </a>
      </p>
    </FormPage>
  );
}
