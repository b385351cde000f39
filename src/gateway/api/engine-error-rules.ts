/**
 * The wordings of engines' errors, as found in their sources and issue threads. The first rule that applies decides.
 * A pattern is anchored at the start, has no nested repetition, and captures digits only: what a client wrote comes
 * later in such messages, if at all.
 */
import type { Dialect } from '../settings.ts';
import type { ErrorCode } from './errors.ts';
import type { Param } from './names.ts';

export interface Rule {
  /** All dialects unless named. */
  readonly dialects?: readonly Dialect[];
  readonly statuses?: readonly number[];
  /** One of these is the error's type or code. */
  readonly words?: readonly string[];
  /** Named groups: `context`, `prompt`, `output`, `total`; each a count of tokens. */
  readonly pattern?: RegExp;
  readonly code: ErrorCode;
  readonly param?: Param;
}

/** Servers in Python put the class of the exception before its message. */
const at = (pattern: string): RegExp => new RegExp(`^(?:[A-Za-z]{1,40}(?:Error|Exception): )?${pattern}`);

const VLLM_LIKE: readonly Dialect[] = ['vllm', 'sglang', 'openai', 'kept', 'tgi'];
const LLAMA_LIKE: readonly Dialect[] = ['llama-server', 'ollama', 'kept'];

const MAXIMUM = "This model's maximum context length is (?<context>\\d{1,9}) tokens[.,] [Hh]owever,? ";

const CONTEXT: readonly Rule[] = [
  // vLLM, OpenAI: "you requested 5000 tokens (4900 in the messages, 100 in the completion)"
  ...[
    `${MAXIMUM}you requested (?<total>\\d{1,9}) tokens \\((?<prompt>\\d{1,9}) (?:in the messages|in your prompt|in the input)[,;] (?<output>\\d{1,9}) `,
    // vLLM since 0.16
    `${MAXIMUM}you requested (?<output>\\d{1,9}) output tokens and your prompt contains (?:at least )?(?<prompt>\\d{1,9}) input tokens(?:, for a total of (?:at least )?(?<total>\\d{1,9}) tokens)?`,
    `${MAXIMUM}your (?:messages resulted in|prompt contains|request has) (?:at least )?(?<prompt>\\d{1,9}) (?:input )?tokens`,
    `${MAXIMUM}you requested (?<total>\\d{1,9}) tokens`,
    "You passed (?<prompt>\\d{1,9}) input tokens and requested (?<output>\\d{1,9}) output tokens. However, the model's context length is only (?<context>\\d{1,9}) tokens",
    "'?(?:max_tokens|max_completion_tokens)'? (?:or '?max_completion_tokens'? )?is too large: (?<output>\\d{1,9})\\. ?This model's maximum context length is (?<context>\\d{1,9}) tokens and your request has (?<prompt>\\d{1,9}) input tokens",
    'The (?:decoder|encoder) prompt \\(length (?<prompt>\\d{1,9})\\) is longer than the maximum model length of (?<context>\\d{1,9})',
    // SGLang
    "The input \\((?<prompt>\\d{1,9}) tokens\\) is longer than the model's context length \\((?<context>\\d{1,9}) tokens\\)",
    "Requested token count exceeds the model's maximum context length of (?<context>\\d{1,9}) tokens\\. You requested a total of (?<total>\\d{1,9}) tokens: (?<prompt>\\d{1,9}) tokens from the input messages and (?<output>\\d{1,9}) ",
    'Input length \\((?<prompt>\\d{1,9}) tokens\\) exceeds the maximum allowed length \\((?<context>\\d{1,9}) tokens\\)',
    // TGI
    'Input validation error: `inputs` tokens \\+ `max_new_tokens` must be <= (?<context>\\d{1,9})\\. Given: (?<prompt>\\d{1,9}) `inputs` tokens and (?<output>\\d{1,9}) `max_new_tokens`',
    'Input validation error: `inputs` must have less than (?<context>\\d{1,9}) tokens\\. Given: (?<prompt>\\d{1,9})',
  ].map((pattern): Rule => ({ dialects: VLLM_LIKE, pattern: at(pattern), code: 'context_length_exceeded' })),
  // llama-server; its type carries the numbers as fields
  { words: ['exceed_context_size_error'], code: 'context_length_exceeded' },
  ...[
    'request \\((?<prompt>\\d{1,9}) tokens\\) exceeds the available context size \\((?<context>\\d{1,9}) tokens\\)',
    '[Tt]he request exceeds the available context size',
    '(?:the )?input (?:length )?exceeds (?:the |maximum )?context (?:length|size)',
    'input \\((?<prompt>\\d{1,9}) tokens\\) is too large to process',
    'input is too large to process',
  ].map((pattern): Rule => ({ dialects: LLAMA_LIKE, pattern: at(pattern), code: 'context_length_exceeded' })),
  { words: ['context_length_exceeded'], code: 'context_length_exceeded' },
  { pattern: at('max_tokens must be at least 1, got -\\d'), code: 'context_length_exceeded' },
];

const BUSY: readonly Rule[] = [
  { words: ['engine_busy', 'overloaded', 'overloaded_error', 'server_overloaded'], code: 'engine_busy' },
  {
    pattern: at('(?:The request queue is full|The request is aborted by a higher priority request)'),
    code: 'engine_busy',
  },
  { pattern: at('server busy, please try again'), code: 'engine_busy' },
  {
    pattern: at('(?:Model is overloaded|The server is overloaded|The engine is currently overloaded)'),
    code: 'engine_busy',
  },
  { pattern: at('(?:no slot available|slot unavailable|all slots are busy)'), code: 'engine_busy' },
];

const MODEL: readonly Rule[] = [
  {
    statuses: [404],
    words: ['NotFoundError', 'model_not_found', 'not_found_error'],
    code: 'model_not_on_engine',
  },
  { pattern: at('The model [`\'"].{1,200}[`\'"] does not exist'), code: 'model_not_on_engine' },
  { pattern: at('model [`\'"].{1,200}[`\'"] not found'), code: 'model_not_on_engine' },
  { pattern: at('model not found'), code: 'model_not_on_engine' },
  { words: ['unavailable_error'], code: 'engine_unavailable' },
  { pattern: at('(?:Loading model|Model .{1,200} is currently loading)'), code: 'engine_unavailable' },
];

const PARAMETERS: readonly Rule[] = [
  // Tools
  ...[
    '"(?:auto|required)" tool choice requires ',
    'tool_choice=".{1,20}" requires ',
    'tools param requires --jinja flag',
    'Unsupported param: tools',
    'Tool (?:choice|use|calling) is not supported',
    '(?:registry\\.ollama\\.ai/)?[^ ]{1,200} does not support tools',
    'Cannot use tools with stream',
  ].map((pattern): Rule => ({ pattern: at(pattern), code: 'unsupported_parameter', param: 'tools' })),
  ...[
    'Invalid tool choice',
    'The tool specified in `tool_choice` does not match any of the specified `tools`',
    'When using `tool_choice`, `tools` must be set',
    '`tool_choice` must ',
    'Tool choice function .{1,100} not found',
  ].map((pattern): Rule => ({ pattern: at(pattern), code: 'invalid_parameter', param: 'tool_choice' })),
  ...[
    'Invalid tool(?:s|:| )',
    'Failed to parse tools',
    'Invalid JSON schema in tool',
    '[Uu]nsupported tool ',
  ].map((pattern): Rule => ({ pattern: at(pattern), code: 'invalid_parameter', param: 'tools' })),
  // The form of the answer
  ...[
    'The provided JSON schema contains features not supported by ',
    'Grammar error: ',
    'Failed to (?:parse|compile|convert) .{0,40}(?:grammar|schema)',
    'Failed to (?:initialize|init) samplers: failed to parse grammar',
    'failed to parse grammar',
    'Invalid (?:grammar|json_schema|JSON schema|regex)',
    '(?:Failed to transform|Unsupported JSON schema)',
    '"json_schema": ',
    'JSON schema conversion failed',
    'Invalid schema for response_format',
    'Either "json_schema" or "grammar" can be specified',
    'response_format type must be one of ',
  ].map((pattern): Rule => ({ pattern: at(pattern), code: 'invalid_parameter', param: 'response_format' })),
  // Media
  ...[
    'image input is not supported',
    'audio input is not supported',
    'this model does not support (?:image|audio|video) input',
    'this model is missing data required for image input',
    'Unsupported content part type',
    'Invalid content type\\. ',
    'At most 0 (?:image|audio|video)',
    '.{1,200} is not a multimodal model',
  ].map(
    (pattern): Rule => ({ pattern: at(pattern), code: 'unsupported_parameter', param: 'messages.content' }),
  ),
  ...[
    'invalid image input',
    'Failed to load image',
    'cannot identify image file',
    'Failed to (?:load|decode) (?:image|audio)',
    'At most \\d{1,4} (?:image|audio|video)',
    'invalid message (?:format|content type)',
  ].map((pattern): Rule => ({ pattern: at(pattern), code: 'invalid_parameter', param: 'messages.content' })),
  // Messages that the model's template does not take
  ...[
    '(?:After the optional system message, )?[Cc]onversation roles must alternate',
    'Jinja Exception: ',
    'System role not supported',
    'Only user and assistant roles are supported',
  ].map((pattern): Rule => ({ pattern: at(pattern), code: 'unsupported_parameter', param: 'messages.role' })),
  // Kinds of models
  ...[
    'The model does not support (?:Chat Completions|Completions|Embeddings) API',
    'This server does not support (?:chat|completions|embeddings)',
    '[^ ]{1,200} does not support (?:chat|generate|embeddings)',
    'this model does not support embeddings',
  ].map((pattern): Rule => ({ pattern: at(pattern), code: 'unsupported_endpoint' })),
  // Single parameters
  { pattern: at('(?:Chat )?[Tt]emperature must '), code: 'invalid_parameter', param: 'temperature' },
  { pattern: at('top_p must '), code: 'invalid_parameter', param: 'top_p' },
  { pattern: at('top_k must '), code: 'invalid_parameter', param: 'top_k' },
  { pattern: at('min_p must '), code: 'invalid_parameter', param: 'min_p' },
  { pattern: at('n must '), code: 'invalid_parameter', param: 'n' },
  { pattern: at('presence_penalty must '), code: 'invalid_parameter', param: 'presence_penalty' },
  { pattern: at('frequency_penalty must '), code: 'invalid_parameter', param: 'frequency_penalty' },
  { pattern: at('repetition_penalty must '), code: 'invalid_parameter', param: 'repetition_penalty' },
  { pattern: at('min_tokens must '), code: 'invalid_parameter', param: 'min_tokens' },
  { pattern: at('suffix is not (?:currently )?supported'), code: 'unsupported_parameter', param: 'suffix' },
  { pattern: at('best_of (?:must|is not) '), code: 'unsupported_parameter', param: 'best_of' },
  { pattern: at('(?:echo|Echo) (?:is not|not) '), code: 'unsupported_parameter', param: 'echo' },
  { pattern: at('Requested (?:sample )?logprobs of '), code: 'invalid_parameter', param: 'top_logprobs' },
  { pattern: at('[Ll]ogprobs (?:is|are) not supported'), code: 'unsupported_parameter', param: 'logprobs' },
  {
    pattern: at('Model .{1,200} does not support matryoshka '),
    code: 'unsupported_parameter',
    param: 'dimensions',
  },
];

const OTHER: readonly Rule[] = [
  { words: ['content_filter', 'content_policy_violation'], code: 'content_filtered' },
  {
    dialects: ['openai'],
    words: ['insufficient_quota', 'billing_hard_limit_reached'],
    code: 'engine_unavailable',
  },
  {
    words: ['rate_limit_exceeded', 'RateLimitError', 'requests', 'tokens'],
    statuses: [429],
    code: 'engine_busy',
  },
  { words: ['authentication_error', 'invalid_api_key'], code: 'engine_unavailable' },
  { dialects: ['kept'], words: ['engine_failed'], code: 'engine_fault' },
];

/** In order; the first that applies decides. */
export const RULES: readonly Rule[] = [...CONTEXT, ...BUSY, ...MODEL, ...PARAMETERS, ...OTHER];
