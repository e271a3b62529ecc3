import { below } from '../../state/pathBase';
import { currentToken, endSession } from '../../state/session';

export { below };

/** A failure the server explained: RFC 9457 problem+json with `error`. */
export class ApiProblem extends Error {
  readonly status: number;
  /** What kind of failure, for programs: `sold_out`; empty where no problem+json came. */
  readonly code: string;
  readonly availableSpots: number | undefined;
  readonly correlationId: string | null;

  constructor(status: number, body: Record<string, unknown>, correlationId: string | null) {
    super(String(body.error ?? body.detail ?? body.title ?? `HTTP ${status}`));
    this.status = status;
    this.code = typeof body.code === 'string' ? body.code : '';
    this.availableSpots = typeof body.availableSpots === 'number' ? body.availableSpots : undefined;
    this.correlationId = correlationId;
  }
}

/** No answer came: the request may or may not have been carried out. */
export class NoAnswer extends Error {}

export interface Answer<T> {
  data: T;
  correlationId: string | null;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const longestWait = 15_000;

export async function request<T>(path: string, options: RequestOptions = {}): Promise<Answer<T>> {
  const token = currentToken();
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), longestWait);
  options.signal?.addEventListener('abort', () => giveUp.abort());
  let response: Response;
  let body: Record<string, unknown>;
  try {
    response = await fetch(below(path), {
      method: options.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...options.headers,
      },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: giveUp.signal,
    });
    body = await readJson(response);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new NoAnswer(String(error));
  } finally {
    clearTimeout(timer);
  }

  const correlationId = response.headers.get('x-correlation-id');
  if (response.ok) return { data: body.data as T, correlationId };
  // Only the token that was refused is dropped: the visitor may have signed in again meanwhile.
  if (response.status === 401 && token && token === currentToken()) endSession();
  throw new ApiProblem(response.status, body, correlationId);
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
