/** What was done with a case of the desk, when and by whom: each row is an entry of the record. */
import { Moment } from './moment.tsx';
import { WideTable } from './wide-table.tsx';

interface Step {
  readonly key: string;
  /** ISO. */
  readonly at: string;
  readonly what: string;
  readonly role: string;
  /** Whether whoever looks did it. */
  readonly isYou: boolean;
}

interface Props {
  readonly title: string;
  readonly note?: string;
  readonly steps: readonly Step[];
}

export const StepTable = ({ title, note, steps }: Props) => (
  <section className="stack">
    <h2>{title}</h2>
    {note !== undefined && <p className="quiet">{note}</p>}
    <WideTable label={title}>
      <thead>
        <tr>
          <th scope="col">When (UTC)</th>
          <th scope="col">What</th>
          <th scope="col">Who</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ key, at, what, role, isYou }) => (
          <tr key={key}>
            <th scope="row">
              <Moment iso={at} />
            </th>
            <td>{what}</td>
            <td>{isYou ? 'you' : role}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  </section>
);
