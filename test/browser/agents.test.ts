/** Agents who ask for others, as the people, the agents and the staff see it in a real browser, without JavaScript. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PDF } from '../agents/people.ts';
import { Agent, BUSINESS } from '../drp/agent.ts';
import { proofIn, requestsOf } from '../requests/people.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let officer: Visitor;

const WITH_AXE = { javaScriptEnabled: true };
const agent = new Agent('AGENT_ONE');

beforeAll(async () => {
  const drp = { businessId: BUSINESS, agents: [agent.settings()], privateCallbacks: false };
  ({ control, browser, site, stop } = await startSite({ drp }));
  ada = await visitor(browser, control, 'ada@example.org', WITH_AXE);
  officer = await visitor(browser, control, 'officer@example.org', WITH_AXE, 'privacy');
  await strengthen(officer.api);
  await agent.at(site).setUp();
});
afterAll(async () => {
  await stop?.();
});

const text = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? '';

test('an agent’s program asks: the person is asked whether they let it, and the desk sees whose word it is', async () => {
  const { page } = ada;
  const { body } = await agent.exercise('access', { email: 'ada@example.org', name: 'Ada', regime: 'ccpa' });
  await officer.page.goto(`${site}/desk/requests/${body.request_id.replaceAll('-', '')}`);
  expect(await text(officer.page)).toContain('AGENT_ONE for people, whose word about them is no proof');
  await officer.page.getByRole('button', { name: 'Open what was written' }).click();
  await expectGoodLooks(officer.page, 'desk request of an agent');
  const letter = await requestsOf(control).letter('request_proof_agent');
  await page.goto(`${site}/privacy/requests/prove?token=${proofIn(letter)}`);
  await expectGoodLooks(page, 'request prove for an agent');
  await page.getByRole('button', { name: 'I let them: go on' }).click();
  expect(await text(page)).toContain('AGENT_ONE for people');
  await expectGoodLooks(page, 'request by an agent');
});

test('somebody asks for somebody else with a proof: looked at, and found to be none', async () => {
  const context = await browser.newContext(WITH_AXE);
  const page = await context.newPage();
  await page.goto(`${site}/privacy/requests`);
  await page.getByRole('link', { name: 'Do it here' }).click();
  await expectGoodLooks(page, 'requests as an agent');
  await page.getByLabel('Who you are').fill('Lovelace & Co.');
  await page.getByLabel('Their e-mail address').fill('ada@example.org');
  await page.getByLabel('What they ask for').selectOption('portability');
  await page
    .getByLabel('The proof')
    .setInputFiles({ name: 'proof.pdf', mimeType: 'text/html', buffer: Buffer.from('no') });
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('must be a PDF, JPEG or PNG');
  expect(await page.getByLabel('Who you are').inputValue()).toBe('Lovelace & Co.');
  await expectGoodLooks(page, 'requests as an agent refused');
  await page.getByLabel('The proof').setInputFiles({ name: 'x', mimeType: '', buffer: PDF });
  await page.getByRole('button', { name: 'Send the request' }).click();
  expect(await text(page)).toContain('a mail with a link is on its way there');
  const address = page.url();
  await expectGoodLooks(page, 'request of an agent waits');

  await officer.page.goto(`${site}/desk/requests`);
  await officer.page.getByRole('link', { name: 'My data, to take elsewhere' }).first().click();
  const download = officer.page.waitForEvent('download');
  await officer.page.getByRole('button', { name: 'Download the proof' }).click();
  expect((await download).suggestedFilename()).toMatch(/^proof-[0-9a-f]{32}\.pdf$/);
  await officer.page.reload();
  await expectGoodLooks(officer.page, 'desk request with a proof');
  await officer.page.getByRole('button', { name: 'It does not' }).click();
  expect(await text(officer.page)).toContain('What was shown is no proof');
  await page.goto(address);
  expect(await text(page)).toContain('did not show that you let them');
  await expectGoodLooks(page, 'request of an agent refused');
  await context.close();
});
