/** The register of recipients: made from configuration and data map, shown to everybody, entered when it changes (DISCLOSE-2). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config/index.ts';
import { UNPAID_DEFAULTS } from '../../src/control/payments/unpaid/settings.ts';
import { placesOf, registerOf } from '../../src/control/processors/index.ts';
import type { PlaceSettings } from '../../src/control/processors/places.ts';
import { recipientFindings } from '../../src/processes/doctor/recipients.ts';
import { processorSettings } from '../../src/processes/supervisor/processors.ts';
import { openSite } from '../../src/site/server.ts';
import { startTestControl } from '../support/control.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { visibleText } from '../support/visible-text.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
});

const MAIL = {
  name: 'Example Mail GmbH',
  region: 'Germany',
  keeps: 'logs of delivery for 7 days',
  contract: 'processing agreement of 2026-03-01',
};
const NOTHING: PlaceSettings = {
  host: '0.0.0.0',
  sitePort: 8080,
  apiUrl: 'https://api.example.org',
  databaseUrl: 'postgres://kept:secret@/kept?host=/run/kept',
  mail: { smtpUrl: null, from: null },
  mailDoor: { listen: null, imapUrl: null },
  stripe: null,
  providers: [],
  drp: null,
  engines: [],
  witnesses: [],
};

function configured(file: object, environment: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'kept-processors-'));
  try {
    writeFileSync(join(folder, 'kept.config.json'), JSON.stringify(file));
    return readConfig(environment, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('places are those of the configuration, with the ports that their protocols have', () => {
  const keyed = placesOf({
    ...NOTHING,
    mail: { smtpUrl: 'smtps://user:pass@mail.example.org', from: null },
    mailDoor: { listen: null, imapUrl: 'imaps://a:b@imap.example.org:1993/INBOX' },
    stripe: {
      secretKey: 'a',
      webhookSecret: 'b',
      apiUrl: 'https://api.stripe.com',
      tax: 'off',
      plans: [],
      unpaid: UNPAID_DEFAULTS,
    },
    engines: [
      { number: 0, url: 'http://localhost/v1', socket: '/run/engine.sock', key: null },
      { number: 1, url: 'https://engine.example/v1', socket: null, key: null },
    ],
    witnesses: [{ key: 'w+1+x', url: 'https://witness.example' }],
    drp: {
      businessId: 'US',
      privateCallbacks: false,
      agents: [{ id: 'AGENT', name: 'Agent', verifyKey: '', callbackHost: 'agent.example:8443' }],
    },
  }).map(({ recipient, path, host, port }) => `${recipient}: ${path ?? `${host}:${port}`}`);
  expect(keyed).toEqual([
    'self: 127.0.0.1:8080',
    'self: api.example.org:443',
    'database: /run/kept/.s.PGSQL.5432',
    'mail: mail.example.org:465',
    'mailbox: imap.example.org:1993',
    'payments: api.stripe.com:443',
    'agent AGENT: agent.example:8443',
    'engine 0: /run/engine.sock',
    'engine 1: engine.example:443',
    'witness 0: witness.example:443',
  ]);
  const [, , database] = placesOf({ ...NOTHING, databaseUrl: 'postgres://a:b@db.example.org:6432/kept' });
  expect(database).toEqual({ recipient: 'database', host: 'db.example.org', port: 6432 });
});

test('what the operator says of a processor is taken whole or refused', async () => {
  const env = { SMTP_URL: 'smtps://a:b@192.0.2.7', DATABASE_URL: 'postgres://a:b@127.0.0.1/kept' };
  expect(await processorSettings(configured({ processors: { mail: MAIL } }, env))).toEqual([
    { id: 'database', own: true, terms: null },
    { id: 'mail', own: false, terms: MAIL },
  ]);
  expect(() => configured({ processors: { mail: { ...MAIL, contract: '' } } })).toThrow(
    /processors\.mail\.contract/,
  );
  expect(() => configured({ processors: { carrier: MAIL } })).toThrow(/carrier/);
});

test('whoever is not named is shown as such, and the operator is told', () => {
  const register = registerOf({
    processors: [
      { id: 'mail', own: false, terms: null },
      { id: 'mailbox', own: true, terms: null },
      { id: 'payments', own: false, terms: { ...MAIL, name: 'Stripe Payments Europe' } },
    ],
    providers: [],
    drp: null,
    declarations: [],
    witnesses: [],
  });
  expect(register.map(({ id, name, own }) => ({ id, name, own }))).toEqual([
    { id: 'mail', name: null, own: false },
    { id: 'mailbox', name: null, own: true },
    { id: 'payments', name: 'Stripe Payments Europe', own: false },
  ]);
  const findings = recipientFindings({ unsaid: ['mail'], refused: 0, refused_places: [], waiting: [] });
  expect(findings).toMatchObject([{ state: 'warning' }, { state: 'ok' }]);
  // Field by field, from the data map.
  const mail = register[0]?.gets.flatMap(({ fields }) => fields);
  expect(mail).toEqual(['person.email', 'mail.to', 'mail.values']);
});

test('everybody can read it, and a change stands in the record once', async () => {
  const mail = { id: 'mail', own: false, terms: MAIL } as const;
  const control = await startTestControl(postgres, { processors: [mail] }, openSite);
  const { siteUrl } = control.settings;
  const entries = () => control.sql("select open from record_entry where kind = 'recipients' order by at");
  try {
    const reply = await fetch(`${siteUrl}/privacy/processors`);
    expect(reply.status).toBe(200);
    const text = visibleText(await reply.text());
    for (const words of [MAIL.name, MAIL.region, MAIL.keeps, MAIL.contract, 'E-mail address'])
      expect(text).toContain(words);
    const { recipients } = (await (await fetch(`${siteUrl}/api/privacy/processors`)).json()) as {
      recipients: unknown[];
    };
    expect(recipients).toMatchObject([{ id: 'mail', name: MAIL.name, role: 'processor' }]);
    expect(await entries()).toHaveLength(1);
    await control.stop();
    await control.start();
    expect(await entries()).toHaveLength(1);
    await control.stop();
    Object.assign(control.settings, { processors: [mail, { id: 'mailbox', own: true, terms: null }] });
    await control.start();
    expect(await entries()).toHaveLength(2);
  } finally {
    await control.end();
  }
});
