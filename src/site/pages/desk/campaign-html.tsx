/** The HTML of a campaign, to be framed by its page, as a light or a dark mail program shows it. */
import { letterAnswer } from '../../letter-answer.ts';
import { answered, signedIn } from '../../session.ts';
import type { Route } from './+types/campaign-html.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const html = await answered(context, ({ parts, caller }) => parts.campaigns.html(caller, params.campaign));
  const scheme = new URL(request.url).searchParams.get('scheme') === 'dark' ? 'dark' : 'light';
  return letterAnswer(html.replace('color-scheme:light dark', `color-scheme:${scheme}`));
}
