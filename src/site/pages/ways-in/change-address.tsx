/** Confirms a changed address by the link that was sent to it. */
import { FormPage, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/change-address.ts';

export const loader = ({ request }: Route.LoaderArgs) => ({
  token: new URL(request.url).searchParams.get('token') ?? '',
});

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ token }, site) => {
    await site.parts.signIn.changeAddress(site.caller, { token });
    return goOn(site, '/console/security');
  });

/** The link's token stays between the browser and us. */
export const headers: Route.HeadersFunction = () => ({
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
});
export const meta: Route.MetaFunction = () => [{ title: 'Confirm your new address – Kept' }];

export default function ChangeAddress({ loaderData: { token }, actionData }: Route.ComponentProps) {
  return (
    <FormPage title="Your new address" lead="From then on you sign in with it.">
      <Problem refused={actionData} />
      <form method="post">
        <input type="hidden" name="token" value={token} />
        <button className="button" type="submit">
          Confirm
        </button>
      </form>
    </FormPage>
  );
}
