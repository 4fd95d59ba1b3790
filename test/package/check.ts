// Is the package whole? Packs it, installs the tarball into an empty project outside of this repository, and there compiles,
// runs and calls it as a user would; and so for the algorithms that its command writes. It checks what `npm run build` has made; the dependencies come from the registry.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runImage } from './image.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'algorithm-actor-consumer-'));
const bin = join(project, 'node_modules/.bin/algorithm-actor');
const tsc = join(root, 'node_modules/typescript/bin/tsc');

const common = { target: 'es2023', lib: ['es2023'], types: ['node'], strict: true, skipLibCheck: false };
const resolutions = {
  nodenext: { ...common, module: 'nodenext', outDir: 'out' },
  bundler: { ...common, module: 'preserve', moduleResolution: 'bundler', noEmit: true },
};

function run(file: string, args: readonly string[], cwd = project): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function step(name: string, work: () => void): void {
  work();
  process.stdout.write(`ok  ${name}\n`);
}

function expectText(what: string, found: string, wanted: RegExp): void {
  if (!wanted.test(found)) throw new TypeError(`${what}: expected ${wanted}, got: ${found}`);
}

let tarball = '';
try {
  step('npm pack, and the tarball installs into an empty project', () => {
    run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', project], root);
    tarball = join(project, readdirSync(project).find((name) => name.endsWith('.tgz')) ?? 'no tarball');
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    run('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball, '@types/node@20']);
  });
  step('it holds what is built and nothing else', () => {
    const names = readdirSync(join(project, 'node_modules/algorithm-actor')).toSorted().join(' ');
    expectText('the tarball', names, /^LICENSE README\.md dist package\.json$/);
  });
  cpSync(join(root, 'test/package/consumer'), project, { recursive: true });
  for (const [name, compilerOptions] of Object.entries(resolutions)) {
    step(`its types resolve by ${name}, libraries checked`, () => {
      const config = { compilerOptions, files: ['consumer.ts'] };
      writeFileSync(join(project, `tsconfig.${name}.json`), JSON.stringify(config));
      run(process.execPath, [tsc, '-p', `tsconfig.${name}.json`]);
    });
  }
  step('it runs when imported', () => {
    expectText('the output', run(process.execPath, ['out/consumer.js']), /^INVALID_HANDLERS 1 function 4 1\n$/);
  });
  step('its command says what it can do', () => {
    expectText('--help', run(bin, ['--help']), /^Usage: algorithm-actor/);
  });
  for (const [name, args, scripts] of [
    ['in-typescript', [], ['test', 'types']],
    ['in-javascript', ['--js'], ['test']],
  ] as const) {
    step(
      `the algorithm that \`new\` writes ${name} installs, runs, and its scripts succeed: ${scripts.join(', ')}`,
      () => {
        // npm packs no .gitignore under its own name.
        expectText('its files', run(bin, ['new', name, ...args, '--json']), /"\.gitignore"[\s\S]*"package\.json"/);
        const folder = join(project, name);
        // The rest of its package.json comes from the registry, as it says.
        run('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball], folder);
        for (const script of scripts) run('npm', ['run', '--silent', script], folder);
        expectText(
          'its pipeline',
          run('npx', ['algorithm-actor', 'exec', 'raw', '-f', 'pipeline.yml', '--record', 'run.jsonl'], folder),
          /tomorrow/,
        );
        run('npx', ['algorithm-actor', 'inspect', 'run.jsonl', '--html', 'run.html'], folder);
        expectText('the page of its recording', readFileSync(join(folder, 'run.html'), 'utf8'), /id="recording"/);
      },
    );
  }
  const folder = join(project, 'images');
  mkdirSync(folder);
  const { task, packages } = await runImage({ folder, tarball, bin });
  step('the image of an algorithm runs with what is installed in it, and leaves on SIGTERM', () => {
    expectText('its task', task, /^{"data":\[{"word":"to","times":2}\],"code":143,"faults":\[\]}$/);
    expectText('its packages', packages.join(' '), /^(?!.*\btypescript\b).*\balgorithm-actor\b.*\btsx\b/);
  });
} finally {
  rmSync(project, { recursive: true, force: true });
}
