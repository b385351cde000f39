/** An export is whole or refused: everything about a person, nothing about others, safe to open, provable. */
import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Exported, exportData } from '../../src/store/rights/export.ts';
import type { Viewer } from '../../src/store/rights/show.ts';
import { lockAlone } from '../../src/store/rights/subject-lock.ts';
import { sealRow } from '../../src/store/sealed-rows.ts';
import { note, person } from '../store/fixture-map.ts';
import { unzip } from './archive.ts';
import { damage, makePeople, newId, type People } from './people.ts';

let people: People;
beforeAll(async () => {
  people = await makePeople();
});
afterAll(() => people.close());

const notErasing = { erasureBegun: () => false };
async function exported(viewer: Viewer): Promise<{ files: Map<string, Buffer>; done: Exported }> {
  const { stream, done } = await exportData(people.store, viewer, notErasing);
  const files = await unzip(await buffer(stream));
  return { files, done: await done };
}
const rowsOf = (files: Map<string, Buffer>, table: string): Record<string, unknown>[] =>
  JSON.parse(String(files.get(`data/${table}.json`)));

/** Somebody with so many notes that an archive of them does not fit between export and reader. */
async function writer(): Promise<Viewer> {
  const id = newId();
  const { db, vault, keys } = people.store;
  await keys.create('person', id);
  await db.insert(person).values(sealRow(vault, person, { id, email: `${id}@example.org`, name: null }));
  const notes = Array.from({ length: 2_000 }, () =>
    sealRow(vault, note, { id: newId(), person: id, text: randomBytes(1_200).toString('base64') }),
  );
  await db.insert(note).values(notes);
  return { person: id, accounts: [] };
}
/** Whether whoever erases gets the lock within a moment. */
async function lockIsFree(viewer: Viewer): Promise<boolean> {
  const got = people.store.db.transaction(async (tx) => {
    await tx.execute(`set local lock_timeout = '200ms'`);
    await lockAlone(tx, { kind: 'person', id: viewer.person });
    return true;
  });
  return await got.catch(() => false);
}

test('it holds everything about the person and their account, as JSON and as CSV', async () => {
  const { files, done } = await exported(people.ada);
  expect(rowsOf(files, 'fixture_person')).toMatchObject([{ email: 'ada@example.org', name: 'Ada Lovelace' }]);
  expect(rowsOf(files, 'fixture_note').map((row) => row.text)).toEqual(
    expect.arrayContaining(['first note of Ada', '=HYPERLINK("http://evil.example")']),
  );
  expect(rowsOf(files, 'fixture_order')).toMatchObject([
    { amount: -5_000_000, comment: 'for the engine', payer_id: { not_shown: 'another person' } },
  ]);
  expect(rowsOf(files, 'fixture_letter')).toMatchObject([
    { text: 'about both', people: [people.ada.person] },
  ]);
  expect(rowsOf(files, 'restriction')).toEqual([]);
  const names = [...files.keys()];
  const tables = names.filter((name) => name.endsWith('.json') && name.startsWith('data/'));
  for (const name of tables) {
    const lines = String(files.get(name.replace('.json', '.csv')))
      .trimEnd()
      .split('\r\n');
    expect(lines.length - 1, name).toBe(rowsOf(files, name.slice(5, -5)).length);
  }
  expect(done.rows).toBe(tables.reduce((sum, name) => sum + rowsOf(files, name.slice(5, -5)).length, 0));
});

test('nothing about anybody else is in it, and nothing that the map withholds', async () => {
  const { files } = await exported(people.ada);
  const all = [...files.values()].map(String).join('\n');
  for (const other of ['secret of Ben', 'ben@example.org', people.ben.person, 'fraud score']) {
    expect(all.includes(other), other).toBe(false);
  }
  expect(all.includes('ada@example.org')).toBe(true);
});

test.each([['=1+1'], ['+1'], ['-1'], ['@SUM(A1)'], ['\t=1'], ['\r\n=1'], ['  =1'], ['＝1'], ['a",\r\n"=1']])(
  'hostile text %j stays text in a spreadsheet',
  async (text) => {
    const viewer = { person: newId(), accounts: [] };
    const { db, vault, keys } = people.store;
    await keys.create('person', viewer.person);
    await db
      .insert(person)
      .values(sealRow(vault, person, { id: viewer.person, email: 'h@example.org', name: text }));
    const { files } = await exported(viewer);
    const csv = String(files.get('data/fixture_person.csv')).split('\r\n').slice(1).join('\r\n');
    const field = /^"[^"]*","[^"]*","((?:[^"]|"")*)"/.exec(csv)?.[1]?.replaceAll('""', '"');
    expect(field).toBe(text.startsWith('a') ? text : `'${text}`);
    expect(rowsOf(files, 'fixture_person')[0]?.name).toBe(text);
  },
);

test('its schema accepts it, and refuses what is not of the format', async () => {
  const { files } = await exported(people.ada);
  const schema = JSON.parse(String(files.get('schema.json')));
  for (const table of Object.keys(schema.$defs).filter((name) => name !== 'not_shown')) {
    const rows = z.fromJSONSchema({ $schema: schema.$schema, $defs: schema.$defs, $ref: `#/$defs/${table}` });
    for (const row of rowsOf(files, table)) expect(rows.safeParse(row).error, table).toBeUndefined();
    expect(rows.safeParse({ stranger: 1 }).success).toBe(false);
  }
});

test('the record holds the hash of its manifest, and the manifest those of its files', async () => {
  people.entered.length = 0;
  const { files, done } = await exported(people.ada);
  const sha256 = (name: string) =>
    createHash('sha256')
      .update(files.get(name) ?? '')
      .digest('hex');
  const manifest = JSON.parse(String(files.get('manifest.json')));
  expect(manifest.files.map((file: { path: string }) => file.path)).toEqual(
    [...files.keys()].filter((name) => name !== 'manifest.json' && name !== 'receipt.tlog-proof'),
  );
  for (const file of manifest.files) expect(sha256(file.path), file.path).toBe(file.sha256);
  expect(sha256('manifest.json')).toBe(done.manifest);
  expect(people.entered).toMatchObject([
    { kind: 'export', content: { manifest: done.manifest, rows: done.rows } },
  ]);
  expect(String(files.get('receipt.tlog-proof'))).toBe(`receipt of ${done.entry}\n`);
});

test('a damaged value is marked as such; the rest is there', async () => {
  await damage(people.pool, 'fixture_note', 'text', people.adasNote);
  const { files } = await exported(people.ada);
  await damage(people.pool, 'fixture_note', 'text', people.adasNote);
  const damaged = rowsOf(files, 'fixture_note').find((row) => String(row.id) === people.adasNote);
  expect(damaged?.text).toEqual({ not_shown: 'unreadable' });
  expect(String(files.get('data/fixture_note.csv'))).toContain('(unreadable)');
  expect(rowsOf(files, 'fixture_note').length).toBe(2);
});

test('refused once an erasure has begun, also one that it waited for, and after it', async () => {
  const held = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const erasing = people.store.db.transaction(async (tx) => {
    await lockAlone(tx, { kind: 'account', id: people.ada.accounts[0] as string });
    held.resolve();
    await begun.promise;
  });
  await held.promise;
  const refusal = { code: 'erased' };
  let isErasing = false;
  const erasureBegun = ({ id }: { id: string }) => isErasing && id === people.ada.person;
  const waited = exportData(people.store, people.ada, { erasureBegun });
  const refused = expect(waited).rejects.toMatchObject(refusal);
  await sleep(200);
  isErasing = true;
  begun.resolve();
  await Promise.all([refused, erasing]);
  await expect(exportData(people.store, people.ada, { erasureBegun })).rejects.toMatchObject(refusal);
  const gone = { person: newId(), accounts: [] };
  await expect(exportData(people.store, gone, notErasing)).rejects.toMatchObject(refusal);
});

test('somebody who enters something of theirs is waited for, with a new snapshot, and not for ever', async () => {
  const viewer = await writer();
  const held = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const entering = people.store.db.transaction(async (tx) => {
    await lockAlone(tx, { kind: 'person', id: viewer.person });
    held.resolve();
    await entered.promise;
  });
  await held.promise;
  const late = await exportData(people.store, viewer, notErasing).catch((error: unknown) => error);
  expect(late).toMatchObject({ code: 'busy' });
  const started = exportData(people.store, viewer, notErasing);
  await sleep(200);
  entered.resolve();
  await entering;
  const { stream, done } = await started;
  expect((await unzip(await buffer(stream))).size).toBeGreaterThan(3);
  await done;
});

test('an erasure waits for an export that has begun, which is whole', async () => {
  const viewer = await writer();
  const { stream, done } = await exportData(people.store, viewer, notErasing);
  await sleep(100);
  expect(await lockIsFree(viewer)).toBe(false);
  const files = await unzip(await buffer(stream));
  expect(rowsOf(files, 'fixture_note').length).toBe(2_000);
  await done;
  expect(await lockIsFree(viewer)).toBe(true);
});

test('a key that dies on the way ends it: no archive, no entry, no lock left', async () => {
  const viewer = await writer();
  people.entered.length = 0;
  const { stream, done } = await exportData(people.store, viewer, notErasing);
  await people.store.keys.destroy([{ kind: 'person', id: viewer.person }]);
  await expect(buffer(stream)).rejects.toMatchObject({ code: 'erased' });
  await expect(done).rejects.toMatchObject({ code: 'erased' });
  expect(people.entered).toEqual([]);
  expect(await lockIsFree(viewer)).toBe(true);
});

test('a reader who leaves, or never reads, holds nothing for ever', async () => {
  const viewer = await writer();
  const left = await exportData(people.store, viewer, notErasing);
  left.stream.destroy();
  await expect(left.done).rejects.toThrow();
  expect(await lockIsFree(viewer)).toBe(true);
  const stuck = await exportData(people.store, viewer, { ...notErasing, signal: AbortSignal.timeout(300) });
  await expect(stuck.done).rejects.toMatchObject({ code: 'too_long' });
  expect(await lockIsFree(viewer)).toBe(true);
});

test('a third one at once is asked to come later', async () => {
  const viewer = await writer();
  const open = [
    await exportData(people.store, viewer, notErasing),
    await exportData(people.store, viewer, notErasing),
  ];
  await expect(exportData(people.store, viewer, notErasing)).rejects.toMatchObject({ code: 'busy' });
  for (const { stream, done } of open) {
    stream.destroy();
    await done.catch(() => {});
  }
  const { files } = await exported(viewer);
  expect(files.size).toBeGreaterThan(5);
});
