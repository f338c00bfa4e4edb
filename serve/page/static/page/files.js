// Files as inputs: pictures and NumPy arrays. Each gives {text, about}, the JSON of
// the input and what to say of it.

import { nest, size } from './values.js'

const kinds = {
  f4: DataView.prototype.getFloat32, f8: DataView.prototype.getFloat64, i1: DataView.prototype.getInt8, u1: DataView.prototype.getUint8,
  i2: DataView.prototype.getInt16, u2: DataView.prototype.getUint16, i4: DataView.prototype.getInt32, u4: DataView.prototype.getUint32,
  i8: DataView.prototype.getBigInt64, u8: DataView.prototype.getBigUint64, b1: DataView.prototype.getUint8,
}

// array reads a .npy of version 1 to 3.
export function array(port, buffer) {
  const bytes = new DataView(buffer)
  if (buffer.byteLength < 12 || bytes.getUint32(0) !== 0x934e554d) throw new Error('wanted a .npy file, received something else')
  const wide = bytes.getUint8(6) > 1
  const from = wide ? 12 : 10
  const length = wide ? bytes.getUint32(8, true) : bytes.getUint16(8, true)
  const header = new TextDecoder().decode(new Uint8Array(buffer, from, Math.min(length, buffer.byteLength - from)))
  const [, order, kind] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? []
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1].split(',').map(s => s.trim()).filter(Boolean).map(Number)
  const take = kinds[kind]
  if (!take || !shape) throw new Error(`.npy: wanted numbers, received ${header.trim().slice(0, 80)}`)
  if (/'fortran_order':\s*True/.test(header)) throw new Error('.npy: wanted row-major order, received column-major: save it with numpy.ascontiguousarray')
  const n = size(shape), width = Number(kind[1])
  if (buffer.byteLength - from - length < n * width) throw new Error(`.npy: wanted ${n * width} bytes of numbers, received ${buffer.byteLength - from - length}`)
  const values = Array.from({ length: n }, (_, i) => take.call(bytes, from + length + i * width, order !== '>'))
  const row = shape.length === port.shape.length - 1
  const text = nest(values.map(v => port.type === 'bool' ? String(Boolean(v)) : String(v)), row ? [1, ...shape] : shape)
  return { text, about: `array (${shape.join(', ')})` }
}

// takesPictures reports whether an input is made of pictures.
export const takesPictures = port => port.shape.length === 4 && [1, 3, 4].includes(port.shape[3]) && !port.type.startsWith('s')

export const scales = { '0 to 255': v => v, '0 to 1': v => v / 255, '-1 to 1': v => v / 127.5 - 1 }

// picture reads an image, resized by the browser to what the model takes.
export async function picture(port, file, scale) {
  const [, h, w, channels] = port.shape
  const bitmap = await createImageBitmap(file).catch(() => { throw new Error(`${file.name}: wanted a picture, received something else`) })
  const height = h ?? bitmap.height, width = w ?? bitmap.width
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  const { data } = context.getImageData(0, 0, width, height)
  const values = []
  for (let i = 0; i < data.length; i += 4) {
    const pixel = channels === 1 ? [0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]] : [...data.slice(i, i + channels)]
    for (const v of pixel) values.push(String(port.type.startsWith('int') ? Math.round(scales[scale](v)) : Math.fround(scales[scale](v))))
  }
  return { text: nest(values, [1, height, width, channels]), about: `picture ${width} × ${height}, ${channels} channels, ${scale}` }
}
