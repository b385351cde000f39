/** The first page: what this is, why one may believe it, how to begin. */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { ComingChanges } from '../parts/coming-change.tsx';
import { CurlRequest } from '../parts/curl-request.tsx';
import { useIsPriced } from '../parts/priced.ts';
import { TwoHalves } from '../parts/two-halves.tsx';
import type { PageHandle } from '../root.tsx';
import type { Route } from './+types/home.ts';

export function loader({ context }: Route.LoaderArgs) {
  const { apiUrl, models, publishing } = context.get(siteContext).parts;
  return { apiUrl, model: models()[0]?.name ?? 'MODEL', news: publishing.pages.news() };
}

export const handle: PageHandle = { measured: 'home' };
const WHAT =
  'An inference API for OpenAI clients that does not keep what you send, and shows how it is held to that.';
export const meta: Route.MetaFunction = () => [
  ...about('Promises kept. Prompts not.', WHAT).slice(1),
  { title: 'Kept – Promises kept. Prompts not.' },
];

export default function Home({ loaderData: { apiUrl, model, news } }: Route.ComponentProps) {
  const isPriced = useIsPriced();
  return (
    <div className="sections">
      <ComingChanges news={news} />
      <section className="hero">
        <div className="stack">
          <h1>Promises kept. Prompts not.</h1>
          <p className="lead">
            An inference API for the OpenAI client that you have. What you send and what a model answers
            passes through and is gone; the rest is yours to see, to correct, to move and to delete.
          </p>
          <div className="actions">
            <a className="button" href="/docs">
              First request
            </a>
            <a className="button second" href="/docs/data">
              How data is treated
            </a>
          </div>
        </div>
        <figure>
          <TwoHalves />
        </figure>
      </section>
      <section className="stack">
        <h2>One idea, held by walls</h2>
        <div className="columns">
          <div className="card">
            <h3>What sees content cannot remember</h3>
            <p>
              The gateway has no database and no way to write a file. Node’s permission model, the kernel’s
              limits and Landlock hold that, and it does not serve without them.
            </p>
          </div>
          <div className="card">
            <h3>What remembers never sees content</h3>
            <p>
              Accounts, keys{isPriced && ', money'} and usage live in another process. Between the two pass
              numbers, random ids and words of closed lists: there is no shape for a sentence. What an owner
              asks to be kept to find a fault is sealed before it passes.
            </p>
          </div>
          <div className="card">
            <h3>What is held can be let go of</h3>
            <p>
              What names a person is sealed under a key of their own, outside the database. Deleting the
              person destroys the key, and with it what copies and backups hold.
            </p>
          </div>
        </div>
      </section>
      <section className="stack">
        <h2>Your client, another address</h2>
        <CurlRequest apiUrl={apiUrl} model={model} />
        <p className="quiet">
          Node, Python and everything else that speaks OpenAI’s API: <a href="/docs">in the documentation</a>.{' '}
          <a href="/models">{isPriced ? 'Models and prices' : 'Models'}</a>.
        </p>
      </section>
    </div>
  );
}
