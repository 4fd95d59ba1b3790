// Secrets in text are masked before the text leaves the process: stacks, messages of libraries and log lines quote URLs
// and options with passwords in them. Pure.

const MASK = '***';

// Each keeps its first group and masks what follows it.
const secretPatterns: readonly RegExp[] = [
  /((?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?)["']?\s*[:=]\s*["']?)[^\s"',;&}\])]+/gi,
  /((?:authorization["']?\s*[:=]\s*["']?)?\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  /(\b[a-z][a-z\d+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi,
  /(\b)AKIA[\dA-Z]{16}\b/g,
];

/** `text` with passwords, tokens, keys and credentials in URLs replaced by `***`. */
export function maskSecrets(text: string): string {
  return secretPatterns.reduce((masked, pattern) => masked.replace(pattern, `$1${MASK}`), text);
}

export const isSecretName = (name: string): boolean => /^(password|.*[-_]key|.*_token|apiKey)$/i.test(name);
