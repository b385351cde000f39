/** Recommendations by what a browser looked at: after a yes, with their reason, ended by one click. */
import { broken, type Check, kept, off } from '../check.ts';
import type { Eyes } from '../eyes.ts';
import { Visitor } from '../visitor.ts';

const THEIRS = 'kept_looked_at';

export const recommendations: Check = {
  id: 'recommendations',
  clauses: ['USE-6'],
  pace: 'hour',
  probe:
    'Looks at a model in a browser that said nothing, in one that said yes and in one that took it back, and at what each is recommended.',
  async look(eyes) {
    const path = await aModel(eyes);
    if (path === null) return off('No engine offers a model, so none can be looked at or recommended.');
    const silent = new Visitor(eyes);
    await silent.open(path);
    if (silent.cookies.some((name) => name.includes(THEIRS)))
      return broken('What a browser looks at is remembered though nobody said yes.');
    const willing = new Visitor(eyes);
    const { text } = await willing.open('/privacy/choices');
    const [, version] =
      /name="recommendations_version"[^>]*value="(\d+)"/.exec(text) ??
      /value="(\d+)"[^>]*name="recommendations_version"/.exec(text) ??
      [];
    if (version === undefined) return broken('The page of choices does not ask about recommendations.');
    await willing.send('/privacy/choices', { recommendations: 'given', recommendations_version: version });
    await willing.open(path);
    if (!willing.cookies.some((name) => name.includes(THEIRS)))
      return broken('Whoever said yes is recommended nothing: what they look at is not remembered.');
    const shown = (await willing.open('/models')).text;
    if (shown.includes('id="recommended"') && !/Because you looked at[\s\S]*Stop recommending/.test(shown))
      return broken('A recommendation does not say why, or cannot be ended beside it.');
    await willing.send('/privacy/choices', { recommendations: 'refused', recommendations_version: version });
    if (willing.cookies.some((name) => name.includes(THEIRS)))
      return broken('What was looked at is still remembered after it was taken back.');
    return (await willing.open('/models')).text.includes('id="recommended"')
      ? broken('Recommendations go on after they were ended.')
      : kept(
          'Nothing is remembered before a yes; after it, it lies in that browser alone, says why, and is gone with one click.',
        );
  },
};

async function aModel(eyes: Pick<Eyes, 'page'>): Promise<string | null> {
  const { text } = await eyes.page('/models');
  return /href="(\/models\/[^"]+)"/.exec(text)?.[1] ?? null;
}
