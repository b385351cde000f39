/**
 * Killed around each statement of what plans, unpaid invoices and refunds at the desk consist of: started again, nothing is
 * there twice and nothing is missing, at Stripe as little as here.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { type Act, KillGround } from '../support/kill-at.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import type { StandinEvent } from '../support/stripe-standin.ts';
import { expectBooksToAddUp, openShop, type Payer, type Shop } from './paying.ts';

const USD = 1_000_000;
const PLANS = [{ id: 'start', name: 'Start', every: 'month', price: 20 * USD, credit: 22 * USD }] as const;

let postgres: TestPostgres;
let shop: Shop;
let ground: KillGround;
let finance: Browser;
let nudge: StandinEvent;
let payers = 0;

beforeAll(async () => {
  postgres = await startPostgres();
  shop = await openShop(postgres, 19, {}, PLANS);
  finance = await somebody(shop.control, 'finance@example.org', 'finance');
  await strengthen(finance);
  nudge = shop.stripe.event('product.updated', { id: 'prod_1' });
  ground = await KillGround.open(shop.control);
}, 60_000);
afterAll(async () => {
  await ground?.close();
  await shop?.stop();
  await postgres?.stop();
});

interface Given {
  readonly payer: Payer;
  /** Our number of the plan or payment. */
  readonly once: string;
  /** That Stripe tells. */
  readonly events: readonly StandinEvent[];
}

const tellAll = async ({ events }: Pick<Given, 'events'>) => {
  for (const event of events) expect(await shop.tell(event)).toBe(200);
};
const one = async <Row extends object>(statement: string, value: string) =>
  (await shop.control.sql<Row & Record<string, unknown>>(statement, [value]))[0] as Row | undefined;
const accountOf = ({ payer }: Given) => payer.account.slice(5);
const uuid = (id: string) => id.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
const place = ({ payer }: Pick<Given, 'payer'>) => `/console/${payer.account}/credit`;
const during = (what: () => void): readonly StandinEvent[] => {
  const before = shop.stripe.events.length;
  what();
  return shop.stripe.events.slice(before);
};

async function fresh(): Promise<Given> {
  const payer = await shop.payer(`struck-${++payers}`);
  return { payer, once: randomUUID().replaceAll('-', ''), events: [] };
}

const begin = (given: Given) =>
  given.payer.post(`${place(given)}/plan`, {
    do: 'begin',
    once: uuid(given.once),
    plan: 'start',
    agreed: 'yes',
  });

/** Begun with us; at Stripe it is paid for, of which nothing was told. */
async function paidFor(): Promise<Given> {
  const given = await fresh();
  expect((await begin(given)).status).toBe(200);
  return { ...given, events: during(() => void shop.stripe.pay(shop.stripe.sessionOf(given.once))) };
}

/** Goes on by itself. */
async function standing(): Promise<Given> {
  const given = await paidFor();
  await tellAll(given);
  await expect.poll(() => isBooked(given, 1), { timeout: 20_000 }).toBe(true);
  return given;
}

const plan = (given: Given) =>
  one<{ state: string; ends_then: boolean; session: string | null }>(
    'select state, ends_then, stripe_session as session from plan_subscription where id = $1::uuid',
    given.once,
  );
const counted = async (given: Given) =>
  one<{ entries: number; mails: number; record: number; linked: number }>(
    `select (select count(*)::int from ledger_entry where account_id = $1::uuid and kind = 'plan') as entries,
      (select count(*)::int from mail m join membership s on s.person_id = m.person_id
        where m.template = 'credit_added' and s.account_id = $1::uuid) as mails,
      (select count(*)::int from record_entry where kind = 'credit_change' and index is not null and account_id = $1::uuid) as record,
      (select count(*)::int from payment where account_id = $1::uuid and stripe_intent is not null) as linked`,
    accountOf(given),
  );
/** With all that follows. */
async function isBooked(given: Given, times: number): Promise<boolean> {
  const waiting = await shop.control.sql(
    "update stripe_event set next_at = now() where state = 'stored' and attempts > 0 returning 1",
  );
  // About nothing of ours: makes control look.
  if (waiting.length > 0) await shop.tell(nudge).catch(() => 0);
  const so = await counted(given);
  const all = { entries: times, mails: times, record: times, linked: times };
  const isSo = JSON.stringify(so) === JSON.stringify(all);
  return isSo && (await plan(given))?.state === 'active';
}

const PLAN_ACTS: readonly Act<Given>[] = [
  {
    what: 'a plan is begun',
    prepare: fresh,
    act: begin,
    isDone: async (given) => (await plan(given))?.session != null,
    look: async (given) => [
      await plan(given).then((row) => row?.state),
      [...shop.stripe.sessions.values()].filter(
        ({ fields }) => fields.get('client_reference_id') === given.once,
      ).length,
    ],
    right: ['open', 1],
  },
  {
    what: 'its first period is paid',
    prepare: paidFor,
    act: tellAll,
    isDone: (given) => isBooked(given, 1),
    look: counted,
    right: { entries: 1, mails: 1, record: 1, linked: 1 },
  },
  {
    what: 'it renews',
    prepare: async () => {
      const given = await standing();
      const events = during(() => void shop.stripe.renew(shop.stripe.subscriptionOf(given.once)));
      return { ...given, events };
    },
    act: tellAll,
    isDone: (given) => isBooked(given, 2),
    look: counted,
    right: { entries: 2, mails: 2, record: 2, linked: 2 },
  },
  {
    what: 'it is ended in one click',
    prepare: standing,
    act: (given) => given.payer.post(`${place(given)}/plan`, { do: 'end' }),
    isDone: async (given) => (await plan(given))?.ends_then === true,
    look: async (given) => [
      await plan(given).then((row) => row?.state),
      shop.stripe.subscriptionOf(given.once).cancelAtEnd,
    ],
    right: ['active', true],
  },
  {
    what: 'it is over',
    prepare: async () => {
      const given = await standing();
      await given.payer.post(`${place(given)}/plan`, { do: 'end' });
      const events = during(() => void shop.stripe.renew(shop.stripe.subscriptionOf(given.once)));
      return { ...given, events };
    },
    act: tellAll,
    isDone: async (given) => (await plan(given))?.state === 'ended',
    look: counted,
    right: { entries: 1, mails: 1, record: 1, linked: 1 },
  },
];

test.each(PLAN_ACTS)('a plan: $what', { timeout: 1_800_000 }, async (act) => {
  await ground.strike(act);
  await expectBooksToAddUp(shop);
});

const STEPS = ['reminded', 'reminded_again', 'limited', 'suspended'] as const;

/** The step before was taken, and the next is due. */
const before = (step: (typeof STEPS)[number]) => async (): Promise<Given> => {
  const given = await standing();
  const events = during(() => void shop.stripe.renew(shop.stripe.subscriptionOf(given.once), false));
  const at = STEPS.indexOf(step);
  if (at === 0) return { ...given, events };
  await tellAll({ events });
  await expect.poll(() => isAt(given, 'reminded'), { timeout: 20_000 }).toBe(true);
  const rpm = at === 3 ? 10 : null;
  await shop.control.sql('update account set unpaid_rpm = $2 where id = $1::uuid', [accountOf(given), rpm]);
  await shop.control.sql(
    "update unpaid_invoice set step = $2, next_at = now() - interval '1 second' where account_id = $1::uuid",
    [accountOf(given), STEPS[at - 1]],
  );
  return { ...given, events };
};
const isAt = async (given: Given, step: string) =>
  (
    await one<{ step: string }>(
      'select step from unpaid_invoice where account_id = $1::uuid',
      accountOf(given),
    )
  )?.step === step;
/** Told again, as Stripe does after each of its own attempts: makes control look. */
const toldAgain = async ({ events }: Given) => {
  const failed = events.find(({ type }) => type === 'invoice.payment_failed');
  const object = JSON.parse(failed?.body ?? '').data.object;
  await shop.tell(shop.stripe.event('invoice.payment_failed', object));
};

test.each(STEPS.map((step, at) => ({ step, at })))(
  'an unpaid invoice: $step',
  { timeout: 1_800_000 },
  async ({ step, at }) => {
    await ground.strike({
      what: step,
      prepare: before(step),
      act: at === 0 ? tellAll : toldAgain,
      isDone: (given) => isAt(given, step),
      look: (given) =>
        one(
          `select (select count(*)::int from mail m join membership s on s.person_id = m.person_id
              where m.template = 'invoice_unpaid' and s.account_id = $1::uuid) as mails,
            (select count(*)::int from unpaid_invoice where account_id = $1::uuid) as invoices,
            (select count(*)::int from record_entry where kind = 'access_change' and account_id = $1::uuid) as record,
            (select unpaid_rpm from account where id = $1::uuid) as rpm`,
          accountOf(given),
        ),
      right: {
        mails: at === 0 ? 1 : 2,
        invoices: 1,
        record: at < 2 ? 0 : 1,
        rpm: [null, null, 10, 0][at],
      },
    });
  },
);

test('a refund at the desk: its two steps', { timeout: 1_800_000 }, async () => {
  const { siteUrl } = shop.control.settings;
  const refunds = (given: Given) => {
    const { intent } = shop.stripe.sessionOf(given.once);
    return [...shop.stripe.refunds.values()].filter((each) => each.intent === intent);
  };
  await ground.strike<Given>({
    what: 'refund',
    async prepare() {
      const given = await fresh();
      await given.payer.begin('50', uuid(given.once));
      const events = during(() => void shop.stripe.pay(shop.stripe.sessionOf(given.once)));
      await tellAll({ events });
      await expect.poll(() => given.payer.balance(), { timeout: 20_000 }).toBe(50 * USD);
      return given;
    },
    act: (given) =>
      fetch(`${siteUrl}/desk/${given.payer.account}/refund`, {
        method: 'POST',
        headers: { cookie: finance.cookie, origin: siteUrl },
        body: new URLSearchParams({
          do: 'refund',
          once: uuid(given.once),
          payment: given.once,
          amount: '30',
        }),
        redirect: 'manual',
      }),
    isDone: async (given) =>
      (
        await shop.control.sql("select 1 from ledger_entry where kind = 'refund' and account_id = $1::uuid", [
          accountOf(given),
        ])
      ).length > 0,
    async look(given) {
      // Stripe tells of it as well, late and twice.
      const told = shop.stripe.events.filter(({ body }) =>
        refunds(given).some(({ id }) => body.includes(id)),
      );
      await tellAll({ events: [...told, ...told] });
      await shop.settled();
      return [refunds(given).map(({ cents }) => cents), await given.payer.ledger()];
    },
    right: [
      [3570],
      [
        ['payment', 50 * USD],
        ['refund', -30 * USD],
      ],
    ],
  });
  await expectBooksToAddUp(shop);
});
