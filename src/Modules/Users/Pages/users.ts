import { ApiProblem, request } from '@app/api/http/request';
import { session, signIn } from '@app/state/session';

export interface User {
  id: string;
  email: string;
  name: string;
  language: string;
  phone?: string;
  roles: readonly string[];
}

interface SignedIn {
  token: string;
  expiresAt: string;
  user: User;
}

export interface NewUser {
  email: string;
  password: string;
  name: string;
  language: string;
  phone?: string;
}

/** `phone: null` removes it. */
export interface ProfileChange {
  name: string;
  language: string;
  phone: string | null;
}

export async function signUp(user: NewUser): Promise<void> {
  await request('/api/signup', { method: 'POST', body: user });
}

export const logIn = (email: string, password: string): Promise<void> => begin('/api/login', 'POST', { email, password });

/** The answer has a fresh token: the older ones are refused from now on. */
export const changePassword = (current: string, wanted: string): Promise<void> =>
  begin('/api/me/password', 'PUT', { current, new: wanted });

export const readProfile = async (signal?: AbortSignal): Promise<User> =>
  (await request<{ user: User }>('/api/me', { signal })).data.user;

export async function saveProfile(change: ProfileChange): Promise<User> {
  const { user } = (await request<{ user: User }>('/api/me', { method: 'PUT', body: change })).data;
  if (session.value && session.value.name !== user.name) signIn({ ...session.value, name: user.name });
  return user;
}

/** @param email Empty for the newest accounts. */
export async function findUsers(email: string, signal?: AbortSignal): Promise<readonly User[]> {
  const filter = email === '' ? 'limit=20' : `email=${encodeURIComponent(email)}`;
  return (await request<{ users: readonly User[] }>(`/api/users?${filter}`, { signal })).data.users;
}

export const setRoles = async (id: string, roles: readonly string[]): Promise<User> =>
  (await request<{ user: User }>(`/api/users/${encodeURIComponent(id)}/roles`, { method: 'PUT', body: { roles } })).data.user;

/** What the server says of a field begins with the field's name. */
export const fieldOf = (problem: ApiProblem): string => problem.message.split(' ')[0] ?? '';

async function begin(path: string, method: 'POST' | 'PUT', body: unknown): Promise<void> {
  const { token, expiresAt, user } = (await request<SignedIn>(path, { method, body })).data;
  signIn({ userId: user.id, token, name: user.name, expiresAt });
}
