// page: what is kept between visits. Settings and lesson progress in localStorage (one JSON value under a versioned key), checkpoints
// in IndexedDB. Where the browser refuses either, the page works on and says that nothing will be kept.

const kKey = 'heed.1';
const kDatabase = 'heed';
const kSaves = 'saves';

function openStorage() {
  try {
    const storage = window.localStorage;
    const probe = `${kKey}.probe`;
    storage.setItem(probe, '1');
    storage.removeItem(probe);
    return storage;
  } catch {
    return null;
  }
}

/** Settings: {language, theme, backend, gpu_kernels (the engine's own text), lesson, lesson_hidden, lessons: {slug: progress}}. */
export class Settings {
  #storage = openStorage();
  #values = {};

  constructor() {
    try {
      const read = JSON.parse(this.#storage?.getItem(kKey) ?? '{}');
      if (read && typeof read === 'object' && !Array.isArray(read)) this.#values = read;
    } catch {
      // Unreadable: as if nothing had been kept.
    }
  }

  get kept() {
    return this.#storage !== null;
  }

  get(name, fallback = null) {
    return this.#values[name] ?? fallback;
  }

  set(name, value) {
    this.#values[name] = value;
    try {
      this.#storage?.setItem(kKey, JSON.stringify(this.#values));
    } catch {
      this.#storage = null;
    }
  }
}

function asPromise(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Saved runs: {run, step, preset, title, bytes, data, when} per place ("lab" or "lesson:SLUG") and run number. */
export class Saves {
  #database = null;

  static async open() {
    const saves = new Saves();
    try {
      const request = indexedDB.open(kDatabase, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(kSaves);
      saves.#database = await asPromise(request);
    } catch {
      saves.#database = null;
    }
    return saves;
  }

  get kept() {
    return this.#database !== null;
  }

  async #store(mode, work) {
    if (!this.#database) return undefined;
    try {
      return await asPromise(work(this.#database.transaction(kSaves, mode).objectStore(kSaves)));
    } catch {
      return undefined;
    }
  }

  put(place, run, save) {
    return this.#store('readwrite', (store) => store.put(save, `${place}#${run}`));
  }

  async list(place) {
    const found = [];
    for (const run of [0, 1]) {
      const save = await this.#store('readonly', (store) => store.get(`${place}#${run}`));
      if (save?.bytes) found.push(save);
    }
    return found;
  }

  async clear(place) {
    for (const run of [0, 1]) await this.#store('readwrite', (store) => store.delete(`${place}#${run}`));
  }

  drop(place, run) {
    return this.#store('readwrite', (store) => store.delete(`${place}#${run}`));
  }
}
