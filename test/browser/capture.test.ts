/** Debug capture as an owner and the staff see it, in a real browser: switched on, read, and taken back. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealCaptured } from '../../src/link/captured.ts';
import { newId } from '../../src/link/ids.ts';
import { encode } from '../../src/link/wire.ts';
import { type Capture, UP } from '../../src/link/words.ts';
import { strengthen } from '../sign-in/person.ts';
import type { TestControl } from '../support/control.ts';
import type { LinkClient } from '../support/link-client.ts';
import { expectGoodLooks, type Visitor, visitor } from './members.ts';
import { startSite, type TestSite } from './site.ts';

let control: TestControl;
let browser: Browser;
let site: string;
let stop: TestSite['stop'];
let ada: Visitor;
let staff: Visitor;
let gateway: LinkClient;

beforeAll(async () => {
  ({ control, browser, site, stop } = await startSite());
  ada = await visitor(browser, control, 'ada@example.org', { javaScriptEnabled: true });
  staff = await visitor(browser, control, 'sam@example.org', { javaScriptEnabled: true }, 'support');
  await strengthen(staff.api);
  gateway = await control.gateway();
});
afterAll(async () => {
  gateway?.close();
  await stop?.();
});

const place = () => `${site}/console/${ada.account}/capture`;
const ASKED = JSON.stringify({
  model: 'smollm2-135m-instruct',
  messages: [{ role: 'user', content: 'Why does this answer end in the middle of a sent' }],
  max_tokens: 8,
});
const ANSWERED = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'Because you' }, finish_reason: 'length' }],
});

function hand({ id: capture, key }: Capture, status: number): string {
  const account = ada.account.slice(5);
  const request = newId();
  const content = { asked: ASKED, answered: status === 0 ? '' : ANSWERED, cut: false };
  const sealed = sealCaptured(Buffer.from(key, 'hex'), { account, capture, request }, content);
  const said = { request, account, capture, endpoint: 'chat', at: Date.now(), status } as const;
  gateway.socket.write(encode(UP, 'captured', { ...said, sealed: sealed.toString('base64') }));
  return request;
}

test('an owner switches it on, reads what was kept, sees who looked, and takes it back', async () => {
  const { page } = ada;
  await page.goto(place());
  await expectGoodLooks(page, 'debug capture off');
  await page.getByLabel('For how long').selectOption('three days');
  await page.getByRole('button', { name: 'Yes, keep them for that long' }).click();
  await page.getByText('An owner asked for the requests').waitFor();
  const { capture } = await gateway.until('account', (body) => body.capture !== null);
  const request = hand(capture as Capture, 200);
  hand(capture as Capture, 404);
  hand(capture as Capture, 0);
  for (let rows = 0; rows < 3; ) rows = (await control.sql('select 1 from captured_request')).length;
  await staff.page.goto(`${site}/desk/captures`);
  await expectGoodLooks(staff.page, 'captures at the desk');
  await staff.page.getByRole('link', { name: ada.account }).click();
  await staff.page.getByRole('heading', { name: 'A debug capture' }).waitFor();
  await expectGoodLooks(staff.page, 'a capture at the desk');
  await staff.page.getByRole('link', { name: `req_${request}` }).click();
  await staff.page.getByLabel('Why you look').fill('They called: answers end too early');
  await expectGoodLooks(staff.page, 'a captured request at the desk');
  await staff.page.getByRole('button', { name: 'Open it' }).click();
  await staff.page.getByText('in the middle of a sent').waitFor();
  await expectGoodLooks(staff.page, 'a captured request opened');
  await page.goto(place());
  await page.getByText('They called: answers end too early').waitFor();
  expect(await page.getByRole('row').count()).toBe(4);
  await expectGoodLooks(page, 'debug capture on');
  await page.getByRole('link', { name: `req_${request}` }).click();
  await page.getByText('in the middle of a sent').waitFor();
  await expectGoodLooks(page, 'a request that was kept');
  await page.goto(place());
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('The key is destroyed').waitFor();
  await expectGoodLooks(page, 'debug capture over');
  expect(await page.getByText('An owner asked for the requests').count()).toBe(0);
});
