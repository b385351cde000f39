/** What the admin API and the site's port have in common: how a server starts, stops, and answers what goes wrong. */
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Log } from '../log/log.ts';
import { faultFields } from '../log/log.ts';
import { isDiskFull, isOutage } from '../store/failures.ts';
import { RecordBehind } from '../store/ledger/record-behind.ts';
import { Problem } from './problem.ts';

/** Open connections may finish their answer for so long when the server stops. */
const STOP_MS_MAX = 2_000;
const HEADERS_BYTES_MAX = 16 * 1024;
const REQUEST_MS_MAX = 30_000;
const CONNECTIONS_MAX = 1_000;

export type Listen = { readonly path: string } | { readonly host: string; readonly port: number };

export interface HttpServer {
  close(): Promise<void>;
}

/** Serves `app`. Rejects when the place cannot be listened on. */
export async function serve(app: Hono, listen: Listen): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { maxHeaderSize: HEADERS_BYTES_MAX, requestTimeout: REQUEST_MS_MAX },
  }) as Server;
  server.maxConnections = CONNECTIONS_MAX;
  if ('path' in listen) await rm(listen.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), STOP_MS_MAX).unref();
      }),
  };
}

/**
 * Answers in JSON what an app threw: a `Problem` as it says, a lost database or a full disk as 503 (and tells `onOutage`,
 * since what was asked may have happened), a fault of ours as 500.
 */
export function answerErrors(app: Hono, log: Log, onOutage: () => void = () => {}): void {
  app.notFound((c) => c.json(errorBody('not_found', 'There is nothing at this path.'), 404));
  app.onError((error, c) => {
    if (error instanceof Problem) {
      for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
      return c.json(
        { error: { ...errorBody(error.code, error.message).error, ...error.details } },
        error.status,
      );
    }
    if (error instanceof RecordBehind) {
      const { status, message } = RECORD_ANSWERS[error.code];
      return c.json(errorBody(`record_${error.code}`, message), status);
    }
    if (isDiskFull(error)) {
      log('error', 'fault', { ...faultFields(error), code: 'disk_full' });
      onOutage();
      return c.json(errorBody('disk_full', DISK_FULL), 503);
    }
    if (isOutage(error)) {
      onOutage();
      c.header('retry-after', '1');
      return c.json(errorBody('database_away', 'The database does not answer. Try again in a moment.'), 503);
    }
    log('error', 'fault', faultFields(error));
    return c.json(errorBody('fault', 'Something of ours failed; the log says where.'), 500);
  });
}

const DISK_FULL =
  'A disk is full, so it could not be done; nothing was lost. Make room (`kept doctor` says where), then ask again.';
const LEDGER_DISK = 'look whether the disk of the ledger folder (KEPT_LEDGER) is full or away';
const RECORD_ANSWERS = {
  not_begun: {
    status: 503,
    message: `The record cannot be written at the moment, so nothing was done: ${LEDGER_DISK}, then try again.`,
  },
  committed: {
    status: 503,
    message: `It was done, but does not stand in the record yet: ${LEDGER_DISK}. Its entry follows by itself; do not do it again.`,
  },
  no_such_entry: { status: 404, message: 'The record has no such entry, or it can no longer be opened.' },
} as const satisfies Record<RecordBehind['code'], { status: 404 | 503; message: string }>;

const errorBody = (code: string, message: string) => ({ error: { code, message } });
