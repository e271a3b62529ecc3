import { request } from './http/request';
import { submitOnce } from './http/submitOnce';

export interface LoyaltyAccount {
  totalPoints: number;
  lifetimePoints: number;
  currentTier: string;
  discountPercentage: number;
}

export interface TierProgress {
  nextTier: string | null;
  pointsToNextTier: number;
}

export interface Tier {
  tier: string;
  minPoints: number;
  discountPercentage: number;
  bonusMultiplier: number;
}

export interface Reward {
  id: string;
  pointsCost: number;
  amount: number;
  currency: string;
  validDays: number;
}

export interface Voucher {
  code: string;
  amount: number;
  currency: string;
  expiresAt: string;
}

export interface PointsTransaction {
  id: string;
  points: number;
  reason: string;
  tourName: string | null;
  createdAt: string;
}

export interface PointsPage {
  transactions: PointsTransaction[];
  cursor: string | null;
}

const ask = async <T>(path: string, signal?: AbortSignal): Promise<T> => (await request<T>(`/api/loyalty/${path}`, { signal })).data;

export const getAccount = (signal?: AbortSignal) => ask<{ account: LoyaltyAccount; progress: TierProgress }>('account', signal);

export const listTiers = (signal?: AbortSignal) => ask<{ tiers: Tier[] }>('tiers', signal);

export const listRewards = (signal?: AbortSignal) => ask<{ rewards: Reward[] }>('rewards', signal);

export const listVouchers = (signal?: AbortSignal) => ask<{ vouchers: Voucher[] }>('vouchers?limit=200', signal);

export const listTransactions = (cursor: string | null, signal?: AbortSignal) =>
  ask<PointsPage>(`transactions?limit=10${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, signal);

/** @param idempotencyKey One per wish: pressing again after a lost answer must use the same one, or points are spent twice. */
export async function redeemReward(rewardId: string, idempotencyKey: string): Promise<Voucher> {
  const path = `/api/loyalty/rewards/${encodeURIComponent(rewardId)}/redeem`;
  const { data } = await submitOnce(() =>
    request<{ voucher: Voucher }>(path, { method: 'POST', headers: { 'idempotency-key': idempotencyKey } }),
  );
  return data.voucher;
}
