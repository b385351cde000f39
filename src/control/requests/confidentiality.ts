/** The duty that somebody from outside accepts before they see an appeal. A new text gets a new version; old ones stay. */

export const DUTIES = {
  '1': [
    'I look at this one appeal, decide it by what I find right, and take no instructions about it from anybody.',
    'I have no part in the first decision, and nothing to gain from either outcome.',
    'What I read about the person I tell nobody, now or later, and I keep no copy and no note of it.',
    'If I know the person, or cannot be fair, I decide nothing and tell who invited me.',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export const DUTY_VERSION: keyof typeof DUTIES = '1';
