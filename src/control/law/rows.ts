/**
 * What the files of `policy/law/` hold: facts as rows, each with where it stands, from when to when it is so, and how we
 * know. Both days are included; `to` null: still so.
 */
import { z } from 'zod';
import { RIGHTS } from './rights.ts';

/** Its own text was read; somebody reports it; nobody has looked it up yet. */
export const KNOWN = ['text_seen', 'secondary', 'unverified'] as const;
export type Known = (typeof KNOWN)[number];

/** Times that laws set. `extend` and `extend_appeal` come on top of `respond` and `appeal`. */
export const DEADLINES = [
  'acknowledge',
  'respond',
  'extend',
  'opt_out',
  'withdraw',
  'appeal',
  'extend_appeal',
] as const;
export type DeadlineKind = (typeof DEADLINES)[number];

export const UNITS = ['calendar_days', 'business_days', 'months'] as const;
export type Unit = (typeof UNITS)[number];

/** Why a clock may stop. */
export const PAUSES = ['identity', 'fraud'] as const;
/** How much proof of who asks is needed. */
export const LEVELS = ['none', 'reasonable', 'high'] as const;

const text = z.string().min(1);
const day = z.iso.date();
const right = z.enum(RIGHTS);
const rights = z.array(right);
const zone = text.refine(isZone, 'is no time zone');
const link = z.url({ protocol: /^https?$/ });

const fact = {
  citation: text,
  from: day,
  to: day.nullable(),
  known: z.enum(KNOWN),
  source: link.optional(),
};

const regulator = { name: text, url: link };
const agent = {
  rights,
  /** Whether a browser's signal (Global Privacy Control) counts as an agent that opts out. */
  signal: z.boolean(),
  proof: text.nullable(),
  /** Whether the person may be asked directly. */
  asks_person: z.boolean(),
};
/** `count` null: always free. */
const free = {
  count: z.int().min(1).nullable(),
  period_months: z.int().min(1).nullable(),
  after: text,
};
const verification = { level: z.enum(LEVELS), rights, says: text };

const rightRow = z
  .strictObject({ right, available: z.literal(false).optional(), scope: text.optional(), ...fact })
  .refine(
    ({ available, scope }) => (available === false) === (scope === undefined),
    'has a scope, or is not given',
  );

export const jurisdictionSchema = z.strictObject({
  place: text,
  /** Where its days end; the earliest counts for whoever does not say theirs. */
  zones: z.array(zone).min(1),
  /** A calendar of `holidays/`. */
  holidays: text,
  /** Countries that are under it; a country that left has an end. */
  members: z
    .array(
      z.strictObject({
        place: text,
        zones: z.array(zone).min(1),
        regulator: z.strictObject(regulator),
        ...fact,
      }),
    )
    .default([]),
  laws: z.array(z.strictObject({ name: text, short: text, ...fact })).min(1),
  rights: z.array(rightRow),
  deadlines: z.array(
    z.strictObject({
      what: z.enum(DEADLINES),
      count: z.int().min(1).max(366),
      unit: z.enum(UNITS),
      ...fact,
    }),
  ),
  /** Whether a period that ends on a day off ends on the next working day; without a row it stays. */
  counting: z.array(z.strictObject({ day_off: z.literal('moves_on'), ...fact })).default([]),
  /** Where a clock stops; without a row it never does. */
  pauses: z
    .array(z.strictObject({ stops: z.array(z.enum(DEADLINES)), while: z.enum(PAUSES), says: text, ...fact }))
    .default([]),
  appeals: z.array(z.strictObject({ window: text.nullable(), denied: text, ...fact })),
  refusals: z.array(z.strictObject({ ground: text, rights, ...fact })),
  regulators: z.array(z.strictObject({ ...regulator, ...fact })),
  agents: z.array(z.strictObject({ ...agent, ...fact })),
  verification: z.array(z.strictObject({ ...verification, ...fact })),
  free: z.array(z.strictObject({ ...free, ...fact })),
  records: z.array(z.strictObject({ months: z.int().min(1), holds: z.array(text), ...fact })).default([]),
});

const clause = z.string().regex(/^[A-Z]+-\d+$/);

/** What everybody gets, wherever they live. */
export const everybodySchema = z.strictObject({
  agent: z.strictObject(agent),
  free: z.strictObject(free),
  records_months: z.int().min(1),
  /** By a clause of the policy. */
  promised: z.array(z.strictObject({ right, clause })),
  /** By nobody's demand. */
  honoured: z.array(z.strictObject({ right, because: text })),
  /** `rights` left out: all. */
  refusals: z.array(z.strictObject({ ground: text, rights: rights.optional(), clause: clause.optional() })),
  verification: z.array(z.strictObject(verification)),
});

export const groundsSchema = z.strictObject({
  grounds: z.array(z.strictObject({ id: z.string().regex(/^[a-z_]+$/), says: text, would_change: text })),
});

const named = { name: text, from: z.int().optional() };
const month = z.int().min(1).max(12);
/** A day of the month, or the `nth` weekday of it (1: Monday; nth -1: the last), with days after that. */
const holiday = z.union([
  z.strictObject({ ...named, month, day: z.int().min(1).max(31) }),
  z.strictObject({
    ...named,
    month,
    weekday: z.int().min(1).max(7),
    nth: z.union([z.literal(-1), z.int().min(1).max(5)]),
    plus: z.int().min(1).optional(),
  }),
]);

export const calendarSchema = z.strictObject({
  citation: text,
  known: z.enum(KNOWN),
  /** When it is kept where it falls on a weekend. */
  saturday: z.enum(['stays', 'day_before']),
  sunday: z.enum(['stays', 'day_after']),
  days: z.array(holiday),
});

export type Jurisdiction = z.output<typeof jurisdictionSchema>;
export type DeadlineRow = Jurisdiction['deadlines'][number];
export type Everybody = z.output<typeof everybodySchema>;
export type Ground = z.output<typeof groundsSchema>['grounds'][number];
export type Calendar = z.output<typeof calendarSchema>;
export type Holiday = Calendar['days'][number];

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** An IANA name, such as `America/Los_Angeles`. */
export const zoneInput = zone;
