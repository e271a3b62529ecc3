export type Motif = 'mountain' | 'water' | 'city' | 'food' | 'culture' | 'night' | 'wheels' | 'path';

/** Words that the catalogue's categories are made of; the first that fits wins. */
const motifs: [RegExp, Motif][] = [
  [/night|evening|star|ghost|aurora|concert|music/, 'night'],
  [/food|wine|culinar|gastro|tast|cook|market|beer|cafe|coffee/, 'food'],
  [/cycl|bike|e-?scooter|segway/, 'wheels'],
  [/boat|sail|kayak|cruise|river|sea|beach|island|water|div|snorkel|surf|wildlife|whale/, 'water'],
  [/hik|mountain|nature|trek|adventure|outdoor|climb|ski|park|safari|volcano|day.?trip|excursion/, 'mountain'],
  [/museum|art|histor|cultur|herit|archae|castle|palace|church|architect|monument|theatre/, 'culture'],
  [/city|walk|urban|street|photo|sight|neighbo/, 'city'],
];

export function motifOf(category: string): Motif {
  const text = category.toLowerCase();
  return motifs.find(([words]) => words.test(text))?.[1] ?? 'path';
}

export interface Palette {
  sky: [string, string];
  sun: string;
  layers: [string, string, string];
}

const palettes: Record<Motif, Palette[]> = {
  mountain: [
    { sky: ['#f9dcb5', '#f3b98b'], sun: '#fff3d9', layers: ['#a9b79b', '#5f8a78', '#1f5a55'] },
    { sky: ['#cfe5e3', '#f4e3c4'], sun: '#fffaf0', layers: ['#9cb7b5', '#4f8283', '#1d4d52'] },
    { sky: ['#f3cfd0', '#f7dfc0'], sun: '#fff5e8', layers: ['#c59aa6', '#8a6b86', '#43405f'] },
    { sky: ['#e2edd2', '#f7e9bd'], sun: '#fffbe6', layers: ['#b4c78b', '#7a9a5c', '#38603f'] },
  ],
  water: [
    { sky: ['#fbd9b0', '#f6a98a'], sun: '#fff1d6', layers: ['#5aa7a7', '#2b7f86', '#0f5a66'] },
    { sky: ['#cdeaf0', '#f7ecd2'], sun: '#ffffff', layers: ['#74b8c4', '#3b8ca3', '#17607c'] },
    { sky: ['#f6d3de', '#f8e3c4'], sun: '#fff6ee', layers: ['#8fa6c9', '#5a78a8', '#2d4a7c'] },
    { sky: ['#d6f0e4', '#f9eec4'], sun: '#fffdf0', layers: ['#6fc0ad', '#359588', '#136259'] },
  ],
  city: [
    { sky: ['#f6c9a8', '#ee9f86'], sun: '#ffe9c9', layers: ['#d58d78', '#9a5a5e', '#4a3247'] },
    { sky: ['#d9e4ee', '#f5dfc8'], sun: '#fff6e2', layers: ['#a4b4c4', '#64809a', '#2c4866'] },
    { sky: ['#f3e4bd', '#efc98a'], sun: '#fff8e2', layers: ['#d2b07a', '#9c7b52', '#54432f'] },
    { sky: ['#f2cfd8', '#f6e0c6'], sun: '#fff5ec', layers: ['#cf9aa6', '#8f6480', '#3f3355'] },
    { sky: ['#cfe6df', '#f4ecd0'], sun: '#fffdf0', layers: ['#9dbfb2', '#5f9089', '#275257'] },
  ],
  food: [
    { sky: ['#fbe3bd', '#f7c98f'], sun: '#fff4dc', layers: ['#d9674a', '#8aa05a', '#6a2f2b'] },
    { sky: ['#f7dcd0', '#efb7a2'], sun: '#fff2ea', layers: ['#c9505a', '#d9a441', '#5b2a3c'] },
    { sky: ['#e4efd5', '#f6e7bb'], sun: '#fffbe9', layers: ['#5f9a72', '#e0b04f', '#2f4a3a'] },
    { sky: ['#d9ecef', '#f6e4cf'], sun: '#fffaf0', layers: ['#3f8f9c', '#e69a5b', '#26434f'] },
  ],
  culture: [
    { sky: ['#f7e3c3', '#e9bf8d'], sun: '#fff6e0', layers: ['#d3a471', '#a8744e', '#5f3d32'] },
    { sky: ['#e3dcec', '#f3d8c7'], sun: '#fff8ee', layers: ['#b9a3c0', '#836a97', '#453a63'] },
  ],
  night: [
    { sky: ['#1b2a52', '#4a4b85'], sun: '#f7ecc8', layers: ['#34407a', '#232c5a', '#141a3a'] },
    { sky: ['#12343f', '#2f6a6b'], sun: '#f4edcf', layers: ['#215058', '#153a43', '#0a232b'] },
  ],
  wheels: [
    { sky: ['#dff0dc', '#f8e7b8'], sun: '#fffbe6', layers: ['#a8c686', '#6fa06a', '#2f6a4f'] },
    { sky: ['#fde2b9', '#f9bf8f'], sun: '#fff5df', layers: ['#c2b36a', '#7f9a58', '#3d6a4a'] },
  ],
  path: [
    { sky: ['#e7efe2', '#f6e6c8'], sun: '#ffffff', layers: ['#b5cbb4', '#7fa694', '#2c6460'] },
    { sky: ['#f5e2d2', '#f1c7a9'], sun: '#fff6ea', layers: ['#d9a98c', '#b0735d', '#6b3f3f'] },
  ],
};

export const paletteOf = (motif: Motif, seed: number): Palette => palettes[motif][(seed >>> 8) % palettes[motif].length]!;

export function seedOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** The same tour looks the same to everybody: mulberry32 over the tour's id instead of Math.random. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
