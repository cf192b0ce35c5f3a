// Other people's packages, there once this module is imported (`import './installed.mjs'`), and whole: installed apart and moved into place, for several tools may ask at once and
// npm empties the folder that another reads. By itself (`node .ci/tools/installed.mjs`) it only installs.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
// Of another package-lock.json is as good as not there.
const stamp = '.installed-' + createHash('sha256').update(readFileSync(join(here, 'package-lock.json'))).digest('hex').slice(0, 16);
const isThere = () => existsSync(join(modules, stamp));

if (!isThere()) {
  const apart = mkdtempSync(join(here, 'node_modules.'));
  try {
    for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(apart, name));
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: apart, stdio: ['ignore', 2, 2] });
    writeFileSync(join(apart, 'node_modules', stamp), '');
    if (existsSync(modules) && !isThere()) renameSync(modules, join(apart, 'old'));
    try {
      renameSync(join(apart, 'node_modules'), modules);
    } catch (error) {
      if (!isThere()) throw error;
    }
  } finally {
    rmSync(apart, { recursive: true, force: true });
  }
}
