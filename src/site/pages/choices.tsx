/** What may be stored in the visitor's browser, and what there is to refuse (CHOICE-1, COLLECT-7). */
import { siteContext } from '../context.ts';
import type { Route } from './+types/choices.ts';

export function loader({ context, request }: Route.LoaderArgs) {
  const { cookies, siteUrl } = context.get(siteContext).parts;
  const secure = siteUrl.startsWith('https:');
  return {
    cookies: cookies.map(({ name, secure_name, ...rest }) => ({
      ...rest,
      name: secure ? secure_name : name,
    })),
    // Doubled headers arrive as "1, 1".
    gpc: /^1(\s*,\s*1)*$/.test(request.headers.get('sec-gpc') ?? ''),
  };
}

export const headers: Route.HeadersFunction = () => ({ vary: 'sec-gpc', 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Your choices – Kept' }];

export default function Choices({ loaderData: { cookies, gpc } }: Route.ComponentProps) {
  return (
    <div className="prose">
      <h1>Your choices</h1>
      {gpc && (
        <p className="note" role="status">
          Your browser sends Global Privacy Control. It counts as a refusal of everything that can be refused.
        </p>
      )}
      <p className="lead">
        This site measures nothing, shows no advertising and has no beacon. There is nothing to refuse, so it
        does not ask.
      </p>
      <h2 id="cookies">Cookies and beacons</h2>
      <p>All there are:</p>
      <div className="table">
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
            {cookies.map(({ name, purpose, lasts, necessary }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>{purpose}</td>
                <td>{lasts}</td>
                <td>{necessary ? 'to sign in' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
