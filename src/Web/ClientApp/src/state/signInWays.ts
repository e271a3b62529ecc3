import { address } from './router';

/** How visitors sign in on this site, from /config.json. */
export interface SignInWays {
  /** With any name, for the demo. */
  demo: boolean;
  /** With an account of their own. */
  accounts: boolean;
}

let ways: SignInWays = { demo: false, accounts: false };

export const chooseSignInWays = (chosen: SignInWays): void => void (ways = chosen);

export const signInWays = (): SignInWays => ways;

/** False where an identity provider's own site does it. */
export const canSignIn = (): boolean => ways.demo || ways.accounts;

const ownPages = ['/sign-in', '/sign-up'];

/** A page of sign-in that leads back to where the visitor is now, or wanted to go back to already. */
export function signInAddress(page = '/sign-in', from = address.value): string {
  const [path, query] = from.split('?') as [string, string?];
  const back = ownPages.includes(path) ? returnAddress(query ?? '') : from;
  return back === '/' ? page : `${page}?return=${encodeURIComponent(back)}`;
}

/** Where the visitor goes after signing in: a page of this site, whatever a link from elsewhere says. */
export function returnAddress(search: string): string {
  const wanted = new URLSearchParams(search).get('return') ?? '/';
  return /^\/(?![/\\])/.test(wanted) && !ownPages.includes(wanted.split('?')[0]!) ? wanted : '/';
}
