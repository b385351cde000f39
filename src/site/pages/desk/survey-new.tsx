/** Writes a survey; nobody sees it by that. */
import { FormPage, Problem } from '../../parts/form.tsx';
import { SURVEY_FIELDS, SurveyForm } from '../../parts/survey-form.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/survey-new.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    await parts.surveyDesk.list(caller);
    return null;
  });

export const action = (args: Route.ActionArgs) =>
  carryOut(args, SURVEY_FIELDS, async ({ do: _, ...form }, site) => {
    const id = await site.parts.surveyDesk.write(site.caller, form);
    return goOn(site, `/desk/surveys/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Write a survey – Desk – Kept' }];

export default function SurveyNew({ actionData }: Route.ComponentProps) {
  return (
    <FormPage title="Write a survey" lead="You add its questions and open it on the next page.">
      <Problem refused={actionData} />
      <SurveyForm entered={actionData?.entered ?? {}} button="Save it" />
    </FormPage>
  );
}
