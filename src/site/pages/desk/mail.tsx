/** One mail with made-up values: its subject, what a mail program shows, and its text. */
import { CodeBlock } from '../../parts/code-block.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/mail.ts';

export const loader = ({ context, params }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    const { name, subject, text } = await parts.desk.mail(caller, params.mail);
    return { name, subject, text };
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'A mail – Desk – Kept' }];

export default function Mail({ loaderData: { name, subject, text } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>{subject}</h1>
      <p className="quiet">
        The mail <code>{name}</code>, with made-up values.
      </p>
      <h2>As it looks</h2>
      <iframe className="letter" sandbox="" src={`/desk/mails/${name}.html`} title={`The mail: ${subject}`} />
      <h2>As text</h2>
      <CodeBlock label="The mail as text" code={text.trim()} />
      <p>
        <a href="/desk/mails">All mails</a>
      </p>
    </div>
  );
}
