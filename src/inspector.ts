// The public door of the inspector: what a recording holds, for programs that read one.

export { RuntimeError, type ErrorCode, type ErrorFacts } from '#errors';
export { pointsOf, type Curve, type TaskCurves } from '#inspector/curves';
export type { ActorStatus, Frame, FrameOf, Happening, Header, ScalarPoint, ScalarSeries } from '#inspector/frames';
export { createHistory, type History, type HistoryOptions } from '#inspector/history';
export type { InspectOptions } from '#inspector/options';
export { readRecording, type Recording } from '#inspector/recording';
export type { ActorView, ProcessView, Scene } from '#inspector/scene';
export type { Redact } from '#inspector/shorten';
