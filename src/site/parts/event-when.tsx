/** When and where an event is. */
import type { ShownEvent } from '../../control/events/index.ts';
import { Moment } from './moment.tsx';

type Where = Pick<ShownEvent, 'startsAt' | 'endsAt' | 'place'>;

export const EventWhen = ({ event: { startsAt, endsAt, place } }: { event: Where }) => (
  <dl className="facts">
    <dt>Begins</dt>
    <dd>
      <Moment iso={startsAt} /> UTC
    </dd>
    <dt>Ends</dt>
    <dd>
      <Moment iso={endsAt} /> UTC
    </dd>
    <dt>Where</dt>
    <dd className="breaks">{place}</dd>
  </dl>
);
