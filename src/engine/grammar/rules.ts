/** Grammars in llama.cpp's notation (GBNF): a list of named rules, and those that every JSON grammar needs. */
import { invalid } from '../api/api-error.ts';

/** Rules at most; a larger grammar takes llama.cpp long at every token. */
const RULES_MAX = 4000;
/** Characters of a whole grammar at most. */
const GRAMMAR_CHARS_MAX = 400_000;

/** JSON values (RFC 8259). Blanks are few and bounded, so that a model cannot fill an answer with them. */
const JSON_RULES = {
  ws: '" "?',
  char: String.raw`[^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" ([0-9a-cefA-CEF] hex hex hex | [dD] [0-7] hex hex))`,
  hex: '[0-9a-fA-F]',
  string: String.raw`"\"" char* "\""`,
  integer: '"-"? ("0" | [1-9] [0-9]{0,14})',
  number: 'integer ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?',
  boolean: '"true" | "false"',
  null: '"null"',
  member: 'string ":" ws value',
  object: '"{" ws (member ("," ws member)* ws)? "}"',
  array: '"[" ws (value ("," ws value)* ws)? "]"',
  value: 'object | array | string | number | boolean | null',
} as const;

/** Text as a GBNF literal. */
export function literal(text: string): string {
  const escaped = text.replace(/[\\"\n\r\t]/g, (c) => `\\${ESCAPES[c] ?? c}`);
  return `"${escaped}"`;
}
const ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' };

/** A value as JSON, to the letter. */
export const jsonLiteral = (value: unknown): string => literal(JSON.stringify(value));

export class Rules {
  readonly #rules = new Map<string, string>();
  readonly #param: string;
  #chars = 0;

  /** `param` names what a grammar that grows too large came from. */
  constructor(param: string) {
    this.#param = param;
    for (const [name, body] of Object.entries(JSON_RULES)) this.#rules.set(name, body);
  }

  /** Adds a rule and returns its name. */
  add(body: string): string {
    const name = this.reserve();
    this.define(name, body);
    return name;
  }

  /** A name for a rule that is defined later, since it refers to itself. */
  reserve(): string {
    const name = `r${this.#rules.size}`;
    this.#rules.set(name, '');
    if (this.#rules.size > RULES_MAX) throw this.#tooLarge();
    return name;
  }

  define(name: string, body: string): void {
    this.#chars += body.length;
    if (this.#chars > GRAMMAR_CHARS_MAX) throw this.#tooLarge();
    this.#rules.set(name, body);
  }

  /** The whole grammar; it begins with `root`. */
  text(root: string): string {
    const lines = [`root ::= ${root}`];
    for (const [name, body] of this.#rules) lines.push(`${name} ::= ${body}`);
    return lines.join('\n');
  }

  #tooLarge(): Error {
    return invalid(this.#param, `${this.#param} is too large to be enforced.`, 'unsupported_schema');
  }
}
