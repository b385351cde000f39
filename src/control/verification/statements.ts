/** What no program can see, and somebody answers for with a document and an end. */
export const STATEMENTS = ['soc2_iso27001', 'gdpr_hipaa', 'firewalls'] as const;
export type Statement = (typeof STATEMENTS)[number];

export const STATEMENT_WORDS: Readonly<Record<Statement, string>> = {
  soc2_iso27001: 'The measures of this operator were examined against SOC 2 and ISO/IEC 27001.',
  gdpr_hipaa: 'The measures that Art. 32 GDPR and 45 CFR 164.306 to 164.316 ask for were assessed.',
  firewalls:
    'The servers of this instance stand behind firewalls, and nothing but site and API is let through.',
};
