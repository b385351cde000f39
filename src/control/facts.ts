/** What `doctor` asks control: numbers and states, nothing about anybody. */
import type { DamageSurvey } from '../store/damage.ts';
import { isOutage } from '../store/failures.ts';
import type { LocalRecordKeeper } from '../store/ledger/record-keeper.ts';
import type { Finding } from '../store/walls/findings.ts';
import type { BreachFigures } from './breach/index.ts';
import type { DemandFigures } from './disclosure/index.ts';
import type { Sessions } from './limits/index.ts';
import type { Link } from './link.ts';
import type { Catalogue } from './models/index.ts';
import type { OutsideFigures } from './outside/index.ts';
import type { Reconciliation } from './payments/index.ts';
import type { Newcomers, Processors } from './processors/index.ts';
import type { Witnesses } from './record/index.ts';
import type { RequestFigures } from './requests/index.ts';
import type { DaySurvey, Recorder } from './usage/index.ts';

/** What one demand of `doctor` looks at: all of a small instance, a bounded piece of a large one. */
const LOOK = { rows: 50_000, ms: 2_000 } as const;

export interface Facts {
  readonly reachable: () => Promise<boolean>;
  readonly record: LocalRecordKeeper;
  readonly witnesses: Witnesses;
  /** What of the database's walls differs from the data map. */
  readonly fallen: () => Promise<readonly Finding[]>;
  readonly link: Link;
  readonly sessions: Sessions;
  readonly recorder: Recorder;
  readonly catalogue: Catalogue;
  readonly damage: DamageSurvey;
  readonly usageDays: DaySurvey;
  /** How our payments compare with Stripe's; null: there are none. */
  readonly billing: () => Reconciliation | null;
  /** Of people about their data. */
  readonly requests: () => Promise<RequestFigures>;
  /** What is to be done in systems outside. */
  readonly outside: () => Promise<OutsideFigures>;
  /** For data about people, of courts and others. */
  readonly demands: () => Promise<DemandFigures>;
  /** Who has to be told of a breach. */
  readonly breaches: () => Promise<BreachFigures>;
  /** Who data goes to, and who it was refused to. */
  readonly processors: Pick<Processors, 'facts'>;
  readonly newcomers: Pick<Newcomers, 'waiting'>;
}

export async function facts(sources: Facts) {
  const {
    reachable,
    fallen,
    record,
    witnesses,
    link,
    sessions,
    recorder,
    catalogue,
    usageDays,
    billing,
    requests,
    outside,
    demands,
    breaches,
    processors,
    newcomers,
  } = sources;
  return {
    pid: process.pid,
    database: { reachable: await reachable(), walls: await unlessAway(() => walls(fallen)) },
    record: { published: record.log.publishedSize, witnesses: witnesses.facts() },
    link: { listening: link.listening },
    gateways: sessions.connected().map(({ id, pid }) => ({ session: id, pid })),
    records_waiting: recorder.waiting,
    usage_days: usageDays.last,
    billing: billing(),
    requests: await unlessAway(requests),
    outside: await unlessAway(outside),
    demands: await unlessAway(demands),
    breaches: await unlessAway(breaches),
    recipients: {
      ...processors.facts(),
      waiting: newcomers.waiting.map(({ name, region, isSetUp, from }) => ({
        name: name ?? region,
        set_up: isSetUp,
        from,
      })),
    },
    engines: catalogue.engines(),
    models: catalogue.models.map(({ number, name, kind, context, engines }) => ({
      number,
      name,
      kind,
      context,
      engines: engines.map(({ engine }) => engine),
    })),
  };
}

/** Looks for damaged values now, and answers what is known of them. */
export async function damageFacts({ damage }: Pick<Facts, 'damage'>) {
  const { values, tables, rowsLooked, wholeAt } = await damage.look(LOOK);
  return {
    values,
    tables,
    rows_looked: rowsLooked,
    whole_pass_at: wholeAt === null ? null : new Date(wholeAt).toISOString(),
  };
}

const walls = async (fallen: Facts['fallen']) =>
  (await fallen()).map(({ code, what, repair }) => ({ code, what, by_start: repair.length > 0 }));

/** Null while the database is away. */
async function unlessAway<Found>(look: () => Promise<Found>): Promise<Found | null> {
  try {
    return await look();
  } catch (error) {
    if (!isOutage(error)) throw error;
    return null;
  }
}
