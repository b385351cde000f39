/** Every parameter that the current OpenAI client knows has a place: it travels, we read it, or it never travels. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NEVER_SENT, TABLES } from '../../src/gateway/api/parameters/tables.ts';

const folder = path.dirname(createRequire(import.meta.url).resolve('openai'));
const READ_BY_US = ['model', 'stream', 'stream_options', 'n', 'max_tokens', 'max_completion_tokens', 'user'];

/** The fields of an interface in the client's type declarations. */
function fieldsOf(file: string, name: string): string[] {
  const source = readFileSync(path.join(folder, 'resources', file), 'utf8');
  const start = source.indexOf(`export interface ${name} {`);
  const body = source.slice(start, source.indexOf('\n}', start));
  return [...body.matchAll(/^ {4}([a-z_]+)\??:/gm)].map((found) => found[1] ?? '');
}

it.each([
  ['chat', 'chat/completions/completions.d.ts', 'ChatCompletionCreateParamsBase'],
  ['completions', 'completions.d.ts', 'CompletionCreateParamsBase'],
  ['embeddings', 'embeddings.d.ts', 'EmbeddingCreateParams'],
] as const)('%s', (endpoint, file, name) => {
  const fields = fieldsOf(file, name);
  expect(fields.length).toBeGreaterThan(4);
  const placed = new Set<string>([...TABLES[endpoint].keys(), ...NEVER_SENT, ...READ_BY_US]);
  expect(fields.filter((field) => !placed.has(field))).toEqual([]);
});
