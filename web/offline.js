// The service worker of the hosted page: it keeps every file of one version and
// answers with them, online and offline. A page is always of one version, and a
// newer one waits until the reader asks for it.
//
// The page builder puts "const site = ..." in front: the version, and the files
// with their hashes. A newer version is therefore another text, which is how
// browsers notice it.
"use strict";

(() => {
  // Caches belong to the origin; a folder beside may be another site.
  const mine = `chainglass ${registration.scope} `;
  const cacheName = mine + site.version;

  const addressOf = (name) => new URL(name, location.href).href;
  const files = new Map(site.files.map((file) => [addressOf(file.name), file]));

  // download gets a file as it was built, or fails. What comes is put together
  // anew: an answer that a server redirected must not answer a navigation.
  const download = async ({ name, integrity, type }) => {
    const response = await fetch(addressOf(name), { integrity, cache: "no-cache" });
    if (!response.ok) {
      throw new Error(`${name}: ${response.status}`);
    }
    return new Response(await response.blob(), { headers: { "Content-Type": type } });
  };

  // A name that is made of its content never means another file, so what an
  // earlier version kept is taken over.
  const keep = async (cache, file) => {
    const address = addressOf(file.name);
    await cache.put(address, (file.fixed && await caches.match(address)) || await download(file));
  };

  const install = async () => {
    const cache = await caches.open(cacheName);
    await Promise.all(site.files.map((file) => keep(cache, file)));
  };

  const activate = async () => {
    const others = (await caches.keys()).filter((name) => name.startsWith(mine) && name !== cacheName);
    await Promise.all(others.map((name) => caches.delete(name)));
    await clients.claim();
  };

  addEventListener("install", (event) => event.waitUntil(install()));
  addEventListener("activate", (event) => event.waitUntil(activate()));
  addEventListener("message", ({ data }) => {
    if (data === "take over") {
      skipWaiting();
    }
  });

  // kept is the address of the file that a request asks for, if it is ours. The
  // folder is its index.html, and what follows "?" is for the page.
  const kept = (address) => {
    const plain = address.origin + address.pathname;
    const file = plain === addressOf("./") ? addressOf("index.html") : plain;
    return files.has(file) ? file : null;
  };

  const answer = async (file, request) => {
    const cache = await caches.open(cacheName);
    // Browsers that need room take caches away.
    return (await cache.match(file)) ?? fetch(request);
  };

  addEventListener("fetch", (event) => {
    const address = new URL(event.request.url);
    if (address.origin !== location.origin) {
      // The page asks no other place for anything; if it ever did, this is a wall.
      event.respondWith(Response.error());
      return;
    }
    const file = kept(address);
    if (file !== null && event.request.method === "GET") {
      event.respondWith(answer(file, event.request));
    }
  });
})();
