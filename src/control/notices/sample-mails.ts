/** Every mail that can be sent, with made-up values: what staff reads to know what people are written. */
import type { BillingMode } from '../../link/words.ts';
import { Problem } from '../problem.ts';
import type { Catalogues } from './catalogues.ts';
import type { Written } from './letter.ts';
import {
  subjectOf,
  TEMPLATE_NAMES,
  type TemplateName,
  type ValueName,
  type Writing,
  writeMail,
} from './templates.ts';

/** Nobody's. A template with a value that has no sample does not compile. */
const SAMPLES: Readonly<Record<ValueName, string>> = {
  name: 'Ada Example',
  clauses: 'RETAIN-1, COLLECT-7',
  url: 'https://example.org/a-link-that-works-once',
  browser: 'Firefox',
  system: 'Linux',
  at: '2027-01-31 12:00',
  on: '2027-01-31',
  until: '2027-01-31 12:00',
  left: '7',
  hours: '48',
  passkey: 'Key ring',
  key: 'Nightly summaries',
  plan: 'Small',
  inviter: 'grace@example.org',
  who: 'Grace Example',
  account: 'Example & Sons',
  role: 'developer',
  deskRole: 'auditor',
  provider: 'Example Sign-in',
  what: 'budget of the day',
  of: 'the key “Nightly summaries”',
  amount: '25.00 USD',
  charged: '29.75 USD',
  level: '30.00 USD',
  soFar: 'Nothing has changed so far.',
  coming: 'If it is still not paid by then: from 2027-02-14 on your keys do not work (UTC).',
  tax: '4.75 USD',
  agent: 'Example Agents',
  shown: 'an API key of yours',
  next: 'That alone is not enough, and nothing is done yet.',
  asked: 'to correct something about you',
  basis: 'The law gives you this right: Virginia Consumer Data Protection Act, Va. Code § 59.1-577(A)(2).',
  due: '17 March 2027',
  demand: 'a court order',
  done: 'What you wanted corrected is corrected.',
  outcome: 'The first decision stands.',
  ground: 'The change would make the data wrong.',
  rule: 'ACCESS-4 of our privacy policy',
  change: 'Show us what it says now to be wrong.',
  regulator: 'Attorney General of Virginia, https://www.oag.state.va.us/',
  reason: 'it is complex',
  why: 'You withdrew it.',
  email: 'privacy@example.org',
  soon: '3',
  open: '2',
  systems: 'Customer database, Shared inbox',
  overdue: '0',
  waiting: '2',
  reference: 'M-7K3M-Q0XW',
  event: 'Open evening',
  partner: 'Example Fairs',
  place: 'Main Street 1, Exampleton',
  how: 'Answer this mail to go on: what you write joins the conversation.',
  about: 'How do I set a budget?',
  words: 'The archive opens with any program for ZIP files.\n\nThe file index.html in it shows the rest.',
};

export interface SampleMail extends Written {
  readonly name: TemplateName;
}

/** Nobody gets them where nothing is paid. */
const OF_PAYMENTS: ReadonlySet<TemplateName> = new Set([
  'credit_added',
  'recharge_stopped',
  'balance_low',
  'invoice_unpaid',
  'plan_renews',
  'plan_ends',
  'card_ends',
]);

/** Nor these where use has no price. */
const OF_PRICES: ReadonlySet<TemplateName> = new Set(['price_changes']);

const namesUnder = (billing: BillingMode): readonly TemplateName[] =>
  TEMPLATE_NAMES.filter((name) => billing === 'prepaid' || !OF_PAYMENTS.has(name)).filter(
    (name) => billing !== 'off' || !OF_PRICES.has(name),
  );

export const sampleMails = (
  letters: Catalogues,
  billing: BillingMode,
): readonly { readonly name: TemplateName; readonly subject: string }[] =>
  namesUnder(billing).map((name) => ({ name, subject: subjectOf(letters, name) }));

/** As it would be sent. Throws `Problem` 404. */
export function sampleMail(asked: string, writing: Writing, billing: BillingMode): SampleMail {
  const name = namesUnder(billing).find((each) => each === asked);
  if (name === undefined) throw new Problem(404, 'no_such_mail', 'There is no mail of this name.');
  return { name, ...writeMail(writing, name, SAMPLES) };
}
