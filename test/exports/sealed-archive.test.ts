/** The file of an archive: it comes back as it went in, and opens for nobody else, in no other order, and not in part. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ExportJob } from '../../src/control/exports/schema.ts';
import {
  ArchiveDamaged,
  type ArchivePlace,
  openArchive,
  writeArchive,
} from '../../src/control/exports/sealed-archive.ts';
import { openSecret, sealSecret } from '../../src/control/exports/secret.ts';
import { newId } from '../../src/link/ids.ts';
import { openKeyStore } from '../../src/store/keys/index.ts';
import { KeyGone, Vault } from '../../src/store/sealing/index.ts';

const PIECE = 64 * 1024;
const SEALED = PIECE + 16;
const folder = mkdtempSync(join(tmpdir(), 'kept-test-archive-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newPlace = (): ArchivePlace => {
  const id = newId();
  return { path: join(folder, id), id, key: randomBytes(32) };
};
async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function read(place: ArchivePlace): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await openArchive(place)) parts.push(part);
  return Buffer.concat(parts);
}

test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 200_000])('%i bytes come back', async (size) => {
  const place = newPlace();
  const bytes = randomBytes(size);
  expect(await writeArchive(place, chunks(bytes, 7_001))).toBe(size);
  expect((await read(place)).equals(bytes)).toBe(true);
  expect(statSync(place.path).mode & 0o777).toBe(0o600);
});

test('cut off, altered, put together anew, of another export or key: refused', async () => {
  const place = newPlace();
  const bytes = Buffer.alloc(3 * PIECE + 10, 'x');
  await writeArchive(place, chunks(bytes, PIECE));
  const whole = readFileSync(place.path);
  const piece = (at: number) => whole.subarray(at * SEALED, (at + 1) * SEALED);
  const altered = Buffer.from(whole);
  altered[SEALED + 5]! ^= 1;
  const wrong: Readonly<Record<string, Buffer>> = {
    empty: Buffer.alloc(0),
    'cut in a piece': whole.subarray(0, SEALED + 100),
    'cut between pieces': whole.subarray(0, 2 * SEALED),
    'with a tail': Buffer.concat([whole, Buffer.from('x')]),
    altered,
    'two pieces changed about': Buffer.concat([piece(1), piece(0), piece(2), piece(3)]),
    'a piece left out': Buffer.concat([piece(0), piece(2), piece(3)]),
  };
  for (const [how, file] of Object.entries(wrong)) {
    writeFileSync(place.path, file);
    await expect(read(place), how).rejects.toThrow(ArchiveDamaged);
  }
  writeFileSync(place.path, whole);
  await expect(read({ ...place, id: newId() })).rejects.toThrow(ArchiveDamaged);
  await expect(read({ ...place, key: randomBytes(32) })).rejects.toThrow(ArchiveDamaged);
  expect((await read(place)).equals(bytes)).toBe(true);
});

test('nothing is written over, and what the source throws ends it', async () => {
  const place = newPlace();
  await writeArchive(place, chunks(Buffer.from('x'), 1));
  await expect(writeArchive(place, chunks(Buffer.from('y'), 1))).rejects.toThrow('EEXIST');
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(2 * PIECE);
    throw new Error('no more');
  }
  const other = newPlace();
  await expect(writeArchive(other, failing())).rejects.toThrow('no more');
  await expect(read(other)).rejects.toThrow(ArchiveDamaged);
});

test('when the person’s key dies, whoever kept row and file opens neither', async () => {
  const person = newId();
  const keys = await openKeyStore(join(folder, 'keys'), Buffer.alloc(32, 1));
  await keys.create('person', person);
  const vault = new Vault(keys);
  const place = newPlace();
  await writeArchive(place, chunks(Buffer.from('her data'), 3));
  const job = { id: place.id, person } as ExportJob;
  const accounts = [newId()];
  const row = { ...job, secret: sealSecret(vault, job, { key: place.key, accounts }) };
  expect(row.secret.includes(place.key)).toBe(false);
  const secret = openSecret(vault, row);
  expect(secret?.accounts).toEqual(accounts);
  expect((await read({ ...place, key: secret?.key as Buffer })).toString()).toBe('her data');
  await keys.destroy([{ kind: 'person', id: person }]);
  expect(() => openSecret(vault, row)).toThrow(KeyGone);
  await keys.close();
});
