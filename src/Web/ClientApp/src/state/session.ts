import { Observable } from './Observable';

export interface Session {
  userId: string;
  token: string;
}

const storageKey = 'realtime-tours.session';

/** Kept per tab, not per browser: two windows side by side can be two different visitors. */
export const session = new Observable<Session | null>(read());

/** The role that may see and do what operators do; the server checks it again. */
export const operatorRole = 'operator';

/** The token's claim `role`: one, several or none. */
export function rolesOf(signedIn: Session | null): readonly string[] {
  try {
    const { role } = readPayload(signedIn?.token ?? '') as { role?: string | string[] };
    return role === undefined ? [] : [role].flat();
  } catch {
    return [];
  }
}

export function signIn(signedIn: Session): void {
  sessionStorage.setItem(storageKey, JSON.stringify(signedIn));
  session.set(signedIn);
}

export function signOut(): void {
  sessionStorage.removeItem(storageKey);
  session.set(null);
}

/** The bearer token, or null where nobody is signed in or the token has run out. */
export function currentToken(): string | null {
  const current = session.value;
  if (!current) return null;
  if (!hasExpired(current.token)) return current.token;
  signOut();
  return null;
}

function read(): Session | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Session | null;
    return stored?.token && stored.userId && !hasExpired(stored.token) ? stored : null;
  } catch {
    return null;
  }
}

function hasExpired(token: string): boolean {
  try {
    const { exp } = readPayload(token) as { exp?: number };
    return exp !== undefined && exp * 1000 <= Date.now();
  } catch {
    // Not a token this page can read: the server decides.
    return false;
  }
}

function readPayload(token: string): unknown {
  const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
  return JSON.parse(atob(payload));
}
