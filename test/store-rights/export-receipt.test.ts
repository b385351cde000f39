/** The receipt in an export is one: checked offline, it names the manifest that lies beside it. With the real record. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noteVerifier } from '../../src/record/note.ts';
import { verifyReceipt } from '../../src/record/receipt.ts';
import { realDisk } from '../../src/store/ledger/disk.ts';
import { ErasureLedger } from '../../src/store/ledger/erasure-ledger.ts';
import { LocalRecordKeeper } from '../../src/store/ledger/record-keeper.ts';
import { recordEntry } from '../../src/store/ledger/schema.ts';
import { entryOf } from '../../src/store/map/table.ts';
import { correct } from '../../src/store/rights/correct.ts';
import { exportData } from '../../src/store/rights/export.ts';
import { subjectsOf } from '../../src/store/rights/show.ts';
import { unsealForStaff } from '../../src/store/rights/unseal.ts';
import type { Store } from '../../src/store/store.ts';
import { note } from '../store/fixture-map.ts';
import { makeTables } from '../store/make-tables.ts';
import { unzip } from './archive.ts';
import { makePeople, newId, type People } from './people.ts';

let people: People;
let record: LocalRecordKeeper;
let ledger: ErasureLedger;
let store: Store;
beforeAll(async () => {
  people = await makePeople();
  await makeTables(people.pool, [recordEntry]);
  const { db, keys, vault, now, map } = people.store;
  const folder = join(people.folder, 'record');
  record = await LocalRecordKeeper.open({ db, keys, vault, now, folder, origin: 'kept.example/record' });
  ledger = await ErasureLedger.open(join(people.folder, 'erasures'), realDisk);
  store = { ...people.store, record, map: [...map, entryOf(recordEntry)] };
});
afterAll(async () => {
  await record?.close();
  await people?.close();
});

const erasureBegun = (subject: Parameters<ErasureLedger['erased']>[0]): boolean => ledger.erased(subject);

test('the receipt proves that this manifest was entered, for whom and when', async () => {
  const { stream, done } = await exportData(store, people.ada, { erasureBegun });
  const files = await unzip(await buffer(stream));
  await done;
  const receipt = String(files.get('receipt.tlog-proof'));
  const verified = verifyReceipt(receipt, [noteVerifier(record.verifierKey)]);
  expect(verified).toMatchObject({ kind: 'export', role: 'person', at: people.store.now() });
  const manifest = createHash('sha256')
    .update(files.get('manifest.json') ?? '')
    .digest('hex');
  expect(verified.content).toMatchObject({ person: people.ada.person, manifest });
  const forged = receipt.replace(/^index \d+/m, 'index 63');
  expect(() => verifyReceipt(forged, [noteVerifier(record.verifierKey)])).toThrow();
});

test('corrections and staff reads have their entries in the record, whose content nobody reads in the database', async () => {
  const reason = 'ticket 4711, asked by the person';
  await unsealForStaff(
    store,
    { actor: newId(), role: 'privacy', purpose: 'support', reason },
    note,
    [people.adasNote],
    ['text'],
  );
  await correct(store, {
    subjects: subjectsOf(people.ada),
    table: 'fixture_note',
    key: [people.adasNote],
    column: 'text',
    value: 'corrected',
    role: 'person',
  });
  await record.settled();
  const rows = await store.db.select().from(recordEntry);
  const kinds = rows.filter((row) => row.person === people.ada.person).map((row) => row.kind);
  expect(kinds).toEqual(expect.arrayContaining(['staff_read', 'correction']));
  for (const row of rows) {
    expect(row.index).not.toBeNull();
    expect(JSON.stringify(row.open)).not.toContain('4711');
    expect(row.secret?.includes('4711')).not.toBe(true);
  }
});

test('whom the ledger names is refused', async () => {
  await ledger.begun([{ kind: 'person', id: people.ada.person }], people.store.now());
  await expect(exportData(store, people.ada, { erasureBegun })).rejects.toMatchObject({ code: 'erased' });
});
