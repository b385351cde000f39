/** Where somebody lives, as they say it. */
import type { RequestPages } from '../../control/requests/index.ts';
import { PlaceOptions } from './place-form.tsx';

type Places = Awaited<ReturnType<RequestPages['form']>>['places'];

interface PlaceFieldProps {
  readonly places: Places;
  readonly entered: string | undefined;
  readonly label: string;
}

export const PlaceField = ({ places, entered, label }: PlaceFieldProps) => (
  <div className="field">
    <label htmlFor="place">{label}</label>
    <select id="place" name="place" defaultValue={entered || places.unsaid} aria-describedby="place-help">
      <option value={places.unsaid}>Rather not say</option>
      <PlaceOptions places={places} />
    </select>
    <p className="help" id="place-help">
      <a href="/privacy/rights">Which law holds</a> follows from it. It is believed as it is said; no papers
      are asked for. Not saying gives the most generous of all laws.
    </p>
  </div>
);
