/** The tools that a request offers, and whether the model may, must or must not call them. */
import { invalid, unsupported } from './api-error.ts';
import { type Body, isObject, readFlag, readList } from './fields.ts';

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly parameters: Body;
  /** The arguments must fit the schema exactly; where they cannot be made to, the request is refused. */
  readonly strict: boolean;
}

export interface ToolUse {
  readonly tools: readonly Tool[];
  /** `auto`: as the model likes; `must`: at least one call. With tool_choice none there are no tools. */
  readonly choice: 'auto' | 'must';
  /** Several calls in one answer. */
  readonly parallel: boolean;
}

const TOOLS_MAX = 128;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** Null where no tool may be called. */
export function readToolUse(body: Body): ToolUse | null {
  if (body.functions !== undefined || body.function_call !== undefined) {
    throw unsupported(
      'functions',
      'functions and function_call are no longer supported: use tools and tool_choice.',
    );
  }
  const tools = (readList(body, 'tools', TOOLS_MAX) ?? []).map((tool, i) => readTool(tool, `tools[${i}]`));
  const names = new Set(tools.map((tool) => tool.name));
  if (names.size !== tools.length) throw invalid('tools', 'Two tools in tools have the same name.');
  const parallel = readFlag(body, 'parallel_tool_calls', true);
  const choice = body.tool_choice ?? (tools.length > 0 ? 'auto' : 'none');
  if (choice === 'none') return null;
  if (tools.length === 0) throw invalid('tool_choice', 'tool_choice may only be given together with tools.');
  if (choice === 'auto') return { tools, choice: 'auto', parallel };
  if (choice === 'required') return { tools, choice: 'must', parallel };
  return { tools: [named(tools, choice)], choice: 'must', parallel: false };
}

function named(tools: readonly Tool[], choice: unknown): Tool {
  const wanted = isObject(choice) && choice.type === 'function' ? choice.function : undefined;
  const tool = isObject(wanted) ? tools.find(({ name }) => name === wanted.name) : undefined;
  if (tool !== undefined) return tool;
  throw invalid('tool_choice', 'tool_choice must be none, auto, required or name one of the tools.');
}

function readTool(given: unknown, at: string): Tool {
  if (!isObject(given) || given.type !== 'function' || !isObject(given.function)) {
    throw invalid('tools', `${at} must have type function and a function.`);
  }
  const { name, description, parameters, strict } = given.function;
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw invalid('tools', `${at}.function.name must be 1 to 64 letters, digits, _ or -.`);
  }
  if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
    throw invalid('tools', `${at}.function.parameters must be a JSON schema.`);
  }
  return {
    name,
    description: typeof description === 'string' ? description : '',
    parameters: parameters ?? { type: 'object', properties: {} },
    strict: strict === true,
  };
}
