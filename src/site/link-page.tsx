/**
 * The page that the link of a mail opens. Only sending its form uses the link up: scanners open links. Its token stays
 * between the browser and us.
 */
import type { ReactNode } from 'react';
import { FormPage, Problem } from './parts/form.tsx';
import type { Refused } from './session.ts';

export const linkLoader = ({ request }: { readonly request: Request }) => ({
  token: new URL(request.url).searchParams.get('token') ?? '',
});

/**
 * The site's own referrer policy keeps the token from other hosts. A page with `no-referrer` would send its form without
 * an origin, and so be refused.
 */
export const linkHeaders = () => ({ 'cache-control': 'no-store' });

/** What its form sent; a password that was left empty is none. */
export const linkForm = ({ token, password }: Readonly<Record<string, string>>) => ({
  token,
  ...(password !== undefined && password !== '' && { password }),
});

interface LinkPageProps {
  readonly title: string;
  readonly lead: string;
  readonly token: string;
  readonly refused: Refused | undefined;
  /** On the button. */
  readonly done: string;
  readonly children?: ReactNode;
}

export function LinkPage({ title, lead, token, refused, done, children }: LinkPageProps) {
  return (
    <FormPage title={title} lead={lead}>
      <Problem refused={refused} />
      <form method="post">
        <input type="hidden" name="token" value={token} />
        {children}
        <button className="button" type="submit">
          {done}
        </button>
      </form>
    </FormPage>
  );
}
