// The plan of the house, executed: who may import whom, and by what name. The plan itself is docs/architecture.md.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import {
  type Import,
  packageOf,
  pathOfImport,
  readSourceFiles,
  roomOf,
  root,
  type SourceFile,
} from '#test/support/source-files';

interface Row {
  readonly room: string;
  /** A name ending in ` (types)` allows type-only imports. */
  readonly rooms: readonly string[];
  readonly libraries: readonly string[];
}

const row = (room: string, rooms: string, libraries = ''): Row => ({
  room,
  rooms: rooms === '' ? [] : rooms.split(', '),
  libraries: libraries === '' ? [] : libraries.split(', '),
});

const everyRoom =
  'errors, model, wire, descriptors, machines, transport, storage, tracing, metrics, archive, image, processes, handlers, inspector, pipeline, runtime, worker, builds, store, local-hkube, rest, cluster, replay';

/** Who may import whom: what is not listed is forbidden. A room may import itself; all but machines may use Node's modules. */
const table: readonly Row[] = [
  row('errors', ''),
  row('model', 'errors'),
  row('wire', 'model, errors', 'zod, bson, msgpackr'),
  row('descriptors', 'model, errors', 'zod, yaml'),
  row('machines', 'wire (types), descriptors (types), model, errors', 'xstate'),
  row('transport', 'wire, model, errors', 'rxjs, ws, socket.io'),
  row('storage', 'wire, model, errors', '@aws-sdk/client-s3, zeromq'),
  row('tracing', 'model, errors', '@opentelemetry/*'),
  row('metrics', 'model, errors', '@bufbuild/protobuf, crc-32'),
  row('archive', 'model, errors', 'zod, ignore, tar, yauzl, yazl'),
  row('image', 'archive, model, errors', 'zod, ignore'),
  row('processes', 'model, errors'),
  row('handlers', 'wire (types), processes, model, errors', 'zod, tsx'),
  row('inspector', 'model, errors', 'zod, ws, hono, @hono/node-server, xstate (types)'),
  row('page', 'inspector, model', 'preact'),
  row('pipeline', 'descriptors, model, errors'),
  row(
    'runtime',
    'machines, transport, storage, tracing, metrics, handlers, inspector, wire, model, errors',
    'xstate, rxjs, zod',
  ),
  row('worker', 'machines, transport, storage, tracing, inspector, wire, model, errors', 'xstate, rxjs'),
  row('builds', 'archive, processes, descriptors, machines, model, errors', 'xstate, zod'),
  row('store', 'builds, archive, processes, descriptors, model, errors', 'zod'),
  row(
    'local-hkube',
    'worker, pipeline, builds, store, storage, tracing, metrics, archive, inspector, processes, descriptors, machines, wire, model, errors',
    'xstate, zod',
  ),
  row(
    'rest',
    'local-hkube, store, builds, archive, descriptors, model, errors',
    'zod, hono, @hono/node-server, @fastify/busboy',
  ),
  row('cluster', 'archive, descriptors, model, errors', 'zod'),
  // It plays the worker's part of a recording to the runtime: it needs both ends of the wire, and no worker.
  row('replay', 'runtime, handlers, transport, inspector, wire, model, errors', 'rxjs'),
  row('testing', everyRoom, 'rxjs, zod'),
  row('cli', everyRoom, 'commander, cli-progress, cli-table3, chokidar'),
  // Of the command line, how it looks at the entry of a build.
  row('doors', `${everyRoom}, testing, cli`),
];

/** The templates of `new` are what an author has: no room of ours. */
const files = readSourceFiles('machines', 'src').filter(({ path }) => !path.startsWith('src/cli/templates/'));
const paths = new Set(files.map(({ path }) => path));
const rowOf = new Map(table.map((entry) => [entry.room, entry]));

function allows(list: readonly string[], name: string, typesOnly: boolean): boolean {
  if (typesOnly && list.includes(`${name} (types)`)) return true;
  return list.some((allowed) => allowed === name || (allowed.endsWith('/*') && name.startsWith(allowed.slice(0, -1))));
}

function mayImport({ room, rooms, libraries }: Row, { from, typesOnly }: Import): boolean {
  if (from.startsWith('node:')) return room !== 'machines';
  const path = pathOfImport(from);
  if (path === undefined) return allows(libraries, packageOf(from), typesOnly);
  return roomOf(path) === room || allows(rooms, roomOf(path), typesOnly);
}

const sentence = ({ path }: SourceFile, { from, typesOnly }: Import): string =>
  `${path} imports ${typesOnly ? 'types of ' : ''}${from}`;

/** Every import of these files for which `wrong` holds, as a sentence. */
const complaints = (
  among: readonly SourceFile[],
  wrong: (one: Import, file: SourceFile) => boolean | undefined,
): string[] =>
  among.flatMap((file) => file.imports.filter((one) => wrong(one, file)).map((one) => sentence(file, one)));

describe('the table', () => {
  it.each(table)('$room imports only what its row allows', (entry) => {
    const own = files.filter(({ path }) => roomOf(path) === entry.room);
    expect(complaints(own, (one) => !mayImport(entry, one))).toEqual([]);
  });

  it('has a row for each room', () => {
    const rooms = new Set(files.map(({ path }) => roomOf(path)));
    expect([...rooms].filter((room) => !rowOf.has(room))).toEqual([]);
  });

  it('keeps runtime and worker apart: they meet on the wire', () => {
    const reach = (from: string, seen = new Set<string>()): ReadonlySet<string> => {
      for (const name of rowOf.get(from)?.rooms ?? []) {
        if (seen.has(name)) continue;
        seen.add(name);
        reach(name, seen);
      }
      return seen;
    };
    expect(reach('runtime')).not.toContain('worker');
    expect(reach('worker')).not.toContain('runtime');
  });

  it('has no cycles: a room imports only rooms that stand above it', () => {
    const names = table.map(({ room }) => room);
    const upward = table.flatMap(({ room, rooms }, index) =>
      rooms
        .map((name) => name.replace(' (types)', ''))
        .filter((name) => !names.slice(0, index).includes(name))
        .map((name) => `${room} → ${name}`),
    );
    expect(upward).toEqual([]);
  });
});

describe('imports', () => {
  it('go by #room/file, never by a relative path', () => {
    expect(complaints(files, ({ from }) => from.startsWith('.') || from.startsWith('/'))).toEqual([]);
  });

  it('name a file that exists', () => {
    const missing = ({ from }: Import): boolean => {
      const path = pathOfImport(from);
      // A style sheet that a script brings along is none of these files, and stands beside them.
      const sheet = /^(.*\.css)\?inline$/.exec(path ?? '')?.[1];
      if (sheet !== undefined) return !existsSync(join(root, sheet));
      return path !== undefined && !paths.has(path);
    };
    expect(complaints(files, missing)).toEqual([]);
  });

  it('make no cycle between files, not even of types', () => {
    expect(findCycles()).toEqual([]);
  });

  it('pass through no barrel: only the doors re-export, name by name', () => {
    const reexports = complaints(files, (one, { path }) => one.reexport && roomOf(path) !== 'doors');
    const stars = files.flatMap(({ path, syntax }) =>
      syntax.statements.some((node) => ts.isExportDeclaration(node) && !node.exportClause) ? [`${path}: export *`] : [],
    );
    const indexes = files.flatMap(({ path }) => (/\/index\.ts$/.test(path) && path !== 'src/index.ts' ? [path] : []));
    expect([...reexports, ...stars, ...indexes]).toEqual([]);
  });

  it('resolve by an entry of package.json for each room, from source and as types', () => {
    const manifest: { imports: Record<string, unknown> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const rooms = new Set(files.map(({ path }) => roomOf(path)).filter((room) => room !== 'doors'));
    // The page is built by itself and has no types to give: nobody outside of it imports it.
    expect(manifest.imports).toHaveProperty(['#page/*'], './src/inspector/page/*');
    rooms.delete('page');
    for (const room of rooms) {
      const name = room === 'errors' ? '#errors' : `#${room}/*`;
      const place = room === 'machines' ? 'machines/*' : room === 'errors' ? 'src/errors' : `src/${room}/*`;
      expect(manifest.imports, name).toHaveProperty(
        [name],
        expect.objectContaining({ 'algorithm-actor-source': `./${place}.ts`, types: `./dist/types/${place}.d.ts` }),
      );
    }
  });
});

describe('machines', () => {
  it('know no clock, no randomness, no process, no log (H7)', () => {
    const world = new Set(['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask']);
    for (const name of ['crypto', 'console', 'process', 'fetch', 'WebSocket', 'globalThis']) world.add(name);
    const machines = files.filter(({ path }) => roomOf(path) === 'machines');
    const found = machines.flatMap(({ path, syntax }) =>
      [...freeNames(syntax)]
        .filter((name) => world.has(name) || name === 'Math.random')
        .map((name) => `${path}: ${name}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the top level', () => {
  it('holds the five folders, and the usual files', () => {
    const usual =
      /^(package(-lock)?\.json|tsconfig(\.\w+)?\.json|\w+\.config\.[jt]s|README\.md|CONTRIBUTING\.md|CHANGELOG\.md|LICENSE)$/;
    const folders = new Set(['machines', 'src', 'test', 'examples', 'docs']);
    const made = new Set(['node_modules', 'dist', 'coverage']);
    const strangers = readdirSync(root, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && !made.has(name))
      .filter((entry) => (entry.isDirectory() ? !folders.has(entry.name) : !usual.test(entry.name)));
    expect(strangers.map(({ name }) => name)).toEqual([]);
  });
});

/** Every cycle once, as the files along it. */
function findCycles(): string[] {
  const next = new Map(
    files.map(({ path, imports }) => [path, imports.flatMap(({ from }) => pathOfImport(from) ?? [])]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const before = trail.indexOf(path);
    if (before >= 0) cycles.push([...trail.slice(before), path].join(' → '));
    if (before >= 0 || done.has(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return cycles;
}

/** Identifiers that are read as values, and `object.property` pairs. */
function freeNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    if (ts.isPropertyAccessExpression(node)) {
      names.add(node.getText());
      return visit(node.expression);
    }
    if (ts.isPropertyAssignment(node)) return visit(node.initializer);
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}
