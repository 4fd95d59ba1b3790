// The public door of the wire: the messages of the conversation in both directions, as Zod schemas, and the encodings.

export { type Codec, Encoding, type Frame, loadCodec } from '#wire/codec';
export { connectionUrl, readConnectionTerms, StorageProtocol, type ConnectionTerms } from '#wire/connection-url';
export { type Decoded, decodeIncoming, decodeOutgoing, type RawFrame, type Rejection } from '#wire/decode';
export { DEFAULT_FRAME_BYTES, encodeMessage, type Message } from '#wire/encode';
export { Incoming } from '#wire/incoming';
export { Outgoing, RawSubPipeline, StoredSubPipeline, WireError } from '#wire/outgoing';
export { TaskData } from '#wire/task-data';
