/** The data processing agreement and objections to engines in a browser: read, accepted, kept; objected to and taken back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

const engine = (number: number, region: string) => ({
  number,
  name: `An engine with a name of some length ${number}`,
  region,
  retentionDays: 0,
  trains: false,
  declaredBy: 'test',
  until: null,
});

let at: TestSite;
let ada: Visitor;
let viewer: Visitor;
beforeAll(async () => {
  at = await startSite({
    declarations: [engine(1, 'eu-1'), engine(2, 'us-1')],
    processors: [
      {
        id: 'mail',
        own: false,
        terms: {
          name: 'Example Mail Incorporated, Limited and Partners',
          region: 'Germany, and wherever its own mail servers are',
          keeps: '7 days, then nothing but totals',
          contract: 'Data processing agreement of 2026-01-31',
        },
      },
    ],
  });
  ada = await visitor(at.browser, at.control, 'ada@example.org', { javaScriptEnabled: true });
  viewer = await visitor(at.browser, at.control, 'viewer@example.org', { javaScriptEnabled: true });
}, 60_000);
afterAll(() => at?.stop());

test('read by everybody, accepted by an owner, and kept as it was', async () => {
  const { page } = ada;
  await page.goto(`${at.site}/dpa`);
  await expectGoodLooks(page, 'agreement for everybody');
  await page.goto(`${at.site}/console/${ada.account}/agreement`);
  await expectGoodLooks(page, 'agreement not accepted');
  await page.getByLabel(/I accept version/).check();
  await page.getByRole('button', { name: 'Accept it' }).click();
  await page.getByText('As it was on that day').waitFor();
  await expectGoodLooks(page, 'agreement accepted');
  await page.getByRole('link', { name: 'to print' }).click();
  await expectGoodLooks(page, 'agreement to print');
});

test('who owns nothing reads it, and cannot accept it', async () => {
  await at.control.sql(
    `insert into membership (account_id, person_id, role)
     select $1::uuid, person_id, 'viewer' from membership where account_id = $2::uuid`,
    [ada.account.slice(5), viewer.account.slice(5)],
  );
  const { page } = viewer;
  await page.goto(`${at.site}/console/${ada.account}/agreement`);
  expect(await page.getByRole('button', { name: 'Accept it' }).count()).toBe(0);
  await at.control.sql('delete from dpa_acceptance');
  await page.reload();
  await expectGoodLooks(page, 'agreement of a viewer');
});

test('an owner objects to an engine and takes it back; everybody sees who gets what', async () => {
  const { page } = ada;
  const terms = `${at.site}/console/${ada.account}/terms`;
  await page.goto(terms);
  await expectGoodLooks(page, 'objections none');
  const box = page.locator('[aria-labelledby="objections"] input[type="checkbox"]').first();
  await box.check();
  await page.getByRole('button', { name: 'Save the objections' }).click();
  await page.waitForLoadState();
  await expectGoodLooks(page, 'objections one');
  expect(await box.isChecked()).toBe(true);
  await page.goto(`${at.site}/privacy/processors`);
  await expectGoodLooks(page, 'processors for everybody');
});

test('another mail server and an engine that are to come are announced to everybody', async () => {
  const { page } = ada;
  await at.control.stop();
  Object.assign(at.control.settings, {
    declarations: [
      ...at.control.settings.declarations,
      { ...engine(3, 'apac-1'), declaredBy: 'Example Ltd' },
    ],
    processorsComing: [
      {
        id: 'mail',
        own: false,
        terms: {
          name: 'Another Mail Company with Partners',
          region: 'Ireland',
          keeps: 'logs of delivery for 3 days',
          contract: 'Data processing agreement of 2026-11-02',
        },
      },
    ],
  });
  await at.control.start();
  await page.goto(`${at.site}/privacy/processors`);
  expect(await page.getByText('Announced: ').count()).toBe(2);
  await expectGoodLooks(page, 'processors announced');
  await page.goto(at.site);
  await expectGoodLooks(page, 'first page with somebody who is to come');
});
