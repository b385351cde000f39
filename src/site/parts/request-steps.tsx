/** What happened to a request, step by step. */
import { Moment } from './moment.tsx';
import { causeInWords, type ShownStep, stepInWords } from './request-words.ts';

export const RequestSteps = ({ steps }: { readonly steps: readonly ShownStep[] }) => (
  <>
    <h2>What happened</h2>
    <ol className="lines">
      {steps.map((step) => (
        <li key={step.at + step.state}>
          <Moment iso={step.at} /> UTC: {stepInWords(step)}
          <span className="quiet"> ({causeInWords(step)})</span>
        </li>
      ))}
    </ol>
  </>
);
