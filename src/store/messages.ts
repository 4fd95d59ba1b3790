// What an apply has done, as it is told: HKube's codes, which its tools look at, and a sentence for each.

/** HKube's numbers. */
export const ApplyCode = {
  forceBuild: 1020,
  firstBuild: 1021,
  triggerBuild: 1022,
  pushed: 1023,
  versionCreated: 1024,
  noTrigger: 1025,
} as const;
export type ApplyCode = (typeof ApplyCode)[keyof typeof ApplyCode];

/** In `errors` of an algorithm: there is a version newer than the one that is current. */
export const NOT_LAST_VERSION = 901;

export interface ApplyNotes {
  readonly messages: readonly string[];
  readonly messagesCode: readonly number[];
  say(code: ApplyCode, words: string): void;
  /** What only counts here has no number of HKube's. */
  remark(words: string): void;
}

export function createNotes(): ApplyNotes {
  const messages: string[] = [];
  const messagesCode: number[] = [];
  return {
    messages,
    messagesCode,
    say: (code, words) => {
      messages.push(words);
      messagesCode.push(code);
    },
    remark: (words) => void messages.push(words),
  };
}

export const forcedBuild = (name: string): string => `a build of algorithm ${name} has begun, because it was forced`;
export const firstBuild = (name: string): string => `a first build of algorithm ${name} has begun`;
export const triggeredBuild = (name: string, changed: readonly string[]): string =>
  `a build of algorithm ${name} has begun, because of a change in ${changed.join(', ')}`;
export const noTrigger = (name: string): string =>
  `no build of algorithm ${name} is needed: nothing has changed in its code, env, commit, baseImage and dependencyInstallCmd`;
export const sameBuild = (name: string, buildId: string): string =>
  `no other build of algorithm ${name} is needed: ${buildId}, which is on its way, builds the same`;
export const pushed = (name: string): string => `algorithm ${name} was stored`;
export const versionCreated = (name: string, semver: string): string =>
  `version ${semver} of algorithm ${name} was created`;
export const notCurrent = (name: string, semver: string): string =>
  `version ${semver} of algorithm ${name} is not the current one: make it that by POST versions/algorithms/apply, or algorithm-actor versions set ${name} ${semver}`;
export const javaCannotRun = (name: string): string =>
  `algorithm ${name} is stored, but java cannot run here yet: a cluster builds and runs it`;
export const imageCannotRun = (name: string, image: string): string =>
  `algorithm ${name} is the image ${image}, and images run in a cluster only: apply it with its code`;
export const restsBehind = (name: string, file: string): string =>
  `from now on this goes before the algorithm ${name} of ${file}; delete it, and that one is back`;
export const givenGoesFirst = (name: string, file: string): string =>
  `algorithm ${name} is stored; as long as this process serves ${file}, that one runs`;
