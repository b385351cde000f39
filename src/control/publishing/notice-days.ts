/** How long before a significant change holds people are told, in days: the shortest, which holds where nothing is said. */
export const POLICY_NOTICE_DAYS_MIN = 30;
export const POLICY_NOTICE_DAYS_MAX = 365;
