/** Providers in the configuration: what is wrong ends the start with a sentence; secrets come from the environment only. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'kept-providers-'));
const file = path.join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const work = {
  id: 'work',
  name: 'Work',
  kind: 'oidc',
  issuer: 'https://login.example.org/realms/staff/',
  client_id: 'kept',
  client_secret_env: 'WORK_SECRET',
};
const read = (...providers: object[]) => {
  writeFileSync(file, JSON.stringify({ sign_in: { providers } }));
  return readConfig({ KEPT_CONFIG: file, WORK_SECRET: 'hush' }, folder);
};

test('a provider is read with what it leaves out', () => {
  expect(read(work, { ...work, id: 'github', kind: 'github', issuer: undefined }).providers).toMatchObject([
    { issuer: work.issuer, clientSecret: 'hush', scopes: ['openid', 'email', 'profile'], groups: null },
    { issuer: 'https://github.com', scopes: ['read:user', 'user:email'], clientAuth: null },
  ]);
  const groups = { claim: 'groups', roles: { 'kept-admins': 'admin' } };
  expect(read({ ...work, groups }).providers[0]?.groups).toEqual(groups);
  expect(read({ ...work, issuer: 'http://localhost:9000' }).providers).toHaveLength(1);
});

const groups = { claim: 'groups', roles: { a: 'admin' } };
test.each<[string, object[], RegExp]>([
  ['no issuer', [{ ...work, issuer: undefined }], /"work" names no "issuer": set it/],
  ['an issuer without TLS', [{ ...work, issuer: 'http://login.example.org' }], /must begin with https/],
  ['a secret that is not set', [{ ...work, client_secret_env: 'NONE' }], /variable NONE, which is empty/],
  ['a secret in the file', [{ ...work, client_secret: 'hush' }], /client_secret" is wrong: is not a key/],
  ['two of one id', [work, work], /Two providers have the id "work"/],
  ['an id that no address takes', [{ ...work, id: 'At Work' }], /"sign_in\.providers\.0\.id"/],
  ['the id of passwords', [{ ...work, id: 'credential' }], /is taken by passwords/],
  ['an unknown kind', [{ ...work, kind: 'saml' }], /"sign_in\.providers\.0\.kind"/],
  ['scopes without openid', [{ ...work, scopes: ['email'] }], /leaves "openid" out/],
  ['groups of GitHub', [{ ...work, kind: 'github', groups }], /names no groups/],
  [
    'groups of two',
    [
      { ...work, groups },
      { ...work, id: 'b', groups },
    ],
    /can follow from one only/,
  ],
  ['a role that is none', [{ ...work, groups: { claim: 'g', roles: { a: 'boss' } } }], /groups\.roles\.a/],
])('%s', (_, providers, sentence) => {
  expect(() => read(...providers)).toThrow(sentence);
});
