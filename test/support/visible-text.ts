/** What somebody reads of a page: its title and description, its text, and what is read aloud of its elements. */
const UNSEEN = /<(script|style)\b[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g;
const SPOKEN = /\b(?:aria-label|alt|placeholder|title)="([^"]*)"/g;
const DESCRIBED = /<meta\b[^>]*\bcontent="([^"]*)"[^>]*>/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

export function visibleText(html: string): string {
  const seen = html.replaceAll(UNSEEN, '');
  const spoken = [...seen.matchAll(SPOKEN), ...seen.matchAll(DESCRIBED)].map(([, words]) => words);
  return [seen.replaceAll(/<[^>]*>/g, ' '), ...spoken]
    .join('\n')
    .replaceAll(/&(amp|lt|gt|quot|#x27);/g, (_, name: string) => ENTITIES[name] ?? '')
    .replaceAll(/[ \t]+/g, ' ');
}
