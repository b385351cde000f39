/** Everything that is held about the person, straight from the data map, with why, whence and until when (ACCESS-1). */
import { siteContext } from '../../context.ts';
import { Problem } from '../../parts/form.tsx';
import { count } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { OwnRequests } from '../../parts/own-requests.tsx';
import { HeldSection } from '../../parts/profile-section.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/profile.ts';

const MAILS_SHOWN = 10;

export async function loader({ context, request }: Route.LoaderArgs) {
  const { name, email } = await signedIn(request, context);
  const { parts, caller } = context.get(siteContext);
  const mails = await parts.signIn.mailOf(caller);
  return {
    name,
    email,
    profile: await parts.rights.profile(caller),
    acts: await parts.rights.acts(caller),
    mails: mails.slice(0, MAILS_SHOWN),
    mailCount: mails.length,
    requests: await parts.requests.mine(caller),
    contact: parts.company.policyEmail,
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async ({ do: what, item, value, restricted }, { parts, ...site }) => {
    if (what === 'correct') await parts.rights.correct(site.caller, { item, value });
    else await parts.rights.restrict(site.caller, { restricted });
    return goOn({ parts, ...site }, what === 'correct' ? '/console/profile' : '/console/profile#restriction');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Your data – Kept' }];

export default function Profile({ loaderData, actionData }: Route.ComponentProps) {
  const { profile, acts, mails, mailCount, requests, contact, email } = loaderData;
  const looks = acts.filter(({ kind }) => kind === 'staff_read');
  return (
    <div className="stack">
      <h1>Your data</h1>
      <p className="lead">
        Everything that we hold about you, and about the accounts that you own, with why we hold it and until
        when. The end of the page names what is not shown.
      </p>
      <Problem refused={actionData} />
      <div className="actions">
        <a className="button" href="/console/export">
          Take it with you
        </a>
        <a className="button second" href="/console/profile/delete">
          Delete the account
        </a>
      </div>
      <p className="quiet">
        You sign in as {email}. Another address is set on the <a href="/console/security">security page</a>,
        by a link that is sent to it. What cannot be corrected here by itself goes with the account: deleting
        it deletes all of this.
      </p>

      <h2 id="looks">Who looked at it</h2>
      {looks.length === 0 ? (
        <p>Nobody of the staff has looked at your data. If somebody does, it stands here, with the reason.</p>
      ) : (
        <Looks looks={looks} />
      )}

      <h2 id="held">What we hold</h2>
      <div>
        {profile.sections.map((section, at) => (
          <HeldSection key={section.table} section={section} open={at === 0} />
        ))}
      </div>

      <h2 id="dates">Your dates</h2>
      <p>
        What of yours ends by itself or is due stands on <a href="/console/dates">a page of its own</a>, also
        for your calendar. Mails about it are among these:
      </p>

      <h2 id="mails">Mails that were sent to you</h2>
      <Mails mails={mails} />
      {mailCount > mails.length && (
        <p>
          <a href="/console/profile/mail">All {count(mailCount)} mails</a>
        </p>
      )}

      <h2 id="requests">Your requests</h2>
      <OwnRequests requests={requests} />

      <Restriction restricted={profile.restricted} />

      <h2 id="acts">What stands in the record</h2>
      <p className="quiet">
        The record cannot be changed by anybody, us included. Each receipt proves one entry and can be checked
        without us: <code>npx --no kept receipt verify FILE</code>.
      </p>
      <Acts acts={acts} />

      <h2 id="not-shown">What is not shown here</h2>
      <p className="quiet">
        This list is the same for everybody, whether or not there is any of it about you. Ask {contact} about
        it.
      </p>
      <WideTable label="What is not shown">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Of</th>
            <th scope="col">Why not</th>
          </tr>
        </thead>
        <tbody>
          {profile.notShown.map(({ about, label, why }) => (
            <tr key={about + label}>
              <th scope="row">{label}</th>
              <td>{about}</td>
              <td>{why}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    </div>
  );
}

type Acts = Route.ComponentProps['loaderData']['acts'];

const Looks = ({ looks }: { looks: Acts }) => (
  <WideTable label="Looks by staff">
    <thead>
      <tr>
        <th scope="col">When (UTC)</th>
        <th scope="col">Who</th>
        <th scope="col">Why</th>
      </tr>
    </thead>
    <tbody>
      {looks.map(({ id, at, role, reason, purpose }) => (
        <tr key={id}>
          <th scope="row">
            <Moment iso={new Date(at).toISOString()} />
          </th>
          <td>{role}</td>
          <td>
            {reason ?? 'no reason was given'}
            {purpose !== null && <span className="quiet"> ({purpose})</span>}
          </td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);

function Mails({ mails }: { mails: Route.ComponentProps['loaderData']['mails'] }) {
  if (mails.length === 0) return <p>None in the last 90 days.</p>;
  return (
    <WideTable label="Mails">
      <thead>
        <tr>
          <th scope="col">Written (UTC)</th>
          <th scope="col">About</th>
          <th scope="col">How far it is</th>
        </tr>
      </thead>
      <tbody>
        {mails.map((mail) => (
          <tr key={mail.id}>
            <th scope="row">
              <Moment iso={mail.created_at} />
            </th>
            <td>{mail.subject}</td>
            <td>
              {mail.state}
              {mail.maybe_twice && <span className="quiet"> (maybe twice)</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  );
}

const Restriction = ({ restricted }: { restricted: boolean }) => (
  <>
    <h2 id="restriction">Restriction</h2>
    <p>
      {restricted
        ? 'Your data are restricted: they stay, and are used for nothing but keeping them safe, your rights, and what a law demands.'
        : 'You can have the use of your data restricted (GDPR Art. 18): they stay, and are used for nothing but keeping them safe, your rights, and what a law demands.'}
    </p>
    <form method="post">
      <input type="hidden" name="restricted" value={restricted ? 'no' : 'yes'} />
      <button className="button second" type="submit" name="do" value="restrict">
        {restricted ? 'Lift the restriction' : 'Restrict the use'}
      </button>
    </form>
  </>
);

const Acts = ({ acts }: { acts: Acts }) => (
  <WideTable label="Entries of the record">
    <thead>
      <tr>
        <th scope="col">When (UTC)</th>
        <th scope="col">What</th>
        <th scope="col">By</th>
        <th scope="col">Receipt</th>
      </tr>
    </thead>
    <tbody>
      {acts.map(({ id, at, what, role }) => (
        <tr key={id}>
          <th scope="row">
            <Moment iso={new Date(at).toISOString()} />
          </th>
          <td>{what}</td>
          <td>{role}</td>
          <td>
            <a href={`/console/receipts/${id}`} download={`${id}.tlog-proof`}>
              Download<span className="unseen"> the receipt of: {what}</span>
            </a>
          </td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);
