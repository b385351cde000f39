/** What somebody may ask for under the policy or a law, in the order in which answers list it. */
export const RIGHTS = [
  'confirm',
  'access',
  'delete',
  'correct',
  'portability',
  'opt_out_sale',
  'opt_out_targeted_advertising',
  'opt_out_profiling',
  'limit_sensitive',
  'restrict',
  'object',
  'withdraw_consent',
  'appeal',
] as const;
export type Right = (typeof RIGHTS)[number];
