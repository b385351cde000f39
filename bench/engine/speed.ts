/** Tokens a second and time to the first token: our engine over HTTP beside node-llama-cpp's own loop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Figure } from '../figures.ts';
import { quantile, type Summary, summary } from '../measure.ts';
import { type Done, promptOf, type Task } from './task.ts';

export interface SpeedEffort {
  readonly rounds: number;
  readonly maxTokens: number;
}

interface Program {
  readonly firstLine: string;
  ask(line: string): Promise<string>;
  stop(): Promise<void>;
}

async function program(name: string, modelPath: string): Promise<Program> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, name), modelPath], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const next = async (): Promise<string> => ((await once(lines, 'line')) as [string])[0];
  return {
    firstLine: await next(),
    ask(line) {
      const answer = next();
      child.stdin.write(`${line}\n`);
      return answer;
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** One streamed answer. */
function answer(port: number, prompt: string, maxTokens: number, begun: number) {
  return new Promise<{ tokens: number; firstTokenMs: number }>((resolve, reject) => {
    const request = http.request(
      { port, host: '127.0.0.1', method: 'POST', path: '/v1/completions' },
      (response) => {
        let firstTokenMs = Number.NaN;
        let text = '';
        response.on('data', (data: Buffer) => {
          if (Number.isNaN(firstTokenMs)) firstTokenMs = performance.now() - begun;
          text += data.toString('utf8');
        });
        response.on('end', () => {
          const tokens = Number(/"completion_tokens":(\d+)/.exec(text)?.[1]);
          if (response.statusCode === 200 && tokens > 0) resolve({ tokens, firstTokenMs });
          else reject(new Error(`The engine answered ${response.statusCode}: ${text.slice(0, 300)}`));
        });
      },
    );
    request.on('error', reject);
    const options = {
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      max_tokens: maxTokens,
    };
    request.end(JSON.stringify({ model: 'model', prompt, ...options }));
  });
}

async function overHttp(port: number, task: Task): Promise<Done> {
  const begun = performance.now();
  const answers = await Promise.all(
    Array.from({ length: task.parallel }, (_, i) => answer(port, promptOf(i), task.maxTokens, begun)),
  );
  return {
    tokens: answers.reduce((sum, one) => sum + one.tokens, 0),
    seconds: (performance.now() - begun) / 1000,
    firstTokenMs: answers.map((one) => one.firstTokenMs),
  };
}

const LEAST_SHARE = 0.95;
const rate = (s: Summary): string =>
  `${s.median.toFixed(0)} tokens/s (${s.least.toFixed(0)}–${s.most.toFixed(0)})`;

export async function engineSpeed(
  modelPath: string,
  effort: SpeedEffort,
  say: (line: string) => void,
): Promise<Figure[]> {
  const loop = await program('loop-program.ts', modelPath);
  const engine = await program('engine-program.ts', modelPath);
  const port = Number(engine.firstLine);
  const figures: Figure[] = [];
  try {
    for (const parallel of [1, 8]) {
      const task: Task = { parallel, maxTokens: effort.maxTokens };
      const ours: Done[] = [];
      const theirs: Done[] = [];
      for (let round = 0; round <= effort.rounds; round++) {
        const peer = JSON.parse(await loop.ask(JSON.stringify(task))) as Done;
        const mine = await overHttp(port, task);
        if (round === 0) continue; // both warm up
        theirs.push(peer);
        ours.push(mine);
        const speeds = [mine, peer].map((done) => (done.tokens / done.seconds).toFixed(0));
        say(`${parallel} at once, round ${round}: engine ${speeds[0]}, own loop ${speeds[1]} tokens/s`);
      }
      figures.push(...figuresOf(parallel, ours, theirs));
    }
  } finally {
    await loop.stop();
    await engine.stop();
  }
  return figures;
}

function figuresOf(parallel: number, ours: readonly Done[], theirs: readonly Done[]): Figure[] {
  const speed = (all: readonly Done[]): Summary => summary(all.map((done) => done.tokens / done.seconds));
  const first = (all: readonly Done[]): number =>
    quantile(
      all.flatMap((done) => done.firstTokenMs),
      0.5,
    );
  const share = speed(ours).median / speed(theirs).median;
  return [
    {
      what: `Engine, ${parallel} at once`,
      ours: rate(speed(ours)),
      peer: `node-llama-cpp’s own loop: ${rate(speed(theirs))}`,
      outcome: `${(share * 100).toFixed(0)} %`,
      goal: `≥ ${LEAST_SHARE * 100} %`,
      met: share >= LEAST_SHARE,
    },
    {
      what: `First token, ${parallel} at once, p50`,
      ours: `${first(ours).toFixed(0)} ms`,
      peer: `node-llama-cpp’s own loop: ${first(theirs).toFixed(0)} ms`,
      outcome: `adds ${(first(ours) - first(theirs)).toFixed(0)} ms`,
      goal: '–',
      met: null,
    },
  ];
}
