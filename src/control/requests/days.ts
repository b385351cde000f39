/** Days as letters and pages say them. */
const words = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** Like `17 March 2027`; UTC. */
export const dayInWords = (at: Date): string => words.format(at);
