/** The rows of gateway sessions, written in the writer's order: a session's end never overtakes its beginning. */
import type pg from 'pg';
import type { Id } from '../../link/ids.ts';
import type { Writer } from '../../store/writer.ts';

export interface StoredSession {
  readonly id: Id;
  readonly pid: number;
  readonly ended: boolean;
}

export class SessionStore {
  readonly #writer: Writer;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Sessions that have not ended, or only within the last `withinMs` milliseconds. */
  latest(withinMs: number): Promise<readonly StoredSession[]> {
    return this.#writer.repeat(async (client: pg.Client) => {
      const found = await client.query<StoredSession>(
        `select replace(id::text, '-', '') as id, pid, ended_at is not null as ended from gateway_session
         where ended_at is null or ended_at > now() - $1 * interval '1 millisecond'`,
        [withinMs],
      );
      return found.rows;
    });
  }

  async open(id: Id, pid: number): Promise<void> {
    await this.#writer
      .repeat((client) =>
        client.query(
          'insert into gateway_session (id, pid) values ($1, $2) on conflict (id) do update set pid = $2, ended_at = null',
          [id, pid],
        ),
      )
      .catch(ignoreStop);
  }

  async end(id: Id): Promise<void> {
    await this.#writer
      .repeat((client) => client.query('update gateway_session set ended_at = now() where id = $1', [id]))
      .catch(ignoreStop);
  }
}

/** The writer rejects what waits when control stops; the next control finds these rows as they are. */
function ignoreStop(): void {}
