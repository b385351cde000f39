/** The inventory of cookies and beacons (COLLECT-7). */
import type { InventoryItem } from '../../control/policy/index.ts';

type Shown = Omit<InventoryItem, 'secure_name'>;

export function CookieTable({ cookies }: { cookies: readonly Shown[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="table" aria-label="Cookies and beacons" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">What for</th>
            <th scope="col">Until</th>
            <th scope="col">Needed</th>
          </tr>
        </thead>
        <tbody>
          {cookies.map(({ name, kind, purpose, lasts, needed_for }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
                {kind === 'beacon' && <span className="quiet"> (beacon)</span>}
              </th>
              <td>{purpose}</td>
              <td>{lasts}</td>
              <td>{needed_for ?? 'no; only after you said yes'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
