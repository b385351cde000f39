/** The operator of tests. */
import type { Company } from '../../src/control/settings.ts';

export const COMPANY: Company = {
  name: 'Example Inference Ltd',
  postalAddress: '1 Example Street, Exampleton',
  policyEmail: 'policy@example.org',
  dpo: null,
  securityContact: 'mailto:security@example.org',
  contacts: {
    enquiries: 'mailto:policy@example.org',
    sales: 'mailto:sales@example.org',
    support: 'https://help.example.org/',
    problems: 'mailto:support@example.org',
    feedback: null,
  },
};
