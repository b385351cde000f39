/** Whom data goes to, field by field, as the running system has it (DISCLOSE-2). */
import type { Recipient } from '../../control/processors/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { Moment } from '../parts/moment.tsx';
import type { Route } from './+types/processors.ts';

export const loader = ({ context }: Route.LoaderArgs) => ({
  recipients: context.get(siteContext).parts.recipients,
  announced: context.get(siteContext).parts.announced(),
});

export const meta: Route.MetaFunction = () =>
  about('Whom data goes to', 'Every processor and every other recipient, with each field that it gets.');

export default function Processors({ loaderData }: Route.ComponentProps) {
  const { recipients, announced } = loaderData;
  const of = (role: Recipient['role'], own: boolean) =>
    recipients.filter((each) => each.role === role && each.own === own);
  return (
    <div className="stack">
      <h1>Whom data goes to</h1>
      <p className="lead">
        Everybody who gets something about you from us, and each field that they get. This list is made from
        the running system: it connects to nobody else, and every change stands in the record.
      </p>
      {announced.map(({ kind, what, from }) => (
        <p className="note warn" key={what}>
          Announced: {what}{' '}
          {from !== null && (
            <>
              The day is <Moment iso={from} /> (UTC).
            </>
          )}{' '}
          {kind === 'processor' ? (
            <>
              If you do not want that, <a href="/console/export">take your data with you</a> before that day.
            </>
          ) : (
            <>
              An owner of an account can <a href="/console">object</a> on its page “Data terms”.
            </>
          )}
        </p>
      ))}
      <Group
        title="Processors"
        lead="They work for us, by contract."
        recipients={of('processor', false)}
        none="No other company processes anything for us."
      />
      <Group
        title="Others"
        lead="They decide themselves what they do with it. You meet them only if you choose to."
        recipients={of('independent', false)}
        none={null}
      />
      <Group
        title="Our own systems"
        lead="On the operator’s machines or in their own network."
        recipients={of('processor', true)}
        none={null}
      />
      <p>
        Courts and authorities are not in this list: <a href="/privacy">the policy</a> says when we disclose
        something to them. For programs: <a href="/api/privacy/processors">as JSON</a>.
      </p>
    </div>
  );
}

interface GroupProps {
  readonly title: string;
  readonly lead: string;
  readonly recipients: readonly Recipient[];
  /** Instead of an empty list; null: no heading either. */
  readonly none: string | null;
}

function Group({ title, lead, recipients, none }: GroupProps) {
  if (recipients.length === 0 && none === null) return null;
  return (
    <>
      <h2>{title}</h2>
      {recipients.length === 0 ? <p className="note">{none}</p> : <p>{lead}</p>}
      {recipients.map((each) => (
        <One key={each.id} {...each} />
      ))}
    </>
  );
}

const NOT_SAID = 'The operator has not said.';

function One({ kind, own, role, name, does, gets, besides, region, keeps, contract }: Recipient) {
  const isPromised = role === 'processor' && !own;
  return (
    <section className="card">
      <h3>{nameOf({ kind, own, name })}</h3>
      <p>{does}</p>
      <dl className="facts">
        {gets.map(({ title, items }) => (
          <Fact key={title} what={title} words={items.map(lowerFirst).join('; ')} />
        ))}
        {besides !== null && <Fact what={gets.length === 0 ? 'Gets' : 'Besides'} words={besides} />}
        <Fact what="Where" words={regionOf(region, own) ?? (isPromised ? NOT_SAID : null)} />
        <Fact what="Keeps it" words={keeps ?? (isPromised ? NOT_SAID : null)} />
        <Fact what="Contract" words={contract ?? (isPromised ? NOT_SAID : null)} />
      </dl>
    </section>
  );
}

const Fact = ({ what, words }: { what: string; words: string | null }) =>
  words !== null && (
    <>
      <dt>{what}</dt>
      <dd>{words}</dd>
    </>
  );

const OWN_NAMES: Readonly<Partial<Record<Recipient['kind'], string>>> = {
  database: 'Database',
  mail: 'Mail server',
  mailbox: 'Mailbox of the privacy address',
};

function nameOf({ kind, own, name }: Pick<Recipient, 'kind' | 'own' | 'name'>): string {
  if (kind === 'engine') return `Engine ${name}`;
  if (kind === 'witness') return `Witness ${name}`;
  if (name !== null) return name;
  return own
    ? (OWN_NAMES[kind] ?? kind)
    : `${OWN_NAMES[kind] ?? kind} of somebody whom the operator has not named`;
}

const regionOf = (region: string | null, own: boolean): string | null =>
  region === 'local' || (region === null && own) ? 'the operator’s own machines' : region;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
