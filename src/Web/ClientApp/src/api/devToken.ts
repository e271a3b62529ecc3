import { below } from './http/request';

/** Development only: a token without an identity provider. The answer is bare, not in the `data` envelope. */
export async function requestDevToken(userId: string, roles: readonly string[] = []): Promise<string> {
  const response = await fetch(below('/api/dev/token'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId, roles }),
  });
  if (!response.ok) throw new Error(`/api/dev/token answered ${response.status}`);
  const answer = (await response.json()) as { token?: string; data?: { token: string } };
  const token = answer.token ?? answer.data?.token;
  if (!token) throw new Error('/api/dev/token gave no token');
  return token;
}
