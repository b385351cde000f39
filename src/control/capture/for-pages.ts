/** Debug captures as the owners of an account see and set them. */
import { and, asc, desc, eq, gt, isNull, or, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import { actsAbout } from '../../store/rights/acts.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { tellGateways } from '../accounts/index.ts';
import { type Actor, named } from '../actor.ts';
import { type ConsentLedger, giveConsent, refusals, withdrawConsent } from '../consent/index.ts';
import { checkInput } from '../input.ts';
import { outward } from '../outward.ts';
import { type Block, blocksOf } from '../policy/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { openRequest } from './open.ts';
import { type CapturedRequestRow, type CaptureRow, capture, capturedRequest } from './schema.ts';
import { BYTES_MAX, REQUESTS_MAX, ROOM_BYTES_MIN } from './take.ts';

const PURPOSE = 'debug_capture';
const LISTED_MAX = 100;
/** How long an owner may choose, in hours; the consent allows no longer. */
const CAPTURE_HOURS = [1, 24, 72, 168] as const;

export interface ListedRequest {
  readonly id: Id;
  /** Like `req_…`, as the reply's header said. */
  readonly reference: string;
  readonly at: string;
  readonly endpoint: string;
  /** 0: the client left before. */
  readonly status: number;
}
/** Columns of a list: without what was said, which may be long. */
export const LISTED = {
  id: capturedRequest.id,
  at: capturedRequest.at,
  endpoint: capturedRequest.endpoint,
  status: capturedRequest.status,
};
export const listedRequest = (row: Pick<CapturedRequestRow, keyof typeof LISTED>): ListedRequest => ({
  id: row.id,
  reference: outward('req', row.id),
  at: row.at.toISOString(),
  endpoint: row.endpoint,
  status: row.status,
});

export interface ShownCapture {
  readonly startedAt: string;
  readonly until: string;
  /** Null: requests are being kept. */
  readonly stoppedAt: string | null;
  readonly requests: number;
  readonly isFull: boolean;
}
const shownCapture = (row: CaptureRow): ShownCapture => ({
  startedAt: row.startedAt.toISOString(),
  until: row.until.toISOString(),
  stoppedAt: row.stoppedAt?.toISOString() ?? null,
  requests: row.requests,
  isFull: row.requests >= REQUESTS_MAX || row.bytes > BYTES_MAX - ROOM_BYTES_MIN,
});

/** Until when requests of the account are being kept, ISO 8601; null: they are not. For all of its members. */
export async function captureNow({ db }: Pick<Services, 'db'>, account: Id, now: number) {
  const [row] = await db
    .select({ until: capture.until })
    .from(capture)
    .where(and(eq(capture.account, account), isNull(capture.stoppedAt), gt(capture.until, new Date(now))));
  return row?.until.toISOString() ?? null;
}

interface PagesParts {
  readonly services: Services;
  readonly ledger: ConsentLedger;
}
export interface CapturePage {
  readonly title: string;
  readonly text: readonly Block[];
  readonly version: number;
  readonly requestsMax: number;
  /** Those that are not over, the newest first; of them the first may go on. */
  readonly going: readonly ShownCapture[];
  readonly over: readonly ShownCapture[];
  /** The newest of those that can be opened. */
  readonly requests: readonly ListedRequest[];
  /** There are more than these. */
  readonly isCut: boolean;
  /** Of the staff at what was kept. */
  readonly looks: readonly { readonly at: string; readonly role: string; readonly reason: string | null }[];
}

const answerInput = z.strictObject({
  version: z.string(),
  hours: z.coerce.number().refine((hours) => (CAPTURE_HOURS as readonly number[]).includes(hours), {
    message: 'choose from the list',
  }),
});
const HOURS = { hours: 'For how long' };

/** What is said and done for whoever owns the account; `mine`: as their role of the database. */
export function capturePages({ services, ledger }: PagesParts) {
  const { store, texts } = ledger;
  const answering = async (account: Id, actor: Actor, work: (answer: Answer) => Promise<unknown>) => {
    const subject = { kind: 'account', id: account } as const;
    try {
      const answer = {
        subject,
        purpose: PURPOSE,
        way: 'console',
        role: actor.role,
        ...named(actor),
      } as const;
      await refusals(() => work(answer));
    } finally {
      // Also when it is not known whether it was committed.
      await tellGateways(services, [account]);
    }
  };
  return {
    read: async (mine: Services, account: Id, person: Id): Promise<CapturePage> => {
      const { text, version } = texts.current(PURPOSE);
      const [title, ...blocks] = blocksOf(text, {});
      const now = new Date(store.now());
      const captures = await mine.db
        .select()
        .from(capture)
        .where(eq(capture.account, account))
        .orderBy(desc(capture.startedAt));
      const requests = await mine.db
        .select(LISTED)
        .from(capturedRequest)
        .where(and(eq(capturedRequest.account, account), gt(capturedRequest.until, now)))
        .orderBy(desc(capturedRequest.at), desc(capturedRequest.id))
        .limit(LISTED_MAX + 1);
      const acts = await actsAbout(store, { person, accounts: [account] });
      return {
        title: title?.kind === 'heading' ? title.text : PURPOSE,
        text: blocks,
        version,
        requestsMax: REQUESTS_MAX,
        going: captures.filter(({ until }) => until > now).map(shownCapture),
        over: captures.filter(({ until }) => until <= now).map(shownCapture),
        requests: requests.slice(0, LISTED_MAX).map(listedRequest),
        isCut: requests.length > LISTED_MAX,
        looks: acts
          .filter(({ kind, purpose }) => kind === 'staff_read' && purpose === PURPOSE)
          .map(({ at, role, reason }) => ({ at: new Date(at).toISOString(), role, reason })),
      };
    },
    /** What one request said and was told. Throws `Problem` 404, 409 (`unreadable`) and 410 (`capture_over`). */
    request: async (mine: Services, account: Id, id: string) => {
      const [row] = isId(id)
        ? await mine.db
            .select()
            .from(capturedRequest)
            .where(and(eq(capturedRequest.id, id), eq(capturedRequest.account, account)))
        : [];
      if (row === undefined) throw noSuchRequest();
      return { ...listedRequest(row), ...opened(mine, row) };
    },
    /** So many of those that are not over, the oldest first; one that is damaged says so. `after`: the last of those before. */
    page: async (mine: Services, account: Id, after: ListedRequest | null, limit: number) => {
      const rows = await mine.db
        .select()
        .from(capturedRequest)
        .where(
          and(
            eq(capturedRequest.account, account),
            gt(capturedRequest.until, new Date(store.now())),
            after === null ? undefined : later(after),
          ),
        )
        .orderBy(asc(capturedRequest.at), asc(capturedRequest.id))
        .limit(limit);
      return rows.map((row) => ({ ...listedRequest(row), ...openedOrWhy(mine, row) }));
    },
    /** The consent, for so many hours. Throws `Problem` 400, 409 (`text_changed`). */
    begin: async (account: Id, actor: Actor, form: unknown): Promise<void> => {
      const { version, hours } = checkInput(form, answerInput, HOURS);
      if (version !== String(texts.current(PURPOSE).version))
        throw new Problem(409, 'text_changed', 'The text has a newer version. Read it, then answer again.');
      await answering(account, actor, (answer) => giveConsent(ledger, { ...answer, hours }));
    },
    /** Keeps nothing more, or goes on; what there is stays until its end. */
    pause: async (account: Id, stops: boolean): Promise<void> => {
      const now = new Date(store.now());
      const [newest] = await services.db
        .select()
        .from(capture)
        .where(and(eq(capture.account, account), gt(capture.until, now)))
        .orderBy(desc(capture.startedAt))
        .limit(1);
      if (newest === undefined) return;
      await services.db
        .update(capture)
        .set({ stoppedAt: stops ? (newest.stoppedAt ?? now) : null })
        .where(eq(capture.id, newest.id));
      await tellGateways(services, [account]);
    },
    /** The consent is taken back: all that was kept is gone at once. */
    end: (account: Id, actor: Actor): Promise<void> =>
      answering(account, actor, (answer) => withdrawConsent(ledger, answer)),
  };
}

type Answer = Parameters<typeof withdrawConsent>[1];

const opened = ({ keys, vault }: Services, row: CapturedRequestRow) =>
  openRequest(keys, row, readValue(vault, capturedRequest, row, 'content'));

/** Where one of many cannot be opened, the others can. */
function openedOrWhy(mine: Services, row: CapturedRequestRow) {
  try {
    return opened(mine, row);
  } catch (error) {
    if (error instanceof Problem) return { problem: error.code };
    throw error;
  }
}

function later({ at, id }: ListedRequest): SQL | undefined {
  const moment = new Date(at);
  return or(gt(capturedRequest.at, moment), and(eq(capturedRequest.at, moment), gt(capturedRequest.id, id)));
}

export const noSuchRequest = (): Problem =>
  new Problem(404, 'no_such_request', 'There is no such request, or its time is over.');
