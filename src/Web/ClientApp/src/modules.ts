import { collectModulePages, type ModulePages } from './modules/collectModulePages';
import type { ModuleExports } from './modules/modulePage';

/** A module's pages are in the app because they lie in its folder. Only this file imports from modules. */
const found = import.meta.glob<ModuleExports>('../../../Modules/*/Pages/page.tsx', { eager: true });

export const readModulePages = (): ModulePages => collectModulePages(found);
