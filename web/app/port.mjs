// page and worker: the message port that both wasm programs export (src/README.md), as two functions: post and drain.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Port {
  constructor(module) {
    this.module = module;
  }

  #place(bytes) {
    const address = this.module._heed_alloc(bytes.length);
    if (!address) throw new RangeError(`no memory for a message of ${bytes.length} bytes`);
    this.module.HEAPU8.set(bytes, address);
    return address;
  }

  /** `json`: text. `blob`: Uint8Array, ArrayBuffer or null. */
  post(json, blob = null) {
    const text = encoder.encode(json);
    const bytes = blob instanceof ArrayBuffer ? new Uint8Array(blob) : (blob ?? new Uint8Array(0));
    const textAt = this.#place(text);
    const bytesAt = this.#place(bytes);
    try {
      this.module._heed_post(textAt, text.length, bytesAt, bytes.length);
    } finally {
      this.module._heed_free(textAt);
      this.module._heed_free(bytesAt);
    }
  }

  /** Every waiting message as [json, blob]; the blob is a copy of its own, or null. */
  drain() {
    const messages = [];
    const module = this.module;
    while (module._heed_take()) {
      const textAt = module._heed_json();
      const json = decoder.decode(module.HEAPU8.slice(textAt, textAt + module._heed_json_size()));
      const size = module._heed_blob_size();
      const bytesAt = module._heed_blob();
      messages.push([json, size ? module.HEAPU8.slice(bytesAt, bytesAt + size).buffer : null]);
    }
    return messages;
  }
}
