/** A request that came by post, entered into the same flow, with the day that it came (CONTACT-1). */
import { Field, Problem } from '../../parts/form.tsx';
import { PlaceField } from '../../parts/place-field.tsx';
import { RightField, WordsField } from '../../parts/request-fields.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/request-new.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.requestDesk.form(caller));

const FIELDS = ['right', 'place', 'received', 'account', 'words', 'agreed'] as const;

export const action = (args: Route.ActionArgs) =>
  carryOut(args, FIELDS, async (form, site) => {
    const given = Object.fromEntries(FIELDS.map((name) => [name, form[name] ?? '']));
    const id = await site.parts.requestDesk.enter(site.caller, given);
    return goOn(site, `/desk/requests/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Enter a letter – Desk – Kept' }];

export default function RequestNew({ loaderData: { places, today }, actionData }: Route.ComponentProps) {
  const entered = actionData?.entered ?? {};
  return (
    <div className="form-page stack">
      <h1>Enter a letter</h1>
      <p className="lead">
        Its time runs from the day that it came. Whoever wrote it is asked by a link to the address that we
        hold.
      </p>
      <Problem refused={actionData} />
      <form method="post">
        <RightField label="What is asked" entered={entered.right} />
        <Field
          name="received"
          label="Day that it came"
          type="date"
          max={today}
          defaultValue={entered.received || today}
          required
        />
        <PlaceField places={places} entered={entered.place} label="Where they live, as they say" />
        <Field
          name="account"
          label="Account or e-mail address that the letter names"
          defaultValue={entered.account}
          autoComplete="off"
          help="Empty where it names none: then somebody with the role privacy checks who it is."
        />
        <WordsField label="In their words" entered={entered.words} />
        <label className="box-line">
          <input type="checkbox" name="agreed" value="yes" defaultChecked={entered.agreed === 'yes'} />
          <span>For a deletion: the letter says that the account is meant.</span>
        </label>
        <button className="button" type="submit">
          Enter it
        </button>
      </form>
    </div>
  );
}
