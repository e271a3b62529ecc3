import { below } from './http/request';

/** `GET /config.json`: what the pages must know of the place they run in. */
export interface PagesConfig {
  /** The hub's public address, without scheme and host where it is this page's; null where it is this page's host on {@link hubPort}. */
  hubUrl: string | null;
  hubPort: number;
  /** Whether `POST /api/dev/token` gives out tokens here. */
  demoSignIn: boolean;
  /** Whether people sign up and sign in here, rather than at an identity provider. */
  accounts: boolean;
  environment: string;
}

export async function loadConfig(): Promise<PagesConfig> {
  const response = await fetch(below('/config.json'));
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  return (await response.json()) as PagesConfig;
}

export function hubAddress(config: PagesConfig, page: { protocol: string; hostname: string; origin?: string } = location): string {
  if (config.hubUrl) return new URL(config.hubUrl, page.origin).href;
  return `${page.protocol}//${page.hostname}:${config.hubPort}/hubs/availability`;
}
