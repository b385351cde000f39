/** A demand for data as it stands: what it says, whom it names, what was answered, its files and its steps. */
import { EVENTS, FILES, type ShownCase } from './disclosure-words.ts';
import { bytesOf } from './format.ts';
import { Day, Moment } from './moment.tsx';
import { StepTable } from './step-table.tsx';

type Props = { readonly it: ShownCase };

/** The last day of a time that ends where this begins. */
const DAY_MS = 86_400_000;
const lastDay = (end: string): string => new Date(Date.parse(end) - DAY_MS).toISOString().slice(0, 10);

export const CaseFacts = ({ it }: Props) => (
  <dl className="facts">
    <dt>Who asks</dt>
    <dd className="breaks">
      {it.authority}
      <br />
      {it.contact}
    </dd>
    {it.reference !== '' && (
      <>
        <dt>Their reference</dt>
        <dd className="breaks">{it.reference}</dd>
      </>
    )}
    <dt>On what basis</dt>
    <dd className="breaks">{it.basis}</dd>
    <dt>Kinds of data</dt>
    <dd>
      {it.categories.map((each) => it.allCategories[each]).join('; ')}{' '}
      {it.isNarrowed && <span className="tag">narrowed</span>}
    </dd>
    <dt>Of which time</dt>
    <dd>
      {it.rangeFrom === null ? 'from the beginning' : <Day date={it.rangeFrom.slice(0, 10)} />} to{' '}
      {it.rangeTo === null ? 'now' : <Day date={lastDay(it.rangeTo)} />}
    </dd>
    <dt>Entered</dt>
    <dd>
      <Day date={it.openedAt.slice(0, 10)} />
    </dd>
    {it.dueAt !== null && (
      <>
        <dt>Answer by</dt>
        <dd>
          <Day date={it.dueAt.slice(0, 10)} />
        </dd>
      </>
    )}
    {it.gagBasis !== '' && (
      <>
        <dt>What forbids telling</dt>
        <dd className="breaks">{it.gagBasis}</dd>
      </>
    )}
    <dt>Hold</dt>
    <dd>{it.isHeld ? 'These data are kept until it ends' : 'None'}</dd>
    <dt>Sealed for</dt>
    <dd>{it.hasCertificate ? 'their certificate' : 'a passphrase'}</dd>
    <Told it={it} />
  </dl>
);

const Told = ({ it }: Props) => (
  <>
    <dt>Told</dt>
    <dd>
      {it.announcedAt !== null && (
        <>
          before, on <Day date={it.announcedAt.slice(0, 10)} />;{' '}
        </>
      )}
      {it.toldAt === null ? 'not yet what came of it' : <Day date={it.toldAt.slice(0, 10)} />}
    </dd>
    {it.discloseAt !== null && it.closedAt === null && (
      <>
        <dt>Handed over at the earliest</dt>
        <dd>
          <Moment iso={it.discloseAt} />
        </dd>
      </>
    )}
  </>
);

export const Named = ({ it }: Props) => (
  <section className="stack">
    <h2>Whom it names</h2>
    <ul>
      {it.named.map(({ name, isThere }) => (
        <li key={name} className="breaks">
          {name} {!isThere && <span className="tag">nothing is held</span>}
        </li>
      ))}
    </ul>
  </section>
);

type CheckName = keyof ShownCase['questions'];

export function Checklist({ it }: Props) {
  const answered = (Object.keys(it.questions) as CheckName[]).filter((name) => it.checks[name] !== undefined);
  if (answered.length === 0 && it.reasons.length === 0) return null;
  return (
    <section className="stack">
      <h2>What was looked at</h2>
      {answered.length > 0 && (
        <dl className="facts">
          {answered.map((name) => (
            <div key={name} className="fact">
              <dt>{it.questions[name]}</dt>
              <dd className="breaks">
                {it.checks[name]?.answer}
                {it.checks[name]?.note !== '' && `: ${it.checks[name]?.note}`}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {it.reasons.map(({ event, words }) => (
        <p key={event + words} className="breaks">
          {EVENTS[event as keyof typeof EVENTS] ?? event}: {words}
        </p>
      ))}
    </section>
  );
}

export const CaseFiles = ({ it }: Props) => (
  <section className="stack">
    <h2>Files</h2>
    <p className="quiet">Sealed under the case’s own key. Each look stands in the record first.</p>
    {it.files.map((file) => (
      <form key={file.id} method="post" action={`/desk/disclosures/${it.id}/files/${file.id}`}>
        <button className="plain-button" type="submit">
          {FILES[file.role]}
        </button>{' '}
        <span className="quiet">
          {file.format.toUpperCase()}, {bytesOf(file.bytes)}, <Day date={file.at.slice(0, 10)} />
          {file.role === 'package' && (
            <>
              , until <Day date={file.until.slice(0, 10)} />. SHA-256{' '}
              <code className="breaks">{file.sha256}</code>
            </>
          )}
        </span>
      </form>
    ))}
  </section>
);

export const CaseHistory = ({ it }: Props) => (
  <StepTable
    title="Steps"
    steps={it.steps.map((step) => ({ ...step, key: step.event + step.at, what: EVENTS[step.event] }))}
  />
);
