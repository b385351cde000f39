/** The HTML of a mail as it is sent, to be framed by its page: nothing in it runs, loads or leads anywhere. */
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/mail-html.ts';

/** A mail's styles are attributes: mail programs throw away the rest. */
const NOTHING_BUT_STYLE =
  "default-src 'none'; style-src-attr 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox";

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { html } = await answered(context, ({ parts, caller }) => parts.desk.mail(caller, params.mail));
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': NOTHING_BUT_STYLE,
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-store',
    },
  });
}
