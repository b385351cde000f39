/** The rights of a place, by whose word somebody has them. */
import type { ShownLaw } from '../../control/law/index.ts';
import { WhereItStands } from './where-it-stands.tsx';

type Shown = ShownLaw['rights'][number];
type By = Shown['basis']['by'];

const HEADINGS = {
  law: { title: 'What the law gives you', id: 'law' },
  policy: { title: 'What our policy gives everybody', id: 'policy' },
  us: { title: 'What we do for you all the same', id: 'anyway' },
} as const satisfies Record<By, { readonly title: string; readonly id: string }>;

export const RightsLists = ({ shown: { rights } }: { shown: ShownLaw }) =>
  (['law', 'policy', 'us'] as const).map((by) => (
    <List key={by} by={by} rights={rights.filter(({ basis }) => basis.by === by)} />
  ));

function List({ by, rights }: { by: By; rights: readonly Shown[] }) {
  if (rights.length === 0) return null;
  const { title, id } = HEADINGS[by];
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul className="rights">
        {rights.map((right) => (
          <li key={right.right}>
            <h3>{right.name}</h3>
            <Said right={right} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Said({ right: { basis, denied } }: { right: Shown }) {
  switch (basis.by) {
    case 'law':
      return (
        <>
          <p>{basis.scope}</p>
          <WhereItStands fact={basis.fact} />
        </>
      );
    case 'policy':
      return (
        <>
          <p>
            Promised in <a href={`/privacy#${basis.clause}`}>our policy</a>, wherever you live.
          </p>
          {denied !== null && <WhereItStands fact={denied} />}
        </>
      );
    case 'us':
      return (
        <>
          <p>{basis.because}</p>
          {denied !== null && <WhereItStands fact={denied} />}
        </>
      );
  }
}
