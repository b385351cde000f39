/** The policy that ships, with something in it said otherwise, and its publication by command. */
import { readTexts } from '../../src/control/policy/index.ts';
import type { TestControl } from '../support/control.ts';

export const POLICY = (await readTexts('privacy-policy'))[0].text;
export const TERMS = (await readTexts('terms'))[0].text;

const SAID = 'To tell you about changes of the services.';

/** One promise in other words. */
export const saying = (words: string): string => POLICY.replace(SAID, words);

export const wish = (text: string, more: object = {}) => ({
  document: 'privacy-policy',
  text,
  summary: 'We say it more clearly.',
  significant: 'yes',
  why: 'A promise is worded otherwise.',
  base: 1,
  ...more,
});

export const publish = (control: TestControl, text: string, more: object = {}) =>
  control.admin('POST', '/publications', wish(text, more));

/** As if it had been published so many days ago; `control` starts anew. */
export async function daysLater(control: TestControl, days: number): Promise<void> {
  await control.stop();
  await control.sql(
    "update publication set announced_at = announced_at - $1 * interval '1 day', holds_at = holds_at - $1 * interval '1 day' where held_at is null",
    [days],
  );
  await control.start();
}

export const stateOf = async (control: TestControl, version: number, document = 'privacy-policy') =>
  (await control.admin('GET', '/publications')).body.versions.find(
    (each: { version: number; document: string }) => each.version === version && each.document === document,
  )?.state;
