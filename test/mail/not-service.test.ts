/**
 * No campaign as service mail, and no service mail that sells (CHOICE-3): a campaign is looked at as a whole, and whoever
 * writes it is told which words it was; every letter of the service is looked at for what sells.
 */
import { expect, test } from 'vitest';
import { readCatalogues, sampleMail, sampleMails } from '../../src/control/notices/index.ts';
import { Problem } from '../../src/control/problem.ts';
import { refuseAsService } from '../../src/control/promotion/not-service.ts';

const SITE = 'https://kept.example.org';
const letters = readCatalogues();
const NEWS = {
  subject: 'Two new models',
  words:
    'Two models are new this month.\n\n## What they do\n\n- Summaries of long texts\n- Answers with sources',
};

function refusal(campaign: { subject: string; words: string }): string | null {
  try {
    refuseAsService(campaign, letters, SITE);
    return null;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

test.each([
  ['Subject', 'Re: your question'],
  ['Subject', 'Action required'],
  ['Subject', 'Your API key ends tomorrow'],
  ['Subject', 'CONFIRM your  e-mail address!'],
  ['Subject', 'Invoice 17'],
  ['Subject', 'A new sign-in to your account'],
])('%s “%s”', (where, subject) => {
  expect(refusal({ ...NEWS, subject })).toContain(`${where}: “`);
});

test.each([
  'Hello, your API key expires on Friday.',
  'We write because your account has been suspended.',
  'Your credit runs out soon.',
  'Please confirm your address within a day.',
  'Attention required: read on.',
  'This is the final notice.',
  'There was unusual activity.',
  'You were charged 20 USD.',
  'See the attached invoice.',
  'There are changes to our privacy policy.',
  'Our terms have changed.',
  `Go on here: ${SITE}/sign-in?next=/console`,
  `${SITE}/reset-password`,
  'Somebody signed in on the console and made an API key for your account.',
  'The link works once, for 24 hours.',
])('in the text: %s', (line) => {
  const said = refusal({ ...NEWS, words: `${NEWS.words}\n\n${line}` });
  expect(said).toContain('Text, line 8: “');
  expect(said).toContain('as service mail');
});

test('each is named with its line, five at most', () => {
  const line =
    'Your card expires. Your key ended. Action required. This is the last reminder. You were charged.';
  const said = refusal({ subject: 'Your invoice', words: `News.\n${line}\n${line}` }) ?? '';
  expect(said.match(/(?:Subject|Text, line \d): “/g)).toHaveLength(5);
});

test.each([
  NEWS,
  { subject: 'Longer contexts', words: 'Prompts may be twice as long now, at the same price.' },
  {
    subject: 'A webinar',
    words: 'Join us on 3 March. Bring your questions about privacy, keys and accounts.',
  },
  {
    subject: 'Your models, quicker',
    words: `Answers begin 30% sooner. Try it with your API key, or look at ${SITE}/models first.`,
  },
])('news is news: $subject', (campaign) => {
  expect(refusal(campaign)).toBeNull();
});

/** What sells: offers, urgency, praise, other things to buy. */
const SELLS =
  /\b(?:offers?|discounts?|deals?|sales?|% off|save (?:money|up to|\d)|cheaper|best|exclusive|limited time|hurry|don.t miss|buy now|order now|upgrade(?: now| to)|try our|check out|introducing|new (?:models?|features?|plans?)|refer a friend|follow us|webinar|special|free (?:trial|month|credit)|recommend(?:ed)? for you|you might also|thank you for choosing)\b/i;

test('no letter of the service sells', () => {
  const names = sampleMails(letters, 'prepaid');
  expect(names.length).toBeGreaterThan(50);
  for (const { name } of names) {
    const { subject, text } = sampleMail(name, { letters, siteUrl: SITE }, 'prepaid');
    expect(`${subject}\n${text}`, name).not.toMatch(SELLS);
  }
  for (const words of ['A special offer for you', 'Try our new models', 'Upgrade now'])
    expect(words).toMatch(SELLS);
});
