/** The inventory of cookies and beacons (COLLECT-7). */
import type { InventoryItem } from '../../control/policy/index.ts';
import { WideTable } from './wide-table.tsx';

type Shown = Omit<InventoryItem, 'secure_name'>;

export function CookieTable({ cookies }: { cookies: readonly Shown[] }) {
  return (
    <WideTable label="Cookies and beacons">
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
    </WideTable>
  );
}
