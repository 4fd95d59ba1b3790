// The Dockerfile of an algorithm: this runtime is what the container runs, with the author's code and its packages beside it.
//
//   I1. What somebody else has named is never read as Dockerfile language, nor by a shell: an entry stands in a JSON array, where nothing
//       is expanded; what is copied by name has a name of ours; a base image is checked.
//   I2. It is not root that runs it, and a number says so: of a name Kubernetes cannot know it.
//   I3. No shell is between the container and the runtime: SIGTERM reaches it, and it leaves by its hooks (L14).
//   I4. Packages are installed in a stage of their own. Compilers, caches and tokens stay there.

import { type Bases, nodeBases, pythonBases, SLIM_NODE } from '#image/bases';
import type { ImageSource } from '#image/image-source';
import type { NodePackages } from '#image/node-packages';
import type { PythonPackages } from '#image/python-packages';

/** The user `node` of Node’s own images; in others nobody. */
const USER = '1000:1000';
/** Packages that are found from the code, too, because they lie above it. */
const APP = '/app';
const CODE = `${APP}/code`;
const VENV = `${APP}/venv`;

const copyCode = `COPY --chown=${USER} . .`;

/** Throws `INVALID_USAGE` for a base image that is no name of one, or too old. */
export function dockerfileOf(source: ImageSource, baseImage?: string): string {
  const { name, version, packages } = source;
  const lines =
    packages.kind === 'nodejs'
      ? nodeLines(source, packages, nodeBases(baseImage))
      : pythonLines(source, packages, pythonBases(baseImage));
  const head = `# The image of the algorithm ${name}, written by algorithm-actor ${version}. It is yours to change.`;
  return [head, ...lines, ''].join('\n');
}

function nodeLines(source: ImageSource, packages: NodePackages, { build, final, asRoot }: Bases): string[] {
  // Where the project lists the runtime, it is among its packages, at the version of its lock. Else it is installed above the code.
  const code = packages.hasRuntime ? APP : CODE;
  const secret = packages.hasSettings ? '--mount=type=secret,id=npmrc,target=/root/.npmrc ' : '';
  const isBuilt = packages.hasManifest && packages.needsCode;
  return [
    '',
    '# The packages.',
    `FROM ${build} AS packages`,
    ...asRoot,
    ...(packages.hasRuntime ? [] : installRuntime(source, secret)),
    `WORKDIR ${code}`,
    ...(packages.hasManifest ? installPackages(packages, secret) : []),
    '',
    '# The image.',
    `FROM ${final}`,
    ...asRoot,
    ...(isBuilt
      ? [`COPY --from=packages --chown=${USER} ${APP} ${APP}`, `WORKDIR ${code}`]
      : [`COPY --from=packages ${APP} ${APP}`, `WORKDIR ${code}`, copyCode]),
    'ENV NODE_ENV=production HOME=/tmp',
    ...ending([entryOf(source)]),
  ];
}

function installRuntime({ version, tarball }: ImageSource, secret = ''): string[] {
  return [
    `WORKDIR ${APP}`,
    ...(tarball === undefined ? [] : [`COPY ${tarball} ./`]),
    `RUN ${secret}npm install --omit=dev ${tarball === undefined ? `algorithm-actor@${version}` : `./${tarball}`}`,
  ];
}

function installPackages({ lock, needsCode }: NodePackages, secret: string): string[] {
  const install = lock === undefined ? 'npm install' : 'npm ci';
  // What is built when it is installed is built with all packages, as in HKube's own images.
  if (needsCode) return ['COPY . .', `RUN ${secret}${install} && npm prune --omit=dev --ignore-scripts`];
  return [`COPY package.json ${lock === undefined ? '' : `${lock} `}./`, `RUN ${secret}${install} --omit=dev`];
}

function pythonLines(source: ImageSource, packages: PythonPackages, { build, final, asRoot, isOurs }: Bases): string[] {
  const { hasRequirements, needsCode } = packages;
  return [
    '',
    '# The runtime, which Node runs.',
    `FROM ${SLIM_NODE} AS runtime`,
    ...installRuntime(source),
    ...(hasRequirements ? ['', '# The packages.', `FROM ${build} AS packages`, ...asRoot] : []),
    ...(hasRequirements ? installRequirements(needsCode, isOurs) : []),
    '',
    '# The image.',
    `FROM ${final}`,
    ...asRoot,
    '# What Node needs of the system.',
    'RUN apt-get update && apt-get install --yes --no-install-recommends libatomic1 libstdc++6 && rm -rf /var/lib/apt/lists/*',
    'COPY --from=runtime /usr/local/bin/node /usr/local/bin/node',
    `COPY --from=runtime ${APP} ${APP}`,
    ...(hasRequirements ? [`COPY --from=packages ${VENV} ${VENV}`] : []),
    `WORKDIR ${CODE}`,
    copyCode,
    'ENV NODE_ENV=production HOME=/tmp',
    ...ending([entryOf(source), ...(hasRequirements ? ['--python', VENV] : [])]),
  ];
}

function installRequirements(needsCode: boolean, isOurs: boolean): string[] {
  return [
    `WORKDIR ${CODE}`,
    needsCode ? 'COPY . .' : 'COPY requirements.txt ./',
    // What somebody else's image brings along is the reason for it.
    `RUN python3 -m venv ${isOurs ? '' : '--system-site-packages '}${VENV} && ${VENV}/bin/pip install --no-cache-dir -r requirements.txt`,
  ];
}

/** A flag is no entry. */
const entryOf = ({ entry }: ImageSource): string => (entry.startsWith('-') ? `./${entry}` : entry);

function ending(args: readonly string[]): string[] {
  const words = [`${APP}/node_modules/.bin/algorithm-actor`, 'run', ...args].map((word) => JSON.stringify(word));
  return [
    '# A number, not a name: so Kubernetes sees that it is not root (runAsNonRoot).',
    `USER ${USER}`,
    '# No shell: SIGTERM reaches the runtime. HKube says by the environment where its worker is.',
    `ENTRYPOINT [${words.join(', ')}]`,
  ];
}
