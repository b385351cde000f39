/** How many demands for data there were in each half-year that is over, and what came of them; in bands. */
import type { TransparencyReport } from '../../control/disclosure/index.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { WideTable } from '../parts/wide-table.tsx';
import type { Route } from './+types/transparency.ts';

export const loader = ({ context }: Route.LoaderArgs) => context.get(siteContext).parts.disclosures.report();

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () =>
  about('Transparency report', 'How often courts and authorities demanded data, and what came of it.');

type Half = TransparencyReport['periods'][number];
type Kind = Half['kinds'][number];

const KINDS: Readonly<Record<Kind['kind'], string>> = {
  court_order: 'Court orders',
  subpoena: 'Subpoenas',
  regulator: 'Demands of regulators',
  emergency: 'Emergencies',
  fraud: 'Protection against fraud',
  safety: 'Rights, property and safety',
  collection: 'Enforcement of our terms',
};

/** `2027-H1` in words. */
const inWords = (period: string): string =>
  `${period.endsWith('1') ? 'January to June' : 'July to December'} ${period.slice(0, 4)}`;

const bandInWords = ({ at_least, at_most }: Kind['outcomes']['whole']): string =>
  at_most === 0 ? '0' : `${at_least} to ${at_most}`;

export default function Transparency({ loaderData: { periods } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Transparency report</h1>
      <p className="lead">How often courts, authorities and others demanded data, and what came of it.</p>
      {periods.length === 0 && (
        <p className="note">Nothing is reported yet. The first half-year comes when it is over.</p>
      )}
      {periods.map((half) => (
        <HalfYear key={half.period} half={half} />
      ))}
      <h2>How it is made</h2>
      <p>
        It is counted in the register of disclosures, by the half-year in which a demand was answered, and
        shown in steps of ten once that half-year is over. An order may forbid telling of a demand: then it is
        counted once that has ended, and not before, so that nothing here says whether there is one.
      </p>
      <p>
        Of prompts and answers nothing is ever handed over, <a href="/docs/data">since none are kept</a>. For
        programs: <a href="/api/transparency">as JSON</a>. What was disclosed of you stands on{' '}
        <a href="/console/disclosures">a page of your own</a>.
      </p>
    </div>
  );
}

const HalfYear = ({ half }: { half: Half }) => (
  <>
    <h2>{inWords(half.period)}</h2>
    <WideTable label={`Demands in ${inWords(half.period)}`}>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col" className="number">
            Answered as asked
          </th>
          <th scope="col" className="number">
            In part
          </th>
          <th scope="col" className="number">
            Nothing was held
          </th>
          <th scope="col" className="number">
            Refused
          </th>
        </tr>
      </thead>
      <tbody>
        {half.kinds.map(({ kind, outcomes }) => (
          <tr key={kind}>
            <th scope="row">{KINDS[kind]}</th>
            <td className="number">{bandInWords(outcomes.whole)}</td>
            <td className="number">{bandInWords(outcomes.part)}</td>
            <td className="number">{bandInWords(outcomes.nothing_held)}</td>
            <td className="number">{bandInWords(outcomes.refused)}</td>
          </tr>
        ))}
      </tbody>
    </WideTable>
  </>
);
