import type { Sources } from './importGraph';

/** The texts that a glob found, by their path from `src` instead of from the file with the glob. */
export const sourcesFrom = (texts: Record<string, string>, prefix: string, fromSrc = ''): Sources =>
  Object.fromEntries(Object.entries(texts).map(([path, text]) => [path.replace(prefix, fromSrc), text]));

const ofTheApp = import.meta.glob<string>('../../src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const ofModules = import.meta.glob<string>('../../../../Modules/*/Pages/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });

export const appSources: Sources = { ...sourcesFrom(ofTheApp, '../../src/'), ...sourcesFrom(ofModules, '../') };
