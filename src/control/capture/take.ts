/**
 * Takes what a gateway kept, sealed. It is stored while the capture goes on and has room; all else is dropped: a captured
 * request is a convenience, and nothing waits for it.
 */
import { and, eq, gt, isNull, lte, sql } from 'drizzle-orm';
import type { Of } from '../../link/shapes.ts';
import type { UP } from '../../link/words.ts';
import { sealRow } from '../../store/sealed-rows.ts';
import { tellGateways } from '../accounts/index.ts';
import type { CaptureParts } from './parts.ts';
import { capture, capturedRequest } from './schema.ts';

/** Of one capture. */
export const REQUESTS_MAX = 1_000;
export const BYTES_MAX = 256 * 1024 * 1024;
/** With less there is no use in going on. */
export const ROOM_BYTES_MIN = 1024 * 1024;
/** Between link and database, in bytes. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;

export type Captured = Of<(typeof UP)['captured']>;

export class Intake {
  readonly #parts: CaptureParts;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: CaptureParts) {
    this.#parts = parts;
  }

  /** One after the other, or dropped where too much waits. */
  take(captured: Captured): void {
    const bytes = captured.sealed.length;
    const { log } = this.#parts.services;
    if (this.#waiting + bytes > WAITING_BYTES_MAX) {
      log('info', 'captures_dropped', { count: 1 });
      return;
    }
    this.#waiting += bytes;
    this.#last = this.#last
      .then(() => keep(this.#parts, captured))
      .then(
        (isKept) => isKept || log('info', 'captures_dropped', { count: 1 }),
        () => log('warn', 'captures_dropped', { count: 1 }),
      )
      .then(() => {
        this.#waiting -= bytes;
      });
  }

  /** Resolves when all that was taken is stored or dropped. */
  idle(): Promise<void> {
    return this.#last;
  }
}

/** False: nobody asks for it any more, or there is no room. */
async function keep({ services, store: { now } }: CaptureParts, captured: Captured): Promise<boolean> {
  const { db, vault, isErased, consents } = services;
  const { account, request, sealed, at, ...said } = captured;
  if (isErased({ kind: 'account', id: account })) return false;
  const allowed = await consents.among('debug_capture', [{ kind: 'account', id: account }]);
  if (!allowed.has(account)) return false;
  const bytes = sealed.length;
  const its = and(eq(capture.id, said.capture), eq(capture.account, account));
  const goesOn = and(its, isNull(capture.stoppedAt), gt(capture.until, new Date(now())));
  const hasRoom = and(goesOn, lte(capture.requests, REQUESTS_MAX - 1), lte(capture.bytes, BYTES_MAX - bytes));
  const isKept = await db.transaction(async (tx) => {
    const [row] = await tx
      .update(capture)
      .set({ requests: sql`${capture.requests} + 1`, bytes: sql`${capture.bytes} + ${bytes}` })
      .where(hasRoom)
      .returning({ until: capture.until });
    if (row === undefined) return false;
    const values = { ...said, id: request, account, at: new Date(at), bytes, until: row.until };
    await tx.insert(capturedRequest).values(sealRow(vault, capturedRequest, { ...values, content: sealed }));
    return true;
  });
  if (isKept) return true;
  const full = await db
    .update(capture)
    .set({ stoppedAt: new Date(now()) })
    .where(goesOn)
    .returning({ id: capture.id });
  if (full.length > 0) await tellGateways(services, [account]);
  return false;
}
