/** What an account accepted, as a file: Markdown, or HTML to print. */
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/agreement-file.ts';

const HTML_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const isHtml = new URL(request.url).pathname.endsWith('.html');
  const { account, version } = params;
  const text = await ask(context, (console, caller) =>
    console.agreement.file(caller, account, version, isHtml ? 'html' : 'md'),
  );
  const name = `data-processing-agreement-${version}`;
  return new Response(text, {
    headers: isHtml
      ? {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': HTML_POLICY,
          'cache-control': 'no-store',
        }
      : {
          'content-type': 'text/markdown; charset=utf-8',
          'content-disposition': `attachment; filename="${name}.md"`,
          'cache-control': 'no-store',
        },
  });
}
