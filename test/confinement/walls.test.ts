/**
 * The gateway's walls one by one, and all together, from inside a process that has them: what each must hold, and that
 * the attempts work where there is no wall, so that a refusal means something.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canLaunch } from '../../src/processes/confine/launch.ts';
import { type Ground, prepareGround } from './support.ts';

const root = process.getuid?.() === 0;
const native = process.platform === 'linux' && process.arch === 'x64';
let ground: Ground;

beforeAll(async () => {
  ground = await prepareGround();
});
afterAll(() => ground.clean());

const worked = (results: Record<string, string | null>) =>
  Object.keys(results).filter((name) => results[name] === null);

/** Not for want of a wall: a listener that closes at once, a file that an attempt before has taken away, no Web Storage. */
const NEVER_WORKS = ['fetch', 'web storage', 'make a hard link', 'copy a file', 'change a file time'];

test('without walls the attempts work', async () => {
  const results = await ground.tryAll({}, ['FILES', 'RUNTIME', 'NETWORK', 'OTHER_MODULES']);
  const held = Object.keys(results).filter((name) => results[name] !== null);
  expect(held.filter((name) => !NEVER_WORKS.includes(name))).toEqual([]);
});

test('the permission model holds files, processes, workers, add-ons, the inspector, reports and snapshots', async () => {
  const results = await ground.tryAll({ permission: true }, ['FILES', 'RUNTIME']);
  // A local socket is a name: Landlock holds that one.
  expect(worked(results)).toEqual(['make a local socket']);
});

test('under the permission model the process cannot become another program', async () => {
  expect(worked(await ground.tryAll({ permission: true }, ['REPLACE']))).toEqual([]);
});

describe.skipIf(!canLaunch)('walls of the kernel', () => {
  test.skipIf(!native)('the limits alone hold every byte, with a name or without', async () => {
    const results = await ground.tryAll({ limits: true }, ['FILES', 'NATIVE_FILES', 'NATIVE_MEMORY_FILES']);
    const writing = Object.keys(results).filter((name) => /^(write|append)/.test(name));
    expect(writing.length).toBeGreaterThan(5);
    expect(worked(results).filter((name) => writing.includes(name))).toEqual([]);
  });

  test.skipIf(!native)(
    'Landlock alone holds every name and every undeclared port, for native code too',
    async () => {
      const results = await ground.tryAll({ landlock: true }, ['FILES', 'NETWORK', 'NATIVE_FILES']);
      // A time is neither a name nor content.
      expect(worked(results).filter((name) => name !== 'change a file time')).toEqual([]);
    },
  );

  test.skipIf(!native)(
    'Landlock alone keeps the process from signalling and looking into others',
    async () => {
      expect(worked(await ground.tryAll({ landlock: true }, ['NATIVE_BEYOND']))).toEqual([]);
    },
  );

  test.skipIf(!native || !root)(
    'as another user it reads nothing of root and never becomes root again',
    async () => {
      expect(worked(await ground.tryAll({ user: true }, ['NATIVE_ROOT', 'NATIVE_BEYOND']))).toEqual([]);
    },
  );
});

test('with its modules closed nothing but the declared port is reached, by no module', async () => {
  const results = await ground.tryAll({ seal: true }, ['NETWORK', 'OTHER_MODULES']);
  expect(worked(results)).toEqual([]);
});

test.skipIf(!canLaunch)('with all walls nothing works', async () => {
  const all = {
    permission: true,
    limits: true,
    landlock: true,
    seal: true,
    ...(root ? { user: true as const } : {}),
  } as const;
  const results = await ground.tryAll(all, ['FILES', 'RUNTIME', 'REPLACE', 'NETWORK', 'OTHER_MODULES']);
  expect(Object.keys(results).length).toBeGreaterThan(40);
  expect(worked(results)).toEqual([]);
});
