/** Enters a demand for data. */
import { CASE_FIELDS, CATEGORY_FIELDS } from '../../../control/disclosure/fields.ts';
import { type Entered, ScopeFields, TextField, Upload } from '../../parts/disclosure-fields.tsx';
import { titled } from '../../parts/disclosure-words.ts';
import { Field, FormPage, Once, Problem } from '../../parts/form.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/disclosure-new.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await answered(context, ({ parts, caller }) => parts.disclosures.desk.list(caller, false));
  demandFresh(request, context, who);
  const form = await answered(context, ({ parts, caller }) => parts.disclosures.desk.form(caller));
  return { ...form, once: crypto.randomUUID() };
}

const bytesOf = async (file: File | undefined): Promise<Uint8Array | null> =>
  file === undefined || file.size === 0 ? null : new Uint8Array(await file.arrayBuffer());

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...CASE_FIELDS, ...CATEGORY_FIELDS, 'hold', 'once'], async (form, site, files) => {
    const uploads = { document: await bytesOf(files.get('document')), gag: await bytesOf(files.get('gag')) };
    const id = await site.parts.disclosures.desk.open(site.caller, form, uploads, form.once);
    return goOn(site, `/desk/disclosures/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Enter a demand – Desk – Kept' }];

export default function DisclosureNew({ loaderData, actionData }: Route.ComponentProps) {
  const entered: Entered = actionData?.entered ?? {};
  return (
    <FormPage
      title="Enter a demand"
      lead="As exactly as it was made: whom it names, which data, of which time. No more than that is ever handed over."
    >
      <Problem refused={actionData} />
      <form method="post" encType="multipart/form-data">
        <Once of={entered.once || loaderData.once} />
        <Asker kinds={loaderData.kinds} entered={entered} />
        <TextField
          name="named"
          label="Whom it names"
          rows={4}
          entered={entered.named}
          required
          help="A line for each: an e-mail address, or the id of an account like acct_…. Somebody whom nothing is held of is answered so."
        />
        <ScopeFields categories={Object.entries(loaderData.categories)} entered={entered} />
        <Field name="due" label="Answer by" type="date" defaultValue={entered.due} />
        <label className="box-line">
          <input type="checkbox" name="hold" value="yes" defaultChecked={entered.hold === 'yes'} />
          <span>Hold these data until it is answered, whatever else would end them</span>
        </label>
        <Silence entered={entered} />
        <TextField
          name="certificate"
          label="Their certificate"
          entered={entered.certificate}
          help="X.509 with an RSA key, as PEM: the package opens with its private key alone. Empty: with a passphrase that you hand over in another way."
        />
        <button className="button" type="submit">
          Enter it
        </button>
      </form>
    </FormPage>
  );
}

type Kinds = Route.ComponentProps['loaderData']['kinds'];

const Asker = ({ kinds, entered }: { kinds: Kinds; entered: Entered }) => (
  <>
    <div className="field">
      <label htmlFor="kind">What it is</label>
      <select id="kind" name="kind" defaultValue={entered.kind || 'court_order'}>
        {kinds.map(({ kind, words }) => (
          <option key={kind} value={kind}>
            {titled(words)}
          </option>
        ))}
      </select>
    </div>
    <Field
      name="authority"
      label="Who asks"
      defaultValue={entered.authority}
      maxLength={200}
      autoComplete="off"
      required
      help="The court or authority. Whom it is about reads it, once that may be told."
    />
    <Field
      name="contact"
      label="Where they are reached"
      defaultValue={entered.contact}
      maxLength={500}
      autoComplete="off"
      required
      help="As they are known, not as the letter says: call back before anything is handed over."
    />
    <Field
      name="reference"
      label="Their reference"
      defaultValue={entered.reference}
      maxLength={100}
      autoComplete="off"
    />
    <Field
      name="basis"
      label="On what basis"
      defaultValue={entered.basis}
      maxLength={1000}
      autoComplete="off"
      required
      help="The law and its section, and what for. They read this too."
    />
    <Upload name="document" label="The order" required />
  </>
);

const Silence = ({ entered }: { entered: Entered }) => (
  <fieldset>
    <legend>Where telling is forbidden</legend>
    <Field
      name="gag_until"
      label="May not be told before"
      type="date"
      defaultValue={entered.gag_until}
      help="From this day on (UTC) they are told by themselves. Leave all three empty where nothing forbids it."
    />
    <Field
      name="gag_basis"
      label="What forbids it"
      defaultValue={entered.gag_basis}
      maxLength={1000}
      autoComplete="off"
    />
    <Upload name="gag" label="The document that says so" />
  </fieldset>
);
