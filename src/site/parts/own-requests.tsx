/** Requests about their data that somebody made, on their console. */
import type { ListedRequest } from '../../control/requests/index.ts';
import { kindInWords } from './asks.ts';
import { Day } from './moment.tsx';
import { standingOf } from './request-words.ts';
import { WideTable } from './wide-table.tsx';

export const OwnRequests = ({ requests }: { requests: readonly ListedRequest[] }) => (
  <>
    <p>
      {requests.length === 0 && 'None so far. '}What is not on this page, or what you want in writing, is{' '}
      <a href="/privacy/requests">asked as a request</a>.
    </p>
    {requests.length > 0 && (
      <WideTable label="Your requests">
        <thead>
          <tr>
            <th scope="col">Came</th>
            <th scope="col">What</th>
            <th scope="col">How it stands</th>
            <th scope="col">Answer by</th>
          </tr>
        </thead>
        <tbody>
          {requests.map((request) => (
            <tr key={request.link}>
              <th scope="row">
                <Day date={request.receivedAt.slice(0, 10)} />
              </th>
              <td>
                <a href={`/privacy/requests/${request.link}`}>{kindInWords(request.right)}</a>
              </td>
              <td>{standingOf(request)}</td>
              <td>{request.isOpen && <Day date={request.dueAt.slice(0, 10)} />}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    )}
  </>
);
