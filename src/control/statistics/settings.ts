/** What an operator may set about numbers that are published; only towards less risk. */

/** A number about fewer people than this is shown to nobody, in whatever is counted. */
export const GROUP_MIN = 10;
/** What may become known of one person by all that is published about one year, in thousandths of ε. */
export const EPSILON_MAX_MILLI = 1_000;

export interface StatisticsSettings {
  /** `GROUP_MIN` or more. */
  readonly groupMin: number;
  /** For all statistics of a year together; `EPSILON_MAX_MILLI` at most. */
  readonly epsilonMilli: number;
}
