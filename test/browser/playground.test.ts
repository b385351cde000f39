/**
 * The playground in a real browser, before a real gateway: a conversation with everything that belongs to it, and what is
 * refused. Afterwards nothing of what was said is anywhere but at the engine: not in control, its database, its keys, its
 * logs, not in what the browser keeps, and not in anything that the browser sent to the site.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { told, Watched } from '../canaries/everywhere.ts';
import { axeFindings } from '../support/axe.ts';
import { startBrowser } from '../support/browser.ts';
import { newCanary } from '../support/canary.ts';
import { ROOT } from '../support/instance.ts';
import { honest } from '../support/lies/answers.ts';
import { chunk, DONE, event, LAST_CHUNK, STREAM_HEAD, usageOf } from '../support/lies/say.ts';
import { type LyingEngine, startLyingEngine } from '../support/lying-engine.ts';
import { enter } from './enter.ts';

const START_MS_MAX = 180_000;

let engine: LyingEngine;
let watched: Watched;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Address of the account's overview. */
let account: string;
/** `kept_sk_…` that a program uses. */
let ownKey: string;
/** What was said, and by which way. */
const said = new Map<string, string>();
/** Everything that the browser asked, with what it sent. */
const requests: { readonly url: string; readonly body: string; readonly headers: string }[] = [];

const canary = (way: string): string => {
  const made = newCanary();
  said.set(made, way);
  return made;
};

beforeAll(async () => {
  engine = await startLyingEngine();
  watched = await Watched.start(ROOT, { engineUrl: engine.url, env: { KEPT_LOG_LEVEL: 'debug' } });
  const { kept } = watched;
  ownKey = (await kept.account({ email: 'ada@example.org' })).key;
  await kept.account({ email: 'mallory@example.org' });
  browser = await startBrowser();
  context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  account = await enter(page, kept, 'ada@example.org');
  page.on('request', (request: Request) => {
    const headers = JSON.stringify(request.headers());
    requests.push({ url: request.url(), body: request.postData() ?? '', headers });
  });
}, START_MS_MAX);

afterAll(async () => {
  await browser?.close();
  await watched?.kept.stop().catch(() => {});
  await engine?.stop();
  watched?.remove();
}, START_MS_MAX);

const message = () => page.getByLabel('Your message');
const answers = () => page.locator('.turn.model');
const lastAsked = () => engine.heard.at(-1)?.json as Record<string, unknown>;

async function send(text: string): Promise<void> {
  const before = await answers().count();
  await message().fill(text);
  await message().press('Control+Enter');
  await answers().nth(before).waitFor();
}

/** The last answer is whole. */
const whole = () => answers().last().locator('.facts-line').waitFor();

test('a conversation: several turns, parameters, usage and price, all of it straight to the gateway', async () => {
  await page.goto(`${account}/playground`);
  const [first, system, second] = [
    canary('first message'),
    canary('system message'),
    canary('second message'),
  ];
  await page.getByLabel('System message').fill(`Be short. ${system}`);
  await page.getByLabel('Temperature').fill('0.5');
  await page.getByLabel('Top p').fill('0.9');
  await page.getByLabel('Max tokens').fill('100');
  await page.getByLabel('Seed').fill('7');
  await send(`Name a river. ${first}`);
  await whole();
  expect(await answers().last().locator('.said').textContent()).toContain(first);
  expect(await answers().last().locator('.facts-line').textContent()).toMatch(
    /^\d+ tokens in, 8 out · \$0\.0000\d+$/,
  );
  expect(lastAsked()).toMatchObject({ temperature: 0.5, top_p: 0.9, seed: 7 });
  expect(await page.getByRole('status').last().textContent()).toContain(first);
  await send(`And another. ${second}`);
  await whole();
  const roles = (lastAsked().messages as { role: string }[]).map(({ role }) => role);
  expect(roles).toEqual(['system', 'user', 'assistant', 'user']);
  expect(await axeFindings(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await page.setViewportSize({ width: 1280, height: 900 });
});

test('the same request as code does what the page did', async () => {
  await page.getByText('The same request as code').click();
  const curl = await page.getByLabel('The request with curl').textContent();
  const env = { PATH: process.env.PATH, KEPT_KEY: ownKey };
  const before = lastAsked();
  const { stdout } = await promisify(execFile)('bash', ['-c', curl as string], { env });
  expect(JSON.parse(stdout).usage.completion_tokens).toBe(8);
  const { stream, stream_options, ...same } = before;
  expect(lastAsked()).toMatchObject(same);
  const node = await page.getByLabel('The request from Node').textContent();
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', node as string], {
    env,
    cwd: ROOT,
  });
  expect(lastAsked()).toMatchObject(same);
  const python = (await page.getByLabel('The request from Python').textContent()) as string;
  const checked = await promisify(execFile)('python3', [
    '-c',
    'import ast, sys; ast.parse(sys.argv[1])',
    python,
  ]);
  expect(checked.stderr).toBe('');
});

test('an answer that is stopped stays as far as it came, and the conversation goes on', async () => {
  await send(`play:slow ${canary('stopped message')}`);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped. What came until then is charged.').waitFor();
  engine.next.push(async (stage) => {
    await stage.write(STREAM_HEAD);
    const call = { index: 0, id: 'call_1', function: { name: 'weather', arguments: '{"city":"Ulm"}' } };
    const delta = (part: object, finish_reason: string | null = null) =>
      stage.write(chunk(event({ choices: [{ index: 0, delta: part, finish_reason }] })));
    await delta({ tool_calls: [call] });
    await delta({}, 'tool_calls');
    await stage.write(chunk(event({ choices: [], usage: usageOf(9, 4) })) + chunk(DONE) + LAST_CHUNK);
  });
  await page.getByRole('button', { name: 'Forget this conversation' }).click();
  await page.getByText('Tools', { exact: true }).click();
  await page
    .getByLabel('Tools, in JSON')
    .fill('[{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}]');
  await send('How is the weather?');
  await page.getByText('weather({"city":"Ulm"})').waitFor();
  const result = canary('what a tool said');
  await page.getByLabel('What weather answers').fill(result);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.turn.model').nth(1).locator('.facts-line').waitFor();
  expect((lastAsked().messages as object[]).slice(2)).toEqual([
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Ulm"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: result },
  ]);
});

test('an answer by a schema; and what is no JSON is told before anything is sent', async () => {
  await page.getByText('Form of the answer').click();
  await page.getByLabel('Form', { exact: true }).selectOption('JSON by a schema');
  await page.getByLabel('JSON schema').fill('{"type": ');
  const before = engine.heard.length;
  const draft = canary('never sent');
  await message().fill(draft);
  await page.getByRole('button', { name: 'Send' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('JSON schema: this is not JSON.');
  expect(await message().inputValue()).toBe(draft);
  expect(engine.heard.length).toBe(before);
  await page.getByLabel('JSON schema').fill('{"type": "object"}');
  await send(draft);
  await whole();
  expect(lastAsked().response_format).toMatchObject({ type: 'json_schema' });
});

test('what fails says what to do, with its code, and can be asked again', async () => {
  await page.getByRole('button', { name: 'Forget this conversation' }).click();
  engine.otherwise = (stage) => {
    stage.socket.destroy();
  };
  await send(canary('failed message'));
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(/engine.*req_[0-9a-f]{32}/s);
  expect(await axeFindings(page)).toEqual([]);
  engine.otherwise = honest;
  await page.getByRole('button', { name: 'Ask again' }).click();
  await whole();
  expect(await alert.count()).toBe(0);
});

test('a key that ended is made anew by itself', async () => {
  const { kept } = watched;
  const listed = async () =>
    JSON.parse(
      (await kept.kept(['key', 'list', '--account', 'ada@example.org', '--json'])).stdout,
    ).keys.filter(({ use }: { use: string }) => use === 'playground');
  const [key, ...others] = await listed();
  expect(others).toEqual([]);
  expect(Date.parse(key.expires_at) - Date.now()).toBeLessThan(5 * 60_000);
  await kept.kept(['key', 'revoke', key.id]);
  await send('Still there?');
  await whole();
  expect(await listed()).toMatchObject([{ id: key.id, state: 'active', limits: { rpm: 30 } }]);
});

test('whoever may not, gets no key: strangers, other accounts, other sites', async () => {
  const id = new URL(account).pathname.split('/')[2];
  const { origin } = new URL(account);
  const asks = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${origin}/api/accounts/${path}/playground-key`, { method: 'POST', headers });
  const json = { 'content-type': 'application/json' };
  expect((await asks(id as string, json)).status).toBe(401);
  const other = await browser.newContext();
  const theirs = await enter(await other.newPage(), watched.kept, 'mallory@example.org');
  const cookie = (await other.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  expect((await asks(id as string, { ...json, cookie })).status).toBe(404);
  expect((await asks('acct_nonsense', { ...json, cookie })).status).toBe(404);
  const own = new URL(theirs).pathname.split('/')[2] as string;
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
    expect((await asks(own, { cookie, ...headers })).status).toBe(403);
  }
  expect((await asks(own, { ...json, cookie })).status).toBe(201);
  expect((await asks(own, { ...json, cookie })).status).toBe(429);
  const strange = await other.newPage();
  expect((await strange.goto(`${account}/playground`))?.status()).toBe(404);
  await other.close();
});

test('without JavaScript the page says that it needs it, and has the request for a terminal', async () => {
  const plain = await browser.newContext({
    javaScriptEnabled: false,
    storageState: await context.storageState(),
  });
  const bare = await plain.newPage();
  await bare.goto(`${account}/playground`);
  expect(await bare.locator('noscript').textContent()).toContain('needs JavaScript');
  expect(await bare.getByLabel('Your message').isDisabled()).toBe(true);
  await bare.getByText('The same request as code').click();
  expect(await bare.getByLabel('The request with curl').isVisible()).toBe(true);
  await plain.close();
});

test(
  'nothing of what was said is kept, or came near the site',
  async () => {
    const canaries = [...said.keys()];
    expect(canaries.filter((each) => !engine.heard.some(({ body }) => body.includes(each)))).toEqual([]);
    const { host } = new URL(account);
    const toSite = requests.filter(({ url }) => new URL(url).host === host);
    expect(toSite.length).toBeGreaterThan(0);
    expect(canaries.filter((each) => JSON.stringify(toSite).includes(each))).toEqual([]);
    const kept = (await page.evaluate(`(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      history: history.state,
    }))()`)) as object;
    expect(canaries.filter((each) => JSON.stringify(kept).includes(each))).toEqual([]);
    expect({ ...kept, history: null, session: null }).toEqual({
      local: {},
      session: null,
      databases: [],
      caches: [],
      history: null,
    });
    expect((await context.cookies()).map(({ name }) => name)).toEqual(['kept_session']);
    await page.reload();
    expect(await answers().count()).toBe(0);
    expect(await message().inputValue()).toBe('');
    await browser.close();
    expect(told(await watched.searchRunning(canaries), said)).toEqual([]);
    await watched.kept.stop();
    expect(told(await watched.searchStopped(canaries), said)).toEqual([]);
  },
  START_MS_MAX,
);
