import { request } from './http/request';

/** A hub node's own figures; totals count from its start, times are milliseconds. */
export interface HubNode {
  node: string;
  startedAt: string;
  at: string;
  connections: number;
  watches: number;
  viewers: number;
  deliveriesPerSecond: number;
  deliveries: number;
  conflated: number;
  slowClosed: number;
  healed: number;
  latencyP50?: number | null;
  latencyP99?: number | null;
  backplane: string;
  backplaneLag?: number | null;
  outboxBacklog: number;
}

export interface Overview {
  nodes: HubNode[];
  /** `count` is missing where the broker did not tell. */
  deadLetters: { consumer: string; count?: number | null }[];
}

export interface DeadLetter {
  id: string;
  eventId?: string | null;
  eventType?: string | null;
  reason: string;
  attempts: number;
  firstFailedAt?: string | null;
  body: string;
  size: number;
}

export interface DeadLetterPage {
  consumer: string;
  total: number;
  letters: DeadLetter[];
}

export const getOverview = async (signal?: AbortSignal) => (await request<Overview>('/api/operations/nodes', { signal })).data;

export const listDeadLetters = async (consumer: string, signal?: AbortSignal) =>
  (await request<DeadLetterPage>(`/api/operations/dead-letters?consumer=${encodeURIComponent(consumer)}&limit=50`, { signal })).data;

/** @param id Null for all of the consumer's. */
export async function requeueDeadLetters(consumer: string, id: string | null): Promise<number> {
  const body = id === null ? { consumer } : { consumer, id };
  return (await request<{ requeued: number }>('/api/operations/dead-letters/requeue', { method: 'POST', body })).data.requeued;
}

export async function deleteDeadLetter(consumer: string, id: string): Promise<void> {
  await request(`/api/operations/dead-letters/${encodeURIComponent(id)}?consumer=${encodeURIComponent(consumer)}`, { method: 'DELETE' });
}
