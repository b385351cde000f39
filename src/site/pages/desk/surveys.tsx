/** Surveys as staff prepare them. */
import { Day } from '../../parts/moment.tsx';
import { SURVEY_STATE_WORDS } from '../../parts/survey-words.ts';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered } from '../../session.ts';
import type { Route } from './+types/surveys.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => ({ surveys: await parts.surveyDesk.list(caller) }));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Surveys – Desk – Kept' }];

export default function DeskSurveys({ loaderData: { surveys } }: Route.ComponentProps) {
  return (
    <div className="stack">
      <h1>Surveys</h1>
      <p>
        <a className="button" href="/desk/surveys/new">
          Write one
        </a>
      </p>
      {surveys.length === 0 ? (
        <p>None so far.</p>
      ) : (
        <WideTable label="Surveys">
          <thead>
            <tr>
              <th scope="col">Title</th>
              <th scope="col">Last day</th>
              <th scope="col">How it stands</th>
              <th scope="col">Questions</th>
            </tr>
          </thead>
          <tbody>
            {surveys.map(({ id, title, endsAt, state, questions }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={`/desk/surveys/${id}`}>{title}</a>
                </th>
                <td>
                  <Day date={endsAt.slice(0, 10)} />
                </td>
                <td>{SURVEY_STATE_WORDS[state]}</td>
                <td>{questions.length}</td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </div>
  );
}
