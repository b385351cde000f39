/** An event, as it is written and changed. */
import { Field, Once } from './form.tsx';
import { MessageField } from './message-fields.tsx';

export const EVENT_FIELDS = ['title', 'words', 'place', 'startsAt', 'endsAt', 'capacity'] as const;

interface EventFormProps {
  readonly entered: Readonly<Record<string, string | undefined>>;
  readonly button: string;
  /** Of a new one. */
  readonly once?: string;
}

export const EventForm = ({ entered, button, once }: EventFormProps) => (
  <form method="post">
    {once !== undefined && <Once of={once} />}
    <Field
      name="title"
      label="Title"
      maxLength={120}
      defaultValue={entered.title}
      autoComplete="off"
      required
    />
    <MessageField
      label="Description"
      entered={entered.words}
      required
      help="Everybody reads it: name nobody."
    />
    <Field
      name="place"
      label="Where"
      maxLength={200}
      defaultValue={entered.place}
      autoComplete="off"
      required
      help="A place, or the address of a video call."
    />
    <Field
      name="startsAt"
      label="Begins (UTC)"
      type="datetime-local"
      defaultValue={entered.startsAt}
      required
    />
    <Field name="endsAt" label="Ends (UTC)" type="datetime-local" defaultValue={entered.endsAt} required />
    <Field
      name="capacity"
      label="Places"
      type="number"
      min={1}
      max={1000}
      defaultValue={entered.capacity}
      required
      help="More of them go to whoever waits. With fewer, nobody loses theirs."
    />
    <button className="button" type="submit" name="do" value="write">
      {button}
    </button>
  </form>
);
