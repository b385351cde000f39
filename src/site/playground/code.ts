/** The same request as code: for curl, and for OpenAI's clients for Node and Python. */
import type { Body, Json } from './request.ts';

const indented = (value: Json, pad: string): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${pad}`);

/** In single quotes of a shell nothing means anything but the quote itself. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export const curlCode = (base: string, body: Body): string =>
  `curl ${base}/chat/completions \\
  -H "Authorization: Bearer $KEPT_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${quoted(JSON.stringify(body, null, 2))}`;

export const nodeCode = (base: string, body: Body): string =>
  `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: ${JSON.stringify(base)}, apiKey: process.env.KEPT_KEY });
const reply = await client.chat.completions.create(${indented(body, '')});
console.log(reply.choices[0].message, reply.usage);`;

export const pythonCode = (base: string, body: Body): string =>
  `import os
from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(base)}, api_key=os.environ["KEPT_KEY"])
reply = client.chat.completions.create(
${Object.entries(body)
  .map(([name, value]) => `    ${name}=${python(value, '    ')},`)
  .join('\n')}
)
print(reply.choices[0].message, reply.usage)`;

/** A value as Python writes it. */
function python(value: Json, pad: string): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const items = Array.isArray(value)
    ? value.map((item) => python(item, `${pad}    `))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${python(item, `${pad}    `)}`);
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${pad}    ${item},\n`).join('')}${pad}${close}`;
}
