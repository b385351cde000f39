/** A table that may be wider than the screen: it scrolls by itself, by the keyboard too, and has a name. */
import type { ReactNode } from 'react';

export const Wide = ({ name, children }: { name: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard (WCAG 2.1.1)
  <section className="table" tabIndex={0} aria-label={name}>
    {children}
  </section>
);
