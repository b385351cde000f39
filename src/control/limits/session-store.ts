/** The rows of gateway sessions, written in the writer's order: a session's end never overtakes its beginning. */
import type pg from 'pg';
import type { Id } from '../../link/ids.ts';
import type { Writer } from '../../store/writer.ts';

export class SessionStore {
  readonly #writer: Writer;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Sessions that have not ended, as far as the database knows. */
  unended(): Promise<readonly { id: Id; pid: number }[]> {
    return this.#writer.repeat(async (client: pg.Client) => {
      const found = await client.query<{ id: string; pid: number }>(
        "select replace(id::text, '-', '') as id, pid from gateway_session where ended_at is null",
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
