/** Hands in a partner's list; nobody is taken over by that. */
import { Field, FormPage, Once, Problem } from '../../parts/form.tsx';
import { GROUND_NAMES } from '../../parts/import-words.ts';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/import-new.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await answered(context, ({ parts, caller }) => parts.importDesk.list(caller));
  demandFresh(request, context, who);
  return { once: crypto.randomUUID() };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['partner', 'receivedOn', 'ground', 'once'], async (form, site, files) => {
    const { partner, receivedOn, ground, once } = form;
    const file = files.get('list');
    const bytes = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
    const id = await site.parts.importDesk.handIn(site.caller, { partner, receivedOn, ground }, bytes, once);
    return goOn(site, `/desk/imports/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Hand in a list – Desk – Kept' }];

export default function ImportNew({ loaderData, actionData }: Route.ComponentProps) {
  const entered: Readonly<Record<string, string>> = actionData?.entered ?? {};
  return (
    <FormPage
      title="Hand in a list"
      lead="Nobody is taken over before you have seen who would be, and confirmed it."
    >
      <Problem refused={actionData} />
      <form method="post" encType="multipart/form-data">
        <Once of={entered.once || loaderData.once} />
        <Field
          name="partner"
          label="Partner"
          maxLength={120}
          defaultValue={entered.partner}
          autoComplete="off"
          required
          help="The company, as whoever is on the list knows it: they are told."
        />
        <Field
          name="receivedOn"
          label="Handed over on"
          type="date"
          defaultValue={entered.receivedOn}
          required
        />
        <div className="field">
          <label htmlFor="ground">Legal ground</label>
          <select id="ground" name="ground" defaultValue={entered.ground ?? ''} required>
            <option value="">Choose one</option>
            {Object.entries(GROUND_NAMES).map(([ground, words]) => (
              <option key={ground} value={ground}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <Field
          name="list"
          label="The list"
          type="file"
          accept=".csv,text/csv"
          required
          help="CSV in UTF-8 with the heads of its columns in the first row; 8 MB and 100,000 rows at most. It is sealed, and gone when it is taken over, or after seven days."
        />
        <button className="button" type="submit">
          Hand it in
        </button>
      </form>
    </FormPage>
  );
}
