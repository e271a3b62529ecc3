import type { Status } from '../api/tours';

/** What the hub says, as in src/Contracts/Hub. Dates are ISO 8601 in UTC. */
export interface AvailabilityUpdate {
  tourId: string;
  date: string | null;
  availableSpots: number;
  previousSpots: number | null;
  capacity: number | null;
  status: Status;
  version: number;
  source: string | null;
  timestamp: string;
}

export interface TourSnapshot {
  tourId: string;
  departures: AvailabilityUpdate[];
  viewers: number;
  asOf: string;
}

export type AlertKind = 'low' | 'sold_out' | 'restored' | 'spots_available';

export interface AvailabilityAlert {
  tourId: string;
  date: string | null;
  kind: AlertKind;
  availableSpots: number;
  timestamp: string;
}

export interface ViewersChanged {
  tourId: string;
  viewers: number;
}

export interface BookingUpdate {
  bookingId: string;
  tourId: string;
  status: string;
}

export interface LoyaltyPointsEarned {
  pointsEarned: number;
  totalPoints: number;
  currentTier: string;
  tourName: string;
}

export interface LoyaltyTierUpgraded {
  previousTier: string;
  newTier: string;
  totalPoints: number;
}

export interface LoyaltyRewardRedeemed {
  rewardId: string;
  pointsSpent: number;
  totalPoints: number;
}
