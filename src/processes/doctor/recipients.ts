/** Whom data goes to: who is not named yet, and where a connection was refused. */
import { type Finding, ok, problem, warning } from './finding.ts';

export interface RecipientFacts {
  /** Processors of others' of which the operator has not said all. */
  readonly unsaid: readonly string[];
  /** Connections that were refused since the start. */
  readonly refused: number;
  readonly refused_places: readonly string[];
  /** Of whom people were told, and who get nothing yet; `from`: ISO 8601, null while the clock is doubted. */
  readonly waiting: readonly {
    readonly name: string | null;
    /** False: announced by `processors_coming`. */
    readonly set_up: boolean;
    readonly from: string | null;
  }[];
}

export function recipientFindings(facts: RecipientFacts): Finding[] {
  const { unsaid, refused, refused_places: places, waiting } = facts;
  return [
    ...unsaid.map((id) =>
      warning(
        `processor ${id}`,
        'Personal data goes to it, and the list of processors cannot say who it is, where, how long it keeps it, or by which contract.',
        `Set "processors.${id}" in the configuration: name, region, keeps, contract.`,
      ),
    ),
    ...waiting.map(waits),
    refused === 0
      ? ok('egress', 'Control connected to declared places only.')
      : problem(
          'egress',
          `Control wanted to connect elsewhere ${refused} times, and was refused: ${places.join(', ')}.`,
          'Where a provider for signing in serves from another host, add it to "hosts" of that provider. Anything else is a fault of ours: tell us.',
        ),
  ];
}

function waits({ name, set_up: isSetUp, from }: RecipientFacts['waiting'][number]): Finding {
  const what = `announced ${name}`;
  if (from !== null && Date.parse(from) <= Date.now() && !isSetUp)
    return ok(what, 'People were told of it in time: it may be set up now.');
  return isSetUp
    ? warning(
        what,
        `Nothing goes there before ${from ?? 'the clock is believed again'}: people were told that it comes.`,
        'It begins by itself on that day. If it is to replace another, leave that one in the configuration until then.',
      )
    : ok(what, `People are told that it comes. Set it up on ${from ?? 'its day'}, not before.`);
}
