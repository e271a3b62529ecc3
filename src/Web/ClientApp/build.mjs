// Builds the pages into ../wwwroot. Called by `dotnet build` (FrontEnd.targets) and `npm run build`; does only what is due:
// npm ci where the lock file changed, vite build where a source changed. Several builds may call it at once.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const app = import.meta.dirname;
const modules = path.resolve(app, '../../Modules');
const webRoot = path.resolve(app, '../wwwroot');
const state = path.resolve(app, '../obj/pages');
const lockFile = path.join(state, 'building.lock');
const builtFrom = path.join(state, 'built-from.txt');
const installedFrom = path.join(app, 'node_modules/.installed-from.txt');
const index = path.join(webRoot, 'index.html');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Node ${process.versions.node} is too old to build the pages: install Node 20.19 or newer.`);

fs.mkdirSync(state, { recursive: true });
await takeLock();
try {
  installPackages();
  buildPages();
} finally {
  fs.rmSync(lockFile, { force: true });
}

function installPackages() {
  const wanted = hashOf([path.join(app, 'package-lock.json'), path.join(app, '.npmrc')], process.version, process.platform, process.arch);
  if (read(installedFrom) === wanted) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  fs.writeFileSync(installedFrom, wanted);
}

function buildPages() {
  const wanted = hashOf(sources());
  const upToDate = read(builtFrom) === wanted && fs.existsSync(index);
  if (!upToDate) {
    const output = path.join(state, `out-${process.pid}`);
    run(process.execPath, [path.join(app, 'node_modules/vite/bin/vite.js'), 'build', '--outDir', output, '--emptyOutDir', '--logLevel', 'warn']);
    publish(output);
    fs.writeFileSync(builtFrom, wanted);
  }
  // MSBuild compares times: the pages are at least as new as every source.
  fs.utimesSync(index, new Date(), new Date());
}

/** The page that names the new assets comes after them, the old assets go last: a running host never serves a broken page. */
function publish(output) {
  const assets = path.join(webRoot, 'assets');
  const fresh = new Set(fs.readdirSync(path.join(output, 'assets')));
  fs.cpSync(path.join(output, 'assets'), assets, { recursive: true });
  fs.copyFileSync(path.join(output, 'index.html'), `${index}.new`);
  fs.renameSync(`${index}.new`, index);
  for (const name of fs.readdirSync(assets)) if (!fresh.has(name)) fs.rmSync(path.join(assets, name), { recursive: true });
  fs.rmSync(output, { recursive: true });
}

function sources() {
  const top = fs.readdirSync(app, { withFileTypes: true }).filter((entry) => entry.isFile());
  const filesBelow = (folder) => fs.readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const folders = fs.readdirSync(modules).map((name) => path.join(modules, name, 'Pages'));
  const ofModules = folders.filter((folder) => fs.existsSync(folder)).flatMap(filesBelow);
  return [...top, ...filesBelow(path.join(app, 'src')), ...ofModules].map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
}

function hashOf(files, ...more) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(app, file).replaceAll('\\', '/')).update('\0').update(fs.readFileSync(file)).update('\0');
  return hash.update(more.join(' ')).digest('hex');
}

/** Whoever comes second waits, and then finds nothing left to do. A lock whose holder died is taken over. */
async function takeLock() {
  for (const deadline = Date.now() + 300_000; Date.now() < deadline; ) {
    try {
      fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = read(lockFile);
    // An empty file is a lock in the making, unless it has been empty for long.
    const age = Date.now() - (fs.statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (holder ? !isAlive(Number(holder)) : age > 5_000) fs.rmSync(lockFile, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  fail(`Another build of the pages has held ${lockFile} for five minutes.`);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function run(command, args) {
  // npm is a script on Windows, which only a shell starts.
  const result = spawnSync(command, args, { cwd: app, stdio: 'inherit', shell: process.platform === 'win32' && command === 'npm' });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${command} ${args[0]} ended with ${result.status ?? result.signal}`);
}

function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
