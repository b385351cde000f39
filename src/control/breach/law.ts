/** Who has to be told of a breach, as data: the rows of `policy/law/breaches/duties.json`, read once. docs/breaches.md is for whoever reviews them. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { DataClass } from '../../store/map/words.ts';
import { isPlace, KNOWN, LawDamaged } from '../law/index.ts';
import { CLASSES, RISKS, WHOM, wordsOf } from './words.ts';

const FILE = new URL('../../../policy/law/breaches/duties.json', import.meta.url);

const day = z.iso.date();
const term = z.strictObject({ count: z.int().min(1).max(366), unit: z.enum(['hours', 'days']) });
const dataClass = z.enum(Object.keys(CLASSES) as [DataClass, ...DataClass[]]);

const dutySchema = z.strictObject({
  /** The Union, a state, or `US` as a whole. */
  place: z.string().refine(isPlace, 'is no place'),
  whom: z.enum(wordsOf(WHOM)),
  who: z.string().min(1),
  /** It holds from so many people of the place on, and up to so many. */
  people: z.strictObject({ from: z.int().min(1), to: z.int().nullable() }),
  /** Counted in each state by itself. */
  each_state: z.boolean().default(false),
  /** Whichever data, or some of those that `sensitive` lists. */
  data: z.enum(['any', 'sensitive']),
  /** It does not hold where whoever got the data cannot read them. */
  unless_unreadable: z.boolean(),
  /** From which likelihood of a risk on. */
  risk: z.enum(wordsOf(RISKS)),
  /** Null: the law says no number, and `honoured` is kept to. */
  term: term.nullable(),
  /** `people_told`: the clock begins when the people of the place were told. `year_end`: with the next year. */
  starts: z.enum(['aware', 'people_told', 'year_end']),
  /** Where the operator says that HIPAA holds. */
  only_under: z.literal('hipaa').optional(),
  says: z.string().min(1),
  citation: z.string().min(1),
  from: day,
  to: day.nullable(),
  known: z.enum(KNOWN),
  source: z.url({ protocol: /^https?$/ }).optional(),
});

const fileSchema = z.strictObject({
  sensitive: z.array(dataClass),
  /** What is kept to where a law says no number. */
  honoured: term,
  duties: z.array(dutySchema),
});
export type BreachLaw = z.output<typeof fileSchema>;
export type DutyRow = BreachLaw['duties'][number];

/** Throws `LawDamaged`. */
export function readBreachLaw(file: URL | string = FILE): BreachLaw {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new LawDamaged(`breaches/duties.json: ${(error as Error).message}`);
  }
}
