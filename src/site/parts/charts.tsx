/** Charts, drawn on the server; the same numbers stand in a table behind each. */
import { dayOf } from './format.ts';

const WIDTH = 300;
const HEIGHT = 110;
const GAP = 0.25;

export interface DayValue {
  readonly day: string;
  readonly value: number;
}

/** A bar for each day. `sum`: what all days come to, in words. */
export function DayBars({
  title,
  sum,
  days,
  shown,
}: {
  title: string;
  sum: string;
  days: readonly DayValue[];
  shown: (value: number) => string;
}) {
  const most = Math.max(...days.map(({ value }) => value), 0);
  const step = WIDTH / days.length;
  return (
    <figure className="chart">
      <figcaption>
        {title} <strong>{sum}</strong>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title} by day; the table below has the numbers`}
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="axis" />
        {days.map(({ day, value }, at) => {
          const height = most === 0 ? 0 : Math.max((value / most) * HEIGHT, value > 0 ? 1.5 : 0);
          return (
            <rect
              key={day}
              className="bar"
              x={(at + GAP / 2) * step}
              y={HEIGHT - height}
              width={step * (1 - GAP)}
              height={height}
            >
              <title>{`${dayOf(day)}: ${shown(value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <p className="help chart-ends">
        <span>from {dayOf(days[0]?.day ?? '')}</span>
        <span>{most === 0 ? '' : `most: ${shown(most)}`}</span>
      </p>
    </figure>
  );
}

/** A share of the most, as a bar beside its number in a table. */
export const ShareBar = ({ value, most }: { value: number; most: number }) => (
  <svg className="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect className="bar" width={most === 0 ? 0 : (value / most) * 100} height="8" />
  </svg>
);
