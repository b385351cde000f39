/** Plans as the operator configures them; none unless some are. */

export const PERIODS = ['month', 'year'] as const;

export interface Plan {
  /** Names it in the configuration and in addresses. */
  readonly id: string;
  readonly name: string;
  readonly every: (typeof PERIODS)[number];
  /** Micro-dollars of each period, without tax; whole cents. */
  readonly price: number;
  /** What each paid period adds to the balance; micro-dollars. */
  readonly credit: number;
}
