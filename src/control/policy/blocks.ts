/**
 * A policy's Markdown as plain blocks that a page can show: headings, paragraphs, lists, and places for parts that are
 * made from the running system. A statement begins with the ids of the clauses that it is: `{INFER-1}`. Pure.
 */
import { lexer, type Token, type Tokens } from 'marked';

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis'; readonly inside: readonly Inline[] }
  | { readonly kind: 'link'; readonly to: string; readonly inside: readonly Inline[] };

/** A sentence or more that belong together, with the clauses that they are. */
export interface Statement {
  readonly clauses: readonly string[];
  readonly text: readonly Inline[];
}

export type Block =
  | { readonly kind: 'heading'; readonly anchor: string; readonly text: string }
  | ({ readonly kind: 'paragraph' } & Statement)
  | { readonly kind: 'list'; readonly items: readonly Statement[] }
  /** `{{name}}` alone in a paragraph: made from the running system where the page is shown. */
  | { readonly kind: 'part'; readonly name: string };

/** The text cannot be shown: it holds something that a policy does not need, such as HTML. */
export class UnknownMarkup extends Error {
  override readonly name = 'UnknownMarkup';
}

const CLAUSES = /^\{([A-Z]+-\d+(?:, ?[A-Z]+-\d+)*)\} /;
const PART = /^\{\{([a-z_]+)\}\}$/;
const VALUE = /\{\{([a-z_]+)\}\}/g;

/** Throws `UnknownMarkup`, also for a value that nobody gave. */
export function blocksOf(markdown: string, values: Readonly<Record<string, string>>): Block[] {
  return lexer(markdown).flatMap((token) => blockOf(token, values));
}

function blockOf(token: Token, values: Readonly<Record<string, string>>): Block[] {
  switch (token.type) {
    case 'space':
      return [];
    case 'heading':
      return [{ kind: 'heading', anchor: anchorOf(token.text), text: filled(token.text, values) }];
    case 'paragraph': {
      const [, name] = PART.exec(token.text.trim()) ?? [];
      if (name !== undefined && !Object.hasOwn(values, name)) return [{ kind: 'part', name }];
      return [{ kind: 'paragraph', ...statementOf((token as Tokens.Paragraph).tokens, values) }];
    }
    case 'list': {
      const { items } = token as Tokens.List;
      return [{ kind: 'list', items: items.map((item) => statementOf(itemTokens(item), values)) }];
    }
    default:
      throw new UnknownMarkup(`a policy has headings, paragraphs and lists, not ${token.type}`);
  }
}

/** A list item holds one run of text. */
function itemTokens({ tokens }: Tokens.ListItem): Token[] {
  const [only, ...more] = tokens;
  if (more.length > 0 || only?.type !== 'text') throw new UnknownMarkup('a list item is one run of text');
  return (only as Tokens.Text).tokens ?? [only];
}

function statementOf(tokens: readonly Token[], values: Readonly<Record<string, string>>): Statement {
  const [first, ...rest] = tokens;
  if (first?.type !== 'text') return { clauses: [], text: tokens.map((token) => inlineOf(token, values)) };
  const [mark, ids] = CLAUSES.exec(first.raw) ?? [];
  const shown = mark === undefined ? first.raw : first.raw.slice(mark.length);
  const begin: Inline[] = shown === '' ? [] : [{ kind: 'text', text: filled(shown, values) }];
  return {
    clauses: ids?.split(/, ?/) ?? [],
    text: [...begin, ...rest.map((token) => inlineOf(token, values))],
  };
}

function inlineOf(token: Token, values: Readonly<Record<string, string>>): Inline {
  const inside = (tokens: readonly Token[] | undefined) =>
    (tokens ?? []).map((each) => inlineOf(each, values));
  switch (token.type) {
    case 'text':
    case 'escape':
      return { kind: 'text', text: filled(token.text, values) };
    case 'codespan':
      return { kind: 'code', text: token.text };
    case 'strong':
      return { kind: 'strong', inside: inside((token as Tokens.Strong).tokens) };
    case 'em':
      return { kind: 'emphasis', inside: inside((token as Tokens.Em).tokens) };
    case 'link':
      return { kind: 'link', to: token.href, inside: inside((token as Tokens.Link).tokens) };
    default:
      throw new UnknownMarkup(`a statement has text, links, code and emphasis, not ${token.type}`);
  }
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VALUE, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new UnknownMarkup(`nothing is called {{${name}}}`);
    return value;
  });
}

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
