/** Proof, agents and money, and how we know all of it. */
import type { Known, ShownLaw } from '../../control/law/index.ts';
import { EVIDENCE, Evidence, WhereItStands } from './where-it-stands.tsx';

export const Proofs = ({ shown: { proofs } }: { shown: ShownLaw }) => (
  <section aria-labelledby="proof">
    <h2 id="proof">How we make sure that it is you</h2>
    <ul className="rights">
      {proofs.map(({ says, names, law }) => (
        <li key={says}>
          <p>{says}</p>
          <p className="quiet">{names.join(' · ')}</p>
          <WhereItStands fact={law} />
        </li>
      ))}
    </ul>
  </section>
);

export const Agents = ({ shown: { agent, laws } }: { shown: ShownLaw }) => (
  <section aria-labelledby="agents">
    <h2 id="agents">Somebody who asks for you</h2>
    <p>We take every request from somebody whom you let act for you. {agent.proof}</p>
    {laws.length > 0 && (
      <p className="quiet">
        {agent.rights.length === 0
          ? 'The law here gives agents no right of their own.'
          : `By the law: ${agent.rights.join(' · ')}.`}
      </p>
    )}
    <WhereItStands fact={agent.law} />
  </section>
);

export const Money = ({ shown: { free } }: { shown: ShownLaw }) => (
  <section aria-labelledby="money">
    <h2 id="money">What it costs</h2>
    <p>
      {free.count === null
        ? free.after
        : `Nothing. By the law, ${spelt(free.count)} free in ${free.periodMonths} months. ${free.after}`}
    </p>
    <WhereItStands fact={free.law} />
  </section>
);

const spelt = (count: number): string =>
  count === 1 ? 'one request is' : `${count === 2 ? 'two' : count} requests are`;

export const Evidences = ({ shown: { known } }: { shown: ShownLaw }) => (
  <section aria-labelledby="known">
    <h2 id="known">How we know</h2>
    <p>Beside each rule stands where to find it, and how we know it. This is no legal advice.</p>
    <dl className="facts times">
      {(Object.keys(EVIDENCE) as Known[]).map((level) => (
        <div key={level} className="fact">
          <dt>
            <Evidence known={level} /> {known[level]}
          </dt>
          <dd>{EVIDENCE[level].says}</dd>
        </div>
      ))}
    </dl>
  </section>
);
