/** Mails are signed by the sender's domain, so that another library says that they are (RFC 6376). */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dkimRecord, readConfig } from '../../src/config/index.ts';
import { mailFindings } from '../../src/processes/doctor/mail.ts';
import { Browser, form } from '../sign-in/browser.ts';
import { type MailServer, startMailServer } from '../sign-in/mail-server.ts';
import { startTestControl, type TestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { dkimpy, rsaKey, signedFields, testDkim, verify } from './signing.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-dkim-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pem = { type: 'pkcs8', format: 'pem' } as const;
const dkim = testDkim();

describe('a configuration', () => {
  const FROM = 'Kept <no-reply@example.org>';
  const read = (key: string | null, { from = FROM as string | undefined, ...more } = {}) => {
    const file = path.join(folder, 'config.json');
    rmSync(path.join(folder, 'dkim.pem'), { force: true });
    if (key !== null) writeFileSync(path.join(folder, 'dkim.pem'), key);
    const named = { domain: 'example.org', selector: 'kept2026', key: 'dkim.pem', ...more };
    writeFileSync(file, JSON.stringify({ mail: { ...(from && { from }), dkim: named } }));
    return readConfig({ KEPT_CONFIG: file }, folder).mail.dkim;
  };
  const good = rsaKey(2048);
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem) as string;
  const locked = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    ...pem,
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  }) as string;

  test.each<[string, string | null, object, RegExp]>([
    ['a key that is not there', null, {}, /dkim\.pem, which cannot be read: check/],
    ['a key that is none', 'not a key', {}, /which is no RSA key of 2048 to 4096 bits/],
    ['a key of another kind', ec, {}, /which is no RSA key/],
    ['a key that is too short', rsaKey(1024), {}, /which is no RSA key/],
    ['a key with a password', locked, {}, /which is no RSA key .* without a password/],
    ['a domain that is not the sender’s', good, { domain: 'example.com' }, /mails come from example\.org/],
    ['a domain that only ends alike', good, { domain: 'ple.org' }, /mails come from example\.org/],
    ['no sender at all', good, { from: '' }, /mails come from localhost/],
    ['a selector that is none', good, { selector: 'a b' }, /"mail\.dkim\.selector" is wrong/],
  ])('with %s is refused', (_, key, more, sentence) => {
    expect(() => read(key, more)).toThrow(sentence);
  });

  test.each([
    ['the sender’s', FROM],
    ['one above the sender’s', 'no-reply@mail.example.org'],
  ])('with a domain that is %s is taken', (_, from) => {
    expect(read(good, { from })).toEqual({ domain: 'example.org', selector: 'kept2026', privateKey: good });
  });
});

describe('doctor', () => {
  const mail = { smtpUrl: 'smtp://127.0.0.1', from: null, dkim };
  const { name, text } = dkimRecord(dkim);
  const saw = async (lookUp: Parameters<typeof mailFindings>[1], settings: object = mail) =>
    (await mailFindings({ mail: settings as typeof mail }, lookUp))[0];

  test('says what to publish where there is nothing, no name server, or another key', async () => {
    const other = dkimRecord(testDkim()).text;
    for (const lookUp of [
      async () => [],
      () => Promise.reject(new Error('ENOTFOUND')),
      async () => [[other]],
      async () => [['v=DKIM1; k=rsa']],
    ])
      expect(await saw(lookUp)).toMatchObject({
        state: 'warning',
        message: expect.stringContaining('kept2026._domainkey.example.org'),
        todo: expect.stringContaining(text),
      });
  });

  test('finds its own key, in however many pieces it is published', async () => {
    const pieces = [text.slice(0, 255), text.slice(255)];
    const lookUp = async (asked: string) => (asked === name ? [['v=spf1 -all'], pieces] : []);
    expect(await saw(lookUp)).toMatchObject({ state: 'ok' });
  });

  test('warns of mail that goes unsigned, and of nothing where none goes', async () => {
    expect(await saw(async () => [], { ...mail, dkim: null })).toMatchObject({ state: 'warning' });
    expect(await saw(async () => [], { ...mail, smtpUrl: null })).toBeUndefined();
  });
});

describe.skipIf('missing' in dkimpy)('service mail', () => {
  let postgres: TestPostgres;
  let mails: MailServer;
  let control: TestControl;
  beforeAll(async () => {
    postgres = await startPostgres();
    mails = await startMailServer();
    control = await startTestControl(postgres, {
      mail: { smtpUrl: mails.url, from: 'Kept <no-reply@example.org>', dkim },
    });
  });
  afterAll(async () => {
    await control?.end();
    await mails?.stop();
    await postgres?.stop();
  });

  test('is signed, and the signature breaks with what it covers', async () => {
    await new Browser(control.settings.siteUrl).post('/sign-up', form('signed@example.org'));
    const source = mails.sourceOf(await mails.next('signed@example.org'));
    expect(verify(source, dkim)).toBe('holds');
    expect(signedFields(source)).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'date']));
    const changed = (from: string, to: string) =>
      Buffer.from(source.toString('latin1').replace(from, to), 'latin1');
    expect(verify(changed('Subject: Confirm', 'Subject: Renounce'), dkim)).toBe('fails');
    expect(verify(changed('please', 'do not'), dkim)).toBe('fails');
    expect(verify(source, testDkim())).toBe('fails');
  });
});
