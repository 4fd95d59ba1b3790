// Four small algorithms in one module: the name says which one is asked for.

import type { Task } from 'algorithm-actor';

export function start({ algorithmName, input }: Task<readonly unknown[]>): unknown {
  switch (String(algorithmName)) {
    case 'split':
      return String(input[0]).split(/(?<=\.)\s+/);
    case 'count':
      return { sentence: input[0], words: String(input[0]).split(/\s+/).length };
    case 'grade':
      return Number(input[0]) > Number(input[1]) ? 'long' : 'short';
    case 'report':
      return { sentences: input[0], grades: input[1], of: input[2] };
    default:
      throw new TypeError(`no such algorithm: ${algorithmName}`);
  }
}
