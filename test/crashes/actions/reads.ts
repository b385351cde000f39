/** Reading: what staff read is entered first, and an export is whole or refused. */
import { eq } from 'drizzle-orm';
import { exportData } from '../../../src/store/rights/export.ts';
import { unsealForStaff } from '../../../src/store/rights/unseal.ts';
import * as fixture from '../../store/fixture-map.ts';
import { unzip } from '../../store-rights/archive.ts';
import type { Action } from '../actions.ts';
import { stateOf } from '../look.ts';

export const reads: Readonly<Record<string, Action>> = {
  'staff read': {
    prepare: async (at, { person }) => {
      const [row] = await at.store.db.select().from(fixture.note).where(eq(fixture.note.person, person));
      return { note: row?.id as string, seen: '' };
    },
    act: async (at, who, given) => {
      const read = {
        actor: who.person,
        role: 'support',
        purpose: 'support',
        reason: 'asked for help',
      } as const;
      const opened = await unsealForStaff(at.store, read, fixture.note, [given.note], ['text']);
      given.seen = String(opened.text !== null);
    },
    outcome: async (_at, _who, given, entered) =>
      stateOf([given.seen, entered], {
        with: ['true', ['staff_read']],
        without: ['', []],
        'entered, not seen': ['', ['staff_read']],
      }),
    between: { 'entered, not seen': 'the record has it first: what was entered may not have been read' },
  },
  export: {
    prepare: async () => ({ archive: '' }),
    act: async (at, { person, account }, given) => {
      const viewer = { person, accounts: [account] };
      const { stream, done } = await exportData(at.store, viewer, {
        erasureBegun: (subject) => at.stage.ledger.erased(subject),
      });
      const parts: Buffer[] = [];
      // What a client has when the stream breaks off is what it got until then.
      const read = (async () => {
        for await (const part of stream) parts.push(part as Buffer);
      })().finally(() => {
        given.archive = Buffer.concat(parts).toString('base64');
      });
      await Promise.all([done, read]);
    },
    outcome: async (_at, _who, given, entered) => {
      const archive = Buffer.from(given.archive as string, 'base64');
      const files = await unzip(archive).catch(() => null);
      const whole = files === null ? 'broken' : files.has('manifest.json') && files.has('receipt.tlog-proof');
      return stateOf([whole, entered], {
        with: [true, ['export']],
        without: ['broken', []],
        'entered, broken off': ['broken', ['export']],
      });
    },
    between: {
      'entered, broken off': 'no reader takes the archive for a whole one; asked again, it is another export',
    },
  },
};
