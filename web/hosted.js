// What only a page on a server has: it works offline once it was visited, can be
// installed, and takes files from the system's file manager. Each is an extra,
// which nobody misses where the browser does not know it.
"use strict";

(() => {
  const { offline, manifest } = chainglass.config;

  // The page starts alone: a worker that starts beside it would slow both.
  const startPauseMS = 600;

  // A person who keeps a page open for days hears of a newer version.
  const checkPauseMS = 3_600_000;

  // watchUpdates tells of a newer version once it is there as a whole. What is
  // open is not lost by it: the reader decides when to reload.
  const watchUpdates = (workers, registration) => {
    let reloading = false;
    let controlled = workers.controller !== null;
    const reload = () => {
      reloading = true;
      if (registration.waiting) {
        registration.waiting.postMessage("take over");
      } else {
        location.reload();
      }
    };
    const tell = () => chainglass.notice({
      name: "update",
      title: "A newer version is here",
      advice: "Reload when it suits you: what is open has to be opened again.",
      actions: [["Reload", reload]],
    });
    const look = () => {
      if (registration.waiting && registration.active) {
        tell();
      }
    };
    look();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    // The newer version took over, here or in another tab.
    workers.addEventListener("controllerchange", () => {
      if (reloading) {
        location.reload();
      } else if (controlled) {
        tell();
      }
      controlled = true;
    });
    let checkedAt = performance.now();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && performance.now() - checkedAt > checkPauseMS) {
        checkedAt = performance.now();
        registration.update().catch(() => {});
      }
    });
  };

  const addManifest = () => {
    const link = document.createElement("link");
    link.rel = "manifest";
    link.href = manifest;
    document.head.append(link);
  };

  // workOffline is called when the page is as ready as it gets, so that nothing
  // is held up by what is for later.
  chainglass.workOffline = async () => {
    if (!offline || location.protocol === "file:") {
      return;
    }
    addManifest();
    globalThis.launchQueue?.setConsumer(({ files }) => {
      if (files.length > 0) {
        chainglass.takeHandles(files);
      }
    });
    const workers = navigator.serviceWorker;
    await new Promise((resolve) => setTimeout(resolve, startPauseMS));
    try {
      if (workers) {
        watchUpdates(workers, await workers.register(offline, { updateViaCache: "none" }));
      }
    } catch {
      // A private window, a full disk, a setting: then it is a page like others.
    }
  };
})();
