/**
 * Letters about requests (`src/control/requests`): what was asked, by when, what was decided and why, what is possible
 * now. None holds anything about the person: that stands behind the link.
 */
import type { Letter } from './letter.ts';
import type { Values } from './values.ts';

const AS_IT_STANDS = 'This page says how it stands, and lets you withdraw it. Keep the link to yourself.';
const OPEN_IT = 'Look at the request';

/** What a refusal says besides its reason (ACCESS-4, STATE-9). */
const refusal = ({
  ground,
  rule,
  change,
  until,
  regulator,
}: Values<'ground' | 'rule' | 'change' | 'until' | 'regulator'>): string[] => [
  `The ground: ${ground} It stands in: ${rule}.`,
  `What would change it: ${change}`,
  `You can appeal until ${until}, on the page below. Somebody else than the one who decided decides about it.`,
  `Who takes complaints where you live: ${regulator}.`,
];

export const REQUEST_LETTERS = {
  request_received: ({
    name,
    asked,
    basis,
    due,
    url,
  }: Values<'name' | 'asked' | 'basis' | 'due' | 'url'>): Letter => ({
    subject: 'We have your request',
    paragraphs: [
      `Hello ${name},`,
      `you asked us ${asked}. ${basis}`,
      `You get an answer by ${due} at the latest.`,
    ],
    link: { label: OPEN_IT, url },
    afterwards: [
      AS_IT_STANDS,
      'If you did not ask for this, withdraw it there, and end the sign-ins that are not yours.',
    ],
  }),
  request_proof: ({ name, asked, until, url }: Values<'name' | 'asked' | 'until' | 'url'>): Letter => ({
    subject: 'Was it you who asked?',
    paragraphs: [
      `Hello ${name},`,
      `somebody, probably you, asked us ${asked}, and named this address. Please say whether it was you: before that, nothing is done.`,
    ],
    link: { label: 'Say whether it was you', url },
    afterwards: [
      `The link works once, until ${until} (UTC).`,
      'If it was not you, say so on that page, or ignore this mail: nothing happens then, and whoever asked does not learn that you have an account.',
    ],
  }),
  request_proof_agent: ({
    name,
    agent,
    asked,
    until,
    url,
  }: Values<'name' | 'agent' | 'asked' | 'until' | 'url'>): Letter => ({
    subject: 'Did you let somebody ask for you?',
    paragraphs: [
      `Hello ${name},`,
      `${agent} asked us ${asked}, in your name, and named this address. Please say whether you let them: before that, nothing is done.`,
    ],
    link: { label: 'Say whether you let them', url },
    afterwards: [
      `The link works once, until ${until} (UTC).`,
      'If you did not, say so on that page, or ignore this mail: nothing happens then, and they do not learn that you have an account.',
    ],
  }),
  request_extended: ({
    name,
    asked,
    reason,
    due,
    url,
  }: Values<'name' | 'asked' | 'reason' | 'due' | 'url'>): Letter => ({
    subject: 'Your request takes longer',
    paragraphs: [
      `Hello ${name},`,
      `you asked us ${asked}. We need more time for it, because ${reason}.`,
      `You get an answer by ${due} at the latest. It is not put off again.`,
    ],
    link: { label: OPEN_IT, url },
  }),
  request_delivered: ({ name, asked, done, url }: Values<'name' | 'asked' | 'done' | 'url'>): Letter => ({
    subject: 'Your request is carried out',
    paragraphs: [`Hello ${name},`, `you asked us ${asked}. ${done}`],
    link: { label: OPEN_IT, url },
  }),
  /** After a decision that was told by a letter of its own. */
  request_carried_out: ({ name, asked, url }: Values<'name' | 'asked' | 'url'>): Letter => ({
    subject: 'What was decided is carried out',
    paragraphs: [`Hello ${name},`, `you asked us ${asked}. What we decided about it is done.`],
    link: { label: OPEN_IT, url },
  }),
  request_refused: ({
    name,
    asked,
    url,
    ...why
  }: Values<'name' | 'asked' | 'url' | 'ground' | 'rule' | 'change' | 'until' | 'regulator'>): Letter => ({
    subject: 'Your request is refused',
    paragraphs: [
      `Hello ${name},`,
      `you asked us ${asked}. We refuse that. Somebody here looked at it and decided; their reason stands on the page below.`,
      ...refusal(why),
    ],
    link: { label: 'Read why, or appeal', url },
  }),
  request_part: ({
    name,
    asked,
    url,
    ...why
  }: Values<'name' | 'asked' | 'url' | 'ground' | 'rule' | 'change' | 'until' | 'regulator'>): Letter => ({
    subject: 'Your request is met in part',
    paragraphs: [
      `Hello ${name},`,
      `you asked us ${asked}. We do a part of it. Which part, and why not the rest, stands on the page below.`,
      ...refusal(why),
    ],
    link: { label: 'Read why, or appeal', url },
  }),
  appeal_received: ({ name, asked, due, url }: Values<'name' | 'asked' | 'due' | 'url'>): Letter => ({
    subject: 'We have your appeal',
    paragraphs: [
      `Hello ${name},`,
      `you asked us ${asked}, and appealed our decision. Somebody else than the one who decided looks at it now.`,
      `You get an answer by ${due} at the latest.`,
    ],
    link: { label: OPEN_IT, url },
  }),
  appeal_decided: ({
    name,
    asked,
    outcome,
    regulator,
    url,
  }: Values<'name' | 'asked' | 'outcome' | 'regulator' | 'url'>): Letter => ({
    subject: 'Your appeal is decided',
    paragraphs: [
      `Hello ${name},`,
      `you asked us ${asked}, and appealed our decision. ${outcome}`,
      'The reason, by somebody else than the one who decided first, stands on the page below.',
      `If you do not agree: who takes complaints where you live is ${regulator}.`,
    ],
    link: { label: 'Read the decision', url },
  }),
  request_closed: ({ name, asked, why, url }: Values<'name' | 'asked' | 'why' | 'url'>): Letter => ({
    subject: 'Your request is closed',
    paragraphs: [`Hello ${name},`, `you asked us ${asked}. ${why}`],
    link: { label: OPEN_IT, url },
  }),
  /** The last that goes to an account of a child (CHILD-2). */
  child_account_deleted: ({ name, email }: Values<'name' | 'email'>): Letter => ({
    subject: 'Your account is deleted',
    paragraphs: [
      `Hello ${name},`,
      'we were told that this account belongs to somebody under 18. Somebody here looked at it and decided so. Our privacy policy says that we keep nothing about children without a parent’s consent (CHILD-2), and our services are not for people under 18.',
      'The account and everything that names you is deleted now, without the usual 30 days. Its keys have stopped. What a law makes us keep is kept apart.',
    ],
    afterwards: [
      `If this is wrong, write to ${email}. What is deleted does not come back, but you can open an account again.`,
    ],
  }),
  /** To those who decide. */
  requests_due: ({ name, soon, overdue, url }: Values<'name' | 'soon' | 'overdue' | 'url'>): Letter => ({
    subject: 'Requests are due',
    paragraphs: [
      `Hello ${name},`,
      `requests about people's data wait for an answer: ${soon} within the next seven days, ${overdue} overdue.`,
      'Each is listed at the desk with the day that its law wants an answer.',
    ],
    link: { label: 'To the desk', url },
  }),
  /** To those who decide. */
  mail_to_read: ({ name, waiting, url }: Values<'name' | 'waiting' | 'url'>): Letter => ({
    subject: 'Mail to the policy address waits for a reader',
    paragraphs: [
      `Hello ${name},`,
      `mail that no rule understood has waited for more than a day: ${waiting} in all. What nobody reads is gone after 30 days, and may be a request whose time runs.`,
    ],
    link: { label: 'To the desk', url },
  }),
} as const satisfies Record<string, (values: never) => Letter>;
