/** The changelog as a feed (RFC 4287). */
import type { Inline } from '../../control/policy/index.ts';
import { siteContext } from '../context.ts';
import type { Route } from './+types/changelog-feed.ts';

export function loader({ context }: Route.LoaderArgs) {
  const { siteUrl, company, comments } = context.get(siteContext).parts;
  const [newest] = comments.changelog;
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>${escaped(siteUrl)}/changelog</id>`,
    `<title>${escaped(`Changelog of ${company.name}`)}</title>`,
    `<updated>${momentOf(newest?.date ?? '1970-01-01')}</updated>`,
    `<author><name>${escaped(company.name)}</name></author>`,
    `<link rel="self" href="${escaped(siteUrl)}/changelog.atom"/>`,
    `<link href="${escaped(siteUrl)}/changelog"/>`,
    ...comments.changelog.flatMap(({ id, date, title, blocks }) => [
      '<entry>',
      `<id>${escaped(siteUrl)}/changelog/${id}</id>`,
      `<title>${escaped(title)}</title>`,
      `<updated>${momentOf(date)}</updated>`,
      `<link href="${escaped(siteUrl)}/changelog/${id}"/>`,
      `<summary>${escaped(blocks.flatMap((block) => (block.kind === 'paragraph' ? wordsOf(block.text) : [])).join(' '))}</summary>`,
      '</entry>',
    ]),
    '</feed>',
    '',
  ].join('\n');
  return new Response(text, {
    headers: {
      'content-type': 'application/atom+xml; charset=utf-8',
      'cache-control': 'public, max-age=3600',
    },
  });
}

const momentOf = (date: string): string => `${date}T00:00:00Z`;

const wordsOf = (text: readonly Inline[]): string =>
  text
    .map((inline) => ('inside' in inline ? wordsOf(inline.inside) : inline.text))
    .join('')
    .replaceAll('\n', ' ');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
