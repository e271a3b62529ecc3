/** What one hub call may carry and one connection may watch (HubContract.cs). */
export const maxToursPerCall = 200;
export const maxWatchedPerConnection = 1_000;

/** What the page wants to watch against what this connection watches; the difference becomes as few calls as possible. */
export class WatchList {
  private readonly wanted = new Map<string, number>();
  private watched = new Set<string>();

  want(tourIds: readonly string[]): void {
    for (const id of tourIds) this.wanted.set(id, (this.wanted.get(id) ?? 0) + 1);
  }

  unwant(tourIds: readonly string[]): void {
    for (const id of tourIds) {
      const count = (this.wanted.get(id) ?? 0) - 1;
      if (count > 0) this.wanted.set(id, count);
      else this.wanted.delete(id);
    }
  }

  /** A new connection watches nothing yet. */
  forgetConnection(): void {
    this.watched = new Set();
  }

  /** A failed call: ask for these again next time. */
  forget(tourIds: readonly string[]): void {
    for (const id of tourIds) this.watched.delete(id);
  }

  /** The calls that are due, taken as made. Unwatching comes first, so that the limit per connection holds. */
  takeDue(): { unwatch: string[][]; watch: string[][] } {
    const gone = [...this.watched].filter((id) => !this.wanted.has(id));
    for (const id of gone) this.watched.delete(id);
    const fresh = [...this.wanted.keys()].filter((id) => !this.watched.has(id)).slice(0, maxWatchedPerConnection - this.watched.size);
    for (const id of fresh) this.watched.add(id);
    return { unwatch: chunks(gone), watch: chunks(fresh) };
  }
}

function chunks(ids: string[]): string[][] {
  const result: string[][] = [];
  for (let i = 0; i < ids.length; i += maxToursPerCall) result.push(ids.slice(i, i + maxToursPerCall));
  return result;
}
