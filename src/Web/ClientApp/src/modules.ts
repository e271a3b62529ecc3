import { collectModulePages, type ModulePages } from './modules/collectModulePages';
import type { ModuleExports } from './modules/modulePage';

/** A module's pages are in the app because its folder is there. Only this file imports from modules. */
const found = import.meta.glob<ModuleExports>('./modules/*/page.tsx', { eager: true });

export const readModulePages = (): ModulePages => collectModulePages(found);
