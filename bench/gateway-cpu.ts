/**
 * CPU time that one request costs the gateway, against nginx before the same engine. The sides take turns within each
 * round, so that a machine that grows slower or faster changes both; medians of rounds are compared.
 */
import { FAST_MODEL } from '../test/support/fast-engine.ts';
import type { Figure } from './figures.ts';
import type { Generator } from './load/generator.ts';
import { cpuMicros, type Summary, summary } from './measure.ts';
import type { Side } from './sides/side.ts';

export interface Effort {
  readonly rounds: number;
  /** Requests of one side in one round. */
  readonly requests: number;
  /** Requests of each side before the first round: V8 compiles the hot path over tens of thousands. */
  readonly warmUp: number;
}

const CONNECTIONS = 64;
const PROMPT = 'Tell me in three sentences why the sky is blue, and then why it is red in the evening.';

/** The kinds of request, with the quotients that we may not pass and those that we want. */
const KINDS = [
  { name: 'plain reply', stream: false, most: 2.5, want: 2.0 },
  { name: '64-chunk stream', stream: true, most: 1.5, want: 1.3 },
] as const;

export const chatBody = (stream: boolean, more: object = {}): object => ({
  model: FAST_MODEL,
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: PROMPT },
  ],
  max_tokens: 128,
  ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  ...more,
});

async function microsPerRequest(
  side: Side,
  generator: Generator,
  stream: boolean,
  requests: number,
): Promise<number> {
  const before = cpuMicros(side.pid);
  const pace = { connections: CONNECTIONS };
  await generator.run({ port: side.port, key: side.key, body: chatBody(stream), pace, requests });
  return (cpuMicros(side.pid) - before) / requests;
}

const micros = (s: Summary): string =>
  `${s.median.toFixed(1)} µs (${s.least.toFixed(1)}–${s.most.toFixed(1)})`;

/** Measures `ours` against `peer`, or alone without one. */
export async function gatewayCpu(
  ours: Side,
  peer: Side | null,
  generator: Generator,
  effort: Effort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const kind of KINDS) {
    const sides = peer === null ? [ours] : [peer, ours];
    const values = new Map<Side, number[]>(sides.map((side) => [side, []]));
    for (const side of sides) await microsPerRequest(side, generator, kind.stream, effort.warmUp);
    for (let round = 0; round < effort.rounds; round++) {
      const order = round % 2 === 0 ? sides : [...sides].reverse();
      for (const side of order) {
        const value = await microsPerRequest(side, generator, kind.stream, effort.requests);
        values.get(side)?.push(value);
      }
      const said = sides.map((side) => `${side.name} ${values.get(side)?.at(-1)?.toFixed(1)}`);
      say(`${kind.name}, round ${round + 1} of ${effort.rounds}: ${said.join(', ')} µs a request`);
    }
    const mine = summary(values.get(ours) ?? []);
    const theirs = peer === null ? null : summary(values.get(peer) ?? []);
    const times = theirs === null ? null : mine.median / theirs.median;
    figures.push({
      what: `CPU per request, ${kind.name}`,
      ours: micros(mine),
      peer: theirs === null ? 'not here' : `nginx: ${micros(theirs)}`,
      outcome: times === null ? '–' : `${times.toFixed(2)} ×`,
      goal: `≤ ${kind.most} × (want ${kind.want.toFixed(1)})`,
      met: times === null ? null : times <= kind.most,
    });
  }
  return figures;
}
