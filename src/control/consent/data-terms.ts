/**
 * The data terms of an account, as its members see them and its owners set them: which engines its requests may go to
 * (INFER-2, INFER-3, AUTO-3). Whether they may go to engines that train is a consent, and no setting.
 */
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { OBJECTIONS_MAX } from '../../link/words.ts';
import { changeAccount, findAccount, tellGateways } from '../accounts/index.ts';
import { type Actor, named } from '../actor.ts';
import { checkInput } from '../input.ts';
import { outward } from '../outward.ts';
import { type Block, blocksOf } from '../policy/index.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import type { EngineDeclaration } from '../settings.ts';
import { type ConsentLedger, giveConsent } from './give-consent.ts';
import { consentStates } from './list-consents.ts';
import { refusals } from './refusals.ts';
import { withdrawConsent } from './withdraw-consent.ts';

const PURPOSE = 'engines_that_train';

export interface DataTermsParts {
  readonly services: Services;
  readonly ledger: ConsentLedger;
  readonly declarations: readonly EngineDeclaration[];
  /** Engines that are announced and get nothing before that day (ISO 8601; null: not known yet). */
  readonly announced: () => ReadonlyMap<number, string | null>;
}

/** Why no request of the account goes to an engine. */
export type Unreached = 'keeps' | 'trains' | 'region' | 'ended' | 'objection' | 'announced';

export interface DataTerms {
  readonly zeroRetention: boolean;
  readonly allowSharedCache: boolean;
  /** Null: any. */
  readonly region: string | null;
  /** Those that there are to choose from. */
  readonly regions: readonly string[];
  /** Each engine, and why none of the account's requests goes there; null: they may. */
  readonly engines: readonly {
    readonly engine: EngineDeclaration;
    readonly unreached: Unreached | null;
    /** From when it gets anything at all, ISO 8601; null: it does, or no day is known yet. */
    readonly from: string | null;
  }[];
  /** Like `engine rented` and `region us`. */
  readonly objections: readonly string[];
  readonly training: {
    readonly allowed: boolean;
    /** The text that is consented to. */
    readonly title: string;
    readonly text: readonly Block[];
    readonly version: number;
    /** ISO time of the latest answer, or of its taking back. */
    readonly at: string | null;
  };
}

export async function dataTerms(
  { services, ledger, declarations, announced }: DataTermsParts,
  account: Id,
  now: number,
): Promise<DataTerms> {
  const row = await findAccount(services, outward('acct', account));
  const states = await consentStates(ledger, { kind: 'account', id: account });
  const state = states.find(({ purpose }) => purpose === PURPOSE);
  const { text, version } = ledger.texts.current(PURPOSE);
  const [title, ...blocks] = blocksOf(text, {});
  const allowed = state?.state === 'given';
  const { zeroRetention, region, allowSharedCache, objections } = row;
  const terms = { zeroRetention, region, allowed, now, objections };
  const waiting = announced();
  return {
    zeroRetention,
    allowSharedCache,
    region,
    regions: [
      ...new Set([...declarations.map((engine) => engine.region), ...(region === null ? [] : [region])]),
    ],
    engines: declarations.map((engine) => ({
      engine,
      unreached: unreached(engine, terms) ?? (waiting.has(engine.number) ? 'announced' : null),
      from: waiting.get(engine.number) ?? null,
    })),
    objections,
    training: {
      allowed,
      title: title?.kind === 'heading' ? title.text : PURPOSE,
      text: blocks,
      version,
      at: (state?.latest?.withdrawnAt ?? state?.latest?.at)?.toISOString() ?? null,
    },
  };
}

const DAY_MS = 86_400_000;

/** As gateways decide it (`src/gateway/route.ts`), but for the prefix cache, which the site does not declare. */
function unreached(
  engine: EngineDeclaration,
  terms: Pick<DataTerms, 'zeroRetention' | 'region' | 'objections'> & { allowed: boolean; now: number },
): Unreached | null {
  const named = [`engine ${engine.name}`, `region ${engine.region}`];
  if (named.some((each) => terms.objections.includes(each))) return 'objection';
  if (engine.until !== null && Date.parse(engine.until) + DAY_MS <= terms.now) return 'ended';
  if (engine.trains && !terms.allowed) return 'trains';
  if (engine.retentionDays > 0 && terms.zeroRetention) return 'keeps';
  if (terms.region !== null && engine.region !== terms.region) return 'region';
  return null;
}

/** Whose account, and who acts. */
export interface Acting {
  readonly account: Id;
  readonly actor: Actor;
}

const tick = z.enum(['yes', 'no']).transform((word) => word === 'yes');
const termsForm = z.strictObject({
  zero_retention: tick.default(false),
  allow_shared_cache: tick.default(false),
  /** Empty: any. */
  region: z.string().max(128),
});

/** What a form says; gateways hear of it at once. Throws `Problem` 400 for a region that no engine is in. */
export async function setDataTerms(
  { services, declarations }: DataTermsParts,
  { account, actor }: Acting,
  form: unknown,
): Promise<void> {
  const wish = checkInput(form, termsForm);
  const before = await findAccount(services, outward('acct', account));
  const region = wish.region === '' ? null : wish.region;
  const exists = region === before.region || declarations.some((engine) => engine.region === region);
  if (region !== null && !exists)
    throw new Problem(
      400,
      'no_such_region',
      'No engine of this service is in that region. Choose one of the list.',
    );
  const changes = {
    zeroRetention: wish.zero_retention,
    allowSharedCache: wish.allow_shared_cache,
    region,
  };
  await changeAccount(services, before, changes, actor);
}

const objectForm = z.record(z.string().max(200), z.string().max(200));

/**
 * To which engines and regions an owner objects: those whose names the form ticks, like `engine rented`. What is not
 * configured at the moment, and was objected to, stays so. Gateways hear of it at once.
 */
export async function setObjections(
  { services, declarations }: DataTermsParts,
  { account, actor }: Acting,
  form: unknown,
): Promise<void> {
  const ticked = checkInput(form, objectForm);
  const before = await findAccount(services, outward('acct', account));
  const offered = objectionsTo(declarations);
  const objections = [
    ...offered.filter((each) => ticked[each] === 'yes'),
    ...before.objections.filter((each) => !offered.includes(each)),
  ].slice(0, OBJECTIONS_MAX);
  await changeAccount(services, before, { objections }, actor);
}

/** What can be objected to. */
export const objectionsTo = (declarations: readonly EngineDeclaration[]): readonly string[] => [
  ...declarations.map(({ name }) => `engine ${name}`),
  ...new Set(declarations.map(({ region }) => `region ${region}`)),
];

const answerForm = z.strictObject({ answer: z.enum(['given', 'refused']), version: z.string() });

/** An answer to engines that train, in the ledger of consents. Throws `Problem` 409 where the text is a newer one. */
export async function answerTraining(
  { services, ledger }: DataTermsParts,
  { account, actor }: Acting,
  form: unknown,
): Promise<void> {
  const { answer, version } = checkInput(form, answerForm);
  if (answer === 'given' && version !== String(ledger.texts.current(PURPOSE).version))
    throw new Problem(409, 'text_changed', 'The text has a newer version. Read it, then answer again.');
  const entry = {
    subject: { kind: 'account', id: account },
    purpose: PURPOSE,
    way: 'console',
    role: actor.role,
    ...named(actor),
  } as const;
  try {
    await refusals(() => (answer === 'given' ? giveConsent(ledger, entry) : withdrawConsent(ledger, entry)));
  } finally {
    // Also when it is not known whether it was committed.
    await tellGateways(services, [account]);
  }
}
