// Does in Node what the page does: node run.mjs FOLDER MODEL, with rows as JSON on
// standard input and the answers as JSON on standard output.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const [folder, file] = process.argv.slice(2)
createRequire(import.meta.url)(folder + '/wasm_exec.js')
const go = new Go()
const { instance } = await WebAssembly.instantiate(readFileSync(folder + '/kerasrun.wasm'), go.importObject)
go.run(instance)

const loaded = kerasrunLoad(new Uint8Array(readFileSync(file)))
const model = loaded.value
const answer = { error: loaded.error }
if (model) {
	const { value, error } = model.predict(new Float32Array(JSON.parse(readFileSync(0))))
	Object.assign(answer, { input: model.input, answers: value && Array.from(value), error })
	answer.short = model.predict(new Float32Array(1)).error
	answer.wrong = model.predict('rows').error
}
process.stdout.write(JSON.stringify(answer), () => process.exit(0))
