/** How a search reads a database: answers of a statement, or all that a query finds, as bytes that go by. */
import pg from 'pg';
import copyStreams from 'pg-copy-streams';

/** Reads one statement's rows. */
export type Rows = <R extends pg.QueryResultRow>(
  statement: string,
  values?: readonly unknown[],
) => Promise<R[]>;

export interface Reader {
  readonly rows: Rows;
  /** The rows of a query without parameters, in PostgreSQL's binary format, never more than some kilobytes in memory. */
  raw(query: string): AsyncIterable<Buffer>;
}

/** As the tables' owner, who sees all, and reads only; a statement may take `statementMsMax`. */
export async function connectReading(connectionString: string, statementMsMax: number): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    options: `-c default_transaction_read_only=on -c statement_timeout=${statementMsMax}`,
    application_name: 'kept verify',
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Through one connection, which is asked one thing at a time. */
export const readerOf = (client: pg.ClientBase): Reader => ({
  rows: async (statement, values = []) => (await client.query(statement, [...values])).rows,
  raw: (query) => client.query(copyStreams.to(`copy (${query}) to stdout (format binary)`)),
});

/** Through a connection that is made when it is needed, and ended when nothing was asked for a while. */
export function readerThrough(connect: () => Promise<pg.Client>, idleMsMax: number): Reader {
  let client: Promise<pg.Client> | null = null;
  let isAsking = 0;
  let idle: NodeJS.Timeout | null = null;
  const end = (): void => {
    const ended = client;
    client = null;
    ended?.then((each) => each.end()).catch(() => {});
  };
  const begin = async (): Promise<Reader> => {
    if (idle !== null) clearTimeout(idle);
    isAsking++;
    client ??= connect();
    return readerOf(await client);
  };
  /** One that failed is not used again. */
  const over = (isWell: boolean): void => {
    isAsking--;
    if (!isWell) end();
    else if (isAsking === 0) idle = setTimeout(end, idleMsMax).unref();
  };
  return {
    async rows(statement, values) {
      let isWell = false;
      try {
        const rows = await (await begin()).rows<never>(statement, values);
        isWell = true;
        return rows;
      } finally {
        over(isWell);
      }
    },
    async *raw(query) {
      let isWell = false;
      try {
        yield* (await begin()).raw(query);
        isWell = true;
      } finally {
        over(isWell);
      }
    },
  };
}
