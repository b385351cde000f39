/**
 * README's commands, as they stand there, in a fresh clone: what `git` would commit, in a folder of its own, with the machine's
 * own node and npm. Only the ports are others. `npm install` itself runs with KEPT_TEST_ALL; otherwise this
 * installation's packages are lent.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts, ROOT } from '../support/instance.ts';
import { page } from './pages.ts';

const INSTALL_MS_MAX = 600_000;
const START_MS_MAX = 180_000;
const STOP_MS_MAX = 60_000;
const POLL_MS = 50;
const KEY = /kept_sk_[0-9A-Za-z]{33}/;

const whole = process.env.KEPT_TEST_ALL !== undefined;
const tracked = existsSync(path.join(ROOT, '.git'));
if (!tracked) console.log('There is no .git here: what a clone would hold is not known, README is not run.');
/** The machine's own programs come first, as in a person's terminal; npm puts this repository's there otherwise. */
const PATH = (process.env.PATH ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .join(':');
if (!canPython()) console.log('python3 cannot import openai here: README’s example for Python is not run.');
const clone = mkdtempSync(path.join(os.tmpdir(), 'kept-readme-'));

/** Files of the present state: committed or about to be. */
const LIST = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];

describe.skipIf(!tracked)('README in a fresh clone', () => {
  const blocks = page('README.md').blocks;
  let env: NodeJS.ProcessEnv;
  let ports: readonly [api: number, site: number];
  let start: ChildProcess | null = null;
  let said = '';
  let key = '';

  beforeAll(async () => {
    const files = execFileSync('git', LIST, { cwd: ROOT, encoding: 'utf8' }).split('\0');
    for (const file of files.filter((name) => name !== '' && existsSync(path.join(ROOT, name)))) {
      cpSync(path.join(ROOT, file), path.join(clone, file));
    }
    ports = (await freePorts(2)) as [number, number];
    env = {
      PATH,
      HOME: os.homedir(),
      KEPT_API_PORT: String(ports[0]),
      KEPT_SITE_PORT: String(ports[1]),
      KEPT_MODEL_CACHE: process.env.KEPT_MODEL_CACHE,
    };
  });

  afterAll(async () => {
    await stop();
    rmSync(clone, { recursive: true, force: true });
  });

  test(
    'npm install',
    () => {
      expect(shell('Start')).toContain('npm install');
      if (whole) execFileSync('npm', ['install'], { cwd: clone, env, stdio: 'ignore' });
      else
        for (const made of ['node_modules', 'build'])
          symlinkSync(path.join(ROOT, made), path.join(clone, made));
    },
    INSTALL_MS_MAX,
  );

  test(
    'npm start says where it answers',
    async () => {
      expect(shell('Start')).toContain('npm start');
      start = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      for (const stream of [start.stdout, start.stderr])
        stream?.on('data', (part: Buffer) => {
          said += part.toString();
        });
      const deadline = Date.now() + START_MS_MAX;
      while (!said.includes('kept doctor') && start.exitCode === null && Date.now() < deadline)
        await sleep(POLL_MS);
      const [shown] = blocks.filter(({ text }) => text.includes('Site  http'));
      for (const line of (shown?.text ?? '').split('\n').filter((one) => one !== ''))
        expect(said).toContain(ported(line).replace(/metrics: .*/, ''));
    },
    START_MS_MAX,
  );

  test('asks', () => {
    expect(shell('Start')).toContain('npx --no kept ask');
    const built = () => statSync(path.join(clone, 'build/site')).mtimeMs;
    const before = built();
    expect(bash('npx --no kept ask', 'Name three rivers.').length).toBeGreaterThan(1);
    // The first call of npx runs `prepare`: the site that is being served stays as it is.
    expect(built()).toBe(before);
  });

  test('makes an account, credit and a key', () => {
    const output = bash(section('Your first key', 'sh')[0] ?? '');
    key = KEY.exec(output)?.[0] ?? '';
    expect(output).toContain('its balance is 10.00 USD');
    expect(key).not.toBe('');
  });

  test('curl', () => {
    const [, command = ''] = section('Your first key', 'sh');
    const answer = JSON.parse(bash(command.replace('curl ', 'curl -s '))) as Answer;
    expect(answer.choices[0]?.message.content).toBeTruthy();
    expect(answer.usage.estimated_cost).toBeGreaterThan(0);
  });

  test('the OpenAI client for Node', () => {
    writeFileSync(path.join(clone, 'first.mjs'), ported(section('Your first key', 'js')[0] ?? ''));
    expect(bash('KEPT_KEY=kept_sk_… node first.mjs').length).toBeGreaterThan(1);
  });

  test.skipIf(!canPython())('the OpenAI client for Python', () => {
    writeFileSync(path.join(clone, 'first.py'), ported(section('Your first key', 'python')[0] ?? ''));
    expect(bash('KEPT_KEY=kept_sk_… python3 first.py')).toContain('completion_tokens');
  });

  test('shows what it cost', () => {
    const requests = canPython() ? 3 : 2;
    expect(bash(section('Your first key', 'sh')[2] ?? '')).toContain(`${requests} requests, `);
  });

  test('stops in order', async () => {
    await stop();
    expect(said).toMatch(/"from":"gateway","event":"stopped"[\s\S]*"from":"supervisor","event":"stopped"/);
    expect(said).not.toContain('"level":"error"');
  });

  /** Code blocks of one kind in a section, in their order. */
  function section(heading: string, kind: string): string[] {
    const { text } = page('README.md');
    const from = text.indexOf(`\n## ${heading}\n`);
    const to = text.indexOf('\n## ', from + 1);
    return blocks
      .filter((block) => block.kind === kind && inside(text.indexOf(block.text), from, to))
      .map((block) => block.text);
  }

  function shell(heading: string): string {
    return section(heading, 'sh').join('\n');
  }

  /** With this test's ports for README's. */
  function ported(text: string): string {
    return text.replaceAll(':8081', `:${ports[0]}`).replaceAll(':8080', `:${ports[1]}`);
  }

  /** Runs README's commands as a person would, with the key that was printed. */
  function bash(commands: string, input = ''): string {
    const script = ported(commands).replaceAll('kept_sk_…', key);
    return execFileSync('bash', ['--norc', '-ec', script], {
      cwd: clone,
      env,
      input,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  /** Ctrl-C: a terminal sends it to npm and to what npm started; the last of them closes the pipes. */
  async function stop(): Promise<void> {
    const child = start;
    start = null;
    if (child?.pid === undefined || child.exitCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    process.kill(-child.pid, 'SIGINT');
    await Promise.race([closed, sleep(STOP_MS_MAX, null, { ref: false })]);
  }
});

interface Answer {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
  readonly usage: { readonly estimated_cost: number };
}

const inside = (at: number, from: number, to: number): boolean => at > from && (to < 0 || at < to);

function canPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import openai'], { env: { PATH }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
