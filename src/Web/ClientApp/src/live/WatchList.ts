/** What one hub call may carry and one connection may watch (HubContract.cs). */
export const maxToursPerCall = 200;
export const maxWatchedPerConnection = 1_000;

/** What the page wants to watch against what this connection watches; the difference becomes as few calls as possible. */
export class WatchList {
  private readonly wanted = new Map<string, number>();
  private readonly wantedAsViewer = new Map<string, number>();
  /** Tour → whether the connection counts as its viewer. */
  private watched = new Map<string, boolean>();

  want(tourIds: readonly string[]): void {
    for (const id of tourIds) add(this.wanted, id, 1);
  }

  unwant(tourIds: readonly string[]): void {
    for (const id of tourIds) add(this.wanted, id, -1);
  }

  /** The tour's own page is open: its reader counts as a viewer, which those of a list do not. */
  wantAsViewer(tourId: string): void {
    add(this.wanted, tourId, 1);
    add(this.wantedAsViewer, tourId, 1);
  }

  unwantAsViewer(tourId: string): void {
    add(this.wanted, tourId, -1);
    add(this.wantedAsViewer, tourId, -1);
  }

  /** A new connection watches nothing yet. */
  forgetConnection(): void {
    this.watched = new Map();
  }

  /** A failed call: ask for these again next time. */
  forget(tourIds: readonly string[]): void {
    for (const id of tourIds) this.watched.delete(id);
  }

  /**
   * The calls that are due, taken as made. Unwatching comes first, so that the limit per connection holds; only that ends being a viewer,
   * so a tour that a list still shows is watched anew.
   */
  takeDue(): { unwatch: string[][]; watch: string[][]; watchAsViewer: string[] } {
    const gone = [...this.watched].filter(([id, viewer]) => !(viewer ? this.wantedAsViewer : this.wanted).has(id)).map(([id]) => id);
    for (const id of gone) this.watched.delete(id);
    const watchAsViewer = [...this.wantedAsViewer.keys()].filter((id) => !this.watched.get(id));
    for (const id of watchAsViewer) this.watched.set(id, true);
    const room = Math.max(0, maxWatchedPerConnection - this.watched.size);
    const fresh = [...this.wanted.keys()].filter((id) => !this.watched.has(id)).slice(0, room);
    for (const id of fresh) this.watched.set(id, false);
    return { unwatch: chunks(gone), watch: chunks(fresh), watchAsViewer };
  }
}

function add(counts: Map<string, number>, id: string, difference: number): void {
  const count = (counts.get(id) ?? 0) + difference;
  if (count > 0) counts.set(id, count);
  else counts.delete(id);
}

function chunks(ids: string[]): string[][] {
  const result: string[][] = [];
  for (let i = 0; i < ids.length; i += maxToursPerCall) result.push(ids.slice(i, i + maxToursPerCall));
  return result;
}
