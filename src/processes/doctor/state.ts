/** Control's own view: database, link, engines, models. */
import { existsSync } from 'node:fs';
import type { Config } from '../../config/index.ts';
import { CommandError, callAdmin } from '../commands/admin-client.ts';
import { requirePort } from '../supervisor/ports.ts';
import { databaseFindings, type FallenWall } from './database.ts';
import { type Finding, ok, problem, warning } from './finding.ts';
import { type RecipientFacts, recipientFindings } from './recipients.ts';

/** The part of control's facts that is judged here. */
interface Facts {
  readonly database: { readonly reachable: boolean; readonly walls: readonly FallenWall[] | null };
  readonly record: { readonly published: number; readonly witnesses: readonly WitnessFacts[] };
  readonly gateways: readonly unknown[];
  readonly records_waiting: number;
  readonly usage_days: UsageDays;
  readonly billing: Billing | null;
  /** Null while the database is away. */
  readonly requests: Requests | null;
  readonly outside: Outside | null;
  readonly demands: { readonly open: number; readonly overdue: number } | null;
  readonly breaches: Breaches | null;
  readonly recipients: RecipientFacts;
  readonly models: readonly { readonly name: string }[];
}

/** How our payments compare with Stripe's. */
interface Billing {
  /** Null before the first look. */
  readonly at: string | null;
  readonly looked: number;
  readonly count: number;
  readonly differences: readonly { readonly is: string; readonly payment: string }[];
}

/** Of people about their data: how many wait, and how many may decide. */
interface Requests {
  readonly open: number;
  readonly late: number;
  readonly deciders: number;
}

/** What is to be done in systems outside. */
interface Outside {
  /** In use. */
  readonly systems: number;
  readonly open: number;
  readonly overdue: number;
  /** Systems that nobody looks after. */
  readonly ownerless: number;
}

/** Who has to be told of a breach of data. */
interface Breaches {
  readonly open: number;
  readonly owed: number;
  readonly overdue: number;
  /** ISO. */
  readonly next: string | null;
}

/** How far the sums of the day that ended last were compared with its records. */
interface UsageDays {
  readonly day: string | null;
  readonly accounts: number;
  readonly mended: number;
  readonly whole: boolean;
}

interface WitnessFacts {
  readonly name: string;
  readonly state: 'not_asked' | 'cosigned' | 'unreachable' | 'refused' | 'record_older';
  readonly cosigned_at: string | null;
}

/** More records than this wait only when the database is slow or away. */
const RECORDS_WAITING_MAX = 10_000;

export async function stateFindings(config: Config): Promise<Finding[]> {
  let facts: Facts;
  try {
    facts = await callAdmin<Facts>('GET', '/facts');
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [
      problem('control', error.message, 'Look at the log of `kept start`; control is restarted by itself.'),
    ];
  }
  return [
    facts.database.reachable
      ? ok('database', 'It answers.')
      : problem(
          'database',
          'Control does not reach it.',
          config.databaseUrl === null
            ? 'Look at the log; it is restarted by itself.'
            : 'Check the PostgreSQL of DATABASE_URL.',
        ),
    ...databaseFindings(facts.database.walls),
    ok('record', `${facts.record.published} entries are published.`),
    ...facts.record.witnesses.map(witnessFinding),
    facts.records_waiting <= RECORDS_WAITING_MAX
      ? ok('usage', `${facts.records_waiting} records wait to be written.`)
      : warning(
          'usage',
          `${facts.records_waiting} records wait to be written.`,
          'The database is too slow or away: look at its disk.',
        ),
    usageDaysFinding(facts.usage_days),
    ...(facts.billing === null ? [] : billingFindings(facts.billing)),
    ...(facts.requests === null ? [] : [requestsFinding(facts.requests)]),
    ...(facts.outside === null ? [] : outsideFindings(facts.outside)),
    ...(facts.demands === null ? [] : demandFindings(facts.demands)),
    ...(facts.breaches === null ? [] : breachFindings(facts.breaches)),
    ...recipientFindings(facts.recipients),
    facts.gateways.length > 0
      ? ok(
          'link',
          `${facts.gateways.length} gateway${facts.gateways.length === 1 ? ' is' : 's are'} connected.`,
        )
      : problem(
          'link',
          'No gateway is connected to control.',
          'Look at the log of `kept start`; gateways are restarted by themselves.',
        ),
    facts.models.length > 0
      ? ok('models', `Served: ${facts.models.map((model) => model.name).join(', ')}.`)
      : problem(
          'models',
          'No engine offers a model.',
          'Check that the engines run, or set KEPT_MODEL to a GGUF file.',
        ),
  ];
}

function usageDaysFinding({ day, accounts, mended, whole }: UsageDays): Finding {
  const name = 'usage by day';
  if (day === null) return ok(name, 'No day was looked at since the start.');
  const seen = `${accounts} account${accounts === 1 ? '' : 's'} of ${day}${whole ? '' : ' so far; the rest follows by itself'}`;
  if (mended === 0) return ok(name, `The sums are those of the records: ${seen}.`);
  return warning(
    name,
    `The sums of ${mended} were not those of their records, and were counted anew: ${seen}.`,
    'Find out who changed usage in the database past Kept.',
  );
}

const DIFFERENCES: Readonly<Record<string, string>> = {
  unbooked: 'is paid at Stripe and not booked here: look whether its webhook reaches this site',
  unpaid:
    'is booked here, and Stripe does not have it: look whether the keys are those of another account there',
  amount: 'is not as large at Stripe as here',
  invoice:
    'is a plan with an invoice that is paid at Stripe and not booked here: look whether invoice.paid reaches this site',
  dispute: 'is disputed at Stripe, and not known here: look whether webhooks of disputes reach this site',
  returned: 'has other refunds at Stripe than here: look whether webhooks of refunds reach this site',
};

/** Each difference is a finding; those beyond what is named are counted. */
function billingFindings({ at, looked, count, differences }: Billing): Finding[] {
  const name = 'payments';
  if (at === null) return [ok(name, 'They were not compared with Stripe’s books since the start.')];
  if (count === 0) return [ok(name, `${looked} agree with Stripe’s books, at ${at}.`)];
  const each = differences.map(({ is, payment }) =>
    problem(
      name,
      `Payment ${payment} ${DIFFERENCES[is] ?? 'differs'}.`,
      'Compare it with Stripe’s page of it.',
    ),
  );
  const more = count - differences.length;
  if (more === 0) return each;
  return [
    ...each,
    problem(name, `${more} more differ from Stripe’s books.`, 'Begin with those that are named.'),
  ];
}

/** A refusal and its appeal need two people. */
const DECIDERS_MIN = 2;

function requestsFinding({ open, late, deciders }: Requests): Finding {
  const name = 'requests';
  const waiting = `${open} request${open === 1 ? ' waits' : 's wait'} for an answer about personal data`;
  if (late > 0)
    return problem(
      name,
      `${waiting}; ${late} of them longer than the law lets it.`,
      'Answer them: `/desk/requests`.',
    );
  if (open > 0 && deciders < DECIDERS_MIN)
    return warning(
      name,
      `${waiting}, and ${deciders === 0 ? 'nobody has' : 'only one person has'} the role privacy.`,
      'Give it to two people: a refusal and its appeal are decided by different ones. Or invite somebody from outside for an appeal, on its page at the desk.',
    );
  return ok(name, `${waiting}.`);
}

function outsideFindings({ systems, open, overdue, ownerless }: Outside): Finding[] {
  if (systems === 0 && open === 0) return [];
  const name = 'systems outside';
  const waiting = `${open} task${open === 1 ? ' is' : 's are'} open in systems outside`;
  const tasks =
    overdue > 0
      ? warning(name, `${waiting}; ${overdue} of them overdue.`, 'Do them: `/desk/tasks`.')
      : ok(name, `${waiting}.`);
  if (ownerless === 0) return [tasks];
  return [
    tasks,
    warning(
      name,
      `Nobody with a role at the desk looks after ${ownerless} of the systems outside.`,
      'Say who does, in the register: `/desk/systems`. Until then whoever decides about requests does their tasks.',
    ),
  ];
}

function breachFindings({ open, owed, overdue, next }: Breaches): Finding[] {
  if (open === 0) return [];
  const name = 'breaches';
  const todo = 'Go on with it: `/desk/breaches`.';
  const said = `${open} breach${open === 1 ? ' is' : 'es are'} open; ${owed} still to be told`;
  if (overdue > 0) return [problem(name, `${said}, ${overdue} of them later than the law lets it.`, todo)];
  const first = next === null ? '' : `, the first by ${next}`;
  return [owed > 0 ? warning(name, `${said}${first}.`, todo) : ok(name, `${said}.`)];
}

function demandFindings({ open, overdue }: NonNullable<Facts['demands']>): Finding[] {
  if (open === 0) return [];
  const name = 'demands for data';
  const waiting = `${open} ${open === 1 ? 'waits' : 'wait'} for an answer`;
  if (overdue === 0) return [ok(name, `${waiting}.`)];
  return [
    problem(
      name,
      `${waiting}; ${overdue} of them longer than the day by which ${overdue === 1 ? 'it was' : 'they were'} to be answered.`,
      'Answer them: `/desk/disclosures`. Each needs two people with the role privacy.',
    ),
  ];
}

function witnessFinding({ name, state, cosigned_at: at }: WitnessFacts): Finding {
  const title = `witness ${name}`;
  const last = at === null ? 'It has not cosigned since the start.' : `It cosigned last at ${at}.`;
  if (state === 'cosigned' || state === 'not_asked') return ok(title, last);
  if (state === 'unreachable') {
    return warning(
      title,
      `It does not answer. ${last}`,
      'Check its address in `record.witnesses`, and the way to it.',
    );
  }
  if (state === 'refused') {
    return warning(
      title,
      `It refuses the record. ${last}`,
      'Ask who runs it whether it knows the record’s name and key (`verifier-key` in the ledger folder), and compare its newest checkpoint with yours.',
    );
  }
  return problem(
    title,
    'It has seen a longer record than this one, which is therefore an older copy.',
    'Stop Kept and put the newest ledger folder back (KEPT_LEDGER).',
  );
}

/** Before a start: whether it would find its ports and its model. */
export async function beforeStartFindings(config: Config): Promise<Finding[]> {
  const port = async (name: string, host: string, number: number, variable: string) => {
    try {
      await requirePort(host, number, name, variable);
      return ok(name, `Port ${number} is free.`);
    } catch (error) {
      return problem(name, (error as Error).message, `Set ${variable} to a free port.`);
    }
  };
  const model = config.embedded?.path;
  const { listen: mail } = config.mailDoor;
  return [
    warning(
      'instance',
      `No Kept runs on ${config.dataFolder}.`,
      'Start it with `npm start`, or set KEPT_DATA.',
    ),
    await port('the site', config.siteHost, config.sitePort, 'KEPT_SITE_PORT'),
    await port('the API', config.apiHost, config.apiPort, 'KEPT_API_PORT'),
    ...(mail === null ? [] : [await port('our mail server', mail.host, mail.port, 'KEPT_MAIL_PORT')]),
    ...(model && !existsSync(model)
      ? [problem('model', `${model} is not there.`, 'Correct KEPT_MODEL.')]
      : []),
  ];
}
