/** A data protection impact assessment (Art. 35(7) GDPR) as far as the map can fill it; what people have to judge is left to them. Pure. */
import type { ProcessingRecord } from '../../store/map/processing.ts';

const TO_JUDGE = '_For the operator and the data protection officer to judge._';

export const dpiaOf = ({ controller, activities, security }: ProcessingRecord): string =>
  [
    '# Data protection impact assessment',
    '',
    `Controller: ${controller.name ?? 'not said'}. Data protection officer: ${controller.data_protection_officer ?? 'not said'}.`,
    '',
    '## Description of the processing (Art. 35(7)(a))',
    '',
    ...activities.flatMap(({ purpose, description, data_subjects, categories, recipients, time_limits }) => [
      `### ${purpose}: ${description}`,
      '',
      `- Of whom: ${data_subjects.join('; ')}`,
      `- Which data: ${categories.map(({ label, items }) => `${label} (${items.length} kinds)`).join('; ')}`,
      `- To whom: ${recipients.length === 0 ? 'nobody' : recipients.map(({ name, region }) => `${name} (${region ?? 'region not said'})`).join('; ')}`,
      `- How long: ${time_limits.join('; ')}`,
      '',
    ]),
    '## Necessity and proportionality (Art. 35(7)(b))',
    '',
    'Each column says which purposes need it, and a use for another purpose is refused: data-map.json. Prompts and answers are not stored.',
    '',
    TO_JUDGE,
    '',
    '## Risks to rights and freedoms (Art. 35(7)(c))',
    '',
    TO_JUDGE,
    '',
    '## Measures (Art. 35(7)(d))',
    '',
    ...security.map((measure) => `- ${measure}`),
    '- Each is bound to code, tests and checks: bindings.json; how the checks were tried: mutations.json.',
    '',
    '## Views of data subjects (Art. 35(9)), prior consultation (Art. 36)',
    '',
    TO_JUDGE,
    '',
  ].join('\n');
