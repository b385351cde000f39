/** The state of all promises as a small picture for other pages. Pure. */
import type { Standing } from './index.ts';

const CHAR_PX = 6.6;
const PAD_PX = 10;
const HEIGHT_PX = 20;
const NAME = 'promises';
const COLOURS = { good: '#1f6f54', bad: '#b3261e', quiet: '#5f6368' } as const;

export function badgeOf({ clauses }: Standing): string {
  const of = (verdict: string) => clauses.filter((clause) => clause.verdict === verdict).length;
  const [kept, broken] = [of('kept'), of('broken')];
  const words =
    broken > 0 ? `${broken} broken` : kept > 0 ? `${kept} of ${clauses.length} kept` : 'not seen yet';
  const colour = broken > 0 ? COLOURS.bad : kept > 0 ? COLOURS.good : COLOURS.quiet;
  const [left, right] = [NAME, words].map((text) => Math.round(text.length * CHAR_PX + 2 * PAD_PX)) as [
    number,
    number,
  ];
  const text = (at: number, said: string) => `<text x="${at}" y="14">${said}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="${HEIGHT_PX}" role="img" aria-label="${NAME}: ${words}">`,
    `<title>${NAME}: ${words}</title>`,
    `<rect width="${left}" height="${HEIGHT_PX}" fill="#333"/><rect x="${left}" width="${right}" height="${HEIGHT_PX}" fill="${colour}"/>`,
    `<g fill="#fff" font-family="Verdana,sans-serif" font-size="11">${text(PAD_PX, NAME)}${text(left + PAD_PX, words)}</g>`,
    '</svg>',
    '',
  ].join('');
}
