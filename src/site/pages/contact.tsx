/** Whom to write to, by what it is about (CONTACT-1, COLLECT-8). */
import type { Topic } from '../../control/settings.ts';
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import type { Route } from './+types/contact.ts';

export function loader({ context }: Route.LoaderArgs) {
  const { company } = context.get(siteContext).parts;
  return { company };
}

export const meta: Route.MetaFunction = () =>
  about('Contact', 'Whom to write to: questions, sales, support, problems, feedback, privacy, and holes.');

const TOPICS: readonly { readonly topic: Topic; readonly name: string; readonly what: string }[] = [
  { topic: 'enquiries', name: 'A question', what: 'About the service, before or after you use it.' },
  { topic: 'sales', name: 'Sales', what: 'Volumes, contracts, an engine of your own.' },
  {
    topic: 'support',
    name: 'Support',
    what: 'Something does not do what you need. Name the request’s id, never the prompt.',
  },
  { topic: 'problems', name: 'A problem', what: 'Something is broken, or answers what it should not.' },
  { topic: 'feedback', name: 'Feedback', what: 'What you like, what you miss.' },
];

export default function Contact({ loaderData: { company } }: Route.ComponentProps) {
  const { contacts, policyEmail, dpo, securityContact, name, postalAddress } = company;
  const said = TOPICS.filter(({ topic }) => contacts[topic] !== null);
  return (
    <div className="stack">
      <h1>Contact</h1>
      <p className="lead">
        A person at {name} reads it. What you write is used to answer you, and for nothing else.
      </p>
      {said.length > 0 && (
        <div className="columns">
          {said.map(({ topic, name: title, what }) => (
            <div key={topic} className="card">
              <h2 className="card-title">{title}</h2>
              <p>{what}</p>
              <p className="breaks">
                <Address of={contacts[topic] ?? ''} />
              </p>
            </div>
          ))}
        </div>
      )}
      <h2>Your data</h2>
      <p>
        What is held about you can be seen, corrected, exported and deleted{' '}
        <a href="/console/profile">in the console</a>, without a letter. Without an account, or for an answer
        in writing, <a href="/privacy/requests">ask about your data</a>. For everything else about privacy
        write to {policyEmail}.{dpo !== null && ` Our data protection officer: ${dpo}.`} You know of an
        account of somebody under 18? <a href="/privacy/requests/child">Tell us</a>.
      </p>
      {securityContact !== null && (
        <>
          <h2>A hole</h2>
          <p>
            Found one? Tell us first: <Address of={securityContact} />.{' '}
            <a href="/.well-known/security.txt">security.txt</a> says the same to programs.
          </p>
        </>
      )}
      <h2>By post</h2>
      <p>
        {name}, {postalAddress}
      </p>
    </div>
  );
}

/** Of a mailto: or https: address. */
const Address = ({ of }: { of: string }) => <a href={of}>{of.replace(/^mailto:|^https?:\/\/|\/$/g, '')}</a>;
