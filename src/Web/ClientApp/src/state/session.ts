import { Observable, Signal } from './Observable';

export interface Session {
  userId: string;
  token: string;
  /** With an account: what the user is called. */
  name?: string;
  /** ISO 8601; absent where only the token knows. */
  expiresAt?: string;
}

const storageKey = 'realtime-tours.session';

/** Kept per tab, not per browser: two windows side by side can be two different visitors. */
export const session = new Observable<Session | null>(read());

/** The session ended by itself: its token has run out, or the server refused it. */
export const sessionEnded = new Signal<void>();

/** The role that may see and do what operators do; the server checks it again. */
export const operatorRole = 'operator';

/** Of those who lead tours and say who came. */
export const guideRole = 'guide';

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

export function endSession(): void {
  signOut();
  sessionEnded.emit();
}

/** The bearer token, or null where nobody is signed in or the token has run out. */
export function currentToken(): string | null {
  const current = session.value;
  if (!current) return null;
  if (!hasExpired(current)) return current.token;
  endSession();
  return null;
}

function read(): Session | null {
  try {
    const stored = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as Session | null;
    return stored?.token && stored.userId && !hasExpired(stored) ? stored : null;
  } catch {
    return null;
  }
}

function hasExpired({ token, expiresAt }: Session): boolean {
  if (expiresAt) return Date.parse(expiresAt) <= Date.now();
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
