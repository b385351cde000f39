/** What rights are called to people. */
import type { Right } from './rights.ts';

export const RIGHT_NAMES: Readonly<Record<Right, string>> = {
  confirm: 'Ask whether we hold anything about you',
  access: 'See what we hold about you',
  delete: 'Have it deleted',
  correct: 'Have it corrected',
  portability: 'Take it with you',
  opt_out_sale: 'Opt out of its sale',
  opt_out_targeted_advertising: 'Opt out of targeted advertising',
  opt_out_profiling: 'Opt out of profiling',
  limit_sensitive: 'Limit the use of sensitive data',
  restrict: 'Have its use restricted',
  object: 'Object to what is done with it',
  withdraw_consent: 'Take your consent back',
  appeal: 'Appeal against a refusal',
};
