/**
 * The site: processor time of control's process for each public page, weight of the scripts that pages load, and how
 * many sign-ins a second are answered. On a whole instance; what asks is another process than what answers.
 */
import { request } from 'node:http';
import type { Page } from 'playwright-core';
import { enter } from '../test/browser/enter.ts';
import { startBrowser } from '../test/support/browser.ts';
import { type Instance, startKept } from '../test/support/instance.ts';
import { startLyingEngine } from '../test/support/lying-engine.ts';
import { PUBLIC_PAGES, SIGN_IN_PAGES } from '../test/support/public-pages.ts';
import type { Figure } from './figures.ts';
import { cpuMicros } from './measure.ts';

export interface SiteEffort {
  /** Requests for each page, after as many that are not counted. */
  readonly requests: number;
  readonly signIns: number;
}

const PAGES = [...PUBLIC_PAGES, '/privacy/versions/1', ...SIGN_IN_PAGES];
const RENDER_MS_MAX = 10;
const KB = 1024;
const PUBLIC_BYTES_MAX = 60 * KB;
const CONSOLE_BYTES_MAX = 180 * KB;
/** Fewer than wait for their turn at most, so that nobody is sent away. */
const AT_ONCE = 50;

export async function siteBench(effort: SiteEffort, say: (line: string) => void): Promise<Figure[]> {
  const engine = await startLyingEngine();
  const kept = await startKept({
    engineUrl: engine.url,
    env: { KEPT_TRUSTED_PROXIES: '127.0.0.1/32', KEPT_LOG_LEVEL: 'warn' },
  });
  try {
    return [
      ...(await renders(kept, effort.requests, say)),
      ...(await weights(kept, say)),
      await signIns(kept, effort.signIns, say),
    ];
  } finally {
    await kept.stop();
    await engine.stop();
  }
}

async function renders(kept: Instance, requests: number, say: (line: string) => void): Promise<Figure[]> {
  const [pid] = kept.pids('control') as [number];
  const figures: Figure[] = [];
  const ask = async (page: string): Promise<void> => {
    for (let i = 0; i < requests; i++) {
      const answer = await fetch(kept.siteUrl + page);
      await answer.text();
      if (answer.status !== 200) throw new Error(`${page} answers ${answer.status}`);
    }
  };
  for (const page of PAGES) {
    await ask(page);
    const before = cpuMicros(pid);
    await ask(page);
    const ms = (cpuMicros(pid) - before) / requests / 1000;
    say(`${page}: ${ms.toFixed(2)} ms of processor time`);
    figures.push({
      what: `Processor time to answer \`${page}\``,
      ours: `${ms.toFixed(2)} ms`,
      peer: '–',
      outcome: `${ms.toFixed(2)} ms`,
      goal: `≤ ${RENDER_MS_MAX} ms`,
      met: ms <= RENDER_MS_MAX,
    });
  }
  return figures;
}

async function weights(kept: Instance, say: (line: string) => void): Promise<Figure[]> {
  await kept.account({ email: 'bench@example.org' });
  const browser = await startBrowser();
  try {
    const page = await (await browser.newContext()).newPage();
    let heaviest = { path: '', bytes: -1 };
    for (const path of PAGES) {
      const bytes = await scriptBytes(page, kept.siteUrl + path);
      if (bytes > heaviest.bytes) heaviest = { path, bytes };
    }
    const account = await enter(page, kept, 'bench@example.org');
    const playground = await scriptBytes(page, `${account}/playground`);
    say(`script of ${heaviest.path}: ${heaviest.bytes} bytes; of the playground: ${playground}`);
    return [
      weight(`the heaviest public page (\`${heaviest.path}\`)`, heaviest.bytes, PUBLIC_BYTES_MAX),
      weight('the playground', playground, CONSOLE_BYTES_MAX),
    ];
  } finally {
    await browser.close();
  }
}

const weight = (of: string, bytes: number, most: number): Figure => ({
  what: `Script of ${of}, compressed`,
  ours: `${(bytes / KB).toFixed(1)} KB`,
  peer: '–',
  outcome: `${(bytes / KB).toFixed(1)} KB`,
  goal: `≤ ${most / KB} KB`,
  met: bytes <= most,
});

/** What a page's scripts take on the wire, as the site compresses them. */
async function scriptBytes(page: Page, url: string): Promise<number> {
  const scripts = new Set<string>();
  const note = (asked: { resourceType(): string; url(): string }) => {
    if (asked.resourceType() === 'script' || asked.url().endsWith('.js')) scripts.add(asked.url());
  };
  page.on('request', note);
  await page.goto(url, { waitUntil: 'networkidle' });
  page.off('request', note);
  const sizes = await Promise.all([...scripts].map(compressedBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const compressedBytes = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': 'br' } }, (answer) => {
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      answer.on('end', () => resolve(bytes));
    })
      .on('error', reject)
      .end();
  });

/** Of addresses that nobody has, from as many networks: they cost what a wrong password costs, one Argon2id each. */
async function signIns(kept: Instance, count: number, say: (line: string) => void): Promise<Figure> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const answer = await fetch(`${kept.siteUrl}/api/auth/sign-in`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: kept.siteUrl,
          'x-forwarded-for': `10.${(i >> 8) & 255}.${i & 255}.1`,
        },
        body: JSON.stringify({ email: `nobody${i}@example.org`, password: 'tisch lampe giraffe 92' }),
      });
      await answer.text();
      if (answer.status !== 401) throw new Error(`a sign-in is answered by ${answer.status}`);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const each = count / ((performance.now() - begun) / 1000);
  say(`${each.toFixed(1)} sign-ins a second`);
  return {
    what: `Sign-ins by password, ${AT_ONCE} at once`,
    ours: `${each.toFixed(1)} a second`,
    peer: '–',
    outcome: `${each.toFixed(1)} a second`,
    goal: '–',
    met: null,
  };
}
