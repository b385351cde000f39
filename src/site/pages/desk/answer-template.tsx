/** An answer that was written once: changed, or deleted. What was sent with it stays as it is. */
import { FormPage, Problem } from '../../parts/form.tsx';
import { TemplateForm } from '../../parts/template-form.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/answer-template.ts';

export const loader = ({ context, params }: Route.LoaderArgs) =>
  answered(context, ({ parts, caller }) => parts.messageDesk.templates.one(caller, params.template));

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['name', 'words'], async ({ do: what, name, words }, site) => {
    const { templates } = site.parts.messageDesk;
    const { template } = args.params;
    if (what === 'delete') await templates.drop(site.caller, template);
    else await templates.change(site.caller, template, { name, words });
    return goOn(site, '/desk/messages/templates');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'An answer – Desk – Kept' }];

export default function AnswerTemplate({ loaderData, actionData }: Route.ComponentProps) {
  return (
    <FormPage title="An answer that is there" lead="What was sent with it stays as it is.">
      <Problem refused={actionData} />
      <TemplateForm entered={actionData?.entered ?? loaderData} />
      <form method="post">
        <button className="button second" type="submit" name="do" value="delete">
          Delete it
        </button>
      </form>
    </FormPage>
  );
}
