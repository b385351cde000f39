/**
 * The closed lists of parameters by end-point: what each may be and which engines are sent it. Sources: OpenAI's API
 * reference; vLLM's and SGLang's `protocol.py`; llama-server's README; Ollama's and TGI's OpenAI compatibility pages.
 */
import type { Endpoint } from '../../../link/words.ts';
import type { Dialect } from '../../settings.ts';
import {
  anyObject,
  either,
  flag,
  listOf,
  logitBias,
  number,
  objects,
  oneOf,
  seed,
  templateArguments,
  text,
  whole,
} from './checks.ts';
import { messagesSchema, ROLES, readMessages } from './messages.ts';
import { EVERY_DIALECT, type Parameter, parameter } from './parameter.ts';
import { functionCall, functions, responseFormat, toolChoice, tools } from './tools.ts';

const TOKENS_MAX = 10_000_000;
const TOKEN_ID_MAX = 10_000_000;
const LOGPROBS_MAX = 20;
const STOPS_MAX = 64;
const STOP_CHARS_MAX = 1024;
const GRAMMAR_CHARS_MAX = 256 * 1024;
const INPUTS_MAX = 2048;
const INPUT_CHARS_MAX = 32 * 1024 * 1024;

const VLLM: readonly Dialect[] = ['vllm'];
const SGLANG: readonly Dialect[] = ['sglang'];
const VLLM_SGLANG: readonly Dialect[] = ['vllm', 'sglang'];
const LLAMA: readonly Dialect[] = ['llama-server'];
const OPENAI: readonly Dialect[] = ['openai'];
const LOCAL: readonly Dialect[] = ['kept', 'vllm', 'sglang', 'llama-server'];
const ALL_BUT_OLLAMA: readonly Dialect[] = EVERY_DIALECT.filter((dialect) => dialect !== 'ollama');

const tokenIds = listOf(whole(0, TOKEN_ID_MAX), INPUTS_MAX);
const schemaOrText = either(anyObject, text(GRAMMAR_CHARS_MAX));
/** llama.cpp and vLLM name the same penalty differently. */
const LLAMA_PENALTY = { kept: 'repeat_penalty', 'llama-server': 'repeat_penalty' };
const VLLM_PENALTY = { vllm: 'repetition_penalty', sglang: 'repetition_penalty' };

/** Sampling and form, known to chat and completions alike. */
const SAMPLING: readonly Parameter[] = [
  parameter('temperature', number(0, 2), EVERY_DIALECT),
  parameter('top_p', number(0, 1), EVERY_DIALECT),
  parameter('top_k', whole(-1, TOKEN_ID_MAX), LOCAL),
  parameter('min_p', number(0, 1), LOCAL),
  parameter('typical_p', number(0, 1), LLAMA),
  parameter('top_n_sigma', number(-1, 100), LLAMA),
  parameter('seed', seed, EVERY_DIALECT),
  parameter('stop', either(text(STOP_CHARS_MAX), listOf(text(STOP_CHARS_MAX), STOPS_MAX)), EVERY_DIALECT),
  parameter('presence_penalty', number(-2, 2), EVERY_DIALECT),
  parameter('frequency_penalty', number(-2, 2), EVERY_DIALECT),
  parameter('repetition_penalty', number(0.01, 10), LOCAL, LLAMA_PENALTY),
  parameter('repeat_penalty', number(0.01, 10), LOCAL, VLLM_PENALTY),
  parameter('repeat_last_n', whole(-1, TOKENS_MAX), LLAMA),
  parameter('logit_bias', logitBias, ALL_BUT_OLLAMA),
  parameter('stop_token_ids', tokenIds, VLLM_SGLANG),
  parameter('stop_regex', either(text(STOP_CHARS_MAX), listOf(text(STOP_CHARS_MAX), STOPS_MAX)), SGLANG),
  parameter('min_tokens', whole(0, TOKENS_MAX), VLLM_SGLANG),
  parameter('ignore_eos', flag, ['vllm', 'sglang', 'llama-server']),
  parameter('skip_special_tokens', flag, VLLM_SGLANG),
  parameter('spaces_between_special_tokens', flag, VLLM),
  parameter('include_stop_str_in_output', flag, VLLM),
  parameter('no_stop_trim', flag, SGLANG),
  parameter('bad_words', listOf(text(STOP_CHARS_MAX), INPUTS_MAX), VLLM),
  parameter('allowed_token_ids', tokenIds, VLLM),
  parameter('length_penalty', number(-10, 10), VLLM),
  parameter('use_beam_search', flag, VLLM),
  parameter('prompt_logprobs', whole(0, LOGPROBS_MAX), VLLM),
  parameter('return_token_ids', flag, VLLM),
  parameter('return_tokens_as_token_ids', flag, VLLM),
  parameter('truncate_prompt_tokens', whole(-1, TOKENS_MAX), VLLM),
  parameter('mirostat', whole(0, 2), LLAMA),
  parameter('mirostat_tau', number(0, 100), LLAMA),
  parameter('mirostat_eta', number(0, 100), LLAMA),
  parameter('dry_multiplier', number(0, 100), LLAMA),
  parameter('dry_base', number(0, 100), LLAMA),
  parameter('dry_allowed_length', whole(0, TOKENS_MAX), LLAMA),
  parameter('dry_penalty_last_n', whole(0, TOKENS_MAX), LLAMA),
  parameter('dry_sequence_breakers', listOf(text(STOP_CHARS_MAX), STOPS_MAX), LLAMA),
  parameter('xtc_probability', number(0, 1), LLAMA),
  parameter('xtc_threshold', number(0, 1), LLAMA),
  parameter('dynatemp_range', number(0, 10), LLAMA),
  parameter('dynatemp_exponent', number(0, 10), LLAMA),
  parameter('response_format', responseFormat, EVERY_DIALECT),
  parameter('structured_outputs', anyObject, VLLM),
  parameter('guided_json', schemaOrText, VLLM),
  parameter('guided_regex', text(GRAMMAR_CHARS_MAX), VLLM),
  parameter('guided_choice', listOf(text(GRAMMAR_CHARS_MAX), INPUTS_MAX), VLLM),
  parameter('guided_grammar', text(GRAMMAR_CHARS_MAX), VLLM),
  parameter('json_schema', schemaOrText, ['sglang', 'llama-server']),
  parameter('grammar', text(GRAMMAR_CHARS_MAX), LLAMA),
  parameter('regex', text(GRAMMAR_CHARS_MAX), SGLANG),
  parameter('ebnf', text(GRAMMAR_CHARS_MAX), SGLANG),
];

const CHAT: readonly Parameter[] = [
  parameter(
    'messages',
    { says: `list of messages; roles ${ROLES.join(', ')}`, schema: messagesSchema, read: readMessages },
    EVERY_DIALECT,
  ),
  ...SAMPLING,
  parameter('logprobs', flag, EVERY_DIALECT),
  parameter('top_logprobs', whole(0, LOGPROBS_MAX), EVERY_DIALECT),
  parameter('tools', tools, EVERY_DIALECT),
  parameter('tool_choice', toolChoice, ALL_BUT_OLLAMA),
  parameter('parallel_tool_calls', flag, [...LOCAL, 'openai']),
  parameter('functions', functions, OPENAI),
  parameter('function_call', functionCall, OPENAI),
  parameter('modalities', listOf(oneOf('text'), 1), []),
  parameter('verbosity', oneOf('low', 'medium', 'high'), OPENAI),
  parameter('reasoning_effort', oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'), [
    'vllm',
    'sglang',
    'llama-server',
    'ollama',
    'openai',
  ]),
  parameter('include_reasoning', flag, VLLM),
  parameter('thinking_token_budget', whole(0, TOKENS_MAX), VLLM),
  parameter('separate_reasoning', flag, SGLANG),
  parameter('stream_reasoning', flag, SGLANG),
  parameter('reasoning_format', oneOf('none', 'auto', 'deepseek', 'deepseek-legacy'), LLAMA),
  parameter('chat_template_kwargs', templateArguments, ['vllm', 'sglang', 'llama-server']),
  parameter('documents', objects, VLLM),
  parameter('echo', flag, VLLM),
  parameter('add_generation_prompt', flag, ['vllm', 'llama-server']),
  parameter('continue_final_message', flag, VLLM_SGLANG),
  parameter('add_special_tokens', flag, VLLM),
];

/** One text, several, the token ids of one, or those of several. */
const texts = either(
  text(INPUT_CHARS_MAX),
  listOf(text(INPUT_CHARS_MAX), INPUTS_MAX),
  listOf(whole(0, TOKEN_ID_MAX), TOKENS_MAX),
  listOf(listOf(whole(0, TOKEN_ID_MAX), TOKENS_MAX), INPUTS_MAX),
);

const COMPLETIONS: readonly Parameter[] = [
  parameter('prompt', texts, EVERY_DIALECT),
  ...SAMPLING,
  parameter('suffix', text(INPUT_CHARS_MAX), EVERY_DIALECT),
  parameter('echo', flag, [...LOCAL, 'openai']),
  parameter('logprobs', whole(0, LOGPROBS_MAX), ALL_BUT_OLLAMA),
  parameter('best_of', whole(1, LOGPROBS_MAX), ['vllm', 'sglang', 'openai']),
  parameter('add_special_tokens', flag, VLLM),
];

const EMBEDDINGS: readonly Parameter[] = [
  parameter('input', texts, EVERY_DIALECT),
  parameter('dimensions', whole(1, 100_000), ['vllm', 'sglang', 'ollama', 'tgi', 'openai']),
  parameter('encoding_format', oneOf('float', 'base64'), EVERY_DIALECT),
  parameter('truncate_prompt_tokens', whole(-1, TOKENS_MAX), VLLM),
  parameter('add_special_tokens', flag, VLLM),
];

const byName = (list: readonly Parameter[]): ReadonlyMap<string, Parameter> =>
  new Map(list.map((each) => [each.name, each]));

/** Parameters that travel, by end-point and name. */
export const TABLES: Readonly<Record<Endpoint, ReadonlyMap<string, Parameter>>> = {
  chat: byName(CHAT),
  completions: byName(COMPLETIONS),
  embeddings: byName(EMBEDDINGS),
};

/**
 * Parameters that clients send and that we accept, but that never reach an engine: who the user is, what would be
 * stored or fetched, what would pick another's cache, place in the queue or code path. Whatever is in no list here is
 * treated alike.
 */
export const NEVER_SENT = [
  'user',
  'safety_identifier',
  'metadata',
  'store',
  'provider',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'service_tier',
  'web_search_options',
  'moderation',
  'prediction',
  'audio',
  'modalities',
  'cache_salt',
  'extra_key',
  'cache_prompt',
  'id_slot',
  'slot_id',
  'priority',
  'request_id',
  'rid',
  'chat_template',
  'mm_processor_kwargs',
  'logits_processors',
  'custom_logit_processor',
  'custom_params',
  'kv_transfer_params',
  'vllm_xargs',
  'lora',
  'lora_path',
  'session_params',
  'return_hidden_states',
  'verbose',
] as const;
