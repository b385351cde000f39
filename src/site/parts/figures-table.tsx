/** Figures of requests, a row for each kind or place. */
import type { Counted } from '../../control/requests/index.ts';
import { WideTable } from './wide-table.tsx';

const COLUMNS: Readonly<Record<Counted, string>> = {
  received: 'Received',
  granted: 'Granted',
  part: 'In part',
  refused: 'Refused',
  not_proven: 'Not proven',
  withdrawn: 'Withdrawn',
};
const NAMES = Object.keys(COLUMNS) as Counted[];

export interface FiguresRow extends Readonly<Record<Counted, string>> {
  readonly name: string;
  readonly median: string;
}

interface Props {
  readonly label: string;
  /** What a row is about. */
  readonly of: string;
  readonly rows: readonly FiguresRow[];
}

export const FiguresTable = ({ label, of, rows }: Props) => (
  <WideTable label={label}>
    <thead>
      <tr>
        <th scope="col">{of}</th>
        {NAMES.map((name) => (
          <th key={name} scope="col">
            {COLUMNS[name]}
          </th>
        ))}
        <th scope="col">Days, median</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.name}>
          <th scope="row">{row.name}</th>
          {NAMES.map((name) => (
            <td key={name}>{row[name]}</td>
          ))}
          <td>{row.median}</td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);

/** Each number of a row in words. */
export function inWords<Of>(
  figures: Readonly<Record<Counted, Of>> & { readonly median_days: number | null },
  words: (of: Of) => string,
): Omit<FiguresRow, 'name'> {
  const told = Object.fromEntries(NAMES.map((name) => [name, words(figures[name])]));
  const { median_days: days } = figures;
  return { ...(told as Record<Counted, string>), median: days === null ? '–' : String(days) };
}
