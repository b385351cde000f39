/** Writes docs/errors.md and docs/parameters.md from the tables, so that they cannot say anything else. */
import { ERRORS, type ErrorEntry } from '../../src/gateway/api/errors.ts';
import { PART_TYPES } from '../../src/gateway/api/parameters/media.ts';
import { PROVIDER_SAYS } from '../../src/gateway/api/parameters/provider.ts';
import { DEPTH_MAX, KEYS_MAX, VALUES_MAX } from '../../src/gateway/api/parameters/size.ts';
import { NEVER_SENT, TABLES } from '../../src/gateway/api/parameters/tables.ts';
import { ANSWERS_MAX, MODEL_CHARS_MAX, OUTPUT_TOKENS_MAX } from '../../src/gateway/api/parameters.ts';
import { DIALECTS } from '../../src/gateway/settings.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`;
const table = (head: string[], rows: string[][]): string =>
  [row(...head), `|${'---|'.repeat(head.length)}`, ...rows.map((cells) => row(...cells))].join('\n');

export function errorsDocument(): string {
  const rows = Object.entries(ERRORS).map(([code, entry]: [string, ErrorEntry]) => [
    `\`${code}\``,
    String(entry.status),
    `\`${entry.type}\``,
    entry.source,
    entry.retryable ? 'yes' : 'no',
    // Braces are places for numbers and words of closed lists.
    (entry.detailed ?? entry.message).replace(/\{([a-z_]+)\}/g, '*$1*'),
  ]);
  return `# Errors

Every error has OpenAI's shape and one of the codes below. The sentences are fixed: what a client sent or an engine said is never in them. The table is generated from \`src/gateway/api/error-table.ts\`.

\`\`\`json
{"error":{"message":"…","type":"…","param":null,"code":"…","source":"request","retryable":false}}
\`\`\`

- \`param\` names the parameter at fault, from a closed list; \`index\` is its place in a list, from 0.
- \`source\` says who has to change something: the \`request\`, this \`gateway\` (its operator), or the \`engine\` behind it.
- \`retryable\`: the same request may succeed later. Where the header \`retry-after\` is set, wait that many seconds.
- Numbers and words that help stand beside them, under the names that are *slanted* below. \`…_microusd\` is money in millionths of a US dollar, \`…_at\` is Unix seconds (in the sentence as dollars and UTC time).
- \`term\` is one of \`objection\` (an owner of the account objected to the engine or its region), \`data_collection\`, \`zdr\`, \`region\`, \`prefix_cache\`, \`terms_undeclared\`, \`terms_expired\`.
- In a stream, after its first byte, an error is the last event (\`data: {"error":{…}}\`); no \`[DONE]\` follows it.
- What the HTTP reader refuses has one of the HTTP codes below and a more exact sentence, and closes the connection.

${table(['code', 'status', 'type', 'source', 'retryable', 'sentence'], rows)}
`;
}

function parameterRows(endpoint: keyof typeof TABLES): string[][] {
  return [...TABLES[endpoint].values()].map((parameter) => {
    const engines = DIALECTS.filter((dialect) => parameter.sentAs[dialect] !== undefined);
    const names = engines.map((dialect) => {
      const name = parameter.sentAs[dialect];
      return name === parameter.name ? dialect : `${dialect} (as \`${name}\`)`;
    });
    const sentTo = engines.length === DIALECTS.length ? 'all' : names.join(', ');
    return [`\`${parameter.name}\``, parameter.says, sentTo === '' ? 'none' : sentTo];
  });
}

const HEAD = ['parameter', 'what it may be', 'engines that are sent it'];

export function parametersDocument(): string {
  return `# Parameters

What a request may say, and which engines hear it. Generated from \`src/gateway/api/parameters/tables.ts\`.

- A known parameter with a wrong value is refused: 400 \`invalid_parameter\`, with its name in \`param\`.
- A parameter that the engine of the model does not know is accepted and left out. So is one that is in no table here: clients send new ones before we know them.
- \`null\` means "not set".
- What an engine gets is made again from known fields, also inside messages, tools and content parts; nothing else of the request's JSON reaches it.
- A body holds at most ${DEPTH_MAX} levels, ${VALUES_MAX.toLocaleString('en')} values and ${KEYS_MAX.toLocaleString('en')} keys.

Engines by dialect: ${DIALECTS.map((dialect) => `\`${dialect}\``).join(', ')}; \`kept\` is the embedded one.

## Read by the gateway itself

${table(
  ['parameter', 'what it may be', 'what it does'],
  [
    [
      '`model`',
      `name of a model, at most ${MODEL_CHARS_MAX} characters`,
      'chooses the model; engines get their own name for it',
    ],
    ['`stream`', 'true or false', 'server-sent events'],
    [
      '`stream_options`',
      '`{"include_usage": true, "continuous_usage_stats": true}`',
      'usage in the last chunk, or in each; engines are always asked for usage',
    ],
    ['`n`', `whole number from 1 to ${ANSWERS_MAX}`, 'answers for each prompt; `ollama` gives one'],
    [
      '`max_tokens`, `max_completion_tokens`',
      `whole number from 1 to ${OUTPUT_TOKENS_MAX.toLocaleString('en')}`,
      'output limit for each answer; of both, the smaller holds; `openai` gets the newer name for chat, all others the older',
    ],
    ['`provider`', PROVIDER_SAYS, 'tightens the data terms of the account, never loosens them'],
    ['`store`', '`false`', '`true` is refused (`store_refused`): nothing is stored'],
  ],
)}

## Never passed on

Accepted, and known to no engine: ${NEVER_SENT.map((name) => `\`${name}\``).join(', ')}.

Of prefix caches: \`kept\`, \`vllm\` and \`sglang\` get a salt of ours for each account (\`cache_salt\`), \`llama-server\` gets \`"cache_prompt": false\`.

## Content of messages

Parts of type ${PART_TYPES.map((type) => `\`${type}\``).join(', ')}. Images, audio, video and files only as \`data:…;base64,…\`: any other address is refused (\`remote_media_refused\`), since engines would fetch it. Other types are refused.

## Chat completions

${table(HEAD, parameterRows('chat'))}

## Completions

${table(HEAD, parameterRows('completions'))}

## Embeddings

${table(HEAD, parameterRows('embeddings'))}
`;
}
