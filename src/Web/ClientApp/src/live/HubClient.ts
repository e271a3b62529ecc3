import { HubConnectionBuilder, HttpTransportType, LogLevel, type HubConnection } from '@microsoft/signalr';
import { reconnectDelay } from './reconnectDelay';
import type {
  AvailabilityAlert, AvailabilityUpdate, BookingUpdate, LoyaltyPointsEarned, LoyaltyRewardRedeemed, LoyaltyTierUpgraded, TourSnapshot, ViewersChanged,
} from './types';
import { WatchList } from './WatchList';

export type HubState = 'connecting' | 'live' | 'away';

/** What the hub tells the page; every method is called on whatever connection is current. */
export interface HubEvents {
  stateChanged(state: HubState): void;
  snapshots(snapshots: TourSnapshot[]): void;
  availabilityUpdated(update: AvailabilityUpdate): void;
  availabilityAlert(alert: AvailabilityAlert): void;
  viewersChanged(viewers: ViewersChanged): void;
  tourUpdated(tour: { tourId?: string; id?: string }): void;
  bookingUpdated(update: BookingUpdate): void;
  loyaltyPointsEarned(data: LoyaltyPointsEarned): void;
  loyaltyTierUpgraded(data: LoyaltyTierUpgraded): void;
  loyaltyRewardRedeemed(data: LoyaltyRewardRedeemed): void;
}

/** Every third failed attempt negotiates, for networks where WebSockets do not pass. */
const negotiateEvery = 3;
const longestStart = 10_000;

/**
 * One connection to the hub for the whole page, kept for ever. A loop of our own instead of SignalR's automatic reconnect,
 * which gives up, does not cover the first start, and cannot change transports.
 */
export class HubClient {
  private readonly watchList = new WatchList();
  private readonly url: string;
  private readonly token: () => string | null;
  private readonly events: HubEvents;
  private connection: HubConnection | null = null;
  private attempt = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private live = false;

  constructor(url: string, token: () => string | null, events: HubEvents) {
    this.url = url;
    this.token = token;
    this.events = events;
  }

  start(): void {
    // The network is back or the tab is looked at again: do not sit out the rest of a long wait.
    addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.retryNow());
    this.events.stateChanged('connecting');
    void this.connect();
  }

  /** After signing in or out: a connection belongs to one user for its whole life. */
  reconnect(): void {
    const old = this.connection;
    this.connection = null;
    this.live = false;
    void old?.stop();
    this.attempt = 0;
    void this.connect();
  }

  /** @returns the end of watching. */
  watch(tourIds: readonly string[]): () => void {
    this.watchList.want(tourIds);
    this.flushSoon();
    return () => {
      this.watchList.unwant(tourIds);
      this.flushSoon();
    };
  }

  /** Watches the tour as one of its viewers. @returns the end of it. */
  watchAsViewer(tourId: string): () => void {
    this.watchList.wantAsViewer(tourId);
    this.flushSoon();
    return () => {
      this.watchList.unwantAsViewer(tourId);
      this.flushSoon();
    };
  }

  private retryNow(): void {
    if (this.retryTimer === undefined) return;
    void this.connect();
  }

  private async connect(): Promise<void> {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    const connection = this.build();
    this.connection = connection;
    connection.onclose(() => this.lost(connection));
    // A network that swallows the packets would leave the browser waiting for minutes.
    const giveUp = setTimeout(() => void connection.stop(), longestStart);
    try {
      await connection.start();
    } catch {
      this.lost(connection);
      return;
    } finally {
      clearTimeout(giveUp);
    }
    if (connection !== this.connection) return void connection.stop();
    this.live = true;
    this.attempt = 0;
    this.watchList.forgetConnection();
    this.events.stateChanged('live');
    await this.flush();
  }

  private lost(connection: HubConnection): void {
    if (connection !== this.connection) return;
    this.connection = null;
    this.live = false;
    this.events.stateChanged('away');
    this.retryTimer = setTimeout(() => void this.connect(), reconnectDelay(this.attempt++));
  }

  private build(): HubConnection {
    const negotiate = this.attempt % negotiateEvery === negotiateEvery - 1;
    const connection = new HubConnectionBuilder()
      .withUrl(this.url, {
        // Straight to a WebSocket: any node behind a load balancer will do, and one round trip is saved.
        ...(negotiate ? {} : { skipNegotiation: true, transport: HttpTransportType.WebSockets }),
        accessTokenFactory: () => this.token() ?? '',
      })
      .configureLogging(LogLevel.None)
      .build();
    const on = <T>(method: string, handle: (argument: T) => void) =>
      connection.on(method, (argument: T) => {
        if (connection === this.connection) handle(argument);
      });
    on<AvailabilityUpdate>('AvailabilityUpdated', (u) => this.events.availabilityUpdated(u));
    on<AvailabilityAlert>('AvailabilityAlert', (a) => this.events.availabilityAlert(a));
    on<ViewersChanged>('ViewersChanged', (v) => this.events.viewersChanged(v));
    on<{ tourId?: string; id?: string }>('TourUpdated', (t) => this.events.tourUpdated(t));
    on<BookingUpdate>('BookingUpdated', (b) => this.events.bookingUpdated(b));
    on<LoyaltyPointsEarned>('LoyaltyPointsEarned', (l) => this.events.loyaltyPointsEarned(l));
    on<LoyaltyTierUpgraded>('LoyaltyTierUpgraded', (l) => this.events.loyaltyTierUpgraded(l));
    on<LoyaltyRewardRedeemed>('LoyaltyRewardRedeemed', (l) => this.events.loyaltyRewardRedeemed(l));
    return connection;
  }

  /** Waits a moment, so that leaving one page for another costs one call and not two. */
  private flushSoon(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = setTimeout(() => void this.flush(), 20);
  }

  private async flush(): Promise<void> {
    const connection = this.connection;
    if (!connection || !this.live) return;
    const { unwatch, watch, watchAsViewer } = this.watchList.takeDue();
    for (const tourIds of unwatch) void connection.invoke('UnwatchTours', tourIds).catch(() => {});
    for (const tourId of watchAsViewer)
      await this.begin(connection, [tourId], async () => [await connection.invoke<TourSnapshot>('WatchTour', tourId)]);
    for (const tourIds of watch) await this.begin(connection, tourIds, () => connection.invoke<TourSnapshot[]>('WatchTours', tourIds));
  }

  private async begin(connection: HubConnection, tourIds: string[], call: () => Promise<TourSnapshot[]>): Promise<void> {
    try {
      const snapshots = await call();
      if (connection === this.connection) this.events.snapshots(snapshots);
    } catch (error) {
      if (connection !== this.connection || !this.live) return;
      console.warn('watching failed', { tours: tourIds.length, error: String(error) });
      this.watchList.forget(tourIds);
      this.flushTimer = setTimeout(() => void this.flush(), 2_000);
    }
  }
}
