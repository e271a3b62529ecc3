/** Dates are shown in the tour's own time zone: a walk at ten in Lisbon is at ten for everybody. */
export function formatDate(iso: string, timeZone: string | null, language: string, parts: Intl.DateTimeFormatOptions): string {
  const date = new Date(iso);
  try {
    return new Intl.DateTimeFormat(language, { ...parts, timeZone: timeZone ?? 'UTC' }).format(date);
  } catch {
    // A time zone this browser does not know.
    return new Intl.DateTimeFormat(language, { ...parts, timeZone: 'UTC' }).format(date);
  }
}

export const dayAndTime: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
export const longDayAndTime: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' };
export const timeOnly: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
export const monthAndYear: Intl.DateTimeFormatOptions = { month: 'long', year: 'numeric' };

/** Round prices without decimals, others with those of the currency: €49, €49.50, ¥101, KWD 12.345. */
export function formatPrice(amount: number, currency: string, language: string): string {
  const rounded = Number(amount.toFixed(MAX_DECIMALS)); // a product such as 3 × 0.1 has digits of its own
  try {
    const usual = new Intl.NumberFormat(language, { style: 'currency', currency });
    const digits = Number.isInteger(rounded) ? 0 : Math.max(usual.resolvedOptions().maximumFractionDigits ?? 0, decimalsOf(rounded));
    return new Intl.NumberFormat(language, {
      style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
    }).format(rounded);
  } catch {
    return `${rounded} ${currency}`;
  }
}

// No currency has more (ISO 4217).
const MAX_DECIMALS = 4;

// Browsers show a dinar with fewer decimals than it has: the server's amount decides.
function decimalsOf(amount: number): number {
  return String(amount).split('.')[1]?.length ?? 0;
}

/** 0.75 → 45 min, 2.5 → 2 h 30, 48 → 2 days. */
export function formatDuration(hours: number, days: (count: number) => string): string {
  const minutes = Math.round(hours * 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes % 1440 === 0) return days(minutes / 1440);
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${String(rest).padStart(2, '0')}`;
}

/** 0.8 ms, 12 ms, 1.25 s. */
export function milliseconds(value: number, language: string): string {
  const digits = value >= 1_000 ? 2 : value < 10 ? 1 : 0;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value >= 1_000 ? value / 1_000 : value);
  return `${number}\u00a0${value >= 1_000 ? 's' : 'ms'}`;
}

/** 42 → 42 s, 90 → 1 min 30 s, 4000 → 1 h 6 min. */
export function age(seconds: number, language: string): string {
  const unit = (value: number, name: string) => new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return unit(whole, 'second');
  if (whole < 3_600) return [unit(Math.floor(whole / 60), 'minute'), whole % 60 ? unit(whole % 60, 'second') : ''].join(' ').trim();
  return [unit(Math.floor(whole / 3_600), 'hour'), unit(Math.floor((whole % 3_600) / 60), 'minute')].join(' ');
}
