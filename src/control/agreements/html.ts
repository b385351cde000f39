/** An agreement as one HTML file that needs nothing else: for printing, signing and keeping. Pure. */
import { escaped } from '../notices/index.ts';
import type { Block, Inline, Statement } from '../policy/index.ts';
import { withoutTitle } from './without-title.ts';

const STYLE =
  'body{font:11pt/1.5 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1d2327;background:#fff}h1,h2{line-height:1.2;break-after:avoid}li{break-inside:avoid}@page{margin:2cm}';

/** `document`: Markdown, its first line the title. `siteUrl`: what its links are relative to. */
export function agreementHtml(document: string, siteUrl: string): string {
  const title = escaped(document.slice(2, document.indexOf('\n')));
  const body = withoutTitle(document)
    .map((block) => blockHtml(block, siteUrl))
    .join('\n');
  return `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head>\n<body>\n<main>\n<h1>${title}</h1>\n${body}\n</main>\n</body>\n</html>\n`;
}

function blockHtml(block: Block, siteUrl: string): string {
  const said = ({ text }: Statement) => inlineHtml(text, siteUrl);
  switch (block.kind) {
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'paragraph':
      return `<p>${said(block)}</p>`;
    case 'list':
      return `<ul>\n${block.items.map((item) => `<li>${said(item)}</li>`).join('\n')}\n</ul>`;
    case 'part':
      return '';
  }
}

function inlineHtml(text: readonly Inline[], siteUrl: string): string {
  return text.map((inline) => wordHtml(inline, siteUrl)).join('');
}

function wordHtml(inline: Inline, siteUrl: string): string {
  switch (inline.kind) {
    case 'text':
      return escaped(inline.text);
    case 'code':
      return `<code>${escaped(inline.text)}</code>`;
    case 'link':
      return `<a href="${escaped(new URL(inline.to, siteUrl).href)}">${inlineHtml(inline.inside, siteUrl)}</a>`;
    case 'strong':
      return `<strong>${inlineHtml(inline.inside, siteUrl)}</strong>`;
    case 'emphasis':
      return `<em>${inlineHtml(inline.inside, siteUrl)}</em>`;
  }
}
