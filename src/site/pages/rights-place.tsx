/** The rights of one place on one day, in plain words: what the law gives, what we do anyway, how long it takes (STATE-1 to STATE-9, EU-1). */
import { data, redirect } from 'react-router';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { dayOf } from '../parts/format.ts';
import { HowLong, WhenRefused } from '../parts/law-answers.tsx';
import { Agents, Evidences, Money, Proofs } from '../parts/law-terms.tsx';
import { PlaceForm } from '../parts/place-form.tsx';
import { RightsLists } from '../parts/rights-lists.tsx';
import type { Route } from './+types/rights-place.ts';

export function loader({ context, params, request }: Route.LoaderArgs) {
  const { law, company } = context.get(siteContext).parts;
  const place = law.placeOf(params.place);
  if (place === null) throw data(null, { status: 404 });
  const { searchParams, search } = new URL(request.url);
  if (place !== params.place) throw redirect(`/privacy/rights/${place}${search}`, 301);
  const said = searchParams.get('on') ?? '';
  const day = said === '' ? law.today() : law.dayOf(said);
  const shown = law.show(place, day ?? law.today());
  const answer = { shown, places: law.places(), policyEmail: company.policyEmail, isWrongDay: day === null };
  return data(answer, { status: day === null ? 400 : 200 });
}

export const meta: Route.MetaFunction = ({ loaderData }) => {
  const name = loaderData?.shown.name ?? 'Your rights';
  return about(
    `Your rights: ${name}`,
    `What the law gives somebody in ${name}, what we do anyway, and until when.`,
  );
};

export default function RightsOfPlace({ loaderData }: Route.ComponentProps) {
  const { shown, places, policyEmail, isWrongDay } = loaderData;
  const { name, place, on, laws } = shown;
  return (
    <div className="prose">
      <p className="when">
        <a href="/privacy/rights">Your rights</a>
      </p>
      <h1>{name}</h1>
      {isWrongDay && (
        <p className="note bad" role="alert">
          That is no day. This is what holds today.
        </p>
      )}
      <p className="lead">
        {laws.length === 0
          ? `We know no law for this place on ${dayOf(on)}. There may be one all the same. You get from us the most generous combination of all the laws that we know.`
          : `What the ${laws.map((law) => `${law.name} (${law.short})`).join(' and the ')} gives you on ${dayOf(on)}, and what we do anyway.`}
      </p>
      <PlaceForm places={places} place={place} on={on} />
      <p className="note">
        To use a right, <a href="/privacy/requests">ask about your data</a>, or write to{' '}
        <a href={`mailto:${policyEmail}`}>{policyEmail}</a>. Much of it you can do at once{' '}
        <a href="/console/profile">on your profile</a>.
      </p>
      <RightsLists shown={shown} />
      <HowLong shown={shown} />
      <WhenRefused shown={shown} policyEmail={policyEmail} />
      <Proofs shown={shown} />
      <Agents shown={shown} />
      <Money shown={shown} />
      <Evidences shown={shown} />
    </div>
  );
}
