// What GitHub and GitLab say when somebody has pushed, and which repositories of algorithms are meant. Pure.

import * as z from 'zod/mini';
import type { GitRepository } from '#builds/git';

/** A push to a branch. */
export interface Push {
  /** The repository goes by each of these. */
  readonly urls: readonly string[];
  readonly branchName: string;
  readonly commit: {
    readonly id: string;
    readonly timestamp?: string | undefined;
    readonly message?: string | undefined;
  };
}

const text = z.optional(z.string());
const commit = z.looseObject({ id: z.string(), timestamp: text, message: text });

const GithubPush = z.looseObject({
  ref: z.string(),
  /** Null where the branch was deleted. */
  head_commit: z.nullish(commit),
  repository: z.looseObject({ url: text, html_url: text, clone_url: text, git_url: text }),
});
const GitlabPush = z.looseObject({
  object_kind: z.literal('push'),
  ref: z.string(),
  /** Null where the branch was deleted. */
  checkout_sha: z.nullish(z.string()),
  commits: z._default(z.array(commit), []),
  project: z.looseObject({ git_http_url: text, http_url: text, web_url: text }),
});

/** Undefined for what starts no build: another event, a tag, a branch that was deleted. */
export function githubPush(event: unknown): Push | undefined {
  const { data } = GithubPush.safeParse(event);
  const branchName = branchOf(data?.ref);
  if (!data?.head_commit || branchName === undefined) return undefined;
  const { url, html_url, clone_url, git_url } = data.repository;
  return { urls: given(url, html_url, clone_url, git_url), branchName, commit: partsOf(data.head_commit) };
}

export function gitlabPush(event: unknown): Push | undefined {
  const { data } = GitlabPush.safeParse(event);
  const branchName = branchOf(data?.ref);
  const id = data?.checkout_sha;
  if (!data || !id || branchName === undefined) return undefined;
  const { git_http_url, http_url, web_url } = data.project;
  const head = data.commits.find((one) => one.id === id);
  return { urls: given(git_http_url, http_url, web_url), branchName, commit: head ? partsOf(head) : { id } };
}

/** Whether an algorithm follows what was pushed to. One that is bound to a tag follows no branch. */
export function isPushOf({ urls, branchName }: Push, repository: GitRepository): boolean {
  const { url, tag, branchName: followed = 'master' } = repository;
  return tag === undefined && followed === branchName && urls.some((one) => nameOf(one) === nameOf(url));
}

const branchOf = (ref: string | undefined): string | undefined => /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1];

const given = (...urls: readonly (string | undefined)[]): string[] => urls.filter((url) => url !== undefined);

const partsOf = ({ id, timestamp, message }: z.output<typeof commit>): Push['commit'] => ({ id, timestamp, message });

/** The same text for the ways in which people write one address: with a login, `.git`, capital letters of the host. */
function nameOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/(\.git)?\/*$/, '')}`;
}
