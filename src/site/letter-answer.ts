/** A mail's HTML as an answer of the desk: nothing in it runs, loads or leads anywhere, and only its page frames it. */

/** A mail's styles are attributes: mail programs throw away the rest. */
const NOTHING_BUT_STYLE =
  "default-src 'none'; style-src-attr 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox";

export const letterAnswer = (html: string): Response =>
  new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': NOTHING_BUT_STYLE,
      'x-frame-options': 'SAMEORIGIN',
      'cache-control': 'no-store',
    },
  });
