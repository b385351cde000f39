/** Confirms the newsletter by the link of a mail. Opening it changes nothing, since scanners follow links. */
import { siteContext } from '../../context.ts';
import { LinkPage, linkHeaders, linkLoader } from '../../link-page.tsx';
import { FormPage } from '../../parts/form.tsx';
import { PolicyText } from '../../parts/policy-text.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/newsletter-confirm.ts';

export function loader(args: Route.LoaderArgs) {
  const { text, version } = args.context.get(siteContext).parts.newsletter.shown();
  const isDone = new URL(args.request.url).searchParams.has('done');
  return { ...linkLoader(args), text, version, isDone };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token, version }, site) => {
    await site.parts.newsletter.confirm(site.caller, { token, version });
    return goOn(site, '/newsletter/confirm?done');
  });

export const headers: Route.HeadersFunction = linkHeaders;
export const meta: Route.MetaFunction = () => [
  { title: 'Confirm the newsletter – Kept' },
  { name: 'robots', content: 'noindex' },
];

export default function NewsletterConfirm({ loaderData, actionData }: Route.ComponentProps) {
  const { token, text, version, isDone } = loaderData;
  if (isDone)
    return (
      <FormPage title="You get the newsletter" lead="That is all: the next one comes to your address.">
        <p>
          Each has a link at its end that stops it at once, without signing in. Once you leave it, and have
          nothing else here, your address is deleted 30 days later, and a keyed hash of it stays for three
          years, so that no list that somebody hands us brings you back.
        </p>
      </FormPage>
    );
  return (
    <LinkPage
      title="Confirm the newsletter"
      lead="Say that you want it at the address that this link came to."
      token={token}
      refused={actionData}
      done="Yes, send it to me"
    >
      <PolicyText blocks={text} parts={{}} />
      <input type="hidden" name="version" value={version} />
    </LinkPage>
  );
}
