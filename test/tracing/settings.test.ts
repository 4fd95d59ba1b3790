import { describe, expect, it } from 'vitest';
import { serviceNameIn, tracingSettings } from '#tracing/settings';

const OTLP = { kind: 'otlp', url: null };
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

describe('where spans go', () => {
  it.each([
    ['nothing is set', {}, { kind: 'off', problem: null }],
    ['an endpoint', { [ENDPOINT]: 'http://collector:4318' }, OTLP],
    ['an endpoint for traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/v1/traces' }, OTLP],
    ['an exporter alone', { OTEL_TRACES_EXPORTER: 'otlp' }, OTLP],
    ['several exporters', { OTEL_TRACES_EXPORTER: 'console, otlp' }, OTLP],
    ['the protocol that is built in', { [ENDPOINT]: 'http://c', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, OTLP],
    ['an empty value is none', { [ENDPOINT]: ' ' }, { kind: 'off', problem: null }],
    ['none', { [ENDPOINT]: 'http://c', OTEL_TRACES_EXPORTER: 'none' }, { kind: 'off', problem: null }],
    ['disabled', { [ENDPOINT]: 'http://c', OTEL_SDK_DISABLED: 'TRUE' }, { kind: 'off', problem: null }],
    [
      'HKube’s agent',
      { JAEGER_AGENT_SERVICE_HOST: '10.0.0.7' },
      { kind: 'otlp', url: 'http://10.0.0.7:4318/v1/traces' },
    ],
    [
      'an agent by IPv6',
      { JAEGER_AGENT_SERVICE_HOST: 'fd00::7' },
      { kind: 'otlp', url: 'http://[fd00::7]:4318/v1/traces' },
    ],
    ['the standard before HKube’s', { JAEGER_AGENT_SERVICE_HOST: 'agent', [ENDPOINT]: 'http://c' }, OTLP],
  ])('%s', (_, env, settings) => {
    expect(tracingSettings(env)).toEqual(settings);
  });

  it.each([
    ['an exporter that is not built in', { OTEL_TRACES_EXPORTER: 'zipkin' }, /zipkin is not built in. Use otlp/],
    [
      'gRPC',
      { [ENDPOINT]: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /grpc is not built in.*http\/protobuf.*4318/,
    ],
    ['no URL, without its password', { [ENDPOINT]: 'me:secret@collector:4318?k=1' }, /got "…@collector:4318\?…"\.$/],
    ['no URL', { [ENDPOINT]: 'collector:4318' }, /OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL.*"collector:4318"/],
    ['no host', { JAEGER_AGENT_SERVICE_HOST: 'a b/c' }, /JAEGER_AGENT_SERVICE_HOST: expected a host name/],
  ])('says what is wrong: %s', (_, env, words) => {
    expect(tracingSettings(env)).toEqual({ kind: 'off', problem: expect.stringMatching(words) });
  });
});

describe('the name of the service', () => {
  it.each([
    [{}, undefined],
    [{ OTEL_SERVICE_NAME: 'own' }, 'own'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'team=x, service.name = mine ,a=b' }, 'mine'],
    [{ OTEL_SERVICE_NAME: 'own', OTEL_RESOURCE_ATTRIBUTES: 'service.name=mine' }, 'own'],
  ])('%o', (env, name) => {
    expect(serviceNameIn(env)).toBe(name);
  });
});
