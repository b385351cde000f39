/** One way to break a promise: in a copy of the source, or in the database of a running instance. */
import type { Patch } from '../../support/source-copy.ts';

export interface Mutation {
  readonly clause: string;
  readonly what: string;
  readonly patches?: readonly Patch[];
  /** Done to the running instance's database; with `mend`, which undoes it, to one that others share. */
  readonly sql?: string;
  readonly mend?: string;
  /** Done by commands, in their order; `{email}` is an account's. */
  readonly commands?: readonly (readonly string[])[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Written as `kept.config.json`. */
  readonly config?: object;
}

export const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });

/** Every page with other words in it: what a page is made of is built before, so it is changed where it leaves. */
export const inPages = (find: string, replace: string): Patch =>
  patch(
    'src/site/server.ts',
    '      const response = await handle(request, context);',
    `      const made = await handle(request, context);
      const response = new Response(made.body === null ? null : (await made.text()).replaceAll(${JSON.stringify(find)}, ${JSON.stringify(replace)}), made);
      response.headers.delete('content-length');`,
  );

/** Who the operator is, as the configuration says it. */
export const WHO = {
  controller: {
    name: 'Kept Example',
    contact: 'Main Street 1, Exampleton',
    policy_email: 'privacy@kept.example',
    data_protection_officer: 'Dora Example',
  },
};
