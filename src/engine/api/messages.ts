/** The messages of a chat, checked and brought to the few forms that chat templates know. */
import { invalid } from './api-error.ts';
import { type Body, isObject, readList } from './fields.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON text, as the model wrote them. */
  readonly arguments: string;
}

export type Message =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly text: string; readonly callId: string };

const MESSAGES_MAX = 10_000;
const PARTS_MAX = 10_000;
const CALLS_MAX = 128;

export function readMessages(body: Body): readonly Message[] {
  const given = readList(body, 'messages', MESSAGES_MAX);
  if (given === null || given.length === 0)
    throw invalid('messages', 'messages must be a list of at least one message.');
  return given.map((message, i) => readMessage(message, `messages[${i}]`));
}

function readMessage(given: unknown, at: string): Message {
  if (!isObject(given)) throw invalid('messages', `${at} must be an object.`);
  switch (given.role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: readText(given.content, `${at}.content`) };
    case 'user':
      return { role: 'user', text: readText(given.content, `${at}.content`) };
    case 'assistant':
      return readAssistant(given, at);
    case 'tool': {
      const callId = given.tool_call_id;
      if (typeof callId !== 'string')
        throw invalid('messages.tool_call_id', `${at}.tool_call_id must be a string.`);
      return { role: 'tool', text: readText(given.content, `${at}.content`), callId };
    }
    default:
      throw invalid('messages.role', `${at}.role must be one of system, developer, user, assistant, tool.`);
  }
}

function readAssistant(given: Body, at: string): Message {
  const calls = (readList(given, 'tool_calls', CALLS_MAX) ?? []).map((call, i) =>
    readCall(call, `${at}.tool_calls[${i}]`),
  );
  const content = given.content;
  const absent = content === undefined || content === null;
  if (absent && calls.length === 0 && typeof given.refusal !== 'string') {
    throw invalid('messages.content', `${at}.content is missing.`);
  }
  return { role: 'assistant', text: absent ? '' : readText(content, `${at}.content`), calls };
}

function readCall(given: unknown, at: string): ToolCall {
  const called = isObject(given) ? given.function : undefined;
  if (!isObject(given) || typeof given.id !== 'string' || !isObject(called)) {
    throw invalid('messages.tool_calls', `${at} must have an id and a function.`);
  }
  if (typeof called.name !== 'string' || typeof called.arguments !== 'string') {
    throw invalid('messages.tool_calls', `${at}.function must have a name and arguments, both strings.`);
  }
  return { id: given.id, name: called.name, arguments: called.arguments };
}

/** A string, or a list of text parts. */
function readText(content: unknown, at: string): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content) || content.length > PARTS_MAX) {
    throw invalid('messages.content', `${at} must be a string or a list of text parts.`);
  }
  return content.map((part, i) => readPart(part, `${at}[${i}]`)).join('');
}

function readPart(part: unknown, at: string): string {
  if (isObject(part) && part.type === 'text' && typeof part.text === 'string') return part.text;
  if (isObject(part) && part.type === 'refusal' && typeof part.refusal === 'string') return part.refusal;
  throw invalid(
    'messages.content',
    `${at} must be a text part: this model reads text only.`,
    'unsupported_content',
  );
}
