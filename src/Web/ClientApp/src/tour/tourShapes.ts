// The outlines that a tour's picture is put together from, as SVG paths closed at the bottom.
export const width = 400;
export const height = 200;
const close = `V${height}H0Z`;

/** A soft line of hills or waves, closed at the bottom. */
export function swell(random: () => number, y: number, amplitude: number, count: number): string {
  const step = width / count;
  let path = `M0 ${(y + (random() - 0.5) * amplitude).toFixed(1)}`;
  for (let i = 1; i <= count; i++) {
    const to = y + (random() - 0.5) * amplitude;
    path += `S${(i * step - step / 2).toFixed(1)} ${(to + (i % 2 ? -1 : 1) * amplitude).toFixed(1)} ${(i * step).toFixed(1)} ${to.toFixed(1)}`;
  }
  return path + close;
}

export function peaks(random: () => number, y: number, amplitude: number, count: number): string {
  const step = width / count;
  let path = `M0 ${y}`;
  for (let i = 0; i < count; i++) {
    path += `L${((i + 0.35 + random() * 0.3) * step).toFixed(1)} ${(y - amplitude * (0.45 + random() * 0.55)).toFixed(1)}`;
    path += `L${((i + 1) * step).toFixed(1)} ${(y - random() * amplitude * 0.2).toFixed(1)}`;
  }
  return path + close;
}

export function skyline(random: () => number, y: number, amplitude: number, block: number): string {
  let path = `M0 ${y}`;
  for (let x = 0; x < width; ) {
    const next = Math.min(width, x + block * (0.6 + random() * 0.8));
    const top = y - amplitude * random();
    const middle = (x + next) / 2;
    const roof = random();
    path += `V${top.toFixed(1)}`;
    if (roof > 0.8) path += `L${middle.toFixed(1)} ${(top - 22).toFixed(1)}L${next.toFixed(1)} ${top.toFixed(1)}`;
    else if (roof > 0.66) path += `A${((next - x) / 2).toFixed(1)} ${((next - x) / 2).toFixed(1)} 0 0 1 ${next.toFixed(1)} ${top.toFixed(1)}`;
    else path += `H${next.toFixed(1)}`;
    x = next;
  }
  return path + close;
}

export function arcade(top: number, step: number, radius: number): string {
  let path = `M0 ${top}H${width}V${height}H0Z`;
  const spring = top + 18 + radius;
  for (let x = step / 2; x < width; x += step)
    path += `M${x - radius} ${height}V${spring}A${radius} ${radius} 0 0 1 ${x + radius} ${spring}V${height}Z`;
  return path;
}
