/** Every address of the site and the file that answers it. */
import { index, layout, type RouteConfig, route } from '@react-router/dev/routes';

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
  route('sign-up', 'pages/ways-in/sign-up.tsx'),
  route('sign-up/mail', 'pages/ways-in/mail-sent.tsx'),
  route('sign-in', 'pages/ways-in/sign-in.tsx'),
  route('sign-in/code', 'pages/ways-in/code.tsx'),
  route('sign-out', 'pages/ways-in/sign-out.tsx'),
  route('forgot-password', 'pages/ways-in/forgot-password.tsx'),
  route('reset-password', 'pages/ways-in/reset-password.tsx'),
  route('confirm-address', 'pages/ways-in/confirm-address.tsx'),
  route('change-address', 'pages/ways-in/change-address.tsx'),
  route('set-up', 'pages/ways-in/set-up.tsx'),
  route('welcome', 'pages/ways-in/welcome.tsx'),
  layout('pages/console/layout.tsx', [
    route('console', 'pages/console/index.tsx'),
    route('console/security', 'pages/console/security.tsx'),
    route('console/:account', 'pages/console/overview.tsx'),
  ]),
  route('console/leaving', 'pages/console/leaving.tsx'),
] satisfies RouteConfig;
