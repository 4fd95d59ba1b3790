// Whether spans leave this process, and where to: what OpenTelemetry's standard variables say, and HKube's own. Nothing is loaded
// to find out.

/** Where spans go. */
export type TracingSettings =
  | { readonly kind: 'off'; /** Why, where somebody has asked for them. */ readonly problem: string | null }
  /** `url`: null leaves it to the standard variables, as the exporter reads them. */
  | { readonly kind: 'otlp'; readonly url: string | null };

type Environment = Readonly<Record<string, string | undefined>>;

const OFF: TracingSettings = { kind: 'off', problem: null };
/** The port of OTLP over HTTP, which Jaeger and every collector listens on. */
const OTLP_PORT = 4318;
const PROTOCOL = 'http/protobuf';

const off = (problem: string): TracingSettings => ({ kind: 'off', problem: `nothing is traced: ${problem}` });

/** Reads the variables. What cannot be done turns tracing off, with words: no algorithm fails for its traces. */
export function tracingSettings(env: Environment): TracingSettings {
  const get = (name: string): string | undefined => env[name]?.trim() || undefined;
  if (get('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return OFF;
  const exporters = get('OTEL_TRACES_EXPORTER')
    ?.split(',')
    .map((name) => name.trim());
  if (exporters?.includes('none')) return OFF;
  if (exporters && !exporters.includes('otlp'))
    return off(
      `OTEL_TRACES_EXPORTER=${exporters.join(',')} is not built in. Use otlp, or give options.tracerProvider.`,
    );
  return endpointOf(get, exporters !== undefined);
}

function endpointOf(get: (name: string) => string | undefined, isAsked: boolean): TracingSettings {
  const named = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].find((name) => get(name));
  const agent = get('JAEGER_AGENT_SERVICE_HOST');
  if (named === undefined && !isAsked && agent === undefined) return OFF;
  const protocol = get('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? get('OTEL_EXPORTER_OTLP_PROTOCOL') ?? PROTOCOL;
  if (protocol !== PROTOCOL)
    return off(
      `the protocol ${protocol} is not built in. Set OTEL_EXPORTER_OTLP_PROTOCOL=${PROTOCOL} and the port of OTLP over HTTP, usually ${OTLP_PORT}.`,
    );
  if (named !== undefined) {
    const endpoint = get(named) ?? '';
    if (!isHttp(endpoint))
      return off(`${named}: expected a URL such as http://localhost:${OTLP_PORT}, got ${shown(endpoint)}.`);
    return { kind: 'otlp', url: null };
  }
  if (agent === undefined) return { kind: 'otlp', url: null };
  const url = `http://${agent.includes(':') && !agent.startsWith('[') ? `[${agent}]` : agent}:${OTLP_PORT}/v1/traces`;
  return isHttp(url)
    ? { kind: 'otlp', url }
    : off(`JAEGER_AGENT_SERVICE_HOST: expected a host name, got ${shown(agent)}.`);
}

/** Without what may be a password in it. */
const shown = (address: string): string => JSON.stringify(address.replace(/^.*@/s, '…@').replace(/\?.*$/s, '?…'));

function isHttp(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** The name under which people find what this process does; undefined: the standard variables say none. */
export function serviceNameIn(env: Environment): string | undefined {
  const attribute = /(?:^|,)\s*service\.name\s*=\s*([^,]+)/.exec(env.OTEL_RESOURCE_ATTRIBUTES ?? '')?.[1]?.trim();
  return env.OTEL_SERVICE_NAME?.trim() || attribute || undefined;
}

const API = Symbol.for('opentelemetry.js.api.1');

/** Whether anybody, we included, has registered this for the libraries of this process. OpenTelemetry's api keeps it here. */
export function isRegistered(what: 'trace' | 'context' | 'propagation'): boolean {
  const api: unknown = Reflect.get(globalThis, API);
  return typeof api === 'object' && api !== null && what in api;
}
