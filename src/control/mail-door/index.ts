/**
 * The door for mail (ACCESS-2, CONTACT-1): mail to the policy address comes by our own mail server or out of the operator's
 * mailbox, becomes a request by rules that staff can read, or waits for a reader. Who claims to write it is never believed.
 */
export { forMailDesk, type MailDesk } from './for-desk.ts';
export { openMailDoor } from './mail-door.ts';
export type { MailDoorParts } from './parts.ts';
export { readMailRules } from './rules.ts';
export { countUnread } from './warn.ts';
