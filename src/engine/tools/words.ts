/** How tools, calls and results are put into words: the form that Hermes, Qwen and SmolLM models were trained on. */
import type { ToolCall } from '../api/messages.ts';
import type { Tool } from '../api/tools.ts';

export const TOOL_CALL_MARK = '<tool_call>';
export const TOOL_CALL_END_MARK = '</tool_call>';

/** What stands before the name and the arguments of a call, to the letter; `grammar/tool-calls.ts` enforces it. */
export const CALL_WORDS = {
  open: `${TOOL_CALL_MARK}\n{"name": `,
  middle: ', "arguments": ',
  close: `}\n${TOOL_CALL_END_MARK}`,
} as const;

export function writeCall(call: ToolCall): string {
  return `${CALL_WORDS.open}${JSON.stringify(call.name)}${CALL_WORDS.middle}${call.arguments}${CALL_WORDS.close}`;
}

export const writeToolResult = (text: string): string => `<tool_response>\n${text}\n</tool_response>`;

/** What the system message says of tools where the model's template has no words of its own. */
export function describeTools(tools: readonly Tool[]): string {
  const signatures = tools.map(({ name, description, parameters }) =>
    JSON.stringify({ type: 'function', function: { name, description, parameters } }),
  );
  return [
    'You may call one or more functions to help with the user query.',
    'The functions are described inside <tools></tools>:',
    '<tools>',
    ...signatures,
    '</tools>',
    'To call a function, answer with a JSON object of its name and arguments inside <tool_call></tool_call>:',
    `${CALL_WORDS.open}"function-name"${CALL_WORDS.middle}{"argument": "value"}${CALL_WORDS.close}`,
  ].join('\n');
}
