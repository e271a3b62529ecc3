import path from 'node:path';
import { parseAst } from 'vite';

/** Texts of source files by their path from `src`, as `tour/TourCard.tsx`, and `../../../Modules/Loyalty/Pages/page.tsx` of a module. */
export type Sources = Readonly<Record<string, string>>;

/** Who imports whom: files or folders, by their path from `src`. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

export const folderOf = (file: string) => path.posix.dirname(file);

/** Imports of types count as well: a reader has to follow them like any other. Packages and style sheets do not. */
export function importsOfFiles(sources: Sources): ImportGraph {
  const importsOf = (file: string, text: string) => {
    const { modules, globs } = importsNamedIn(file, text);
    return [...modules.flatMap((module) => resolve(file, module, sources)), ...globs.flatMap((glob) => filesOf(file, glob, sources))];
  };
  return new Map(Object.entries(sources).map(([file, text]) => [file, new Set(importsOf(file, text))]));
}

/** A file's imports within its own folder are left out. */
export function importsOfFolders(files: ImportGraph): ImportGraph {
  const folders = new Map<string, Set<string>>();
  for (const [file, imported] of files) {
    const from = folderOf(file);
    const to = folders.get(from) ?? new Set();
    folders.set(from, to);
    for (const folder of [...imported].map(folderOf)) if (folder !== from) to.add(folder);
  }
  return folders;
}

/** The shortest circle through each node that is on one, written as `a → b → a`; a circle is named once, whoever it is found from. */
export function circlesIn(graph: ImportGraph): string[] {
  const circles = new Map<string, string>();
  for (const start of [...graph.keys()].sort()) {
    const way = shortestWayBack(graph, start);
    const members = [...new Set(way)].sort().join(' ');
    if (way && !circles.has(members)) circles.set(members, way.join(' → '));
  }
  return [...circles.values()];
}

/** Breadth first, so that the way that is found first is a shortest one. */
function shortestWayBack(graph: ImportGraph, start: string): string[] | undefined {
  const seen = new Set<string>();
  const ways = [[start]];
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)!) ?? []) {
      if (next === start) return [...way, start];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}

function resolve(file: string, module: string, sources: Sources): string[] {
  const ofTheApp = module.startsWith('@app/');
  if (!(ofTheApp || module.startsWith('.')) || module.endsWith('.css')) return [];
  const target = ofTheApp ? module.slice('@app/'.length) : path.posix.join(folderOf(file), module);
  const found = [`${target}.ts`, `${target}.tsx`].find((candidate) => candidate in sources);
  // An import that is not understood must not pass for one that breaks no rule.
  if (!found) throw new Error(`${file} imports ${module}, which is no source file`);
  return [found];
}

/** All files that `import.meta.glob` finds; none is no mistake, since a glob says what may come. `*` is the one wildcard this app uses. */
function filesOf(file: string, glob: string, sources: Sources): string[] {
  if (!/^\.[\w./*-]*$/.test(glob) || glob.includes('**')) throw new Error(`${file} has the glob ${glob}, which is not understood here`);
  const wanted = path.posix.join(folderOf(file), glob).replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  return Object.keys(sources).filter((candidate) => new RegExp(`^${wanted}$`).test(candidate));
}

/**
 * `import`, `import type`, `export … from`, `import()` and the type `import('…').Name`: of all of them the parser calls the module `source`.
 * `import.meta.glob('…')` is a call.
 */
function importsNamedIn(file: string, text: string): { modules: string[]; globs: string[] } {
  const modules: string[] = [];
  const globs: string[] = [];
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { source, callee, arguments: given } = node as Partial<GlobCall> & { source?: { value?: unknown } | null };
    if (typeof source?.value === 'string') modules.push(source.value);
    if (callee?.object?.type === 'MetaProperty' && callee.property?.name === 'glob') globs.push(String(given?.[0]?.value));
    Object.values(node).forEach(visit);
  };
  visit(parseAst(text, { lang: file.endsWith('.tsx') ? 'tsx' : 'ts' }));
  return { modules, globs };
}

interface GlobCall {
  callee: { object?: { type?: unknown }; property?: { name?: unknown } };
  arguments: { value?: unknown }[];
}
