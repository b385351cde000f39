/** Making a key. The answer to the form shows it, this once: it is in no address and is kept nowhere. */
import type { MadeKey } from '../../../control/keys/index.ts';
import type { PageParts } from '../../../control/page-parts.ts';
import { siteContext } from '../../context.ts';
import { CurlRequest } from '../../parts/curl-request.tsx';
import { Field, FormPage, Once, Problem } from '../../parts/form.tsx';
import { useIsPriced } from '../../parts/priced.ts';
import { carryOut, demandFresh, memberOf, type Refused, signedIn } from '../../session.ts';
import type { Route } from './+types/key-new.ts';

const FIELDS = [
  'once',
  'name',
  'last_day',
  'rpm',
  'tpm',
  'concurrency',
  'budget_day',
  'budget_month',
  'budget_day_tokens',
  'budget_month_tokens',
  'networks',
];

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await memberOf(context, params.account, 'manage_keys');
  demandFresh(request, context, who);
  const { parts } = context.get(siteContext);
  return {
    once: crypto.randomUUID(),
    today: new Date().toISOString().slice(0, 10),
    models: modelFields(parts),
    apiUrl: parts.apiUrl,
    place: `/console/${params.account}/keys`,
  };
}

export const action = (args: Route.ActionArgs) => {
  const { parts } = args.context.get(siteContext);
  const ticks = modelFields(parts).map(({ field }) => field);
  return carryOut(args, [...FIELDS, ...ticks], async (form, { caller }) => ({
    made: await parts.console.keys.create(caller, args.params.account, form),
  }));
};

/** Each model that can be ticked, and the field that its tick sends. */
const modelFields = ({ models, console }: PageParts) =>
  models().map(({ name }) => ({ name, field: console.keys.modelField + name }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Make a key – Kept' }];

export default function NewKey({ loaderData, actionData }: Route.ComponentProps) {
  if (actionData !== undefined && 'made' in actionData)
    return <Made {...loaderData} made={actionData.made} />;
  return <Wish {...loaderData} refused={actionData} />;
}

type Loaded = Route.ComponentProps['loaderData'];

function Made({ made, models, apiUrl, place }: Loaded & { made: MadeKey }) {
  const model = models[0]?.name ?? 'MODEL';
  return (
    <div className="stack">
      <h1>Your key</h1>
      <p className="lead">
        This is “{made.name}”. Copy it now: it is shown this once, and nobody can read it again.
      </p>
      <p className="code secret" role="status">
        <code>{made.key}</code>
      </p>
      <p className="note">
        Keep it as you keep a password: in a secret store or an environment variable, never in code. If it
        gets lost, revoke it and make another.
      </p>
      <h2>Try it</h2>
      <CurlRequest apiUrl={apiUrl} model={model} before={`export KEPT_KEY='${made.key}'\n`} />
      <p>
        <a className="button" href={place}>
          I have copied it
        </a>
      </p>
    </div>
  );
}

function Wish({ refused, once, today, models, place }: Loaded & { refused: Refused | undefined }) {
  const entered = (name: string): string | undefined => refused?.entered[name];
  const isPriced = useIsPriced();
  return (
    <FormPage title="Make a key" lead="One for each program, so that each can be revoked alone.">
      <Problem refused={refused} />
      <form method="post">
        <Once of={entered('once') || once} />
        <Field
          name="name"
          label="Name"
          maxLength={200}
          defaultValue={entered('name')}
          required
          help="So that you know it again: laptop, nightly job."
        />
        <Field
          name="last_day"
          label="Last day"
          type="date"
          min={today}
          defaultValue={entered('last_day')}
          help="It works until the end of this day (UTC). Empty: until you revoke it."
        />
        {models.length > 0 && (
          <fieldset>
            <legend>Models</legend>
            <p className="help">None ticked: all of them, also those that come later.</p>
            {models.map(({ name, field }) => (
              <label key={name} className="box-line">
                <input type="checkbox" name={field} value="yes" defaultChecked={entered(field) === 'yes'} />
                <span>{name}</span>
              </label>
            ))}
          </fieldset>
        )}
        <fieldset className="pair">
          <legend>Limits</legend>
          <p className="help">Empty: no limit of its own. The account’s limits hold in any case.</p>
          {LIMITS.filter(({ inMoney }) => isPriced || !inMoney).map(({ name, label }) => (
            <Field key={name} name={name} label={label} inputMode="decimal" defaultValue={entered(name)} />
          ))}
        </fieldset>
        <Field
          name="networks"
          label="Only from these networks"
          defaultValue={entered('networks')}
          help="Like 192.0.2.0/24, with commas between them. Empty: from everywhere."
        />
        <div className="actions">
          <button className="button" type="submit">
            Make it
          </button>
          <a className="button second" href={place}>
            Rather not
          </a>
        </div>
      </form>
    </FormPage>
  );
}

const LIMITS: readonly { readonly name: string; readonly label: string; readonly inMoney?: true }[] = [
  { name: 'rpm', label: 'Requests a minute' },
  { name: 'tpm', label: 'Tokens a minute' },
  { name: 'budget_day', label: 'Budget of a day, USD', inMoney: true },
  { name: 'budget_month', label: 'Budget of a month, USD', inMoney: true },
  { name: 'budget_day_tokens', label: 'Tokens of a day' },
  { name: 'budget_month_tokens', label: 'Tokens of a month' },
  { name: 'concurrency', label: 'Requests at once' },
];
