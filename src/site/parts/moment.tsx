/** A moment or a day, for people and for programs; in a table it stays on its line. */
import { dayOf, momentOf } from './format.ts';

/** `iso`: ISO 8601. */
export const Moment = ({ iso }: { iso: string }) => <time dateTime={iso}>{momentOf(iso)}</time>;
/** `date`: like `2026-11-24`. */
export const Day = ({ date }: { date: string }) => <time dateTime={date}>{dayOf(date)}</time>;
