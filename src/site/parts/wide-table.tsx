/** A table that may be wider than a phone: it scrolls by itself, also by keyboard. */
import type { ReactNode } from 'react';

export function WideTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section className="table" aria-label={label} tabIndex={0}>
      <table>{children}</table>
    </section>
  );
}
