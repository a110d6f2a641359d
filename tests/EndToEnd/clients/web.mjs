// web.mjs serve PORT FILE: GET /big sends the file, PUT /hash answers with the SHA-256 of the body, an upgrade to
// websocket gets an echo. web.mjs echo PORT: a client that checks that echo. No packages.
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import http from 'node:http';

const [mode, port, file] = process.argv.slice(2);
const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

/** One unfragmented frame; clients mask (RFC 6455, 5.3), servers do not. */
function frame(opcode, payload, mask) {
  const length = payload.length;
  const head = length < 126 ? Buffer.from([0x80 | opcode, length])
    : length < 65536 ? Buffer.from([0x80 | opcode, 126, length >> 8, length & 255])
      : Buffer.concat([Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0]), u32(length)]);
  if (!mask) return Buffer.concat([head, payload]);
  const key = randomBytes(4);
  head[1] |= 0x80;
  return Buffer.concat([head, key, payload.map((byte, i) => byte ^ key[i & 3])]);
}

function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** Calls onFrame for every whole frame that has arrived. */
function read(socket, first, onFrame) {
  let parts = [first], have = first.length;
  const drain = () => {
    let held = Buffer.concat(parts);
    for (;;) {
      if (held.length < 2) break;
      const short = held[1] & 127, masked = held[1] >> 7;
      const start = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
      if (held.length < start + 4 * masked) break;
      const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? Number(held.readBigUInt64BE(2)) : short;
      const end = start + 4 * masked + length;
      if (held.length < end) break;
      let payload = held.subarray(end - length, end);
      if (masked) {
        const key = held.subarray(start, start + 4);
        payload = payload.map((byte, i) => byte ^ key[i & 3]);
      }
      onFrame(held[0] & 15, Buffer.from(payload));
      held = held.subarray(end);
    }
    parts = [held];
    have = held.length;
  };
  socket.on('data', chunk => { parts.push(chunk); have += chunk.length; drain(); });
  if (have > 0) drain();
}

function accept(key) {
  return createHash('sha1').update(key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
}

function serve() {
  const server = http.createServer((request, response) => {
    if (request.method === 'PUT') {
      const hash = createHash('sha256');
      request.on('data', chunk => hash.update(chunk)).on('end', () => response.end(hash.digest('hex')));
      return;
    }
    response.setHeader('Content-Length', statSync(file).size);
    createReadStream(file, { highWaterMark: 1 << 20 }).pipe(response);
  });
  server.on('upgrade', (request, socket, first) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
      + `Sec-WebSocket-Accept: ${accept(request.headers['sec-websocket-key'])}\r\n\r\n`);
    socket.on('error', () => {});
    read(socket, first, (opcode, payload) => {
      socket.write(frame(opcode === PING ? PONG : opcode, payload, false));
      if (opcode === CLOSE) socket.end();
    });
  });
  server.requestTimeout = 0;
  server.listen(Number(port), '127.0.0.1');
}

function echo() {
  const key = randomBytes(16).toString('base64');
  const wanted = [[TEXT, Buffer.from('hello')], [PING, Buffer.from('p')], [BINARY, randomBytes(1 << 20)],
    [TEXT, Buffer.alloc(0)], [CLOSE, Buffer.from([3, 232])]];
  const fail = why => { console.error(why); process.exit(1); };
  const request = http.request({ port, host: '127.0.0.1', headers: {
    Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Key': key, 'Sec-WebSocket-Version': 13 } });
  request.on('error', fail).on('response', () => fail('no upgrade')).on('upgrade', (response, socket, first) => {
    if (response.headers['sec-websocket-accept'] !== accept(key)) fail('wrong accept key');
    let next = 0;
    read(socket, first, (opcode, payload) => {
      const [sent, bytes] = wanted[next++];
      if (opcode !== (sent === PING ? PONG : sent) || !payload.equals(bytes)) fail(`frame ${next} differs`);
    });
    socket.on('error', fail).on('end', () => next === wanted.length
      ? (console.log('all frames came back'), process.exit(0)) : fail(`ended after ${next} frames`));
    for (const [opcode, payload] of wanted) socket.write(frame(opcode, payload, true));
  });
  request.end();
}

mode === 'serve' ? serve() : echo();
