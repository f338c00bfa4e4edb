// Where requests go. start resolves to a function of method, path, body and headers
// that gives {status, text}.

export const local = document.documentElement.hasAttribute('data-local')

async function server(method, path, body, headers) {
  let response
  try {
    response = await fetch(path, { method, body, headers })
  } catch {
    throw new Error('The server does not answer.')
  }
  return { status: response.status, text: await response.text() }
}

// inWorker starts the program in a thread of its own, so that the page stays alive
// while a model computes.
function inWorker() {
  const worker = new Worker(new URL('worker.js', import.meta.url))
  const waiting = new Map()
  let last = 0
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.ready) return resolve((method, path, body) => new Promise((done, failed) => {
        waiting.set(++last, { done, failed })
        worker.postMessage({ id: last, method, path, body })
      }))
      if (data.failed) {
        const error = new Error(data.failed)
        reject(error)
        for (const w of waiting.values()) w.failed(error)
        return waiting.clear()
      }
      waiting.get(data.id)?.done(data)
      waiting.delete(data.id)
    }
    worker.onerror = e => reject(new Error(`The program did not start: ${e.message}`))
  })
}

export const start = local ? inWorker() : Promise.resolve(server)
start.catch(() => {}) // said by the first request
