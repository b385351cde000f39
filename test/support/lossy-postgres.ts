/**
 * A relay before PostgreSQL that breaks connections where a test wants it: before a statement reaches the server, or
 * after it happened and before anybody hears of it. Counts what it is asked to: begin, commit and rollback are statements.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `pass`: as if nobody stood between. `drop`: broken before the server has it. `lose`: it happens, the answer is lost. */
export type Fate = 'pass' | 'drop' | 'lose';

export interface LossyPostgres {
  /** The database's address by way of the relay. */
  readonly url: string;
  /**
   * Lets the next statement that holds `text` through, and breaks the connection instead of passing the answer on. `after`:
   * on the connection where one came before that holds this, since control does things by itself as well.
   */
  loseAnswerTo(text: string, after?: string): Promise<void>;
  /** Asked for each statement, in the order in which they come, with what stands for its connection; null: all pass. */
  decide(fate: ((statement: string, connection: object) => Fate) | null): void;
  /** Breaks every connection, and refuses new ones until `mend`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

const SOCKET = '.s.PGSQL.5432';

export async function relayTo(databaseUrl: string): Promise<LossyPostgres> {
  const target = new URL(databaseUrl.replace('@/', '@localhost/'));
  const behind = join(target.searchParams.get('host') ?? '', SOCKET);
  const folder = await mkdtemp(join(tmpdir(), 'kept-relay-'));
  const sockets = new Set<Socket>();
  let decide: ((statement: string, from: Socket) => Fate) | null = null;
  let isCut = false;

  const server = createServer((client) => {
    const database = connect(behind);
    const pair = [client, database] as const;
    for (const one of pair) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        for (const each of pair) each.destroy();
      });
    }
    if (isCut) client.destroy();
    let doomed = false;
    const statements = new StatementReader((bytes, statement) => {
      const fate = doomed ? 'drop' : statement === null ? 'pass' : (decide?.(statement, client) ?? 'pass');
      if (client.destroyed) return;
      if (fate === 'drop') client.destroy();
      else database.write(bytes);
      if (fate === 'lose') doomed = true;
    });
    client.on('data', (data: Buffer) => statements.read(data));
    database.on('data', (data) => {
      if (doomed) client.destroy();
      else client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, SOCKET), resolve));
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: databaseUrl.replace(/host=.*/, `host=${encodeURIComponent(folder)}`),
    loseAnswerTo: (text, after) =>
      new Promise((lost) => {
        let of: Socket | null = null;
        decide = (statement, from) => {
          if (after === undefined) of = from;
          else if (statement.includes(after)) of ??= from;
          if (from !== of || !statement.includes(text)) return 'pass';
          decide = null;
          lost();
          return 'lose';
        };
      }),
    decide(fate) {
      decide = fate;
    },
    cut,
    mend() {
      isCut = false;
    },
    async close() {
      server.close();
      cut();
      await rm(folder, { recursive: true });
    },
  };
}

const SIMPLE_QUERY = 0x51;
const PARSE = 0x50;
const BIND = 0x42;
const SYNC = 0x53;

/** Cuts what a client says (PostgreSQL's protocol 3) into statements; what is none is handed on with null. */
class StatementReader {
  readonly #hand: (bytes: Buffer, statement: string | null) => void;
  #rest = Buffer.alloc(0);
  #begun = false;
  /** Messages of a statement that is not whole yet. */
  #held: Buffer[] = [];

  constructor(hand: (bytes: Buffer, statement: string | null) => void) {
    this.#hand = hand;
  }

  read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data]);
    for (;;) {
      // The first message has no type.
      const head = this.#begun ? 1 : 0;
      if (this.#rest.length < head + 4) return;
      const length = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < length) return;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      if (this.#begun) this.#message(message);
      else this.#hand(message, null);
      this.#begun = true;
    }
  }

  #message(message: Buffer): void {
    const type = message[0];
    if (type === SIMPLE_QUERY) this.#hand(message, message.toString('latin1'));
    else if (type === PARSE || type === BIND || this.#held.length > 0) {
      this.#held.push(message);
      if (type !== SYNC) return;
      const bytes = Buffer.concat(this.#held);
      this.#held = [];
      this.#hand(bytes, bytes.toString('latin1'));
    } else this.#hand(message, null);
  }
}
