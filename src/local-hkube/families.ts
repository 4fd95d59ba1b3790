// Which run has come of which, as long as the first of them is on its way: sub-pipelines, and what they ask for in turn.

import type { JobTree } from '#descriptors/job';

export interface Families {
  enter(run: Omit<JobTree, 'children'>, parentJobId: string | null): void;
  of(jobId: string): JobTree | undefined;
  /** It is over: what has come of it until now. Whoever stands above it goes on knowing it. */
  leave(jobId: string): JobTree | undefined;
}

// As an interface it would be no JobTree: those have no index.
type Member = Omit<JobTree, 'children'> & { readonly children: Member[] };

interface Family {
  size: number;
}

/** How many runs of one family are remembered; the later ones are not. */
const LIMIT = 1_000;

export function createFamilies(): Families {
  const members = new Map<string, { readonly member: Member; readonly family: Family }>();
  return {
    enter: ({ name, jobId }, parentJobId) => {
      const member: Member = { name, jobId, children: [] };
      const above = parentJobId === null ? undefined : members.get(parentJobId);
      const family = above?.family ?? { size: 0 };
      family.size += 1;
      if (family.size <= LIMIT) above?.member.children.push(member);
      members.set(jobId, { member, family });
    },
    of: (jobId) => members.get(jobId)?.member,
    leave: (jobId) => {
      const { member } = members.get(jobId) ?? {};
      members.delete(jobId);
      return member;
    },
  };
}
