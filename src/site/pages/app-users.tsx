/**
 * For people who used an app that sends what they write to this instance: what is held of them, which is nothing that leads
 * to them, who answers for it, and how that can be checked (INFER-1 to INFER-5, ACCESS-1). Engines are as configured.
 */
import { siteContext } from '../context.ts';
import { about } from '../parts/about.ts';
import { EngineTerms } from '../parts/engine-terms.tsx';
import type { Route } from './+types/app-users.ts';

export function loader({ context }: Route.LoaderArgs) {
  const { engines, company } = context.get(siteContext).parts;
  return { engines, company: company.name, contact: company.policyEmail };
}

export const meta: Route.MetaFunction = () =>
  about(
    'You used somebody else’s app',
    'What is held of people whose apps send their words here, and who answers for it.',
  );

export default function AppUsers({ loaderData: { engines, company, contact } }: Route.ComponentProps) {
  return (
    <article className="prose">
      <h1>You used somebody else’s app</h1>
      <p className="lead">
        Companies build apps that send what you write to {company}, and show you the answer. You may have no
        account here at all. This is what we hold of you then.
      </p>
      <h2 id="held">What we hold of you</h2>
      <p>
        Nothing that leads to you. What you wrote and what was answered is in memory here while the answer is
        made, and gone after it; what computes it stands below. A field with which an app can name its user is
        dropped before anything is done. What is left are counts and times, which belong to the company’s
        account: <a href="/docs/data#record">all of their fields</a>.
      </p>
      <p>So a copy of it, a correction or a deletion would find nothing to work on.</p>
      <h2 id="engines">What computes the answers</h2>
      <ul>
        {engines.map((engine) => (
          <li key={engine.number}>
            {engine.name}: <EngineTerms engine={engine} />
          </li>
        ))}
      </ul>
      <h2 id="ask">Who answers for it</h2>
      <p>
        The company whose app it is. It decides why your words are sent, it may keep them itself, and your
        rights are against it. Its own privacy policy says how to reach it. We are bound to help it to answer
        you.
      </p>
      <p>
        You do not get an answer there, or you do not know who it is? Write to{' '}
        <a href={`mailto:${contact}`}>{contact}</a> and name the app. Somebody here reads it. We do not say
        who our customers are, but we can tell one that you asked.
      </p>
      <h2 id="check">How to check it</h2>
      <ul>
        <li>
          <a href="/docs/data">How data is treated</a> is made from the configuration that runs now.
        </li>
        <li>
          The <a href="/privacy">privacy policy</a> promises it, sentence by sentence.
        </li>
        <li>
          Do you have an account here, too? <a href="/privacy/requests">Ask about its data</a>.
        </li>
      </ul>
    </article>
  );
}
