/** What can be asked about one's data, as the site's pages call it. */
import type { AskedRight, RequestKind } from '../../control/requests/index.ts';

interface Ask {
  readonly name: string;
  readonly what: string;
}

export const ASK_NAMES: Readonly<Record<AskedRight, Ask>> = {
  access: { name: 'A copy of my data', what: 'Everything that we hold about you, as one archive.' },
  confirm: { name: 'Whether you hold anything', what: 'A yes or a no, and where to see it.' },
  portability: {
    name: 'My data, to take elsewhere',
    what: 'The same archive: JSON and CSV, with a schema, for machines.',
  },
  correct: { name: 'Correct something', what: 'What is wrong or incomplete is put right.' },
  delete: { name: 'Delete my data', what: 'That means your account, and everything that names you.' },
  restrict: {
    name: 'Restrict the use of my data',
    what: 'They stay, and are used for nothing but keeping them safe, your rights, and what a law demands.',
  },
  object: { name: 'Object to a use', what: 'Say which one. Somebody looks at it.' },
  withdraw_consent: {
    name: 'Take back what I agreed to',
    what: 'Everything that rests on your consent ends, now.',
  },
  opt_out_sale: { name: 'No sale, no sharing', what: 'We do neither. Your no is kept all the same.' },
  opt_out_targeted_advertising: {
    name: 'No targeted advertising',
    what: 'We do none. What we measure and recommend by your visits ends.',
  },
  opt_out_profiling: {
    name: 'No profiling',
    what: 'Nothing decides about you by a profile. Recommendations end.',
  },
  limit_sensitive: {
    name: 'Limit the use of sensitive data',
    what: 'We ask for none. Your no is kept all the same.',
  },
};

/** As a list names them. */
export const kindInWords = (kind: RequestKind): string =>
  kind === 'child_report' ? 'A child’s account' : ASK_NAMES[kind].name;

export const ASK_GROUPS: readonly { readonly name: string; readonly asks: readonly AskedRight[] }[] = [
  { name: 'See it', asks: ['access', 'confirm', 'portability'] },
  { name: 'Change it', asks: ['correct', 'delete'] },
  {
    name: 'Stop a use',
    asks: [
      'opt_out_sale',
      'opt_out_targeted_advertising',
      'opt_out_profiling',
      'limit_sensitive',
      'withdraw_consent',
      'restrict',
      'object',
    ],
  },
];

/** Null where the address names nothing that can be asked. */
export const askedIn = (text: string | null): AskedRight | null =>
  text !== null && Object.hasOwn(ASK_NAMES, text) ? (text as AskedRight) : null;
