/**
 * The door for agents' programs: the Data Rights Protocol 1.0 (CPPA-3, ACCESS-2). An agent of the configuration sets up a
 * token and sends requests that it has signed; they go the way of every other request. What it says of a person is its
 * word, and no proof. An agent sees only requests of its own.
 */
export { agentRoutes } from './admin-routes.ts';
export { Directory } from './directory.ts';
export { exerciseMessage, revokeMessage, setUpMessage } from './messages.ts';
export { drpRoutes } from './routes.ts';
export type { AgentSettings, DrpSettings } from './settings.ts';
export { Telling } from './telling.ts';
export { REASONS, STATUSES } from './words.ts';
