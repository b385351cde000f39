/** An agreement's Markdown as blocks; its first line is the title, and pages have a heading of their own. Pure. */
import { type Block, blocksOf } from '../policy/index.ts';

export const withoutTitle = (document: string): readonly Block[] =>
  blocksOf(document.slice(document.indexOf('\n') + 1), {});
