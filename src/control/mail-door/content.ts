/** What a stranger's mail says, sealed under a key of its own that dies with it. */
import { z } from 'zod';
import { Intake } from '../intake.ts';

const shape = z.strictObject({
  /** Claimed. Null: none that can be answered. */
  address: z.string().nullable(),
  /** Of the mail, for the thread of the answer. */
  messageId: z.string().nullable(),
  /** Null: a request holds them. */
  words: z.string().nullable(),
  /** Of the request, for the answer. */
  asked: z.string().nullable(),
  url: z.string().nullable(),
  /** Of the request, for the thread of the answer; null: it goes in none. */
  reference: z.string().nullable().default(null),
  /** What somebody here answered. */
  reply: z.string().nullable().default(null),
  /** That the answer is in, BCP 47. */
  language: z.string().default('en'),
});
export type Content = z.output<typeof shape>;

export const mailContent = new Intake('incoming_mail', 'content', shape);
