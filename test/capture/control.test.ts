/**
 * Debug captures in control (INFER-4): begun and ended by consent alone, sealed twice, opened by owners and by staff with a
 * reason that the owners read, and gone with their key.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealCaptured } from '../../src/link/captured.ts';
import { newId } from '../../src/link/ids.ts';
import { encode } from '../../src/link/wire.ts';
import { type Capture, UP } from '../../src/link/words.ts';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody, strengthen } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import type { LinkClient } from '../support/link-client.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const WORDS = 'A sentence that nobody but its owner may read';
const PATIENCE_MS = 10_000;

let postgres: TestPostgres;
let control: TestControl;
let gateway: LinkClient;
let staff: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  gateway = await control.gateway();
  staff = await somebody(control, 'staff@example.org', 'support');
  await strengthen(staff);
}, 60_000);
afterAll(async () => {
  gateway?.close();
  await control?.end();
  await postgres?.stop();
});

interface Owner {
  readonly browser: Browser;
  /** 32 hex digits. */
  readonly account: string;
  readonly email: string;
}
let people = 0;
async function owner(): Promise<Owner> {
  const email = `owner${++people}@example.org`;
  const browser = await somebody(control, email);
  const { body } = await control.admin('GET', `/accounts/${email}`);
  return { browser, email, account: body.id.slice(5) };
}

const place = ({ account }: Owner, rest = '') => `/console/acct_${account}/capture${rest}`;
async function open({ cookie }: Browser, path: string) {
  const answer = await fetch(control.settings.siteUrl + path, { headers: { cookie }, redirect: 'manual' });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
async function send({ cookie }: Browser, path: string, fields: Record<string, string>) {
  const { siteUrl } = control.settings;
  const answer = await fetch(siteUrl + path, {
    method: 'POST',
    headers: { cookie, origin: siteUrl },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  return { status: answer.status, text: await answer.text() };
}
const begin = (whose: Owner, hours = '24', version = '1') =>
  send(whose.browser, place(whose), { what: 'begin', hours, version });
const end = (whose: Owner) => send(whose.browser, place(whose), { what: 'end' });

/** What gateways are told of the account at last. */
function told({ account }: Owner): Capture | null {
  const states = gateway.heard.flatMap(({ word, body }) => (word === 'account' ? [body] : []));
  return states.findLast(({ id }) => id === account)?.capture ?? null;
}
async function begun(whose: Owner, hours?: string): Promise<Capture> {
  expect((await begin(whose, hours)).status).toBe(303);
  const { capture } = await gateway.until('account', ({ id, capture: of }) => id === whose.account && !!of);
  expect(capture).not.toBeNull();
  return told(whose) as Capture;
}
/** A request as a gateway hands it over; answers its id. */
let handed = 0;
function hand({ account }: Pick<Owner, 'account'>, { id: capture, key }: Capture, asked = WORDS): string {
  const request = newId();
  const content = { asked, answered: 'An answer', cut: false };
  const sealed = sealCaptured(Buffer.from(key, 'hex'), { account, capture, request }, content);
  const body = {
    request,
    account,
    capture,
    endpoint: 'chat',
    at: Date.now() + ++handed,
    status: 200,
  } as const;
  gateway.socket.write(encode(UP, 'captured', { ...body, sealed: sealed.toString('base64') }));
  return request;
}
const rows = (whose: Pick<Owner, 'account'>) =>
  control.sql<{ id: string; content: Buffer; until: Date }>(
    "select replace(id::text, '-', '') as id, content, until from captured_request where account_id = $1 order by at",
    [whose.account],
  );
async function kept(whose: Pick<Owner, 'account'>, count: number) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await rows(whose);
    if (found.length >= count || Date.now() > deadline) {
      expect(found).toHaveLength(count);
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const keysOfCaptures = async (): Promise<number> =>
  (await control.admin('GET', '/key-store')).body.keys.capture;
/** What was handed over before is stored or dropped: a later message of another account is stored. */
async function settled(): Promise<void> {
  const other = await owner();
  hand(other, await begun(other));
  await kept(other, 1);
}

test('without a consent nothing is asked for, and what comes all the same is dropped', async () => {
  const whose = await owner();
  expect(told(whose)).toBeNull();
  hand(whose, { id: newId(), key: `${'a'.repeat(62)}00`, until: Date.now() + 1e6 });
  await settled();
  expect(await rows(whose)).toEqual([]);
  expect((await open(whose.browser, place(whose))).text).toContain(
    'Nothing of this account’s requests is kept',
  );
});

test('what is kept is sealed, and opens for its owner: one by one, and all of it as lines', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  const told = `select 1 from mail where template = 'requests_kept' and person_id = (select person_id from membership where account_id = '${whose.account}')`;
  expect(await control.sql(told), 'its owner hears of it').toHaveLength(1);
  expect(capture.until).toBeGreaterThan(Date.now() + 23 * 3_600_000);
  const [first, second] = [hand(whose, capture), hand(whose, capture, 'Another sentence')];
  for (const { content } of await kept(whose, 2))
    for (const form of [
      WORDS,
      Buffer.from(WORDS).toString('base64').slice(0, -4),
      Buffer.from(WORDS).toString('hex'),
    ])
      expect(content.includes(form), form).toBe(false);
  const page = await open(whose.browser, place(whose));
  expect(page.text).toContain(`req_${first}`);
  expect(page.text).not.toContain(WORDS);
  expect((await open(whose.browser, place(whose, `/${first}`))).text).toContain(WORDS);
  const all = await open(whose.browser, place(whose, '.jsonl'));
  expect(all.headers.get('content-disposition')).toContain('attachment');
  const lines = all.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ reference, asked }) => [reference, asked])).toEqual([
    [`req_${first}`, WORDS],
    [`req_${second}`, 'Another sentence'],
  ]);
});

test('one that is damaged says so, and the others open', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  const [damaged, whole] = [hand(whose, capture), hand(whose, capture, 'Another sentence')];
  await kept(whose, 2);
  await control.sql("update captured_request set content = '\\x00' where id = $1", [damaged]);
  expect((await open(whose.browser, place(whose, `/${damaged}`))).status).toBe(409);
  const lines = (await open(whose.browser, place(whose, '.jsonl'))).text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { reference: `req_${damaged}`, problem: 'unreadable' },
    { reference: `req_${whole}`, asked: 'Another sentence' },
  ]);
});

test('each member sees that requests are kept; only an owner sets it or reads them, signed in lately', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  const request = hand(whose, capture);
  await kept(whose, 1);
  const member = await somebody(control, `developer${people}@example.org`);
  await control.sql(
    `insert into membership (person_id, account_id, role)
       select person_id, $1::uuid, 'developer' from membership where account_id <> $1::uuid order by (select created_at from person where id = person_id) desc limit 1`,
    [whose.account],
  );
  expect((await open(member, `/console/acct_${whose.account}`)).text).toContain(
    'An owner asked for the requests',
  );
  for (const path of [place(whose), place(whose, `/${request}`), place(whose, '.jsonl')])
    expect((await open(member, path)).status, path).toBe(403);
  expect((await send(member, place(whose), { what: 'end' })).status).toBe(403);
  await control.sql(
    `update session set authenticated_at = now() - interval '11 minutes' where person_id in
       (select person_id from membership where account_id = $1::uuid and role = 'owner')`,
    [whose.account],
  );
  for (const path of [place(whose, `/${request}`), place(whose, '.jsonl')])
    expect((await open(whose.browser, path)).headers.get('location'), path).toContain('/console/confirm');
  await begin(whose, '168');
  expect(told(whose)).toEqual(capture);
  // To take it back is as easy as ever.
  expect((await end(whose)).status).toBe(303);
});

test('taken back: nothing is kept from that moment, the key is gone, and so is what was kept', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  const request = hand(whose, capture);
  await kept(whose, 1);
  const before = await keysOfCaptures();
  expect((await end(whose)).status).toBe(303);
  expect(await keysOfCaptures()).toBe(before - 1);
  expect(told(whose)).toBeNull();
  hand(whose, capture);
  await settled();
  expect((await rows(whose)).every(({ until }) => until.getTime() <= Date.now())).toBe(true);
  expect(await rows(whose)).toHaveLength(1);
  expect((await open(whose.browser, place(whose, `/${request}`))).status).toBe(410);
  expect((await open(whose.browser, place(whose, '.jsonl'))).text).toBe('');
  expect((await open(whose.browser, place(whose))).text).toContain('The key is destroyed');
});

test('stopped, it keeps nothing more and what there is; it can go on; a longer one is another key', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  hand(whose, capture);
  await kept(whose, 1);
  await send(whose.browser, place(whose), { what: 'stop' });
  expect(told(whose)).toBeNull();
  hand(whose, capture);
  await settled();
  expect(await rows(whose)).toHaveLength(1);
  await send(whose.browser, place(whose), { what: 'go_on' });
  expect(told(whose)).toEqual(capture);
  expect((await begin(whose, '1')).status, 'a shorter one is the same').toBe(303);
  expect(told(whose)).toEqual(capture);
  await begin(whose, '168');
  const longer = told(whose) as Capture;
  expect(longer.id).not.toBe(capture.id);
  expect(longer.key).not.toBe(capture.key);
  hand(whose, longer);
  const [first, second] = await kept(whose, 2);
  expect(first?.until.getTime(), 'what was kept before ends when it was said to').toBe(capture.until);
  expect(second?.until.getTime()).toBe(longer.until);
});

test('an answer to an older text, or for longer than is allowed, is refused', async () => {
  const whose = await owner();
  expect((await begin(whose, '24', '0')).text).toContain('newer version');
  expect((await begin(whose, '8760')).text).toContain('choose from the list');
  expect(told(whose)).toBeNull();
});

test('a full one stops by itself, and gateways hear of it', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  await control.sql('update capture set requests = 999 where account_id = $1', [whose.account]);
  hand(whose, capture);
  hand(whose, capture);
  await gateway.until('account', ({ id, capture: of }) => id === whose.account && of === null);
  await settled();
  expect(await rows(whose)).toHaveLength(1);
  expect((await open(whose.browser, place(whose))).text).toContain('Full');
});

test('one without room for bytes is full as well', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  const mib = 1024 ** 2;
  await control.sql('update capture set bytes = $2 where account_id = $1', [whose.account, 256 * mib - 10]);
  hand(whose, capture);
  await gateway.until('account', ({ id, capture: of }) => id === whose.account && of === null);
  expect(await rows(whose)).toHaveLength(0);
  expect((await open(whose.browser, place(whose))).text).toContain('Full');
});

test('at its end the key is destroyed, whatever the rows say', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  const request = hand(whose, capture);
  await kept(whose, 1);
  await control.sql("update consent set expires_at = now() - interval '1 second' where account_id = $1", [
    whose.account,
  ]);
  await control.stop();
  await control.start();
  gateway = await control.gateway();
  expect(told(whose)).toBeNull();
  const deadline = Date.now() + PATIENCE_MS;
  let status = 0;
  while (status !== 410 && Date.now() < deadline) {
    ({ status } = await open(whose.browser, place(whose, `/${request}`)));
  }
  expect(status).toBe(410);
});

test('staff open one with a reason; the look is in the record, and the owners read who and why', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  const request = hand(whose, capture);
  await kept(whose, 1);
  const at = `/desk/captures/requests/${request}`;
  expect((await open(staff, '/desk/captures')).text).toContain(`acct_${whose.account}`);
  const listed = await open(staff, `/desk/captures/${capture.id}`);
  expect(listed.text).toContain(`req_${request}`);
  expect((await open(staff, at)).text).not.toContain(WORDS);
  expect((await send(staff, at, { reason: ' ' })).text).toContain('say why you look');
  const looks = async () =>
    (
      await control.sql("select 1 from record_entry where kind = 'staff_read' and account_id = $1", [
        whose.account,
      ])
    ).length;
  expect(await looks()).toBe(0);
  expect((await send(staff, at, { reason: 'Their call of today' })).text).toContain(WORDS);
  expect(await looks()).toBe(1);
  const page = await open(whose.browser, place(whose));
  expect(page.text).toContain('Their call of today');
  expect(page.text).toContain('support');
  const auditor = await somebody(control, `auditor${people}@example.org`, 'auditor');
  await strengthen(auditor);
  expect((await open(auditor, '/desk/captures')).status).toBe(403);
  expect((await open(whose.browser, '/desk/captures')).status).toBe(404);
  await end(whose);
  expect((await send(staff, at, { reason: 'Once more' })).status).toBe(404);
  expect(await looks()).toBe(1);
});

test('whoever asks for deletion has nothing kept any more', async () => {
  const whose = await owner();
  const capture = await begun(whose);
  hand(whose, capture);
  await kept(whose, 1);
  const before = await keysOfCaptures();
  const erased = await control.admin('POST', `/accounts/${whose.email}/erase`, { when: 'now' });
  expect(erased.status).toBe(200);
  expect(await keysOfCaptures()).toBe(before - 1);
  hand(whose, capture);
  await settled();
  expect(await rows(whose)).toEqual([]);
  expect(await control.sql('select 1 from capture where account_id = $1', [whose.account])).toEqual([]);
});
