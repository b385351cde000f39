/**
 * The lines of docs/hardening.md, and which findings look at each. A line that no program can see has none, and the page says
 * so; `test/deploy/hardening.test.ts` compares both.
 */
import type { Finding } from './finding.ts';

interface Line {
  readonly number: number;
  /** Names of findings, without the numbers in them; none: no program can see it. */
  readonly by: readonly string[];
}

export const HARDENING: readonly Line[] = [
  { number: 1, by: ['user'] },
  { number: 2, by: ['rights'] },
  { number: 3, by: ['source'] },
  { number: 4, by: ['data folder', 'keys folder'] },
  { number: 5, by: ['master key'] },
  { number: 6, by: ['system'] },
  { number: 7, by: ['gateway limits', 'gateway user', 'engine limits', 'engine user', 'gateway walls'] },
  { number: 8, by: ['swap'] },
  { number: 9, by: ['core pattern'] },
  { number: 10, by: ['encryption', 'certificate'] },
  { number: 11, by: ['listening'] },
  { number: 12, by: ['proxies'] },
  { number: 13, by: ['site address', 'API address'] },
  { number: 14, by: ['database connection'] },
  { number: 15, by: ['database walls'] },
  { number: 16, by: ['egress'] },
  { number: 17, by: ['backups'] },
  { number: 18, by: ['disk'] },
  { number: 19, by: [] },
  { number: 20, by: [] },
  { number: 21, by: [] },
  { number: 22, by: [] },
  { number: 23, by: [] },
];

const lineOf = new Map(HARDENING.flatMap(({ number, by }) => by.map((name) => [name, number] as const)));

/** `gateway 4711 limits` is looked up as `gateway limits`. */
export const hardeningLine = ({ name }: Pick<Finding, 'name'>): number | null =>
  lineOf.get(name.replace(/ \d+/, '')) ?? null;
