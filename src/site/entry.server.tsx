/** Renders a page to text. Pages are short: whole at once is quicker than a stream, and its length is known. */
import { renderToString } from 'react-dom/server';
import {
  type EntryContext,
  type HandleErrorFunction,
  type RouterContextProvider,
  ServerRouter,
} from 'react-router';
import { siteContext } from './context.ts';

export { siteContext };

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  entry: EntryContext,
  context: RouterContextProvider,
): Response {
  const { nonce } = context.get(siteContext);
  const html = renderToString(<ServerRouter context={entry} url={request.url} nonce={nonce} />);
  headers.set('content-type', 'text/html; charset=utf-8');
  // Who is signed in and what was chosen show on every page.
  headers.set('vary', 'cookie, sec-gpc');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-cache');
  return new Response(`<!doctype html>${html}`, { status, headers });
}

/** An answer that a page throws (404) is none; what is left is a fault of ours, told by its class and place. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (request.signal.aborted || !(error instanceof Error)) return;
  (context as RouterContextProvider).get(siteContext).onFault(error);
};
