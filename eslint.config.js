// The house rules as lint. What is here is a rule for everybody, tests included; exemptions stand here with their reason, never
// in a file: inline configuration is switched off. The import table of the rooms is test/architecture.test.ts.

import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const noAssertion = {
  selector: "TSAsExpression:not([typeAnnotation.typeName.name='const']), TSTypeAssertion",
  message: 'H4: no `as`. Narrow with a check, or write the type where the value is made; `as const` is fine.',
};
// XState has no other way to say the types of a setup than `{} as T`.
const noAssertionButTypes = {
  ...noAssertion,
  selector: "TSAsExpression:not([typeAnnotation.typeName.name='const'], :has(> ObjectExpression[properties.length=0]))",
};
const noBareError = {
  selector: ":matches(NewExpression, CallExpression)[callee.name='Error']",
  message: 'H6: throw a RuntimeError with a code, or return what was to be expected as a value.',
};

/**
 * H9: 40 lines a function, counted so that a factory is measured by its parts: lines of a nested function are that function's
 * own, blank lines and comments are nobody's.
 */
const maxOwnLines = {
  meta: { type: 'suggestion', schema: [{ type: 'integer' }] },
  create(context) {
    const { sourceCode } = context;
    const [max] = context.options;
    const silent = new Set(sourceCode.lines.flatMap((line, index) => (line.trim() === '' ? [index + 1] : [])));
    for (const { loc } of sourceCode.getAllComments()) {
      if (sourceCode.lines[loc.start.line - 1].slice(0, loc.start.column).trim() !== '') continue;
      for (let line = loc.start.line; line <= loc.end.line; line += 1) silent.add(line);
    }
    const open = [];
    const enter = () => open.push(0);
    const leave = (node) => {
      const { start, end } = node.loc;
      let lines = 0;
      for (let line = start.line; line <= end.line; line += 1) lines += silent.has(line) ? 0 : 1;
      const own = lines - open.pop();
      if (own > max) context.report({ node, message: `H9: ${own} lines of its own; at most ${max}. Split it.` });
      // The line on which a function begins belongs to whom it is in, too.
      if (open.length > 0) open[open.length - 1] += lines - 1;
    };
    return { ':function': enter, ':function:exit': leave };
  },
};

export default defineConfig(
  globalIgnores(['dist/', '.test-build/', 'coverage/', 'test/fixtures/']),
  { linterOptions: { noInlineConfig: true } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    name: 'house rules',
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // H4. Types.
      'no-restricted-syntax': ['error', noAssertion],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: 'error',
      // H6. Errors.
      '@typescript-eslint/only-throw-error': 'error',
      // Nothing that can fail is left alone.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // H9. Limits; the wish is 250.
      'max-lines': ['error', 300],

      // Where the preset and the house differ.
      // `() => port.close()` and `return tell(event)` read well where nothing is expected back.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Factories return closures: there is no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // The doors check at run time what the types promise, because JavaScript calls them too.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A type parameter that only the caller knows: the result of a sub-pipeline, the params of a placeholder.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    name: 'src',
    files: ['src/**/*.{ts,tsx}'],
    plugins: { house: { rules: { 'max-own-lines': maxOwnLines } } },
    rules: {
      'no-restricted-syntax': ['error', noAssertion, noBareError],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
      'house/max-own-lines': ['error', 40],
    },
  },
  {
    name: 'bindings',
    // The one table that binds a chart to the world has a line for each effect, and nothing is decided in it.
    files: ['src/*/provide.ts'],
    rules: { 'house/max-own-lines': ['error', 60] },
  },
  {
    name: 'machines',
    files: ['machines/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noAssertionButTypes, noBareError],
      '@typescript-eslint/max-params': ['error', { max: 3 }],
    },
  },
  {
    name: 'tests, examples, and the templates of `new`',
    files: ['test/**/*.ts', 'examples/**/*.ts', 'src/cli/templates/**/*.ts'],
    rules: {
      // A handler or a stub is `async` because its contract is, also when it has nothing to await.
      '@typescript-eslint/require-await': 'off',
      // The runner of Node awaits its tests by itself.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['it', 'after'], package: 'node:test' }] },
      ],
      // `expect.any()`, `JSON.parse` and `Reflect.apply` give `any`; where it goes, an assertion looks at it.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    name: 'plain JavaScript',
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
    // No compiler knows the globals of Node here.
    rules: { 'no-undef': 'off' },
  },
  {
    name: 'CommonJS, as HKube’s own wrapper loads it',
    files: ['examples/easy-way/src/*.js'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
