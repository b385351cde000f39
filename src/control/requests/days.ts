/** Days and moments as letters say them, each in its language. */

/** English is written as in Britain: the day first. */
const localeOf = (language: string): string => (language === 'en' ? 'en-GB' : language);

/** Like `17 March 2027`; UTC. */
export const dayInWords = (at: Date, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'long', timeZone: 'UTC' }).format(at);

/** Like `17 March 2027 at 10:15`; UTC. */
export const momentInWords = (at: Date, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(at);
