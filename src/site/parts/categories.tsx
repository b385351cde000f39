/** The categories of personal information, as the data map has them (CPPA-2). */
import type { DataMapCategory } from '../../control/categories.ts';

export function Categories({ categories }: { categories: readonly DataMapCategory[] }) {
  return (
    <>
      <p className="when">
        Made from the data map of the running system: it has no column beside these. Open a category to see
        why it is held, where it comes from and until when.
      </p>
      <div className="categories">
        {categories.map((category) => (
          <Category key={category.class} category={category} />
        ))}
      </div>
    </>
  );
}

function Category({ category }: { category: DataMapCategory }) {
  const { class: name, title, items, purposes, sources, retention, sealed } = category;
  return (
    <details id={`category-${name}`}>
      <summary>
        <strong>{title}</strong> <span className="quiet">{items.join(', ')}</span>
      </summary>
      <dl className="facts">
        <dt>What for</dt>
        <dd>{purposes.map(lowerFirst).join('; ')}</dd>
        <dt>From</dt>
        <dd>{sources.map(lowerFirst).join('; ')}</dd>
        <dt>Until</dt>
        <dd>{retention.join('; ')}</dd>
        <dt>Stored</dt>
        <dd>
          {sealed
            ? 'sealed under the person’s own key'
            : 'some of it plain: amounts, counts, times, random ids'}
        </dd>
      </dl>
    </details>
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
