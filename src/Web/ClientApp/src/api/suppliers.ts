import { request } from './http/request';

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
  /** Missing where nothing is imported from this supplier. */
  import?: SupplierImport | null;
}

/** What came of the last import of the supplier's products as tours, and whether one is under way. */
export interface SupplierImport {
  state: string;
  finishedAt?: string | null;
  created: number;
  updated: number;
  closed: number;
  failed: number;
  error?: string | null;
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

export type SupplierAction = 'sync' | 'pause' | 'resume' | 'import';

export const pageSize = 20;
const path = '/api/operations/suppliers';

/** Two hundred suppliers fit on the page; more would need another page. */
export const listSuppliers = async (signal?: AbortSignal) =>
  (await request<{ suppliers: Supplier[] }>(`${path}?limit=200`, { signal })).data.suppliers;

export async function listSupplierTours(id: string, onlyFailed: boolean, cursor: string | null, signal?: AbortSignal): Promise<SupplierTours> {
  const query = new URLSearchParams({ limit: `${pageSize}`, ...(onlyFailed ? { result: 'failed' } : {}), ...(cursor ? { cursor } : {}) });
  return (await request<SupplierTours>(`${path}/${encodeURIComponent(id)}/tours?${query}`, { signal })).data;
}

/** @returns How the supplier is doing since. */
export async function steerSupplier(supplier: Supplier, action: SupplierAction): Promise<Supplier> {
  const { data } = await request<Supplier | SupplierImport>(`${path}/${encodeURIComponent(supplier.id)}/${action}`, { method: 'POST' });
  return action === 'import' ? { ...supplier, import: data as SupplierImport } : (data as Supplier);
}
