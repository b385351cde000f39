/** An answer that is written once, as it is written and changed. */
import { Field, Once } from './form.tsx';
import { MessageField } from './message-fields.tsx';

interface TemplateFormProps {
  readonly entered: { readonly name?: string | undefined; readonly words?: string | undefined };
  /** Of a new one. */
  readonly once?: string;
}

export const TemplateForm = ({ entered, once }: TemplateFormProps) => (
  <form method="post">
    {once !== undefined && <Once of={once} />}
    <Field name="name" label="Name" maxLength={100} defaultValue={entered.name} autoComplete="off" required />
    <MessageField label="Answer" entered={entered.words} required help="It goes to many: name nobody." />
    <button className="button" type="submit" name="do" value="write">
      Save it
    </button>
  </form>
);
