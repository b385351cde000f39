/** Gives a person very many notes, quickly. */
import { randomBytes } from 'node:crypto';
import { newId, type People } from './people.ts';

const BATCH_ROWS = 5_000;

/** Each note has `bytes` characters or a few more. */
export async function writeNotes(people: People, person: string, rows: number, bytes: number): Promise<void> {
  const { vault } = people.store;
  const subject = { kind: 'person', id: person } as const;
  for (let done = 0; done < rows; done += BATCH_ROWS) {
    const ids = Array.from({ length: Math.min(BATCH_ROWS, rows - done) }, newId);
    const texts = ids.map((row) => {
      const text = randomBytes(30)
        .toString('hex')
        .repeat(Math.ceil(bytes / 60));
      return vault.seal(subject, { table: 'fixture_note', column: 'text', row }, text);
    });
    await people.pool.query(
      'insert into fixture_note (id, person_id, text) select id, $1, text from unnest($2::uuid[], $3::bytea[]) as n (id, text)',
      [person, ids, texts],
    );
  }
}
