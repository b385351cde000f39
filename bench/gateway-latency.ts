/** What the gateway adds to the time until an answer is whole, at a steady 100 requests a second; nginx beside it. */
import type { Figure } from './figures.ts';
import { chatBody } from './gateway-cpu.ts';
import type { Generator } from './load/generator.ts';
import { quantile } from './measure.ts';
import type { Side } from './sides/side.ts';

const PER_SECOND = 100;
const MEDIAN = 0.5;
const TAIL = 0.99;

export interface LatencyEffort {
  readonly rounds: number;
  /** Requests of one side in one round. */
  readonly requests: number;
}

type Times = { median: number; tail: number };

/** `direct` is the engine without anything before it. */
export async function gatewayLatency(
  direct: Side,
  ours: Side,
  peer: Side | null,
  generator: Generator,
  effort: LatencyEffort,
): Promise<Figure[]> {
  const sides = [direct, ours, ...(peer === null ? [] : [peer])];
  const times = new Map<Side, number[]>(sides.map((side) => [side, []]));
  for (let round = 0; round <= effort.rounds; round++) {
    for (const side of sides) {
      const pace = { perSecond: PER_SECOND };
      const order = {
        port: side.port,
        key: side.key,
        body: chatBody(false),
        pace,
        requests: effort.requests,
      };
      const { wholeMs } = await generator.run(order);
      if (round > 0) times.get(side)?.push(...wholeMs); // the first round warms up
    }
  }
  const of = (side: Side): Times => {
    const values = times.get(side) ?? [];
    return { median: quantile(values, MEDIAN), tail: quantile(values, TAIL) };
  };
  const bare = of(direct);
  const mine = of(ours);
  const theirs = peer === null ? null : of(peer);
  const figure = (name: string, pick: (times: Times) => number): Figure => ({
    what: `Latency at ${PER_SECOND} requests/s, ${name} (engine alone ${pick(bare).toFixed(2)} ms)`,
    ours: `${pick(mine).toFixed(2)} ms`,
    peer: theirs === null ? 'not here' : `nginx: ${pick(theirs).toFixed(2)} ms`,
    outcome: `adds ${(pick(mine) - pick(bare)).toFixed(2)} ms`,
    goal: '–',
    met: null,
  });
  return [figure('p50', (t) => t.median), figure('p99', (t) => t.tail)];
}
