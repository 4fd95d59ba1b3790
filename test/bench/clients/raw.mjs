// The floor: bare `ws`, one switch, no guards, reconnects at once. Nobody should run this.
import { WebSocket } from 'ws';
import { workload } from '../workload.mjs';

const encoding = process.env.WORKER_ALGORITHM_ENCODING ?? 'json';
const { encode, decode } = await codec();
const subs = new Map();
let ws;
let input;
let ids = 0;

async function codec() {
  if (encoding === 'json') return { encode: JSON.stringify, decode: JSON.parse };
  if (encoding === 'msgpack') {
    const { Packr } = await import('msgpackr');
    const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true });
    return { encode: (message) => packr.pack(message), decode: (frame) => packr.unpack(frame) };
  }
  const { calculateObjectSize, deserialize, serialize, setInternalBufferSize } = await import('bson');
  return {
    encode: (message) => {
      setInternalBufferSize(Math.ceil(calculateObjectSize({ data: message }) * 1.1));
      return serialize({ data: message });
    },
    decode: (frame) => deserialize(frame, { promoteBuffers: true }).data,
  };
}

const send = (command, data) => ws.send(encode({ command, data }));
const api = {
  progress: (value) => send('progress', value),
  startSpan: (name, tags) => send('startSpan', { name, tags }),
  finishSpan: (end) => send('finishSpan', end),
  sub: (name, flowInput) =>
    new Promise((resolve, reject) => {
      const subPipelineId = String(++ids);
      subs.set(subPipelineId, { resolve, reject });
      send('startStoredSubPipeline', { subPipeline: { name, flowInput }, subPipelineId, includeResult: true });
    }),
};

async function start() {
  send('started');
  try {
    send('done', await workload(input, api));
  } catch (error) {
    ws.send(encode({ command: 'errorMessage', error: { code: 'Failed', message: String(error) } }));
  }
}

function onMessage(frame) {
  const { command, data } = decode(frame);
  if (command === 'initialize') {
    input = data.input;
    send('initialized');
  } else if (command === 'start') void start();
  else if (command === 'stop') send('stopped');
  else if (command === 'exit') process.exit(data?.exitCode ?? 0);
  else if (command === 'subPipelineDone') {
    subs.get(data.subPipelineId).resolve(data.response);
    subs.delete(data.subPipelineId);
  }
}

function connect() {
  ws = new WebSocket(`${process.env.WORKER_SOCKET_URL}?encoding=${encoding}&storage=v1`, {
    perMessageDeflate: false,
    maxPayload: 0,
  });
  ws.on('message', onMessage);
  ws.on('error', () => undefined);
  ws.on('close', () => setTimeout(connect, 0));
}
connect();
