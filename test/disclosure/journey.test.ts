/**
 * A demand from its letter to the package, by the desk's own forms: two people, what is handed over and no more, whom it is about
 * told before, and what everybody may know of it afterwards.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bandOf } from '../../src/control/disclosure/transparency.ts';
import { openSite } from '../../src/site/server.ts';
import type { Browser } from '../sign-in/browser.ts';
import { somebody } from '../sign-in/person.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Cases, CHECKED, casesOf, dayIn, hireAs, opened } from './cases.ts';

let postgres: TestPostgres;
let control: TestControl;
let cases: Cases;
let one: Browser;
let other: Browser;
let ada: Browser;

beforeAll(async () => {
  postgres = await startPostgres();
  control = await startTestControl(postgres, {}, openSite);
  cases = casesOf(control);
  one = await hireAs(control, 'Grace Prepares', 'grace@example.org');
  other = await hireAs(control, 'Edsger Approves', 'edsger@example.org');
  ada = await somebody(control, 'ada@example.org');
}, 60_000);
afterAll(async () => {
  await control?.end();
  await postgres?.stop();
});
beforeEach(async () => {
  await control.sql('update session set authenticated_at = now()');
});

const told = (id: string) =>
  expect.poll(async () => (await cases.row(id)).told_at, { timeout: 15_000 }).not.toBeNull();
const announced = (id: string) =>
  expect.poll(async () => (await cases.row(id)).announced_at, { timeout: 15_000 }).not.toBeNull();
const mine = () => cases.text(ada, '/console/disclosures');
const statement = async () =>
  /past twelve months we disclosed personal information to third parties\W+(?:<!-- -->)?([\w ]+)/.exec(
    await cases.text(null, '/privacy'),
  )?.[1];

test('a form that is not whole, a file that is none, a kind that is off: refused, and nothing is entered', async () => {
  const refused = async (form: Record<string, string>, files?: Record<string, string>) => {
    const answer = await cases.tryOpen(one, { named: 'ada@example.org', ...form }, files);
    return [answer.status, await answer.text()] as const;
  };
  expect(await refused({}, {})).toMatchObject([400, expect.stringContaining('add the document')]);
  expect((await refused({}, { document: '\0\x01' }))[0]).toBe(400);
  expect((await refused({ named: 'Ada Example' }))[1]).toContain('each an e-mail address or the id');
  expect((await refused({ named: '' }))[0]).toBe(400);
  expect((await refused({ 'category_user.name': '', 'category_user.contact.email': '' }))[0]).toBe(400);
  expect((await refused({ from: '2027-02-01', to: '2027-01-01' }))[0]).toBe(400);
  expect((await refused({ certificate: 'none' }))[1]).toContain('X.509');
  expect((await refused({ gag_until: dayIn(30) }))[1]).toContain('until when and what forbids it');
  expect((await refused({ gag_until: dayIn(-1), gag_basis: 'x' }, cases.GAG_FILES))[1]).toContain('future');
  expect((await refused({ kind: 'fraud' }))[0]).toBe(409);
  expect((await refused({ authority: '' }))[1]).toContain('Who asks: say who it is');
  expect(await control.sql('select 1 from disclosure_case')).toEqual([]);
});

test('told before, seven days, handed over: the package holds what was asked, the statement changes by itself', async () => {
  expect(await mine()).toContain('There is nothing to tell');
  expect(await statement()).toBe('not once');
  const id = await cases.opened(one, { named: 'ada@example.org\nnobody@example.org' });
  expect(await cases.text(one, `/desk/disclosures/${id}`)).toContain('nothing is held');
  await cases.approved(one, other, id);
  await announced(id);
  expect(await mine()).toContain('District Court of Example');
  expect(await control.sql("select 1 from mail where template = 'data_demanded'")).toHaveLength(1);
  expect((await cases.act(one, id, 'build')).status).toBe(409);
  await cases.letTimePass(id);
  const passphrase = await cases.built(one, id);
  const sealed = new Uint8Array(await (await cases.download(other, id)).arrayBuffer());
  const files = opened(sealed, { passphrase });
  const names = ['README.txt', 'manifest.json', 'named-1/mail.json', 'named-1/person.json'];
  expect([...files.keys()].sort()).toEqual(names);
  const person = JSON.parse(files.get('named-1/person.json') ?? '[]');
  expect(person).toEqual([{ name: 'Ada Example', email: 'ada@example.org' }]);
  expect(files.get('README.txt')).toContain('nobody@example.org: nothing is held');
  const whole = [...files.values()].join('\n');
  for (const never of ['argon2', 'created_at', 'edsger', 'grace@']) expect(whole).not.toContain(never);
  const [stored] = await control.sql<{ sha256: string }>(
    "select encode(sha256, 'hex') as sha256 from disclosure_file where role = 'package'",
  );
  expect(stored?.sha256).toBe(createHash('sha256').update(sealed).digest('hex'));
  const [entry] = await control.sql<{ open: string }>(
    "select open from record_entry where kind = 'disclosure'",
  );
  expect(JSON.parse(entry?.open ?? '{}').content).toMatchObject({ sha256: stored?.sha256, outcome: 'whole' });
  await told(id);
  expect(await mine()).toContain('handed over');
  expect(await statement()).toBe('once');
  expect(await control.sql("select 1 from mail where template = 'data_disclosed'")).toHaveLength(1);
  // Made again, with another passphrase, it is still one disclosure.
  const again = await cases.built(other, id);
  expect(again).not.toBe(passphrase);
  expect(await statement()).toBe('once');
  expect(await control.sql("select 1 from disclosure_file where role = 'package'")).toHaveLength(1);
  await control.sql("update disclosure_file set until = now() - interval '1 minute' where role = 'package'");
  expect((await cases.download(other, id)).status).toBe(404);
  expect((await cases.act(one, id, 'build')).status).toBe(409);
}, 60_000);

test('sealed for a certificate, it opens with its private key alone; content is answered with evidence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kept-court-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=Court/O=State'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  const id = await cases.opened(one, {
    kind: 'emergency',
    named: 'nobody@example.org',
    category_content_of_requests: 'yes',
    certificate: readFileSync(certificate, 'utf8'),
  });
  await cases.approved(one, other, id);
  expect(await cases.built(other, id)).toBe('');
  expect(await cases.row(id)).toMatchObject({ state: 'closed', outcome: 'nothing_held' });
  const files = opened(new Uint8Array(await (await cases.download(one, id)).arrayBuffer()), {
    key,
    certificate,
  });
  expect(files.get('README.txt')).toContain('CONTENT OF REQUESTS: NONE IS KEPT.');
  expect(files.get('README.txt')).toContain('/docs/data');
  expect(JSON.parse(files.get('manifest.json') ?? '{}')).toMatchObject({
    named: [{ name: 'nobody@example.org', held: false }],
    content_of_requests: { held: false },
  });
  expect(await statement()).toBe('once');
}, 60_000);

test('numbers are told in bands: none, a few, and steps of ten', () => {
  const bands = [0, 1, 9, 10, 19, 20].map(bandOf);
  expect(bands.map(({ at_least, at_most }) => `${at_least} to ${at_most}`)).toEqual([
    '0 to 0',
    '1 to 9',
    '1 to 9',
    '10 to 19',
    '10 to 19',
    '20 to 29',
  ]);
});

test('nobody does both: not the same person, not after narrowing, not by another account of theirs', async () => {
  const twin = await hireAs(control, 'Somebody Else', 'grace+two@example.org');
  const namesake = await hireAs(control, 'grace  PREPARES', 'gp@example.org');
  const id = await cases.opened(one, { named: 'ada@example.org' });
  await cases.act(one, id, 'prepare', CHECKED);
  for (const who of [one, twin, namesake]) {
    const answer = await cases.act(who, id, 'approve');
    expect([answer.status, await answer.text()]).toMatchObject([403, expect.stringContaining('Two people')]);
  }
  expect((await cases.act(other, id, 'back', { reason: 'Which account?' })).status).toBe(303);
  // Whoever prepares it now prepares; whoever entered it did so too.
  await cases.act(other, id, 'prepare', CHECKED);
  for (const who of [one, other]) expect((await cases.act(who, id, 'approve')).status).toBe(403);
  await expect(
    control.sql('update disclosure_case set approved_by = prepared_by where id = $1::uuid', [id]),
  ).rejects.toThrow('disclosure_case_two');
  expect((await cases.act(one, id, 'refuse', { reason: 'Not valid' })).status).toBe(303);
  expect(await cases.row(id)).toMatchObject({ state: 'closed', outcome: 'refused' });
  await told(id);
  expect(await mine()).toContain('nothing handed over');
}, 60_000);

test('an answer of the checklist that stands against it hinders a yes; less is answered with a reason', async () => {
  const id = await cases.opened(one, { named: 'ada@example.org' });
  expect((await cases.act(one, id, 'prepare', { ...CHECKED, valid: '' })).status).toBe(400);
  for (const [name, answer] of [
    ['valid', 'no'],
    ['jurisdiction', 'no'],
    ['scope', 'no'],
    ['narrower', 'yes'],
    ['notice', 'no'],
  ] as const) {
    await cases.act(one, id, 'prepare', { ...CHECKED, [name]: answer });
    expect((await cases.act(other, id, 'approve')).status, name).toBe(409);
    await cases.act(other, id, 'back', { reason: 'Look again' });
  }
  expect((await cases.act(one, id, 'narrow', { reason: 'x', 'category_user.device': 'yes' })).status).toBe(
    400,
  );
  expect((await cases.act(one, id, 'narrow', { 'category_user.name': 'yes' })).status).toBe(400);
  const less = await cases.act(one, id, 'narrow', {
    reason: 'The name answers it',
    'category_user.name': 'yes',
  });
  expect(less.status).toBe(303);
  await cases.approved(one, other, id);
  await announced(id);
  await cases.letTimePass(id);
  const passphrase = await cases.built(one, id);
  const files = opened(new Uint8Array(await (await cases.download(one, id)).arrayBuffer()), { passphrase });
  expect(JSON.parse(files.get('named-1/person.json') ?? '[]')).toEqual([{ name: 'Ada Example' }]);
  expect(await cases.row(id)).toMatchObject({ outcome: 'part' });
}, 60_000);

test('whoever is told before objects: it is approved anew, by somebody who can read it, and the look stands on their page', async () => {
  const id = await cases.opened(one, { named: 'ada@example.org' });
  await cases.approved(one, other, id);
  await announced(id);
  const [row] = await control.sql<{ id: string }>(
    "select replace(id::text, '-', '') as id from disclosure where case_id = $1::uuid",
    [id],
  );
  const object = (who: Browser, words: string) =>
    cases.post(who, '/console/disclosures', { do: 'object', disclosure: row?.id ?? '', words });
  const stranger = await somebody(control, 'eve@example.org');
  expect((await object(stranger, 'mine')).status).toBe(404);
  expect((await object(ada, ' ')).status).toBe(400);
  expect((await object(ada, 'I am not the one they look for')).status).toBe(303);
  expect((await object(ada, 'again')).status).toBe(409);
  expect((await cases.row(id)).state).toBe('prepared');
  expect((await cases.act(one, id, 'build')).status).toBe(409);
  const read = await (await cases.act(other, id, 'objections')).text();
  expect(read).toContain('I am not the one they look for');
  expect(await cases.text(ada, '/console/profile')).toContain('To read what you object');
  expect((await cases.act(other, id, 'refuse', { reason: 'Another person is meant' })).status).toBe(303);
  await told(id);
}, 60_000);

test('whose own data a case names learns of it as anybody does, and not at the desk', async () => {
  const id = await cases.opened(one, { named: 'edsger@example.org', ...cases.gag(30) }, cases.GAG_FILES);
  expect((await cases.page(other, `/desk/disclosures/${id}`)).status).toBe(404);
  expect(await cases.text(other, '/desk/disclosures')).not.toContain(id);
  expect((await cases.act(other, id, 'approve')).status).toBe(404);
  expect((await cases.download(other, id, 'document')).status).toBe(404);
  expect(await (await cases.download(one, id, 'document')).text()).toContain('the order, word for word');
  expect(await cases.steps(id)).toEqual(['open', 'look']);
});

test('an old sign-in, a role that is not enough, another site: refused', async () => {
  const support = await hireAs(control, 'Sue Supports', 'sue@example.org', 'support');
  const admin = await hireAs(control, 'Al Administers', 'al@example.org', 'admin');
  for (const who of [support, admin]) {
    expect((await cases.page(who, '/desk/disclosures')).status).toBe(403);
    expect((await cases.tryOpen(who, { named: 'ada@example.org' })).status).toBe(403);
  }
  const foreign = await cases.post(
    one,
    '/desk/disclosures/new',
    { kind: 'subpoena' },
    'https://elsewhere.example',
  );
  expect([400, 403]).toContain(foreign.status);
  await control.sql("update session set authenticated_at = now() - interval '11 minutes'");
  expect((await cases.tryOpen(one, { named: 'ada@example.org' })).status).toBe(403);
});
