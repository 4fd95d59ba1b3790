// Secrets in texts, and by the names of fields: what is masked, what is not, and that no text takes long.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, maskSecrets } from '#model/mask';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.s5_c-kA';
const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC+/=\n-----END RSA PRIVATE KEY-----';

describe('a text is masked', () => {
  it.each([
    ['password=hunter2 at db', 'password=*** at db'],
    ['mypassword: hunter2, and more', 'mypassword: ***, and more'],
    ['?access_token=abc&page=2', '?access_token=***&page=2'],
    ['accessToken=abc dbPassword: def', 'accessToken=*** dbPassword: ***'],
    ['AWS_SECRET_ACCESS_KEY=abc/def+1', 'AWS_SECRET_ACCESS_KEY=***'],
    ['{"clientSecret":"a\\"b c","id":1}', '{"clientSecret":"***","id":1}'],
    ['password: "two words" then', 'password: "***" then'],
    ["{ password: 'it is, so', user: 'me' }", "{ password: '***', user: 'me' }"],
    ['password: "cut in the mid', 'password: "***'],
    ['password: "cut\nuser: me', 'password: "***\nuser: me'],
    ['{"body":"{\\"apiKey\\":\\"a b\\\\\\"c\\",\\"n\\":1}"}', '{"body":"{\\"apiKey\\":\\"***\\",\\"n\\":1}"}'],
    ['{"body":"password=abc"}', '{"body":"password=***"}'],
    ['"{\\"url\\":\\"?token=abc\\"}"', '"{\\"url\\":\\"?token=***\\"}"'],
    ["'password' => 'a b', pwd := x", "'password' => '***', pwd := ***"],
    ['user[password]=abc&x=1', 'user[password]=***&x=1'],
    ['config["secret"] = "x y"', 'config["secret"] = "***"'],
    ['passwords: ["a", "b"], n: 1', 'passwords: [***], n: 1'],
    ['passphrase : abc', 'passphrase : ***'],
    ['API key: abc, the key: b', 'API key: ***, the key: b'],
    ['cookie: a=b; c="d e"; f=g\nhost: x', 'cookie: ***\nhost: x'],
    ["curl -H 'Set-Cookie: a=b; Path=/' http://x", "curl -H 'Set-Cookie: ***' http://x"],
    ['Authorization: Bearer abcdefghij!', 'Authorization: Bearer ***'],
    ['Authorization: Token abc def', 'Authorization: Token *** def'],
    ['Authorization: Digest username="a", response="b"\nx: y', 'Authorization: ***\nx: y'],
    ['authorizationHeader: Basic abc', 'authorizationHeader: Basic ***'],
    ['authorization: abc def', 'authorization: ***'],
    ['sent with basic dXNlcjpwYXNz, and', 'sent with basic ***, and'],
    ['secret:\n  abc', 'secret:\n  ***'],
    ['redis://:hunter2@host/0', 'redis://:***@host/0'],
    ['postgres://me:hunter2@db/x', 'postgres://me:***@db/x'],
    [
      'amqp://me:p@ss:w@host, {"url":"amqp://a:b@c","mail":"d@e"}',
      'amqp://me:***@host, {"url":"amqp://a:***@c","mail":"d@e"}',
    ],
    ['amqp://me:p/ss/w@host/x', 'amqp://me:***@host/x'],
    [`token ${JWT}.`, 'token ***'],
    ['AKIAIOSFODNN7EXAMPLE', '***'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '***'],
    ['github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz', '***'],
    ['AIzaSyA-1234567890abcdefghijklmnopqrstu', '***'],
    ['xoxb-123456789012-abcdef', '***'],
    [`key: ${KEY} end`, 'key: -----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY----- end'],
    [JSON.stringify({ privateKey: KEY, n: 1 }), '{"privateKey":"***","n":1}'],
    [KEY.slice(0, 50), '-----BEGIN RSA PRIVATE KEY-----***'],
  ])('%s', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
    expect(maskSecrets(masked)).toBe(masked);
  });

  it.each([
    'at run (file:///home/me/token-count.ts:12:34)',
    'tokens: 12, maxTokens=30, tokenCount: 4, keyboard: qwerty, monkey=1, key: value, passed: 3, passenger: me',
    'http://localhost:3030/a@1.2.3 and http://[::1]:80/x@y and https://host:4873/@scope/pkg',
    'http://localhost:port/a@b git+ssh://git@github.com:me/repo@v1 file:///a:b/c@d',
    'credentials: { user: me }',
    'credentials:\n  user: me',
    'password=, secret:',
    'https://host/path?q=a:b@c',
    'eyJust a word, sk-short, AIza, ghp_x',
  ])('but not %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });
});

describe('a field is a secret by its name', () => {
  it.each(
    [
      'password dbPassword DB_PASSWORD db.password password2 newPasswordConfirm passwd pwd pass dbPass passphrase sshPassphrase',
      'token accessToken access_token authToken refreshToken idToken X-Auth-Token accesstoken accessTokens npm_config_authToken',
      'secret clientSecret client_secret CLIENTSECRET secrets secretKey awsSecretAccessKey AWS_SECRET_ACCESS_KEY jwtSecret',
      'apiKey apikey APIKey api_key x-api-key apiKeys sshKey privateKey private-key private_key_data encryptionKey accountKey',
      'cookie set-cookie Cookies sessionCookie jwt authorization Proxy-Authorization credentials credential creds jwtValue',
    ].flatMap((names) => names.split(' ')),
  )('%s', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each(
    [
      'tokens maxTokens tokenCount tokenize tokenizer numTokens promptTokens firstToken eosToken costPerToken tokenId',
      'keyboard monkey key keys keyCode publicKey primaryKey foreignKey cacheKey donkey hockey',
      'passed passenger compass bypass passes firstPass passCount password_length secretary secretName author authorized',
      'cookieConsent credentialsUrl n __proto__ $',
    ].flatMap((names) => [...names.split(' '), '']),
  )('%j is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('M1: whatever a text repeats, it is masked in a moment', () => {
  const fill = (part: string, before = '', after = ''): string =>
    before + part.repeat(Math.ceil(200_000 / part.length)) + after;
  const parts = [
    ...[
      'a',
      'A',
      'aB',
      '-',
      '.',
      '+',
      ' ',
      '\n',
      '"',
      "'",
      '`',
      '\\',
      '\\"',
      '[',
      ']',
      '{',
      ':',
      '=',
      '/',
      '@',
      '_',
      '9',
      ';',
    ],
    ...[
      'ab-',
      'a.',
      'a+',
      'a:',
      'a=',
      'a :',
      '" :',
      ' :',
      '="',
      "='",
      '";',
      ':b@',
      '@b',
      'b/',
      ':/',
      '://',
      '://a',
      '://a:',
      '://a:b',
    ],
    ...[
      '://a:b/',
      '://a:b@',
      '://a:b/c@',
      'basic ',
      'basic',
      'bearer ',
      'token',
      'token:',
      'token: ',
      'token:"',
      'token=\\"',
      'token:[',
      'token:{',
    ],
    ...[
      'password',
      'password ',
      'password:\n',
      "password:'a",
      'password:"a"',
      'cookie:',
      'cookie: ',
      'cookie="',
      'cookie: a="b',
      'authorization',
    ],
    ...[
      'authorization:',
      'authorization: token ',
      'key:',
      'a key:',
      'api key=',
      'eyJ',
      'eyJ-',
      '-eyJ',
      'eyJaaaaa.',
      'eyJaaaaaa-',
      '.eyJaaaaaa',
    ],
    ...[
      'AKIA',
      'AIza',
      'AIza-',
      'ghp_',
      'github_pat_',
      'xoxb-',
      'sk-',
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY',
      '-----BEGIN PRIVATE KEY-----',
      '-----END',
    ],
  ];

  it.each(parts)('of %j', (part) => {
    const texts = [
      '',
      'basic: ',
      'token: ',
      'token="',
      'cookie: ',
      'eyJaaaaa',
      '://a:',
      '-----BEGIN PRIVATE KEY-----',
    ].flatMap((before) => [fill(part, before), fill(part, before, '://x:y@ token:')]);
    for (const text of texts) {
      const begin = performance.now();
      maskSecrets(text);
      isSecretName(text);
      // A megabyte takes a tenth of a second; what is not linear takes many.
      expect(performance.now() - begin, text.slice(0, 40)).toBeLessThan(1_000);
    }
  });

  it('and whatever a text is, it stays as it is when it is masked again', () => {
    const words = fc.constantFrom(
      'password',
      'apiKey',
      'Authorization',
      'Bearer abcdefghi',
      '"',
      "'",
      '\\',
      ': ',
      '=',
      ' ',
      '\n',
      ',',
      '://a:',
      '@',
      '/',
      '[',
      ']',
      'x',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 15 }), (all) => {
        const once = maskSecrets(all.join(''));
        expect(maskSecrets(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });
});
