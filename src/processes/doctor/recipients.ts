/** Whom data goes to: who is not named yet, and where a connection was refused. */
import { type Finding, ok, problem, warning } from './finding.ts';

export interface RecipientFacts {
  /** Processors of others' of which the operator has not said all. */
  readonly unsaid: readonly string[];
  /** Connections that were refused since the start. */
  readonly refused: number;
  readonly refused_places: readonly string[];
}

export function recipientFindings({ unsaid, refused, refused_places: places }: RecipientFacts): Finding[] {
  return [
    ...unsaid.map((id) =>
      warning(
        `processor ${id}`,
        'Personal data goes to it, and the list of processors cannot say who it is, where, how long it keeps it, or by which contract.',
        `Set "processors.${id}" in the configuration: name, region, keeps, contract.`,
      ),
    ),
    refused === 0
      ? ok('egress', 'Control connected to declared places only.')
      : problem(
          'egress',
          `Control wanted to connect elsewhere ${refused} times, and was refused: ${places.join(', ')}.`,
          'Where a provider for signing in serves from another host, add it to "hosts" of that provider. Anything else is a fault of ours: tell us.',
        ),
  ];
}
