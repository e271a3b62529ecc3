import { useEffect, useState } from 'preact/hooks';

/** A value that tells its listeners when it changes. */
export class Observable<T> {
  private readonly listeners = new Set<(value: T) => void>();
  private current: T;

  constructor(initial: T) {
    this.current = initial;
  }

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const listener of [...this.listeners]) listener(value);
  }

  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

/** Something that happens, for whoever listens at that moment. */
export class Signal<T> {
  private readonly listeners = new Set<(value: T) => void>();

  emit(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  subscribe(listener: (value: T) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}

export function useObservable<T>(observable: Observable<T>): T {
  const [, redraw] = useState(0);
  useEffect(() => {
    // What changed between drawing and subscribing must show too.
    redraw((n) => n + 1);
    return observable.subscribe(() => redraw((n) => n + 1));
  }, [observable]);
  return observable.value;
}
