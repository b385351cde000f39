/** What was written in a conversation, the oldest first. */
import type { ReactNode } from 'react';
import type { ShownMessage } from '../../control/messages/index.ts';
import { bytesOf } from './format.ts';
import { DOOR_WORDS } from './message-words.ts';
import { Moment } from './moment.tsx';

type ListedFile = ShownMessage['files'][number];

interface WrittenProps {
  readonly messages: readonly ShownMessage[];
  /** What whoever wrote is called here. */
  readonly them: string;
  readonly us: string;
  /** How one of its files is got. */
  readonly download: (file: ListedFile) => ReactNode;
}

export const Written = ({ messages, them, us, download }: WrittenProps) => (
  <ol className="written">
    {messages.map((each) => (
      <li key={each.id} className={each.by === 'staff' ? 'card ours' : 'card'}>
        <p className="quiet">
          <strong>{each.by === 'staff' ? us : them}</strong>, <Moment iso={each.at} /> UTC
          {each.by === 'person' && `, ${DOOR_WORDS[each.door]}`}
        </p>
        <p className="words-of breaks">{each.words}</p>
        {each.files.length > 0 && (
          <ul className="files">
            {each.files.map((file) => (
              <li key={file.id}>
                {download(file)} <span className="quiet">{bytesOf(file.bytes)}</span>
              </li>
            ))}
          </ul>
        )}
        {each.dropped > 0 && (
          <p className="quiet">
            {each.dropped === 1 ? 'One file was not kept' : `${each.dropped} files were not kept`}: too large,
            too many, or none of the kinds that are taken.
          </p>
        )}
      </li>
    ))}
  </ol>
);
