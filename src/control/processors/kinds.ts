/**
 * Everything that leaves control, by whom it goes to, field by field (DISCLOSE-2). A field is a column of the data map; a
 * column that is gone does not compile here. What is sent beside columns is said in a sentence.
 */
import type { PgTable } from 'drizzle-orm/pg-core';
import { entryOf } from '../../store/map/table.ts';
import type { DataClass, Purpose } from '../../store/map/words.ts';
import { account, person } from '../accounts/schema.ts';
import { incomingMail } from '../mail-door/schema.ts';
import { mail } from '../notices/schema.ts';
import { planSubscription } from '../payments/index.ts';
import { payment, paymentReturn } from '../payments/schema.ts';

/** `processor`: works for the operator (GDPR Art. 28). `independent`: decides itself what it does. */
export type RecipientRole = 'processor' | 'independent';

export interface Field {
  /** `table.column`, as the data map has them. */
  readonly field: string;
  /** What it is, in words. */
  readonly label: string;
  readonly class: DataClass | 'none';
}

export interface Kind {
  readonly role: RecipientRole;
  readonly purpose: Purpose;
  /** What it is there for, in words. */
  readonly does: string;
  readonly gets: readonly Field[];
  /** What it gets that stands in no column, or that it gets nothing personal. */
  readonly besides: string | null;
}

/** Columns of one table that are sent. */
function of<T extends PgTable>(table: T, ...columns: readonly (keyof T['$inferSelect'] & string)[]): Field[] {
  const entry = entryOf(table);
  return columns.map((key) => {
    const facts = entry.columns[key]?.facts;
    const isPersonal = facts !== undefined && 'purposes' in facts;
    return {
      field: `${entry.name}.${key}`,
      label: isPersonal ? facts.label : ((facts as { why?: string } | undefined)?.why ?? key),
      class: isPersonal ? facts.class : 'none',
    };
  });
}

export const KINDS = {
  database: {
    role: 'processor',
    purpose: 'provide_service',
    does: 'Holds the database.',
    gets: [],
    besides:
      'All that we hold. What names, reaches or describes you, and all free text, is sealed; the keys are not there.',
  },
  mail: {
    role: 'processor',
    purpose: 'account',
    does: 'Carries the mail that we send you.',
    gets: [...of(person, 'email'), ...of(mail, 'to', 'values')],
    besides: 'The words of each mail.',
  },
  mailbox: {
    role: 'processor',
    purpose: 'rights',
    does: 'Takes in the mail that you send to our privacy address, until we have fetched it.',
    gets: of(incomingMail, 'content'),
    besides: null,
  },
  payments: {
    role: 'processor',
    purpose: 'billing',
    does: 'Takes payments.',
    gets: [
      ...of(payment, 'id', 'amount', 'askedGross', 'keepsCard'),
      ...of(paymentReturn, 'gross'),
      ...of(planSubscription, 'id', 'plan', 'every', 'price', 'credit', 'endsThen', 'isPaused'),
      ...of(account, 'id'),
    ],
    besides: 'What you enter on its own pages goes to it alone.',
  },
  provider: {
    role: 'independent',
    purpose: 'account',
    does: 'Says who you are, if you choose to sign in by it.',
    gets: [],
    besides: 'That you sign in here.',
  },
  agent: {
    role: 'independent',
    purpose: 'rights',
    does: 'Asks for you, if you told it to.',
    gets: [],
    besides: 'How the request that it made for you stands.',
  },
  engine: {
    role: 'processor',
    purpose: 'provide_service',
    does: 'Computes answers.',
    gets: [],
    besides: 'What is sent to a model, and its answer; not who sent it.',
  },
  witness: {
    role: 'independent',
    purpose: 'rights',
    does: 'Cosigns the public record of what was done.',
    gets: [],
    besides: 'Nothing about anybody: a signed hash.',
  },
} as const satisfies Readonly<Record<string, Kind>>;
export type RecipientKind = keyof typeof KINDS;
