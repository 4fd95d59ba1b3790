// A part of a graph: a node, all that depend on it, and beside them the nodes whose results these read. Pure.

import type { Graph, GraphNode } from '#pipeline/graph';

export interface Part {
  readonly graph: Graph;
  /** Those of its nodes that are not to run: their results have to be given. */
  readonly given: ReadonlySet<string>;
}

/** The node has to be one of the graph's. */
export function partFrom(graph: Graph, nodeName: string): Part {
  const own = withDescendants(graph, nodeName);
  const given = new Set(
    [...own].flatMap((name) => [...(graph.get(name)?.parents ?? [])]).filter((name) => !own.has(name)),
  );
  const nodes = [...graph].flatMap(([name, node]): [string, GraphNode][] => {
    if (own.has(name)) return [[name, node]];
    return given.has(name) ? [[name, withoutParents(node, own)]] : [];
  });
  return { graph: new Map(nodes), given };
}

function withDescendants(graph: Graph, nodeName: string): ReadonlySet<string> {
  const found = new Set([nodeName]);
  // What is added while it goes is gone through, too.
  for (const name of found) for (const child of graph.get(name)?.children ?? []) found.add(child);
  return found;
}

function withoutParents(node: GraphNode, own: ReadonlySet<string>): GraphNode {
  const none = new Set<string>();
  const children = new Set([...node.children].filter((name) => own.has(name)));
  return { ...node, parents: none, awaited: none, followed: none, children };
}
