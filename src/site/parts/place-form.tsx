/** Where somebody says where they live, and on which day it is to be looked at; works without a script. */
import type { LawPages } from '../../control/law/index.ts';

type Places = ReturnType<LawPages['places']>;

interface Shown {
  readonly places: Places;
  /** Chosen before; empty: nothing yet. */
  readonly place: string;
  /** Like `2026-11-24`. */
  readonly on: string;
}

export const PlaceForm = ({ places, place, on }: Shown) => (
  <form className="form place-form" action="/privacy/rights" method="get">
    <div className="field">
      <label htmlFor="place">Where you live</label>
      <select id="place" name="place" className="select" defaultValue={place} required>
        <option value="" disabled>
          Please choose
        </option>
        <PlaceOptions places={places} />
      </select>
    </div>
    <div className="field">
      <label htmlFor="on">On the day</label>
      <input id="on" name="on" type="date" defaultValue={on} />
    </div>
    <button type="submit" className="button">
      Show
    </button>
  </form>
);

/** Every place to choose from, for a list. */
export const PlaceOptions = ({ places }: { places: Places }) => (
  <>
    <Group label="With a law that we know" places={places.withLaw} />
    <Group label="Countries under the law of the Union" places={places.members} />
    <Group label="Other states and territories of the US" places={places.states} />
    <Group label="Other countries" places={places.countries} />
  </>
);

const Group = ({ label, places }: { label: string; places: Places['withLaw'] }) => (
  <optgroup label={label}>
    {places.map(({ place, name }) => (
      <option key={place} value={place}>
        {name}
      </option>
    ))}
  </optgroup>
);
