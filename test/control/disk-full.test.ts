/**
 * The disk that holds everything is full, a real one: what cannot be done is refused with a clear error and nothing is
 * lost; when there is room again, the same requests work, and the record holds every act once.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, books, type Customer, startTestControl, type TestControl } from '../support/control.ts';
import { usage } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const DISK_MB = 160;
const temporary = process.env.TMPDIR;
const place = mkdtempSync(join(os.tmpdir(), 'kept-full-'));
const mounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m,mode=1777`, 'tmpfs', place]).status === 0;
if (!mounted) console.log('No disk was filled: nobody but root may mount a small one here.');
let postgres: TestPostgres;
let control: TestControl;
let gone: Customer;
let stays: Customer;

beforeAll(async () => {
  if (!mounted) return;
  process.env.TMPDIR = place;
  postgres = await startPostgres();
  control = await startTestControl(postgres);
  [gone, stays] = [await control.customer(), await control.customer()];
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
  if (mounted) spawnSync('umount', ['-l', place]);
  rmSync(place, { recursive: true, force: true });
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
});

/** Writes until nothing more goes in; answers how to make room again. */
function fill(name: string): () => void {
  const ballast = join(place, name);
  const file = openSync(ballast, 'w');
  for (let piece = Buffer.alloc(2 ** 20); piece.length > 0; ) {
    try {
      writeSync(file, piece);
    } catch {
      piece = piece.subarray(piece.length >> 1, piece.length - 1);
    }
  }
  closeSync(file);
  return () => rmSync(ballast);
}

test.skipIf(!mounted)(
  'refused with a clear error, nothing lost, and done when asked again',
  async () => {
    const email = encodeURIComponent(gone.email);
    const gateway = await control.gateway();
    const rooms = [fill('ballast')];
    const rows =
      'create table many as select number, repeat(md5(number::text), 9) from generate_series(1, 50000) number';
    await expect(control.sql(rows)).rejects.toMatchObject({ code: '53100' });
    // What the statement that failed had taken is free again.
    rooms.push(fill('rest'));
    const answers = [
      await control.admin('POST', `/accounts/${email}/erase`, { when: 'now' }),
      await control.admin('POST', '/accounts', { email: 'new@example.org', name: 'New' }),
      await control.admin('POST', `/accounts/${encodeURIComponent(stays.email)}/holds`, {
        reason: 'a dispute',
      }),
    ];
    // What fits into room that files hold already may still be done; what does not is refused as what it is.
    for (const { status, body } of answers) {
      if (status < 300) continue;
      expect(status).toBeGreaterThanOrEqual(500);
      expect(body.error.message).toMatch(/disk|record|database/i);
    }
    const isDone = (answer: Answer | undefined): boolean =>
      answer !== undefined && (answer.status < 300 || answer.body.error.code === 'record_committed');
    const recorded = gateway.records([usage(stays.account, stays.key, 300)]);
    for (const makeRoom of rooms) makeRoom();
    await postgres.start();
    await recorded.catch(() => {});
    const again = await control.gateway();
    await expect
      .poll(async () => (await control.admin('POST', `/accounts/${email}/erase`, { when: 'now' })).status, {
        timeout: 30_000,
      })
      .toBeOneOf([200, 404]);
    expect(await control.sql('select 1 from account where id = $1', [gone.account])).toEqual([]);
    expect((await control.admin('GET', `/accounts/${encodeURIComponent(stays.email)}`)).status).toBe(200);
    // What was said to be done is done, and what was said not to be is not.
    const made = await control.admin('POST', '/accounts', { email: 'new@example.org', name: 'New' });
    expect(made.status).toBe(isDone(answers[1]) ? 409 : 201);
    expect((await control.admin('GET', '/holds')).body.holds).toHaveLength(isDone(answers[2]) ? 1 : 0);
    for (const { balance, ledger } of await books(control)) expect(ledger).toBe(balance);
    const left = await control.sql('select kind from record_entry where index is null');
    expect(left).toEqual([]);
    await control.stop();
    await control.start();
    const kinds = await control.sql<{ kind: string }>(
      "select kind from record_entry where kind like 'erasure_%' order by 1",
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['erasure_begun', 'erasure_done']);
    gateway.close();
    again.close();
  },
  120_000,
);
