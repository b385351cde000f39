/** The end of every page. */
const PLACES = [
  { to: '/docs/data', name: 'How data is treated' },
  { to: '/privacy', name: 'Privacy policy' },
  { to: '/terms', name: 'Terms' },
  { to: '/status', name: 'Status' },
] as const;

export function Footer({ company }: { company: string }) {
  return (
    <footer className="footer">
      <div className="frame">
        <p>Run by {company}.</p>
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
