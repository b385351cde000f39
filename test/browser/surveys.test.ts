/** A survey in a browser: written at the desk, answered without JavaScript, changed, counted in groups. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { strengthen } from '../sign-in/person.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

const DAY_MS = 86_400_000;
let at: TestSite;
let browser: Browser;
let site: string;
let admin: Visitor;

beforeAll(async () => {
  at = await startSite();
  ({ browser, site } = at);
  admin = await visitor(browser, at.control, 'admin@example.org', { javaScriptEnabled: true }, 'admin');
  await strengthen(admin.api);
}, 60_000);
afterAll(async () => {
  await at?.stop();
});

test('a survey from its first word to its numbers', async () => {
  const desk = admin.page;
  await desk.goto(`${site}/desk/surveys`);
  await expectGoodLooks(desk, 'desk surveys none');
  await desk.getByRole('link', { name: 'Write one' }).click();
  await expectGoodLooks(desk, 'desk survey new');
  await desk.getByLabel('Title').fill('How you use it');
  await desk.getByLabel('What it is for').fill('So that we know what to build next.');
  await desk.getByLabel('Last day (UTC)').fill(new Date(Date.now() + 9 * DAY_MS).toISOString().slice(0, 10));
  await desk.getByRole('button', { name: 'Save it' }).click();
  for (const [text, kind, options] of [
    ['How often do you use it?', 'one', 'Every day\nEvery week\nNow and then'],
    ['What do you use it for?', 'some', 'Work\nStudy\nFun'],
    ['How good are the answers?', 'scale', ''],
    ['What is missing?', 'text', ''],
  ] as const) {
    await desk.getByRole('textbox', { name: 'Question' }).fill(text);
    await desk.getByLabel('Answered by').selectOption(kind);
    await desk.getByRole('textbox', { name: 'Answers' }).fill(options);
    await desk.getByRole('button', { name: 'Add the question' }).click();
    await desk.getByText(text).waitFor();
  }
  await expectGoodLooks(desk, 'desk survey draft');
  await desk.getByRole('button', { name: 'Open it' }).click();
  await desk.getByText('Whoever is signed in can answer it').waitFor();
  await expectGoodLooks(desk, 'desk survey open');
  const path = new URL(desk.url()).pathname.replace('/desk/', '/console/');

  const plain = await visitor(browser, at.control, 'grace@example.org');
  await plain.page.goto(`${site}/console/messages`);
  await plain.page.getByRole('link', { name: 'How you use it' }).click();
  await plain.page.getByLabel('Every week').check();
  await plain.page.getByLabel('Study').check();
  await plain.page.getByLabel('4', { exact: true }).check();
  await plain.page.getByLabel('What is missing?').fill('A dark mode for terminals.');
  await plain.page.getByRole('button', { name: 'Send my answers' }).click();
  expect(await plain.page.getByRole('status').textContent()).toContain('saved');
  expect(await plain.page.getByLabel('Every week').isChecked()).toBe(true);
  await plain.page.context().close();

  await desk.goto(site + path);
  await expectGoodLooks(desk, 'survey');
  await desk.getByLabel('Every day').check();
  await desk.getByLabel('What is missing?').fill('More tea.');
  await desk.getByRole('button', { name: 'Send my answers' }).click();
  await desk.getByRole('button', { name: 'Take my answers back' }).waitFor();
  await expectGoodLooks(desk, 'survey answered');
  await desk.goto(`${site}/console/messages`);
  await expectGoodLooks(desk, 'messages with surveys');
  await desk.goto(`${site}${path.replace('/console/', '/desk/')}`);
  await desk.getByRole('button', { name: 'Close it now, for good' }).click();
  await desk.getByText('It is over since').waitFor();
  await expectGoodLooks(desk, 'desk survey over');
  await desk.goto(`${site}/desk/surveys`);
  await expectGoodLooks(desk, 'desk surveys');
  await desk.goto(site + path);
  await expectGoodLooks(desk, 'survey over');
});
