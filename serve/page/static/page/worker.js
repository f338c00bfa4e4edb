// The thread in which the program runs. It is fetched packed, from any host: some
// unpack what ends in .gz on the way, so its first bytes say what it is.

'use strict'

importScripts('wasm_exec.js')

const failed = error => postMessage({ failed: `The program does not run: ${error.message ?? error}` })

async function program() {
  const response = await fetch('kerasrun.wasm.gz')
  if (!response.ok) throw new Error(`kerasrun.wasm.gz: the host answered ${response.status}`)
  const data = await response.arrayBuffer()
  const packed = new Uint8Array(data, 0, 2)
  const body = packed[0] === 0x1f && packed[1] === 0x8b ? new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip')) : data
  return WebAssembly.instantiateStreaming(new Response(body, { headers: { 'Content-Type': 'application/wasm' } }), go.importObject)
}

const go = new Go()
self.kerasrunReady = () => postMessage({ ready: true })

const text = new TextEncoder()

onmessage = ({ data: { id, method, path, body } }) => {
  const bytes = typeof body === 'string' ? text.encode(body) : new Uint8Array(body ?? 0)
  self.kerasrunAsk(method, path, bytes, (status, answer) => postMessage({ id, status, text: answer }))
}

program().then(({ instance }) => go.run(instance)).then(() => failed('it has ended'), failed)
