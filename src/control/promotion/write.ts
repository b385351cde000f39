/**
 * A campaign as mail: text, and HTML without a colour of its own, so that it is light or dark as the reader's program is.
 * Nothing in it is fetched, no address is rewritten, and nothing tells us that it was read (COLLECT-7). Who sends it, why,
 * and how it ends stand below each (16 CFR 316; 15 U.S.C. § 7704(a)(5)).
 */
import { escaped, type Written } from '../notices/index.ts';
import type { Company } from '../settings.ts';
import { type Block, blocksIn, linkedParts } from './markup.ts';

export interface Footer {
  readonly company: Pick<Company, 'name' | 'postalAddress'>;
  readonly siteUrl: string;
  readonly unsubscribeUrl: string;
}

export interface CampaignWords {
  readonly subject: string;
  readonly words: string;
}

export function writeCampaign({ subject, words }: CampaignWords, footer: Footer): Written {
  const blocks = blocksIn(words);
  return { subject, text: textOf(blocks, footer), html: htmlOf(subject, blocks, footer) };
}

const WHY = 'You get this mail because you said yes to promotional mail.';

function textOf(blocks: readonly Block[], { company, siteUrl, unsubscribeUrl }: Footer): string {
  const written = blocks.map((block) =>
    block.kind === 'list'
      ? block.items.map((item) => `- ${item}`).join('\n')
      : block.kind === 'heading'
        ? block.text.toUpperCase()
        : block.text,
  );
  const foot = [
    `-- \n${WHY}`,
    `Unsubscribe, in one click and without signing in:\n${unsubscribeUrl}`,
    `All your choices:\n${siteUrl}/privacy/choices`,
    `${company.name}\n${company.postalAddress}`,
  ];
  return `${[...written, ...foot].join('\n\n')}\n`;
}

const HEAD = '<meta charset="utf-8"><meta name="color-scheme" content="light dark">';
const BODY = 'font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em';

function htmlOf(
  subject: string,
  blocks: readonly Block[],
  { company, siteUrl, unsubscribeUrl }: Footer,
): string {
  const link = (url: string, words: string) => `<a href="${escaped(url)}">${escaped(words)}</a>`;
  const linked = (text: string) =>
    linkedParts(text)
      .map((part) => (part.isUrl ? link(part.text, part.text) : escaped(part.text).replaceAll('\n', '<br>')))
      .join('');
  const written = blocks.map((block) => {
    if (block.kind === 'list')
      return `<ul style="margin:0 0 1em;padding-left:1.4em">${block.items.map((item) => `<li>${linked(item)}</li>`).join('')}</ul>`;
    if (block.kind === 'heading')
      return `<h2 style="font-size:1.2em;margin:1.5em 0 .5em">${linked(block.text)}</h2>`;
    return `<p style="margin:0 0 1em">${linked(block.text)}</p>`;
  });
  const address = escaped(`${company.name}\n${company.postalAddress}`).replaceAll('\n', '<br>');
  return `<!doctype html><html lang="en" style="color-scheme:light dark"><head>${HEAD}<title>${escaped(subject)}</title></head>
<body style="${BODY}">
${written.join('\n')}
<hr style="margin:2em 0 1em;border:0;border-top:1px solid">
<p style="margin:0 0 .8em;font-size:.85em">${WHY} ${link(unsubscribeUrl, 'Unsubscribe')} in one click and without signing in, or see ${link(`${siteUrl}/privacy/choices`, 'all your choices')}.</p>
<p style="margin:0;font-size:.85em">${address}</p>
</body></html>
`;
}
