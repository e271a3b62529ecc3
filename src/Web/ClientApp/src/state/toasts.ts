import { Observable } from './Observable';

export type ToastTone = 'info' | 'good' | 'warning' | 'bad';

export interface Toast {
  id: number;
  tone: ToastTone;
  title: string;
  text?: string;
}

const shownFor = 7_000;
const atMost = 3;
let lastId = 0;

export const toasts = new Observable<readonly Toast[]>([]);

export function showToast(tone: ToastTone, title: string, text?: string): void {
  const toast = { id: ++lastId, tone, title, text };
  const others = toasts.value.filter((shown) => shown.title !== title || shown.text !== text);
  toasts.set([...others, toast].slice(-atMost));
  setTimeout(() => closeToast(toast.id), shownFor);
}

export function closeToast(id: number): void {
  toasts.set(toasts.value.filter((toast) => toast.id !== id));
}
