/**
 * Killed around each statement of what somebody who comes to an event gets, and of an answer to whoever wrote to us: nobody
 * has two places, two mails or two messages, and nobody none.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Office, openOffice, written } from '../messages/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { type Act, KillGround } from '../support/kill-at.ts';

const DAY_MS = 86_400_000;
let office: Office;
let admin: Browser;
let ground: KillGround;
let people = 0;

beforeAll(async () => {
  office = await openOffice();
  admin = await somebody(office.control, 'admin@example.org', 'admin');
  await strengthen(admin);
  ground = await KillGround.open(office.control);
}, 60_000);
afterAll(async () => {
  await ground?.close();
  await office?.stop();
});

interface Given {
  /** Its path for everybody; of a conversation its id. */
  readonly at: string;
  readonly who: Browser;
  readonly email: string;
  /** Their registration's page. */
  readonly page: string;
}

async function somebodyNew(): Promise<Pick<Given, 'who' | 'email'>> {
  const email = `coming${++people}@example.org`;
  return { who: await somebody(office.control, email), email };
}

const minuteIn = (ms: number): string => new Date(Date.now() + ms).toISOString().slice(0, 16);

/** An event with one place. */
async function announced(): Promise<Given> {
  const form = {
    title: 'Open evening',
    words: 'Talks.',
    place: 'Main Street 1',
    startsAt: minuteIn(10 * DAY_MS),
    endsAt: minuteIn(10 * DAY_MS + 7_200_000),
    capacity: '1',
  };
  const path = (await office.post(admin, '/desk/events/new', form)).headers.get('location') ?? '';
  expect((await office.post(admin, path, { do: 'announce' })).status).toBe(303);
  return { at: path.slice('/desk'.length), page: '', ...(await somebodyNew()) };
}
const register = ({ who, at }: Pick<Given, 'who' | 'at'>) => office.post(who, at, {});

async function registered(): Promise<Given> {
  const given = await announced();
  return { ...given, page: (await register(given)).headers.get('location') ?? '' };
}

/** Somebody has the place, and `who` waits for it. */
async function waiting(): Promise<Given> {
  const given = await registered();
  const other = await somebodyNew();
  await register({ ...given, who: other.who });
  return { ...given, email: other.email };
}

const idOf = ({ at }: Given) => at.split('/').at(-1) ?? '';
const states = async (given: Given) =>
  (
    await office.control.sql<{ state: string }>(
      'select state from event_registration where event_id = $1::uuid order by asked_at, id',
      [idOf(given)],
    )
  ).map(({ state }) => state);
/** To an address, by letter. */
const mailsTo = async ({ email }: Given) => {
  const whose = (await office.control.admin('GET', `/accounts/${email}`)).body.id.slice(5);
  const rows = await office.control.sql<{ template: string }>(
    `select template from mail where (template like 'event_%' or template like 'message_%')
      and person_id in (select person_id from membership where account_id = $1::uuid) order by template`,
    [whose],
  );
  return rows.map(({ template }) => template);
};
const look = async (given: Given) => [await states(given), await mailsTo(given)];

const ACTS: readonly Act<Given>[] = [
  {
    what: 'a place',
    prepare: announced,
    act: register,
    isDone: async (given) => (await states(given)).includes('in'),
    look,
    right: [['in'], ['event_registered']],
  },
  {
    what: 'the waiting list: the place is given back',
    prepare: waiting,
    act: ({ page }) => office.post(null, page, { do: 'leave' }),
    isDone: async (given) => (await states(given)).join() === 'left,in',
    look,
    right: [
      ['left', 'in'],
      ['event_place', 'event_waiting'],
    ],
  },
];

test.each(ACTS)('an event: $what', { timeout: 1_800_000 }, (act) => ground.strike(act));

test('a reminder: as control looks by itself after the start', { timeout: 1_800_000 }, async () => {
  await ground.strike<Given>({
    what: 'reminder',
    prepare: registered,
    act: async (given) => {
      await office.control.sql(
        "update event set starts_at = now() + interval '20 hours', ends_at = now() + interval '22 hours' where id = $1::uuid",
        [idOf(given)],
      );
      await ground.restart();
    },
    isDone: async (given) =>
      (
        await office.control.sql('select 1 from event where id = $1::uuid and reminded_at is not null', [
          idOf(given),
        ])
      ).length > 0,
    look,
    right: [['in'], ['event_registered', 'event_reminder']],
    // Starts are killed at each statement in `test/crashes`.
    from: /reminded_at/,
  });
});

const messages = async ({ at }: Given) =>
  (
    await office.control.sql<{ by: string }>(
      'select written_by as by from message where conversation_id = $1::uuid order by at',
      [at],
    )
  ).map(({ by }) => by);
const reference = async ({ at }: Given) =>
  (await office.page(admin, '/desk/messages')).match(new RegExp(`${at}[^]*?(M-\\w{4}-\\w{4})`))?.[1] ?? '';

/** Somebody wrote by the form. */
async function wrote(): Promise<Given> {
  const { who, email } = await somebodyNew();
  await office.send(who, '/contact', written({ words: 'A question' }));
  return { who, email, at: (await office.conversations()).at(-1) ?? '', page: '' };
}

test('an answer of the staff goes by mail', { timeout: 1_800_000 }, async () => {
  await ground.strike<Given>({
    what: 'answer',
    prepare: wrote,
    act: ({ at }) =>
      office.post(admin, `/desk/messages/${at}`, {
        do: 'answer',
        words: 'Yes',
        after: 'waiting',
        template: '',
      }),
    isDone: async (given) => (await messages(given)).includes('staff'),
    look: async (given) => [
      await messages(given),
      (await mailsTo(given)).filter((template) => template === 'message_answer'),
      await office.control.sql(
        "select 1 as one from record_entry where kind = 'message' and index is not null and person_id in (select person_id from message where conversation_id = $1::uuid)",
        [given.at],
      ),
    ],
    right: [['person', 'staff'], ['message_answer'], [{ one: 1 }]],
  });
});

test('a mail into the thread: brought again by whoever was not told that it is there', {
  timeout: 1_800_000,
}, async () => {
  await ground.strike<Given>({
    what: 'mail',
    async prepare() {
      const given = await wrote();
      return { ...given, page: await reference(given) };
    },
    act: (given) =>
      office.mail({
        from: given.email,
        subject: `Re: [${given.page}]`,
        text: 'More of it',
        messageId: `<${given.at}@example.org>`,
      }),
    isDone: async (given) => (await messages(given)).length > 1,
    async look(given) {
      await office.mail({
        from: given.email,
        subject: `Re: [${given.page}]`,
        text: 'More of it',
        messageId: `<${given.at}@example.org>`,
      });
      return messages(given);
    },
    right: ['person', 'person'],
  });
});
