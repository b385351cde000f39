/** What the mail door works with; made once, where control starts. */
import type { Log } from '../../log/log.ts';
import { forLawPages } from '../law/index.ts';
import type { RequestParts } from '../requests/index.ts';
import { type MailRules, readMailRules } from './rules.ts';
import type { NamedPlace } from './understand.ts';

export interface MailDoorParts {
  readonly requesting: RequestParts;
  readonly rules: MailRules;
  readonly places: readonly NamedPlace[];
  readonly log: Log;
}

/** Throws `MailRulesDamaged`. */
export function mailDoorParts(requesting: RequestParts, log: Log): MailDoorParts {
  const { withLaw, members, states, countries } = forLawPages(
    requesting.law,
    requesting.erasing.store.now,
  ).places();
  const places = [...withLaw, ...members, ...states, ...countries];
  return { requesting, rules: readMailRules(), places, log };
}
