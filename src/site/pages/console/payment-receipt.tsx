/** Leads on to the receipt, which Stripe has. */
import { redirect } from 'react-router';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/payment-receipt.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  throw redirect(
    await ask(context, (console, caller) => console.payments.receipt(caller, params.account, params.payment)),
  );
}
