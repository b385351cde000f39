/** What one request said and was told, that was kept to find a fault (INFER-4); the same for owners and staff. */
import { Moment } from './moment.tsx';
import { WideTable } from './wide-table.tsx';

interface CapturedFacts {
  readonly reference: string;
  readonly at: string;
  readonly endpoint: string;
  /** 0: the client left before. */
  readonly status: number;
}
interface CapturedWords {
  readonly asked: string;
  readonly answered: string;
  readonly cut: boolean;
}

const statusWords = (status: number): string => (status === 0 ? 'client left' : String(status));

interface CapturedTableProps {
  readonly requests: readonly (CapturedFacts & { readonly id: string })[];
  /** Where one is read, before its id; null: not by whoever looks. */
  readonly place: string | null;
}

export const CapturedTable = ({ requests, place }: CapturedTableProps) => (
  <WideTable label="Requests that were kept">
    <thead>
      <tr>
        <th scope="col">Came, UTC</th>
        <th scope="col">Asked for</th>
        <th scope="col">Answered</th>
        <th scope="col">Request</th>
      </tr>
    </thead>
    <tbody>
      {requests.map(({ id, reference, at, endpoint, status }) => (
        <tr key={id}>
          <th scope="row">
            <Moment iso={at} />
          </th>
          <td>{endpoint}</td>
          <td>{statusWords(status)}</td>
          <td>{place === null ? <code>{reference}</code> : <a href={`${place}/${id}`}>{reference}</a>}</td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);

export const CapturedFactsList = ({ reference, at, endpoint, status }: CapturedFacts) => (
  <dl className="facts">
    <dt>Request</dt>
    <dd className="breaks">
      <code>{reference}</code>
    </dd>
    <dt>Came</dt>
    <dd>
      <Moment iso={at} /> UTC
    </dd>
    <dt>Asked for</dt>
    <dd>{endpoint}</dd>
    <dt>Answered</dt>
    <dd>{statusWords(status)}</dd>
  </dl>
);

export const CapturedText = ({ asked, answered, cut }: CapturedWords) => (
  <>
    {cut && <p className="note">It was longer than what is kept of one request: the end is missing.</p>}
    <h2>What was asked</h2>
    <pre className="words">{indented(asked)}</pre>
    <h2>What was answered</h2>
    {answered === '' ? <p>Nothing.</p> : <pre className="words">{indented(answered)}</pre>}
  </>
);

/** JSON on lines of its own; anything else as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
