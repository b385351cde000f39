/** A relay before PostgreSQL that loses an answer: the statement happens, and nobody hears of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LossyPostgres {
  /** The database's address by way of the relay. */
  readonly url: string;
  /** Lets the next statement that holds `text` through, and breaks the connection instead of passing the answer on. */
  loseAnswerTo(text: string): Promise<void>;
  close(): Promise<void>;
}

const SOCKET = '.s.PGSQL.5432';

export async function relayTo(databaseUrl: string): Promise<LossyPostgres> {
  const target = new URL(databaseUrl.replace('@/', '@localhost/'));
  const behind = join(target.searchParams.get('host') ?? '', SOCKET);
  const folder = await mkdtemp(join(tmpdir(), 'kept-relay-'));
  const sockets = new Set<Socket>();
  let armed: { readonly text: string; readonly lost: () => void } | null = null;

  const server = createServer((client) => {
    const database = connect(behind);
    let doomed = false;
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    client.on('data', (data) => {
      if (armed !== null && data.includes(armed.text)) doomed = true;
      database.write(data);
    });
    database.on('data', (data) => {
      if (!doomed) {
        client.write(data);
        return;
      }
      armed?.lost();
      armed = null;
      client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, SOCKET), resolve));
  return {
    url: databaseUrl.replace(/host=.*/, `host=${encodeURIComponent(folder)}`),
    loseAnswerTo: (text) =>
      new Promise((lost) => {
        armed = { text, lost };
      }),
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await rm(folder, { recursive: true });
    },
  };
}
