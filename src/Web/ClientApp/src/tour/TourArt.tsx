import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { motifOf, paletteOf, randomFrom, seedOf, type Motif, type Palette } from './tourMotif';
import { arcade, height, peaks, skyline, swell, width } from './tourShapes';

/** A small landscape instead of a photo, drawn from the tour's category and id. */
export function TourArt({ tourId, category }: { tourId: string; category: string }) {
  const { palette, scene, sun, id } = useMemo(() => {
    const motif = motifOf(category);
    const seed = seedOf(tourId);
    const random = randomFrom(seed);
    const palette = paletteOf(motif, seed);
    const sun = { x: 150 + random() * 200, y: 50 + random() * 30, r: 17 + random() * 11 };
    return { palette, sun, scene: scenes[motif](palette, random), id: `sky-${seed}` };
  }, [tourId, category]);
  return (
    <svg class="tour-art" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMax slice" aria-hidden="true">
      <defs>
        <linearGradient id={id} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stop-color={palette.sky[0]} />
          <stop offset="1" stop-color={palette.sky[1]} />
        </linearGradient>
      </defs>
      <rect width={width} height={height} fill={`url(#${id})`} />
      <circle cx={sun.x} cy={sun.y} r={sun.r * 1.9} fill={palette.sun} opacity="0.28" />
      <circle cx={sun.x} cy={sun.y} r={sun.r} fill={palette.sun} />
      {scene}
    </svg>
  );
}

type Scene = (palette: Palette, random: () => number) => JSX.Element;

const scenes: Record<Motif, Scene> = {
  mountain: ({ layers }, random) => (
    <>
      <path d={peaks(random, 118, 62, 5)} fill={layers[0]} />
      <path d={peaks(random, 150, 48, 6)} fill={layers[1]} />
      <path d={swell(random, 178, 14, 3)} fill={layers[2]} />
    </>
  ),
  water: ({ layers, sun }, random) => {
    const x = 90 + random() * 220;
    return (
      <>
        <path d={swell(random, 116, 4, 5)} fill={layers[0]} />
        <g transform={`translate(${x} 122) scale(${0.9 + random() * 0.4})`}>
          <path d="M0-52 0-6-30-6Z" fill={sun} />
          <path d="M4-44 4-6 26-6Z" fill={sun} opacity="0.75" />
          <path d="M-32-2 32-2 22 10-22 10Z" fill={layers[2]} />
        </g>
        <path d={swell(random, 142, 6, 6)} fill={layers[1]} />
        <path d={swell(random, 170, 7, 4)} fill={layers[2]} />
      </>
    );
  },
  city: ({ layers }, random) => (
    <>
      <path d={skyline(random, 128, 56, 24)} fill={layers[0]} />
      <path d={skyline(random, 152, 50, 30)} fill={layers[1]} />
      <path d={skyline(random, 176, 34, 38)} fill={layers[2]} />
    </>
  ),
  food: ({ layers, sun }, random) => (
    <>
      <path d={swell(random, 132, 10, 3)} fill={layers[1]} />
      {times(10, (i) => (
        <circle key={i} cx={i * 44 + random() * 14} cy={164 + random() * 6} r={15 + random() * 5} fill={[layers[0], layers[1], sun][i % 3]} />
      ))}
      <path d={`M0 174H${width}V${height}H0Z`} fill={layers[2]} />
      {times(10, (i) => <path key={i} d={`M${i * 40} 0h40v26a20 20 0 0 1-40 0Z`} fill={i % 2 ? sun : layers[0]} />)}
    </>
  ),
  culture: ({ layers }, random) => (
    <>
      <path d={swell(random, 128, 12, 3)} fill={layers[0]} />
      <path d={arcade(98, 50, 17)} fill={layers[1]} fill-rule="evenodd" />
      <path d={swell(random, 182, 5, 3)} fill={layers[2]} />
    </>
  ),
  night: ({ layers, sun }, random) => (
    <>
      {times(34, (i) => (
        <circle key={i} cx={random() * width} cy={random() * 120} r={0.6 + random() * 1.3} fill={sun} opacity={0.4 + random() * 0.6} />
      ))}
      <path d={swell(random, 130, 16, 3)} fill={layers[0]} />
      <path d={skyline(random, 156, 44, 28)} fill={layers[1]} />
      <path d={skyline(random, 180, 28, 40)} fill={layers[2]} />
    </>
  ),
  wheels: ({ layers }, random) => (
    <>
      <path d={swell(random, 116, 22, 3)} fill={layers[0]} />
      <path d={swell(random, 146, 14, 3)} fill={layers[1]} />
      <path d={`M0 180H${width}V${height}H0Z`} fill={layers[2]} />
      <g transform={`translate(${100 + random() * 180} 160) scale(1.15)`} fill="none" stroke={layers[2]} stroke-width="3.4" stroke-linejoin="round">
        <circle cx="-24" r="16" />
        <circle cx="24" r="16" />
        <path d="M-24 0-10-24H14L24 0M-10-24 2 0H-24M2 0 14-24 11-33H20M-14-28H-4" />
      </g>
    </>
  ),
  path: ({ layers }, random) => (
    <>
      {times(6, (i) => (
        <path key={i} d={swell(random, 84 + i * 20, 15 - i, 3)} fill={layers[i < 2 ? 0 : i < 4 ? 1 : 2]} opacity={i % 2 ? 1 : 0.55} />
      ))}
    </>
  ),
};

const times = (count: number, draw: (i: number) => JSX.Element) => Array.from({ length: count }, (_, i) => draw(i));
