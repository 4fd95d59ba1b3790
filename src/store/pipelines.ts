// The stored pipelines: those that were sent, each in a folder of its own, and those that lie in a folder of the user. They are in memory
// too, so that a run finds them at once.
//
//   H4. A file is the former one or the new one, also if this process is killed.
//   H5. One that was sent goes before one of its name that lies in a folder; when it is deleted, that one is there again.
//   H6. Changes are made one after the other.

import { RuntimeError } from '#errors';
import { checkPipeline, type RawPipeline } from '#descriptors/pipeline';
import type { StoredPipeline } from '#descriptors/stored-pipeline';
import { createId } from '#model/create-id';
import { createPipelineShelf } from '#store/pipeline-shelf';

export interface PipelineStore extends Pick<ReadonlyMap<string, StoredPipeline>, 'get' | 'keys' | 'values'> {
  /** It is no mere document of a folder. */
  isSent(name: string): boolean;
  /** Reads what is on the disk. */
  open(): Promise<void>;
  /**
   * Rejects with `INVALID_DESCRIPTOR`, with `NOT_FOUND` for algorithms that are not there, and with HKube's 409 if it is there and may not
   * be overwritten.
   */
  insert(document: unknown, options?: { readonly overwrite?: boolean }): Promise<StoredPipeline>;
  /** Rejects like `insert`, and with `NOT_FOUND`. */
  update(document: unknown): Promise<StoredPipeline>;
  /** Rejects with `NOT_FOUND`, and with `INVALID_CALL` for one that lies in a folder. */
  delete(name: string): Promise<void>;
  /** Markdown. Rejects with `NOT_FOUND`. */
  readme(name: string): Promise<string>;
  /** Rejects with `NOT_FOUND` for a pipeline that is not there. */
  writeReadme(name: string, text: string): Promise<void>;
  /** Rejects with `NOT_FOUND`. */
  deleteReadme(name: string): Promise<void>;
}

export interface PipelineStoreOptions {
  /** Such as `.hkube/local/store`; null: they are kept as long as this process lives. */
  readonly folder: string | null;
  /** Those of the user's folder. */
  readonly found: ReadonlyMap<string, RawPipeline>;
  /** Throws for one that could never run. */
  readonly check: (pipeline: RawPipeline) => void;
}

const VERSION_LENGTH = 10;
/** How many changes of a pipeline are remembered. */
const AUDITED = 100;

export function createPipelineStore({ folder, found, check }: PipelineStoreOptions): PipelineStore {
  const shelf = createPipelineShelf(folder);
  const sent = new Map<string, StoredPipeline>();
  let last: Promise<unknown> = Promise.resolve();

  /** H6 */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  const get = (name: string): StoredPipeline | undefined => sent.get(name) ?? found.get(name);
  const names = (): Set<string> => new Set([...found.keys(), ...sent.keys()]);

  function existing(name: string): StoredPipeline {
    const pipeline = get(name);
    if (pipeline) return pipeline;
    throw notFound('pipeline', name);
  }

  async function write(pipeline: RawPipeline, before: StoredPipeline | undefined): Promise<StoredPipeline> {
    const modified = Date.now();
    const version = createId(VERSION_LENGTH);
    const auditTrail = [{ timestamp: modified, version }, ...(before?.auditTrail ?? [])].slice(0, AUDITED);
    const stored = { ...pipeline, created: before?.created ?? modified, modified, version, auditTrail };
    await shelf.write(stored);
    sent.set(stored.name, stored);
    return stored;
  }

  function checked(document: unknown): RawPipeline {
    const pipeline = checkPipeline(withoutStoring(document), 'pipeline');
    check(pipeline);
    return pipeline;
  }

  return {
    get,
    keys: () => names().values(),
    values: () => [...names()].flatMap((name) => get(name) ?? []).values(),
    isSent: (name) => sent.has(name),
    open: async () => {
      for (const pipeline of await shelf.readAll()) sent.set(pipeline.name, pipeline);
    },
    insert: (document, { overwrite = false } = {}) =>
      inTurn(async () => {
        const pipeline = checked(document);
        const before = get(pipeline.name);
        if (before && !overwrite) throw exists(pipeline.name);
        return write(pipeline, before);
      }),
    update: (document) =>
      inTurn(async () => {
        const pipeline = checked(document);
        return write(pipeline, existing(pipeline.name));
      }),
    delete: (name) =>
      inTurn(async () => {
        existing(name);
        if (!sent.has(name)) throw isOfFolder(name);
        await shelf.remove(name);
        sent.delete(name);
      }),
    readme: async (name) => {
      const text = await shelf.readme(name);
      if (text !== undefined) return text;
      throw notFound('readme', name);
    },
    writeReadme: (name, text) =>
      inTurn(async () => {
        existing(name);
        await shelf.writeReadme(name, text);
      }),
    deleteReadme: (name) =>
      inTurn(async () => {
        if (!(await shelf.removeReadme(name))) throw notFound('readme', name);
      }),
  };
}

/** What a document says of its storing is not the sender's affair. */
function withoutStoring(document: unknown): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  const own = new Set(['created', 'modified', 'version', 'auditTrail']);
  return Object.fromEntries(Object.entries(document).filter(([key]) => !own.has(key)));
}

/** HKube's words, as in the next one. */
function notFound(what: 'pipeline' | 'readme', name: string): RuntimeError {
  return new RuntimeError('NOT_FOUND', `${what} ${name} Not Found`, { facts: { name } });
}

function exists(name: string): RuntimeError {
  return new RuntimeError('INVALID_CALL', `pipeline ${name} already exists`, { facts: { name, status: 409 } });
}

function isOfFolder(name: string): RuntimeError {
  const remedy = 'Remove its document there, and start local HKube again.';
  const words = `pipeline ${name} lies in the folder of pipelines, and was not sent. ${remedy}`;
  return new RuntimeError('INVALID_CALL', words, { facts: { name } });
}
