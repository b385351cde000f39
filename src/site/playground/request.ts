/** From what somebody has set and said to the request that goes to the gateway, or to what is wrong with it. */
import type { Turn } from './conversation.ts';

export const FORMATS = ['text', 'json_object', 'json_schema'] as const;

/** As it stands in the fields; an empty one is not sent. */
export interface Settings {
  readonly model: string;
  readonly system: string;
  readonly temperature: string;
  readonly top_p: string;
  readonly max_tokens: string;
  readonly seed: string;
  readonly presence_penalty: string;
  readonly frequency_penalty: string;
  /** One a line. */
  readonly stop: string;
  /** A JSON list, as the API has it. */
  readonly tools: string;
  readonly format: (typeof FORMATS)[number];
  /** A JSON Schema. */
  readonly schema: string;
}

export const startWith = (model: string): Settings => ({
  model,
  system: '',
  temperature: '',
  top_p: '',
  max_tokens: '',
  seed: '',
  presence_penalty: '',
  frequency_penalty: '',
  stop: '',
  tools: '',
  format: 'text',
  schema: '',
});

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Body = { readonly [name: string]: Json };

/** Something that a person has to put right, with the field that it is in. */
export class WrongSetting extends Error {
  override readonly name = 'WrongSetting';
  readonly field: keyof Settings;
  constructor(field: keyof Settings, message: string) {
    super(message);
    this.field = field;
  }
}

/** Parameters that are numbers: what they are called here, and the range that the API takes. */
export const NUMBERS = {
  temperature: { label: 'Temperature', least: 0, most: 2, step: 0.1 },
  top_p: { label: 'Top p', least: 0, most: 1, step: 0.05 },
  max_tokens: { label: 'Max tokens', least: 1, most: 10_000_000, step: 1 },
  seed: { label: 'Seed', least: 0, most: Number.MAX_SAFE_INTEGER, step: 1 },
  presence_penalty: { label: 'Presence penalty', least: -2, most: 2, step: 0.1 },
  frequency_penalty: { label: 'Frequency penalty', least: -2, most: 2, step: 0.1 },
} as const;
export type NumberName = keyof typeof NUMBERS;
export const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

/** The body of the request, without `stream`. Throws `WrongSetting`. */
export function bodyOf(settings: Settings, turns: readonly Turn[]): Body {
  const system = settings.system.trim() === '' ? [] : [{ role: 'system', content: settings.system }];
  const stop = settings.stop.split('\n').filter((line) => line !== '');
  const tools = toolsOf(settings);
  return {
    model: settings.model,
    messages: [...system, ...turns.flatMap(messageOf)],
    ...Object.fromEntries(
      NUMBER_NAMES.flatMap((name) => (settings[name] === '' ? [] : [[name, numberOf(settings, name)]])),
    ),
    ...(stop.length > 0 && { stop }),
    ...(tools !== null && { tools }),
    ...formatOf(settings),
  };
}

function messageOf(turn: Turn): Json[] {
  switch (turn.kind) {
    case 'user':
      return [{ role: 'user', content: turn.text }];
    case 'tool':
      return [{ role: 'tool', tool_call_id: turn.call, content: turn.text }];
    case 'model':
      // What failed before it said anything is as if it had not been.
      if (turn.text === '' && turn.calls.length === 0) return [];
      return [
        {
          role: 'assistant',
          content: turn.text === '' ? null : turn.text,
          ...(turn.calls.length > 0 && {
            tool_calls: turn.calls.map(({ id, name, arguments: text }) => ({
              id,
              type: 'function',
              function: { name, arguments: text },
            })),
          }),
        },
      ];
  }
}

function numberOf(settings: Settings, name: NumberName): number {
  const { label, least, most, step } = NUMBERS[name];
  const value = Number(settings[name]);
  const whole = step === 1;
  if (!Number.isFinite(value) || value < least || value > most || (whole && !Number.isInteger(value))) {
    throw new WrongSetting(name, `${label}: a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`);
  }
  return value;
}

function toolsOf(settings: Settings): Json[] | null {
  if (settings.tools.trim() === '') return null;
  const tools = jsonOf(settings, 'tools', 'Tools');
  if (!Array.isArray(tools)) {
    throw new WrongSetting('tools', 'Tools: a list in JSON, like [{"type": "function", "function": {…}}].');
  }
  return tools;
}

function formatOf(settings: Settings): Body {
  if (settings.format === 'text') return {};
  if (settings.format === 'json_object') return { response_format: { type: 'json_object' } };
  const schema = jsonOf(settings, 'schema', 'JSON schema');
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema)) {
    throw new WrongSetting('schema', 'JSON schema: an object in JSON, like {"type": "object", …}.');
  }
  return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } };
}

function jsonOf(settings: Settings, field: 'tools' | 'schema', label: string): Json {
  try {
    return JSON.parse(settings[field]) as Json;
  } catch {
    throw new WrongSetting(
      field,
      `${label}: this is not JSON. Look for a missing quote or a comma too many.`,
    );
  }
}
