/** Every address of the site and the file that answers it. */
import { index, type RouteConfig, route } from '@react-router/dev/routes';

export default [
  index('pages/home.tsx'),
  route('models', 'pages/models.tsx'),
  route('pricing', 'pages/pricing.tsx'),
  route('docs', 'pages/docs.tsx'),
  route('docs/data', 'pages/docs-data.tsx'),
  route('privacy', 'pages/privacy.tsx'),
  route('privacy/choices', 'pages/choices.tsx'),
  route('privacy/promises', 'pages/promises.tsx'),
  route('privacy/versions', 'pages/privacy-versions.tsx'),
  route('privacy/versions/:version', 'pages/privacy-version.tsx'),
  route('terms', 'pages/terms.tsx'),
  route('status', 'pages/status.tsx'),
] satisfies RouteConfig;
