/** Where a page's beacon arrives, and where the operator's command reads sums. */
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { newId } from '../../link/ids.ts';
import type { Store } from '../../store/store.ts';
import { cookieLine, cookieValue } from '../cookies.ts';
import { readInput } from '../input.ts';
import { Problem } from '../problem.ts';
import type { SignedIn, SignInPages } from '../sign-in/index.ts';
import { GROUP_MIN } from '../statistics/index.ts';
import { measure, measureInput } from './measure.ts';
import { report } from './report.ts';

const BODY_BYTES_MAX = 1024;
const VISIT = 'kept_visit';
const DAY_MS = 86_400_000;

export interface MeasureParts {
  readonly store: Pick<Store, 'db' | 'consents' | 'now'>;
  readonly siteUrl: string;
  readonly signIn: SignInPages;
  /** What may be done for whoever asks. */
  readonly allowedFor: (asking: {
    readonly headers: Headers;
    readonly who: SignedIn | null;
  }) => Promise<{ readonly measurement: boolean; readonly tie_to_account: boolean }>;
}

/** `POST /api/measure`: 204; refused without consent (403), from elsewhere (403), or too often (429). */
export function measureRoutes({ store, siteUrl, signIn, allowedFor }: MeasureParts): Hono {
  return new Hono()
    .use(
      bodyLimit({
        maxSize: BODY_BYTES_MAX,
        onError: () => {
          throw new Problem(413, 'too_long', `A body may have at most ${BODY_BYTES_MAX} bytes.`);
        },
      }),
    )
    .post('/', async (c) => {
      const { headers } = c.req.raw;
      if (!signIn.isOwn(headers))
        throw new Problem(403, 'origin_not_allowed', 'This does not come from our own pages.');
      const caller = signIn.callerOf(headers, getConnInfo(c).remote.address);
      signIn.countTry('beacon', caller);
      const { who } = await signIn.whoIs(caller);
      const allowed = await allowedFor({ headers, who });
      if (!allowed.measurement)
        throw new Problem(403, 'not_consented', 'Nobody agreed to being measured, so nothing is stored.');
      const look = await readInput(c, measureInput);
      const known = cookieValue(siteUrl, headers.get('cookie') ?? '', VISIT) ?? '';
      const visit = /^[0-9a-f]{32}$/.test(known) ? known : newId();
      const tiedTo = who !== null && allowed.tie_to_account ? who.person : null;
      await measure(store, look, { visit, device: caller.device, tiedTo });
      const left = Math.ceil((DAY_MS - (store.now() % DAY_MS)) / 1000);
      if (visit !== known) c.header('set-cookie', cookieLine(siteUrl, VISIT, visit, left));
      return c.body(null, 204);
    });
}

/** Admin API. */
export const analyticsRoutes = (store: Pick<Store, 'db' | 'now'>): Hono =>
  new Hono().get('/analytics', async (c) => c.json({ group_min: GROUP_MIN, weeks: await report(store) }));
