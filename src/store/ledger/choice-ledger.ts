/**
 * The choice ledger: what people took back or forbade, outside the database and never rolled back, so that no restore
 * undoes it, and what they allowed, so that it is known what may stand in some backup. A line is on the disk before the act is acknowledged. It holds random ids, words of closed lists and times.
 *
 *   given <purpose> <kind> <32 hex digits> <time, ISO 8601> <checksum>
 *   withdrawn <purpose> <kind> <32 hex digits> <time> <checksum>
 *   restricted <person> <account, or -> <time> <checksum>
 *   lifted <person> <time> <checksum>
 *
 * Choices about one thing have times that only grow, whatever the clock does (`laterThan`): the latest counts, in
 * whatever order lines of two ledgers come together.
 */
import { join } from 'node:path';
import type { SubjectName } from '../map/rows.ts';
import type { SubjectKind } from '../map/words.ts';
import type { Disk } from './disk.ts';
import { checksum, LineFile, type LineFormat } from './line-file.ts';

/** Milliseconds since 1970 in `at`. */
export type Choice =
  /** A consent was given (the proof is in the database, and lost with it), or withdrawn or refused. */
  | {
      readonly act: 'given' | 'withdrawn';
      readonly purpose: string;
      readonly subject: SubjectName;
      readonly at: number;
    }
  /** The person asked for a restriction of their own data (no account), or of an account that is theirs alone. */
  | {
      readonly act: 'restricted';
      readonly person: string;
      readonly account: string | null;
      readonly at: number;
    }
  /** All of the person's restrictions were lifted. */
  | { readonly act: 'lifted'; readonly person: string; readonly at: number };

/** Its name in the ledger folder. */
const NAME = 'choices';

const ANSWERED = /^(given|withdrawn) ([a-z_]{1,40}) (person|account) ([0-9a-f]{32}) (\S{24})$/;
const RESTRICTED = /^restricted ([0-9a-f]{32}) ([0-9a-f]{32}|-) (\S{24})$/;
const LIFTED = /^lifted ([0-9a-f]{32}) (\S{24})$/;

const FORMAT: LineFormat<Choice> = { ledger: 'choice ledger', text: textOf, read };

/** A person's restrictions by the ledger: when each was placed last, and when all were lifted. */
interface Restrictions {
  /** By account; the person's own data under ''. */
  readonly placed: Map<string, number>;
  lifted: number;
}

/** How far a database has been brought up to the ledger: so many lines, the last of which has this checksum. */
export interface ChoiceMark {
  readonly lines: number;
  readonly last: string;
}

export class ChoiceLedger {
  readonly #file: LineFile<Choice>;
  readonly #known: Known;

  private constructor(file: LineFile<Choice>, known: Known) {
    this.#file = file;
    this.#known = known;
  }

  /** The choice ledger of a ledger folder. Throws `LedgerDamaged`. */
  static async in(folder: string, disk: Disk): Promise<ChoiceLedger> {
    const known = new Known();
    const file = await LineFile.open(join(folder, NAME), disk, FORMAT, (line) => known.add(line));
    return new ChoiceLedger(file, known);
  }

  /** Resolves when the choices would survive a power cut. */
  write(choices: readonly Choice[]): Promise<void> {
    return this.#file.append(choices);
  }

  /** Adds what another ledger knows beyond this one. */
  async merge(other: ChoiceLedger): Promise<void> {
    const here = new Set(this.lines.map(textOf));
    await this.write(other.lines.filter((line) => !here.has(textOf(line))));
  }

  /** Everything in it, in order. */
  get lines(): readonly Choice[] {
    return this.#known.lines;
  }

  /** When consent to this was last withdrawn or refused (milliseconds since 1970), or null. */
  withdrawnAt(purpose: string, subject: SubjectName): number | null {
    return this.#known.withdrawn.get(answerKey(purpose, subject)) ?? null;
  }

  /** Whether the last answer to this was a withdrawal: then no consent that any backup holds stands any more. */
  isWithdrawn(purpose: string, subject: SubjectName): boolean {
    const at = this.withdrawnAt(purpose, subject);
    return at !== null && at > (this.#known.given.get(answerKey(purpose, subject)) ?? 0);
  }

  /** A time for the next answer: now, or just after the last one, also where the database has lost that one. */
  laterThanAnswers(purpose: string, subject: SubjectName, now: number): number {
    const given = this.#known.given.get(answerKey(purpose, subject)) ?? 0;
    return laterThan(now, Math.max(given, this.withdrawnAt(purpose, subject) ?? 0));
  }

  /** When all of a person's restrictions were lifted last; null where the ledger knows of no lifting. */
  liftedAt(person: string): number | null {
    return this.#known.restrictions.get(person)?.lifted || null;
  }

  /** What the person has restricted and not lifted since: accounts, and null for their own data. */
  restrictedNow(person: string): readonly { readonly account: string | null; readonly at: number }[] {
    const known = this.#known.restrictions.get(person);
    if (known === undefined) return [];
    return [...known.placed]
      .filter(([, at]) => at > known.lifted)
      .map(([account, at]) => ({ account: account === '' ? null : account, at }));
  }

  /** A time for the person's next restriction or its lifting: now, or just after the last one. */
  laterThanRestrictions(person: string, now: number): number {
    const known = this.#known.restrictions.get(person);
    return laterThan(now, Math.max(known?.lifted ?? 0, ...(known?.placed.values() ?? [])));
  }

  /** What a database that has seen everything is marked with; null for an empty ledger. */
  get mark(): ChoiceMark | null {
    const last = this.lines.at(-1);
    return last === undefined ? null : { lines: this.lines.length, last: checksum(textOf(last)) };
  }

  /** The lines that a database with this mark has not seen: all of them where the mark is of another ledger. */
  linesAfter(mark: ChoiceMark | null): readonly Choice[] {
    const last = mark === null ? undefined : this.lines[mark.lines - 1];
    if (mark === null || last === undefined || checksum(textOf(last)) !== mark.last) return this.lines;
    return this.lines.slice(mark.lines);
  }
}

/** `now`, or the moment after `last`: so that of two acts the later one has the later time, whatever the clock does. */
export const laterThan = (now: number, last: number): number => Math.max(now, last + 1);

/** What the lines come to. */
class Known {
  readonly lines: Choice[] = [];
  readonly given = new Map<string, number>();
  readonly withdrawn = new Map<string, number>();
  readonly restrictions = new Map<string, Restrictions>();

  add(line: Choice): void {
    this.lines.push(line);
    if ('subject' in line) {
      keepLatest(this[line.act], answerKey(line.purpose, line.subject), line.at);
    } else {
      const its = this.restrictions.get(line.person) ?? { placed: new Map<string, number>(), lifted: 0 };
      this.restrictions.set(line.person, its);
      if (line.act === 'restricted') keepLatest(its.placed, line.account ?? '', line.at);
      else its.lifted = Math.max(its.lifted, line.at);
    }
  }
}

function keepLatest(map: Map<string, number>, key: string, at: number): void {
  map.set(key, Math.max(at, map.get(key) ?? 0));
}

const answerKey = (purpose: string, { kind, id }: SubjectName): string => `${purpose} ${kind} ${id}`;

function textOf(choice: Choice): string {
  const time = new Date(choice.at).toISOString();
  switch (choice.act) {
    case 'given':
    case 'withdrawn':
      return `${choice.act} ${choice.purpose} ${choice.subject.kind} ${choice.subject.id} ${time}`;
    case 'restricted':
      return `restricted ${choice.person} ${choice.account ?? '-'} ${time}`;
    case 'lifted':
      return `lifted ${choice.person} ${time}`;
  }
}

function read(text: string): Choice | null {
  const answered = ANSWERED.exec(text);
  if (answered !== null) {
    const [, act = '', purpose = '', kind = '', id = '', time = ''] = answered;
    const subject = { kind: kind as SubjectKind, id };
    return { act: act as 'given' | 'withdrawn', purpose, subject, at: Date.parse(time) };
  }
  const restricted = RESTRICTED.exec(text);
  if (restricted !== null) {
    const [, person = '', account = '', time = ''] = restricted;
    return { act: 'restricted', person, account: account === '-' ? null : account, at: Date.parse(time) };
  }
  const lifted = LIFTED.exec(text);
  return lifted === null ? null : { act: 'lifted', person: lifted[1] ?? '', at: Date.parse(lifted[2] ?? '') };
}
