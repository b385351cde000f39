/**
 * The way out of promotional mail (CHOICE-2). Opening it changes nothing, since scanners follow links; its button, and a
 * mail program by itself (RFC 8058: no cookie, no origin), send a form that does. Everybody gets the same answer.
 */
import { data } from 'react-router';
import { siteContext } from '../context.ts';
import { linkHeaders } from '../link-page.tsx';
import { FormPage } from '../parts/form.tsx';
import type { Route } from './+types/unsubscribe.ts';

const FIELD = 'List-Unsubscribe';
const ONE_CLICK = 'One-Click';

/** The link is the permission: whoever holds it may, from wherever they send it. */
export async function action({ request, params, context }: Route.ActionArgs) {
  const form = await request.formData().catch(() => null);
  if (form?.get(FIELD) !== ONE_CLICK) throw data(null, { status: 400 });
  await context.get(siteContext).parts.unsubscribe(params.token);
  return { done: true };
}

export const headers: Route.HeadersFunction = linkHeaders;
export const meta: Route.MetaFunction = () => [{ title: 'Unsubscribe – Kept' }];

export default function Unsubscribe({ actionData }: Route.ComponentProps) {
  if (actionData?.done)
    return (
      <FormPage
        title="You are out"
        lead="No more promotional mail goes to the address that this link came to, also none that was waiting."
      >
        <p>
          Whoever has nothing else here is forgotten 30 days later. A keyed hash of the address then stays for
          three years, so that no list that somebody hands us brings you back. Confirming the newsletter
          again, or signing up, removes it.
        </p>
        <p>
          Mail that belongs to the service itself, such as notices about keys and the account, comes as
          before. <a href="/privacy/choices">All your choices</a> are on their own page.
        </p>
      </FormPage>
    );
  return (
    <FormPage
      title="Unsubscribe"
      lead="One click, and no more promotional mail goes to the address that this link came to."
    >
      <form method="post">
        <input type="hidden" name={FIELD} value={ONE_CLICK} />
        <button className="button" type="submit">
          Unsubscribe
        </button>
      </form>
    </FormPage>
  );
}
