/** How long before models become dearer their people are told, in days: the shortest, which holds where nothing is said. */
export const PRICE_NOTICE_DAYS_MIN = 14;
export const PRICE_NOTICE_DAYS_MAX = 365;
