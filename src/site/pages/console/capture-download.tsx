/** All that was kept of an account’s requests, one JSON object on each line, written as it is read. */
import type { ListedRequest } from '../../../control/capture/index.ts';
import { ask, demandFresh, signedIn } from '../../session.ts';
import type { Route } from './+types/capture-download.ts';

/** One request may be several megabytes long. */
const PAGE_ROWS = 8;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  demandFresh(request, context, who);
  const pageAfter = (after: ListedRequest | null) =>
    ask(context, (console, caller) => console.capture.page(caller, params.account, after, PAGE_ROWS));
  // What is refused is refused before the first byte.
  let page = await pageAfter(null);
  const lines = new ReadableStream<Uint8Array>({
    async pull(stream) {
      for (const { id: _id, ...kept } of page) stream.enqueue(encoder.encode(`${JSON.stringify(kept)}\n`));
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE_ROWS) stream.close();
      else page = await pageAfter(last);
    },
  });
  return new Response(lines, {
    headers: {
      'content-type': 'application/jsonl; charset=utf-8',
      'content-disposition': 'attachment; filename="captured-requests.jsonl"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  });
}

const encoder = new TextEncoder();
