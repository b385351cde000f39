/** Promotional mail: what was written, and how far each is. */

import { CAMPAIGN_STATES } from '../../parts/campaign-words.ts';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/campaigns.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.campaigns.list(caller));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Campaigns – Desk – Kept' }];

export default function Campaigns({ loaderData }: Route.ComponentProps) {
  const { campaigns, missing, readers, groupMin } = loaderData;
  const people = (count: number | null) => count ?? `fewer than ${groupMin}`;
  return (
    <div className="stack">
      <h1>Campaigns</h1>
      <p className="lead">
        Promotional mail goes to those who said yes to it and have not taken it back at the moment when their
        mail goes, at most once to each.
      </p>
      {missing !== null && <p className="note warn">Nothing can be sent yet. {missing}</p>}
      <dl className="facts">
        <dt>Whose consent stands</dt>
        <dd>{people(readers.all)}</dd>
        <dt>Of them without an account</dt>
        <dd>{people(readers.withoutAccount)}</dd>
      </dl>
      <p className="actions">
        <a className="button" href="/desk/campaigns/new">
          Write a campaign
        </a>
      </p>
      {campaigns.length === 0 ? (
        <p>None was written yet.</p>
      ) : (
        <WideTable label="Campaigns">
          <thead>
            <tr>
              <th scope="col">Subject</th>
              <th scope="col">How far it is</th>
              <th scope="col">Changed (UTC)</th>
            </tr>
          </thead>
          <tbody>
            {campaigns.map(({ id, subject, state, changedAt }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={`/desk/campaigns/${id}`}>{subject}</a>
                </th>
                <td>{CAMPAIGN_STATES[state]}</td>
                <td>
                  <Moment iso={changedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </div>
  );
}
