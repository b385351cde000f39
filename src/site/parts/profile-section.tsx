/** One table of what is held about somebody: rows, each value with why we hold it, where it comes from, until when. */
import type { ProfileItem, ProfileSection, ProfileValue } from '../../control/rights/index.ts';
import { count, dayOf, dollars, momentOf } from './format.ts';

/** Opened by a press, since there is much; `open`: at once. */
export function HeldSection({ section, open = false }: { section: ProfileSection; open?: boolean }) {
  const { table, about, rows } = section;
  const shown = count(section.count) + (section.countIsFloor ? ' or more' : '');
  return (
    <details className="held" open={open}>
      <summary>
        <span className="held-about">{about}</span>{' '}
        <span className="quiet">
          {shown} {section.count === 1 ? 'entry' : 'entries'}
        </span>
      </summary>
      <HeldRows section={section} />
      {section.count > rows.length && (
        <p>
          <a href={`/console/profile/${table}`}>
            See all {shown}
            <span className="unseen"> of: {about}</span>
          </a>
        </p>
      )}
    </details>
  );
}

export const HeldRows = ({ section: { rows, changedAt, about } }: { section: ProfileSection }) => (
  <>
    {changedAt !== null && (
      <p>
        <a href={changedAt}>
          Change or end it<span className="unseen">: {about}</span>
        </a>
      </p>
    )}
    {rows.map((items) => (
      <HeldRow key={items[0]?.name ?? ''} items={items} />
    ))}
  </>
);

/** Values of a row that share purpose, source and end say it once. */
function HeldRow({ items }: { items: readonly ProfileItem[] }) {
  const groups = new Map<string, ProfileItem[]>();
  for (const item of items) {
    const same = JSON.stringify([item.class, item.purposes, item.source, item.until, item.law]);
    groups.set(same, [...(groups.get(same) ?? []), item]);
  }
  // Random ids say the least: last.
  const ordered = [...groups].sort(([, [a]], [, [b]]) => Number(a?.isId) - Number(b?.isId));
  return (
    <div className="held-row">
      {ordered.map(([same, group]) => (
        <HeldGroup key={same} group={group as [ProfileItem, ...ProfileItem[]]} />
      ))}
    </div>
  );
}

function HeldGroup({ group }: { group: readonly [ProfileItem, ...ProfileItem[]] }) {
  const [{ class: kind, purposes, source, until, law }] = group;
  return (
    <div className="held-group">
      <dl className="held-values">
        {group.map((item) => (
          <div key={item.name}>
            <dt>{item.label}</dt>
            <dd>
              <Value value={item.value} isId={item.isId} />
              {item.correctable && <Correct item={item} />}
            </dd>
          </div>
        ))}
      </dl>
      <div className="held-why">
        <p>
          <span className="held-class">{kind}.</span> {purposes.join('; ')}. {source}. Kept{' '}
          {until.replace(/\d{4}-\d\d-\d\d/, dayOf)}.
        </p>
        {law !== null && (
          <p>
            <span className="tag warn">kept by law</span> until {dayOf(law.until.slice(0, 10))}, minimised:{' '}
            {law.title} ({law.source}).
          </p>
        )}
      </div>
    </div>
  );
}

function Value({ value, isId }: { value: ProfileValue; isId: boolean }) {
  switch (value.kind) {
    case 'text':
      return isId ? <span className="held-id">{value.text}</span> : value.text;
    case 'moment':
      return `${momentOf(value.at)} UTC`;
    case 'dollars':
      return dollars(value.amount);
    case 'nothing':
      return <span className="quiet">nothing</span>;
    case 'hidden':
      return <span className="quiet">not shown: {value.why}</span>;
  }
}

function Correct({ item: { name, label, value } }: { item: ProfileItem }) {
  return (
    <details className="held-correct">
      <summary>
        Correct<span className="unseen"> {label}</span>
      </summary>
      <form method="post" className="form">
        <input type="hidden" name="item" value={name} />
        <div className="field">
          <label htmlFor={`correct-${name}`}>{label}</label>
          <input
            id={`correct-${name}`}
            name="value"
            defaultValue={value.kind === 'text' ? value.text : ''}
            autoComplete="off"
            required
          />
        </div>
        <button className="button second" type="submit" name="do" value="correct">
          Save
        </button>
      </form>
    </details>
  );
}
