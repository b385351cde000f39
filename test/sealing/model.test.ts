/** Random changes of a key store, with reopening, beside a simple model: both always say the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type KeyKind, type KeyStore, openKeyStore } from '../../src/store/keys/index.ts';
import { MemoryDisk } from './memory-disk.ts';

const MASTER = Buffer.alloc(32, 1);
const IDS = Array.from({ length: 8 }, (_, n) => n.toString(16).repeat(32));
const VALUES = ['a', 'b', 'c', 'd', 'e'];
const KINDS = ['person', 'account', 'retained'] as const satisfies readonly KeyKind[];

const SUBJECTS = ['person', 'account'] as const;

interface Model {
  keys: Map<string, { key: string; until: number | null }>;
  lookups: Map<string, string>;
  suppressed: Map<string, number>;
  now: number;
}

const kind = fc.constantFrom(...KINDS);
const id = fc.constantFrom(...IDS);
const value = fc.constantFrom(...VALUES);
const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      kind,
      id,
      life: fc.option(fc.integer({ min: 1, max: 50 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('destroy' as const), kind, id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('lookup' as const), id, value }) },
  fc.record({ do: fc.constant('suppress' as const), value, life: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ do: fc.constant('unsuppress' as const), value }),
  fc.record({ do: fc.constant('pass' as const), time: fc.integer({ min: 1, max: 30 }) }),
  fc.constant({ do: 'expire' as const }),
  fc.constant({ do: 'roll' as const }),
  fc.constant({ do: 'reopen' as const }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const live = (model: Model, name: string): boolean => {
  const found = model.keys.get(name);
  return found !== undefined && (found.until === null || found.until > model.now);
};
/** The model’s death of a key: its owner’s look-ups go with it. */
function kill(model: Model, name: string, owner: string): void {
  model.keys.delete(name);
  if (SUBJECTS.some((one) => model.keys.has(`${one} ${owner}`))) return;
  for (const [text, of] of model.lookups) if (of === owner) model.lookups.delete(text);
}

async function make(store: KeyStore, model: Model, step: Extract<Change, { do: 'create' }>): Promise<void> {
  const name = `${step.kind} ${step.id}`;
  const until = step.life === null ? null : model.now + step.life;
  await store.create(step.kind, step.id, until === null ? {} : { until });
  if (live(model, name)) return;
  if (model.keys.has(name)) kill(model, name, step.id);
  model.keys.set(name, { key: store.key(step.kind, step.id)!.toString('hex'), until });
}

async function find(store: KeyStore, model: Model, step: Extract<Change, { do: 'lookup' }>): Promise<void> {
  const answer = await store
    .setLookup('email', step.value, step.id)
    .catch((error: { code: string }) => error.code);
  const hasKey = SUBJECTS.some((one) => model.keys.has(`${one} ${step.id}`));
  const owner = model.lookups.get(step.value);
  if (!hasKey) return expect(answer).toBe('owner_has_no_key');
  expect(answer).toBe(owner === undefined || owner === step.id ? 'set' : 'taken');
  if (owner !== undefined) return;
  for (const [text, of] of model.lookups) if (of === step.id) model.lookups.delete(text);
  model.lookups.set(step.value, step.id);
}

function expire(model: Model): void {
  for (const name of [...model.keys.keys()]) if (!live(model, name)) kill(model, name, name.split(' ')[1]!);
}

function compare(store: KeyStore, model: Model): void {
  for (const one of KINDS) {
    for (const who of IDS) {
      const name = `${one} ${who}`;
      const wanted = live(model, name) ? model.keys.get(name)!.key : null;
      expect(store.key(one, who)?.toString('hex') ?? null, name).toBe(wanted);
      expect(store.has(one, who)).toBe(wanted !== null);
    }
  }
  for (const text of VALUES) {
    expect(store.lookup('email', text)).toBe(model.lookups.get(text) ?? null);
    expect(store.isSuppressed(text, 'newsletter')).toBe((model.suppressed.get(text) ?? 0) > model.now);
  }
}

test('a key store says what a map would say, whatever happens in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (steps) => {
      const disk = new MemoryDisk();
      const model: Model = { keys: new Map(), lookups: new Map(), suppressed: new Map(), now: 1000 };
      const reopen = (): Promise<KeyStore> =>
        openKeyStore('/keys', MASTER, { files: disk, now: () => model.now });
      let store = await reopen();
      for (const step of steps) {
        if (step.do === 'create') await make(store, model, step);
        else if (step.do === 'lookup') await find(store, model, step);
        else if (step.do === 'destroy') {
          await store.destroy([step]);
          kill(model, `${step.kind} ${step.id}`, step.id);
        } else if (step.do === 'suppress') {
          const until = model.now + step.life;
          await store.suppress(step.value, { purpose: 'all', ground: 'opt_out', until });
          model.suppressed.set(step.value, until);
        } else if (step.do === 'unsuppress') {
          await store.unsuppress(step.value);
          model.suppressed.delete(step.value);
        } else if (step.do === 'pass') model.now += step.time;
        else if (step.do === 'expire') {
          await store.expire(model.now);
          expire(model);
        } else if (step.do === 'roll') await store.rollEpoch();
        else {
          await store.close();
          store = await reopen();
        }
      }
      compare(store, model);
      expect(store.size().damaged).toBe(0);
      await store.close();
      compare(await reopen(), model);
    }),
    { numRuns: process.env.KEPT_TEST_ALL ? 2000 : 120 },
  );
}, 900_000);
