/** Fields of forms that send a message. */
import type { ReactNode } from 'react';
import type { MessageKind } from '../../control/messages/index.ts';
import { KIND_WORDS } from './message-words.ts';

/** As the forms' check has it. */
const WORDS_CHARACTERS_MAX = 10_000;
const FILE_FIELDS = ['file1', 'file2', 'file3'] as const;
const ACCEPTED = '.pdf,.jpg,.jpeg,.png,.zip,.txt,.log,.csv,application/pdf,image/jpeg,image/png,text/plain';

interface MessageFieldProps {
  readonly label: string;
  readonly help?: ReactNode;
  readonly rows?: number;
  readonly entered?: string | undefined;
  readonly required?: boolean;
}

export const MessageField = ({ label, help, rows = 8, entered, required }: MessageFieldProps) => (
  <div className="field">
    <label htmlFor="words">{label}</label>
    <textarea
      id="words"
      name="words"
      rows={rows}
      maxLength={WORDS_CHARACTERS_MAX}
      defaultValue={entered}
      aria-describedby={help === undefined ? undefined : 'words-help'}
      required={required}
    />
    {help !== undefined && (
      <p className="help" id="words-help">
        {help}
      </p>
    )}
  </div>
);

const KINDS = Object.keys(KIND_WORDS) as MessageKind[];

/** What comes of a survey is written there; it may stay what it is. */
export const KindField = ({ label, entered }: { label: string; entered: string | undefined }) => (
  <div className="field">
    <label htmlFor="kind">{label}</label>
    <select id="kind" name="kind" defaultValue={entered || 'enquiry'} required>
      {KINDS.filter((kind) => kind !== 'survey' || entered === kind).map((kind) => (
        <option key={kind} value={kind}>
          {KIND_WORDS[kind].name}
        </option>
      ))}
    </select>
  </div>
);

/** One field for each file, so that each can be taken away again without a script. */
export const FileFields = () => (
  <details>
    <summary>Add files</summary>
    <div className="stack">
      {FILE_FIELDS.map((name, at) => (
        <div className="field" key={name}>
          <label htmlFor={name}>File {at + 1}</label>
          <input id={name} name={name} type="file" accept={ACCEPTED} />
        </div>
      ))}
      <p className="help">
        PDF, JPEG, PNG, ZIP or plain text, of 4 MB each at most. They are sealed like your words. Send no
        prompts and no keys.
      </p>
    </div>
  </details>
);

/** What the file fields of a form hold. */
export const filesIn = (files: ReadonlyMap<string, File>) =>
  Promise.all(
    FILE_FIELDS.flatMap((name) => files.get(name) ?? []).map(async (file) => ({
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  );
