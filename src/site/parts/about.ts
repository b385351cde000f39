/** What a public page says of itself to search engines, and to whoever is sent a link to it. */
import type { MetaDescriptor } from 'react-router';

/** `description`: one sentence. */
export const about = (title: string, description: string): MetaDescriptor[] => [
  { title: `${title} – Kept` },
  { name: 'description', content: description },
  { property: 'og:title', content: title },
  { property: 'og:description', content: description },
];
