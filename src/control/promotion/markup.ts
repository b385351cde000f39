/**
 * What a campaign is written in: paragraphs with an empty line between them, lines that begin with `## ` (a heading) or
 * all with `- ` (a list). Web addresses become links as they stand; nothing else is more than its letters.
 */
export type Block =
  | { readonly kind: 'heading' | 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] };

export function blocksIn(words: string): readonly Block[] {
  return words
    .replaceAll('\r\n', '\n')
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .map(blockOf);
}

function blockOf(text: string): Block {
  const lines = text.split('\n');
  if (lines.every((line) => line.startsWith('- ')))
    return { kind: 'list', items: lines.map((line) => line.slice(2).trim()) };
  if (lines.length === 1 && text.startsWith('## ')) return { kind: 'heading', text: text.slice(3).trim() };
  return { kind: 'paragraph', text };
}

/** Text and web addresses in turn, each address without what ends a sentence. */
export function linkedParts(text: string): readonly { readonly text: string; readonly isUrl: boolean }[] {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)'])/)
    .map((part, at) => ({ text: part, isUrl: at % 2 === 1 }))
    .filter((part) => part.text !== '');
}
