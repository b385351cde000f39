/** The end of every page. */
const PLACES = [
  { to: '/docs/data', name: 'How data is treated' },
  { to: '/privacy', name: 'Privacy policy' },
  { to: '/privacy/choices', name: 'Your choices' },
  { to: '/privacy/rights', name: 'Your rights' },
  { to: '/privacy/requests', name: 'Ask about your data' },
  { to: '/changelog', name: 'Changelog' },
  { to: '/newsletter', name: 'Newsletter' },
  { to: '/terms', name: 'Terms' },
  { to: '/contact', name: 'Contact' },
  { to: '/status', name: 'Status' },
] as const;

export function Footer({ company, gpc }: { company: string; gpc: boolean }) {
  return (
    <footer className="footer">
      <div className="frame">
        <p>
          Run by {company}.
          {gpc && (
            <>
              {' '}
              <a href="/privacy/choices">Global Privacy Control is honoured.</a>
            </>
          )}
        </p>
        <ul>
          {PLACES.map(({ to, name }) => (
            <li key={to}>
              <a href={to}>{name}</a>
            </li>
          ))}
        </ul>
      </div>
    </footer>
  );
}
