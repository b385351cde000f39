/** People, strangers and staff who do with requests whatever they like, and what has to be so after each step. */
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  type Cause,
  nextState,
  type RequestEvent,
  type RequestState,
} from '../../src/control/requests/states.ts';
import { officeOf, tasksIn } from '../outside/office.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { climberOf, THIS_MONTH } from './climber.ts';
import { proofIn, requestsOf } from './people.ts';

const RIGHTS = [
  'confirm',
  'restrict',
  'object',
  'correct',
  'delete',
  'opt_out_sale',
  'withdraw_consent',
] as const;
/** Days until an answer, as the statutes say; not said: the shortest of all. */
const PLACES = { 'US-VA': 45, 'US-CA': 45, 'US-IA': 90, FR: 31, unsaid: 31 } as const;
const PLACE_NAMES = Object.keys(PLACES) as (keyof typeof PLACES)[];
const DAY_MS = 86_400_000;
const PEOPLE = 2;
const STAFF = 2;
const WAIT_MS_MAX = 30_000;
const WAIT_MS = 100;

const which = fc.nat(7);
const who = fc.nat(PEOPLE - 1);
const staff = fc.nat(STAFF - 1);
const right = fc.constantFrom(...RIGHTS);
const place = fc.constantFrom(...PLACE_NAMES);

export const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), who, right, place }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ask as a stranger' as const),
      who: fc.option(who, { nil: null }),
      right,
      place,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('use the link' as const), me: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('climb' as const),
      which,
      /** Whose key or code it is, who may be somebody else than whom the request names. */
      who,
      by: fc.constantFrom('api_key', 'recovery_code', 'facts'),
      right: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('say that it was not them' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('let nobody object' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('withdraw' as const), which }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      which,
      staff,
      decision: fc.constantFrom('whole', 'part', 'refused', 'upheld'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('appeal' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('put off' as const), which, staff }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('register a system' as const), staff }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('do a task' as const),
      which,
      staff,
      outcome: fc.constantFrom('done', 'nothing_found'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('let links end' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('keep the account' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('erase' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
export type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

interface Found extends Record<string, unknown> {
  readonly id: string;
  readonly right: string;
  readonly place: keyof typeof PLACES;
  readonly state: RequestState;
  readonly steps: number;
  readonly person: string | null;
  readonly proven_by: string | null;
  readonly received_at: Date;
  readonly respond_by: Date;
  readonly due_at: Date;
  readonly extendable_to: Date | null;
  readonly extended_at: Date | null;
  readonly appealed_at: Date | null;
  readonly decided_by: string | null;
  readonly appeal_decided_by: string | null;
}

const PROVEN = new Set(['session', 'link', 'staff', 'api_key', 'recovery_code', 'facts', 'two_proofs']);
/** One thing that was shown without the mailbox is not enough for these. */
const TAKES_TWO = new Set(['access', 'portability', 'delete']);
const ALONE = new Set(['api_key', 'recovery_code', 'facts']);
const NEEDS_NONE = new Set(['opt_out_sale', 'withdraw_consent']);
const OVER = new Set(['closed', 'withdrawn', 'joined']);

interface Somebody {
  readonly browser: Browser;
  readonly email: string;
  readonly key: string;
  readonly keyName: string;
  readonly codes: string[];
}

export class World {
  readonly #control: TestControl;
  readonly #site: ReturnType<typeof requestsOf>;
  readonly #office: ReturnType<typeof officeOf>;
  readonly #climber: ReturnType<typeof climberOf>;
  readonly #people: Somebody[] = [];
  readonly #staff: Browser[] = [];
  readonly #paths = new Map<string, string>();
  static #made = 0;

  private constructor(control: TestControl) {
    this.#control = control;
    this.#site = requestsOf(control);
    this.#office = officeOf(control);
    this.#climber = climberOf(control);
  }

  static async begin(control: TestControl, staff: readonly Browser[]): Promise<World> {
    const world = new World(control);
    for (let at = 0; at < PEOPLE; at++) {
      const email = `somebody${++World.#made}@example.org`;
      const browser = await somebody(control, email);
      const keyName = `Zebra crossing ${World.#made}`;
      const { secret: key } = await world.#climber.key(email, { name: keyName });
      const codes = await world.#climber.recoveryCodes(browser);
      world.#people.push({ browser, email, key, keyName, codes });
    }
    world.#staff.push(...staff);
    return world;
  }

  static async hire(control: TestControl): Promise<Browser[]> {
    return Promise.all(
      Array.from({ length: STAFF }, async (_, at) => {
        const one = await somebody(control, `decider${at}@example.org`, 'privacy');
        await strengthen(one);
        return one;
      }),
    );
  }

  rows(): Promise<Found[]> {
    const hex = (column: string) => `replace(${column}::text, '-', '') as ${column.replace('_id', '')}`;
    return this.#control.sql<Found>(
      `select ${hex('id')}, asked_for as right, place, state, steps, ${hex('person_id')}, proven_by, received_at,
        respond_by, due_at, extendable_to, extended_at, appealed_at, ${hex('decided_by')}, ${hex('appeal_decided_by')}
       from privacy_request order by entered_at, id`,
    );
  }

  async do(one: Operation): Promise<void> {
    switch (one.do) {
      case 'ask':
        return this.#ask(this.#people[one.who]?.browser ?? null, one.right, { place: one.place });
      case 'ask as a stranger': {
        const email = one.who === null ? 'nobody@example.org' : (this.#people[one.who]?.email ?? '');
        return this.#ask(null, one.right, { place: one.place, email });
      }
      case 'use the link':
        return this.#useLink(one.me);
      case 'climb':
        return this.#climb(one);
      case 'say that it was not them': {
        const token = await this.#climber.stopLink().catch(() => null);
        if (token !== null) expect([303, 409, 410]).toContain((await this.#climber.stop(token)).status);
        return;
      }
      case 'let nobody object':
        return this.#climber.waitEnds();
      case 'withdraw':
        return this.#onPage(one.which, { do: 'withdraw' });
      case 'appeal':
        return this.#onPage(one.which, { do: 'appeal', words: 'I do not agree' });
      case 'decide':
        return this.#atDesk(one.which, one.staff, { do: 'decide', ...decisionOf(one.decision) });
      case 'put off':
        return this.#atDesk(one.which, one.staff, { do: 'extend', extension: 'many' });
      case 'register a system':
        expect((await this.#office.register(this.#staff[one.staff] ?? null)).status).toBe(303);
        return;
      case 'do a task':
        return this.#doTask(one.which, one.staff, one.outcome);
      case 'let links end':
        return this.#letLinksEnd();
      case 'keep the account':
        await this.#site.post(this.#people[one.who]?.browser ?? null, '/console/leaving', {});
        return;
      case 'erase':
        await this.#control.admin('POST', `/accounts/${this.#people[one.who]?.email}/erase`, { when: 'now' });
        return;
      case 'restart':
        await this.#control.stop();
        await this.#control.start();
    }
  }

  async #ask(browser: Browser | null, right: string, form: Record<string, string>): Promise<void> {
    const answer = await this.#site.ask(browser, right, { ...form, words: 'In words', agreed: 'yes' });
    expect([303, 400, 403, 409, 429]).toContain(answer.status);
    const path = answer.headers.get('location');
    if (answer.status !== 303 || path === null) return;
    const { id } = await this.#site.newest();
    this.#paths.set(id, path);
  }

  async #useLink(me: boolean): Promise<void> {
    const letter = await this.#site.letter('request_proof').catch(() => null);
    if (letter === null || !/prove\?token=/.test(letter)) return;
    const token = proofIn(letter);
    const form = { token, answer: me ? 'me' : 'not_me' };
    const answer = await this.#site.post(null, `/privacy/requests/prove?token=${token}`, form);
    expect([303, 409, 410]).toContain(answer.status);
    const own = answer.headers.get('location');
    if (me && own !== null) this.#paths.set(own, own);
  }

  async #climb({ which, who, by, right }: Extract<Operation, { do: 'climb' }>): Promise<void> {
    const paths = [...this.#paths.values()];
    const path = paths[which % Math.max(1, paths.length)];
    const whose = this.#people[who];
    if (path === undefined || whose === undefined) return;
    // Bounds have tests of their own.
    await this.#control.sql('delete from proof_tally');
    if (by === 'api_key') {
      const challenge = await this.#climber.challenge(path).catch(() => null);
      if (challenge === null) return;
      const answer = await this.#climber.send(challenge, right ? whose.key : 'kept_sk_wrong');
      expect([200, 409, 429]).toContain(answer.status);
      return;
    }
    const code = right ? (whose.codes.pop() ?? '') : 'aaaa-bbbb-cccc-dddd';
    const facts = { made: THIS_MONTH, key_name: right ? whose.keyName : 'Not a name of theirs' };
    const answer =
      by === 'facts' ? await this.#climber.byFacts(path, facts) : await this.#climber.byCode(path, code);
    expect([200, 400, 404, 409, 429]).toContain(answer.status);
  }

  async #onPage(at: number, form: Record<string, string>): Promise<void> {
    const paths = [...this.#paths.values()];
    const path = paths[at % Math.max(1, paths.length)];
    if (path === undefined) return;
    expect([303, 400, 409]).toContain((await this.#site.post(null, path, form)).status);
  }

  async #atDesk(at: number, by: number, form: Record<string, string>): Promise<void> {
    const rows = await this.rows();
    const row = rows[at % Math.max(1, rows.length)];
    if (row === undefined) return;
    const answer = await this.#site.post(this.#staff[by] ?? null, `/desk/requests/${row.id}`, form);
    expect([303, 400, 403, 409]).toContain(answer.status);
  }

  async #doTask(at: number, by: number, outcome: string): Promise<void> {
    const tasks = await tasksIn(this.#control);
    const task = tasks[at % Math.max(1, tasks.length)];
    if (task === undefined) return;
    const path = `/desk/tasks/${task.id}`;
    const who = this.#staff[by] ?? null;
    expect([200, 409]).toContain((await this.#office.post(who, path, { do: 'look' })).status);
    // A copy that is handed in needs its file.
    const answer = await this.#office.post(who, path, { do: 'finish', outcome });
    expect([303, 400, 409]).toContain(answer.status);
  }

  /** Until none is open: erasures open some, too. */
  async #doTasks(): Promise<void> {
    for (;;) {
      const tasks = await tasksIn(this.#control);
      const at = tasks.findIndex(({ state }) => state === 'open');
      if (at === -1) return;
      await this.#doTask(at, 0, 'nothing_found');
    }
  }

  async #letLinksEnd(): Promise<void> {
    await this.#control.sql(
      "update privacy_request set proof_until = now() - interval '1 second', next_at = now() where state = 'identity'",
    );
    await this.#until((row) => row.state !== 'identity');
  }

  /** Until it is so of all of them. */
  async #until(holds: (row: Found) => boolean): Promise<void> {
    for (const begun = performance.now(); performance.now() - begun < WAIT_MS_MAX; await sleep(WAIT_MS))
      if ((await this.rows()).every(holds)) return;
    throw new Error(`it is not so: ${JSON.stringify((await this.rows()).filter((row) => !holds(row)))}`);
  }

  /** Whatever was begun comes to an end. */
  async end(): Promise<void> {
    await this.#letLinksEnd();
    for (const by of [0, 1]) {
      const rows = await this.rows();
      for (const [at, { state }] of rows.entries())
        if (state === 'deciding' || state === 'appeal_deciding')
          await this.#atDesk(at, by, {
            do: 'decide',
            ...decisionOf(state === 'deciding' ? 'refused' : 'upheld'),
          });
    }
    for (const { email } of this.#people)
      await this.#control.admin('POST', `/accounts/${email}/erase`, { when: 'now' });
    await this.#doTasks();
    await this.#control.sql('update privacy_request set next_at = now() where closed_at is null');
    await this.#control.stop();
    await this.#control.start();
    await this.#until(({ state }) => OVER.has(state) || state === 'delivered');
  }

  async check(): Promise<void> {
    const rows = await this.rows();
    for (const row of rows) await this.#checkRow(row);
    // In one look: requests go on meanwhile.
    const [counted] = await this.#control.sql<{ entries: number; steps: number; uneven: number }>(
      `select (select count(*)::int from record_entry where kind = 'request') as entries,
        (select coalesce(sum(steps + 1), 0)::int from privacy_request) as steps,
        (select count(*)::int from privacy_request r where (person_id is not null or proven_by is null)
          and steps + 1 <> (select count(*) from privacy_request_step s where s.request_id = r.id)) as uneven`,
    );
    expect(counted?.entries, 'each step once in the record').toBe(counted?.steps);
    expect(counted?.uneven, 'each step once').toBe(0);
    const early = await this.#control.sql(
      `select 1 from outside_task t join privacy_request r on r.id = t.request_id
        where t.state = 'open' and r.state <> 'carrying_out'`,
    );
    expect(early, 'over while a task is open').toEqual([]);
    const twice = await this.#control.sql(
      `select 1 from outside_task where request_id is not null group by request_id, system_id having count(*) > 1`,
    );
    expect(twice, 'two tasks of one request in one system').toEqual([]);
    const unasked = await this.#control.sql(
      `select 1 from restriction where person_id not in (select person_id from privacy_request
        where asked_for in ('restrict', 'object') and person_id is not null and decision in ('whole', 'part', 'refused'))`,
    );
    expect(unasked, 'restricted without a request').toEqual([]);
    const erasures = await this.#control.sql(
      `select 1 from erasure where state = 'scheduled' and person_id not in (select person_id from privacy_request
        where asked_for = 'delete' and person_id is not null and proven_by in ('session', 'link', 'staff', 'two_proofs'))`,
    );
    expect(erasures, 'deleted without a proof').toEqual([]);
  }

  async #checkRow(row: Found): Promise<void> {
    if (TAKES_TWO.has(row.right)) expect(ALONE.has(row.proven_by ?? ''), 'one was not enough').toBe(false);
    const done = row.state === 'carrying_out' || row.state === 'delivered';
    if (done && !NEEDS_NONE.has(row.right))
      expect(PROVEN.has(row.proven_by ?? ''), `${row.right} carried out by ${row.proven_by}`).toBe(true);
    if (row.appeal_decided_by !== null) expect(row.appeal_decided_by).not.toBe(row.decided_by);
    const days = PLACES[row.place] + 1;
    expect(Number(row.respond_by)).toBeLessThanOrEqual(Number(row.received_at) + days * DAY_MS);
    if (row.appealed_at === null)
      expect(Number(row.due_at)).toBeLessThanOrEqual(
        Number(row.extended_at === null ? row.respond_by : row.extendable_to),
      );
    await this.#checkSteps(row);
  }

  /** What the steps say leads, by the table, to where it is. Those of an erased person are gone. */
  async #checkSteps(row: Found): Promise<void> {
    const steps = await this.#control.sql<{ event: RequestEvent | null; cause: Cause; state: RequestState }>(
      'select event, cause, state from privacy_request_step where request_id = $1::uuid order by number',
      [row.id],
    );
    const isWhole = row.person !== null || row.proven_by === null || row.proven_by === 'none';
    if (!isWhole || steps.length !== row.steps + 1) return;
    let state: RequestState = 'received';
    for (const step of steps) {
      if (step.event !== null) state = nextState(state, step.event, step.cause) ?? 'received';
      expect(state, `${row.id}: ${step.event}`).toBe(step.state);
    }
    expect(state).toBe(row.state);
  }
}

const decisionOf = (decision: string): Record<string, string> => ({
  decision,
  ground: decision === 'part' || decision === 'refused' ? 'legal_obligation' : '',
  words: 'Because',
});
