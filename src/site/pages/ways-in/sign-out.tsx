/** Signing out: a form's button leads here, a link does nothing. */
import { redirect } from 'react-router';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/sign-out.ts';

export const loader = () => redirect('/');

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (_form, site) => {
    const { setCookies } = await site.parts.signIn.signOut(site.caller);
    return goOn(site, '/', setCookies);
  });
