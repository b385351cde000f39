/**
 * Renders a page to text, whole: pages are short, and their length is known. A page that needs React in the browser
 * carries its data in a stream of React's, which only its streaming renderer writes; all others take the quicker one.
 */
import { renderToReadableStream, renderToString } from 'react-dom/server';
import {
  type EntryContext,
  type HandleErrorFunction,
  type RouterContextProvider,
  ServerRouter,
} from 'react-router';
import { siteContext } from './context.ts';
import type { PageHandle } from './root.tsx';

export { siteContext };

export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  entry: EntryContext,
  context: RouterContextProvider,
): Promise<Response> {
  const { nonce } = context.get(siteContext);
  const interactive = isInteractive(entry);
  // What nobody takes up in the browser is not written for it.
  const written = interactive ? entry : { ...entry, serverHandoffStream: undefined };
  const page = <ServerRouter context={written} url={request.url} nonce={nonce} />;
  const html = interactive ? await renderWhole(page, nonce) : `<!doctype html>${renderToString(page)}`;
  headers.set('content-type', 'text/html; charset=utf-8');
  // Who is signed in and what was chosen show on every page.
  headers.set('vary', 'cookie, sec-gpc');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache');
  return new Response(html, { status, headers });
}

const isInteractive = ({ staticHandlerContext: { matches } }: EntryContext): boolean =>
  matches.some(({ route }) => (route.handle as PageHandle | undefined)?.interactive === true);

async function renderWhole(page: React.ReactNode, nonce: string): Promise<string> {
  const stream = await renderToReadableStream(page, { nonce });
  await stream.allReady;
  return new Response(stream).text();
}

/** An answer that a page throws (404) is none; what is left is a fault of ours, told by its class and place. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (request.signal.aborted || !(error instanceof Error)) return;
  (context as RouterContextProvider).get(siteContext).onFault(error);
};
