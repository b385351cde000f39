/**
 * `kept policy check`: whether every sentence of the policy is bound to what keeps it: to controls that exist, tests that exist,
 * checks that look at the running system, mutations that those checks notice, and criteria of others. Reads a clone; needs no
 * running instance.
 */
import {
  type Bindings,
  type Killed,
  readBindings,
  readClauses,
  readMutations,
} from '../../control/policy/index.ts';
import { CHECKS } from '../../verify/checks/index.ts';
import { bindingFaults } from './bindings.ts';
import { CRITERIA_LISTS } from './criteria.ts';
import { hashOfChecks, MATRIX } from './matrix.ts';
import { statementFaults } from './statements.ts';

/** Somebody answers for these, and a program sees only whether that is over: one mutation is all there is. */
const ATTESTED: readonly string[] = ['SECURE-1', 'SECURE-2'];
const MUTATIONS_MIN = 2;

/** In sentences; none is good. */
export function policyFaults(root: string): string[] {
  const known = readClauses('prepaid').map(({ id }) => id);
  const bindings = readBindings();
  return [
    ...statementFaults(root, known),
    ...known.filter((id) => bindings[id] === undefined).map((id) => `${id} is bound to nothing.`),
    ...Object.keys(bindings)
      .filter((id) => !known.includes(id))
      .map((id) => `${id} is bound and stands in no register.`),
    ...bindingFaults(root, bindings),
    ...checkFaults(known),
    ...mutationFaults(root, known, readMutations()),
  ];
}

function checkFaults(known: readonly string[]): string[] {
  const looked = new Set(CHECKS.flatMap(({ clauses }) => clauses));
  return [
    ...known.filter((id) => !looked.has(id)).map((id) => `No check looks at ${id}.`),
    ...[...looked]
      .filter((id) => !known.includes(id))
      .map((id) => `A check looks at ${id}, which is no clause.`),
  ];
}

function mutationFaults(root: string, known: readonly string[], matrix: readonly Killed[]): string[] {
  const least = (id: string) => (ATTESTED.includes(id) ? 1 : MUTATIONS_MIN);
  const killed = (id: string) => matrix.filter(({ clause }) => clause === id).length;
  const noticing = new Set(matrix.flatMap(({ by }) => by));
  return [
    ...known
      .filter((id) => killed(id) < least(id))
      .map((id) => `${id} has ${killed(id)} of ${least(id)} mutations in ${MATRIX}: run npm run mutations.`),
    ...CHECKS.filter(({ id }) => !noticing.has(id)).map(
      ({ id }) => `No mutation is noticed by the check ${id}.`,
    ),
    ...matrix
      .filter(({ by, checks }) => hashOfChecks(root, by) !== checks)
      .map(
        ({ clause, what }) =>
          `${MATRIX} is older than the check of ${clause} (${what}): run npm run mutations.`,
      ),
  ];
}

/** docs/bindings.md: the same as one page. */
export function bindingsPage(): string {
  const bindings = readBindings();
  const matrix = readMutations();
  const promises = readClauses('prepaid');
  const checksOf = (id: string) =>
    CHECKS.filter(({ clauses }) => clauses.includes(id)).map((check) => check.id);
  const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ');
  return [
    '# Bindings',
    '',
    'What keeps each sentence of the policy: controls in the source, checks that look at the running system, mutations that they notice, tests, and the criteria of others that it bears on. Written from `policy/bindings.json` (`npx vitest run test/verify -u`); `npm run check` fails where a binding leads to nothing.',
    '',
    ...promises.flatMap(({ id, promise }) => {
      const { controls, tests, criteria } = bindings[id] ?? { controls: [], tests: [], criteria: [] };
      const mutations = matrix.filter(({ clause }) => clause === id).length;
      return [
        `## ${id}`,
        '',
        promise.replaceAll(/\[\[prepaid, budget_only: (.*?)\]\]|\[\[off: .*?\]\]/g, '$1'),
        '',
        `- Controls: ${code(controls)}`,
        `- Checks: ${checksOf(id).length === 0 ? 'none yet' : `${code(checksOf(id))}, with ${mutations} mutations`}`,
        `- Tests: ${code(tests)}`,
        `- Criteria: ${criteria.join('; ')}`,
        '',
      ];
    }),
    ...byCriterion(bindings),
  ].join('\n');
}

/** The other way round, for auditors who come with a list. */
const byCriterion = (bindings: Bindings): string[] =>
  CRITERIA_LISTS.flatMap(({ name, title }) => {
    const all = Object.entries(bindings).flatMap(([clause, { criteria }]) =>
      criteria
        .filter((each) => each.startsWith(`${name} `))
        .map((each) => [each.slice(name.length + 1), clause] as const),
    );
    const ids = [...new Set(all.map(([id]) => id))].sort((a, b) =>
      a.localeCompare(b, 'en', { numeric: true }),
    );
    return [
      `## ${title}`,
      '',
      ...ids.map(
        (id) =>
          `- ${id}: ${all
            .filter(([each]) => each === id)
            .map(([, clause]) => clause)
            .join(', ')}`,
      ),
      '',
    ];
  });
