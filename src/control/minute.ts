/** A moment in mails and lines of commands, like `2027-01-31 12:00`; UTC. `at`: a date, ISO 8601, or ms since 1970. */
export const minuteOf = (at: Date | string | number): string =>
  new Date(at).toISOString().slice(0, 16).replace('T', ' ');
