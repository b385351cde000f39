/** The newcomer's journey on the real model: start, ask, stop, start again. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startKept } from '../support/instance.ts';

const PROMPT = 'Write one short sentence about the sea.';

describe('a newcomer', () => {
  let kept: Instance;
  beforeAll(async () => {
    kept = await startKept();
  });
  afterAll(() => kept.stop());

  test('sees each step, then the two addresses and three commands', () => {
    const said = kept.stdout();
    for (const step of ['Model', 'Database', 'Control', 'Engine', 'Gateway']) expect(said).toContain(step);
    expect(said).toContain(`http://localhost:${kept.sitePort}`);
    expect(said).toContain(`http://localhost:${kept.apiPort}`);
    // `ask`, `account`, `doctor`, and where mails are while no mail server is set.
    expect(said.match(/npx --no kept \w+/g)).toHaveLength(4);
  });

  test('asks without an account, from standard input, and sees usage and price', async () => {
    const { code, stdout, stderr } = await kept.kept(['ask'], `${PROMPT}\n`);
    expect(stderr).toMatch(/smollm2-135m-instruct: \d+ prompt tokens, \d+ completion tokens, 0\.\d{6} USD/);
    expect(stdout.trim().length).toBeGreaterThan(5);
    expect(code).toBe(0);
  });

  test('has a trial key that only this user may read, and uses it again', async () => {
    const file = path.join(kept.dataFolder, 'trial-key');
    expect(statSync(file).mode & 0o077).toBe(0);
    const before = readFileSync(file, 'utf8');
    expect((await kept.kept(['ask'], PROMPT)).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('cannot put the prompt on the command line', async () => {
    const { code, stderr } = await kept.kept(['ask', PROMPT]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('too many arguments');
  });

  test('is told by doctor that nothing is wrong', async () => {
    const { code, stdout } = await kept.kept(['doctor', '--json']);
    const answer = JSON.parse(stdout) as { checks: { name: string; state: string }[]; metrics_port: number };
    expect(answer.checks.filter(({ state }) => state === 'problem')).toEqual([]);
    expect(answer.metrics_port).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  test('is answered again after the engine died', async () => {
    const before = kept.pids('engine');
    kept.kill('engine', 'SIGKILL');
    await kept.restarted('engine', before);
    let asked = await kept.kept(['ask'], PROMPT);
    // The gateway looks after an engine that failed once a second or so.
    for (let tries = 0; tries < 20 && asked.code !== 0; tries++) asked = await kept.kept(['ask'], PROMPT);
    expect(asked.stderr).toContain('completion tokens');
  });

  test('reads figures of every process at /metrics', async () => {
    const text = await kept.metrics();
    expect(text).toContain('kept_process_up{role="gateway"');
    expect(text).toContain('kept_requests_overdue 0');
    expect(text).toMatch(/kept_requests_total\{gateway="1",.*\} \d+/);
    for (const line of text.split('\n').filter((l) => l !== '' && !l.startsWith('#'))) {
      expect(line).toMatch(/^[a-z_]+(\{[^}]*\})? [\d.e+-]+$/);
    }
  });
});

test('a stopped instance starts again with what it had, and keeps no lock', async () => {
  const first = await startKept();
  const dataFolder = first.dataFolder;
  const { email } = await first.account();
  expect((await first.kept(['ask'], PROMPT)).code).toBe(0);
  first.supervisor.kill('SIGTERM');
  await new Promise((resolve) => first.supervisor.once('close', resolve));
  expect(first.supervisor.exitCode).toBe(0);
  expect(readdirSync(dataFolder)).not.toContain('instance.json');
  expect(readdirSync(path.join(dataFolder, 'postgres'))).not.toContain('postmaster.pid');

  const begin = Date.now();
  const second = await startKept({ dataFolder });
  process.stdout.write(`second start: ${Date.now() - begin} ms to ready\n`);
  const usage = await second.kept(['usage', '--account', email, '--json']);
  const asked = await second.kept(['ask'], PROMPT);
  expect(await second.stop()).toBe(0);
  await first.stop();
  expect(usage.code).toBe(0);
  expect(asked.code).toBe(0);
});
