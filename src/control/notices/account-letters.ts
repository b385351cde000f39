/** Letters about an account: who belongs to it, its credit, its end, and what was done with its data. */
import type { Letter } from './letter.ts';
import type { Values } from './values.ts';

export const ACCOUNT_LETTERS = {
  staff_role_changed: ({
    name,
    deskRole,
    until,
    provider,
    url,
  }: Values<'name' | 'deskRole' | 'until' | 'provider' | 'url'>): Letter => ({
    subject: 'Your role at the desk was changed',
    paragraphs: [
      `Hello ${name},`,
      deskRole === 'none'
        ? 'you have no role at the desk of this service any more. Your account stays as it is.'
        : `your role at the desk of this service is now: ${deskRole}.${until ? ` It ends on ${until} (UTC).` : ''}`,
      provider
        ? `It follows from your groups at ${provider}, and holds where you sign in with it.`
        : 'The operator did this. If it surprises you, ask them.',
    ],
    ...(deskRole !== 'none' && { link: { label: 'To the desk', url } }),
  }),
  membership_invitation: ({
    inviter,
    role,
    until,
    url,
  }: Values<'inviter' | 'role' | 'until' | 'url'>): Letter => ({
    subject: 'An invitation to an account',
    paragraphs: [
      'Hello,',
      `${inviter} invites you to share an account here. Your role in it would be: ${role}.`,
      'The page that the link opens says which account it is, and lets you accept or decline.',
    ],
    link: { label: 'Look at the invitation', url },
    afterwards: [
      `The link works once, until ${until} (UTC), for the address that this mail was sent to.`,
      'If you do not know who that is, ignore this mail and nothing happens. On that page you can also say that no invitations are sent to you any more.',
    ],
  }),
  member_joined: ({
    name,
    who,
    role,
    account,
    url,
  }: Values<'name' | 'who' | 'role' | 'account' | 'url'>): Letter => ({
    subject: 'Somebody joined your account',
    paragraphs: [
      `Hello ${name},`,
      `${who} accepted an invitation and belongs to the account “${account}” now. Their role is: ${role}.`,
    ],
    link: { label: 'Look at the members', url },
    afterwards: ['Whoever does not belong there is removed on that page.'],
  }),
  member_left: ({ name, who, account, url }: Values<'name' | 'who' | 'account' | 'url'>): Letter => ({
    subject: 'Somebody left your account',
    paragraphs: [
      `Hello ${name},`,
      `${who} left the account “${account}”. Its keys go on: revoke those whose secret they know.`,
    ],
    link: { label: 'Look at the members', url },
  }),
  member_removed: ({ name, account }: Values<'name' | 'account'>): Letter => ({
    subject: 'You do not belong to an account any more',
    paragraphs: [
      `Hello ${name},`,
      `an owner of the account “${account}” removed you from it. Its pages and its playground are closed to you now.`,
      'Your own sign-in and your other accounts stay as they are. If you think that this is a mistake, ask the owner.',
    ],
  }),
  role_changed: ({ name, role, account, url }: Values<'name' | 'role' | 'account' | 'url'>): Letter => ({
    subject: 'Your role in an account was changed',
    paragraphs: [
      `Hello ${name},`,
      `an owner of the account “${account}” changed your role in it. It is now: ${role}.`,
    ],
    link: { label: 'Look at the members', url },
  }),
  limit_reached: ({
    name,
    what,
    of,
    until,
    url,
  }: Values<'name' | 'what' | 'of' | 'until' | 'url'>): Letter => ({
    subject: 'Requests are refused: a limit is reached',
    paragraphs: [
      `Hello ${name},`,
      `a request was refused: the ${what} of ${of} is used up, or what is left is not enough for it.`,
      until === ''
        ? 'Requests are answered again as soon as there is more of it.'
        : `Requests are answered again from ${until} on, or as soon as the budget is raised.`,
    ],
    link: { label: 'See what was used', url },
    afterwards: [
      'However many requests are refused meanwhile, this is said once a day, or once for a budget.',
    ],
  }),
  credit_added: ({
    name,
    amount,
    charged,
    tax,
    url,
  }: Values<'name' | 'amount' | 'charged' | 'tax' | 'url'>): Letter => ({
    subject: 'Credit was added',
    paragraphs: [
      `Hello ${name},`,
      `your account has ${amount} more credit. Stripe charged ${charged} for it, of which ${tax} is tax.`,
      'Requests are paid from the credit as they end; it does not expire.',
    ],
    link: { label: 'See the payment and its receipt', url },
    afterwards: ['If nobody of you paid this, write to us at once: the contact page says how.'],
  }),
  data_demanded: ({ name, demand, until, url }: Values<'name' | 'demand' | 'until' | 'url'>): Letter => ({
    subject: 'Somebody demands data about you',
    paragraphs: [
      `Hello ${name},`,
      `because of ${demand}, we are to hand over data about you. Two people here have looked at it. Nothing is handed over before ${until} (UTC).`,
      'Until then you can object: somebody here reads it, and it is decided anew.',
    ],
    link: { label: 'See what is demanded, or object', url },
    afterwards: ['You may want the advice of a lawyer. You are asked to sign in.'],
  }),
  data_disclosed: ({
    name,
    demand,
    on,
    outcome,
    url,
  }: Values<'name' | 'demand' | 'on' | 'outcome' | 'url'>): Letter => ({
    subject: 'A demand for data about you was answered',
    paragraphs: [
      `Hello ${name},`,
      `because of ${demand}, data about you was demanded. It was answered on ${on} (UTC).`,
      outcome,
    ],
    link: { label: 'See who asked, and for what', url },
    afterwards: ['You are asked to sign in. What stands there is also in your export.'],
  }),
  breach_due: ({ due, soFar, url }: Values<'due' | 'soFar' | 'url'>): Letter => ({
    subject: 'A breach of data: who has to be told',
    paragraphs: [
      'Hello,',
      `the register of breaches has one that is not closed. ${soFar}`,
      due === ''
        ? 'As far as it is known, nobody has to be told. That changes with what becomes known.'
        : `Somebody has to be told by ${due} (UTC). What is not known by then follows in phases.`,
    ],
    link: { label: 'To the register', url },
    afterwards: ['You are asked to sign in, and your look goes into the record.'],
  }),
  breach_told: ({ name, words, url }: Values<'name' | 'words' | 'url'>): Letter => ({
    subject: 'Something happened to data about you',
    paragraphs: [`Hello ${name},`, words],
    link: { label: 'Read it again in your profile', url },
    afterwards: ['You are asked to sign in there. We never ask for your password by mail.'],
  }),
  balance_low: ({ name, level, amount, url }: Values<'name' | 'level' | 'amount' | 'url'>): Letter => ({
    subject: 'Little credit is left',
    paragraphs: [
      `Hello ${name},`,
      `less than ${level} of credit is left in your account: ${amount}. You wanted to hear of that.`,
      'When it is used up, requests are refused until there is credit again.',
    ],
    link: { label: 'See the credit, or change the warnings', url },
  }),
  invoice_unpaid: ({
    name,
    amount,
    soFar,
    coming,
    url,
  }: Values<'name' | 'amount' | 'soFar' | 'coming' | 'url'>): Letter => ({
    subject: 'An invoice is not paid',
    paragraphs: [
      `Hello ${name},`,
      `Stripe could not charge your card for the invoice of your plan, ${amount}. ${soFar}`,
      coming,
      'As soon as it is paid, all of this ends by itself. Bring another card under “Cards and invoices”, or end the plan.',
    ],
    link: { label: 'See the plan', url },
    afterwards: [
      'If you think that this is wrong, write to us: the contact page says how. A person can end it.',
    ],
  }),
  recharge_stopped: ({ name, amount, why, url }: Values<'name' | 'amount' | 'why' | 'url'>): Letter => ({
    subject: 'Automatic recharge has stopped',
    paragraphs: [
      `Hello ${name},`,
      `${amount} of credit were to be bought by themselves, and that did not work: ${why}.`,
      'Nothing was charged, and it is not tried again by itself. Requests are answered as long as there is credit.',
    ],
    link: { label: 'See what to do', url },
    afterwards: ['There you pay on a page of Stripe, switch it on again, or leave it off.'],
  }),
  deletion_scheduled: ({ name, on, url }: Values<'name' | 'on' | 'url'>): Letter => ({
    subject: 'Your account is going to be deleted',
    paragraphs: [
      `Hello ${name},`,
      `on ${on} (UTC) your account and everything in it that names you is deleted. Your keys are off from now on.`,
      'Until then you can take it back, and take your data with you: sign in, and that is what you are shown.',
    ],
    link: { label: 'Keep the account, or export your data', url },
    afterwards: ['If this was not you, keep the account there and set a new password.'],
  }),
  deletion_due: ({ name, at, url }: Values<'name' | 'at' | 'url'>): Letter => ({
    subject: 'Your account is deleted within the hour',
    paragraphs: [
      `Hello ${name},`,
      `at ${at} (UTC), in less than an hour, the deletion of your account begins, and everything in it that names you goes.`,
      'Until then you can still take it back, and save your data and the receipt that you asked for it.',
    ],
    link: { label: 'Keep the account, or export your data', url },
    afterwards: [
      'This is our last mail to you. Afterwards we cannot write to you any more: your address is gone by then, so nobody tells you when it is done.',
    ],
  }),
  requests_kept: ({ name, until, url }: Values<'name' | 'until' | 'url'>): Letter => ({
    subject: 'Requests of your account are being kept',
    paragraphs: [
      `Hello ${name},`,
      `from now on the requests of your account are kept with their answers, sealed, until ${until} (UTC), so that a fault can be found. An owner asked for it, or somebody here on an owner’s word.`,
      'Their key is destroyed then. You see each look at them, and can take it back at any time: all of it is destroyed at once.',
    ],
    link: { label: 'See what is kept, or take it back', url },
    afterwards: [
      'If nobody of yours asked for this, take it back, and write to us: the contact page says how.',
    ],
  }),
  export_ready: ({ name, until, url }: Values<'name' | 'until' | 'url'>): Letter => ({
    subject: 'Your data are ready to download',
    paragraphs: [
      `Hello ${name},`,
      `the archive with your data that you asked for is ready. It can be downloaded until ${until} (UTC); then it is gone.`,
    ],
    link: { label: 'Download it', url },
    afterwards: [
      'You are asked to sign in, or to confirm that it is you.',
      'If you did not ask for it, delete it there, and end the sign-ins that are not yours.',
    ],
  }),
  deletion_cancelled: ({ name, url }: Values<'name' | 'url'>): Letter => ({
    subject: 'Your account stays',
    paragraphs: [`Hello ${name},`, 'the deletion of your account was taken back. Your keys work again.'],
    link: { label: 'Not you? Look at your security page', url },
  }),
} as const satisfies Record<string, (values: never) => Letter>;
