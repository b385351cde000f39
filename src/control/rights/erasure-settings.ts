/** What erasure is told about our domains. */
import { inArray, sql } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { ErasureSettings, MoveApart, OutsideErasures } from '../../store/erasure/settings.ts';
import type { ErasureLedger } from '../../store/ledger/erasure-ledger.ts';
import type { SubjectName } from '../../store/map/rows.ts';
import { prepare, run } from '../../store/prepared.ts';
import { moveApart } from '../../store/retention/move-apart.ts';
import type { Store, Tx } from '../../store/store.ts';
import { together } from '../../store/together.ts';
import { accountsEndingWith, addressOf, lockAccounts } from '../accounts/index.ts';
import { ledgerEntry } from '../billing/schema.ts';
import { capture } from '../capture/schema.ts';
import { wantsOut } from '../consent/index.ts';
import { endAccess } from '../keys/index.ts';
import { minuteOf } from '../minute.ts';
import type { Notices } from '../notices/index.ts';
import { type PaymentParts, partWithStripe, stripeProcessor } from '../payments/index.ts';
import type { Services } from '../services.ts';

const moveApartAndLetGo: MoveApart = async (tx, apart, entry, rows) => {
  // The ledger's trigger lets rows go in a transaction that has moved them apart, and in no other.
  const isLedger = entry.table === ledgerEntry;
  await together(
    ...(isLedger ? [run(tx, MOVED_APART, { table: entry.name })] : []),
    moveApart(tx, apart, entry, rows),
  );
};
const MOVED_APART = prepare(sql`select set_config('kept.moved_apart', ${sql.placeholder('table')}, true)`);

/** The part that a restore needs: it replays erasures before anything else is there. */
export const erasingRows = {
  moveApart: moveApartAndLetGo,
  accountsEndingWith,
} satisfies Partial<ErasureSettings>;

/** What there is only in a control that runs. */
interface Running {
  readonly notices: Notices;
  readonly siteUrl: string;
  /** What is held in other systems. */
  readonly outside: OutsideErasures;
  /** Null: Stripe holds nothing for us, and never did. */
  readonly stripe: { readonly client: PaymentParts['stripe'] | null } | null;
  /** Of exports. */
  readonly archives: {
    /** Breaks off what holds somebody's locks. */
    readonly makeWay: (subject: SubjectName) => Promise<void>;
    /** Those of these people, and those with data of these accounts, go. */
    readonly forget: (
      tx: Tx,
      of: { readonly accounts: readonly Id[]; readonly people: readonly Id[] },
    ) => Promise<void>;
  };
}

export function erasureSettings(
  services: Pick<Services, 'directory' | 'vault'>,
  store: Store,
  ledger: ErasureLedger,
  /** Left out: nobody is told, and there are no archives. */
  running?: Running,
): ErasureSettings {
  return {
    store,
    ledger,
    ...erasingRows,
    endAccess: async (tx, subjects) => {
      const [accounts, people] = (['account', 'person'] as const).map((of) =>
        subjects.flatMap(({ kind, id }) => (kind === of ? [id] : [])),
      ) as [Id[], Id[]];
      await together(lockAccounts(tx, accounts), endAccess(services, tx, { accounts, people }));
      await destroyCaptureKeys(tx, store, accounts);
      await running?.archives.forget(tx, { accounts, people });
      await partWithStripe(tx, accounts);
    },
    ...(running !== undefined && {
      tell: tellOf(running),
      makeWay: (subject) => running.archives.makeWay(subject),
      outside: running.outside,
    }),
    processors: running?.stripe ? [stripeProcessor(store, running.stripe.client)] : [],
    addressOf: (db, person) => addressOf(services, db, person),
    hasOptedOut: wantsOut,
  };
}

/** What was kept of their requests opens no more, before anything else goes (INFER-4). */
async function destroyCaptureKeys(tx: Tx, { keys }: Store, accounts: readonly Id[]): Promise<void> {
  const rows = await tx
    .select({ id: capture.id })
    .from(capture)
    .where(inArray(capture.account, [...accounts]));
  if (rows.length > 0) await keys.destroy(rows.map(({ id }) => ({ kind: 'capture', id }) as const));
}

const tellOf =
  ({ notices, siteUrl }: Running): NonNullable<ErasureSettings['tell']> =>
  async (tx, what, person, dueAt) => {
    const leaving = `${siteUrl}/console/leaving`;
    const values = {
      scheduled: { on: new Date(dueAt).toISOString().slice(0, 10), url: leaving },
      due: { at: minuteOf(dueAt), url: leaving },
      cancelled: { url: `${siteUrl}/console/security` },
    };
    await notices.send(tx, { template: `deletion_${what}`, person, values: values[what] });
  };
