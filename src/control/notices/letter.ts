/** The shape of a mail, and how it becomes text and HTML: one plain letter, in which nothing is fetched from anywhere. */

export interface Link {
  readonly label: string;
  readonly url: string;
}

/** A mail's words: paragraphs, and the link that the letter is about, or several of which one is chosen. */
export interface Letter {
  /** BCP 47; left out: English. */
  readonly language?: string;
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly link?: Link;
  readonly links?: readonly Link[];
  /** Below the link. */
  readonly afterwards?: readonly string[];
}

export interface Written {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `siteUrl` stands below it. */
export const writeLetter = (letter: Letter, siteUrl: string): Written => ({
  subject: letter.subject,
  text: textOf(letter, siteUrl),
  html: htmlOf(letter, siteUrl),
});

const linksOf = ({ link, links = [] }: Letter): readonly Link[] =>
  link === undefined ? links : [link, ...links];

function textOf(letter: Letter, siteUrl: string): string {
  const { paragraphs, afterwards = [] } = letter;
  const linked = linksOf(letter).map(({ label, url }) => `${label}:\n${url}`);
  return `${[...paragraphs, ...linked, ...afterwards, `-- \n${siteUrl}`].join('\n\n')}\n`;
}

function htmlOf(letter: Letter, siteUrl: string): string {
  const { language = 'en', subject, paragraphs, afterwards = [] } = letter;
  const paragraph = (words: string) =>
    `<p style="margin:0 0 1em">${escaped(words).replaceAll('\n', '<br>')}</p>`;
  const button = (link: Link) =>
    `<p style="margin:1.5em 0"><a href="${escaped(link.url)}" style="background:#1b5e4b;color:#fff;padding:.7em 1.2em;border-radius:.4em;text-decoration:none;display:inline-block">${escaped(link.label)}</a></p><p style="margin:0 0 1em;font-size:.85em;word-break:break-all">${escaped(link.url)}</p>`;
  return `<!doctype html><html lang="${escaped(language)}" style="color-scheme:light dark"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escaped(subject)}</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em">
${paragraphs.map(paragraph).join('\n')}
${linksOf(letter).map(button).join('\n')}
${afterwards.map(paragraph).join('\n')}
<p style="margin:2em 0 0;font-size:.85em"><a href="${escaped(siteUrl)}">${escaped(siteUrl)}</a></p>
</body></html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
