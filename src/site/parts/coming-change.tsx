/** What of policy, terms and processors changes, or changed of late: on the first page and around the console (CHANGE-1). */
import type { News } from '../../control/publishing/index.ts';
import { Moment } from './moment.tsx';

export const ComingChanges = ({ news }: { news: readonly News[] }) =>
  news.map((each) => <ComingChange key={each.url + each.summary} {...each} />);

const ComingChange = ({ title, summary, state, holdsAt, url }: News) => (
  <section className={state === 'waits' ? 'note warn' : 'note'} aria-label={`${title} ${summary}`}>
    <p>
      <strong>{title}</strong> {summary}
    </p>
    <p>
      {state === 'waits' ? (
        <>
          That holds from <Moment iso={holdsAt} /> (UTC) on. Who does not want it can{' '}
          <a href="/console/export">take their data</a> and{' '}
          <a href="/console/profile/delete">delete their account</a>, before that day or after.
        </>
      ) : (
        <>
          It holds since <Moment iso={holdsAt} /> (UTC).
        </>
      )}{' '}
      <a href={url}>See what changes</a>
    </p>
  </section>
);
