/** The shape of a mail, and how it becomes text and HTML: one plain letter, in which nothing is fetched from anywhere. */

/** A mail's words: paragraphs, and at most one link that the letter is about. */
export interface Letter {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  readonly link?: { readonly label: string; readonly url: string };
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

function textOf({ paragraphs, link, afterwards = [] }: Letter, siteUrl: string): string {
  const linked = link === undefined ? [] : [`${link.label}:\n${link.url}`];
  return `${[...paragraphs, ...linked, ...afterwards, `-- \n${siteUrl}`].join('\n\n')}\n`;
}

function htmlOf({ subject, paragraphs, link, afterwards = [] }: Letter, siteUrl: string): string {
  const paragraph = (words: string) => `<p style="margin:0 0 1em">${escaped(words)}</p>`;
  const button =
    link === undefined
      ? ''
      : `<p style="margin:1.5em 0"><a href="${escaped(link.url)}" style="background:#1b5e4b;color:#fff;padding:.7em 1.2em;border-radius:.4em;text-decoration:none;display:inline-block">${escaped(link.label)}</a></p><p style="margin:0 0 1em;font-size:.85em;word-break:break-all">${escaped(link.url)}</p>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em">
${paragraphs.map(paragraph).join('\n')}
${button}
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
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
