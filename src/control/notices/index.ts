/**
 * Notices: service mail, which a person cannot switch off (address, security, deletion), through a sealed outbox.
 * A mail is written in the transaction of what it is about and sent at least once with the same Message-ID; what it says
 * is kept until the mail server has it. Promotional mail is not here but in `promotion`.
 */

export { cameBack, reachesAgain } from './came-back.ts';
export type { Words } from './catalogue-shape.ts';
export {
  type Catalogue,
  Catalogues,
  ENGLISH,
  LettersDamaged,
  letterIn,
  readCatalogues,
  say,
} from './catalogues.ts';
export { type DkimSettings, signingBy } from './dkim.ts';
export { escaped, type Letter, type Written } from './letter.ts';
export { envelopeOf } from './message.ts';
export { type MailSettings, Notices } from './notices.ts';
export { forgetMails, type ServiceMail } from './outbox.ts';
export { mailRoutes } from './routes.ts';
export { sampleMail, sampleMails } from './sample-mails.ts';
export { isRefused, mailOf } from './show-mail.ts';
export { writeMail } from './templates.ts';
export { ownIn, type Thread } from './thread.ts';
export { socketTo, termsOf } from './transport.ts';
