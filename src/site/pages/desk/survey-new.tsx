/** Writes a survey; nobody sees it by that. */
import { FormPage, Problem } from '../../parts/form.tsx';
import { SURVEY_FIELDS, SurveyForm } from '../../parts/survey-form.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/survey-new.ts';

export const loader = ({ context }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    await parts.surveyDesk.list(caller);
    return { once: crypto.randomUUID() };
  });

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [...SURVEY_FIELDS, 'once'], async ({ do: _, once, ...form }, site) => {
    const id = await site.parts.surveyDesk.write(site.caller, form, once);
    return goOn(site, `/desk/surveys/${id}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Write a survey – Desk – Kept' }];

export default function SurveyNew({ loaderData, actionData }: Route.ComponentProps) {
  const once = actionData?.entered.once || loaderData.once;
  return (
    <FormPage title="Write a survey" lead="You add its questions and open it on the next page.">
      <Problem refused={actionData} />
      <SurveyForm entered={actionData?.entered ?? {}} once={once} button="Save it" />
    </FormPage>
  );
}
