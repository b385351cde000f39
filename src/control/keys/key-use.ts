/** Notes the day on which a key was last used; one write for each key and day. */
import type { Id } from '../../link/ids.ts';
import type { Writer } from '../../store/writer.ts';

const DAY_MS = 86_400_000;

export class KeyUse {
  readonly #writer: Writer;
  #day = 0;
  #seen = new Set<Id>();

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  used(keys: readonly Id[]): void {
    const now = Date.now();
    const day = Math.floor(now / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#seen = new Set();
    }
    const fresh = [...new Set(keys)].filter((key) => !this.#seen.has(key));
    if (fresh.length === 0) return;
    for (const key of fresh) this.#seen.add(key);
    const date = new Date(now).toISOString().slice(0, 10);
    this.#writer
      .repeat((client) =>
        client.query(
          'update api_key set last_used_on = $2 where id = any($1::uuid[]) and last_used_on is distinct from $2',
          [fresh, date],
        ),
      )
      .catch(() => {
        for (const key of fresh) this.#seen.delete(key);
      });
  }
}
