/**
 * Verification: how long `kept verify` takes for everything, and what checks that run by themselves take of one core; each is
 * looked at alone, and its processor time counted as often as its pace has it come.
 */
import type { CheckStanding, Standing } from '../src/control/verification/index.ts';
import { CHECKS } from '../src/verify/checks/index.ts';
import { spawnFastEngine } from '../test/support/fast-engine.ts';
import { type Instance, startKept } from '../test/support/instance.ts';
import type { Figure } from './figures.ts';
import { cpuMicros } from './measure.ts';

export interface VerifyEffort {
  readonly rounds: number;
  readonly requests: number;
}

const WHOLE_MS_MAX = 60_000;
const SHARE_MAX = 0.01;
const RENDER_MS_MAX = 10;
const PACE_S = { minutes: 300, hour: 3_600, day: 43_200 } as const;

export async function verifyBench(effort: VerifyEffort, say: (line: string) => void): Promise<Figure[]> {
  const engine = await spawnFastEngine();
  const kept = await startKept({ engineUrl: engine.url, env: { KEPT_LOG_LEVEL: 'warn' } });
  try {
    await kept.account({ email: 'bench@example.org' });
    return [
      await whole(kept, effort.rounds, say),
      await share(kept, effort.rounds, say),
      ...(await renders(kept, effort.requests, say)),
    ];
  } finally {
    await kept.stop();
    await engine.stop();
  }
}

async function look(kept: Instance, clauses: readonly string[]): Promise<readonly CheckStanding[]> {
  const { stdout, stderr } = await kept.kept([
    'verify',
    '--json',
    ...(clauses.length > 0 ? ['--clause', ...clauses] : []),
  ]);
  if (stdout === '') throw new Error(stderr);
  const { clauses: seen } = JSON.parse(stdout) as Standing;
  const broken = seen.filter(({ verdict }) => verdict === 'broken');
  if (broken.length > 0) throw new Error(`broken: ${broken.map(({ id }) => id).join(', ')}`);
  return seen.flatMap(({ checks }) => checks);
}

async function whole(kept: Instance, rounds: number, say: (line: string) => void): Promise<Figure> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await look(kept, []);
    times.push(performance.now() - begun);
  }
  const worst = Math.max(...times);
  say(`kept verify: ${times.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ')}`);
  return {
    what: `\`kept verify\`, all ${CHECKS.length} checks, the worst of ${rounds}`,
    ours: `${(worst / 1000).toFixed(1)} s`,
    peer: '–',
    outcome: `${(worst / 1000).toFixed(1)} s`,
    goal: `≤ ${WHOLE_MS_MAX / 1000} s`,
    met: worst <= WHOLE_MS_MAX,
  };
}

/** Of control's process, by clauses: what several have is looked at once, so the sum is rather too much than too little. */
async function share(kept: Instance, rounds: number, say: (line: string) => void): Promise<Figure> {
  const [pid] = kept.pids('control') as [number];
  let used = 0;
  const seen = new Set<string>();
  for (const { id, clauses } of CHECKS) {
    if (seen.has(id)) continue;
    const [clause = ''] = clauses;
    const together = CHECKS.filter((check) => check.clauses.includes(clause));
    const before = cpuMicros(pid);
    for (let round = 0; round < rounds; round++) await look(kept, [clause]);
    const seconds = (cpuMicros(pid) - before) / rounds / 1e6;
    const often = Math.min(...together.map(({ pace }) => PACE_S[pace]));
    used += seconds / often;
    for (const check of together) seen.add(check.id);
  }
  say(`checks by themselves: ${(used * 100).toFixed(3)} % of one core`);
  return {
    what: 'Processor time of checks that run by themselves, of one core',
    ours: `${(used * 100).toFixed(2)} %`,
    peer: '–',
    outcome: `${(used * 100).toFixed(2)} %`,
    goal: `≤ ${SHARE_MAX * 100} %`,
    met: used <= SHARE_MAX,
  };
}

async function renders(kept: Instance, requests: number, say: (line: string) => void): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const page of ['/privacy/promises', '/privacy/promises/INFER-1', '/api/promises']) {
    const times: number[] = [];
    for (let at = 0; at < 2 * requests; at++) {
      const begun = performance.now();
      await (await fetch(kept.siteUrl + page)).text();
      if (at >= requests) times.push(performance.now() - begun);
    }
    const median = times.sort((one, two) => one - two)[Math.floor(times.length / 2)] as number;
    say(`${page}: ${median.toFixed(2)} ms`);
    figures.push({
      what: `\`${page}\`, everything seen, median`,
      ours: `${median.toFixed(1)} ms`,
      peer: '–',
      outcome: `${median.toFixed(1)} ms`,
      goal: `≤ ${RENDER_MS_MAX} ms`,
      met: median <= RENDER_MS_MAX,
    });
  }
  return figures;
}
