/** Who belongs to an account and may do what in it, whom its owners have invited, and what it is called. */
import { siteContext } from '../../context.ts';
import { Field, Problem } from '../../parts/form.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useOffered, useRoles } from '../../parts/roles.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { ask, carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/members.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const { parts } = context.get(siteContext);
  const accounts = await parts.console.accountsOf(who);
  const listed = await ask(context, (console, caller) => console.members.list(caller, params.account));
  return {
    ...listed,
    name: accounts.find(({ id }) => id === params.account)?.name ?? '',
    place: `/console/${params.account}/members`,
    sent: new URL(request.url).searchParams.has('sent'),
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['name'], async ({ again, revoke, name }, site) => {
    const { account } = args.params;
    const { console, rights } = site.parts;
    const place = `/console/${account}/members`;
    if (name !== undefined) await rights.renameAccount(site.caller, account, name);
    else if (revoke !== undefined) await console.members.revoke(site.caller, account, revoke);
    else {
      await console.members.sendAgain(site.caller, account, again ?? '');
      return goOn(site, `${place}?sent`);
    }
    return goOn(site, place);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Members – Kept' }];

export default function Members({ loaderData, actionData }: Route.ComponentProps) {
  const { members, mayManage, invitations, name, place, sent } = loaderData;
  const offered = useOffered();
  return (
    <div className="stack">
      <h1>Members</h1>
      <Problem refused={actionData} />
      {sent && (
        <p className="note" role="status">
          The invitation is on its way. It can be accepted until it ends, is taken back, or is sent anew.
        </p>
      )}
      {members.length === 1 && mayManage && (
        <p className="lead">
          Nobody but you belongs to this account. Invite others, and each gets a role of their own.
        </p>
      )}
      <WideTable label="Members">
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">Role</th>
            <th scope="col">
              <span className="unseen">Change or leave</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <MemberRow key={member.person} member={member} mayManage={mayManage} place={place} />
          ))}
        </tbody>
      </WideTable>
      {mayManage && (
        <p>
          <a className="button" href={`${place}/invite`}>
            Invite somebody
          </a>
        </p>
      )}
      {invitations.length > 0 && <Invitations invitations={invitations} />}
      <details>
        <summary>What each role may do</summary>
        <dl className="facts">
          {offered.map((role) => (
            <RoleFacts key={role.name} {...role} />
          ))}
        </dl>
      </details>
      {mayManage && <Rename name={actionData?.entered.name || name} />}
    </div>
  );
}

type Loaded = Route.ComponentProps['loaderData'];

function MemberRow({
  member: { person, name, email, role, isYou },
  mayManage,
  place,
}: {
  member: Loaded['members'][number];
  mayManage: boolean;
  place: string;
}) {
  const roles = useRoles();
  return (
    <tr>
      <th scope="row">
        {name} {isYou && <span className="tag good">you</span>}
        <br />
        <span className="quiet breaks">{email}</span>
      </th>
      <td>{roles[role].name}</td>
      <td>
        <span className="actions">
          {mayManage && (
            <a href={`${place}/${person}`} aria-label={`Change ${name}`}>
              Change
            </a>
          )}
          {isYou && <a href={`${place}/leave`}>Leave</a>}
        </span>
      </td>
    </tr>
  );
}

const RoleFacts = ({ name, may }: { name: string; may: string }) => (
  <>
    <dt>{name}</dt>
    <dd>{may}</dd>
  </>
);

function Invitations({ invitations }: Pick<Loaded, 'invitations'>) {
  const roles = useRoles();
  return (
    <>
      <h2>Open invitations</h2>
      <ul className="invitations">
        {invitations.map(({ id, email, role, until }) => (
          <li key={id}>
            <p className="breaks">{email}</p>
            <p className="quiet">
              {roles[role].name}, until <Moment iso={until} /> (UTC)
            </p>
            <form method="post" className="actions">
              <button className="plain-button" type="submit" name="again" value={id}>
                Send again<span className="unseen"> to {email}</span>
              </button>
              <button className="plain-button" type="submit" name="revoke" value={id}>
                Take back<span className="unseen"> from {email}</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
      <p className="aside">
        An address goes from here as soon as its invitation is accepted, declined, taken back or over.
      </p>
    </>
  );
}

const Rename = ({ name }: { name: string }) => (
  <section className="form-page stack">
    <h2>Name of the account</h2>
    <form method="post">
      <Field name="name" label="Name" maxLength={200} defaultValue={name} required />
      <button className="button second" type="submit">
        Rename it
      </button>
    </form>
  </section>
);
