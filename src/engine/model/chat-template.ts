/**
 * Messages to tokens, by the chat template that comes with the model. What people wrote is put in after the template
 * is rendered and becomes plain text only: no message can pass for the template's own marks (a `<|im_end|>` in it is
 * ten characters, not the end of a turn).
 */
import { randomBytes } from 'node:crypto';
import { Template } from '@huggingface/jinja';
import { type LlamaModel, LlamaText, SpecialTokensText, type Token } from 'node-llama-cpp';
import { invalid } from '../api/api-error.ts';
import type { Message } from '../api/messages.ts';
import type { Tool } from '../api/tools.ts';
import { describeTools, TOOL_CALL_MARK, writeCall, writeToolResult } from '../tools/words.ts';

/** Used where a model brings no template. */
const CHATML = `{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`;

/** Messages as templates read them. */
interface TemplateMessage {
  readonly role: string;
  readonly content: string;
  readonly tool_calls?: readonly unknown[];
  readonly tool_call_id?: string;
}

export class ChatTemplate {
  readonly #model: LlamaModel;
  readonly #template: Template;
  /** Whether the template itself tells the model of tools, in the words that we read calls by. */
  readonly #knowsTools: boolean;

  constructor(model: LlamaModel) {
    const source = model.fileInfo.metadata.tokenizer.chat_template ?? CHATML;
    this.#model = model;
    this.#template = new Template(source);
    this.#knowsTools = source.includes('tools') && source.includes(TOOL_CALL_MARK);
  }

  /** The tokens of the whole chat, up to where the model's answer begins. `variables` go to the template as they are. */
  tokens(
    messages: readonly Message[],
    tools: readonly Tool[],
    variables: Readonly<Record<string, unknown>>,
  ): Token[] {
    const hidden = new HiddenTexts();
    const given = this.#knowsTools ? messages.map(asIs) : withToolsInWords(messages, tools);
    const rendered = this.#render({
      ...variables,
      messages: given.map((message) => ({ ...message, content: hidden.hide(message.content) })),
      ...(this.#knowsTools && tools.length > 0 ? { tools: tools.map(asOffered) } : {}),
      add_generation_prompt: true,
      bos_token: this.#model.tokens.bosString ?? '',
      eos_token: this.#model.tokens.eosString ?? '',
    });
    const tokens = hidden.reveal(rendered).tokenize(this.#model.tokenizer);
    const { bos, shouldPrependBosToken } = this.#model.tokens;
    if (shouldPrependBosToken && bos !== null && tokens[0] !== bos) tokens.unshift(bos);
    return tokens;
  }

  #render(variables: Record<string, unknown>): string {
    try {
      return this.#template.render(variables);
    } catch {
      throw invalid(
        'messages',
        "The model's chat template does not accept these messages: check their roles and order.",
      );
    }
  }
}

/** Keeps texts out of the template's sight: a mark that nobody can guess stands for each. */
class HiddenTexts {
  readonly #secret = randomBytes(12).toString('hex');
  readonly #texts: string[] = [];

  hide(text: string): string {
    if (text === '') return '';
    return `[${this.#secret}:${this.#texts.push(text) - 1}]`;
  }

  /** The rendered template with its marks as special tokens and the texts as plain ones. */
  reveal(rendered: string): LlamaText {
    const parts: (string | SpecialTokensText)[] = [];
    const mark = new RegExp(`\\[${this.#secret}:(\\d+)\\]`);
    for (const [i, part] of rendered.split(mark).entries()) {
      if (i % 2 === 1) parts.push(this.#texts[Number(part)]!);
      else if (part !== '') parts.push(new SpecialTokensText(part));
    }
    return LlamaText(parts);
  }
}

function asIs(message: Message): TemplateMessage {
  const { role, text: content } = message;
  if (role === 'tool') return { role, content, tool_call_id: message.callId };
  if (role !== 'assistant' || message.calls.length === 0) return { role, content };
  const calls = message.calls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: parsed(call.arguments) },
  }));
  return { role, content, tool_calls: calls };
}

/** For templates that know no tools: said in the system message, calls and results as text. */
function withToolsInWords(messages: readonly Message[], tools: readonly Tool[]): TemplateMessage[] {
  const said = messages.map((message): TemplateMessage => {
    if (message.role === 'tool') return { role: 'user', content: writeToolResult(message.text) };
    if (message.role !== 'assistant') return { role: message.role, content: message.text };
    const calls = message.calls.map(writeCall);
    return { role: 'assistant', content: [message.text, ...calls].filter((part) => part !== '').join('\n') };
  });
  if (tools.length === 0) return said;
  const first = said[0];
  const told = describeTools(tools);
  if (first?.role !== 'system') return [{ role: 'system', content: told }, ...said];
  return [{ role: 'system', content: `${first.content}\n\n${told}` }, ...said.slice(1)];
}

const asOffered = ({ name, description, parameters }: Tool) => ({
  type: 'function',
  function: { name, description, parameters },
});

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
