// What HKube says of an algorithm that is not where it should be, or not ready: no affair of its document, and the same for whoever says it.

export const alreadyExists = (name: string): string => `algorithm ${name} already exists`;
export const notFound = (name: string): string => `algorithm ${name} Not Found`;
/** At a run, as long as its first build has made nothing. */
export const missingImage = (name: string): string => `missing image for algorithm ${name}`;
export const invalidGitUrl = (url: string): string => `invalid url '${url}'`;
export const emptyGitRepository = (reason: string): string => `Git Repository is empty (${reason})`;
