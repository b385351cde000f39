/** Where an agent may want to be told of changes: over TLS, at the host that the configuration declares for it. */
import type { Agent } from './directory.ts';
import { DrpRefused } from './refused.ts';

/** Null: it does not want to be told. Throws `DrpRefused` 400. */
export function callbackOf({ callbackHost }: Agent, said: string | null | undefined): string | null {
  if (said == null || said === '') return null;
  const url = new URL(said);
  const plain = url.protocol === 'https:' && url.username === '' && url.password === '' && url.hash === '';
  if (!plain || callbackHost === null || url.host !== new URL(`https://${callbackHost}`).host)
    throw new DrpRefused(
      400,
      'status_callback must be an https address at the host that is declared for you.',
    );
  return url.href;
}
