/**
 * Counters for `GET /metrics` (Prometheus text format 0.0.4). Names and labels are fixed: status classes, endpoints,
 * error codes, engine and model numbers.
 */
import type { Tokens } from '../link/price.ts';

/** Upper bounds of the duration buckets, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;

type Labels = Readonly<Record<string, string | number>>;

export class Metrics {
  readonly #counters = new Map<CounterName, Map<string, number>>();
  /** Requests and tokens by number, since every request counts them: endpoint and status; model. */
  readonly #requests = new Map<string, Map<number, number>>();
  readonly #tokens = new Map<number, { prompt: number; completion: number }>();
  readonly #buckets = new Array<number>(BUCKETS.length).fill(0);
  #durationSum = 0;
  #durationCount = 0;

  /** Adds to a counter of the fixed list below. */
  add(name: CounterName, labels: Labels, by = 1): void {
    let series = this.#counters.get(name);
    if (series === undefined) {
      series = new Map();
      this.#counters.set(name, series);
    }
    const key = written(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  used(model: number, tokens: Tokens): void {
    let sum = this.#tokens.get(model);
    if (sum === undefined) {
      sum = { prompt: 0, completion: 0 };
      this.#tokens.set(model, sum);
    }
    sum.prompt += tokens.prompt;
    sum.completion += tokens.completion;
  }

  /** An answered request and how long it took, in milliseconds. */
  answered(endpoint: string, status: number, ms: number): void {
    let byStatus = this.#requests.get(endpoint);
    if (byStatus === undefined) {
      byStatus = new Map();
      this.#requests.set(endpoint, byStatus);
    }
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    const seconds = ms / 1000;
    this.#durationSum += seconds;
    this.#durationCount++;
    for (let i = BUCKETS.length - 1; i >= 0 && seconds <= BUCKETS[i]!; i--) this.#buckets[i]!++;
  }

  /** The whole page; `gauges` are read when it is asked for. */
  page(gauges: Readonly<Record<GaugeName, number>>): string {
    const lines: string[] = [];
    for (const [name, help] of Object.entries(COUNTERS)) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
      for (const [labels, value] of this.#series(name as CounterName))
        lines.push(`${name}${labels} ${value}`);
    }
    for (const [name, help] of Object.entries(GAUGES)) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${gauges[name as GaugeName]}`);
    }
    const duration = 'kept_request_seconds';
    lines.push(`# HELP ${duration} Time from head to last byte.`, `# TYPE ${duration} histogram`);
    BUCKETS.forEach((bound, i) => {
      lines.push(`${duration}_bucket{le="${bound}"} ${this.#buckets[i]}`);
    });
    lines.push(`${duration}_bucket{le="+Inf"} ${this.#durationCount}`);
    lines.push(`${duration}_sum ${this.#durationSum}`, `${duration}_count ${this.#durationCount}`);
    return `${lines.join('\n')}\n`;
  }

  #series(name: CounterName): Iterable<[string, number]> {
    if (name === 'kept_requests_total') {
      return [...this.#requests].flatMap(([endpoint, byStatus]) =>
        [...byStatus].map(([status, value]): [string, number] => [written({ endpoint, status }), value]),
      );
    }
    if (name === 'kept_tokens_total') {
      return [...this.#tokens].flatMap(([model, { prompt, completion }]): [string, number][] => [
        [written({ model, kind: 'prompt' }), prompt],
        [written({ model, kind: 'completion' }), completion],
      ]);
    }
    return this.#counters.get(name) ?? [];
  }
}

const COUNTERS = {
  kept_requests_total: 'Answered requests by endpoint and status.',
  kept_errors_total: 'Errors told to clients, by code.',
  kept_tokens_total: 'Tokens by model number and kind.',
  kept_captures_total: 'Requests that an owner asked to be kept, by whether they were handed over.',
  kept_engine_failures_total: 'Exchanges with an engine that failed, by engine number and how.',
  kept_engine_errors_unmapped_total: 'Errors of engines that our table does not know, by engine number.',
} as const;
export type CounterName = keyof typeof COUNTERS;

const GAUGES = {
  kept_connections: 'Open client connections.',
  kept_requests_running: 'Requests that have not ended.',
  kept_records_waiting: 'Usage records that are not durable yet.',
  kept_control_up: '1 while control is there.',
  kept_resident_bytes: 'Resident memory of this process.',
} as const;
export type GaugeName = keyof typeof GAUGES;

function written(labels: Labels): string {
  const pairs = [];
  for (const name in labels) pairs.push(`${name}="${labels[name]}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
