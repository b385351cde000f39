/** What verification sees: for everybody as JSON and as a badge, and for `kept verify`, which looks now. */
import { Hono } from 'hono';
import { stream } from 'hono/streaming';
import { z } from 'zod';
import type { LocalRecordKeeper } from '../../store/ledger/record-keeper.ts';
import type { Store } from '../../store/store.ts';
import { checkInput, readInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { attest, attestations, attestInput } from './attestations.ts';
import { badgeOf } from './badge.ts';
import { evidence, evidenceInput } from './evidence.ts';
import { type Explanations, explainInput } from './explanations.ts';
import type { Standing, Verification } from './index.ts';

const lookInput = z.strictObject({
  /** Left out: all. */
  clauses: z.array(z.string().max(20)).max(100).optional(),
});

const noVerification = () => new Problem(503, 'no_verification', 'This control runs without its checks.');
const NOBODY: Standing = { oldest: null, clauses: [] };

/** `GET /`, `GET /badge.svg` and `GET /receipt`, below `/api/promises`. */
export function promiseRoutes(
  verification: Verification | null,
  explanations: Pick<Explanations, 'beside'>,
): Hono {
  const standing = () => verification?.standing() ?? NOBODY;
  return new Hono()
    .get('/', (c) => c.json(explanations.beside(standing()), 200, { 'cache-control': 'no-store' }))
    .get('/receipt', async (c) => {
      const receipt = (await verification?.receipt()) ?? null;
      if (receipt === null)
        throw new Problem(
          404,
          'no_receipt_yet',
          'The first is there an hour after the first look at everything.',
        );
      return c.body(receipt, 200, {
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': 'attachment; filename="promises.tlog-proof"',
        'cache-control': 'no-store',
      });
    })
    .get('/badge.svg', (c) =>
      c.body(badgeOf(standing()), 200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-store' }),
    );
}

/** `POST /verify` tells of each check as it ends, one line of JSON after the other; the last is the whole. */
export function verificationRoutes(
  verification: Verification | null,
  store: Store,
  record: LocalRecordKeeper,
  explanations: Explanations,
): Hono {
  const app = new Hono();
  app.get('/attestations', async (c) => c.json({ attestations: await attestations(store) }));
  app.get('/evidence', async (c) => {
    const period = checkInput(c.req.query(), evidenceInput);
    if (verification === null) throw noVerification();
    return c.json(await evidence({ store, record, verification }, period));
  });
  app.post('/attestations', async (c) => {
    await attest(store, await readInput(c, attestInput(store.now())));
    return c.json({ attestations: await attestations(store) }, 201);
  });
  app.post('/explanations', async (c) => {
    const said = await readInput(c, explainInput);
    if (verification === null) throw noVerification();
    return c.json(await explanations.explain(verification.standing(), said), 201);
  });
  app.post('/verify', async (c) => {
    const { clauses } = await readInput(c, lookInput);
    if (verification === null) throw noVerification();
    const known = new Set(verification.standing().clauses.map(({ id }) => id));
    const unknown = clauses?.find((id) => !known.has(id));
    if (unknown !== undefined)
      throw new Problem(
        404,
        'no_such_clause',
        `There is no clause ${unknown}: \`kept verify\` lists them all.`,
      );
    c.header('content-type', 'application/x-ndjson');
    return stream(c, async (out) => {
      const say = (line: object) => out.write(`${JSON.stringify(line)}\n`);
      const standing = await verification.look(clauses ?? null, (seen) => void say({ seen }));
      await say({ standing });
    });
  });
  return app;
}
