/** The rows of gateway sessions, written in the writer's order: a session's end never overtakes its beginning. */
import type pg from 'pg';
import type { Id } from '../../link/ids.ts';
import type { Writer } from '../../store/writer.ts';
import type { ProcessName } from './process-life.ts';

export interface StoredSession extends ProcessName {
  readonly id: Id;
  readonly ended: boolean;
}

export class SessionStore {
  readonly #writer: Writer;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Those that have not ended, or only in the last `withinMs` ms. */
  latest(withinMs: number): Promise<readonly StoredSession[]> {
    return this.#writer.repeat(async (client: pg.Client) => {
      const found = await client.query<StoredSession>(
        `select replace(id::text, '-', '') as id, pid, birth, ended_at is not null as ended from gateway_session
         where ended_at is null or ended_at > now() - $1 * interval '1 millisecond'`,
        [withinMs],
      );
      return found.rows;
    });
  }

  async open(id: Id, { pid, birth }: ProcessName): Promise<void> {
    await this.#writer
      .repeat((client) =>
        client.query(
          `insert into gateway_session (id, pid, birth) values ($1, $2, $3)
           on conflict (id) do update set pid = excluded.pid, birth = excluded.birth, ended_at = null`,
          [id, pid, birth],
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
