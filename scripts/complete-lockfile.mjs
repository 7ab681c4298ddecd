// Run after a dependency changed: `node scripts/complete-lockfile.mjs`.
// A registry mirror that lacks the builds of a package for other platforms makes npm leave them out of the lock file, and
// `npm ci` then refuses that file everywhere. Their versions are exact and their platform is in their name, so they can
// be written here; only the integrity of what this machine never downloads stays open.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json');
const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(path, name)) continue;
    const { cpu, libc, os } = platform(name, version);
    packages[`node_modules/${name}`] = { version, cpu, dev, libc, optional: true, os };
    process.stderr.write(`added ${name} ${version}\n`);
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

/**
 * Looks in every node_modules from the package up to the root, as Node does.
 *
 * @param {string} path
 * @param {string} name
 */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

/**
 * @param {string} name
 * @param {string} version
 */
function platform(name, version) {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  if (os.length !== 1 || cpu.length !== 1 || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`Cannot tell the platform of ${name} ${version}: complete package-lock.json by hand.`);
  }
  const libc = [words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'];
  return { cpu, libc: os[0] === 'linux' ? libc : undefined, os };
}
