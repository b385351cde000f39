/** What a letter is filled with, by name. */
export type Values<Name extends string> = Readonly<Record<Name, string>>;
