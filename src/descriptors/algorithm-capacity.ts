// Whether any machine of a cluster could ever hold an algorithm; what is free on it is another matter. Pure.

import { memoryInMi } from '#descriptors/memory';

/** All that a machine has. */
export interface NodeCapacity {
  /** In cores. */
  readonly cpu: number;
  /** In Mi. */
  readonly mem: number;
  readonly gpu: number;
}

interface Asked {
  readonly cpu: number;
  readonly mem: string;
  readonly gpu?: number | null | undefined;
}

const RESOURCES = ['cpu', 'mem', 'gpu'] as const;

/** In HKube's words, what every machine has too little of; undefined if one of them will do, or none is known. */
export function capacityProblem({ cpu, mem, gpu }: Asked, nodes: readonly NodeCapacity[]): string | undefined {
  const asked = { cpu, mem: memoryInMi(mem), gpu: gpu ?? 0 };
  const lacks = (node: NodeCapacity) => RESOURCES.filter((name) => asked[name] > node[name]);
  if (nodes.length === 0 || nodes.some((node) => lacks(node).length === 0)) return undefined;
  const short = RESOURCES.flatMap((name) => {
    const details = nodes.flatMap((node, index) =>
      lacks(node).includes(name) ? [`node${index + 1}: ${node[name]}`] : [],
    );
    return details.length > 0 ? [`${name}(${details.join(', ')})`] : [];
  });
  return `maximum capacity exceeded ${short.join(', ')}`;
}
