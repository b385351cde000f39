/** Every mail that people can get from here. */
import { answered } from '../../session.ts';
import type { Route } from './+types/mails.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({ mails: await parts.desk.mails(caller) }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Mails – Desk – Kept' }];

export default function Mails({ loaderData: { mails } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Mails that people get</h1>
      <p className="lead">Each as it is sent, with made-up values. Nobody’s mail is shown here.</p>
      <ul className="lines">
        {mails.map(({ name, subject }) => (
          <li key={name}>
            <a href={`/desk/mails/${name}`}>{subject}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}
