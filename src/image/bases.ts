// The images that an image begins with: Node's and Python's own, or the one that somebody asks for.

import { RuntimeError } from '#errors';

export interface Bases {
  /** Where packages are installed: it has compilers. */
  readonly build: string;
  readonly final: string;
  /** Somebody else’s image may have a user of its own, who may not install. */
  readonly asRoot: readonly string[];
  readonly isOurs: boolean;
}

/** LTS since October 2026, and maintained until April 2029. */
const NODE = 'node:26';
/** The newest one that the tests of Python’s host run with. */
const PYTHON = 'python:3.13';
export const SLIM_NODE = `${NODE}-slim`;

export const nodeBases = (asked?: string): Bases => basesOf(NODE, asked);
export const pythonBases = (asked?: string): Bases => basesOf(PYTHON, asked);

function basesOf(usual: string, asked: string | undefined): Bases {
  if (asked === undefined) return { build: usual, final: `${usual}-slim`, asRoot: [], isOurs: true };
  if (!/^[a-z0-9][\w./:@-]*$/i.test(asked)) {
    const shown = JSON.stringify(asked);
    throw new RuntimeError('INVALID_USAGE', `base image ${shown}: expected the name of one, such as ${usual}-slim.`);
  }
  const need = needOf(asked);
  if (need !== undefined) throw new RuntimeError('INVALID_USAGE', `base image ${asked}: the runtime needs ${need}.`);
  return { build: asked, final: asked, asRoot: ['USER root'], isOurs: false };
}

/** What a tag says of an image that is too old; of others it takes a build to know. */
function needOf(image: string): string | undefined {
  const [, language, major = '', minor = '99'] = /(?:^|\/)(node|python):(\d+)(?:\.(\d+))?/.exec(image) ?? [];
  if (language === 'node' && Number(major) < 20) return `Node 20.19 or later, such as ${NODE}-slim`;
  if (language === 'node' && Number(major) === 20 && Number(minor) < 19)
    return `Node 20.19 or later, such as ${NODE}-slim`;
  const isOld = Number(major) < 3 || (Number(major) === 3 && Number(minor) < 8);
  return language === 'python' && isOld ? `Python 3.8 or later, such as ${PYTHON}-slim` : undefined;
}
