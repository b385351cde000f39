/** The grammars that requests ask for: JSON, JSON that fits a schema, calls of tools. */
import { type ApiError, invalid } from '../api/api-error.ts';
import type { ResponseFormat } from '../api/response-format.ts';
import { SCHEMA_PARAM } from '../api/response-format.ts';
import type { Tool, ToolUse } from '../api/tools.ts';
import { CALL_WORDS } from '../tools/words.ts';
import { JsonSchema } from './json-schema.ts';
import { jsonLiteral, literal, Rules } from './rules.ts';

/** Calls in one answer at most. */
const CALLS_MAX = 16;

/** The grammar of an answer in this format; null for free text. */
export function grammarOfFormat(format: ResponseFormat): string | null {
  if (format.type === 'text') return null;
  const rules = new Rules(SCHEMA_PARAM);
  if (format.type === 'json_object') return rules.text('object');
  return rules.text(new JsonSchema(rules, format.schema, SCHEMA_PARAM).rule());
}

/** The grammar of an answer that is nothing but calls. */
export function grammarOfCalls(use: ToolUse): string {
  const rules = new Rules('tools');
  const calls = use.tools.map((tool) => {
    const parameters = argumentsRule(rules, tool);
    const { open, middle, close } = CALL_WORDS;
    return rules.add(
      `${literal(open)} ${jsonLiteral(tool.name)} ${literal(middle)} ${parameters} ${literal(close)}`,
    );
  });
  const call = rules.add(calls.join(' | '));
  return rules.text(use.parallel ? `${call} ("\\n" ${call}){0,${CALLS_MAX - 1}}` : call);
}

/** Arguments by the tool's schema; where it cannot be enforced, any object, unless the tool is strict. */
function argumentsRule(rules: Rules, tool: Tool): string {
  try {
    return new JsonSchema(rules, { type: 'object', ...tool.parameters }, 'tools').rule();
  } catch (error) {
    if (tool.strict) throw error;
    return 'object';
  }
}

/** llama.cpp could not read a grammar that we made. */
export const grammarRefused = (param: string): ApiError =>
  invalid(param, `The schema in ${param} cannot be enforced.`, 'unsupported_schema');
