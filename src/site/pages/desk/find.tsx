/** The desk's first page: finds an account. The address is sent in a form, so that it stands in no URL. */
import { useOutletContext } from 'react-router';
import { Field, Problem } from '../../parts/form.tsx';
import { carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/find.ts';
import type { AtDesk } from './layout.tsx';

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['account'], async (form, site) => {
    const { id } = await site.parts.desk.find(site.caller, form);
    return goOn(site, `/desk/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Desk – Kept' }];

export default function Find({ actionData }: Route.ComponentProps) {
  const { byAddress } = useOutletContext<AtDesk>();
  return (
    <div className="form-page stack">
      <h1>Find an account</h1>
      <Problem refused={actionData} />
      <form method="post">
        <Field
          name="account"
          label={byAddress ? 'E-mail address or id' : 'Id'}
          defaultValue={actionData?.entered.account}
          autoComplete="off"
          required
          help={`${byAddress ? 'The whole address, or an id like acct_….' : 'Like acct_….'} There is no list to browse.`}
        />
        <button className="button" type="submit">
          Find it
        </button>
      </form>
    </div>
  );
}
