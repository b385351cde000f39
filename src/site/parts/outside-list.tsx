/** Systems outside that a request concerns, and how it stands there: at the desk, and for whom it is about. */
import type { ReactNode } from 'react';
import { Day } from './moment.tsx';
import { type Outside, standingIn } from './outside-words.ts';

interface OutsideListProps {
  readonly outside: readonly Outside[];
  readonly lead: ReactNode;
  /** At the desk each leads to its task. */
  readonly atDesk?: true;
}

/** Nothing where no system is concerned. */
export const OutsideList = ({ outside, lead, atDesk }: OutsideListProps) =>
  outside.length === 0 ? null : (
    <section className="stack">
      <h2>In other systems</h2>
      <p>{lead}</p>
      <ul className="lines">
        {outside.map((each) => (
          <li key={each.task}>
            <strong>{atDesk ? <a href={`/desk/tasks/${each.task}`}>{each.system}</a> : each.system}</strong>:{' '}
            {standingIn(each)}
            {each.state === 'open' && (
              <>
                , due by <Day date={each.dueAt.slice(0, 10)} />
              </>
            )}
            {each.closedAt !== null && (
              <>
                , on <Day date={each.closedAt.slice(0, 10)} />
              </>
            )}
            .
            {each.ground !== null && (
              <>
                {' '}
                {each.ground.name} It stands in: {each.ground.rule}. What would change it:{' '}
                {each.ground.change}
              </>
            )}
            {!atDesk && each.file !== null && (
              <>
                {' '}
                <a href={`/console/handed-in/${each.task}`}>Download it</a>, signed in, until{' '}
                <Day date={each.file.until.slice(0, 10)} />.
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
