/** Whether what clauses are bound to is there. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Bindings } from '../../control/policy/index.ts';
import { isCriterion } from './criteria.ts';

/** Bindings to nothing, in sentences. */
export function bindingFaults(root: string, bindings: Bindings): string[] {
  return Object.entries(bindings).flatMap(([clause, { controls, tests, criteria }]) => [
    ...controls.flatMap((control) => controlFaults(root, control)),
    ...tests
      .filter((file) => !existsSync(path.join(root, file)))
      .map((file) => `${clause} is bound to ${file}, which is not there.`),
    ...criteria
      .filter((each) => !isCriterion(each))
      .map((each) => `${clause} is mapped to “${each}”, which no list of criteria has.`),
  ]);
}

function controlFaults(root: string, control: string): string[] {
  const [file = '', name = ''] = control.split('#');
  if (!existsSync(path.join(root, file))) return [`There is no ${file}, to which ${control} is bound.`];
  const text = readFileSync(path.join(root, file), 'utf8');
  const exported = new RegExp(
    `^export (?:default )?(?:async )?(?:function|const|class) ${name}\\b|^export \\{[^}]*\\b${name}\\b`,
    'm',
  );
  return exported.test(text) ? [] : [`${file} exports no ${name}, to which a clause is bound.`];
}
