/** An export's memory does not grow with the rows: within 64 MB for whatever is read through it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { writeNotes } from './many-notes.ts';
import { makePeople } from './people.ts';

const MEMORY_BYTES_MAX = 64 * 2 ** 20;
const ALONE = fileURLToPath(new URL('./export-alone.ts', import.meta.url));
/** What the process has after these is not counted as the rows': they reach the steady state of its heap. */
const WARM_UP_ROWS = 4_000;
/** By default few long rows; whole, a million short ones. Either way far more than 64 MB go through. */
const [ROWS, TEXT_BYTES] = process.env.KEPT_TEST_ALL ? [1_000_000, 60] : [20_000, 2_400];

test(`${ROWS} rows go through 64 MB of memory`, async () => {
  const people = await makePeople();
  try {
    const [person, warmUp] = [people.ben.person, people.ada.person];
    await writeNotes(people, warmUp, WARM_UP_ROWS, TEXT_BYTES);
    await writeNotes(people, person, ROWS, TEXT_BYTES);
    await people.store.keys.close();
    const { url, folder, master } = people;
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ALONE], {
      env: {
        ...process.env,
        EXPORT: JSON.stringify({ url, folder, master: master.toString('hex'), person, warmUp }),
      },
    });
    const seen = JSON.parse(stdout);
    console.log(stdout.trim());
    expect(seen.rows).toBeGreaterThanOrEqual(ROWS);
    expect(ROWS * (TEXT_BYTES + 60) * 2, 'what went through is more than may be held').toBeGreaterThan(
      MEMORY_BYTES_MAX,
    );
    expect(seen.highest - seen.before).toBeLessThanOrEqual(MEMORY_BYTES_MAX);
  } finally {
    await people.close();
  }
}, 600_000);
