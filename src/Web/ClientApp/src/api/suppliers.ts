import { request } from './http';

export interface Supplier {
  id: string;
  state: string;
  nextRunAt?: string | null;
  currentRun?: { startedAt: string; askedBy?: string | null; done: number } | null;
  lastRun?: { startedAt: string; endedAt: string; tours: number; failed: number } | null;
  heldUntil?: string | null;
  heldReason?: string | null;
  pausedAt?: string | null;
  pausedBy?: string | null;
  tours: number;
  failing: number;
  neverSynced: number;
  oldestSyncedAt?: string | null;
}

export interface SupplierTour {
  tourId: string;
  name: string;
  productId: string;
  /** Missing where no figure has ever come. */
  lastSyncedAt?: string | null;
  result: string;
  reason?: string | null;
}

export interface SupplierTours {
  tours: SupplierTour[];
  nextCursor?: string | null;
}

export type SupplierAction = 'sync' | 'pause' | 'resume';

export const pageSize = 20;
const path = '/api/operations/suppliers';

/** Two hundred suppliers fit on the page; more would need another page. */
export const listSuppliers = async (signal?: AbortSignal) => (await request<{ suppliers: Supplier[] }>(`${path}?limit=200`, { signal })).data.suppliers;

export async function listSupplierTours(id: string, onlyFailed: boolean, cursor: string | null, signal?: AbortSignal): Promise<SupplierTours> {
  const query = new URLSearchParams({ limit: `${pageSize}`, ...(onlyFailed ? { result: 'failed' } : {}), ...(cursor ? { cursor } : {}) });
  return (await request<SupplierTours>(`${path}/${encodeURIComponent(id)}/tours?${query}`, { signal })).data;
}

export const steerSupplier = async (id: string, action: SupplierAction) =>
  (await request<Supplier>(`${path}/${encodeURIComponent(id)}/${action}`, { method: 'POST' })).data;
