/**
 * Criteria that controls are mapped to, by the ids of their publishers: AICPA's Trust Services Criteria (2017, points of focus
 * 2022), Annex A of ISO/IEC 27001:2022, Regulation (EU) 2016/679, 45 CFR part 164, chapters of OWASP ASVS 5.0.
 */
const COMMON = [5, 3, 4, 2, 3, 8, 5, 1, 2];
const PRIVACY = [1, 1, 2, 3, 2, 7, 1, 1];
const ANNEX_A: Readonly<Record<string, number>> = { 5: 37, 6: 8, 7: 14, 8: 34 };
const GDPR_ARTICLES = 99;
const ASVS_CHAPTERS = 17;
const MORE: Readonly<Record<string, number>> = { A: 3, C: 2, PI: 5 };

const isSoc2 = (id: string): boolean => {
  const [, series = '', one = '', two = ''] = /^([A-Z]+)(\d)\.(\d)$/.exec(id) ?? [];
  const last = Number(two);
  if (last === 0) return false;
  if (series === 'CC') return last <= (COMMON[Number(one) - 1] ?? 0);
  if (series === 'P') return last <= (PRIVACY[Number(one) - 1] ?? 0);
  return one === '1' && last <= (MORE[series] ?? 0);
};
const isAnnexA = (id: string): boolean => {
  const [, theme = '', one = '0'] = /^([5-8])\.(\d+)$/.exec(id) ?? [];
  return Number(one) >= 1 && Number(one) <= (ANNEX_A[theme] ?? 0);
};
const isArticle = (id: string): boolean => {
  const [, article = '0'] = /^(\d+)(?:\(\d+\))?(?:\([a-z]\))?$/.exec(id) ?? [];
  return Number(article) >= 1 && Number(article) <= GDPR_ARTICLES;
};
const isSection = (id: string): boolean =>
  /^164\.(3(?:0[2-9]|1[0-8])|4\d\d|5(?:0[0-9]|[1-3]\d))(?:\([a-z0-9]+\))*$/.test(id);
const isChapter = (id: string): boolean => {
  const [, chapter = '0'] = /^V(\d+)$/.exec(id) ?? [];
  return Number(chapter) >= 1 && Number(chapter) <= ASVS_CHAPTERS;
};

const LISTS: Readonly<Record<string, { readonly title: string; readonly has: (id: string) => boolean }>> = {
  SOC2: { title: 'SOC 2, Trust Services Criteria', has: isSoc2 },
  ISO27001: { title: 'ISO/IEC 27001:2022, Annex A', has: isAnnexA },
  GDPR: { title: 'GDPR, articles', has: isArticle },
  HIPAA: { title: 'HIPAA, 45 CFR', has: isSection },
  ASVS: { title: 'OWASP ASVS 5.0, chapters', has: isChapter },
};
export const CRITERIA_LISTS = Object.entries(LISTS).map(([name, { title }]) => ({ name, title }));

/** Like `SOC2 CC6.1` or `GDPR 5(1)(c)`. */
export function isCriterion(text: string): boolean {
  const [list = '', id = '', ...rest] = text.split(' ');
  return rest.length === 0 && (LISTS[list]?.has(id) ?? false);
}
