/** Writing to us, and what is written to people: forms, reminders, service mail, addresses. */
import { readCatalogues, sampleMail, sampleMails } from '../../control/notices/index.ts';
import { broken, type Check, countOf, kept, noneOf, off } from '../check.ts';
import { count } from '../eyes.ts';
import { Visitor } from '../visitor.ts';

const NO_MAIL = 'No mail leaves this instance: set SMTP_URL.';

/** What somebody may want to tell us, and where. */
const FORMS: Readonly<Record<string, string>> = {
  '/contact?about=enquiry': 'asking something',
  '/contact?about=sales': 'asking for further services',
  '/contact?about=problem': 'reporting a problem',
  '/contact?about=feedback': 'saying what one thinks',
  '/privacy/requests?for=access': 'asking about one’s data',
  '/privacy/requests/child': 'telling of a child’s account',
};

export const forms: Check = {
  id: 'forms',
  clauses: ['PROVIDE-1'],
  pace: 'hour',
  probe:
    'Opens each form as a browser without scripts, and sends the one for writing to us with nothing in it.',
  async look(eyes) {
    const wrong: string[] = [];
    for (const [path, what] of Object.entries(FORMS)) {
      const { status, text } = await eyes.page(path);
      if (status !== 200 || !/<form[^>]*method="post"/i.test(text)) wrong.push(`no form for ${what}`);
    }
    const { status, text } = await new Visitor(eyes).send('/contact', {
      kind: 'enquiry',
      subject: 'A probe',
      words: '',
    });
    if (status !== 400 || !text.includes('write what it is about'))
      wrong.push(`an empty message was answered ${status}, and not by saying what is missing`);
    return noneOf(
      wrong,
      `${countOf(Object.keys(FORMS).length, 'form')} open without an account and without scripts; an empty one is answered by what is missing.`,
    );
  },
};

/** Keys of accounts that ended or end within two weeks, whose first step was due six hours ago, beside the mails about such keys. */
const UNTOLD = `
  select count(*)::int as n from (
    select s.person_id, count(*) as keys, min(k.expires_at) as first from api_key k
    join membership s on s.account_id = k.account_id and s.role in ('owner', 'developer')
    join person p on p.id = s.person_id and p.created_at < k.expires_at - interval '14 days'
    where k.state = 'active' and k.person_id is null
      and k.expires_at between now() - interval '30 days' and now() + interval '14 days' - interval '6 hours'
      and k.created_at < k.expires_at - interval '14 days'
    group by s.person_id) due
  where (select count(*) from mail m where m.person_id = due.person_id and m.template = 'key_ends'
    and m.created_at >= due.first - interval '15 days') < due.keys`;

/**
 * Cards that end within two weeks and were known twenty minutes ago (one that is near is asked for each hour), of accounts that
 * stay, beside the mails about such cards.
 */
const UNTOLD_OF_CARDS = `
  select count(*)::int as n from (
    select s.person_id, count(distinct (c.account_id, ends.at)) as cards, min(ends.at) as first from saved_card c
    cross join lateral (values (c.recharge_ends_at), (c.plan_ends_at)) as ends (at)
    join membership s on s.account_id = c.account_id and s.role in ('owner', 'billing')
    join person p on p.id = s.person_id and p.created_at < ends.at - interval '14 days'
    where ends.at between now() and now() + interval '14 days' - interval '6 hours'
      and c.next_at <= now() + interval '40 minutes'
      and not exists (select from erasure e join membership o on o.person_id = e.person_id
        where o.account_id = c.account_id and o.role = 'owner' and e.state = 'scheduled')
    group by s.person_id) due
  where (select count(*) from mail m where m.person_id = due.person_id and m.template = 'card_ends'
    and m.created_at >= due.first - interval '15 days') < due.cards`;

export const reminders: Check = {
  id: 'reminders',
  clauses: ['USE-2'],
  pace: 'hour',
  probe:
    'Compares keys that have ended or end within two weeks, and cards that end within two weeks while something is paid by them, with the mails that their people were written, and looks for announced prices that hold before their time.',
  async look(eyes) {
    const untold = await count(eyes, UNTOLD);
    if (untold > 0)
      return broken(`${countOf(untold, 'person was', 'people were')} not told that a key ends.`);
    const untoldOfCards = await count(eyes, UNTOLD_OF_CARDS);
    if (untoldOfCards > 0)
      return broken(`${countOf(untoldOfCards, 'person was', 'people were')} not told that a card ends.`);
    const early = await count(
      eyes,
      `select count(*)::int as n from price_change where settled_at is null and effective_at < announced_at + interval '14 days'`,
    );
    if (early > 0) return broken(`${countOf(early, 'price')} would hold before two weeks are over.`);
    const ending = await count(
      eyes,
      `select count(*)::int as n from api_key where state = 'active' and person_id is null and expires_at between now() and now() + interval '14 days'`,
    );
    const cards = await count(
      eyes,
      `select count(*)::int as n from saved_card where least(recharge_ends_at, plan_ends_at) between now() and now() + interval '14 days'`,
    );
    return eyes.settings.mail.smtpUrl === null
      ? off(NO_MAIL)
      : kept(
          `${countOf(ending, 'key')} and ${countOf(cards, 'card')} end within two weeks; everybody who can renew one was told in time, and no price holds before its notice is over.`,
        );
  },
};

/** What sells something, in a mail that nobody can switch off. */
const SELLS = /\bunsubscribe\b|\bdiscount|\bspecial offer|\b\d+\s?% off|\bupgrade now|\bdon.t miss/i;

export const serviceMail: Check = {
  id: 'service-mail',
  clauses: ['CHOICE-3'],
  pace: 'hour',
  probe:
    'Writes each letter that nobody can switch off with made-up values and looks for what would sell something; looks for such mail that stays behind.',
  async look({ settings, ...eyes }) {
    const letters = readCatalogues(settings.lettersFolder);
    const { siteUrl, billing } = settings;
    const mails = sampleMails(letters, billing).map(({ name }) =>
      sampleMail(name, { letters, siteUrl }, billing),
    );
    const selling = mails.filter(({ subject, text }) => SELLS.test(subject) || SELLS.test(text));
    const behind = await count(
      eyes,
      `select count(*)::int as n from mail where state = 'waiting' and next_at < now() - interval '1 hour'`,
    );
    const wrong = [
      ...selling.map(({ subject }) => `the letter “${subject}” sells something`),
      ...(behind > 0 ? [`${countOf(behind, 'mail')} should have been sent an hour ago`] : []),
    ];
    if (wrong.length > 0) return noneOf(wrong, '');
    if (settings.mail.smtpUrl === null) return off(NO_MAIL);
    const after = await count(
      eyes,
      `select count(distinct m.id)::int as n from mail m join consent c on c.person_id = m.person_id and c.purpose = 'promotional_mail'
       where m.state = 'sent' and (c.answer = 'refused' or c.withdrawn_at < m.created_at)`,
    );
    return kept(
      `None of ${countOf(mails.length, 'letter')} sells anything, none stays behind; ${countOf(after, 'service mail')} went to people who want no promotional mail.`,
    );
  },
};

export const addresses: Check = {
  id: 'addresses',
  clauses: ['CHANGE-3'],
  pace: 'hour',
  probe:
    'Looks for people who signed up and use an account without having confirmed their address, and for promotional mail that goes on to addresses from which mail came back.',
  async look(eyes) {
    const unconfirmed = await count(
      eyes,
      `select count(*)::int as n from account a where a.way = 'sign_up' and not a.awaits_address
       and exists (select from membership s where s.account_id = a.id)
       and not exists (select from membership s join person p on p.id = s.person_id where s.account_id = a.id and p.email_verified_at is not null)`,
    );
    const onward = await count(
      eyes,
      `select count(distinct m.person_id)::int as n from promotional_mail m where m.state in ('sending', 'sent')
       and exists (select from promotional_mail b where b.person_id = m.person_id and b.state = 'bounced' and b.at < m.at - interval '1 hour')`,
    );
    const wrong = [
      ...(unconfirmed > 0
        ? [`${countOf(unconfirmed, 'account')} of people who signed up work without a confirmed address`]
        : []),
      ...(onward > 0
        ? [`promotional mail went on to ${countOf(onward, 'address', 'addresses')} from which it came back`]
        : []),
    ];
    if (wrong.length > 0) return noneOf(wrong, '');
    if (eyes.settings.mail.smtpUrl === null) return off(NO_MAIL);
    const backs = await count(
      eyes,
      `select count(distinct person_id)::int as n from mail where state = 'undeliverable'`,
    );
    return kept(
      `Every account of somebody who signed up has a confirmed address; ${countOf(backs, 'person', 'people')} did not get a mail, and see it when they sign in.`,
    );
  },
};
