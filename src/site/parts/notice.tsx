/** What is asked before anything is measured: refusing stands beside accepting, as large, and needs no script (CHOICE-1). */
import { useLocation } from 'react-router';
import type { ShownChoice } from '../../control/consent/for-pages.ts';
import type { SiteContext } from '../context.ts';
import { PolicyText } from './policy-text.tsx';

export interface NoticeProps {
  readonly asks: 'purposes' | 'carry_over';
  readonly choices: readonly ShownChoice[];
}

/** What a notice shows: the purposes that nobody answered, or that only this browser did. */
export async function noticeOf(site: SiteContext, asks: NoticeProps['asks']): Promise<NoticeProps> {
  const shown = await site.parts.choices.shown(await site.asking());
  const open = shown.filter(({ needsAccount, purpose, by }) => {
    const isAsked = purpose === 'measurement' || purpose === 'recommendations';
    return isAsked && !needsAccount && (asks === 'purposes' ? by === null : by === 'browser');
  });
  return { asks, choices: open };
}

export function Notice({ asks, choices }: NoticeProps) {
  const { pathname, search } = useLocation();
  return (
    <section className="notice" aria-label="Your choice">
      <div className="frame">
        {asks === 'purposes' ? <p>{QUESTION}</p> : <CarryOver choices={choices} />}
        <div className="notice-texts">
          {choices.map(({ purpose, title, text }) => (
            <details key={purpose}>
              <summary>{title}</summary>
              <PolicyText blocks={text} parts={{}} />
            </details>
          ))}
        </div>
        <form method="post" action="/privacy/choices">
          <input type="hidden" name="next" value={pathname + search} />
          {choices.map(({ purpose, version }) => (
            <input key={purpose} type="hidden" name={`${purpose}_version`} value={version} />
          ))}
          <div className="answers">
            {asks === 'purposes' ? (
              <>
                <Answer name="all" value="refused" words="Refuse" />
                <Answer name="all" value="given" words="Accept" />
              </>
            ) : (
              <>
                <Answer name="carry" value="browser" words="This browser only" />
                <Answer name="carry" value="account" words="Remember it" />
              </>
            )}
            <a href="/privacy/choices">One by one</a>
          </div>
        </form>
      </div>
    </section>
  );
}

const QUESTION =
  'May we measure how this site is used, and recommend models from what you look at? Until you say yes, neither is done. Everything works without.';

const CarryOver = ({ choices }: Pick<NoticeProps, 'choices'>) => (
  <p>
    In this browser you said{' '}
    {choices.map(({ purpose, title, allowed }, at) => (
      <span key={purpose}>
        {at > 0 && ' and '}
        {allowed ? 'yes' : 'no'} to “{title}”
      </span>
    ))}
    . Shall your account remember that?
  </p>
);

/** Each answer looks the same, whatever it says. */
export const Answer = ({ name, value, words }: { name: string; value: string; words: string }) => (
  <button className="button second answer" type="submit" name={name} value={value}>
    {words}
  </button>
);
