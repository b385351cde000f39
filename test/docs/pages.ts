/** The documents that people read, and what is found in them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/instance.ts';

export interface Page {
  /** Below the repository's folder. */
  readonly path: string;
  readonly text: string;
  /** The text without its code blocks. */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

export interface Block {
  /** What stands behind the fence: `sh`, `json kept.config.json`. */
  readonly kind: string;
  readonly text: string;
}

const FENCE = /^( *)```([^\n]*)\n([\s\S]*?)\n\1```$/gm;

function readPage(name: string): Page {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  const blocks = [...text.matchAll(FENCE)].map(([, , kind = '', code = '']) => ({ kind, text: code }));
  return { path: name, text, prose: text.replace(FENCE, ''), blocks };
}

function markdownIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));
}

/** Every Markdown page of the repository, generated ones included. */
export const PAGES: readonly Page[] = [
  ...['README.md', 'ARCHITECTURE.md', 'SECURITY.md'],
  ...markdownIn('docs'),
].map(readPage);

export function page(name: string): Page {
  const found = PAGES.find((one) => one.path === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

/** The first column of the table under `heading`, each cell without its back-quotes. */
export function firstColumn({ text }: Page, heading: string): string[] {
  const after = text.slice(text.indexOf(`\n## ${heading}\n`) + 1);
  const section = after.slice(0, after.indexOf('\n## ', 1) < 0 ? undefined : after.indexOf('\n## ', 1));
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ')[0]!.slice(2).replaceAll('`', '').trim());
}
