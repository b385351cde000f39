/** What each clause is bound to: controls in the source, tests, criteria of others, and mutations that its checks noticed. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const bindingsSchema = z.record(
  z.string(),
  z.strictObject({
    /** `file#exported name`. */
    controls: z.array(z.string()).min(1),
    tests: z.array(z.string()).min(1),
    /** Like `SOC2 CC6.1` or `GDPR 5(1)(c)`. */
    criteria: z.array(z.string()).min(1),
  }),
);
export type Bindings = z.output<typeof bindingsSchema>;

const mutationsSchema = z.array(
  z.strictObject({
    clause: z.string(),
    /** How the promise was broken, in words. */
    what: z.string(),
    /** Checks that turned red, by their ids. */
    by: z.array(z.string()).min(1),
    /** Hash of the mutation itself. */
    mutation: z.string(),
    /** Hash of the files of src/verify that those checks are made of. */
    checks: z.string(),
    /** Milliseconds that it took, with its instance where it had one of its own. */
    ms: z.int(),
  }),
);
export type Killed = z.output<typeof mutationsSchema>[number];

const HERE = new URL('../../../policy/', import.meta.url);
const read = (name: string, folder: URL): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

/** Throws where it is damaged; `npm run check` reads it. `folder`: left out: ours. */
export const readBindings = (folder: URL = HERE): Bindings =>
  bindingsSchema.parse(read('bindings.json', folder));

/** The committed matrix of mutations. Throws where it is damaged. */
export const readMutations = (folder: URL = HERE): readonly Killed[] =>
  mutationsSchema.parse(read('mutations.json', folder));

/** What keeps a promise: where in the source, what shows it, and how its checks were tried. */
export interface Binding {
  /** `href`: the page of its line; null: nobody said where the source can be read. */
  readonly controls: readonly {
    readonly file: string;
    readonly name: string;
    readonly href: string | null;
  }[];
  readonly tests: readonly string[];
  readonly criteria: readonly string[];
  readonly mutations: readonly Pick<Killed, 'what' | 'by'>[];
}

/** `sourceUrl`: the page of a line of the source, with `{file}` and `{line}` in it. */
export function bindingsOf(
  bindings: Bindings,
  mutations: readonly Killed[],
  sourceUrl: string | null = null,
): (clause: string) => Binding | null {
  const lines = new Map<string, number>();
  const hrefOf = (control: string, file: string, name: string): string | null => {
    if (sourceUrl === null) return null;
    const line = lines.get(control) ?? lineOf(file, name);
    lines.set(control, line);
    return sourceUrl.replaceAll('{file}', file).replaceAll('{line}', String(line));
  };
  return (clause) => {
    const bound = Object.hasOwn(bindings, clause) ? bindings[clause] : undefined;
    if (bound === undefined) return null;
    return {
      ...bound,
      controls: bound.controls.map((control) => {
        const [file = '', name = ''] = control.split('#');
        return { file, name, href: hrefOf(control, file, name) };
      }),
      mutations: mutations.filter((each) => each.clause === clause),
    };
  };
}

/** Where it stands, as it is here; 1 where it cannot be told. */
function lineOf(file: string, name: string): number {
  const lines = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8').split('\n');
  const declared = new RegExp(`^(?:export )?(?:default )?(?:async )?(?:function|const|class) ${name}\\b`);
  return Math.max(1, lines.findIndex((line) => declared.test(line)) + 1);
}
