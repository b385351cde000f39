/** Whether people are told before what they rely on changes: policy and terms, engines and regions, prices. */
import { POLICY_NOTICE_DAYS_MIN } from '../../control/publishing/index.ts';
import { broken, type Check, countOf, kept, noneOf } from '../check.ts';
import { count } from '../eyes.ts';

/** Beyond the first of each text, which was there when the instance began. */
const LATER = `version > (select min(version) from publication f where f.document = p.document)`;

export const publications: Check = {
  id: 'publications',
  clauses: ['SCOPE-3', 'CHANGE-1'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Looks for versions of policy and terms that held before their notice was over or told nobody, for people who were not written, and opens the first page for what is to come.',
  async look(eyes) {
    const days = Math.max(eyes.settings.policyNoticeDays ?? 0, POLICY_NOTICE_DAYS_MIN);
    const early = await count(
      eyes,
      `select count(*)::int as n from publication p where significant and ${LATER} and held_at < announced_at + make_interval(days => ${POLICY_NOTICE_DAYS_MIN}) - interval '1 minute'`,
    );
    const silent = await count(
      eyes,
      `select count(*)::int as n from publication p where significant and ${LATER} and announcement is null`,
    );
    const untold = await count(eyes, UNTOLD);
    const coming = await eyes.rows<{ document: string; version: number }>(
      `select document, version from publication p where held_at is null and withdrawn_at is null`,
    );
    const { text } = await eyes.page('/');
    const hidden = coming.filter(({ version }) => !text.includes(`/versions/${version}`));
    const published = await count(eyes, 'select count(*)::int as n from publication');
    if (published === 0) return broken('No version of the policy is published.');
    return noneOf(
      [
        ...(early > 0 ? [`${countOf(early, 'version')} held before the notice was over`] : []),
        ...(silent > 0 ? [`${countOf(silent, 'significant version')} told nobody`] : []),
        ...(untold > 0 ? [`${countOf(untold, 'person was', 'people were')} not written of a change`] : []),
        ...hidden.map(
          ({ document, version }) => `the first page is silent about version ${version} of ${document}`,
        ),
      ],
      `${countOf(published, 'version')} are published, ${coming.length} of them still to hold: each significant one was told to everybody ${days} days before, by mail and on the first page.`,
    );
  },
};

/** People whose address was confirmed before an announcement that has reached its end, of the last eighty days, and who have no mail of it. */
const UNTOLD = `
  select count(distinct e.id)::int as n from announcement a
  join publication p on p.announcement = a.id
  join person e on e.email_verified_at < a.at
  where a.ended_at is not null and a.at > now() - interval '80 days'
    and exists (select from membership m where m.person_id = e.id)
    and not exists (select from mail m where m.person_id = e.id and m.template = a.template and m.created_at >= a.at)`;

/** An engine or a region waits whatever is configured, so that one which did not is a fault for good; of others people have had their time on that day. */
const EARLY = `
  select count(*)::int as n from recipient_notice
  where announcement is not null and served_at < serves_at - interval '1 minute' and (kind <> 'processor' or serves_at > now())`;

export const changes: Check = {
  id: 'changes',
  clauses: ['USE-4'],
  pace: 'hour',
  restsOn: ['record'],
  probe:
    'Looks for engines, regions and processors that got something before people were told for long enough, for announcements that stand still, and opens the list of changes.',
  async look(eyes) {
    const early = await count(eyes, EARLY);
    const still = await count(
      eyes,
      `select count(*)::int as n from announcement where ended_at is null and at < now() - interval '1 day'`,
    );
    const prices = await count(
      eyes,
      `select count(*)::int as n from price_change where settled_at is not null and effective_at < announced_at + interval '14 days' - interval '1 minute'`,
    );
    const { status } = await eyes.page('/changelog');
    const wrong = [
      ...(early > 0
        ? [
            `${countOf(early, 'engine, region or processor', 'engines, regions and processors')} got something before people had been told for long enough`,
          ]
        : []),
      ...(still > 0 ? [`${countOf(still, 'announcement')} stand still: not everybody is told`] : []),
      ...(prices > 0 ? [`${countOf(prices, 'price')} held before its notice was over`] : []),
      ...(status === 200 ? [] : [`the list of changes answers ${status}`]),
    ];
    if (wrong.length > 0) return noneOf(wrong, '');
    const told = await count(
      eyes,
      `select count(*)::int as n from recipient_notice where announcement is not null`,
    );
    return kept(
      `What changes is listed for everybody; ${countOf(told, 'engine, region or processor', 'engines, regions and processors')} were announced before they got anything, and no announcement stands still.`,
    );
  },
};
