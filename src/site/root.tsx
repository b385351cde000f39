/** The document around every page. Pages load no script unless they say `interactive` in their `handle`. */
import type { ReactNode } from 'react';
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  useMatches,
  useRouteLoaderData,
} from 'react-router';
import './design/base.css';
import type { PageName } from '../control/analytics/schema.ts';
import type { Route } from './+types/root.ts';
import { siteContext } from './context.ts';
import { Footer } from './parts/footer.tsx';
import { Header } from './parts/header.tsx';
import { Notice, noticeOf } from './parts/notice.tsx';

export async function loader({ context }: Route.LoaderArgs) {
  const { parts } = context.get(siteContext);
  const { gpc, asks, allowed } = await context.get(siteContext).choices();
  return {
    company: parts.company.name,
    isPriced: parts.billing !== 'off',
    preview: `${parts.siteUrl}/preview.png`,
    isSignedIn: (await context.get(siteContext).who()) !== null,
    gpc,
    isMeasured: allowed.measurement,
    notice: asks === null ? null : await noticeOf(context.get(siteContext), asks),
  };
}

/** What a route may say of itself. */
export interface PageHandle {
  /** Needs React in the browser. */
  readonly interactive?: boolean;
  /** A public page: its name in what is measured, of those who agreed. Whoever did not answer yet is asked. */
  readonly measured?: PageName;
}

export function Layout({ children }: { children: ReactNode }) {
  const interactive = useMatches().some(
    ({ handle }) => (handle as PageHandle | undefined)?.interactive === true,
  );
  const measured = useMeasured();
  const root = useRouteLoaderData<typeof loader>('root');
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbfaf7" />
        <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14171a" />
        <link rel="icon" href="/kept.svg" type="image/svg+xml" />
        <Meta />
        {root !== undefined && <Preview image={root.preview} />}
        <Links />
      </head>
      <body>
        <a className="skip" href="#content">
          Skip to the content
        </a>
        <Header isSignedIn={root?.isSignedIn ?? false} />
        {children}
        {root?.isMeasured === true && measured !== undefined && (
          <script src="/measure.js" data-page={measured} defer />
        )}
        {interactive && <Scripts />}
      </body>
    </html>
  );
}

/** Of public pages, for whoever is sent a link to one (Open Graph). */
const Preview = ({ image }: { image: string }) => (
  <>
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="Kept" />
    <meta property="og:image" content={image} />
    <meta property="og:image:alt" content="Kept. Promises kept. Prompts not." />
    <meta name="twitter:card" content="summary_large_image" />
  </>
);

const useMeasured = (): PageName | undefined =>
  useMatches()
    .map(({ handle }) => (handle as PageHandle | undefined)?.measured)
    .find((name) => name !== undefined);

export default function Site({ loaderData: { company, gpc, notice } }: Route.ComponentProps) {
  const measured = useMeasured();
  return (
    <>
      {notice !== null && measured !== undefined && <Notice {...notice} />}
      <main id="content">
        <div className="frame">
          <Outlet />
        </div>
      </main>
      <Footer company={company} gpc={gpc} />
    </>
  );
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  const missing = isRouteErrorResponse(error) && error.status === 404;
  return (
    <main id="content">
      <div className="frame stack">
        <title>{missing ? 'Not found – Kept' : 'Something failed – Kept'}</title>
        <h1>{missing ? 'There is nothing here' : 'Something of ours failed'}</h1>
        <p className="lead">
          {missing
            ? 'The address may have a typing error, or the page is gone.'
            : 'It is noted, without anything that you entered. Please try again in a moment.'}
        </p>
        <p>
          <a href="/">To the first page</a>
        </p>
      </div>
    </main>
  );
}
