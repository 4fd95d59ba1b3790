// The public door of the wire: the messages of the conversation in both directions, as Zod schemas, and the encodings.

export { type Codec, Encoding, type Frame, loadCodec } from '#wire/codec';
export { connectionUrl, readConnectionTerms, StorageProtocol, type ConnectionTerms } from '#wire/connection-url';
export type { Decoded, Decoder, RawFrame, Rejection } from '#wire/decoder';
export { DEFAULT_FRAME_BYTES, encodeMessage, type Message } from '#wire/encode';
export { decodeIncoming, Incoming } from '#wire/incoming';
export { decodeOutgoing, Outgoing, RawSubPipeline, StoredSubPipeline, WireError } from '#wire/outgoing';
export { TaskData } from '#wire/task-data';
