/** The peer: node-llama-cpp's own loop in a process of its own, without HTTP. One task a line in, one result a line out. */
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { getLlama, type LlamaContextSequence, LlamaLogLevel } from 'node-llama-cpp';
import { CONTEXT_TOKENS, type Done, promptOf, SEQUENCES, type Task } from './task.ts';

const llama = await getLlama({
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  gpu: false,
  logLevel: LlamaLogLevel.disabled,
  maxThreads: Math.max(1, availableParallelism() - 1), // as our engine has it
});
const model = await llama.loadModel({ modelPath: process.argv[2] ?? '' });
const context = await model.createContext({ contextSize: CONTEXT_TOKENS, sequences: SEQUENCES });
const sequences = Array.from({ length: SEQUENCES }, () => context.getSequence());

async function answer(sequence: LlamaContextSequence, prompt: string, maxTokens: number, begun: number) {
  let tokens = 0;
  let firstTokenMs = Number.NaN;
  let text = '';
  for await (const token of sequence.evaluate(model.tokenize(prompt), { temperature: 0 })) {
    if (tokens === 0) firstTokenMs = performance.now() - begun;
    text += model.detokenize([token]);
    if (++tokens >= maxTokens) break;
  }
  await sequence.clearHistory();
  return { tokens, firstTokenMs, text };
}

async function run(task: Task): Promise<Done> {
  const begun = performance.now();
  const answers = await Promise.all(
    sequences
      .slice(0, task.parallel)
      .map((sequence, i) => answer(sequence, promptOf(i), task.maxTokens, begun)),
  );
  return {
    tokens: answers.reduce((sum, one) => sum + one.tokens, 0),
    seconds: (performance.now() - begun) / 1000,
    firstTokenMs: answers.map((one) => one.firstTokenMs),
  };
}

process.stdout.write('"ready"\n');
for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${JSON.stringify(await run(JSON.parse(line) as Task))}\n`);
}
