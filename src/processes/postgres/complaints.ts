/**
 * What PostgreSQL says when it does not start, as sentences of ours. Its own text goes nowhere else: it could quote
 * statements.
 */
const COMPLAINTS: readonly (readonly [RegExp, (folder: string) => string])[] = [
  [
    /No space left on device/i,
    (folder) =>
      `The disk is full: the database in ${folder} needs about 100 MB; free some space and start again.`,
  ],
  [
    /shared memory/i,
    () =>
      'The system gives PostgreSQL no shared memory: make /dev/shm larger (Docker: --shm-size=128m) and start again.',
  ],
  [
    /Permission denied/i,
    (folder) =>
      `PostgreSQL may not use ${folder}: give the folder to the user that starts Kept, or set KEPT_DATA to another one.`,
  ],
  [
    /Read-only file system/i,
    (folder) =>
      `${folder} is on a file system that is read-only: set KEPT_DATA to a folder that can be written.`,
  ],
  [
    /could not look up effective user/i,
    () =>
      'The user that runs Kept has no name in /etc/passwd, which PostgreSQL needs: run it as a named user, or set DATABASE_URL.',
  ],
  [
    /cannot be run as root/i,
    () =>
      'PostgreSQL does not run as root and the user could not be changed here: start Kept as an ordinary user, or set DATABASE_URL.',
  ],
  [
    /error while loading shared libraries|version `GLIBC/i,
    () =>
      'A library that the embedded PostgreSQL needs is missing on this system: set DATABASE_URL to a PostgreSQL of your own.',
  ],
  [
    /could not locate a valid checkpoint|invalid checkpoint|PANIC|is corrupt/i,
    (folder) =>
      `The database in ${folder} is damaged: restore it from a backup, or move the folder away to begin anew.`,
  ],
];

/** The sentence for what PostgreSQL printed. */
export function sentenceFor(output: string, folder: string): string {
  for (const [pattern, sentence] of COMPLAINTS) if (pattern.test(output)) return sentence(folder);
  return `PostgreSQL did not start on ${folder} for a reason that Kept does not know: set DATABASE_URL to a PostgreSQL of your own, or move the folder away to begin anew.`;
}
