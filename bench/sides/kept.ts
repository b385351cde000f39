/** Kept with everything on: supervisor, walls, control, PostgreSQL, each request recorded. */
import { type Instance, startKept } from '../../test/support/instance.ts';
import type { Side } from './side.ts';

const CREDIT_USD = '100000';
/** Open streams of one account that the memory benchmark needs, and more. */
const CONCURRENCY = '2000';

export async function startWholeKept(engineUrl: string): Promise<Side & { readonly instance: Instance }> {
  const instance = await startKept({ engineUrl });
  const { email, key } = await instance.account({ creditUsd: CREDIT_USD });
  const limits = await instance.kept(['account', 'limits', '--account', email, '--concurrency', CONCURRENCY]);
  if (limits.code !== 0) throw new Error(`The account's limit could not be raised: ${limits.stderr}`);
  // It looks at all of its promises right after a start, which is not what is measured; then it rests for minutes.
  const { code, stdout } = await instance.kept(['verify']);
  if (code !== 0) throw new Error(`A promise is broken: ${stdout}`);
  const pid = instance.pids('gateway')[0];
  if (pid === undefined) throw new Error('The instance has no gateway.');
  return {
    name: 'Kept',
    port: instance.apiPort,
    key,
    pid,
    instance,
    stop: async () => {
      await instance.stop();
    },
  };
}
