/** Back from a provider: its answer is taken once, and the address with it is left at once. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import type { Route } from './+types/provider-back.ts';

export async function loader({ context, params, request }: Route.LoaderArgs) {
  const site = context.get(siteContext);
  const { signIn } = site.parts;
  const { search } = new URL(request.url);
  const { to, setCookies, refused } = await signIn.comeBack(site.caller, params.provider, search);
  site.setCookies.push(...setCookies);
  const why = refused === null ? '' : `${to.includes('?') ? '&' : '?'}refused=${refused}`;
  return redirect(to + why, 303);
}
