/** Answers to mail from addresses that nobody has shown to be theirs. They hold nothing that was written, and no data. */
import type { Letter } from '../notices/index.ts';
import type { Answer } from './schema.ts';

interface Facts {
  readonly siteUrl: string;
  /** Of the request, where there is one. */
  readonly asked: string | null;
  readonly url: string | null;
}

const ASKS: readonly (readonly [label: string, right: string])[] = [
  ['A copy of your data', 'access'],
  ['Correct something', 'correct'],
  ['Delete your account and data', 'delete'],
  ['Take your data elsewhere', 'portability'],
  ['Stop a use', 'withdraw_consent'],
  ['Something else', ''],
];

const NOT_YOU =
  'If you did not write to us, somebody used your address; you need do nothing, and we write no more of it today.';

/** Null: nothing is answered. */
export function answerLetter(answer: Answer, { siteUrl, asked, url }: Facts): Letter | null {
  const page = `${siteUrl}/privacy/requests`;
  switch (answer) {
    case 'asked_back':
      return {
        subject: 'What may we do for you?',
        paragraphs: [
          'Hello,',
          'we have your mail to our privacy address, and could not tell by ourselves what you ask. A person reads it. You get on faster by choosing here:',
        ],
        links: ASKS.map(([label, right]) => ({ label, url: right === '' ? page : `${page}?for=${right}` })),
        afterwards: [
          'We answer in English; you may write in your language. Files that came with the mail are not kept.',
          NOT_YOU,
        ],
      };
    case 'stopped':
      return {
        subject: 'It is stopped',
        paragraphs: [
          'Hello,',
          `you asked us ${asked}. That needs no proof: it holds now. If an account here has this address, it holds for that account too.`,
        ],
        ...(url !== null && { links: [{ label: 'Look at the request', url }] }),
        afterwards: [NOT_YOU],
      };
    case 'unknown':
      return {
        subject: 'We found nobody with this address',
        paragraphs: [
          'Hello,',
          `you asked us ${asked}. We hold no account with the address that you wrote from. If you have one with another address, write from that, or ask on our page: it says what else is possible.`,
          'If you use a service that is built on ours, whoever runs that service knows about you, and we do not: what is sent through us is not kept. Ask them.',
        ],
        links: [{ label: 'Ask on our page', url: page }],
        afterwards: [NOT_YOU],
      };
    case 'none':
      return null;
  }
}
