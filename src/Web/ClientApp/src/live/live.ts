import { hubAddress, type PagesConfig } from '../api/config';
import { texts } from '../i18n/language';
import { Observable, Signal } from '../state/Observable';
import { currentToken, session } from '../state/session';
import { showToast } from '../state/toasts';
import { AvailabilityStore } from './AvailabilityStore';
import { HubClient, type HubState } from './HubClient';
import type { AvailabilityAlert, BookingUpdate, TourSnapshot } from './types';

/** The one live state of the page: seats, the connection, and what the hub says in passing. */
export const seatStore = new AvailabilityStore();
export const hubState = new Observable<HubState>('connecting');
export const alerts = new Signal<AvailabilityAlert>();
export const bookingUpdates = new Signal<BookingUpdate>();
/** The visitor's points, tier or vouchers changed. */
export const loyaltyChanges = new Signal<void>();
/** The id of a tour whose details changed. */
export const tourChanges = new Signal<string>();

let hub: HubClient | undefined;

export function startLive(config: PagesConfig): void {
  hub = new HubClient(hubAddress(config), currentToken, {
    stateChanged: (state) => hubState.set(state),
    snapshots: (snapshots) => snapshots.forEach(applySnapshot),
    availabilityUpdated: (update) => seatStore.apply([update]),
    availabilityAlert: (alert) => alerts.emit(alert),
    viewersChanged: ({ tourId, viewers }) => seatStore.setViewers(tourId, viewers),
    tourUpdated: (tour) => tourChanges.emit(tour.tourId ?? tour.id ?? ''),
    bookingUpdated: (update) => bookingUpdates.emit(update),
    loyaltyPointsEarned: (e) => loyaltyChanged(texts().pointsEarned(e.pointsEarned), texts().pointsTotal(e.totalPoints, tierName(e.currentTier))),
    loyaltyTierUpgraded: (e) => loyaltyChanged(texts().tierUpgraded(tierName(e.newTier))),
    loyaltyRewardRedeemed: (e) => loyaltyChanged(texts().rewardRedeemed(e.pointsSpent)),
  });
  hub.start();
  session.subscribe(() => hub?.reconnect());
}

/** @returns the end of watching. */
export const watchTours = (tourIds: readonly string[]): (() => void) => hub?.watch(tourIds) ?? (() => {});

/** As one of the tour's viewers, which whoever sees it in a list is not. @returns the end of watching. */
export const watchAsViewer = (tourId: string): (() => void) => hub?.watchAsViewer(tourId) ?? (() => {});

function loyaltyChanged(title: string, text?: string): void {
  showToast('good', title, text);
  loyaltyChanges.emit();
}

const tierName = (tier: string): string => texts().tiers[tier] ?? tier;

function applySnapshot(snapshot: TourSnapshot): void {
  seatStore.apply(snapshot.departures);
  seatStore.setViewers(snapshot.tourId, snapshot.viewers);
}
