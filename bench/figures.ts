/** A figure of the report: what was measured on our side, on the peer's, and what we want. */
export interface Figure {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  /** The quotient or value that the goal speaks about. */
  readonly outcome: string;
  readonly goal: string;
  /** Null where no goal is set. */
  readonly met: boolean | null;
}

const verdict = (met: boolean | null): string => (met === null ? '' : met ? 'yes' : '**no**');

/** The figures as a Markdown table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(
    (f) => `| ${f.what} | ${f.ours} | ${f.peer} | ${f.outcome} | ${f.goal} | ${verdict(f.met)} |`,
  );
  return ['| what | Kept | peer | outcome | goal | met |', '|---|---|---|---|---|---|', ...rows].join('\n');
}
