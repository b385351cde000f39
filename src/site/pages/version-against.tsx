/** Two versions of a text, word by word. */
import { about } from '../parts/about.ts';
import { Compared, SystemChanges } from '../parts/compared.tsx';
import { DOCUMENT_PATHS, DOCUMENT_WORDS, documentAt } from '../parts/documents.ts';
import { answered } from '../session.ts';
import type { Route } from './+types/version-against.ts';

export const loader = ({ context, params, request }: Route.LoaderArgs) =>
  answered(context, async ({ parts }) =>
    parts.publishing.pages.compare(documentAt(request), params.other, params.version),
  );

export const meta: Route.MetaFunction = ({ params }) =>
  about(
    `Version ${params.version} against version ${params.other}`,
    'What differs between two versions, word by word.',
  );

export default function Against({
  loaderData: { document, from, to, blocks, system },
}: Route.ComponentProps) {
  const at = `${DOCUMENT_PATHS[document]}/versions`;
  return (
    <div className="prose">
      <h1>
        Version {to} against version {from}
      </h1>
      <p className="when">
        Of the {DOCUMENT_WORDS[document]}. <a href={`${at}/${from}`}>Version {from}</a> ·{' '}
        <a href={`${at}/${to}`}>Version {to}</a> · <a href={at}>All versions</a>
      </p>
      <SystemChanges system={system} />
      <h2>What the text says otherwise</h2>
      <Compared blocks={blocks} />
    </div>
  );
}
