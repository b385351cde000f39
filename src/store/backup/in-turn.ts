/**
 * A connection on which copies go in and out cannot send statements together (`together.ts`); here those wait for each other,
 * in the order in which they were asked.
 */
import type pg from 'pg';

export function inTurn(client: pg.Client): pg.Client {
  let last: Promise<unknown> = Promise.resolve();
  const query = (...given: Parameters<pg.Client['query']>) => {
    const next = last.then(() => client.query(...given));
    last = next.catch(() => {});
    return next;
  };
  return new Proxy(client, {
    get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)),
  });
}
