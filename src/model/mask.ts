// Secrets in text are masked before the text leaves the process: stacks, messages of libraries and log lines quote URLs
// and options with passwords in them. Pure.
//
//   M1. Any text is masked in time that grows as its length does: whoever sends a text must not be able to hold the process up.
//   M2. Rather too much than too little: what is named like a secret is one.

import { maskNamed } from '#model/mask-named';

const MASK = '***';

/** Most texts hold nothing that could be a secret: they are not searched thoroughly. */
const suspicious =
  /pass|pwd|secret|token|key|cred|auth|cookie|bearer|basic|jwt|:\/\/|eyJ|AKIA|ASIA|AIza|gh[a-z]_|github_|glpat|npm_|xox|sk[-_]|PRIVATE/i;

/** It may be cut before its end. */
const privateKey = /(-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----)[^]*?(?=-----END|$)/g;

// Each keeps its first group and masks what follows it. No pattern may begin in the midst of what it runs over (M1).
const patterns: readonly RegExp[] = [
  /(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  // `scheme://user:password@`; an @ in the password, too.
  /(:\/\/[^\s/:@]*:)[^\s/@]+(?:@[^\s/@"'`<>,;()[\]{}]+){0,4}(?=@)/g,
  // … and a slash; `host:port/path@version` is an address.
  /(:\/\/[^\s/:@[\]]+:)(?!\d+\/|port\/)[^\s/@"'`<>,;()[\]{}$]+\/[^\s@"'`<>,;]{1,100}(?=@)/gi,
  // Tokens that tell by themselves what they are: of the web, of AWS, Google, GitHub, GitLab, npm, Slack, Stripe and others.
  /((?<![\w-]))eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){1,3}/g,
  /(\b)A[KS]IA[\dA-Z]{16}\b/g,
  /(\b)AIza[\w-]{30,}/g,
  /(\b)(?:gh[a-z]_|github_pat_|npm_)\w{20,}/g,
  /(\b)(?:glpat-|sk-|[rs]k_(?:live|test)_)[\w-]{16,}/g,
  /(\b)xox[a-z]-[\w-]{8,}/g,
];

/** `text` with passwords, tokens, keys, cookies and credentials in URLs replaced by `***`. */
export function maskSecrets(text: string): string {
  if (!suspicious.test(text)) return text;
  const named = maskNamed(text.replace(privateKey, `$1${MASK}`), { mask: MASK, isSecretName });
  return patterns.reduce((masked, pattern) => masked.replace(pattern, `$1${MASK}`), named);
}

// A name is read as the words that it is made of: `dbPassword` and `AWS_SECRET_ACCESS_KEY` are secrets, `tokenCount`, `monkey` and
// `passenger` are none.

/** So much of the end of a name is looked at: what is longer is no name. */
const LONGEST_NAME = 100;
/** At case changes (`APIKey` is `api`, `key`), digits and all else. */
const word = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** A secret whatever stands before it. */
const secrets = setOf(
  'password passwords passwd pwd passphrase passphrases passcode secret secrets jwt jwts cookie cookies credential credentials creds authorization bearer dbpass userpass',
);
/** People also write words together: `mypassword`, `accesstoken`. */
const secretEnding =
  /(?:password|passwd|pwd|passphrase|secret|token|(?:api|access|secret|private|ssh)keys?|credentials?|authorization)$/;
/** What a key, or several tokens, must be of to be secret. */
const ofKeys = setOf(
  'api access secret private ssh account auth encryption signing master shared deploy client server admin root aes rsa gpg pgp hmac',
);
const ofTokens = setOf('access auth refresh api bearer session id csrf xsrf security secret oauth personal');
/** `firstPass` and `costPerToken`: runs over something, and words of a language. */
const plainBefore = setOf(
  'first second third last next previous single one two multi final per eos bos pad unk mask sep cls stop max min',
);
/** They say of a secret how it is written, or which one it is. */
const trailing = setOf(
  'value string data plain old new current confirm confirmation repeat hash encrypted encoded base raw header env',
);

/** Whether what goes by this name is to be hidden. */
export function isSecretName(name: string): boolean {
  const words = name.slice(-LONGEST_NAME).match(word) ?? [];
  let last = words.length - 1;
  while (last > 0 && trailing.has(lower(words[last]))) last -= 1;
  const said = lower(words[last]);
  const before = lower(words[last - 1]);
  if (secrets.has(said)) return true;
  if (said === 'key' || said === 'keys') return ofKeys.has(before);
  if (said === 'tokens') return ofTokens.has(before);
  if (said === 'pass' || said === 'token') return !plainBefore.has(before);
  return secretEnding.test(said);
}

const lower = (text: string | undefined): string => text?.toLowerCase() ?? '';
