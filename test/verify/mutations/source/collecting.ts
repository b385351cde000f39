/** Controls of what is collected, chosen, decided and said, taken out, weakened or bypassed in a copy of the source that runs. */
import { inPages, type Mutation, patch, WHO } from '../mutation.ts';

const MEASURED_TOO_SOON = patch(
  'src/site/server.ts',
  "      for (const cookie of setCookies) response.headers.append('set-cookie', cookie);",
  "      for (const cookie of [...setCookies, 'kept_visit=1; Path=/']) response.headers.append('set-cookie', cookie);",
);

const SIGNAL_PASSED_OVER = patch(
  'src/control/consent/gpc.ts',
  "some((each) => each.trim() === '1')",
  "some((each) => each.trim() === '2')",
);

export const COLLECTING: readonly Mutation[] = [
  {
    clause: 'CHILD-1',
    what: 'whoever does not say that they are 18 signs up all the same',
    patches: [
      patch(
        'src/control/sign-in/sign-up.ts',
        "  adult: checkbox('say that you are 18 or over: this service is not for children'),",
        "  adult: checkbox('say that you are 18 or over: this service is not for children').optional(),",
      ),
    ],
  },
  {
    clause: 'COLLECT-7',
    what: 'a cookie that is in no list',
    patches: [
      patch(
        'src/site/server.ts',
        "      for (const cookie of setCookies) response.headers.append('set-cookie', cookie);",
        "      for (const cookie of [...setCookies, 'tracker=1; Path=/']) response.headers.append('set-cookie', cookie);",
      ),
    ],
  },
  {
    clause: 'CHOICE-1',
    what: 'Global Privacy Control is not honoured any more',
    patches: [patch('src/site/well-known.ts', 'gpc: true,', 'gpc: false,')],
  },
  {
    clause: 'SCOPE-1',
    what: 'answers of the API lead to no policy',
    patches: [patch('src/gateway/endpoints.ts', 'rel="privacy-policy"', 'rel="about"')],
  },
  {
    clause: 'SCOPE-1',
    what: 'pages lead to another policy',
    patches: [inPages('href="/privacy"', 'href="/elsewhere"')],
  },
  {
    clause: 'COLLECT-1',
    what: 'the form for signing up asks for a telephone number',
    patches: [inPages('<form', '<input name="phone"><form')],
  },
  {
    clause: 'COLLECT-1',
    what: 'the form for signing up asks for a date of birth',
    patches: [inPages('18 or over', '18 or over by my date of birth')],
  },
  {
    clause: 'COLLECT-2',
    what: 'what people wrote is not shown to them',
    patches: [
      patch(
        'src/control/messages/for-pages.ts',
        'return rows.map(listed);',
        'return rows.slice(0, 0).map(listed);',
      ),
    ],
  },
  {
    clause: 'COLLECT-2',
    what: 'messages are left out of what is held about somebody',
    patches: [
      patch(
        'src/control/rights/profile.ts',
        "tells(entry, 'access') && entry.table !== recordEntry",
        "tells(entry, 'access') && entry.table !== recordEntry && !['message', 'conversation'].includes(entry.name)",
      ),
    ],
  },
  {
    clause: 'COLLECT-4',
    what: 'a browser is measured before it said yes',
    patches: [MEASURED_TOO_SOON],
  },
  {
    clause: 'AUTO-1',
    what: 'a browser is measured before it said yes',
    patches: [MEASURED_TOO_SOON],
  },
  {
    clause: 'COLLECT-6',
    what: 'what happened is stored without a purpose',
    patches: [
      patch(
        'src/store/map/presets.ts',
        "    purposes: ['provide_service', 'security'],",
        '    purposes: [],',
      ),
    ],
  },
  {
    clause: 'USE-1',
    what: 'settings are stored without a purpose',
    patches: [
      patch(
        'src/store/map/presets.ts',
        "    class: 'user.account',\n    purposes: ['provide_service', 'account'],",
        "    class: 'user.account',\n    purposes: [],",
      ),
    ],
  },
  {
    clause: 'COLLECT-7',
    what: 'a beacon of somebody else in every page',
    patches: [inPages('</body>', '<img src="https://beacon.example.org/a.gif"></body>')],
  },
  {
    clause: 'COLLECT-8',
    what: 'what is observed says not where it came from',
    patches: [inPages('Observed while the service is used', '')],
  },
  {
    clause: 'COLLECT-8',
    what: 'nothing that is held says where it came from',
    patches: [patch('src/control/rights/profile.ts', 'source: SOURCES[item.source],', "source: '',")],
  },
  {
    clause: 'PROVIDE-1',
    what: 'forms that nothing can be sent by',
    patches: [inPages('method="post"', 'method="dialog"')],
  },
  {
    clause: 'PROVIDE-1',
    what: 'an empty message is taken',
    patches: [
      patch('src/control/messages/for-pages.ts', ".min(1, 'write what it is about')", ".min(0, 'no matter')"),
    ],
  },
  {
    clause: 'PROVIDE-2',
    what: 'a page asks for a card',
    patches: [inPages('</main>', '<input autocomplete="cc-number"></main>')],
  },
  {
    clause: 'AUTO-3',
    what: 'an engine whose region nobody declared',
    patches: [
      patch(
        'src/processes/supervisor/engines.ts',
        "const LOCAL_REGION = 'local';",
        "const LOCAL_REGION = 'unknown';",
      ),
    ],
  },
  {
    clause: 'AUTO-3',
    what: 'the public list leaves engines out',
    patches: [
      patch(
        'src/control/processors/register.ts',
        'export function registerOf(settings: Settings): readonly Recipient[] {',
        "export function registerOf(settings: Settings): readonly Recipient[] { return whole(settings).filter(({ kind }) => kind !== 'engine'); }\nfunction whole(settings: Settings): readonly Recipient[] {",
      ),
    ],
  },
  {
    clause: 'USE-6',
    what: 'what a browser looks at is remembered without a yes',
    patches: [
      patch(
        'src/control/consent/choices.ts',
        "  return standing.browser.answers[purpose as VisitorPurpose]?.answer === 'given';",
        "  return standing.browser.answers[purpose as VisitorPurpose]?.answer !== 'refused';",
      ),
    ],
  },
  {
    clause: 'USE-6',
    what: 'what was looked at stays after it was taken back',
    patches: [
      patch(
        'src/control/consent/visitor-choices.ts',
        '  purposes.map((purpose) => cookieLine(',
        '  purposes.slice(0, 0).map((purpose) => cookieLine(',
      ),
    ],
  },
  {
    clause: 'CHOICE-1',
    what: 'the signal of a browser is passed over',
    patches: [SIGNAL_PASSED_OVER],
  },
  {
    clause: 'CHOICE-2',
    what: 'the page to unsubscribe has no form',
    patches: [inPages('method="post"', 'method="dialog"')],
  },
  {
    clause: 'CHOICE-3',
    what: 'a letter that nobody can switch off sells something',
    patches: [
      patch(
        'src/control/notices/sign-in-letters.ts',
        "'please confirm that this address is yours. Your keys work from then on.'",
        "'please confirm that this address is yours, and get a discount of 20% off.'",
      ),
    ],
  },
  {
    clause: 'CHILD-1',
    what: 'the form asks for a date of birth',
    patches: [inPages('18 or over', '18 or over by my date of birth')],
  },
  {
    clause: 'CHANGE-2',
    what: 'another date stands on top of the policy',
    patches: [inPages('dateTime="2026', 'dateTime="2025')],
  },
  {
    clause: 'CHANGE-2',
    what: 'no date stands on top of the policy',
    patches: [inPages('<time', '<span')],
  },
  {
    clause: 'CONTACT-1',
    what: 'the policy names another address',
    config: WHO,
    patches: [inPages('privacy@kept.example', 'nobody@kept.example')],
  },
  {
    clause: 'CONTACT-1',
    what: 'the policy names no data protection officer',
    config: WHO,
    patches: [inPages('Dora Example', 'somebody')],
  },
  {
    clause: 'STATE-5',
    what: 'the signal of a browser is passed over',
    patches: [SIGNAL_PASSED_OVER],
  },
  {
    clause: 'STATE-8',
    what: 'requests have another address',
    config: WHO,
    patches: [inPages('privacy@kept.example', 'nobody@kept.example')],
  },
  {
    clause: 'STATE-8',
    what: 'requests have no officer who answers for them',
    config: WHO,
    patches: [inPages('Dora Example', 'somebody')],
  },
];
