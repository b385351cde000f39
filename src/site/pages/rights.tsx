/** Where somebody looks up their rights: by where they live, which is believed (STATE-7, EU-1). */
import { data, redirect } from 'react-router';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { PlaceForm } from '../parts/place-form.tsx';
import type { Route } from './+types/rights.ts';

export function loader({ context, request }: Route.LoaderArgs) {
  const { law } = context.get(siteContext).parts;
  const asked = new URL(request.url).searchParams;
  const [said, on] = [asked.get('place'), asked.get('on') ?? ''];
  const place = said === null ? null : law.placeOf(said);
  if (place !== null)
    throw redirect(`/privacy/rights/${place}${on === '' ? '' : `?${new URLSearchParams({ on })}`}`);
  const isWrong = said !== null;
  return data({ places: law.places(), today: law.today(), isWrong }, { status: isWrong ? 400 : 200 });
}

export const meta: Route.MetaFunction = () =>
  about(
    'Your rights',
    'What the law of the place where you live gives you, what we do for you anyway, and how long it takes.',
  );

export default function Rights({ loaderData: { places, today, isWrong } }: Route.ComponentProps) {
  return (
    <div className="prose">
      <h1>Your rights</h1>
      <p className="lead">
        They depend on where you live. We believe what you say, ask for no papers, and never guess it from
        where you connect.
      </p>
      {isWrong && (
        <p className="note bad" role="alert">
          That is no place in our list. Please choose one.
        </p>
      )}
      <PlaceForm places={places} place="" on={today} />
      <h2>Places with a law that we know</h2>
      <ul className="places">
        {places.withLaw.map(({ place, name }) => (
          <li key={place}>
            <a href={`/privacy/rights/${place}`}>{name}</a>
          </li>
        ))}
      </ul>
      <h2>Elsewhere, or if you would rather not say</h2>
      <p>
        You get from us the most generous combination of all the laws that we know: every right that any of
        them gives, in the shortest time that any of them asks for. Nobody is worse off for living somewhere
        else.
      </p>
    </div>
  );
}
