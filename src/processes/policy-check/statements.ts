/** The newest policy, read for marks: each paragraph that says what we do begins with the ids of the clauses that it is. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = 'policy/privacy-policy';
const HEAD = /^---\n[\s\S]*?\n---\n/;
const MARKED = /^\{([A-Z]+-\d+(?:, ?[A-Z]+-\d+)*)\} /;
/** What the law gives, what others do, and what nobody can promise. */
const PROMISES_NOTHING = [
  '[[off: What an earlier set-up of this service',
  'Residents of California, Colorado,',
  'No measures are perfect,',
];
/** Says in a few words what the marked sentences below say. */
const SUMMARY = 'In short';

const newest = (root: string): string => {
  const numbers = readdirSync(path.join(root, FOLDER)).map((name) => Number.parseInt(name, 10));
  return `${FOLDER}/${Math.max(...numbers)}.md`;
};

/** What is wrong, in sentences. `known`: ids of the register. */
export function statementFaults(root: string, known: readonly string[]): string[] {
  const file = newest(root);
  const text = readFileSync(path.join(root, file), 'utf8').replace(HEAD, '');
  const faults: string[] = [];
  const said = new Set<string>();
  let section = '';
  for (const paragraph of text.split(/\n{2,}/).map((each) => each.trim())) {
    if (paragraph.startsWith('#')) section = paragraph.replace(/^#+ /, '');
    else if (paragraph !== '' && section !== SUMMARY && !/^\{\{[a-z_]+\}\}$/.test(paragraph))
      for (const each of paragraph.startsWith('- ') ? paragraph.split(/\n- |^- /).slice(1) : [paragraph]) {
        const [, ids] = MARKED.exec(each) ?? [];
        if (ids !== undefined) for (const id of ids.split(/, ?/)) said.add(id);
        else if (!PROMISES_NOTHING.some((start) => each.startsWith(start)))
          faults.push(`${file}: “${each.slice(0, 60)}…” has no clause: begin it with {ID}.`);
      }
  }
  return [
    ...faults,
    ...[...said]
      .filter((id) => !known.includes(id))
      .map((id) => `${file} names ${id}, which no register has.`),
    ...known.filter((id) => !said.has(id)).map((id) => `${id} stands in no sentence of ${file}.`),
  ];
}
