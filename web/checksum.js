// SHA-256 in the page and in the worker. Browsers have it, but not for pages that
// came over plain http from another machine; for those it is written out.
"use strict";

globalThis.chainglassSHA256 = (() => {
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  // The first 32 bits of the fractions of roots of the first primes.
  const primes = [];
  for (let n = 2; primes.length < 64; n++) {
    if (primes.every((p) => n % p !== 0)) {
      primes.push(n);
    }
  }
  const fraction = (root) => (root % 1) * 2 ** 32;
  const constants = Uint32Array.from(primes, (p) => fraction(Math.cbrt(p)));
  const beginning = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));

  const blockBytes = 64;

  // mix takes the block that begins at a place into the state; words is room.
  const mix = (state, bytes, at, words) => {
    for (let i = 0; i < 16; i++, at += 4) {
      words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15];
      const y = words[i - 2];
      words[i] = words[i - 16] + words[i - 7] +
        (((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)) +
        (((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
        ((e & f) ^ (~e & g)) + constants[i] + words[i]) | 0;
      const two = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
        ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] += value; });
  };

  const written = (bytes) => {
    const state = beginning.slice();
    const words = new Int32Array(64);
    const whole = bytes.length - (bytes.length % blockBytes);
    for (let at = 0; at < whole; at += blockBytes) {
      mix(state, bytes, at, words);
    }
    // The rest, a mark, zeros, and the number of bits.
    const rest = bytes.length - whole;
    const end = new Uint8Array(rest + 9 > blockBytes ? 2 * blockBytes : blockBytes);
    end.set(bytes.subarray(whole));
    end[rest] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(end.length - 4, bytes.length << 3);
    for (let at = 0; at < end.length; at += blockBytes) {
      mix(state, end, at, words);
    }
    state.forEach((value, i) => view.setInt32(4 * i, value));
    return end.subarray(0, 32);
  };

  // It promises the checksum of bytes in hex.
  return async (bytes) => hex(globalThis.crypto?.subtle
    ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    : written(bytes));
})();
