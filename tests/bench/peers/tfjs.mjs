// tests/bench: TensorFlow.js on its wasm backend, written as an expert would: production mode, variables, optimizer.minimize, and round
// its two slow places. The gradient of tf.gather needs a kernel that the wasm backend lacks: lookups have a gradient by scatterND. A
// product with a transpose flag runs in a slow loop, and the gradient of matMul uses such flags: products here transpose explicitly.
import * as tf from '@tensorflow/tfjs';
import {setThreadsCount, setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {batches, firstValues, kBatches, kRate, operand, positionEncoding} from './items.mjs';

export async function start({threads}) {
  tf.enableProdMode();
  setWasmPaths('/peers/tfjs-wasm/');
  setThreadsCount(threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  await tf.ready();
}

/** n executions one after the other, then a wait by reading one element of the last result. */
const repeat = (op) => async (n) => {
  let last = null;
  for (let i = 0; i < n; ++i) {
    last?.dispose();
    last = op();
  }
  const element = tf.tidy(() => last.reshape([-1]).slice([last.size - 1], [1])), [value] = await element.data();
  tf.dispose([last, element]);
  return value;
};

export function product(item, {batch, M, K, N, transposed}) {
  const shape = (rows, columns) => (batch > 1 ? [batch, rows, columns] : [rows, columns]);
  const a = tf.tensor(operand(item, 0, batch * M * K), shape(M, K));
  const b = tf.tensor(operand(item, 1, batch * K * N), transposed ? shape(N, K) : shape(K, N));
  return repeat(() => tf.matMul(a, b, false, transposed));
}

export function softmax(item, {rows, columns}) {
  const x = tf.tensor(operand(item, 0, rows * columns), [rows, columns]);
  return repeat(() => tf.softmax(x));
}

const multiply = tf.customGrad((a, b, save) => {
  save([a, b]);
  return {value: tf.matMul(a, b), gradFunc: (dy, [x, y]) => [tf.matMul(dy, y.transpose()), tf.matMul(x.transpose(), dy)]};
});
const affine = (x, weight, bias) => multiply(x, weight).add(bias);
const lookUp = tf.customGrad((table, index, save) => {
  save([index]);
  const shape = table.shape;
  return {value: tf.gather(table, index), gradFunc: (dy, [i]) => [tf.scatterND(i.reshape([-1, 1]), dy, shape), tf.zerosLike(i)]};
});
const crossEntropy = (logits, target, V) => tf.losses.softmaxCrossEntropy(tf.oneHot(target, V), logits);

function layerNorm(x, gain, bias) {
  const centred = x.sub(x.mean(-1, true));
  return centred.mul(centred.square().mean(-1, true).add(1e-5).rsqrt()).mul(gain).add(bias);
}
const gelu = (x) => x.mul(0.5).mul(x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI)).tanh().add(1));

function lstm(gates, c) {
  const [i, f, g, o] = tf.split(gates, 4, 1);
  const next = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
  return [o.sigmoid().mul(next.tanh()), next];
}

const kModels = {
  transformer(item) {
    const {V, T, B, D, H, L} = item, K = D / H;
    const values = Float32Array.from({length: T * T}, (_, i) => (i % T > Math.floor(i / T) ? -1e9 : 0)), mask = tf.keep(tf.tensor(values, [1, 1, T, T]));
    const heads = (x) => x.reshape([B, T, H, K]).transpose([0, 2, 1, 3]);
    return (p, {x, y}) => {
      let h = lookUp(p.wte, x).reshape([B, T, D]).add(p.wpe).reshape([B * T, D]);
      for (let l = 0; l < L; ++l) {
        const at = (name) => p[`h${l}.${name}`];
        const [q, k, v] = tf.split(affine(layerNorm(h, at('ln1.g'), at('ln1.b')), at('attn.w'), at('attn.b')), 3, 1);
        const weights = tf.softmax(tf.matMul(heads(q), heads(k), false, true).mul(1 / Math.sqrt(K)).add(mask));
        const read = tf.matMul(weights, heads(v)).transpose([0, 2, 1, 3]).reshape([B * T, D]);
        h = h.add(affine(read, at('proj.w'), at('proj.b')));
        h = h.add(affine(gelu(affine(layerNorm(h, at('ln2.g'), at('ln2.b')), at('fc.w'), at('fc.b'))), at('out.w'), at('out.b')));
      }
      return crossEntropy(multiply(layerNorm(h, p['lnf.g'], p['lnf.b']), p.head), y, V);
    };
  },
  reversal({V, S, T, B, E, H}) {
    return (p, {source, given, target}) => {
      const projected = tf.split(affine(lookUp(p.emb_src, source), p['enc.wx'], p['enc.b']), S, 0), states = [];
      let h = tf.zeros([B, H]), c = tf.zeros([B, H]);
      for (const x of projected) {
        [h, c] = lstm(x.add(multiply(h, p['enc.wh'])), c);
        states.push(h);
      }
      const encoded = tf.stack(states, 1), keys = multiply(encoded.reshape([B * S, H]), p['att.wk']).reshape([B, S, H]);
      const [wordWeight, contextWeight] = tf.split(p['dec.wx'], [E, H], 0);
      const words = tf.split(affine(lookUp(p.emb_tgt, given), wordWeight, p['dec.b']), T, 0);
      const v = p['att.v'].reshape([H, 1]), outputs = [];
      for (const word of words) {
        const energies = multiply(keys.add(multiply(h, p['att.wq']).reshape([B, 1, H])).tanh().reshape([B * S, H]), v).reshape([B, S]);
        const context = tf.matMul(tf.softmax(energies).reshape([B, 1, S]), encoded).reshape([B, H]);
        [h, c] = lstm(word.add(multiply(context, contextWeight)).add(multiply(h, p['dec.wh'])), c);
        outputs.push(tf.concat([h, context], 1));
      }
      return crossEntropy(affine(tf.concat(outputs, 0), p['out.w'], p['out.b']), target, V);
    };
  },
  memory(item) {
    const {V, N, J, B, E, P} = item, positions = tf.keep(tf.tensor(positionEncoding(item), [J, E]));
    return (p, {words, query, answer}) => {
      const bag = (k, index, rows) => lookUp(p[`E${k}`], index).reshape([rows, J, E]).mul(positions).sum(1);
      const m = Array.from({length: P + 1}, (_, k) => bag(k, words, B * N).reshape([B, N, E]).add(p[`T${k}`]));
      let u = bag(0, query, B);
      for (let k = 0; k < P; ++k) {
        const weights = tf.softmax(tf.matMul(m[k], u.reshape([B, E, 1])).reshape([B, N]));
        u = u.add(tf.matMul(weights.reshape([B, 1, N]), m[k + 1]).reshape([B, E]));
      }
      return crossEntropy(tf.matMul(u, p[`E${P}`], false, true), answer, V);
    };
  },
};

export function trainer(item) {
  const loss = kModels[item.kind](item), p = {}, data = batches(item);
  item.parameters.forEach(({name, shape}, i) => {
    p[name] = tf.variable(tf.tensor(firstValues(item, i), shape));
  });
  const variables = Object.values(p), adam = tf.train.adam(kRate, 0.9, 0.999, 1e-8);
  let done = 0;
  return async () => {
    const inputs = Object.fromEntries(Object.entries(data[done++ % kBatches]).map(([name, values]) => [name, tf.tensor1d(values, 'int32')]));
    const value = adam.minimize(() => loss(p, inputs), true, variables), [number] = await value.data();
    tf.dispose([value, inputs]);
    return number;
  };
}
