// The files of the house and what each imports, read from the syntax tree, so that type-only imports are known as such.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

export interface Import {
  readonly from: string;
  /** Nothing of it is left at run time. */
  readonly typesOnly: boolean;
  /** `export … from`. */
  readonly reexport: boolean;
}

export interface SourceFile {
  /** From the root of the repository, such as `src/wire/codec.ts`. */
  readonly path: string;
  readonly syntax: ts.SourceFile;
  readonly imports: readonly Import[];
}

/** Every TypeScript file below the folders, sorted. */
export function readSourceFiles(...folders: readonly string[]): SourceFile[] {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(root, folder, name)),
  );
  const sources = files.filter((file) => /\.tsx?$/.test(file)).toSorted();
  return sources.map((file) => {
    const syntax = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    return { path: relative(root, file).replaceAll('\\', '/'), syntax, imports: importsOf(syntax) };
  });
}

function importsOf(file: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const one = importOf(node);
    if (one) found.push(one);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A static import, a re-export, `import('…')` as a value, or `import('…').T` as a type. */
function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier))
    return { from: node.moduleSpecifier.text, typesOnly: isTypesOnly(node.importClause), reexport: false };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
    return { from: node.moduleSpecifier.text, typesOnly: node.isTypeOnly, reexport: true };
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal))
    return { from: node.argument.literal.text, typesOnly: true, reexport: false };
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [specifier] = node.arguments;
    if (specifier && ts.isStringLiteral(specifier)) return { from: specifier.text, typesOnly: false, reexport: false };
  }
  return undefined;
}

function isTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  if (name || !namedBindings || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every((element) => element.isTypeOnly);
}

/**
 * `#room/file` and `#errors` as the path of the file; undefined for a library. Files of the page are named with their extension,
 * because two kinds of them are source; its style sheets are no source at all.
 */
export function pathOfImport(from: string): string | undefined {
  if (!from.startsWith('#')) return undefined;
  const path = from.slice(1);
  if (path.startsWith('page/')) return `src/inspector/${path}`;
  return path.startsWith('machines/') ? `${path}.ts` : `src/${path}.ts`;
}

/** The room that a file belongs to: its folder, or `errors`, or `doors`. */
export function roomOf(path: string): string {
  const [top = '', second = '', third] = path.split('/');
  if (top === 'machines') return 'machines';
  if (path.startsWith('src/inspector/page/')) return 'page';
  if (third !== undefined) return second;
  return second === 'errors.ts' ? 'errors' : 'doors';
}

/** The package that a specifier names, without a subpath. */
export function packageOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}
