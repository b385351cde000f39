/** The choice ledger's file: durable before it is acknowledged, never guessed at, and joined with another without loss. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Choice, ChoiceLedger } from '../../src/store/ledger/choice-ledger.ts';
import { type Disk, realDisk } from '../../src/store/ledger/disk.ts';

const id = (digit: string): string => digit.repeat(32);
const ada = { kind: 'person', id: id('a') } as const;
const withdrawn = (at: number, purpose = 'measurement'): Choice => ({
  act: 'withdrawn',
  purpose,
  subject: ada,
  at,
});
const restricted = (at: number, account: string | null = null): Choice => ({
  act: 'restricted',
  person: ada.id,
  account,
  at,
});
const lifted = (at: number): Choice => ({ act: 'lifted', person: ada.id, at });

let folder: string;
let folders = 0;
const newFolder = (): string => join(folder, `ledger-${++folders}`);
const fileIn = (ledger: string): string => join(ledger, 'choices');
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-choices-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('what was written is there when it is opened again, word for word', async () => {
  const place = newFolder();
  const lines: Choice[] = [
    withdrawn(1_700_000_000_000),
    { act: 'withdrawn', purpose: 'debug_capture', subject: { kind: 'account', id: id('b') }, at: 5 },
    restricted(10),
    restricted(11, id('c')),
    lifted(12),
    { act: 'given', purpose: 'measurement', subject: ada, at: 13 },
  ];
  const ledger = await ChoiceLedger.in(place, realDisk);
  await Promise.all(lines.map((line) => ledger.write([line])));
  expect((await ChoiceLedger.in(place, realDisk)).lines).toEqual(lines);
  expect((await readFile(fileIn(place), 'latin1')).split('\n')[0]).toMatch(
    /^withdrawn measurement person a{32} 2023-11-14T22:13:20\.000Z [0-9a-f]{8}$/,
  );
});

test('a last line that was torn is cut; a changed, missing-checksum or foreign line in the middle is refused by its number', async () => {
  const place = newFolder();
  await (await ChoiceLedger.in(place, realDisk)).write([withdrawn(1), withdrawn(2), withdrawn(3)]);
  const whole = await readFile(fileIn(place));
  const lineBytes = whole.length / 3;
  for (let cut = 1; cut < lineBytes; cut += 7) {
    await writeFile(fileIn(place), whole.subarray(0, whole.length - cut));
    const ledger = await ChoiceLedger.in(place, realDisk);
    expect(ledger.lines.length).toBe(2);
    await ledger.write([withdrawn(9)]);
    expect((await ChoiceLedger.in(place, realDisk)).lines.at(-1)).toEqual(withdrawn(9));
  }
  for (let at = lineBytes; at < 2 * lineBytes - 1; at += 3) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ 1;
    await writeFile(fileIn(place), damaged);
    await expect(ChoiceLedger.in(place, realDisk), `byte ${at}`).rejects.toMatchObject({
      code: 'ledger_unusable',
      message: 'line 2 of the choice ledger cannot be read',
    });
    expect(await readFile(fileIn(place)), 'nothing is repaired').toEqual(damaged);
  }
});

test('a write that fails counts for nothing, and the next one takes its place', async () => {
  const place = newFolder();
  let full = false;
  const disk: Disk = {
    ...realDisk,
    write: async (file, position, bytes) => {
      await realDisk.write(file, position, full ? bytes.subarray(0, 20) : bytes);
      if (full) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    },
  };
  const ledger = await ChoiceLedger.in(place, disk);
  await ledger.write([withdrawn(1)]);
  full = true;
  await expect(ledger.write([withdrawn(2)])).rejects.toMatchObject({ code: 'ENOSPC' });
  expect(ledger.withdrawnAt('measurement', ada)).toBe(1);
  full = false;
  await ledger.write([withdrawn(3)]);
  expect((await ChoiceLedger.in(place, realDisk)).lines).toEqual([withdrawn(1), withdrawn(3)]);
});

test('the latest choice counts in whatever order lines come together', async () => {
  const lines = [
    restricted(5),
    restricted(5, id('c')),
    lifted(7),
    restricted(9, id('c')),
    withdrawn(4),
    withdrawn(8),
  ];
  for (const order of [lines, lines.toReversed()]) {
    const ledger = await ChoiceLedger.in(newFolder(), realDisk);
    await ledger.write(order);
    expect(ledger.restrictedNow(ada.id)).toEqual([{ account: id('c'), at: 9 }]);
    expect(ledger.withdrawnAt('measurement', ada)).toBe(8);
    expect(ledger.withdrawnAt('recommendations', ada)).toBeNull();
    expect(ledger.laterThanRestrictions(ada.id, 3)).toBe(10);
    expect(ledger.laterThanRestrictions(ada.id, 20)).toBe(20);
  }
});

test('joining takes what is new, once, and keeps what was here', async () => {
  const [ours, theirs] = [newFolder(), newFolder()];
  const here = await ChoiceLedger.in(ours, realDisk);
  const there = await ChoiceLedger.in(theirs, realDisk);
  await here.write([withdrawn(1), withdrawn(3)]);
  await there.write([withdrawn(1), withdrawn(2)]);
  await here.merge(there);
  await here.merge(there);
  expect(here.lines).toEqual([withdrawn(1), withdrawn(3), withdrawn(2)]);
  expect((await ChoiceLedger.in(ours, realDisk)).lines).toEqual(here.lines);
});

test('a mark of this ledger leaves out what was seen, a mark of another leaves out nothing', async () => {
  const ledger = await ChoiceLedger.in(newFolder(), realDisk);
  expect(ledger.mark).toBeNull();
  await ledger.write([withdrawn(1)]);
  const mark = ledger.mark;
  expect(ledger.linesAfter(mark)).toEqual([]);
  await ledger.write([withdrawn(2)]);
  expect(ledger.linesAfter(mark)).toEqual([withdrawn(2)]);
  expect(ledger.linesAfter(null)).toEqual(ledger.lines);
  expect(ledger.linesAfter({ lines: 1, last: '00000000' })).toEqual(ledger.lines);
  expect(ledger.linesAfter({ lines: 7, last: mark?.last ?? '' })).toEqual(ledger.lines);
});

test('a consent that was given after it was taken back may stand in a backup, one given before does not count', async () => {
  const ledger = await ChoiceLedger.in(newFolder(), realDisk);
  const given = (at: number): Choice => ({ act: 'given', purpose: 'measurement', subject: ada, at });
  expect(ledger.isWithdrawn('measurement', ada)).toBe(false);
  expect(ledger.laterThanAnswers('measurement', ada, 3)).toBe(3);
  await ledger.write([withdrawn(5)]);
  expect(ledger.isWithdrawn('measurement', ada)).toBe(true);
  await ledger.write([given(9)]);
  expect(ledger.isWithdrawn('measurement', ada)).toBe(false);
  expect(ledger.withdrawnAt('measurement', ada)).toBe(5);
  expect(ledger.laterThanAnswers('measurement', ada, 3), 'the clock went back').toBe(10);
  await ledger.write([withdrawn(10), given(2)]);
  expect(ledger.isWithdrawn('measurement', ada)).toBe(true);
});
