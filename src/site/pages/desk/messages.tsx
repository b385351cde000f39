/** The inbox: conversations by whom they belong to and how they stand; nothing of what was written. */
import { count } from '../../parts/format.ts';
import { DOOR_WORDS, KIND_WORDS, STATE_WORDS } from '../../parts/message-words.ts';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/messages.ts';

export const loader = ({ context, request }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    const asked = Object.fromEntries(new URL(request.url).searchParams);
    const { may } = await parts.desk.staff(caller);
    const { rows, ...page } = await parts.messageDesk.list(caller, asked);
    return { rows, ...page, mayAnswer: may.answer_messages };
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Messages – Desk – Kept' }];

type Loaded = Route.ComponentProps['loaderData'];
type Query = Loaded['query'];

const INBOX_WORDS = { unassigned: 'Nobody’s', mine: 'Mine', all: 'All' } as const;
/** As the list is counted. */
const COUNTED_MAX = 1_000;

const hrefOf = (query: Pick<Query, 'inbox' | 'state' | 'kind'>, after?: string): string => {
  const { inbox, state, kind } = query;
  const search = new URLSearchParams({ inbox, state, ...(kind && { kind }), ...(after && { after }) });
  return `/desk/messages?${search}`;
};

export default function Inbox({ loaderData }: Route.ComponentProps) {
  const { rows, next, count: found, query, mayAnswer } = loaderData;
  return (
    <div className="stack">
      <h1>Messages</h1>
      <Choices query={query} />
      <p className="lead" role="status">
        {found === 0
          ? 'There are none.'
          : `${found > COUNTED_MAX ? `More than ${count(COUNTED_MAX)}` : count(found)}${query.state === 'open' ? ', what waits longest first.' : ', the newest first.'}`}
      </p>
      {rows.length > 0 && <List rows={rows} />}
      <p className="actions">
        {next !== null && (
          <a className="button second" href={hrefOf(query, next)}>
            Further ones
          </a>
        )}
        {mayAnswer && (
          <a className="button second" href="/desk/messages/templates">
            Answers that are there
          </a>
        )}
      </p>
    </div>
  );
}

/** Links and one form: they work by keyboard and without a script. */
const Choices = ({ query }: { query: Query }) => (
  <>
    <nav className="actions" aria-label="Whose">
      {(Object.keys(INBOX_WORDS) as (keyof typeof INBOX_WORDS)[]).map((inbox) => (
        <a
          key={inbox}
          className={inbox === query.inbox ? 'button' : 'button second'}
          href={hrefOf({ ...query, inbox })}
          aria-current={inbox === query.inbox ? 'page' : undefined}
        >
          {INBOX_WORDS[inbox]}
        </a>
      ))}
    </nav>
    <form className="form" method="get" action="/desk/messages">
      <input type="hidden" name="inbox" value={query.inbox} />
      <div className="field">
        <label htmlFor="state">How it stands</label>
        <select id="state" name="state" defaultValue={query.state}>
          {Object.entries(STATE_WORDS).map(([state, words]) => (
            <option key={state} value={state}>
              {words}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="kind">Kind</label>
        <select id="kind" name="kind" defaultValue={query.kind ?? ''}>
          <option value="">Every kind</option>
          {Object.entries(KIND_WORDS).map(([kind, { name }]) => (
            <option key={kind} value={kind}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <button className="button second" type="submit">
        Show them
      </button>
    </form>
  </>
);

const List = ({ rows }: Pick<Loaded, 'rows'>) => (
  <WideTable label="Conversations">
    <thead>
      <tr>
        <th scope="col">Reference</th>
        <th scope="col">Kind</th>
        <th scope="col">How it stands</th>
        <th scope="col">Who answers</th>
        <th scope="col">Messages</th>
        <th scope="col">Last one</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.id}>
          <th scope="row">
            <a className="reference" href={`/desk/messages/${row.id}`}>
              {row.reference}
            </a>
          </th>
          <td>{KIND_WORDS[row.kind].name}</td>
          <td>
            {row.waitsSince === null ? (
              STATE_WORDS[row.state]
            ) : (
              <>
                waits since <Moment iso={row.waitsSince} />
              </>
            )}
          </td>
          <td>{row.assignee ?? <span className="tag warn">nobody</span>}</td>
          <td>
            {count(row.messages)}, {DOOR_WORDS[row.door]}
          </td>
          <td>
            <Moment iso={row.lastAt} />
          </td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);
