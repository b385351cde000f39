/** Python with one package, for tests that let others' software judge ours. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const INSTALL_MS_MAX = 150_000;
const run = promisify(execFile);

export type FoundPython = { readonly python: string } | { readonly missing: string };

/** A Python that has the package, made once for all later runs; or a sentence that says why there is none. */
export async function pythonWith(name: string, version: string): Promise<FoundPython> {
  const folder = path.join(os.tmpdir(), `kept-test-python-${name}-${version}`);
  const python = path.join(folder, 'bin', 'python');
  const works = async (): Promise<boolean> => {
    if (!existsSync(python)) return false;
    const check = `from importlib.metadata import version; assert version("${name}") == "${version}"`;
    return run(python, ['-c', check]).then(
      () => true,
      () => false,
    );
  };
  if (await works()) return { python };
  mkdirSync(folder, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', folder]);
  } catch {
    return { missing: 'python3 with venv is not installed here' };
  }
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `${name}==${version}`];
  await run(python, install, { timeout: INSTALL_MS_MAX }).catch(() => {});
  return (await works()) ? { python } : { missing: `pip cannot get ${name} ${version} here` };
}
