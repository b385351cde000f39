/** What an engine does with what it is sent, in words. */
import type { EngineDeclaration } from '../../control/settings.ts';

export const retentionWords = ({ retentionDays }: EngineDeclaration): string =>
  retentionDays === 0
    ? 'keeps nothing'
    : `keeps content for ${retentionDays} day${retentionDays === 1 ? '' : 's'}`;

export const trainingWords = ({ trains }: EngineDeclaration): string =>
  trains ? 'trains on content' : 'does not train on it';

export const regionWords = ({ region }: EngineDeclaration): string =>
  region === 'local' ? 'the operator’s own machines' : region;

export function EngineTerms({ engine }: { engine: EngineDeclaration }) {
  const strict = engine.retentionDays === 0 && !engine.trains;
  return (
    <>
      <span className={strict ? 'tag good' : 'tag warn'}>{retentionWords(engine)}</span>{' '}
      <span className={engine.trains ? 'tag bad' : 'tag good'}>{trainingWords(engine)}</span>
    </>
  );
}
