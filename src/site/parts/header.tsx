/** The line on top of every page. */
import { useLocation } from 'react-router';
import { useIsPriced } from './priced.ts';

const PRICING = { to: '/pricing', name: 'Pricing' } as const;
const PLACES = [
  { to: '/models', name: 'Models' },
  PRICING,
  { to: '/docs', name: 'Docs' },
  { to: '/privacy', name: 'Privacy' },
] as const;

export function Header({ isSignedIn }: { isSignedIn: boolean }) {
  const { pathname } = useLocation();
  const isPriced = useIsPriced();
  const isHere = (to: string) => pathname === to || pathname.startsWith(`${to}/`);
  return (
    <header className="header">
      <div className="frame">
        <a className="wordmark" href="/">
          Kept
        </a>
        <nav aria-label="Site">
          {PLACES.filter((place) => isPriced || place !== PRICING).map(({ to, name }) => (
            <a key={to} href={to} aria-current={isHere(to) ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        <nav className="account" aria-label="Account">
          {isSignedIn ? (
            <a href="/console" aria-current={isHere('/console') ? 'page' : undefined}>
              Console
            </a>
          ) : (
            <>
              <a href="/sign-in" aria-current={isHere('/sign-in') ? 'page' : undefined}>
                Sign in
              </a>
              <a href="/sign-up" aria-current={isHere('/sign-up') ? 'page' : undefined}>
                Sign up
              </a>
            </>
          )}
        </nav>
      </div>
    </header>
  );
}
